//! Writing what a name stands for where the name stands: the value of a `let`, or what a function says. At one place, or at all, and then
//! nobody needs the name any more.

mod written;
mod same;
mod named;
mod function;

use std::ops::Range;

use lictor_grammar::ast::Item;
use lictor_grammar::diagnostic::Severity;
use lictor_grammar::span::Span;

use super::{Action, ActionKind, Asked, Change, place as text, tree};
use crate::ide::format::Edit;
use function::Function;
use named::Named;
use same::Why;

/// Where something is written in the place of its name.
#[derive(Clone, Copy)]
enum Place {
    /// Where the pointer is.
    Here,
    /// At so many places, which are all.
    Everywhere(usize),
}

/// What is written in the place of something: in an item, at a place of it.
type Written<'a> = (&'a Item, Span, String);

/// Something that can be written in the place of its name.
trait Inlined<'a> {
    /// Where its name stands, but where it is declared.
    fn places(&self) -> &[Span];

    /// What is done, for a menu.
    fn title(&self, place: Place) -> String;

    /// What is written at one place.
    ///
    /// # Errors
    ///
    /// It would not mean the same.
    fn here(&self, asked: Asked<'a>, place: Span) -> Result<Vec<Written<'a>>, Why>;

    /// What is written at all places.
    ///
    /// # Errors
    ///
    /// It would not mean the same somewhere, or something else needs the name.
    fn everywhere(&self, asked: Asked<'a>) -> Result<Vec<Written<'a>>, Why>;

    /// What of the file goes then, besides.
    fn removed(&self, _: Asked<'a>) -> Option<Range<u32>> {
        None
    }
}

/// What could be written in the place of the name that the pointer is at.
pub(super) fn inlinings<'a>(asked: Asked<'a>, range: &Range<u32>) -> Vec<Action<'a>> {
    let is_name = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_wrong = asked.findings.iter().any(|finding| finding.severity == Severity::Error);
    if is_wrong || !is_name(asked.syntax.text().slice(range.clone())) {
        return Vec::new();
    }
    let Some((item, place)) = tree::item_around(asked.syntax, &(range.start..range.start)) else {
        return Vec::new();
    };
    if let Some(named) = Named::at(asked, item, place) {
        return offered(asked, &named, place);
    }
    Function::at(asked, range.start).map(|function| offered(asked, &function, place)).unwrap_or_default()
}

fn offered<'a>(asked: Asked<'a>, what: &impl Inlined<'a>, place: Span) -> Vec<Action<'a>> {
    let places = what.places();
    let touches =
        |span: &&Span| span.file == place.file && span.start <= place.start && place.start <= span.end;
    let here = places.iter().find(touches).map(|here| {
        let title = what.title(Place::Here);
        (title, what.here(asked, *here), None)
    });
    let all = (!places.is_empty()).then(|| {
        let title = what.title(Place::Everywhere(places.len()));
        (title, what.everywhere(asked).and_then(apart), what.removed(asked))
    });
    // Where it stands once, all is here.
    let all_is_here = places.len() == 1 && all.as_ref().is_some_and(|(_, written, _)| written.is_ok());
    let mut actions: Vec<Action<'a>> = Vec::new();
    for (title, written, removed) in here.filter(|_| !all_is_here).into_iter().chain(all) {
        match written {
            Ok(written) => {
                let change = move || change(asked, &written, removed.clone());
                actions.push(Action::new(ActionKind::Inline, title, change));
            }
            // The same reason is not told twice.
            Err(why) if actions.iter().any(|action| action.disabled.as_deref() == Some(why)) => {}
            Err(why) => {
                let action = Action::new(ActionKind::Inline, title, || None);
                actions.push(Action { disabled: Some(why.to_owned()), ..action });
            }
        }
    }
    actions
}

/// What is written, where none of it stands in another's place.
fn apart(mut written: Vec<Written<'_>>) -> Result<Vec<Written<'_>>, Why> {
    written.sort_by_key(|(_, span, _)| *span);
    let meet =
        |two: &[Written<'_>]| matches!(two, [(_, a, _), (_, b, _)] if a.file == b.file && b.start < a.end);
    if written.windows(2).any(meet) { Err("one call of it stands in another") } else { Ok(written) }
}

fn change(asked: Asked<'_>, written: &[Written<'_>], removed: Option<Range<u32>>) -> Option<Change> {
    let mut edits: Vec<Edit> = Vec::new();
    for of_item in written.chunk_by(|(a, ..), (b, ..)| a.span == b.span) {
        let (item, ..) = of_item.first()?;
        let changes: Vec<(Span, String)> =
            of_item.iter().map(|(_, span, text)| (*span, text.clone())).collect();
        edits.extend(text::rewritten(asked.analysis, item, &changes)?.edits);
    }
    edits.extend(removed.map(|range| Edit { range, text: String::new() }));
    edits.sort_by_key(|edit| edit.range.start);
    Some(Change { file: asked.file.clone(), edits })
}
