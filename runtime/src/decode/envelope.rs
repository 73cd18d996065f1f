//! A request: the envelope around an action's fields.
//!
//! What a member holds depends on the action, and members come in any order. Where the action comes first, as it mostly does,
//! the request is read in one pass; members before it are kept as they are written, and read when it is known.

use lictor_bundle::instr::TEMPORARIES;
use lictor_bundle::program::Stage;
use lictor_bundle::schema::{Action, ActionId};

use super::Input;
use super::decoder::{Decoder, Read, Refused, Side};
use super::facts;
use super::member::Members;
use super::reader::{Kind, Raw, Reader};
use super::record::read_fields;
use super::refusal::shown;
use super::shape::Shape;
use super::sides;
use super::tool::Call;
use super::value;
use crate::facts::FactTable;
use crate::plan::ENVELOPE;
use crate::slot::Slot;

/// The members, first those that are the first fields of every request.
const NAMES: [&str; 11] = [
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
];
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

/// The name of a member.
fn name(index: usize) -> &'static str {
    NAMES.get(index).copied().unwrap_or_default()
}

/// What a request is found to be.
pub(crate) enum Head {
    /// A request for this action, which was read.
    Action(ActionId),
    /// A call of a tool, of which nothing else was read.
    Call(Call),
}

/// Reads a request.
pub(crate) struct Envelope<'f, 'i> {
    /// Where its facts go; none where they come apart from it.
    pub facts: Option<&'f mut FactTable>,
    /// The action, where it is known: the caller has named it and this is the host's part, or this is the call of a tool.
    pub action: Option<ActionId>,
    /// Whether this is a call of a tool, of which it is known what action it is.
    pub is_call: bool,
    /// What is being read.
    pub input: Input<'i>,
}

/// What of a request is kept until more of it is known.
#[derive(Default)]
struct Kept {
    /// Members that depend on the action, and came before it.
    pending: [Option<Raw>; DEPENDENT],
    tool: Option<String>,
    input: Option<Raw>,
}

impl Envelope<'_, '_> {
    /// Reads the whole of the text.
    pub fn read(mut self, decoder: &mut Decoder<'_>) -> Read<Head> {
        decoder.expect(Kind::Object)?;
        let mut members = Members::enter(decoder, &NAMES)?;
        members.expect(ACTION);
        let mut kept = Kept::default();
        while let Some((index, name)) = members.next(decoder)? {
            let read = self.member(decoder, index, &mut kept);
            decoder.in_member(name, read)?;
            if index == ACTION {
                // Mostly the envelope follows.
                members.expect(0);
            }
        }
        let head = self.finish(decoder, &members, kept)?;
        members.leave(decoder);
        decoder.json(Reader::end)?;
        Ok(head)
    }

    /// Reads the value of a member.
    fn member(&mut self, decoder: &mut Decoder<'_>, index: usize, kept: &mut Kept) -> Read<()> {
        let side = decoder.side;
        match (index, self.action) {
            (..ENVELOPE | FACTS, _) if side == Side::Caller => {
                return Err(decoder.refuse("is for the host to say, never for the caller; leave it out"));
            }
            (TOOL | INPUT, _) if self.is_call => drop(decoder.skip()?),
            (TOOL, _) if side != Side::Host => {
                decoder.expect(Kind::Text)?;
                kept.tool = Some(decoder.json(Reader::string)?.text.into_owned());
            }
            (INPUT, _) if side != Side::Host => kept.input = Some(decoder.skip()?),
            (ACTION | SCHEMA_VERSION | EVENT | TOOL | INPUT, _) if side == Side::Host => {
                return Err(decoder.refuse("is the caller's to say"));
            }
            (ACTION | EVENT, Some(_)) => {
                let both = "a request is for an action, or it reports an event: send one of the two";
                return Err(decoder.refuse(both));
            }
            (ACTION | EVENT, None) => {
                let event = index == EVENT;
                names(decoder, self.input, event)?;
                self.action = Some(read_action(decoder, event)?);
            }
            (SCHEMA_VERSION, _) => version(decoder)?,
            (..DEPENDENT, Some(id)) => dependent(decoder, id, index)?,
            (..DEPENDENT, None) => {
                let raw = decoder.skip()?;
                if let Some(place) = kept.pending.get_mut(index) {
                    *place = Some(raw);
                }
            }
            _ => match &mut self.facts {
                Some(facts) => decoder.said_by(Side::Whole, |decoder| facts::read_list(decoder, facts))?,
                None => return Err(decoder.refuse("come apart from this request; leave them out")),
            },
        }
        Ok(())
    }

