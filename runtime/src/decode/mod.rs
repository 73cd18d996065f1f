//! Requests and facts, from JSON straight into slots, led by the schema.
//!
//! Everything is refused that the schema does not declare: the first thing that is wrong ends the reading, with its path.

// What a request is.
mod envelope;
mod facts;
mod tool;

// What a value is, by its declared type.
mod value;
mod record;
mod shape;
mod member;
mod sides;
mod collection;
mod map;
mod source;
mod money;
mod scalar;

// What all of them read from, and how they give up.
mod decoder;
mod reader;
mod string;
mod fault;
mod refusal;
#[cfg(test)]
mod against_serde;

use lictor_bundle::instr::TEMPORARIES;
use lictor_bundle::program::Stage;
use lictor_bundle::schema::ActionId;

pub(crate) use self::refusal::Refusal;
pub(crate) use self::shape::Shapes;
pub(crate) use self::tool::Said;

use self::decoder::{Decoder, Json, Refused, Side};
use self::envelope::{Envelope, Head};
use self::reader::Reader;
use self::tool::Answers;
use crate::plan::Program;
use crate::scratch::Scratch;
use crate::slot::Slot;

/// The most bytes that a request may have, and facts that come apart from it.
pub const MAX_REQUEST: usize = 64 * 1024;

