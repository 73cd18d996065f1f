//! The words of a term that are not about fields: what became of the past action, and how far back it may lie.

use lictor_bundle::history::{HistoryState, MAX_WINDOW};
use lictor_bundle::schema::{ActionId, Schema};
use lictor_grammar::ast::{self, Expr, ExprKind, Name};
use lictor_grammar::diagnostic::{Diagnostic, Suggestion};
use lictor_grammar::literal;
use lictor_grammar::span::Span;

use super::Reach;
use crate::check::zone_named;
use crate::rules::named;
use crate::suggest;

const STATES: [(&str, HistoryState); 3] = [
    ("attempted", HistoryState::Attempted),
    ("allowed", HistoryState::Allowed),
    ("executed", HistoryState::Executed),
];

/// What must have become of past actions.
pub(crate) fn state(written: &Name, out: &mut Vec<Diagnostic>) -> Option<HistoryState> {
    if let Some((_, state)) = STATES.iter().find(|(text, _)| *text == written.text) {
        return Some(*state);
    }
    let near = suggest::nearest(&written.text, STATES.map(|(text, _)| text));
    let suggestion = Suggestion::new(near, "write `attempted`, `allowed` or `executed` before the action");
    let message = format!("`{}` says nothing of what became of an action", written.text);
    out.push(Diagnostic::error("E0449", written.span, message).suggested(suggestion));
    None
}

/// Refuses to ask of an event whether it was attempted or allowed: nobody asked for it.
pub(crate) fn happened<'a>(
    state: HistoryState,
    actions: impl IntoIterator<Item = &'a ActionId>,
    span: Span,
    schema: &Schema,
    out: &mut Vec<Diagnostic>,
) -> Option<()> {
    if state == HistoryState::Executed {
        return Some(());
    }
    let mut actions = actions.into_iter().filter_map(|id| schema.actions.get(usize::from(*id)));
    let Some(event) = actions.find(|action| action.event) else { return Some(()) };
    let message = format!("`{}` is an event: it happens, and is not {}", event.name, state.name());
    out.push(Diagnostic::error("E0467", span, message).help("write `executed`").fix(span, "executed"));
    None
}

/// A window, and how it is written in the term's words.
pub(super) fn window(
    written: &ast::Window,
    schema: &Schema,
    out: &mut Vec<Diagnostic>,
) -> Option<(Reach, String)> {
    match written {
        ast::Window::Over(length) => {
            let (value, text) = duration(length, out)?;
            Some((Reach::Over(value), format!("over {text}")))
        }
        ast::Window::Days { count, zone, span } => {
            let place = zone_named(&zone.text, zone.span, out)?;
            match count.text.parse::<u16>() {
                Ok(0) => {
                    out.push(bad_window(0, *span));
                    None
                }
                Ok(days) if (1..=400).contains(&days) => {
                    let unit = if days == 1 { "day" } else { "days" };
                    Some((Reach::Days(days, place), format!("over {days} {unit} in {place}")))
                }
                _ => {
                    out.push(bad_window(MAX_WINDOW, *span));
                    None
                }
            }
        }
        ast::Window::Since(since) => {
            let (at_most, text) = duration(&since.at_most, out)?;
            let state = state(&since.state, out)?;
            let actions = named(&since.action, schema, out);
            if actions.is_empty() {
                return None;
            }
            happened(state, &actions, since.state.span, schema, out)?;
            let words = format!("since latest {} {}, at most {text}", state.name(), pattern(&since.action));
            Some((Reach::Since { state, actions, at_most }, words))
        }
    }
}

fn duration<'a>(written: &'a Expr, out: &mut Vec<Diagnostic>) -> Option<(i64, &'a str)> {
    let ExprKind::Duration(text) = &written.kind else { return None };
    match literal::duration(text) {
        Ok(length) if (1..=MAX_WINDOW).contains(&length) => Some((length, text)),
        Ok(length) => {
            out.push(bad_window(length, written.span));
            None
        }
        Err(why) => {
            out.push(Diagnostic::error("E0301", written.span, why));
            None
        }
    }
}

fn bad_window(length: i64, span: lictor_grammar::span::Span) -> Diagnostic {
    if length < 1 {
        return Diagnostic::error("E0442", span, "this looks back over no time at all")
            .help("write how far: `over 1h`");
    }
    Diagnostic::error("E0442", span, "a question about the past looks back over 400 days at most")
        .help("what must be known for longer is asked as a `fact`, which the host looks up")
}

/// Actions as they are written.
pub(super) fn pattern(written: &ast::ActionPattern) -> String {
    let mut words: Vec<&str> = written.names.iter().map(|name| name.text.as_str()).collect();
    if written.wildcard {
        words.push("*");
    }
    words.join(".")
}
