//! Values in the form in which requests and facts are read: what is told here can be sent back.

use std::fmt::Write as _;

use lictor_bundle::amount::render_minor;
use lictor_bundle::civil::{render_date, render_time_of_day, render_weekday};
use lictor_bundle::decimal::render_decimal;
use lictor_bundle::schema::{EnumId, FactId, Field, RecordId, Type, TypeId};
use lictor_bundle::shape::SourcePart;
use lictor_bundle::time::{render_duration, render_timestamp};
use serde_json::{Map, Value};

use crate::arena::Arenas;
use crate::kept::Keep;
use crate::plan::Program;
use crate::slot::Slot;
use crate::sourced::{is_withheld, part_of};
use crate::tree::{Tree, withheld};

/// The value of this type that starts with the first of the slots; `null` for one that is absent.
/// Fields that are marked `secret` are withheld.
pub(crate) fn value(program: &Program, arenas: Arenas<'_>, ty: TypeId, slots: &[Slot]) -> Value {
    let mut tree = Tree::default();
    Writer { program, arenas, keep: &mut tree, path: String::new() }.value(ty, slots);
    tree.value()
}

/// Tells values, and which of them are marked.
pub(crate) struct Writer<'a, 'k, K> {
    pub program: &'a Program,
    pub arenas: Arenas<'a>,
    pub keep: &'k mut K,
    /// Where the value stands that is told: `user.id`, `params.items[0].name`.
    pub path: String,
}

