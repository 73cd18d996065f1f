//! Tool calls: which action a call is, and its fields from the members of its input.
//!
//! A call is read twice. The first reading finds the tool and its input; the normalizers of the bundle say which action it is; then
//! the request is read as one for that action, and its own fields are read out of the input.

use std::collections::BTreeMap;

use lictor_bundle::currency::Currency;
use lictor_bundle::instr::TEMPORARIES;
use lictor_bundle::program::Stage;
use lictor_bundle::schema::{ActionId, Type, TypeId};
use lictor_bundle::tools::{
    CurrencySource, InputCondition, InputPath, Mapping, Normalizer, Source, UNCLASSIFIED,
};
use serde::de::{self, DeserializeSeed};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use super::decoder::{Decoder, Side};
use super::money;
use super::object::{Object, object};
use super::refusal::{Refusal, shown};
use super::scalar;
use super::value::Value;
use crate::condition;
use crate::digest::Digest;
use crate::outcome::failure_words;
use crate::plan::{ENVELOPE, Program};
use crate::scratch::Scratch;
use crate::slot::{Money, Slot};

/// A call as it was sent.
pub(crate) struct Call<'i> {
    /// The tool.
    pub tool: String,
    /// Its input; nothing where it has none.
    pub input: Option<&'i RawValue>,
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

impl<'i> Call<'i> {
    /// The members of the input.
    fn members(&self) -> Result<Object<'i>, Refusal> {
        match self.input {
            None => Ok(BTreeMap::new()),
            Some(raw) => object(raw).map_err(|sentence| refused("input", "STRUCTURE_INVALID", sentence)),
        }
    }

    /// Finds out what it is, and which action that makes it.
    pub fn meaning<'p>(
        &self,
        program: &'p Program,
        scratch: &mut Scratch,
    ) -> Result<(Meaning<'p>, ActionId), Refusal> {
        let members = self.members()?;
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
                (Some(condition), _) if !holds(program, scratch, condition, &members)? => {}
                (Some(_), None) => found = Some((number, normalizer)),
                (Some(_), Some(_)) => {
                    let sentence = format!("this call of \"{}\" is two things at once", shown(&self.tool));
                    return Err(refused("tool", "STRUCTURE_INVALID", sentence));
                }
            }
        }
        let unread = found.and_then(|(_, normalizer)| unread(&members, normalizer, &mut Vec::new()));
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

    /// Reads the action's own fields, for which the frame has room.
    pub fn fill(
        &self,
        decoder: &mut Decoder<'_>,
        meaning: &Meaning<'_>,
        action: ActionId,
    ) -> Result<(), serde_json::Error> {
        match meaning {
            Meaning::Known(normalizer, number) => {
                let members = match self.input {
                    None => BTreeMap::new(),
                    // It was read before.
                    Some(raw) => object(raw).map_err(de::Error::custom)?,
                };
                let constants = decoder.program.tools.get(*number);
                for (at, mapping) in normalizer.mappings.iter().enumerate() {
                    let constant = constants.and_then(|slots| slots.get(at).copied().flatten());
                    let place = place(decoder, action, &mapping.target);
                    let place = place.ok_or_else(|| de::Error::custom("no such field"))?;
                    map(decoder, mapping, &members, &place, constant)?;
                }
                Ok(())
            }
            Meaning::Unknown(unread) => self.unclassified(decoder, action, unread.as_deref()),
        }
    }

    /// The fields of a call of which nothing says what it is.
    fn unclassified(
        &self,
        decoder: &mut Decoder<'_>,
        action: ActionId,
        unread: Option<&str>,
    ) -> Result<(), serde_json::Error> {
        let sent = self.input.map_or("{}", RawValue::get);
        let digest = Digest(Sha256::digest(sent).into()).to_string();
        let server = self.tool.split_once('/').map(|(server, _)| server);
        let values = [Some(self.tool.as_str()), server, Some(digest.as_str()), unread];
        for (number, value) in (0..).zip(values) {
            let Some(text) = value else { continue };
            let place =
                place(decoder, action, &[number]).ok_or_else(|| de::Error::custom("no such field"))?;
            let json = serde_json::to_string(text)?;
            let mut json = serde_json::Deserializer::from_str(&json);
            let (ty, at) = (place.ty, place.present(decoder));
            let read = Value { decoder: &mut *decoder, ty, at }.deserialize(&mut json);
            decoder.in_member("tool", read)?;
        }
        Ok(())
    }
}

