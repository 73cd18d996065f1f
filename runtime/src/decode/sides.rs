//! Who may say which field, where the caller and the host each send their part of a request.

use lictor_bundle::instr::TEMPORARIES;
use lictor_bundle::schema::{ActionId, Field, RecordId, Type};
use serde::de;

use super::decoder::{Decoder, Side};
use super::record::is_optional;
use crate::plan::{ENVELOPE, Program};

/// Who says the inside of this field, which has its slots at `at`; refused where this side may not say it.
pub(crate) fn of_field<E: de::Error>(decoder: &mut Decoder<'_>, field: &Field, at: usize) -> Result<Side, E> {
    match (decoder.side, field.marks.attested) {
        (Side::Whole, _) => Ok(Side::Whole),
        (Side::Host, true) => Ok(Side::Whole),
        (Side::Caller, false) => Ok(Side::Caller),
        (Side::Caller, true) => {
            Err(decoder.refuse("is attested: the host says it, never the caller; leave it out"))
        }
        (Side::Host, false)
            if inner(decoder.program, field).is_none_or(|id| !holds_attested(decoder.program, id)) =>
        {
            Err(decoder.refuse("is the caller's to say; the host says what is attested"))
        }
        (Side::Host, false) if !is_there(decoder, field, at) => {
            Err(decoder.refuse("was not sent by the caller, so nothing inside it can be attested"))
        }
        (Side::Host, false) => Ok(Side::Host),
    }
}

/// Refuses unless a field that was not sent by this side may be absent from it.
pub(crate) fn require<E: de::Error>(decoder: &mut Decoder<'_>, field: &Field, at: usize) -> Result<(), E> {
    let required = match decoder.side {
        Side::Whole => true,
        Side::Caller => !field.marks.attested,
        Side::Host => field.marks.attested,
    };
    if required {
        return if is_optional(decoder, field) { Ok(()) } else { Err(decoder.refuse("is missing")) };
    }
    // What the host leaves out may hold something that only the host can say.
    if decoder.side == Side::Host
        && is_there(decoder, field, at)
        && let Some(record) = inner(decoder.program, field)
    {
        let start = at + usize::from(is_optional(decoder, field));
        return require_inside(decoder, record, start);
    }
    Ok(())
}

fn require_inside<E: de::Error>(decoder: &mut Decoder<'_>, record: RecordId, at: usize) -> Result<(), E> {
    let Some((record, places)) = decoder.program.record(record) else { return Ok(()) };
    for (field, offset) in record.fields.iter().zip(&places.offsets) {
        let missing = require(decoder, field, at + usize::from(*offset));
        decoder.in_member(&field.name, missing)?;
    }
    Ok(())
}

/// Refuses where the host has left out `params` altogether, and something in them is attested and must be there.
pub(crate) fn require_params<E: de::Error>(decoder: &mut Decoder<'_>, action: ActionId) -> Result<(), E> {
    let action = decoder.program.bundle.schema.actions.get(usize::from(action));
    let Some((request, places)) = action.and_then(|action| decoder.program.record(action.request)) else {
        return Ok(());
    };
    for (field, offset) in request.fields.iter().zip(&places.offsets).skip(ENVELOPE) {
        let missing = require(decoder, field, usize::from(TEMPORARIES + offset));
        decoder.in_member(&field.name, missing)?;
    }
    Ok(())
}

/// Whether a field that may be absent is there.
fn is_there(decoder: &Decoder<'_>, field: &Field, at: usize) -> bool {
    !is_optional(decoder, field) || decoder.frame.get(at).is_some_and(|slot| slot.bool())
}

/// The record that a field is, or may be.
fn inner(program: &Program, field: &Field) -> Option<RecordId> {
    match program.ty(field.ty)? {
        Type::Record(id) => Some(id),
        Type::Optional(inner) => match program.ty(inner)? {
            Type::Record(id) => Some(id),
            _ => None,
        },
        _ => None,
    }
}

/// Whether something in a record is attested. Records refer to earlier ones only, which the loader has proved, so this ends.
fn holds_attested(program: &Program, record: RecordId) -> bool {
    program.record(record).is_some_and(|(record, _)| {
        record.fields.iter().any(|field| {
            field.marks.attested || inner(program, field).is_some_and(|id| holds_attested(program, id))
        })
    })
}