impl<'a, K: Keep> Writer<'a, '_, K> {
    /// The value of this type that starts with the first of the slots; `null` for one that is absent.
    pub fn value(&mut self, ty: TypeId, slots: &[Slot]) {
        match self.there(ty, slots) {
            None => self.keep.null(),
            Some((ty, slots)) => self.present(ty, slots),
        }
    }

    /// The type and the slots of a value that is there.
    fn there<'s>(&self, ty: TypeId, slots: &'s [Slot]) -> Option<(Type, &'s [Slot])> {
        let first = || slots.first().copied().unwrap_or_default();
        match self.program.ty(ty)? {
            Type::Optional(inner) if first().bool() => self.there(inner, slots.get(1..).unwrap_or(&[])),
            Type::Optional(_) => None,
            Type::Enum(id) if self.variant(id, first()).is_none() => None,
            ty => Some((ty, slots)),
        }
    }

    fn present(&mut self, ty: Type, slots: &[Slot]) {
        let first = slots.first().copied().unwrap_or_default();
        match ty {
            Type::Bool => self.keep.bool(first.bool()),
            Type::Int { .. } => self.keep.int(first.int()),
            Type::Decimal { .. } => self.keep.text(&render_decimal(first.wide())),
            Type::Money { .. } => {
                let money = first.money();
                let digits = money.currency.digits(&self.program.bundle.schema.currencies).unwrap_or(0);
                self.keep.object();
                self.keep.name("amount");
                self.keep.text(&render_minor(money.minor, digits));
                self.keep.name("currency");
                self.keep.text(&money.currency.to_string());
                self.keep.end();
            }
            Type::Text { .. } | Type::Form(_) => self.keep.text(self.arenas.text(first)),
            Type::Timestamp => self.keep.text(&render_timestamp(first.int())),
            Type::Duration { .. } => self.keep.text(&render_duration(first.int())),
            Type::Country => self.keep.text(&first.country().to_string()),
            Type::Date => self.keep.text(&render_date(first.int())),
            Type::TimeOfDay => self.keep.text(&render_time_of_day(first.int())),
            Type::Weekday => self.keep.text(render_weekday(first.int())),
            Type::TimeZone => self.keep.text(first.zone().name()),
            Type::Enum(id) => self.keep.text(self.variant(id, first).unwrap_or_default()),
            Type::Record(id) => self.record(id, slots),
            Type::List { element, .. } | Type::Set { element, .. } => {
                let width = usize::from(first.span().width).max(1);
                self.keep.list();
                for (at, slots) in self.arenas.elements(first).chunks_exact(width).enumerate() {
                    self.below(format_args!("[{at}]"), |writer| writer.value(element, slots));
                }
                self.keep.end();
            }
            Type::Map { entry, .. } => self.map(entry, first),
            Type::Sourced(record) => self.sourced(record, first),
            Type::Optional(_) => self.keep.null(),
        }
    }

    /// The name of a value of an enumeration.
    fn variant(&self, id: EnumId, slot: Slot) -> Option<&'a str> {
        let program: &'a Program = self.program;
        let values = &program.bundle.schema.enums.get(usize::from(id))?.values;
        values.get(usize::from(slot.variant())).map(String::as_str)
    }

    /// The members of a record. One that is absent is left out.
    fn record(&mut self, id: RecordId, slots: &[Slot]) {
        self.keep.object();
        let program = self.program;
        if let Some((record, places)) = program.record(id) {
            for number in program.telling.record(id) {
                let number = usize::from(*number);
                if let Some((field, at)) = record.fields.get(number).zip(places.offsets.get(number)) {
                    self.field(field, slots.get(usize::from(*at)..).unwrap_or(&[]));
                }
            }
        }
        self.keep.end();
    }

    /// A field by its name, where it is there.
    pub fn field(&mut self, field: &Field, slots: &[Slot]) {
        let Some((ty, slots)) = self.there(field.ty, slots) else { return };
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(&field.name);
        self.keep.name(&field.name);
        self.marked(field, ty, slots);
        self.path.truncate(length);
    }

    /// A value that is there, and how the field is marked that it is of.
    fn marked(&mut self, field: &Field, ty: Type, slots: &[Slot]) {
        let place = self.keep.place();
        self.present(ty, slots);
        if field.marks.secret || field.marks.pii {
            self.keep.marked(place, &self.path, field.marks);
        }
    }

    /// An argument that a fact was asked with.
    pub fn argument(&mut self, param: &Field, slots: &[Slot]) {
        self.below(format_args!(".args.{}", param.name), |writer| {
            let place = writer.keep.place();
            writer.value(param.ty, slots);
            writer.keep.argument(place, &writer.path, &param.name, param.marks);
        });
    }

    /// What a fact answered.
    pub fn answer(&mut self, answer: &Field, slots: &[Slot]) {
        self.below(format_args!(".value"), |writer| match writer.there(answer.ty, slots) {
            None => writer.keep.null(),
            Some((ty, slots)) => writer.marked(answer, ty, slots),
        });
    }

    fn map(&mut self, entry: TypeId, slot: Slot) {
        self.keep.object();
        if let Some((_, ty)) = self.program.bundle.schema.entry(entry) {
            let arenas = self.arenas;
            for entry in arenas.elements(slot).chunks_exact(usize::from(slot.span().width).max(1)) {
                let Some((key, slots)) = entry.split_first() else { continue };
                let key = arenas.text(*key);
                self.keep.name(key);
                self.below(format_args!("[{key:?}]"), |writer| writer.value(ty, slots));
            }
        }
        self.keep.end();
    }

    /// The members of a sourced value that are there.
    fn sourced(&mut self, record: TypeId, slot: Slot) {
        self.keep.object();
        if let Some(source) = self.program.bundle.schema.source(record) {
            let slots = self.arenas.elements(slot);
            for part in SourcePart::ALL {
                let hidden = part == SourcePart::Value && is_withheld(slots);
                let there = self.there(source.part(part), part_of(slots, part));
                if let Some((ty, slots)) = there.filter(|_| !hidden) {
                    self.keep.name(part.name());
                    self.present(ty, slots);
                }
            }
        }
        self.keep.end();
    }

    /// Tells something that stands below the present place.
    pub fn below(&mut self, step: std::fmt::Arguments<'_>, tell: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        // Memory takes whatever is written.
        let _ = self.path.write_fmt(step);
        tell(self);
        self.path.truncate(length);
    }
}

/// The arguments of a fact by their names; secret ones are withheld unless they are `open`.
pub(crate) fn arguments(
    program: &Program,
    arenas: Arenas<'_>,
    fact: FactId,
    slots: &[Slot],
    open: bool,
) -> Map<String, Value> {
    let params = program.bundle.schema.facts.get(usize::from(fact)).map_or(&[][..], |fact| &fact.params);
    let named = params.iter().zip(slots);
    let shown = named.map(|(param, slot)| {
        let hidden = param.marks.secret && !open;
        let shown = if hidden { withheld() } else { value(program, arenas, param.ty, &[*slot]) };
        (param.name.clone(), shown)
    });
    shown.collect()
}
