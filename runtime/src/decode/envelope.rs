//! A request: the envelope around an action's fields.
//!
//! What a member holds depends on the action, and members come in any order. Where the action comes first, as it mostly does,
//! the request is read in one pass; members before it are kept as they are written, and read when it is known.

use std::fmt;

use lictor_bundle::instr::TEMPORARIES;
use lictor_bundle::program::Stage;
use lictor_bundle::schema::{Action, ActionId};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Input;
use super::decoder::{Decoder, Side};
use super::facts::FactList;
use super::member::{MemberName, Names, Seen};
use super::record::{is_optional, read_fields};
use super::refusal::shown;
use super::sides;
use super::tool::Call;
use super::value::Value;
use crate::facts::FactTable;
use crate::plan::ENVELOPE;
use crate::slot::Slot;

/// The members, first those that are the first fields of every request.
const NAMES: Names<'static> = Names::Fixed(&[
    "agent",
    "user",
    "mandate",
    "context",
    "params",
    "action",
    "schema_version",
    "facts",
    "event",
    "tool",
    "input",
]);
/// The member that holds the action's own fields.
const PARAMS: usize = 4;
/// How many members hold what depends on the action: those before here.
const DEPENDENT: usize = 5;
const ACTION: usize = 5;
const SCHEMA_VERSION: usize = 6;
const FACTS: usize = 7;
const EVENT: usize = 8;
const TOOL: usize = 9;
const INPUT: usize = 10;

/// The only version of the envelope there is.
const KNOWN_VERSION: &str = "1";

/// What a request is found to be.
pub(crate) enum Head<'i> {
    /// A request for this action, which was read.
    Action(ActionId),
    /// A call of a tool, of which nothing else was read.
    Call(Call<'i>),
}

/// Reads a request.
pub(crate) struct Envelope<'d, 'a> {
    pub decoder: &'d mut Decoder<'a>,
    /// Where its facts go; none where they come apart from it.
    pub facts: Option<&'d mut FactTable>,
    /// The action, where it is known: the caller has named it and this is the host's part, or this is the call of a tool.
    pub action: Option<ActionId>,
    /// Whether this is a call of a tool, of which it is known what action it is.
    pub is_call: bool,
    /// What is being read.
    pub input: Input<'d>,
}