/// What is decided, and who says which part of it.
#[derive(Clone, Copy)]
pub(crate) enum Input<'i> {
    /// A request that whoever sends it vouches for, facts included.
    Whole(&'i [u8]),
    /// The same with its facts apart.
    Apart(&'i [u8], &'i [u8]),
    /// What the caller asks for, and what the host says of it.
    Sides(&'i [u8], &'i [u8]),
    /// The report of an event, which the host makes.
    Report(&'i [u8]),
    /// Something that happened before: a request, or the report of an event.
    Past(&'i [u8]),
}

impl<'i> Input<'i> {
    /// The request, and what came apart from it.
    pub fn parts(self) -> (&'i [u8], Option<&'i [u8]>) {
        match self {
            Input::Whole(request) | Input::Report(request) | Input::Past(request) => (request, None),
            Input::Apart(request, apart) | Input::Sides(request, apart) => (request, Some(apart)),
        }
    }
}

/// Reads a request into the scratch's frame and arena, and its facts into the table of facts.
pub(crate) fn decode(
    program: &Program,
    scratch: &mut Scratch,
    input: Input<'_>,
) -> Result<ActionId, Refusal> {
    let (request, apart) = input.parts();
    let request = text(request, "the request")?;
    let what = if matches!(input, Input::Sides(..)) { "what the host says" } else { "the facts" };
    let apart = apart.map(|apart| text(apart, what)).transpose()?;
    let temporaries = usize::from(TEMPORARIES);
    scratch.frame.resize(scratch.frame.len().max(temporaries), Slot::ZERO);
    scratch.frame.truncate(temporaries);

    let json = Json::new(request, &mut scratch.arena).ok_or_else(too_large)?;
    let action = match read_head(program, scratch, input, json, None)? {
        Head::Action(action) => action,
        Head::Call(call) => {
            let mut answers = Answers::default();
            let (meaning, action) = call.meaning(program, scratch, json, &mut answers)?;
            // What the first reading has kept is read again.
            scratch.clear();
            let json = Json::new(request, &mut scratch.arena).ok_or_else(too_large)?;
            scratch.frame.truncate(temporaries);
            make_room(program, &mut scratch.frame, action);
            read_head(program, scratch, input, json, Some(action))?;
            let Scratch { frame, arena, seen, .. } = scratch;
            if !call.ask(&meaning, json, &mut answers, arena) {
                return Err(too_large());
            }
            // The input of a tool is what the agent says, whoever passes it on.
            let mut decoder = Decoder::new(Side::Caller, program, frame, arena, seen, json);
            if let Err(Refused) = call.fill(&mut decoder, &meaning, action, &answers) {
                return Err(decoder.into_refusal());
            }
            scratch.tool = Some(call.tool);
            action
        }
    };
    if let Some(apart) = apart {
        read_apart(program, scratch, input, apart, action)?;
    }
    require_user(program, scratch, action)?;
    Ok(action)
}

/// What readers say of a request that calls a tool, whether or not it can be decided; nothing of any other.
pub(crate) fn said(program: &Program, request: &[u8]) -> Vec<Said> {
    let input = Input::Whole(request);
    let Ok(request) = text(request, "the request") else { return Vec::new() };
    let mut scratch = Scratch::default();
    scratch.frame.resize(usize::from(TEMPORARIES), Slot::ZERO);
    let Some(json) = Json::new(request, &mut scratch.arena) else { return Vec::new() };
    match read_head(program, &mut scratch, input, json, None) {
        Ok(Head::Call(call)) => call.said(program, json, &mut scratch.arena),
        _ => Vec::new(),
    }
}

/// Reads the request itself: all of it, or of a tool call what it is a call of. `call` is the action that a call was found to be.
fn read_head(
    program: &Program,
    scratch: &mut Scratch,
    input: Input<'_>,
    json: Json<'_>,
    call: Option<ActionId>,
) -> Result<Head, Refusal> {
    let Scratch { frame, arena, seen, facts, .. } = scratch;
    let side = if matches!(input, Input::Sides(..)) { Side::Caller } else { Side::Whole };
    let mut decoder = Decoder::new(side, program, frame, arena, seen, json);
    let facts = if input.parts().1.is_some() { None } else { Some(facts) };
    let envelope = Envelope { facts, action: call, is_call: call.is_some(), input };
    envelope.read(&mut decoder).map_err(|Refused| decoder.into_refusal())
}

/// Reads what came apart from the request: what the host says of it, or its facts.
fn read_apart(
    program: &Program,
    scratch: &mut Scratch,
    input: Input<'_>,
    apart: &str,
    action: ActionId,
) -> Result<(), Refusal> {
    let Scratch { frame, arena, seen, facts, .. } = scratch;
    let json = Json::new(apart, arena).ok_or_else(too_large)?;
    let is_host = matches!(input, Input::Sides(..));
    let side = if is_host { Side::Host } else { Side::Whole };
    let mut decoder = Decoder::new(side, program, frame, arena, seen, json);
    let read = if is_host {
        let envelope = Envelope { facts: Some(facts), action: Some(action), is_call: false, input };
        envelope.read(&mut decoder).map(drop)
    } else {
        let read = facts::read_list(&mut decoder, facts).and_then(|()| decoder.json(Reader::end));
        decoder.in_member("facts", read)
    };
    read.map_err(|Refused| decoder.into_refusal())
}

/// Reads facts that belong to no request yet: whether they are of the declared types.
pub(crate) fn check_facts(program: &Program, scratch: &mut Scratch, facts: &[u8]) -> Result<(), Refusal> {
    scratch.clear();
    let written = text(facts, "the facts")?;
    let temporaries = usize::from(TEMPORARIES);
    scratch.frame.resize(scratch.frame.len().max(temporaries), Slot::ZERO);
    scratch.frame.truncate(temporaries);
    let Scratch { frame, arena, seen, facts, .. } = scratch;
    let json = Json::new(written, arena).ok_or_else(too_large)?;
    let mut decoder = Decoder::new(Side::Whole, program, frame, arena, seen, json);
    let read = facts::read_list(&mut decoder, facts).and_then(|()| decoder.json(Reader::end));
    decoder.in_member("facts", read).map_err(|Refused| decoder.into_refusal())
}

/// Makes room for the slots of an action's request, which are zero.
fn make_room(program: &Program, frame: &mut Vec<Slot>, action: ActionId) {
    let width = program.actions.get(usize::from(action)).map_or(0, |plan| plan.width);
    frame.resize(usize::from(TEMPORARIES) + width, Slot::ZERO);
}

/// The bytes as text.
fn text<'a>(bytes: &'a [u8], what: &str) -> Result<&'a str, Refusal> {
    let refused = |sentence: String| malformed(format!("{what}: {sentence}"));
    if bytes.len() > MAX_REQUEST {
        return Err(refused(format!("has {} bytes, and may have {MAX_REQUEST} at most", bytes.len())));
    }
    let text = str::from_utf8(bytes)
        .map_err(|error| refused(format!("is not UTF-8 from byte {} on", error.valid_up_to())))?;
    if text.starts_with('\u{feff}') {
        return Err(refused("starts with a byte-order mark; leave it out".to_owned()));
    }
    Ok(text)
}

fn malformed(reason: String) -> Refusal {
    Refusal { stage: Stage::Structure, code: "STRUCTURE_INVALID", reason }
}

fn too_large() -> Refusal {
    malformed("the request: is too large".to_owned())
}

/// Where users have layers, nobody gets around their own by not saying who they are.
fn require_user(program: &Program, scratch: &Scratch, action: ActionId) -> Result<(), Refusal> {
    // An event is decided by nobody's rules.
    if program.bundle.schema.actions.get(usize::from(action)).is_some_and(|action| action.event) {
        return Ok(());
    }
    let plan = program.actions.get(usize::from(action));
    let is_there = plan.and_then(|plan| plan.user).is_some_and(|(is_there, _)| {
        scratch.frame.get(usize::from(is_there)).is_some_and(|slot| slot.bool())
    });
    if is_there || !program.asks_for_user.0 {
        return Ok(());
    }
    Err(user_required())
}

/// The refusal of a request that does not say who the user is.
pub(crate) fn user_required() -> Refusal {
    Refusal {
        stage: Stage::Structure,
        code: "USER_REQUIRED",
        reason: "user: is missing, and users have rules of their own; say who the user is".to_owned(),
    }
}