/// Whether a condition holds. A member that is not there, or not of its type, makes it false.
fn holds(
    program: &Program,
    scratch: &mut Scratch,
    condition: &InputCondition,
    members: &Object<'_>,
) -> Result<bool, Refusal> {
    let Some((record, places)) = program.record(condition.record) else { return Ok(false) };
    let temporaries = usize::from(TEMPORARIES);
    scratch.frame.truncate(temporaries);
    scratch.frame.resize(temporaries + usize::from(places.width), Slot::ZERO);
    for ((path, field), offset) in condition.reads.iter().zip(&record.fields).zip(&places.offsets) {
        let Ok(Some(raw)) = member(members, path) else { return Ok(false) };
        let Scratch { frame, arena, seen, .. } = scratch;
        let mut decoder = Decoder::new(Side::Caller, program, frame, arena, seen);
        let mut json = serde_json::Deserializer::from_str(raw.get());
        let value = Value { decoder: &mut decoder, ty: field.ty, at: temporaries + usize::from(*offset) };
        if value.deserialize(&mut json).is_err() {
            seen.clear();
            return Ok(false);
        }
    }
    condition::holds(program, scratch, usize::from(condition.code)).map_err(|failure| {
        let (code, words) = failure_words(failure);
        Refusal { stage: Stage::Structure, code, reason: words.to_owned() }
    })
}

/// The first member that nothing reads or ignores: `meta.trace`. Paths of bundles are short, so this does not go deep.
fn unread(members: &Object<'_>, normalizer: &Normalizer, outer: &mut InputPath) -> Option<String> {
    for (name, raw) in members {
        outer.push(name.clone());
        let whole = normalizer.leaves().any(|leaf| leaf == outer);
        let inside = !whole && normalizer.leaves().any(|leaf| leaf.starts_with(outer));
        let found = match object(raw) {
            _ if whole => None,
            Ok(members) if inside => unread(&members, normalizer, outer),
            // What should have been an object is told where its member is read.
            Err(_) if inside && read_inside(normalizer, outer) => None,
            _ => Some(shown(&outer.join("."))),
        };
        outer.pop();
        if found.is_some() {
            return found;
        }
    }
    None
}

fn read_inside(normalizer: &Normalizer, outer: &InputPath) -> bool {
    let mut read = normalizer.mappings.iter().flat_map(|mapping| mapping.source.reads());
    read.any(|path| path.starts_with(outer))
}

/// The member at a path; a `null` is none. An error names the depth of what is no object.
fn member<'i>(members: &Object<'i>, path: &[String]) -> Result<Option<&'i RawValue>, (usize, String)> {
    let Some((first, rest)) = path.split_first() else { return Ok(None) };
    let mut found = members.get(first).copied();
    for (depth, name) in rest.iter().enumerate() {
        let Some(raw) = found else { return Ok(None) };
        if raw.get() == "null" {
            return Ok(None);
        }
        found = object(raw).map_err(|sentence| (depth + 1, sentence))?.get(name).copied();
    }
    Ok(found.filter(|raw| raw.get() != "null"))
}

/// Where a field lies.
struct Place {
    ty: TypeId,
    /// The slots that say whether the records around it, and it itself, are there.
    presence: Vec<usize>,
    /// The slot of the value.
    at: usize,
    /// Whether it, or something around it, is secret.
    secret: bool,
}

impl Place {
    /// Says that it is there; the slot of its value.
    fn present(&self, decoder: &mut Decoder<'_>) -> usize {
        self.presence.iter().for_each(|at| decoder.put(*at, Slot::from_bool(true)));
        self.at
    }
}

/// The place of a field of an action, with its type without the `?`.
fn place(decoder: &Decoder<'_>, action: ActionId, target: &[u16]) -> Option<Place> {
    let program = decoder.program;
    let mut record = program.bundle.schema.actions.get(usize::from(action))?.request;
    let mut place = Place { ty: 0, presence: Vec::new(), at: usize::from(TEMPORARIES), secret: false };
    let mut skip = ENVELOPE;
    for (depth, number) in target.iter().enumerate() {
        if depth > 0 {
            let Type::Record(inner) = program.ty(place.ty)? else { return None };
            record = inner;
        }
        let (fields, places) = program.record(record)?;
        let number = usize::from(*number) + skip;
        skip = 0;
        let field = fields.fields.get(number)?;
        place.secret |= field.marks.secret;
        place.at += usize::from(*places.offsets.get(number)?);
        place.ty = field.ty;
        if let Type::Optional(inner) = program.ty(field.ty)? {
            place.presence.push(place.at);
            place.at += 1;
            place.ty = inner;
        }
    }
    Some(place)
}

