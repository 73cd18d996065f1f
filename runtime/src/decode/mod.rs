//! Requests and facts, from JSON straight into slots, led by the schema.
//!
//! Everything is refused that the schema does not declare: the first thing that is wrong ends the reading, with its path.

mod collection;
mod map;
mod source;
mod decoder;
mod envelope;
mod facts;
mod member;
mod money;
mod record;
mod refusal;
mod scalar;
mod sides;
mod value;

use lictor_bundle::instr::TEMPORARIES;
use lictor_bundle::program::Stage;
use lictor_bundle::schema::ActionId;
use serde::de::DeserializeSeed;

pub(crate) use self::refusal::Refusal;

use self::decoder::{Decoder, Side};
use self::envelope::Envelope;
use self::facts::FactList;
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

    let Scratch { frame, arena, seen, facts, .. } = scratch;
    let side = if matches!(input, Input::Sides(..)) { Side::Caller } else { Side::Whole };
    let mut decoder = Decoder::new(side, program, frame, arena, seen);
    let mut json = serde_json::Deserializer::from_str(request);
    let in_request = if apart.is_some() { None } else { Some(&mut *facts) };
    let envelope = Envelope { decoder: &mut decoder, facts: in_request, action: None, input };
    let read = envelope.deserialize(&mut json);
    let action = match read.and_then(|action| json.end().map(|()| action)) {
        Ok(action) => action,
        Err(error) => return Err(decoder.into_refusal(&error)),
    };
    match (input, apart) {
        (Input::Sides(..), Some(host)) => {
            let mut json = serde_json::Deserializer::from_str(host);
            decoder.side = Side::Host;
            let envelope =
                Envelope { decoder: &mut decoder, facts: Some(facts), action: Some(action), input };
            let read = envelope.deserialize(&mut json).and_then(|_| json.end());
            if let Err(error) = read {
                return Err(decoder.into_refusal(&error));
            }
        }
        (_, Some(apart)) => {
            let mut json = serde_json::Deserializer::from_str(apart);
            let read = FactList { decoder: &mut decoder, facts }.deserialize(&mut json);
            let read = read.and_then(|()| json.end());
            if let Err(error) = decoder.in_member("facts", read) {
                return Err(decoder.into_refusal(&error));
            }
        }
        (_, None) => {}
    }
    require_user(program, scratch, action)?;
    Ok(action)
}

/// The bytes as text.
fn text<'a>(bytes: &'a [u8], what: &str) -> Result<&'a str, Refusal> {
    let refused = |sentence: String| Refusal {
        stage: Stage::Structure,
        code: "STRUCTURE_INVALID",
        reason: format!("{what}: {sentence}"),
    };
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
