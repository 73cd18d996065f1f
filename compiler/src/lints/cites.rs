//! Citations that say less than they seem to: of a control that is not in force while the rule is, or that nobody has
//! compared with its source.

use std::collections::BTreeSet;

use lictor_bundle::program::Control;
use lictor_grammar::ast::{ItemKind, Path, Rule};
use lictor_grammar::diagnostic::Diagnostic;

use super::Policy;
use crate::rules::{first_moment, last_moment};

pub(super) fn report(policy: &Policy<'_>, out: &mut Vec<Diagnostic>) {
    let mut told = BTreeSet::new();
    for (module, _) in policy.modules.iter().filter(|(_, own)| *own) {
        for item in &module.ast.items {
            let ItemKind::Rule(rule) = &item.kind else { continue };
            for path in &rule.cites {
                let id = path.text();
                let controls = &policy.program.controls;
                let Ok(at) = controls.binary_search_by(|control| control.id.as_str().cmp(&id)) else {
                    continue;
                };
                let Some(control) = controls.get(at) else { continue };
                never_together(rule, path, control, out);
                if control.verified.is_none() && told.insert(id) {
                    unverified(path, control, out);
                }
            }
        }
    }
}

/// A decision names the controls that are in force when it is made.
fn never_together(rule: &Rule, path: &Path, control: &Control, out: &mut Vec<Diagnostic>) {
    let from = rule.from.as_ref().and_then(first_moment);
    let until = rule.until.as_ref().and_then(last_moment);
    let before =
        |end: Option<i64>, start: Option<i64>| end.zip(start).is_some_and(|(end, start)| end < start);
    let when = if before(control.until, from) {
        "the control ends before the rule begins"
    } else if before(until, control.from) {
        "the rule ends before the control begins"
    } else {
        return;
    };
    let message = format!("`{}` is at no time in force while this rule is", control.id);
    out.push(
        Diagnostic::warning("W0220", path.span, message)
            .here(when)
            .help("cite the control that is in force then; no decision will name this one"),
    );
}

fn unverified(path: &Path, control: &Control, out: &mut Vec<Diagnostic>) {
    let message = format!("nobody has compared `{}` with its source yet", control.id);
    let help = match &control.source {
        Some(source) => {
            format!("read `{source}`, and say so where it is declared: `verified` and the date")
        }
        None => "read the text it stands for, and say so where it is declared: `verified` and the date"
            .to_string(),
    };
    out.push(Diagnostic::warning("W0221", path.span, message).help(help));
}
