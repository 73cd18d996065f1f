//! Tool calls: which action a call is, and its fields from the members of its input.
//!
//! A call is read twice. The first reading finds the tool and its input; the normalizers of the bundle say which action it is; then
//! the request is read as one for that action, and its own fields are read out of the input.

mod answers;
mod input;
mod listed;
mod mapping;
mod said;

use lictor_bundle::instr::TEMPORARIES;
use lictor_bundle::program::Stage;
use lictor_bundle::schema::{ActionId, Type};
use lictor_bundle::tools::{InputCondition, InputRead, Normalizer, UNCLASSIFIED};
use sha2::{Digest as _, Sha256};

pub(crate) use self::answers::Answers;
use self::input::{Input, unread};
use self::mapping::{map, place};
pub(crate) use self::said::Said;
use super::decoder::{Decoder, Json, Read, Refused, Side};
use super::reader::Raw;
use super::refusal::{Refusal, shown};
use super::value;
use crate::arena::Arena;
use crate::condition;
use crate::digest::Digest;
use crate::outcome::failure_words;
use crate::plan::Program;
use crate::scratch::Scratch;
use crate::slot::Slot;
use crate::vm::untrue;

/// A call as it was sent.
pub(crate) struct Call {
    /// The tool.
    pub tool: String,
    /// Where its input stands in the request; nothing where it has none.
    pub input: Option<Raw>,
}

/// What a call is.
pub(crate) enum Meaning<'p> {
    /// What this one says, the n-th of the bundle.
    Known(&'p Normalizer, usize),
    /// Nothing says what it is, or nothing reads this member of its input.
    Unknown(Option<String>),
}

/// Why a call is refused, with the path of the member.
fn refused(path: &str, code: &'static str, sentence: impl Into<String>) -> Refusal {
    Refusal { stage: Stage::Structure, code, reason: format!("{path}: {}", sentence.into()) }
}

impl Call {
    /// Finds out what it is, and which action that makes it.
    pub fn meaning<'p>(
        &self,
        program: &'p Program,
        scratch: &mut Scratch,
        json: Json<'_>,
        answers: &mut Answers<'p>,
    ) -> Result<(Meaning<'p>, ActionId), Refusal> {
        let input = Input::new(json.text, self.input);
        let input = input.map_err(|sentence| refused("input", "STRUCTURE_INVALID", sentence))?;
        let all = &program.bundle.tools.normalizers;
        let from = all.partition_point(|normalizer| normalizer.tool < self.tool);
        let own =
            all.iter().enumerate().skip(from).take_while(|(_, normalizer)| normalizer.tool == self.tool);
        let mut found: Option<(usize, &Normalizer)> = None;
        for (number, normalizer) in own {
            match (&normalizer.when, found) {
                // What has no condition stands last, and is for the calls that are nothing else.
                (None, Some(_)) => {}
                (None, None) => found = Some((number, normalizer)),
                (Some(condition), _) if !holds(program, scratch, condition, json, &input, answers)? => {}
                (Some(_), None) => found = Some((number, normalizer)),
                (Some(_), Some(_)) => {
                    let sentence = format!("this call of \"{}\" is two things at once", shown(&self.tool));
                    return Err(refused("tool", "STRUCTURE_INVALID", sentence));
                }
            }
        }
        let unread = found.and_then(|(_, normalizer)| unread(&input, normalizer, &mut Vec::new()));
        if let (Some((number, normalizer)), None) = (found, &unread) {
            return Ok((Meaning::Known(normalizer, number), normalizer.action));
        }
        let action = program.bundle.tools.unclassified.ok_or_else(|| {
            let (path, sentence) = match &unread {
                Some(path) => (format!("input.{path}"), "nothing reads this member".to_owned()),
                None => {
                    let tool = shown(&self.tool);
                    ("tool".to_owned(), format!("nothing says what a call of \"{tool}\" is"))
                }
            };
            let sentence = format!("{sentence}, and the policy does not declare {UNCLASSIFIED}");
            refused(&path, "UNKNOWN_ACTION", sentence)
        })?;
        Ok((Meaning::Unknown(unread), action))
    }

    /// Asks what the fields are read from, and keeps what was said before. Whether there is room for it.
    pub fn ask<'p>(
        &self,
        meaning: &Meaning<'p>,
        json: Json<'_>,
        answers: &mut Answers<'p>,
        arena: &mut Arena,
    ) -> bool {
        let kept = answers.keep(arena);
        // What is wrong with the input is told where its members are read.
        if let (Meaning::Known(normalizer, _), Ok(input)) = (meaning, Input::new(json.text, self.input)) {
            normalizer.asks().for_each(|asked| answers.ask(asked, &input, arena));
        }
        kept
    }

    /// Reads the action's own fields, for which the frame has room.
    pub fn fill<'d>(
        &self,
        decoder: &mut Decoder<'d>,
        meaning: &Meaning<'_>,
        action: ActionId,
        answers: &'d Answers<'_>,
    ) -> Read<()> {
        let (normalizer, number) = match meaning {
            Meaning::Known(normalizer, number) => (normalizer, number),
            Meaning::Unknown(unread) => return self.unclassified(decoder, action, unread.as_deref()),
        };
        let input = Input::new(decoder.text(), self.input).map_err(|sentence| decoder.refuse(sentence))?;
        let constants = decoder.program.tools.get(*number);
        for (at, mapping) in normalizer.mappings.iter().enumerate() {
            let constant = constants.and_then(|slots| slots.get(at).copied().flatten());
            let place = place(decoder, action, &mapping.target).ok_or(Refused)?;
            map(decoder, mapping, &input, answers, &place, constant)?;
        }
        Ok(())
    }

    /// The fields of a call of which nothing says what it is.
    fn unclassified(&self, decoder: &mut Decoder<'_>, action: ActionId, unread: Option<&str>) -> Read<()> {
        let sent = self.input.map_or("{}", |input| decoder.written(input));
        let digest = Digest(Sha256::digest(sent).into()).to_string();
        let server = self.tool.split_once('/').map(|(server, _)| server);
        let values = [Some(self.tool.as_str()), server, Some(digest.as_str()), unread];
        for (number, value) in (0..).zip(values) {
            let Some(text) = value else { continue };
            let place = place(decoder, action, &[number]).ok_or(Refused)?;
            let at = place.present(decoder);
            let read = value::put_text(decoder, place.ty, at, text.to_owned());
            decoder.in_member("tool", read)?;
        }
        Ok(())
    }
}

