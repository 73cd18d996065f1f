//! Where values lie: a record in registers in a row, an optional value as a Bool and then the value.

use std::ops::Deref;

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

/// Types of registers in a row. Nearly every value takes one, which needs no memory of its own.
#[derive(Clone, Debug)]
pub(super) enum Slots {
    One(SlotType),
    Row(Vec<SlotType>),
}

impl Deref for Slots {
    type Target = [SlotType];

    fn deref(&self) -> &[SlotType] {
        match self {
            Slots::One(slot) => std::slice::from_ref(slot),
            Slots::Row(slots) => slots,
        }
    }
}

impl From<&[SlotType]> for Slots {
    fn from(slots: &[SlotType]) -> Slots {
        if let [one] = slots { Slots::One(*one) } else { Slots::Row(slots.to_vec()) }
    }
}

/// The types of the registers that a value of this type takes.
pub(super) fn slots(schema: &Schema, ty: &Ty) -> Slots {
    if let Some(slot) = single(ty) {
        return Slots::One(slot);
    }
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
        single => slots.extend(self::single(single)),
    }
    Slots::Row(slots)
}

/// The type of the register of a value that takes one.
fn single(ty: &Ty) -> Option<SlotType> {
    Some(match ty {
        Ty::Bool => SlotType::Bool,
        Ty::Int => SlotType::Int,
        Ty::Decimal => SlotType::Decimal,
        Ty::Money => SlotType::Money,
        Ty::Text => SlotType::Text,
        Ty::Timestamp => SlotType::Timestamp,
        Ty::Duration => SlotType::Duration,
        Ty::Country => SlotType::Country,
        Ty::Date => SlotType::Date,
        Ty::TimeOfDay => SlotType::TimeOfDay,
        Ty::Weekday => SlotType::Weekday,
        Ty::TimeZone => SlotType::TimeZone,
        Ty::Pattern => SlotType::Pattern,
        Ty::Form(form) => SlotType::Form(*form),
        Ty::Enum(id) => SlotType::Enum(*id),
        Ty::List { element, .. } => SlotType::List(*element),
        Ty::Set { element, .. } => SlotType::Set(*element),
        Ty::Map { entry, .. } => SlotType::Map(*entry),
        Ty::Sourced(record) => SlotType::Sourced(*record),
        Ty::Record(_) | Ty::Optional(_) => return None,
    })
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
            !records_differ && found[..] == slots(schema, ty)[..]
        }
    }
}