impl<'de> DeserializeSeed<'de> for Envelope<'_, '_> {
    type Value = Head<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Head<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Envelope<'_, '_> {
    type Value = Head<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Head<'de>, A::Error> {
        let decoder = &mut *self.decoder;
        let seen = Seen::enter(decoder, NAMES)?;
        let mut action = self.action;
        let mut pending: [Option<&'de RawValue>; DEPENDENT] = [None; DEPENDENT];
        let (mut tool, mut sent): (Option<String>, Option<&'de RawValue>) = (None, None);
        while let Some(index) =
            map.next_key_seed(MemberName { decoder: &mut *decoder, names: NAMES, seen })?
        {
            let side = decoder.side;
            let read =
                match (index, action) {
                    (..ENVELOPE | FACTS, _) if side == Side::Caller => {
                        Err(decoder.refuse("is for the host to say, never for the caller; leave it out"))
                    }
                    (TOOL | INPUT, _) if self.is_call => map.next_value::<de::IgnoredAny>().map(|_| ()),
                    (TOOL, _) if side != Side::Host => map.next_value().map(|name| tool = Some(name)),
                    (INPUT, _) if side != Side::Host => map.next_value().map(|input| sent = Some(input)),
                    (ACTION | SCHEMA_VERSION | EVENT | TOOL | INPUT, _) if side == Side::Host => {
                        Err(decoder.refuse("is the caller's to say"))
                    }
                    (ACTION | EVENT, Some(_)) => Err(decoder
                        .refuse("a request is for an action, or it reports an event: send one of the two")),
                    (ACTION | EVENT, None) => {
                        let event = index == EVENT;
                        names(decoder, self.input, event)
                            .and_then(|()| map.next_value_seed(ActionName { decoder: &mut *decoder, event }))
                            .map(|id| action = Some(id))
                    }
                    (SCHEMA_VERSION, _) => version(decoder, &mut map),
                    (..DEPENDENT, Some(id)) => {
                        map.next_value_seed(Member { decoder: &mut *decoder, action: id, index })
                    }
                    (..DEPENDENT, None) => map.next_value::<&RawValue>().map(|raw| {
                        if let Some(place) = pending.get_mut(index) {
                            *place = Some(raw);
                        }
                    }),
                    _ => match &mut self.facts {
                        Some(facts) => decoder.said_by(Side::Whole, |decoder| {
                            map.next_value_seed(FactList { decoder: &mut *decoder, facts })
                        }),
                        None => Err(decoder.refuse("come apart from this request; leave them out")),
                    },
                };
            decoder.in_member(NAMES.get(index), read)?;
        }
        if let Some(tool) = tool {
            only_called(decoder, seen, self.input)?;
            seen.leave(decoder);
            return Ok(Head::Call(Call { tool, input: sent }));
        }
        if sent.is_some() {
            let alone = Err(decoder.refuse("is the input of a tool, and no tool is named"));
            return decoder.in_member(NAMES.get(INPUT), alone);
        }
        let Some(action) = action else {
            let name = if matches!(self.input, Input::Report(_)) { EVENT } else { ACTION };
            seen.require(decoder, NAMES, name)?;
            return Err(de::Error::custom("no action"));
        };
        for (index, raw) in pending.into_iter().enumerate() {
            if let Some(raw) = raw {
                let mut json = serde_json::Deserializer::from_str(raw.get());
                let member = Member { decoder: &mut *decoder, action, index };
                let read = member.deserialize(&mut json).map_err(|error| decoder.refuse_json(&error));
                decoder.in_member(NAMES.get(index), read)?;
            }
        }
        if decoder.side == Side::Host && !seen.has(decoder, PARAMS) {
            let missing = sides::require_params(decoder, action);
            decoder.in_member(NAMES.get(PARAMS), missing)?;
        }
        require(decoder, seen, action, self.is_call)?;
        seen.leave(decoder);
        Ok(Head::Action(action))
    }
}

/// Sees to it that what is not optional is there. An action without fields of its own that must be there needs no `params`.
fn require<E: de::Error>(
    decoder: &mut Decoder<'_>,
    seen: Seen,
    action: ActionId,
    is_call: bool,
) -> Result<(), E> {
    let program = decoder.program;
    let request = program.bundle.schema.actions.get(usize::from(action)).map(|action| action.request);
    let Some((request, _)) = request.and_then(|request| program.record(request)) else { return Ok(()) };
    for (index, field) in request.fields.iter().enumerate() {
        if is_optional(decoder, field) {
            continue;
        }
        // The envelope is the host's, and most of the rest the caller's.
        if index < ENVELOPE {
            if decoder.side != Side::Caller {
                seen.require(decoder, NAMES, index)?;
            }
        } else if is_call {
            // Its fields come out of the input.
        } else if decoder.side == Side::Whole || (decoder.side == Side::Caller && !field.marks.attested) {
            seen.require(decoder, NAMES, PARAMS)?;
        }
    }
    Ok(())
}

/// Refuses what a call of a tool does not say itself.
fn only_called<E: de::Error>(decoder: &mut Decoder<'_>, seen: Seen, input: Input<'_>) -> Result<(), E> {
    if let Input::Report(_) = input {
        let wrong = Err(decoder.refuse("is called; what is reported is an event"));
        return decoder.in_member(NAMES.get(TOOL), wrong);
    }
    for index in [ACTION, EVENT, PARAMS] {
        if seen.has(decoder, index) {
            let wrong = Err(decoder.refuse("is what the policy makes of the call of a tool; leave it out"));
            return decoder.in_member(NAMES.get(index), wrong);
        }
    }
    Ok(())
}

/// Refuses to decide an event, and to take for one what is asked for.
fn names<E: de::Error>(decoder: &mut Decoder<'_>, input: Input<'_>, event: bool) -> Result<(), E> {
    match (input, event) {
        (Input::Past(_), _) | (Input::Report(_), true) => Ok(()),
        (Input::Report(_), false) => Err(decoder.refuse("is asked for; what is reported is an event")),
        (_, true) => Err(decoder.refuse("is reported, and never decided; a request names an action")),
        (_, false) => Ok(()),
    }
}

/// Reads the version of the envelope.
fn version<'de, A: MapAccess<'de>>(decoder: &mut Decoder<'_>, map: &mut A) -> Result<(), A::Error> {
    let version = map.next_value::<&RawValue>()?;
    if version.get() == KNOWN_VERSION {
        return Ok(());
    }
    let sentence = format!("is {}, and only {KNOWN_VERSION} is known here", shown(version.get()));
    Err(decoder.refuse_as(Stage::SchemaVersion, "STRUCTURE_INVALID", sentence))
}

/// Reads a member that depends on the action.
struct Member<'d, 'a> {
    decoder: &'d mut Decoder<'a>,
    action: ActionId,
    /// Its number.
    index: usize,
}

impl<'de> DeserializeSeed<'de> for Member<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.index == PARAMS {
            return deserializer.deserialize_any(self);
        }
        let program = self.decoder.program;
        let action = program.bundle.schema.actions.get(usize::from(self.action));
        let place = action.and_then(|action| {
            let (request, places) = program.record(action.request)?;
            Some((request.fields.get(self.index)?.ty, *places.offsets.get(self.index)?))
        });
        let (ty, offset) = place.ok_or_else(|| de::Error::custom("no such field"))?;
        // A part of the envelope is said whole, by whoever may say it, and who may is trusted.
        let at = usize::from(TEMPORARIES + offset);
        self.decoder.vouched_for(true, |decoder| {
            decoder.said_by(Side::Whole, |decoder| Value { decoder, ty, at }.deserialize(deserializer))
        })
    }
}

