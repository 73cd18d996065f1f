//! A field of an action, read from the members of a tool's input.

use std::borrow::Cow;

use lictor_bundle::currency::Currency;
use lictor_bundle::instr::TEMPORARIES;
use lictor_bundle::schema::{ActionId, Type};
use lictor_bundle::tools::{CurrencySource, InputPath, Mapping, Piece, Source, between, least};
use sha2::{Digest as _, Sha256};

use super::answers::Answers;
use super::input::Input;
use super::listed;
use crate::decode::decoder::{Decoder, Read, Refused};
use crate::decode::money::Part;
use crate::decode::reader::{Kind, Raw, Reader};
use crate::decode::refusal::shown;
use crate::decode::{scalar, value};
use crate::digest::Digest;
use crate::plan::ENVELOPE;
use crate::slot::{Money, Slot};

/// Where a field lies.
pub(super) struct Place {
    /// Its type, without the `?`.
    pub ty: Type,
    /// The slots that say whether the records around it, and it itself, are there.
    presence: Vec<usize>,
    /// The slot of the value.
    at: usize,
    /// Whether it, or something around it, is secret.
    pub secret: bool,
}

impl Place {
    /// Says that it is there; the slot of its value.
    pub fn present(&self, decoder: &mut Decoder<'_>) -> usize {
        self.presence.iter().for_each(|at| decoder.put(*at, Slot::from_bool(true)));
        self.at
    }
}

/// The place of a field of an action.
pub(super) fn place(decoder: &Decoder<'_>, action: ActionId, target: &[u16]) -> Option<Place> {
    let program = decoder.program;
    let request = program.bundle.schema.actions.get(usize::from(action))?.request;
    let mut fields = program.shapes.record(request)?.get(ENVELOPE..)?;
    let mut place =
        Place { ty: Type::Bool, presence: Vec::new(), at: usize::from(TEMPORARIES), secret: false };
    for (depth, number) in target.iter().enumerate() {
        if depth > 0 {
            let Type::Record(inner) = place.ty else { return None };
            fields = program.shapes.record(inner)?;
        }
        let field = fields.get(usize::from(*number))?;
        place.secret |= field.secret;
        place.at += field.offset;
        place.ty = field.ty;
        if field.optional {
            place.presence.push(place.at);
            place.at += 1;
        }
    }
    Some(place)
}

/// Reads one field.
pub(super) fn map<'d>(
    decoder: &mut Decoder<'d>,
    mapping: &Mapping,
    input: &Input<'_>,
    answers: &'d Answers<'_>,
    place: &Place,
    constant: Option<Slot>,
) -> Read<()> {
    match &mapping.source {
        Source::Constant(_) => {
            let slot = constant.ok_or(Refused)?;
            let at = place.present(decoder);
            decoder.put(at, slot);
        }
        Source::Input(path, ty) => {
            let Some(raw) = found(decoder, input, path, mapping.optional)? else { return Ok(()) };
            let at = place.present(decoder);
            let read = decoder
                .guarded(place.secret, |decoder| decoder.again(raw, |decoder| value::read(decoder, *ty, at)));
            in_path(decoder, path, read)?;
        }
        Source::Asked(asked, ty) => {
            if found(decoder, input, &asked.of, mapping.optional)?.is_none() {
                return Ok(());
            }
            let (json, raw) = match answers.of(asked) {
                Ok(said) => said,
                Err(sentence) => {
                    return told(decoder, place, &asked.of, Err(sentence.to_owned()));
                }
            };
            let read = match raw {
                None if mapping.optional => return Ok(()),
                None => Err(decoder.refuse("nothing is said of it")),
                Some(raw) => {
                    let at = place.present(decoder);
                    decoder.within(json, |decoder| {
                        decoder.guarded(place.secret, |decoder| {
                            decoder.again(raw, |decoder| value::read(decoder, *ty, at))
                        })
                    })
                }
            };
            let read = decoder.in_member(&asked.field, read);
            decoder.in_member(&asked.question(), read)?;
        }
        Source::Money { amount, minor, currency, times } => {
            let code = match currency {
                CurrencySource::Input(path) => {
                    found(decoder, input, path, mapping.optional)?.map(|raw| (path, raw))
                }
                CurrencySource::Constant(_) => None,
            };
            let raw = found(decoder, input, amount, mapping.optional)?;
            let (raw, currency) = match (raw, currency, code) {
                (Some(raw), CurrencySource::Constant(currency), _) => (raw, known(decoder, *currency)?),
                (Some(raw), CurrencySource::Input(_), Some((path, code))) => {
                    let read = decoder.again(code, Part::read)?.currency(decoder, true);
                    (raw, told(decoder, place, path, read)?)
                }
                // One without the other says nothing, unless neither is there.
                (Some(_), CurrencySource::Input(path), None) => return missing(decoder, path),
                (None, _, Some(_)) => return missing(decoder, amount),
                (None, _, None) => return Ok(()),
            };
            let (currency, digits) = currency;
            let signed = place.ty == Type::Money { signed: true };
            let part = decoder.again(raw, Part::read)?;
            let read = if *minor { part.minor(signed) } else { part.amount(digits, signed) };
            let mut minor = told(decoder, place, amount, read)?;
            if let Some(path) = times {
                let Some(raw) = found(decoder, input, path, false)? else { return Err(Refused) };
                let times = decoder.guarded(place.secret, |decoder| decoder.again(raw, whole));
                let times = in_path(decoder, path, times)?;
                let all =
                    minor.checked_mul(times).ok_or_else(|| "makes an amount that is too large".to_owned());
                minor = told(decoder, place, path, all)?;
            }
            let at = place.present(decoder);
            decoder.put(at, Slot::from_money(Money { currency, minor }));
        }
        Source::Text(pieces) => {
            let Some(text) = filled(decoder, pieces, input, place, mapping.optional)? else { return Ok(()) };
            let at = place.present(decoder);
            value::put_text(decoder, place.ty, at, text)?;
        }
        Source::List(parts) => listed::list(decoder, parts, input, place, mapping.optional)?,
        Source::Size(path) => {
            let Some(raw) = found(decoder, input, path, mapping.optional)? else { return Ok(()) };
            let size = decoder.guarded(place.secret, |decoder| listed::size(decoder, raw));
            let size = in_path(decoder, path, size)?;
            let at = place.present(decoder);
            decoder.put(at, Slot::from_int(size));
        }
        Source::Digest(path) => {
            let Some(raw) = found(decoder, input, path, mapping.optional)? else { return Ok(()) };
            let read = decoder.guarded(place.secret, |decoder| {
                decoder.again(raw, |decoder| {
                    decoder.expect(Kind::Text)?;
                    decoder.json(Reader::string)
                })
            });
            let text = in_path(decoder, path, read)?;
            let at = place.present(decoder);
            let digest = Digest(Sha256::digest(text.as_bytes()).into());
            value::put_text(decoder, place.ty, at, digest.to_string())?;
        }
    }
    Ok(())
}

