//! Why a test failed, in a few lines: what decided, what became of the statements that would have given what was expected, and the nearest
//! change that comes to what was expected.

use lictor_bundle::program::{Bundle, Rule, Unit};
use lictor_runtime::{ExplainedRule, ExplainedStep, Explanation, Verdict};
use lictor_suite::TestResult;
use serde_json::Value;

use crate::explanation::Page;
use crate::{Colour, Paint};

/// The part of an explanation that matters to a test that failed.
pub fn brief(bundle: &Bundle, result: &TestResult, explanation: &Explanation, paint: Paint) -> String {
    let mut page = Page::new(paint);
    let wanted = result.case.code.as_deref();
    let rules = || explanation.stages.iter().flat_map(|stage| &stage.rules);
    for rule in rules() {
        let shown = shown(rule, result, wanted);
        if shown.is_empty() && rule.outcome != "failed" {
            continue;
        }
        page.head(rule);
        for step in shown {
            page.step(step);
        }
    }
    if let Some(score) =
        explanation.score.as_ref().filter(|_| result.decision.reason_code.starts_with("RISK_"))
    {
        page.score(score);
    }
    for (unit, rule) in givers(bundle, &result.case.request, wanted) {
        let name = format!("{}.{}", rule.key.module, rule.name);
        let why = match rules().find(|known| known.rule == name) {
            None => "is not in force for this request",
            Some(known) if known.outcome == "not_evaluated" => {
                "was not reached: the decision had fallen by then"
            }
            Some(_) => continue,
        };
        let layer = unit.key.layer(&bundle.schema);
        let text = format!(
            "{name} ({layer}, {}:{}), which gives {}, {why}",
            rule.source.0,
            rule.source.1,
            wanted.unwrap_or_default()
        );
        page.line(2, "·", Colour::Faint, &text);
    }
    let least = match result.case.decision {
        "allow" => Verdict::Allow,
        "step_up" => Verdict::StepUp,
        _ => Verdict::Deny,
    };
    let changes = explanation.changes.iter().flat_map(|changes| &changes.found);
    if let Some(nearest) =
        changes.filter(|_| least < result.decision.decision).find(|change| change.decision == least)
    {
        page.change(nearest);
    }
    page.text
}

/// The statements of a rule that had a part in the decision, or would have given the code that was expected; each with the `when` that it
/// stands in.
fn shown<'a>(rule: &'a ExplainedRule, result: &TestResult, wanted: Option<&str>) -> Vec<&'a ExplainedStep> {
    let mut shown = Vec::new();
    let mut around: Vec<&ExplainedStep> = Vec::new();
    for step in &rule.steps {
        around.retain(|when| when.depth < step.depth);
        if step.kind == "when" && step.outcome != "failed" {
            around.push(step);
            continue;
        }
        let has_wanted = step.kind != "let" && step.code.is_some() && step.code.as_deref() == wanted;
        if has_wanted || step.outcome == "failed" || (step.outcome == "fired" && decides(step, result)) {
            shown.append(&mut around);
            shown.push(step);
        }
    }
    shown
}

/// Whether a statement that had its effect is a cause of what was decided.
fn decides(step: &ExplainedStep, result: &TestResult) -> bool {
    let by_score = result.decision.reason_code.starts_with("RISK_");
    match step.kind {
        "require" | "deny" => true,
        "step_up" => result.decision.decision == Verdict::StepUp,
        "risk" | "flag" | "amplify" => by_score,
        _ => false,
    }
}

/// The rules that give a code for the action that a request asks for.
fn givers<'a>(bundle: &'a Bundle, request: &str, code: Option<&str>) -> Vec<(&'a Unit, &'a Rule)> {
    let request: Value = serde_json::from_str(request).unwrap_or_default();
    let schema = &bundle.schema;
    let action = schema
        .actions
        .iter()
        .position(|action| request.get("action").is_some_and(|asked| asked == action.name.as_str()));
    let reason = schema.reasons.iter().position(|reason| Some(reason.name.as_str()) == code);
    let (Some(action), Some(reason)) = (action, reason) else { return Vec::new() };
    let all = bundle.units.iter().flat_map(|unit| unit.rules.iter().map(move |rule| (unit, rule)));
    let gives = |rule: &Rule| {
        rule.statements.iter().any(|statement| statement.reason.map(usize::from) == Some(reason))
    };
    let concerns = |rule: &Rule| rule.entries.iter().any(|(id, _)| usize::from(*id) == action);
    all.filter(|(_, rule)| gives(rule) && concerns(rule)).collect()
}
