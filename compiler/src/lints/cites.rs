//! Citations that say less than they seem to: of a control that is not in force while the rule is, or that nobody has
//! compared with its source.
//!
//! The compiler has no clock. What it says of time it reads off the policy: the dates of rule and control, and that the
//! control is called `repealed` or `pending`. Whoever has a clock asks [`Compiled::out_of_time`] for the rest.
//!
//! [`Compiled::out_of_time`]: crate::Compiled::out_of_time

use std::collections::BTreeSet;

use lictor_bundle::program::{Control, LegalEffect};
use lictor_grammar::ast::{ItemKind, Rule};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::modules::Module;
use crate::rules::{first_moment, last_moment};
use crate::typed::Program;

/// Where a rule of the project's own cites a control, and while which the rule says something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Citation {
    /// Where it is cited.
    pub at: Span,
    /// Its number among [`Program::controls`].
    pub control: u16,
    /// The first moment of the rule; none where it has none.
    pub from: Option<i64>,
    /// Its last moment; none where it has none.
    pub until: Option<i64>,
}

/// All citations of the project's own rules, as they stand.
pub(crate) fn citations(modules: &[Module], program: &Program) -> Vec<Citation> {
    let own = modules.iter().filter(|module| !module.library);
    let rules = own.flat_map(|module| &module.ast.items).filter_map(|item| match &item.kind {
        ItemKind::Rule(rule) => Some(rule),
        _ => None,
    });
    rules.flat_map(|rule| of_rule(rule, &program.controls)).collect()
}

fn of_rule(rule: &Rule, controls: &[Control]) -> Vec<Citation> {
    let from = rule.from.as_ref().and_then(first_moment);
    let until = rule.until.as_ref().and_then(last_moment);
    let number = |id: &str| controls.binary_search_by(|control| control.id.as_str().cmp(id)).ok();
    let cited = rule.cites.iter().filter_map(|path| Some((path.span, number(&path.text())?)));
    cited
        .filter_map(|(at, number)| Some(Citation { at, control: u16::try_from(number).ok()?, from, until }))
        .collect()
}

pub(super) fn report(citations: &[Citation], controls: &[Control], out: &mut Vec<Diagnostic>) {
    let mut told = BTreeSet::new();
    for citation in citations {
        let Some(control) = controls.get(usize::from(citation.control)) else { continue };
        out.extend(out_of_force(citation, control));
        if control.verified.is_none() && told.insert(citation.control) {
            out.push(unverified(citation, control));
        }
    }
}

/// A decision names the controls that are in force when it is made.
fn out_of_force(citation: &Citation, control: &Control) -> Option<Diagnostic> {
    let ends_with_it = citation.until.zip(control.until).is_some_and(|(rule, control)| rule <= control);
    let begins_with_it = citation.from.zip(control.from).is_some_and(|(rule, control)| control <= rule);
    match control.effect {
        Some(LegalEffect::Repealed) if !ends_with_it => return dead(citation, control),
        Some(LegalEffect::Pending) if !begins_with_it && !never_together(citation, control) => {
            return early(citation, control);
        }
        _ => {}
    }
    never_together(citation, control).then(|| {
        let before = control.until.zip(citation.from).is_some_and(|(end, start)| end < start);
        let message = format!("`{}` is at no time in force while this rule is", control.id);
        Diagnostic::warning("W0220", citation.at, message)
            .here(match before {
                true => "the control ends before the rule begins",
                false => "the rule ends before the control begins",
            })
            .help("cite the control that is in force then; no decision will name this one")
    })
}

/// Whether a rule and a control that it cites are never in force at the same time.
pub(crate) fn never_together(citation: &Citation, control: &Control) -> bool {
    let before =
        |end: Option<i64>, start: Option<i64>| end.zip(start).is_some_and(|(end, start)| end < start);
    before(control.until, citation.from) || before(citation.until, control.from)
}

/// That a control is no longer in force.
pub(crate) fn dead(citation: &Citation, control: &Control) -> Option<Diagnostic> {
    let ended = control.until?;
    let since = day(ended.checked_add(1)?);
    let message = match control.effect {
        Some(LegalEffect::Repealed) => {
            format!("`{}` is repealed: it is not in force since {since}", control.id)
        }
        _ => format!("`{}` is not in force since {since}", control.id),
    };
    let warning = Diagnostic::warning("W0223", citation.at, message);
    Some(match &control.superseded_by {
        Some(next) => {
            warning.help(format!("cite `{next}`, which stands in its place")).fix(citation.at, next)
        }
        None => warning
            .help(format!("cite what is in force now, or let the rule end with it: `until {}`", day(ended))),
    })
}

/// That a control is not in force yet.
pub(crate) fn early(citation: &Citation, control: &Control) -> Option<Diagnostic> {
    let begins = day(control.from?);
    let (message, help) = match control.effect {
        Some(LegalEffect::Pending) => (
            format!("`{}` is pending: it applies from {begins}", control.id),
            format!(
                "let the rule begin with it: `from {begins}`; once it applies, say where it is declared what it is, such as `effect duty`"
            ),
        ),
        _ => (
            format!("`{}` is not in force before {begins}", control.id),
            format!("let the rule begin with it: `from {begins}`"),
        ),
    };
    Some(Diagnostic::warning("W0224", citation.at, message).help(help))
}

fn unverified(citation: &Citation, control: &Control) -> Diagnostic {
    let message = format!("nobody has compared `{}` with its source yet", control.id);
    let help = match &control.source {
        Some(source) => {
            format!("read `{source}`, and say so where it is declared: `verified` and the date")
        }
        None => "read the text it stands for, and say so where it is declared: `verified` and the date"
            .to_string(),
    };
    Diagnostic::warning("W0221", citation.at, message).help(help)
}

/// The day of a moment, UTC.
fn day(moment: i64) -> String {
    let time = lictor_bundle::time::render_timestamp(moment);
    time.split('T').next().unwrap_or_default().to_owned()
}
