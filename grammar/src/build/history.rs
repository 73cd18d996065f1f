//! History terms from their clauses, which the grammar takes in any order and any number.

use super::clause::Once;
use super::expr::Depth;
use super::{Built, Context, LayerWord};
use crate::ast::{ActionPattern, Expr, ExprKind, History, HistoryKind, Name, Number, Path, Since, Window};
use crate::codes;
use crate::diagnostic::{Diagnostic, Suggestion};
use crate::span::Span;
use crate::suggest;

const KINDS: [(&str, HistoryKind); 4] = [
    ("times", HistoryKind::Times),
    ("total", HistoryKind::Total),
    ("distinct", HistoryKind::Distinct),
    ("latest", HistoryKind::Latest),
];

/// Which past actions, and what of them.
#[derive(Debug)]
pub(crate) struct Past {
    pub state: Name,
    pub actions: Vec<ActionPattern>,
    pub clauses: Vec<(Box<PastClause>, Span)>,
    pub filter: Option<Built>,
}

/// A clause of a history term.
#[derive(Debug)]
pub(crate) enum PastClause {
    Per(Vec<Path>),
    Over(Expr),
    Days(Number, Name),
    /// The currency of a total, or the time zone of days.
    In(LayerWord),
    Since(Option<Box<Since>>),
}

impl Context<'_, '_> {
    /// `since latest STATE ACTION, at most 90d`
    pub fn since(
        &mut self,
        latest: Name,
        state: Name,
        action: ActionPattern,
        at: Name,
        at_most: Expr,
    ) -> PastClause {
        for (word, known) in [(&latest, "latest"), (&at, "at")] {
            if word.text != known {
                let message = format!("expected `{known}`, but found `{}`", word.text);
                self.error(
                    Diagnostic::error(codes::UNEXPECTED, word.span, message)
                        .help("write `since latest executed ACTION, at most 90d`"),
                );
                return PastClause::Since(None);
            }
        }
        let span = latest.span.to(at_most.span);
        PastClause::Since(Some(Box::new(Since { state, action, at_most, span })))
    }

    /// A history term from its clauses.
    pub fn history(
        &mut self,
        start: usize,
        name: Name,
        field: Option<Built>,
        past: Past,
        end: usize,
    ) -> Built {
        let span = self.span(start, end);
        let Some((_, kind)) = KINDS.iter().find(|(text, _)| *text == name.text) else {
            let message = format!("`{}` asks nothing of what happened before", name.text);
            let near = suggest::closest(&name.text, KINDS.map(|(text, _)| text));
            let otherwise = "write `times(…)`, `total(FIELD of …)`, `distinct(FIELD of …)` or `latest(…)`";
            let error = Diagnostic::error(codes::BAD_HISTORY, name.span, message);
            self.error(error.suggested(Suggestion::new(near, otherwise)));
            return Built::leaf(ExprKind::Error, span);
        };
        let (mut per, mut over, mut days) = (Once(None), Once(None), Once(None));
        let (mut zone, mut since, mut currency) = (Once(None), Once(None), Once(None));
        let Past { state, actions, clauses, filter } = past;
        let mut behind_days = false;
        for (clause, place) in clauses {
            let was_days = std::mem::replace(&mut behind_days, matches!(*clause, PastClause::Days(..)));
            match *clause {
                PastClause::Per(keys) => per.fill(keys, place, "`per`", self),
                PastClause::Over(duration) => over.fill(duration, place, "`over`", self),
                PastClause::Days(count, unit) => {
                    if !matches!(unit.text.as_str(), "day" | "days") {
                        let message = format!("a window is not counted in `{}`", unit.text);
                        let help = "write a length of time, `over 24h`, or days of the calendar, `over 7 days in UTC`";
                        self.error(Diagnostic::error(codes::BAD_HISTORY, unit.span, message).help(help));
                        return Built::leaf(ExprKind::Error, span);
                    }
                    days.fill((count, unit), place, "`over`", self);
                }
                PastClause::In(word) => {
                    let word = match word {
                        LayerWord::Name(name) => name,
                        LayerWord::Text(text) => Name { text: text.value, span: text.span },
                    };
                    // `over 7 days in UTC in USD`: the first is the zone.
                    if was_days {
                        zone.fill(word, place, "the time zone", self);
                    } else {
                        currency.fill(word, place, "the currency", self);
                    }
                }
                PastClause::Since(said) => since.fill(said, place, "`since`", self),
            }
        }
        let window = match (over.take(), days.take(), since.take()) {
            (_, _, Some(None)) => return Built::leaf(ExprKind::Error, span),
            (Some(duration), None, None) => Window::Over(duration),
            (None, Some((count, unit)), None) => match zone.take() {
                Some(zone) => {
                    let span = count.span.to(zone.span);
                    Window::Days { count, zone, span }
                }
                None => {
                    let message =
                        "days of the calendar begin at midnight somewhere, and this does not say where";
                    let help =
                        format!("write `over {} days in UTC`, or a length of time: `over 24h`", count.text);
                    self.error(Diagnostic::error(codes::BAD_HISTORY, unit.span, message).help(help));
                    return Built::leaf(ExprKind::Error, span);
                }
            },
            (None, None, Some(Some(since))) => Window::Since(since),
            (None, None, None) => {
                let message = format!("`{}` does not say how far back it looks", name.text);
                let help = "end it with a window: `over 1h`";
                self.error(Diagnostic::error(codes::BAD_HISTORY, name.span, message).help(help));
                return Built::leaf(ExprKind::Error, span);
            }
            _ => {
                let message = format!("`{}` looks back in two ways", name.text);
                let help = "keep one of `over` and `since`";
                self.error(Diagnostic::error(codes::TWICE, name.span, message).help(help));
                return Built::leaf(ExprKind::Error, span);
            }
        };
        let depth = field.iter().chain(&filter).fold(Depth::flat(), Depth::nested);
        let history = History {
            kind: *kind,
            name,
            field: field.map(|built| *built.expr),
            state,
            actions,
            keys: per.take().unwrap_or_default(),
            window,
            currency: currency.take(),
            filter: filter.map(|built| *built.expr),
        };
        self.grown(ExprKind::History(Box::new(history)), span, depth)
    }
}
