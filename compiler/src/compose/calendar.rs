//! Calendars: which days nobody works, and for how long that is known.

use lictor_bundle::civil::parse_weekday;
use lictor_bundle::schema::{Calendar, Scalar, Type};
use lictor_grammar::ast;
use lictor_grammar::diagnostic::{Diagnostic, Suggestion};
use lictor_grammar::literal;

use super::Files;
use super::value;
use crate::ids;
use crate::names::Declared;

/// The weekend of a calendar that does not say.
const WEEKEND: [i64; 2] = [5, 6];

/// All calendars, sorted by name. One that is wrong is reported and left out.
pub(crate) fn calendars(
    declared: &Declared<'_>,
    files: &Files<'_>,
    out: &mut Vec<Diagnostic>,
) -> Vec<Calendar> {
    declared.calendars.values().filter_map(|node| calendar(declared, node, files, out)).collect()
}

fn calendar(
    declared: &Declared<'_>,
    node: &ast::Calendar,
    files: &Files<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Calendar> {
    let (from, until) = (day(&node.from)?, day(&node.until)?);
    if from > until {
        out.push(
            Diagnostic::error(
                "E0620",
                node.until.span,
                format!("the calendar `{}` ends before it begins", node.name.text),
            )
            .also(node.from.span, "it begins here")
            .help(
                "write the first day that it knows of, then the last one: `from 2026-01-01 until 2026-12-31`",
            ),
        );
        return None;
    }
    let weekend = weekend(node, out)?;
    let date = declared.schema.types.iter().position(|ty| *ty == Type::Date)?;
    let dates = value::set(
        declared,
        ids::number(date),
        std::slice::from_ref(&node.dates),
        node.name.span,
        files,
        out,
    )?;
    let mut holidays = Vec::with_capacity(dates.len());
    for date in dates {
        let Scalar::Date(day) = date else { return None };
        if !(from..=until).contains(&day) {
            let shown = lictor_bundle::civil::render_date(day);
            out.push(
                Diagnostic::error("E0621", node.name.span, format!("`{shown}` lies outside the calendar `{}`", node.name.text))
                    .also(node.from.span, "it begins here")
                    .also(node.until.span, "it ends here")
                    .help("let the calendar begin with the first year of its list and end with the last one, or take the day out"),
            );
            return None;
        }
        // A holiday on a weekend is free already.
        if !weekend.contains(&lictor_bundle::civil::weekday_of(day)) {
            holidays.push(day);
        }
    }
    Some(Calendar { name: node.name.text.clone(), from, until, weekend, holidays })
}

/// The days of the week on which nobody works, sorted.
fn weekend(node: &ast::Calendar, out: &mut Vec<Diagnostic>) -> Option<Vec<i64>> {
    if node.weekend.is_empty() {
        return Some(WEEKEND.to_vec());
    }
    let mut days = Vec::new();
    for word in &node.weekend {
        let Some(day) = parse_weekday(&word.text) else {
            let short = lictor_bundle::civil::WEEKDAYS
                .into_iter()
                .find(|day| word.text.len() > 1 && day.starts_with(&word.text.to_ascii_lowercase()));
            let near = short.or_else(|| crate::suggest::nearest(&word.text, lictor_bundle::civil::WEEKDAYS));
            let help = Suggestion::new(near, "write days of the week: `weekend saturday, sunday`");
            let message = format!("`{}` is no day of the week", word.text);
            out.push(Diagnostic::error("E0622", word.span, message).suggested(help));
            return None;
        };
        days.push(day);
    }
    days.sort_unstable();
    days.dedup();
    if days.len() == 7 {
        out.push(
            Diagnostic::error(
                "E0622",
                node.name.span,
                format!("nobody ever works by the calendar `{}`", node.name.text),
            )
            .help("leave at least one day of the week out of its weekend"),
        );
        return None;
    }
    Some(days)
}

/// A day that the parser has read.
fn day(written: &ast::Expr) -> Option<i64> {
    let ast::ExprKind::Date(text) = &written.kind else { return None };
    literal::date(text).ok()
}
