//! Who may say which field, where the caller and the host each send their part of a request.

use lictor_bundle::schema::Type;

use super::decoder::{Decoder, Read, Side};
use super::shape::Shape;

/// Who says the inside of this field, which has its slots at `at`; refused where this side may not say it.
pub(crate) fn of_field(decoder: &mut Decoder<'_>, field: &Shape, at: usize) -> Read<Side> {
    match (decoder.side, field.attested) {
        (Side::Whole, _) => Ok(Side::Whole),
        (Side::Host, true) => Ok(Side::Whole),
        (Side::Caller, false) => Ok(Side::Caller),
        (Side::Caller, true) => {
            Err(decoder.refuse("is attested: the host says it, never the caller; leave it out"))
        }
        (Side::Host, false) if !field.holds_attested => {
            Err(decoder.refuse("is the caller's to say; the host says what is attested"))
        }
        (Side::Host, false) if !is_there(decoder, field, at) => {
            Err(decoder.refuse("was not sent by the caller, so nothing inside it can be attested"))
        }
        (Side::Host, false) => Ok(Side::Host),
    }
}

/// Refuses unless a field that was not sent by this side may be absent from it.
pub(crate) fn require(decoder: &mut Decoder<'_>, field: &Shape, at: usize) -> Read<()> {
    let required = match decoder.side {
        Side::Whole => true,
        Side::Caller => !field.attested,
        Side::Host => field.attested,
    };
    if required {
        return if field.optional { Ok(()) } else { Err(decoder.refuse("is missing")) };
    }
    // What the host leaves out may hold something that only the host can say.
    if decoder.side == Side::Host
        && field.holds_attested
        && is_there(decoder, field, at)
        && let Type::Record(record) = field.ty
    {
        let fields = decoder.program.shapes.record(record).unwrap_or_default();
        return require_all(decoder, fields, at + usize::from(field.optional));
    }
    Ok(())
}

/// Refuses unless this side may leave out all of these fields, which have their slots from `at` on.
pub(crate) fn require_all(decoder: &mut Decoder<'_>, fields: &[Shape], at: usize) -> Read<()> {
    for field in fields {
        let missing = require(decoder, field, at + field.offset);
        decoder.in_member(&field.name, missing)?;
    }
    Ok(())
}

/// Whether a field that may be absent is there.
fn is_there(decoder: &Decoder<'_>, field: &Shape, at: usize) -> bool {
    !field.optional || decoder.frame.get(at).is_some_and(|slot| slot.bool())
}
