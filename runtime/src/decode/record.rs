//! Objects that are records: their members in any order, each read into the slots of its field.

use lictor_bundle::schema::{Field, RecordId, Type};
use serde::de::{self, MapAccess};

use super::decoder::Decoder;
use super::member::{MemberName, Names, Seen};
use super::value::Value;

/// Reads a record into the frame's slots from `at` on.
pub(crate) fn read<'de, A: MapAccess<'de>>(
    decoder: &mut Decoder<'_>,
    id: RecordId,
    at: usize,
    map: A,
) -> Result<(), A::Error> {
    let (record, places) = decoder.program.record(id).ok_or_else(|| de::Error::custom("no such record"))?;
    read_fields(decoder, &record.fields, &places.offsets, at, map)
}

/// Reads fields, each into the slots at its offset from `at`.
pub(crate) fn read_fields<'de, A: MapAccess<'de>>(
    decoder: &mut Decoder<'_>,
    fields: &[Field],
    offsets: &[u16],
    at: usize,
    mut map: A,
) -> Result<(), A::Error> {
    let names = Names::Fields(fields);
    let seen = Seen::enter(decoder, names)?;
    while let Some(index) = map.next_key_seed(MemberName { decoder: &mut *decoder, names, seen })? {
        let (Some(field), Some(offset)) = (fields.get(index), offsets.get(index)) else { break };
        let value = Value { decoder: &mut *decoder, ty: field.ty, at: at + usize::from(*offset) };
        let read = map.next_value_seed(value);
        decoder.in_member(&field.name, read)?;
    }
    for (index, field) in fields.iter().enumerate() {
        if !is_optional(decoder, field) {
            seen.require(decoder, names, index)?;
        }
    }
    seen.leave(decoder);
    Ok(())
}

/// Whether a field may be left out. Its slots are zero then, and so is the one that says whether it is there.
pub(crate) fn is_optional(decoder: &Decoder<'_>, field: &Field) -> bool {
    matches!(decoder.program.ty(field.ty), Some(Type::Optional(_)))
}
