//! Where each value lies: widths of types and offsets of fields, in slots.

use crate::schema::{RecordId, Schema, SlotType, Type, TypeId};

/// The most slots a request may take, and so any type.
pub const MAX_WIDTH: u32 = 16_384;

/// The widths and offsets of a schema.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout {
    widths: Vec<u16>,
    records: Vec<RecordLayout>,
}

/// A record's width and where each of its fields starts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RecordLayout {
    /// Its width.
    pub width: u16,
    /// The offset of each field.
    pub offsets: Vec<u16>,
}

/// Why a schema has no layout.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LayoutError {
    /// A type refers to one that does not stand before it, or to nothing.
    Reference,
    /// A type is wider than [`MAX_WIDTH`].
    TooWide,
    /// An optional of an optional, a set or list of what it may not hold.
    Nesting,
}

impl Layout {
    /// Lays out a schema. Types are visited in order and may refer only to earlier ones, so this ends for every input.
    pub fn new(schema: &Schema) -> Result<Layout, LayoutError> {
        let mut layout = Layout { widths: Vec::with_capacity(schema.types.len()), records: Vec::new() };
        let mut records: Vec<Option<RecordLayout>> = vec![None; schema.records.len()];
        for ty in &schema.types {
            let width = match *ty {
                Type::Record(id) => {
                    let slot = records.get_mut(usize::from(id)).ok_or(LayoutError::Reference)?;
                    if slot.is_none() {
                        *slot = Some(layout.record_layout(schema, id)?);
                    }
                    slot.as_ref().map_or(0, |record| u32::from(record.width))
                }
                Type::Optional(inner) => {
                    if matches!(schema.types.get(usize::from(inner)), Some(Type::Optional(_))) {
                        return Err(LayoutError::Nesting);
                    }
                    1 + u32::from(layout.width(inner).ok_or(LayoutError::Reference)?)
                }
                Type::List { element, .. } | Type::Set { element, .. } => {
                    layout.width(element).ok_or(LayoutError::Reference)?;
                    if matches!(ty, Type::Set { .. }) && !schema.is_scalar(element) {
                        return Err(LayoutError::Nesting);
                    }
                    1
                }
                Type::Map { entry: record, .. } | Type::Sourced(record) => {
                    layout.width(record).ok_or(LayoutError::Reference)?;
                    1
                }
                Type::Enum(id) if usize::from(id) >= schema.enums.len() => {
                    return Err(LayoutError::Reference);
                }
                _ => 1,
            };
            layout.widths.push(narrow(width)?);
        }
        for (id, record) in records.into_iter().enumerate() {
            // A record that no type names is the request of an action: it may use every type.
            let id = RecordId::try_from(id).map_err(|_| LayoutError::Reference)?;
            let record = match record {
                Some(record) => record,
                None => layout.record_layout(schema, id)?,
            };
            layout.records.push(record);
        }
        Ok(layout)
    }

    fn record_layout(&self, schema: &Schema, id: RecordId) -> Result<RecordLayout, LayoutError> {
        let record = schema.records.get(usize::from(id)).ok_or(LayoutError::Reference)?;
        let mut width = 0u32;
        let mut offsets = Vec::with_capacity(record.fields.len());
        for field in &record.fields {
            offsets.push(narrow(width)?);
            width += u32::from(self.width(field.ty).ok_or(LayoutError::Reference)?);
            narrow(width)?;
        }
        Ok(RecordLayout { width: narrow(width)?, offsets })
    }

    /// How many slots a value of this type takes.
    pub fn width(&self, ty: TypeId) -> Option<u16> {
        self.widths.get(usize::from(ty)).copied()
    }

    /// A record's layout.
    pub fn record(&self, id: RecordId) -> Option<&RecordLayout> {
        self.records.get(usize::from(id))
    }
}

fn narrow(width: u32) -> Result<u16, LayoutError> {
    if width > MAX_WIDTH { Err(LayoutError::TooWide) } else { Ok(width as u16) }
}

impl Schema {
    /// Whether values of this type are scalars.
    pub fn is_scalar(&self, ty: TypeId) -> bool {
        self.types.get(usize::from(ty)).is_some_and(|ty| {
            !matches!(
                ty,
                Type::Record(_)
                    | Type::List { .. }
                    | Type::Set { .. }
                    | Type::Map { .. }
                    | Type::Sourced(_)
                    | Type::Optional(_)
            )
        })
    }

    /// The type of each slot of a value of this type, in order. The schema must have a [`Layout`].
    pub fn slots(&self, ty: TypeId, into: &mut Vec<SlotType>) {
        match self.types.get(usize::from(ty)).copied() {
            None => {}
            Some(Type::Record(id)) => self.record_slots(id, into),
            Some(Type::Optional(inner)) => {
                into.push(SlotType::Bool);
                self.slots(inner, into);
            }
            Some(Type::Bool) => into.push(SlotType::Bool),
            Some(Type::Int { .. }) => into.push(SlotType::Int),
            Some(Type::Decimal { .. }) => into.push(SlotType::Decimal),
            Some(Type::Money { .. }) => into.push(SlotType::Money),
            Some(Type::Text { .. }) => into.push(SlotType::Text),
            Some(Type::Timestamp) => into.push(SlotType::Timestamp),
            Some(Type::Duration { .. }) => into.push(SlotType::Duration),
            Some(Type::Country) => into.push(SlotType::Country),
            Some(Type::Form(form)) => into.push(SlotType::Form(form)),
            Some(Type::Enum(id)) => into.push(SlotType::Enum(id)),
            Some(Type::List { element, .. }) => into.push(SlotType::List(element)),
            Some(Type::Set { element, .. }) => into.push(SlotType::Set(element)),
            Some(Type::Map { entry, .. }) => into.push(SlotType::Map(entry)),
            Some(Type::Sourced(record)) => into.push(SlotType::Sourced(record)),
            Some(Type::Date) => into.push(SlotType::Date),
            Some(Type::TimeOfDay) => into.push(SlotType::TimeOfDay),
            Some(Type::Weekday) => into.push(SlotType::Weekday),
            Some(Type::TimeZone) => into.push(SlotType::TimeZone),
        }
    }

    /// The type of each slot of a record, in order.
    pub fn record_slots(&self, id: RecordId, into: &mut Vec<SlotType>) {
        if let Some(record) = self.records.get(usize::from(id)) {
            for field in &record.fields {
                self.slots(field.ty, into);
            }
        }
    }
}
