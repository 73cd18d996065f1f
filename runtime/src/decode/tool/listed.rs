//! A list that is put together of members of the input, and how many elements one has.

use lictor_bundle::schema::Type;
use lictor_bundle::tools::{EACH, Part};

use super::input::{Input, elements};
use super::mapping::{Place, found, in_path, missing};
use crate::decode::collection::{self, Collection};
use crate::decode::decoder::{Decoder, Read, Refused};
use crate::decode::reader::{Kind, Raw};

/// Reads a list or set of these parts into its place. A part that is not there adds nothing; where none is and none needs to be, it is absent.
pub(super) fn list(
    decoder: &mut Decoder<'_>,
    parts: &[Part],
    input: &Input<'_>,
    place: &Place,
    optional: bool,
) -> Read<()> {
    let (element, min, max, set) = match place.ty {
        Type::List { element, min, max } => (element, min, max, false),
        Type::Set { element, min, max } => (element, min, max, true),
        _ => return Err(Refused),
    };
    let whole = Collection { element, min, max, set };
    let base = decoder.frame.len();
    let (mut count, mut some) = (0usize, false);
    for part in parts {
        let Some(added) = add(decoder, part, input, place, &whole)? else { continue };
        some = true;
        count = count.saturating_add(added);
        if count > max as usize {
            let sentence = format!("makes a list of more than {}", collection::elements(max));
            return refused(decoder, place, outer(part), sentence);
        }
    }
    if optional && !some {
        return Ok(());
    }
    let first = parts.first().map(outer).ok_or(Refused)?;
    if !some && min > 0 {
        return missing(decoder, first);
    }
    if count < min as usize {
        let sentence = format!("makes a list of {count}, which needs at least {}", collection::elements(min));
        return refused(decoder, place, first, sentence);
    }
    let at = place.present(decoder);
    let closed = decoder.guarded(place.secret, |decoder| whole.close(decoder, base, count, at));
    in_path(decoder, first, closed)
}

/// Reads the elements of one part to the end of the frame; how many, where it is there.
fn add(
    decoder: &mut Decoder<'_>,
    part: &Part,
    input: &Input<'_>,
    place: &Place,
    whole: &Collection,
) -> Read<Option<usize>> {
    match part {
        Part::All(path, ty) => {
            let Some(raw) = found(decoder, input, path, true)? else { return Ok(None) };
            let Some(Type::List { element, min, max }) = decoder.program.ty(*ty) else { return Err(Refused) };
            let own = Collection { element, min, max, set: false };
            let read = decoder.guarded(place.secret, |decoder| {
                decoder.again(raw, |decoder| {
                    decoder.expect(Kind::List)?;
                    own.elements(decoder)
                })
            });
            in_path(decoder, path, read).map(Some)
        }
        Part::One(path, _) => {
            let (outer, inner) = (outer(part), path.splitn(2, |step| step == EACH).nth(1));
            let Some(raw) = found(decoder, input, outer, true)? else { return Ok(None) };
            let Some(inner) = inner else {
                let read = decoder
                    .guarded(place.secret, |decoder| decoder.again(raw, |decoder| whole.element(decoder)));
                return in_path(decoder, outer, read).map(|()| Some(1));
            };
            let read = decoder.guarded(place.secret, |decoder| of_each(decoder, raw, inner, whole));
            in_path(decoder, outer, read).map(Some)
        }
    }
}

/// Reads a member of each element of a list to the end of the frame.
fn of_each(decoder: &mut Decoder<'_>, list: Raw, inner: &[String], whole: &Collection) -> Read<usize> {
    let text = decoder.text();
    let raws = elements(text, list).map_err(|sentence| decoder.refuse(sentence))?;
    for (number, raw) in raws.iter().enumerate() {
        if number >= whole.max as usize {
            return Err(decoder.refuse(format!("has more than {}", collection::elements(whole.max))));
        }
        let read = of_one(decoder, *raw, inner, whole);
        decoder.in_element(number, read)?;
    }
    Ok(raws.len())
}

fn of_one(decoder: &mut Decoder<'_>, raw: Raw, inner: &[String], whole: &Collection) -> Read<()> {
    if inner.is_empty() {
        return decoder.again(raw, |decoder| whole.element(decoder));
    }
    let input = Input::new(decoder.text(), Some(raw)).map_err(|sentence| decoder.refuse(sentence))?;
    let (depth, read) = match input.at(inner) {
        Ok(Some(raw)) => (inner.len(), decoder.again(raw, |decoder| whole.element(decoder))),
        Ok(None) => (inner.len(), Err(decoder.refuse("is missing"))),
        Err((depth, sentence)) => (depth, Err(decoder.refuse(sentence))),
    };
    inner.iter().take(depth).rev().fold(read, |read, name| decoder.in_member(name, read))
}

/// The member that is there or not: what stands behind `each` lies in each of its elements.
fn outer(part: &Part) -> &[String] {
    part.path().split(|step| step == EACH).next().unwrap_or_default()
}

fn refused<T>(decoder: &mut Decoder<'_>, place: &Place, path: &[String], sentence: String) -> Read<T> {
    let refused = decoder.guarded(place.secret, |decoder| Err(decoder.refuse(sentence)));
    in_path(decoder, path, refused)
}

/// How many elements a list has.
pub(super) fn size(decoder: &mut Decoder<'_>, raw: Raw) -> Read<i64> {
    let raws = elements(decoder.text(), raw).map_err(|sentence| decoder.refuse(sentence))?;
    i64::try_from(raws.len()).map_err(|_| Refused)
}