/// A text that is put together; nothing where none of its members is there, and none needs to be.
fn filled(
    decoder: &mut Decoder<'_>,
    pieces: &[Piece],
    input: &Input<'_>,
    place: &Place,
    optional: bool,
) -> Read<Option<String>> {
    let Type::Text { max } = place.ty else { return Err(Refused) };
    let mut text = String::new();
    // The first member that is not there, and whether one is.
    let (mut gone, mut some) = (None, false);
    for (at, piece) in pieces.iter().enumerate() {
        let path = match piece {
            Piece::Text(between) => {
                text.push_str(between);
                continue;
            }
            Piece::Input(path) => path,
        };
        let Some(raw) = found(decoder, input, path, optional)? else {
            gone = gone.or(Some(path));
            continue;
        };
        some = true;
        let read = decoder.guarded(place.secret, |decoder| decoder.again(raw, part)).and_then(|part| {
            text.push_str(&part);
            let wrong = between(pieces, at).find(|sign| part.contains(*sign));
            let wrong = wrong.map(|sign| {
                format!(
                    "must not have \"{}\" in it, which tells it from what stands next to it",
                    shown(&sign.to_string())
                )
            });
            let rest = least(pieces.get(at + 1..).unwrap_or(&[]));
            let long = (text.len() + rest > max as usize).then(|| {
                format!("makes a text of more than {max} bytes, together with what stands around it")
            });
            decoder.guarded(place.secret, |decoder| match wrong.or(long) {
                Some(sentence) => Err(decoder.refuse(sentence)),
                None => Ok(()),
            })
        });
        in_path(decoder, path, read)?;
    }
    match gone {
        None => Ok(Some(text)),
        Some(path) if some => missing(decoder, path),
        Some(_) => Ok(None),
    }
}

/// A part of a text that is put together: a text, or a whole number.
fn part<'i>(decoder: &mut Decoder<'i>) -> Read<Cow<'i, str>> {
    match decoder.json(Reader::kind)? {
        Kind::Text => {
            let text = decoder.json(Reader::string)?.text;
            if text.is_empty() { Err(decoder.refuse("must not be empty")) } else { Ok(text) }
        }
        Kind::Number => {
            let written = decoder.json(Reader::number)?;
            let number = scalar::integer(written, true).map_err(|sentence| decoder.refuse(sentence))?;
            Ok(number.int().to_string().into())
        }
        other => {
            let sentence = format!("must be a text or a whole number, not {}", other.name());
            Err(decoder.refuse_kind(other, sentence))
        }
    }
}

/// A whole number that is not negative.
fn whole(decoder: &mut Decoder<'_>) -> Read<i64> {
    decoder.expect(Kind::Number)?;
    let written = decoder.json(Reader::number)?;
    let number = scalar::integer(written, false).map_err(|sentence| decoder.refuse(sentence))?;
    Ok(number.int())
}

/// A currency that the policy names, and how many decimals it has.
fn known(decoder: &Decoder<'_>, currency: Currency) -> Read<(Currency, u8)> {
    let digits = currency.digits(&decoder.program.bundle.schema.currencies).ok_or(Refused)?;
    Ok((currency, digits))
}

/// Gives up where a value is a sentence that says why, which is not told of what is secret.
fn told<T>(decoder: &mut Decoder<'_>, place: &Place, path: &InputPath, value: Result<T, String>) -> Read<T> {
    let read = decoder.guarded(place.secret, |decoder| value.map_err(|sentence| decoder.refuse(sentence)));
    in_path(decoder, path, read)
}

pub(super) fn missing<T>(decoder: &mut Decoder<'_>, path: &[String]) -> Read<T> {
    let missing = Err(decoder.refuse("is missing"));
    in_path(decoder, path, missing)
}

/// The member at a path; nothing where it may be missing and is.
pub(super) fn found(
    decoder: &mut Decoder<'_>,
    input: &Input<'_>,
    path: &[String],
    optional: bool,
) -> Read<Option<Raw>> {
    match input.at(path) {
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
pub(super) fn in_path<T>(decoder: &mut Decoder<'_>, path: &[String], mut result: Read<T>) -> Read<T> {
    for name in path.iter().rev() {
        result = decoder.in_member(name, result);
    }
    decoder.in_member("input", result)
}
