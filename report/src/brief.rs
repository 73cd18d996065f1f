//! Why a test failed, in a few lines: what decided, what became of the statements that would have given what was expected, and the nearest
//! change that comes to what was expected.

use lictor_bundle::program::{Bundle, Effect, Rule, Statement, Unit};
use lictor_compiler::Duty;
use lictor_runtime::{ExplainedRule, ExplainedStep, Explanation, Obligation, Verdict};
use lictor_suite::TestResult;
use serde_json::Value;

use crate::explanation::Page;
use crate::{Colour, Paint};

/// The part of an explanation that matters to a test that failed.
pub fn brief(bundle: &Bundle, result: &TestResult, explanation: &Explanation, paint: Paint) -> String {
    let mut page = Page::new(paint);
    let wanted = Wanted::of(result);
    explanation.readers.iter().for_each(|reader| page.reader(reader));
    let rules = || explanation.stages.iter().flat_map(|stage| &stage.rules);
    for rule in rules() {
        let shown = shown(rule, result, &wanted);
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
    for (unit, rule, gives) in givers(bundle, &result.case.request, &wanted) {
        let name = format!("{}.{}", rule.key.module, rule.name);
        let why = match rules().find(|known| known.rule == name) {
            None => "is not in force for this request",
            Some(known) if known.outcome == "not_evaluated" => {
                "was not reached: the decision had fallen by then"
            }
            Some(_) => continue,
        };
        let layer = unit.key.layer(&bundle.schema);
        let text = format!("{name} ({layer}, {}:{}), which {gives}, {why}", rule.source.0, rule.source.1);
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

/// What a test expected and did not get, or got and did not expect.
struct Wanted<'a> {
    /// The code.
    code: Option<&'a str>,
    /// What the caller should have to do, and does not, or not by then.
    missing: Vec<&'a str>,
    /// What the caller must do, and should not.
    surplus: Vec<&'a str>,
}

impl<'a> Wanted<'a> {
    fn of(result: &'a TestResult) -> Wanted<'a> {
        let mut wanted =
            Wanted { code: result.case.code.as_deref(), missing: Vec::new(), surplus: Vec::new() };
        let Some(expected) = &result.case.obliged else { return wanted };
        let obligations = &result.decision.obligations;
        let is_met = |duty: &Duty| obligations.iter().any(|one| one.id == duty.id && one.by == duty.by);
        let is_wanted =
            |one: &&Obligation| expected.iter().any(|duty| one.id == duty.id && one.by == duty.by);
        wanted.missing = expected.iter().filter(|duty| !is_met(duty)).map(|duty| duty.id.as_str()).collect();
        wanted.surplus =
            obligations.iter().filter(|one| !is_wanted(one)).map(|one| one.id.as_str()).collect();
        wanted
    }

    /// Whether a statement would have given the code, or decides about an obligation that is not as it should be.
    fn is_it(&self, step: &ExplainedStep) -> bool {
        let name = step.name.as_deref().unwrap_or_default();
        let is_duty = step.kind == "oblige"
            && (self.missing.contains(&name) || step.outcome == "fired" && self.surplus.contains(&name));
        is_duty || step.kind != "let" && step.code.is_some() && step.code.as_deref() == self.code
    }

    /// What a statement of the bundle gives of it, in words.
    fn given_by(&self, statement: &Statement, code: Option<usize>) -> Option<String> {
        if code.is_some() && statement.reason.map(usize::from) == code {
            return Some(format!("gives {}", self.code.unwrap_or_default()));
        }
        match &statement.effect {
            Effect::Oblige { id, .. } if self.missing.contains(&id.as_str()) => {
                Some(format!("obliges to {id}"))
            }
            _ => None,
        }
    }
}

/// The statements of a rule that had a part in the decision, or would have given what was expected; each with the `when` that it
/// stands in.
fn shown<'a>(rule: &'a ExplainedRule, result: &TestResult, wanted: &Wanted<'_>) -> Vec<&'a ExplainedStep> {
    let mut shown = Vec::new();
    let mut around: Vec<&ExplainedStep> = Vec::new();
    for step in &rule.steps {
        around.retain(|when| when.depth < step.depth);
        if step.kind == "when" && step.outcome != "failed" {
            around.push(step);
            continue;
        }
        if wanted.is_it(step)
            || step.outcome == "failed"
            || (step.outcome == "fired" && decides(step, result))
        {
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

/// The rules that give what was wanted, for the action that a request asks for, and what that is.
fn givers<'a>(bundle: &'a Bundle, request: &str, wanted: &Wanted<'_>) -> Vec<(&'a Unit, &'a Rule, String)> {
    let request: Value = serde_json::from_str(request).unwrap_or_default();
    let schema = &bundle.schema;
    let action = schema
        .actions
        .iter()
        .position(|action| request.get("action").is_some_and(|asked| asked == action.name.as_str()));
    let Some(action) = action else { return Vec::new() };
    let code = schema.reasons.iter().position(|reason| Some(reason.name.as_str()) == wanted.code);
    let all = bundle.units.iter().flat_map(|unit| unit.rules.iter().map(move |rule| (unit, rule)));
    let concerns = |rule: &Rule| rule.entries.iter().any(|(id, _)| usize::from(*id) == action);
    let givers = all.filter(|(_, rule)| concerns(rule)).filter_map(|(unit, rule)| {
        let gives = rule.statements.iter().find_map(|statement| wanted.given_by(statement, code))?;
        Some((unit, rule, gives))
    });
    givers.collect()
}
