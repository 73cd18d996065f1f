//! Values as JSON, in the form in which requests and facts are read: what is written here can be sent back.
//!
//! What stands in the place of a field that is marked is for a [`Cover`] to say; without one, what is `secret` is withheld, and the rest shown.

use lictor_bundle::amount::render_minor;
use lictor_bundle::civil::{render_date, render_time_of_day, render_weekday};
use lictor_bundle::decimal::render_decimal;
use lictor_bundle::marks::Marks;
use lictor_bundle::schema::{FactId, Field, RecordId, Type, TypeId};
use lictor_bundle::shape::SourcePart;
use lictor_bundle::time::{render_duration, render_timestamp};
use serde_json::{Map, Value};

use crate::arena::Arenas;
use crate::kept::Cover;
use crate::plan::Program;
use crate::slot::Slot;
use crate::sourced::{is_withheld, part_of};

/// The value of this type that starts with the first of the slots; `null` for one that is absent.
/// Fields that are marked `secret` are withheld.
pub(crate) fn value(program: &Program, arenas: Arenas<'_>, ty: TypeId, slots: &[Slot]) -> Value {
    Writer { program, arenas, cover: &mut Secrets, path: String::new() }.value(ty, slots)
}

/// Withholds what is secret, and shows the rest.
struct Secrets;

impl Cover for Secrets {
    fn field(&mut self, _: &str, marks: Marks, value: Value) -> Value {
        if marks.secret { withheld() } else { value }
    }

    fn argument(&mut self, _: &str, _: Marks, value: Value) -> Value {
        value
    }
}

/// Writes values, and asks what stands in the place of those that are marked.
pub(crate) struct Writer<'a, 'c> {
    pub program: &'a Program,
    pub arenas: Arenas<'a>,
    pub cover: &'c mut dyn Cover,
    /// Where the value stands that is written: `user.id`, `params.items[0].name`.
    pub path: String,
}

impl Writer<'_, '_> {
    /// The value of this type that starts with the first of the slots; `null` for one that is absent.
    pub fn value(&mut self, ty: TypeId, slots: &[Slot]) -> Value {
        let first = slots.first().copied().unwrap_or_default();
        match self.program.ty(ty) {
            None => Value::Null,
            Some(Type::Bool) => first.bool().into(),
            Some(Type::Int { .. }) => first.int().into(),
            Some(Type::Decimal { .. }) => render_decimal(first.wide()).into(),
            Some(Type::Money { .. }) => {
                let money = first.money();
                let digits = money.currency.digits(&self.program.bundle.schema.currencies).unwrap_or(0);
                let mut amount = Map::new();
                amount.insert("amount".to_owned(), render_minor(money.minor, digits).into());
                amount.insert("currency".to_owned(), money.currency.to_string().into());
                amount.into()
            }
            Some(Type::Text { .. } | Type::Form(_)) => self.arenas.text(first).into(),
            Some(Type::Timestamp) => render_timestamp(first.int()).into(),
            Some(Type::Duration { .. }) => render_duration(first.int()).into(),
            Some(Type::Country) => first.country().to_string().into(),
            Some(Type::Date) => render_date(first.int()).into(),
            Some(Type::TimeOfDay) => render_time_of_day(first.int()).into(),
            Some(Type::Weekday) => render_weekday(first.int()).into(),
            Some(Type::TimeZone) => first.zone().name().into(),
            Some(Type::Enum(id)) => {
                let values = self.program.bundle.schema.enums.get(usize::from(id)).map(|names| &names.values);
                let name = values.and_then(|values| values.get(usize::from(first.variant())));
                name.map_or(Value::Null, |name| name.as_str().into())
            }
            Some(Type::Record(id)) => Value::Object(self.record(id, slots)),
            Some(Type::List { element, .. } | Type::Set { element, .. }) => {
                let width = usize::from(first.span().width).max(1);
                let arenas = self.arenas;
                let elements = arenas.elements(first).chunks_exact(width).enumerate();
                elements
                    .map(|(at, slots)| self.below(&format!("[{at}]"), |writer| writer.value(element, slots)))
                    .collect()
            }
            Some(Type::Map { entry, .. }) => self.map(entry, first),
            Some(Type::Sourced(record)) => self.sourced(record, first),
            Some(Type::Optional(inner)) if first.bool() => self.value(inner, slots.get(1..).unwrap_or(&[])),
            Some(Type::Optional(_)) => Value::Null,
        }
    }

    /// The members of a record. One that is absent is left out.
    pub fn record(&mut self, id: RecordId, slots: &[Slot]) -> Map<String, Value> {
        let program = self.program;
        let Some((record, places)) = program.record(id) else { return Map::new() };
        let mut members = Map::new();
        for (field, at) in record.fields.iter().zip(&places.offsets) {
            let shown = self.field(field, slots.get(usize::from(*at)..).unwrap_or(&[]));
            if !shown.is_null() {
                members.insert(field.name.clone(), shown);
            }
        }
        members
    }

    /// The value of a field, or what stands in its place.
    pub fn field(&mut self, field: &Field, slots: &[Slot]) -> Value {
        let dot = if self.path.is_empty() { "" } else { "." };
        self.below(&format!("{dot}{}", field.name), |writer| {
            let shown = writer.value(field.ty, slots);
            let marked = field.marks.secret || field.marks.pii;
            if marked && !shown.is_null() {
                writer.cover.field(&writer.path, field.marks, shown)
            } else {
                shown
            }
        })
    }

    /// An argument that a fact was asked with, or what stands in its place.
    pub fn argument(&mut self, param: &Field, slots: &[Slot]) -> Value {
        self.below(&format!(".args.{}", param.name), |writer| {
            let shown = writer.value(param.ty, slots);
            writer.cover.argument(&writer.path, param.marks, shown)
        })
    }

    fn map(&mut self, entry: TypeId, slot: Slot) -> Value {
        let Some((_, ty)) = self.program.bundle.schema.entry(entry) else { return Value::Null };
        let arenas = self.arenas;
        let entries = arenas.elements(slot).chunks_exact(usize::from(slot.span().width).max(1));
        let members = entries.filter_map(|entry| {
            let (key, slots) = entry.split_first()?;
            let key = arenas.text(*key).to_owned();
            let value = self.below(&format!("[{key:?}]"), |writer| writer.value(ty, slots));
            Some((key, value))
        });
        Value::Object(members.collect())
    }

    /// The members of a sourced value that are there.
    fn sourced(&mut self, record: TypeId, slot: Slot) -> Value {
        let Some(source) = self.program.bundle.schema.source(record) else { return Value::Null };
        let slots = self.arenas.elements(slot);
        let parts =
            SourcePart::ALL.into_iter().filter(|part| *part != SourcePart::Value || !is_withheld(slots));
        let members =
            parts.map(|part| (part.name().to_owned(), self.value(source.part(part), part_of(slots, part))));
        Value::Object(members.filter(|(_, value)| !value.is_null()).collect())
    }

    /// Writes something that stands below the present place.
    pub fn below<T>(&mut self, step: &str, write: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        self.path.push_str(step);
        let written = write(self);
        self.path.truncate(length);
        written
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

/// What stands in the place of something secret.
pub(crate) fn withheld() -> Value {
    Value::Object([("withheld".to_owned(), "secret".into())].into_iter().collect())
}