/// `params` is the one member that is no record of its own: its members are the request's fields after the envelope's.
impl<'de> Visitor<'de> for Member<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let program = self.decoder.program;
        let action = program.bundle.schema.actions.get(usize::from(self.action));
        let own = action.and_then(|action| {
            let (request, places) = program.record(action.request)?;
            Some((request.fields.get(ENVELOPE..)?, places.offsets.get(ENVELOPE..)?))
        });
        let (fields, offsets) = own.ok_or_else(|| de::Error::custom("no such action"))?;
        // An event is reported by the host, who is trusted.
        let vouched = action.is_some_and(|action| action.event);
        self.decoder.vouched_for(vouched, |decoder| {
            read_fields(decoder, fields, offsets, usize::from(TEMPORARIES), map)
        })
    }
}

/// Reads the name of the action or the event, and makes room for its request's slots.
struct ActionName<'d, 'a> {
    decoder: &'d mut Decoder<'a>,
    event: bool,
}

impl<'de> DeserializeSeed<'de> for ActionName<'_, '_> {
    type Value = ActionId;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<ActionId, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for ActionName<'_, '_> {
    type Value = ActionId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<ActionId, E> {
        let ActionName { decoder, event } = self;
        let actions = &decoder.program.bundle.schema.actions;
        let found = actions.binary_search_by(|action: &Action| action.name.as_str().cmp(name));
        let plan = found
            .ok()
            .and_then(|index| Some((ActionId::try_from(index).ok()?, decoder.program.actions.get(index)?)));
        let found = plan.zip(found.ok().and_then(|index| actions.get(index)));
        let Some(((id, plan), _)) = found.filter(|(_, action)| action.event == event) else {
            let name = shown(name);
            let sentence = match (found, event) {
                (None, false) => format!("\"{name}\" is not an action that the policy declares"),
                (None, true) => format!("\"{name}\" is not an event that the policy declares"),
                (Some(_), false) => format!("\"{name}\" is an event: it is reported, and never asked for"),
                (Some(_), true) => format!("\"{name}\" is an action: it is asked for, and not reported"),
            };
            return Err(decoder.refuse_as(Stage::Structure, "UNKNOWN_ACTION", sentence));
        };
        decoder.frame.resize(usize::from(TEMPORARIES) + plan.width, Slot::ZERO);
        Ok(id)
    }
}
