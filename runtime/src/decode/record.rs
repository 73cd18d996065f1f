//! Objects that are records: their members in any order, each read into the slots of its field.

use lictor_bundle::schema::{Field, RecordId, Type};
use serde::de::{self, MapAccess};

use super::decoder::Decoder;
use super::member::{MemberName, Names, Seen};
use super::sides;
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
        let at = at + usize::from(*offset);
        let read = decoder.guarded(field.marks.secret, |decoder| {
            let side = sides::of_field(decoder, field, at)?;
            decoder.vouched_for(field.marks.attested, |decoder| {
                decoder.said_by(side, |decoder| map.next_value_seed(Value { decoder, ty: field.ty, at }))
            })
        });
        decoder.in_member(&field.name, read)?;
    }
    for (index, (field, offset)) in fields.iter().zip(offsets).enumerate() {
        if !seen.has(decoder, index) {
            let missing = sides::require(decoder, field, at + usize::from(*offset));
            decoder.in_member(&field.name, missing)?;
        }
    }
    seen.leave(decoder);
    Ok(())
}

/// Whether a field may be left out. Its slots are zero then, and so is the one that says whether it is there.
pub(crate) fn is_optional(decoder: &Decoder<'_>, field: &Field) -> bool {
    matches!(decoder.program.ty(field.ty), Some(Type::Optional(_)))
}
