//! Where values lie: a record in registers in a row, an optional value as a Bool and then the value.

use lictor_bundle::instr::Reg;
use lictor_bundle::schema::{Action, RecordId, Schema, SlotType, Type, TypeId};

use super::bounds::each_child;
use crate::typed::{Expr, ExprKind, Ty};

/// Where a value lies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Operand {
    /// The first register of the value itself.
    pub(super) base: Reg,
    /// It is there where all these Bools are true. A field that may be absent, in a record that may be absent, has two.
    pub(super) presence: Vec<Reg>,
}

impl Operand {
    /// A value that is there.
    pub(super) fn at(base: Reg) -> Operand {
        Operand { base, presence: Vec::new() }
    }

    /// A value that takes the registers from `run` on, as a value of its type is laid out.
    pub(super) fn of_run(run: Reg, optional: bool) -> Operand {
        if optional { Operand { base: run + 1, presence: vec![run] } } else { Operand::at(run) }
    }

    /// The field of this record that lies `offset` registers into it.
    pub(super) fn field(&self, offset: u16, optional: bool) -> Operand {
        let inner = Operand::of_run(self.base + offset, optional);
        let presence = self.presence.iter().copied().chain(inner.presence).collect();
        Operand { base: inner.base, presence }
    }
}

/// Whether values of this type may be absent.
pub(super) fn is_optional(ty: &Ty) -> bool {
    matches!(ty, Ty::Optional(_))
}

/// The same of a declared type.
pub(super) fn is_declared_optional(schema: &Schema, ty: TypeId) -> bool {
    matches!(schema.types.get(usize::from(ty)), Some(Type::Optional(_)))
}

/// The types of the registers that a value of this type takes.
pub(super) fn slots(schema: &Schema, ty: &Ty) -> Vec<SlotType> {
    let mut slots = Vec::new();
    let inner = match ty {
        Ty::Optional(inner) => {
            slots.push(SlotType::Bool);
            inner
        }
        present => present,
    };
    match inner {
        Ty::Record(record) => schema.record_slots(*record, &mut slots),
        Ty::Bool => slots.push(SlotType::Bool),
        Ty::Int => slots.push(SlotType::Int),
        Ty::Decimal => slots.push(SlotType::Decimal),
        Ty::Money => slots.push(SlotType::Money),
        Ty::Text => slots.push(SlotType::Text),
        Ty::Timestamp => slots.push(SlotType::Timestamp),
        Ty::Duration => slots.push(SlotType::Duration),
        Ty::Country => slots.push(SlotType::Country),
        Ty::Date => slots.push(SlotType::Date),
        Ty::TimeOfDay => slots.push(SlotType::TimeOfDay),
        Ty::Weekday => slots.push(SlotType::Weekday),
        Ty::TimeZone => slots.push(SlotType::TimeZone),
        Ty::Pattern => slots.push(SlotType::Pattern),
        Ty::Form(form) => slots.push(SlotType::Form(*form)),
        Ty::Enum(id) => slots.push(SlotType::Enum(*id)),
        Ty::List { element, .. } => slots.push(SlotType::List(*element)),
        Ty::Set { element, .. } => slots.push(SlotType::Set(*element)),
        Ty::Map { entry, .. } => slots.push(SlotType::Map(*entry)),
        Ty::Sourced(record) => slots.push(SlotType::Sourced(*record)),
        // No type is optional twice.
        Ty::Optional(_) => {}
    }
    slots
}

/// The number and the type of a record's field.
pub(super) fn field_named(schema: &Schema, record: RecordId, name: &str) -> Option<(usize, TypeId)> {
    let fields = &schema.records.get(usize::from(record))?.fields;
    fields.iter().enumerate().find(|(_, field)| field.name == name).map(|(number, field)| (number, field.ty))
}

/// Whether an action has all that a condition reads, with the types that it reads it as.
pub(crate) fn applies(schema: &Schema, action: &Action, condition: &Expr) -> bool {
    let mut applies = match &condition.kind {
        ExprKind::Root(name) => field_named(schema, action.request, name)
            .is_some_and(|(_, ty)| is_declared_as(schema, ty, &condition.ty)),
        _ => true,
    };
    each_child(condition, &mut |child| applies = applies && self::applies(schema, action, child));
    applies
}

/// Whether a declared type is this type, whatever its bounds.
fn is_declared_as(schema: &Schema, id: TypeId, ty: &Ty) -> bool {
    let Some(declared) = schema.types.get(usize::from(id)) else { return false };
    match (*declared, ty) {
        (Type::Optional(inner), Ty::Optional(ty)) => is_declared_as(schema, inner, ty),
        (Type::Optional(_), _) | (_, Ty::Optional(_)) => false,
        _ => {
            let mut found = Vec::new();
            schema.slots(id, &mut found);
            // Two records may have the same slots and still be two records.
            let records_differ = match (*declared, ty) {
                (Type::Record(declared), Ty::Record(record)) => declared != *record,
                (declared, ty) => matches!(declared, Type::Record(_)) != matches!(ty, Ty::Record(_)),
            };
            !records_differ && found == slots(schema, ty)
        }
    }
}