    /// Reads what was kept, and sees to it that nothing is missing.
    fn finish(&self, decoder: &mut Decoder<'_>, members: &Members<'_, &str>, kept: Kept) -> Read<Head> {
        if let Some(tool) = kept.tool {
            only_called(decoder, members, self.input)?;
            return Ok(Head::Call(Call { tool, input: kept.input }));
        }
        if kept.input.is_some() {
            return Err(members.refuse(decoder, INPUT, "is the input of a tool, and no tool is named"));
        }
        let Some(action) = self.action else {
            let name = if matches!(self.input, Input::Report(_)) { EVENT } else { ACTION };
            return Err(members.refuse(decoder, name, "is missing"));
        };
        for (index, raw) in kept.pending.into_iter().enumerate() {
            if let Some(raw) = raw {
                let read = decoder.again(raw, |decoder| dependent(decoder, action, index));
                decoder.in_member(name(index), read)?;
            }
        }
        let fields = fields(decoder, action)?;
        // What the host leaves out of them, or all of them, may hold something that only the host can say.
        if decoder.side == Side::Host && !members.has(decoder, PARAMS) {
            let own = fields.get(ENVELOPE..).unwrap_or_default();
            let missing = sides::require_all(decoder, own, usize::from(TEMPORARIES));
            decoder.in_member(name(PARAMS), missing)?;
        }
        require(decoder, members, fields, self.is_call)?;
        Ok(Head::Action(action))
    }
}

/// The fields of the requests for an action: those of the envelope, then its own.
fn fields<'a>(decoder: &Decoder<'a>, action: ActionId) -> Read<&'a [Shape]> {
    let program = decoder.program;
    let action = program.bundle.schema.actions.get(usize::from(action)).ok_or(Refused)?;
    program.shapes.record(action.request).ok_or(Refused)
}

/// Sees to it that what is not optional is there. An action without fields of its own that must be there needs no `params`.
fn require(
    decoder: &mut Decoder<'_>,
    members: &Members<'_, &str>,
    fields: &[Shape],
    is_call: bool,
) -> Read<()> {
    for (index, field) in fields.iter().enumerate() {
        if field.optional {
            continue;
        }
        // The envelope is the host's, and most of the rest the caller's.
        if index < ENVELOPE {
            if decoder.side != Side::Caller {
                members.require(decoder, index)?;
            }
        } else if is_call {
            // Its fields come out of the input.
        } else if decoder.side == Side::Whole || (decoder.side == Side::Caller && !field.attested) {
            members.require(decoder, PARAMS)?;
        }
    }
    Ok(())
}

/// Refuses what a call of a tool does not say itself.
fn only_called(decoder: &mut Decoder<'_>, members: &Members<'_, &str>, input: Input<'_>) -> Read<()> {
    if let Input::Report(_) = input {
        return Err(members.refuse(decoder, TOOL, "is called; what is reported is an event"));
    }
    for index in [ACTION, EVENT, PARAMS] {
        if members.has(decoder, index) {
            let made = "is what the policy makes of the call of a tool; leave it out";
            return Err(members.refuse(decoder, index, made));
        }
    }
    Ok(())
}

/// Refuses to decide an event, and to take for one what is asked for.
fn names(decoder: &mut Decoder<'_>, input: Input<'_>, event: bool) -> Read<()> {
    match (input, event) {
        (Input::Past(_), _) | (Input::Report(_), true) => Ok(()),
        (Input::Report(_), false) => Err(decoder.refuse("is asked for; what is reported is an event")),
        (_, true) => Err(decoder.refuse("is reported, and never decided; a request names an action")),
        (_, false) => Ok(()),
    }
}

/// Reads the version of the envelope.
fn version(decoder: &mut Decoder<'_>) -> Read<()> {
    let version = decoder.skip()?;
    let version = decoder.written(version);
    if version == KNOWN_VERSION {
        return Ok(());
    }
    let sentence = format!("is {}, and only {KNOWN_VERSION} is known here", shown(version));
    Err(decoder.refuse_as(Stage::SchemaVersion, "STRUCTURE_INVALID", sentence))
}

/// Reads a member that depends on the action.
fn dependent(decoder: &mut Decoder<'_>, action: ActionId, index: usize) -> Read<()> {
    let (fields, start) = (fields(decoder, action)?, usize::from(TEMPORARIES));
    if index == PARAMS {
        // The one member that is no record of its own: its members are the request's fields after the envelope's.
        decoder.expect(Kind::Object)?;
        let own = fields.get(ENVELOPE..).ok_or(Refused)?;
        // An event is reported by the host, who is trusted.
        let actions = &decoder.program.bundle.schema.actions;
        let is_event = actions.get(usize::from(action)).is_some_and(|action| action.event);
        return decoder.vouched_for(is_event, |decoder| read_fields(decoder, own, start));
    }
    let field = fields.get(index).ok_or(Refused)?;
    // A part of the envelope is said whole, by whoever may say it, and who may is trusted.
    decoder.vouched_for(true, |decoder| {
        decoder.said_by(Side::Whole, |decoder| value::read_field(decoder, field, start + field.offset))
    })
}

/// Reads the name of the action or the event, and makes room for its request's slots.
fn read_action(decoder: &mut Decoder<'_>, event: bool) -> Read<ActionId> {
    decoder.expect(Kind::Text)?;
    let name = decoder.json(Reader::string)?;
    let actions = &decoder.program.bundle.schema.actions;
    let found = actions.binary_search_by(|action: &Action| action.name.as_str().cmp(&name));
    let plan = found
        .ok()
        .and_then(|index| Some((ActionId::try_from(index).ok()?, decoder.program.actions.get(index)?)));
    let found = plan.zip(found.ok().and_then(|index| actions.get(index)));
    let Some(((id, plan), _)) = found.filter(|(_, action)| action.event == event) else {
        let name = shown(&name);
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