/// Whether a condition holds. Something that is not there, or not of its type, makes it false.
fn holds<'p>(
    program: &Program,
    scratch: &mut Scratch,
    condition: &'p InputCondition,
    json: Json<'_>,
    input: &Input<'_>,
    answers: &mut Answers<'p>,
) -> Result<bool, Refusal> {
    let Some((record, places)) = program.record(condition.record) else { return Ok(false) };
    let temporaries = usize::from(TEMPORARIES);
    scratch.frame.truncate(temporaries);
    scratch.frame.resize(temporaries + usize::from(places.width), Slot::ZERO);
    for ((read, field), offset) in condition.reads.iter().zip(&record.fields).zip(&places.offsets) {
        let (json, raw) = match read {
            InputRead::Member(path) => match input.at(path) {
                Ok(raw) => (json, raw),
                // An object that is none is not one without this member.
                Err(_) => return Ok(false),
            },
            InputRead::Asked(asked) => {
                answers.ask(asked, input, &mut scratch.arena);
                let Ok(said) = answers.of(asked) else { return Ok(false) };
                said
            }
        };
        let Some(raw) = raw else {
            if matches!(program.ty(field.ty), Some(Type::Optional(_))) {
                continue;
            }
            return Ok(false);
        };
        let Scratch { frame, arena, seen, .. } = scratch;
        let mut decoder = Decoder::new(Side::Caller, program, frame, arena, seen, json);
        let at = temporaries + usize::from(*offset);
        if decoder.again(raw, |decoder| value::read(decoder, field.ty, at)).is_err() {
            seen.clear();
            return Ok(false);
        }
    }
    // What was true of another request, or of what another condition reads, is not of this.
    scratch.untrue = untrue(scratch.frame.get(temporaries..).unwrap_or_default());
    condition::holds(program, scratch, usize::from(condition.code)).map_err(|failure| {
        let (code, words) = failure_words(failure);
        Refusal { stage: Stage::Structure, code, reason: words.to_owned() }
    })
}