/// Reads one field.
fn map(
    decoder: &mut Decoder<'_>,
    mapping: &Mapping,
    members: &Object<'_>,
    place: &Place,
    constant: Option<Slot>,
) -> Result<(), serde_json::Error> {
    match &mapping.source {
        Source::Constant(_) => {
            let slot = constant.ok_or_else(|| de::Error::custom("no such constant"))?;
            let at = place.present(decoder);
            decoder.put(at, slot);
        }
        Source::Input(path, ty) => {
            let Some(raw) = found(decoder, members, path, mapping.optional)? else { return Ok(()) };
            let at = place.present(decoder);
            let mut json = serde_json::Deserializer::from_str(raw.get());
            let read = decoder.guarded(place.secret, |decoder| {
                Value { decoder: &mut *decoder, ty: *ty, at }.deserialize(&mut json)
            });
            in_path(decoder, path, read)?;
        }
        Source::Money { amount, minor, currency } => {
            let (in_minor, code) = match currency {
                CurrencySource::Input(path) => {
                    (*minor, found(decoder, members, path, mapping.optional)?.map(|raw| (path, raw)))
                }
                CurrencySource::Constant(_) => (*minor, None),
            };
            let raw = found(decoder, members, amount, mapping.optional)?;
            let fixed = match currency {
                CurrencySource::Constant(currency) => Some(*currency),
                CurrencySource::Input(_) => None,
            };
            let (Some(raw), true) = (raw, fixed.is_some() || code.is_some()) else {
                // One without the other says nothing, unless neither is there.
                return match (raw, code) {
                    (None, None) => Ok(()),
                    (None, Some(_)) if fixed.is_none() => missing(decoder, amount),
                    _ => currency_missing(decoder, currency),
                };
            };
            let signed = matches!(decoder.program.ty(place.ty), Some(Type::Money { signed: true }));
            let (currency, digits) = match (fixed, code) {
                (Some(currency), _) => {
                    let digits = currency.digits(&decoder.program.bundle.schema.currencies);
                    (currency, digits.ok_or_else(|| de::Error::custom("no such currency"))?)
                }
                (None, Some((path, raw))) => {
                    let read = read_currency(decoder, raw);
                    let read = refuse(decoder, place, read);
                    in_path(decoder, path, read)?
                }
                (None, None) => return Ok(()),
            };
            let minor = if in_minor {
                money::number(raw).and_then(|text| scalar::minor(text, signed))
            } else {
                money::number_or_text(raw).and_then(|text| scalar::amount(&text, digits, signed))
            };
            let minor = refuse(decoder, place, minor);
            let minor = in_path(decoder, amount, minor)?;
            let at = place.present(decoder);
            decoder.put(at, Slot::from_money(Money { currency, minor }));
        }
    }
    Ok(())
}

/// Gives up where a value is a sentence that says why, which is not told of what is secret.
fn refuse<T>(
    decoder: &mut Decoder<'_>,
    place: &Place,
    value: Result<T, String>,
) -> Result<T, serde_json::Error> {
    value.map_err(|sentence| {
        // Only what fails comes back.
        let refused: Result<(), serde_json::Error> =
            decoder.guarded(place.secret, |decoder| Err(decoder.refuse(sentence)));
        refused.err().unwrap_or_else(|| de::Error::custom("refused"))
    })
}

/// A code in capitals or in small letters, as payment services write them.
fn read_currency(decoder: &Decoder<'_>, raw: &RawValue) -> Result<(Currency, u8), String> {
    let code = money::text(raw, "a code such as \"USD\"")?;
    scalar::currency(&code.to_ascii_uppercase(), &decoder.program.bundle.schema)
}

fn currency_missing(decoder: &mut Decoder<'_>, currency: &CurrencySource) -> Result<(), serde_json::Error> {
    match currency {
        CurrencySource::Input(path) => missing(decoder, path),
        CurrencySource::Constant(_) => Ok(()),
    }
}

fn missing<T>(decoder: &mut Decoder<'_>, path: &InputPath) -> Result<T, serde_json::Error> {
    let missing = Err(decoder.refuse("is missing"));
    in_path(decoder, path, missing)
}

/// The member at a path; nothing where it may be missing and is.
fn found<'i>(
    decoder: &mut Decoder<'_>,
    members: &Object<'i>,
    path: &InputPath,
    optional: bool,
) -> Result<Option<&'i RawValue>, serde_json::Error> {
    match member(members, path) {
        Ok(Some(raw)) => Ok(Some(raw)),
        Ok(None) if optional => Ok(None),
        Ok(None) => missing(decoder, path),
        Err((depth, sentence)) => {
            let wrong = Err(decoder.refuse(sentence));
            in_path(decoder, path.get(..depth).unwrap_or(path), wrong)
        }
    }
}

/// Notes, where reading failed, that it failed in this member of the input.
fn in_path<T>(
    decoder: &mut Decoder<'_>,
    path: &[String],
    mut result: Result<T, serde_json::Error>,
) -> Result<T, serde_json::Error> {
    for name in path.iter().rev() {
        result = decoder.in_member(name, result);
    }
    decoder.in_member("input", result)
}
