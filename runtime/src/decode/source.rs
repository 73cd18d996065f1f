//! Sourced values: `{"state": "verified", "value": …, "verified_at": "…", "confidence": "0.93"}`.
//!
//! Who says something decides how far it can be vouched for: only the host and its facts can say that a value was verified, or that it was
//! once, or that it is withheld. From anybody else it is inferred.

use lictor_bundle::decimal::SCALE;
use lictor_bundle::schema::TypeId;
use lictor_bundle::shape::{INFERRED, SourcePart, WITHHELD};

use super::decoder::{Decoder, Read, Refused};
use super::member::Members;
use super::value;
use crate::slot::{Slot, Span};
use crate::sourced::part_of;

/// The members, in the order of the record's fields.
const NAMES: &[&str] = &lictor_bundle::shape::SOURCE;

/// Reads a sourced value, whose parts are those of `record`, and writes the slot at `at` of the frame.
pub(crate) fn read(decoder: &mut Decoder<'_>, record: TypeId, at: usize) -> Read<()> {
    let source = decoder.program.bundle.schema.source(record).ok_or(Refused)?;
    let width = decoder.program.width(record);
    let mut members = Members::enter(decoder, NAMES)?;
    let base = decoder.frame.len();
    decoder.frame.resize(base + width, Slot::ZERO);
    while let Some((index, _)) = members.next(decoder)? {
        let part = SourcePart::ALL.get(index).copied().ok_or(Refused)?;
        let read = value::read(decoder, source.part(part), base + usize::from(part.offset()));
        decoder.in_member(part.name(), read)?;
    }
    check(decoder, &members, base)?;
    let span = Span { arena: 0, at: decoder.keep(base)?, len: 1, width: width as u16, sorted: false };
    decoder.put(at, Slot::from_span(span));
    members.leave(decoder);
    Ok(())
}

/// Refuses what does not go together, and what this side may not say. The parts lie in the frame from `base` on.
fn check(decoder: &mut Decoder<'_>, members: &Members<'_, &str>, base: usize) -> Read<()> {
    let has = |decoder: &Decoder<'_>, part: SourcePart| members.has(decoder, part as usize);
    members.require(decoder, SourcePart::State as usize)?;
    let slots = decoder.frame.get(base..).unwrap_or_default();
    let state = slots.first().copied().unwrap_or_default().variant();
    let confidence = part_of(slots, SourcePart::Confidence).get(1).copied().unwrap_or_default().wide();
    let wrong = if !decoder.vouched && state != INFERRED {
        Some((
            SourcePart::State,
            "must be \"inferred\" here: only facts, and fields that are attested, say how far a value was verified",
        ))
    } else if state == WITHHELD {
        let others = [SourcePart::Value, SourcePart::VerifiedAt, SourcePart::Confidence];
        let other = others.into_iter().find(|part| has(decoder, *part));
        other.map(|part| (part, "is there although the state is withheld; leave it out"))
    } else if !has(decoder, SourcePart::Value) {
        Some((SourcePart::Value, "is missing; only what is withheld has none"))
    } else if state == INFERRED && has(decoder, SourcePart::VerifiedAt) {
        Some((SourcePart::VerifiedAt, "is there although the value was only inferred; leave it out"))
    } else if confidence > SCALE {
        Some((SourcePart::Confidence, "is more than 1; it is a number from 0 to 1"))
    } else {
        None
    };
    match wrong {
        None => Ok(()),
        Some((part, sentence)) => Err(decoder.refuse_in(part.name(), sentence)),
    }
}
