//! Objects that are records: their members in any order, each read into the slots of its field.

use lictor_bundle::schema::RecordId;

use super::decoder::{Decoder, Read, Refused, Side};
use super::member::Members;
use super::shape::Shape;
use super::sides;
use super::value;

/// Reads a record into the frame's slots from `at` on.
pub(crate) fn read(decoder: &mut Decoder<'_>, id: RecordId, at: usize) -> Read<()> {
    let fields = decoder.program.shapes.record(id).ok_or(Refused)?;
    read_fields(decoder, fields, at)
}

/// Reads fields, each into the slots at its offset from `at`.
pub(crate) fn read_fields(decoder: &mut Decoder<'_>, fields: &[Shape], at: usize) -> Read<()> {
    let mut members = Members::enter(decoder, fields)?;
    while let Some((_, field)) = members.next(decoder)? {
        let read = read_field(decoder, field, at + field.offset);
        decoder.in_member(&field.name, read)?;
    }
    if !members.has_all() {
        for (index, field) in fields.iter().enumerate() {
            if !members.has(decoder, index) {
                let missing = sides::require(decoder, field, at + field.offset);
                decoder.in_member(&field.name, missing)?;
            }
        }
    }
    members.leave(decoder);
    Ok(())
}

fn read_field(decoder: &mut Decoder<'_>, field: &Shape, at: usize) -> Read<()> {
    if decoder.side == Side::Whole && !field.secret && !field.attested {
        return value::read_field(decoder, field, at);
    }
    decoder.guarded(field.secret, |decoder| {
        let side = sides::of_field(decoder, field, at)?;
        decoder.vouched_for(field.attested, |decoder| {
            decoder.said_by(side, |decoder| value::read_field(decoder, field, at))
        })
    })
}
