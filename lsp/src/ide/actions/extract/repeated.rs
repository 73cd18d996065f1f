//! The other places where a condition stands.

use std::ops::Range;

use lictor_grammar::lex::TokenKind;

use super::place::Place;
use crate::ide::actions::{Asked, tree};

/// The places of a condition in its file, in the order of the text, where there is more than one: the same tokens, of which every name
/// stands for a value of the same type.
pub(super) fn everywhere<'a>(asked: Asked<'a>, place: &Place<'a>) -> Option<Vec<Place<'a>>> {
    let is_comment =
        |kind: TokenKind| matches!(kind, TokenKind::Comment | TokenKind::Doc | TokenKind::ModuleDoc);
    let text = asked.syntax.text();
    let tokens: Vec<(bool, Range<u32>)> =
        asked.syntax.tokens().map(|(kind, range)| (is_comment(kind), range)).collect();
    let own = asked.syntax.range(place.expr.span);
    let is_within = |range: &Range<u32>| own.start <= range.start && range.end <= own.end;
    let wanted: Vec<&str> = tokens
        .iter()
        .filter(|(is_comment, range)| !is_comment && is_within(range))
        .map(|(_, range)| text.slice(range.clone()))
        .collect();
    let mut found: Vec<Place<'a>> = Vec::new();
    let mut end = 0;
    for (at, (_, first)) in tokens.iter().enumerate() {
        if first.start < end {
            continue;
        }
        if first.start == own.start {
            found.push(Place { top: place.top, expr: place.expr, inputs: place.inputs.clone() });
            end = own.end;
            continue;
        }
        // A comment within would be lost, so there the condition stays.
        let here = tokens.get(at..at + wanted.len()).unwrap_or_default();
        let is_same = here.len() == wanted.len()
            && here.iter().zip(&wanted).all(|((_, range), wanted)| text.slice(range.clone()) == *wanted);
        let Some((_, last)) = here.last().filter(|_| is_same) else { continue };
        if let Some(other) = other(asked, place, first.start..last.end) {
            found.push(other);
            end = last.end;
        }
    }
    (found.len() > 1).then_some(found)
}

/// The same condition at another place, where it reads values of the same types.
fn other<'a>(asked: Asked<'a>, place: &Place<'a>, range: Range<u32>) -> Option<Place<'a>> {
    let (top, around) = tree::found(asked.syntax, &range)?;
    let other = Place::of(asked, top, around.last()?).ok()?;
    let takes = |place: &Place<'_>| {
        let inputs = place.inputs.iter().map(|input| (input.name.clone(), input.ty.clone()));
        inputs.collect::<Vec<_>>()
    };
    (takes(&other) == takes(place)).then_some(other)
}
