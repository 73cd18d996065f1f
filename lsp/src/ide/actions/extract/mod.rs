//! Making a condition a function of its own, at one place or at all where it stands.

mod types;
mod inputs;
mod place;
mod repeated;
mod name;

use std::ops::Range;

use lictor_grammar::ast::{BinaryOp, Expr, ExprKind, Item, QuantifierKind, UnaryOp};
use lictor_grammar::diagnostic::Severity;
use lictor_grammar::span::Span;

use super::{Action, ActionKind, Asked, Change, place as text, tree};
pub(super) use name::free as free_name;
use place::Place;

/// Functions that could be made of the condition that is selected; where nothing is selected, of one around the pointer that stands
/// several times.
pub(super) fn extractions<'a>(asked: Asked<'a>, range: &Range<u32>) -> Vec<Action<'a>> {
    if range.is_empty() {
        return repeated_around(asked, range.start).into_iter().collect();
    }
    let range = selected(asked, range);
    let Some((top, around)) = tree::found(asked.syntax, &range) else { return Vec::new() };
    let is_wrong = asked.findings.iter().any(|finding| {
        finding.severity == Severity::Error
            && finding.range.start < range.end
            && range.start < finding.range.end
    });
    let expr = around.last().copied().filter(|expr| is_condition(expr) && !is_wrong);
    let Some(expr) = expr else { return Vec::new() };
    const HERE: &str = "Make this condition a function";
    match Place::of(asked, top, expr) {
        Err(why) => {
            let action = Action::new(ActionKind::Extract, HERE, || None);
            vec![Action { disabled: Some(why.to_owned()), ..action }]
        }
        Ok(place) => {
            let everywhere = repeated::everywhere(asked, &place);
            let mut actions: Vec<Action<'a>> =
                everywhere.and_then(|all| every(asked, all)).into_iter().collect();
            actions.extend(action(asked, HERE.to_owned(), vec![place]));
            actions
        }
    }
}

/// A condition around a place that stands elsewhere, too: the largest.
fn repeated_around(asked: Asked<'_>, at: u32) -> Option<Action<'_>> {
    let (item, span) = tree::item_around(asked.syntax, &(at..at))?;
    let holds = |expr: &&Expr| expr.span.start <= span.start && span.end <= expr.span.end;
    let top = tree::tops(item).into_iter().find(|top| holds(&top.expr))?;
    let mut next = Some(top.expr);
    while let Some(expr) = next {
        let place =
            Some(expr).filter(|expr| is_condition(expr)).and_then(|_| Place::of(asked, top, expr).ok());
        if let Some(all) = place.and_then(|place| repeated::everywhere(asked, &place)) {
            return every(asked, all);
        }
        next = expr.children().find(holds);
    }
    None
}

fn every<'a>(asked: Asked<'a>, places: Vec<Place<'a>>) -> Option<Action<'a>> {
    let title = format!("Make this condition, which stands {} times, one function", places.len());
    action(asked, title, places)
}

fn action<'a>(asked: Asked<'a>, title: String, places: Vec<Place<'a>>) -> Option<Action<'a>> {
    let name = name::of(asked, places.first()?)?;
    Some(Action::new(ActionKind::Extract, title, move || change(asked, &places, &name)))
}

/// The function above the first item that needs it, and calls of it in the place of the condition.
fn change(asked: Asked<'_>, places: &[Place<'_>], name: &str) -> Option<Change> {
    let first = places.first()?;
    let at = text::above(asked.syntax, first.top.item);
    let function = text::laid_out(&first.function(asked, name));
    let mut edits = vec![text::inserted(asked.syntax.text(), at, &format!("{function}\n\n"))];
    let mut items: Vec<(&Item, Vec<(Span, String)>)> = Vec::new();
    for place in places {
        let call = (place.whole(asked), place.call(asked, name));
        match items.last_mut().filter(|(item, _)| item.span == place.top.item.span) {
            Some((_, calls)) => calls.push(call),
            None => items.push((place.top.item, vec![call])),
        }
    }
    for (item, calls) in items {
        edits.extend(text::rewritten(asked.analysis, item, &calls)?.edits);
    }
    Some(Change { file: asked.file.clone(), edits })
}

/// What is selected, without blanks and parentheses around it.
fn selected(asked: Asked<'_>, range: &Range<u32>) -> Range<u32> {
    let text = asked.syntax.text().slice(range.clone());
    let inner = text.trim();
    let is_closed = inner.starts_with('(') && inner.ends_with(')');
    let whole = |part: &str, of: &str, from: u32| {
        let before = part.as_ptr() as usize - of.as_ptr() as usize;
        let start = from + u32::try_from(before).unwrap_or_default();
        start..start + u32::try_from(part.len()).unwrap_or_default()
    };
    let outer = whole(inner, text, range.start);
    if is_closed && tree::found(asked.syntax, &outer).is_none() {
        let bare = inner.get(1..inner.len() - 1).unwrap_or_default().trim();
        return whole(bare, text, range.start);
    }
    outer
}

/// Whether it is true or false, and more than a name or a call.
fn is_condition(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Binary(op, ..) => !matches!(
            op,
            BinaryOp::Add
                | BinaryOp::Subtract
                | BinaryOp::Multiply
                | BinaryOp::Divide
                | BinaryOp::WholeDivide
        ),
        ExprKind::In(..) | ExprKind::Is(..) | ExprKind::Unless(..) | ExprKind::Unary(UnaryOp::Not, _) => true,
        ExprKind::Method(_, name, _) => name.text != "lower_ascii",
        ExprKind::Quantifier(node) => matches!(node.kind, QuantifierKind::All | QuantifierKind::Any),
        _ => false,
    }
}
