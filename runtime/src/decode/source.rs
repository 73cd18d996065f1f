//! Sourced values: `{"state": "verified", "value": …, "verified_at": "…", "confidence": "0.93"}`.
//!
//! Who says something decides how far it can be vouched for: only the host and its facts can say that a value was verified, or that it was
//! once, or that it is withheld. From anybody else it is inferred.

use lictor_bundle::decimal::SCALE;
use lictor_bundle::schema::TypeId;
use lictor_bundle::shape::{INFERRED, SourcePart, WITHHELD};
use serde::de::{self, MapAccess};

use super::decoder::Decoder;
use super::member::{MemberName, Names, Seen};
use super::value::Value;
use crate::slot::{Slot, Span};
use crate::sourced::part_of;

/// The members, in the order of the record's fields.
const NAMES: Names<'static> = Names::Fixed(&lictor_bundle::shape::SOURCE);

/// Reads a sourced value, whose parts are those of `record`, and writes the slot at `at` of the frame.
pub(crate) fn read<'de, A: MapAccess<'de>>(
    decoder: &mut Decoder<'_>,
    record: TypeId,
    at: usize,
    mut map: A,
) -> Result<(), A::Error> {
    let schema = &decoder.program.bundle.schema;
    let source = schema.source(record).ok_or_else(|| de::Error::custom("no such record"))?;
    let width = decoder.program.width(record);
    let seen = Seen::enter(decoder, NAMES)?;
    let base = decoder.frame.len();
    decoder.frame.resize(base + width, Slot::ZERO);
    while let Some(index) = map.next_key_seed(MemberName { decoder: &mut *decoder, names: NAMES, seen })? {
        let Some(part) = SourcePart::ALL.get(index).copied() else { break };
        let at = base + usize::from(part.offset());
        let read = map.next_value_seed(Value { decoder: &mut *decoder, ty: source.part(part), at });
        decoder.in_member(part.name(), read)?;
    }
    check(decoder, seen, base)?;
    let span = Span { arena: 0, at: decoder.keep(base)?, len: 1, width: width as u16, sorted: false };
    decoder.put(at, Slot::from_span(span));
    seen.leave(decoder);
    Ok(())
}

/// Refuses what does not go together, and what this side may not say. The parts lie in the frame from `base` on.
fn check<E: de::Error>(decoder: &mut Decoder<'_>, seen: Seen, base: usize) -> Result<(), E> {
    let has = |decoder: &Decoder<'_>, part: SourcePart| seen.has(decoder, part as usize);
    seen.require(decoder, NAMES, SourcePart::State as usize)?;
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
        Some((part, sentence)) => {
            let wrong = Err(decoder.refuse(sentence));
            decoder.in_member(part.name(), wrong)
        }
    }
}
