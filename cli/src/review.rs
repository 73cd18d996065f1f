//! Tests that pass for another reason than they say: what they state is read by nothing, or what they change makes no difference. Both are
//! seen in the decisions themselves, never guessed from words.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::program::Bundle;
use lictor_bundle::source_map::StepKind;
use lictor_compiler::{Premise, TestCase};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;
use lictor_runtime::{Decision, Engine, Scratch, StepOutcome, Trace};
use lictor_suite::{Ran, obliged};

/// What is seen of tests that may pass for another reason.
#[derive(Default)]
pub struct Review {
    /// What tests state, by place: a line of a test with several rows has its effect where one of them needs it.
    premises: BTreeMap<Span, Seen>,
    /// What tests change, by the test's name: a row shows something where another row comes out differently.
    changes: BTreeMap<String, Seen>,
    /// Facts and their answers that were read where something was allowed: a test that is refused may state them so that nothing else
    /// refuses.
    harmless: BTreeSet<(String, String)>,
    /// Whether tests were left out, and so what they would have read is not known.
    partial: bool,
}

/// Something that a test says.
struct Seen {
    place: Span,
    message: String,
    help: String,
    /// Whether it had its effect somewhere.
    matters: bool,
    /// Of what was not allowed: the fact and its answer.
    answer: Option<(String, String)>,
}

impl Review {
    /// Looks at a test that has just been run. Of one that failed nothing is said but that.
    pub fn see(&mut self, ran: Ran<'_>) {
        let Ran { engine, scratch, history, result, trace } = ran;
        let (case, decision) = (&result.case, &result.decision);
        let unread = engine.facts_unread(scratch);
        let mut rests_on_premises = false;
        for (place, premise) in &case.premises {
            let matters = !result.passed
                || match premise {
                    Premise::Fact(_, at) => at.is_some_and(|at| !unread.contains(&at)),
                    // A parameter without a value in the amount's currency was asked for and not found.
                    Premise::Param(id) => {
                        engine.has_read(scratch, *id) || decision.reason_code == "CURRENCY_MISMATCH"
                    }
                    Premise::Let(module, rule, name) => is_evaluated(engine, trace, module, rule, name),
                    Premise::Past => {
                        asks_of_the_past(engine, scratch) || decision.reason_code == "FACT_UNAVAILABLE"
                    }
                };
            rests_on_premises |= matters;
            let message = unused(engine.bundle(), premise);
            let help = match decided(decision) {
                Some(by) => format!("{by}; leave this line out, or change the request so that it is needed"),
                None => "leave this line out, or change the request so that it is needed".to_owned(),
            };
            let answer = answer(case, premise).filter(|_| case.decision != "allow");
            note(self.premises.entry(*place), Seen { place: *place, message, help, matters, answer });
        }
        if result.passed && case.decision == "allow" {
            let used = engine.facts_used(scratch).into_iter();
            self.harmless.extend(used.map(|used| (used.fact, used.value.to_string())));
        }
        // What decides may be what the test states, and not what it changes.
        let mut matters = !result.passed || case.decision == "allow" || rests_on_premises;
        let place = case.unchanged.as_ref().map_or(case.span, |(_, place)| *place);
        match &case.unchanged {
            Some((request, _)) if !matters => {
                let other = engine.decide_with_history(scratch, request.as_bytes(), history);
                let cause = |decision: &Decision| {
                    (
                        decision.decision,
                        decision.reason_code.clone(),
                        decision.rule.clone(),
                        decision.layer.clone(),
                        decision
                            .observed
                            .as_deref()
                            .filter(|_| case.observed.is_some())
                            .map(lictor_suite::outcome),
                        // What the test says of obligations is what it is about, too.
                        case.obliged.is_some().then(|| obliged(&decision.obligations)),
                    )
                };
                matters = cause(&other) != cause(decision);
            }
            _ => matters = true,
        }
        let message = format!(
            "without what this test changes it comes to `{} {}` as well",
            case.decision, decision.reason_code
        );
        let by = decided(decision).map(|by| format!("{by}; ")).unwrap_or_default();
        let help =
            format!("{by}begin with an example that is allowed, so that the test shows what its change does");
        note(self.changes.entry(case.name.clone()), Seen { place, message, help, matters, answer: None });
    }

    /// A test that is not run may need what another one seems not to.
    pub fn leave_out(&mut self, case: &TestCase) {
        self.partial = true;
        let unseen =
            |place| Seen { place, message: String::new(), help: String::new(), matters: true, answer: None };
        for (place, _) in &case.premises {
            note(self.premises.entry(*place), unseen(*place));
        }
        note(self.changes.entry(case.name.clone()), unseen(case.span));
    }

    /// What is to be told, by file and place.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        let is_harmless = |seen: &&Seen| {
            seen.answer.as_ref().is_some_and(|answer| self.partial || self.harmless.contains(answer))
        };
        let premises = self.premises.values().filter(|seen| !is_harmless(seen)).map(|seen| ("W0510", seen));
        let changes = self.changes.values().map(|seen| ("W0511", seen));
        let idle = premises.chain(changes).filter(|(_, seen)| !seen.matters);
        let mut warnings: Vec<Diagnostic> = idle
            .map(|(code, seen)| {
                Diagnostic::warning(code, seen.place, seen.message.clone()).help(seen.help.clone())
            })
            .collect();
        warnings.sort_by_key(|warning| (warning.span(), warning.code));
        warnings
    }
}

/// A fact that a test states, and its answer.
fn answer(case: &TestCase, premise: &Premise) -> Option<(String, String)> {
    let Premise::Fact(name, Some(at)) = premise else { return None };
    let request: serde_json::Value = serde_json::from_str(&case.request).ok()?;
    Some((name.clone(), request.get("facts")?.get(at)?.get("value")?.to_string()))
}

/// Adds what was seen of something to what is known of it.
fn note<K: Ord>(known: Entry<'_, K, Seen>, seen: Seen) {
    let matters = seen.matters;
    known.or_insert(seen).matters |= matters;
}

/// That a premise is of no use.
fn unused(bundle: &Bundle, premise: &Premise) -> String {
    match premise {
        Premise::Fact(name, Some(_)) => format!("nothing in this test asks for this answer of `{name}`"),
        Premise::Fact(name, None) => {
            format!("`{name}` is never asked in this test: the request lacks what it is asked with")
        }
        Premise::Param(id) => {
            let param = bundle.schema.params.get(usize::from(*id));
            format!("nothing in this test reads `{}`", param.map_or("", |param| param.name.as_str()))
        }
        Premise::Let(_, rule, name) => format!("nothing in this test needs `{name}` of the rule `{rule}`"),
        Premise::Past => "nothing in this test asks what came before".to_owned(),
    }
}

/// What decided, in words.
fn decided(decision: &Decision) -> Option<String> {
    let rule = decision.rule.as_ref()?;
    Some(format!("it is decided by `{rule}` ({})", decision.reason_code))
}

fn asks_of_the_past(engine: &Engine, scratch: &Scratch) -> bool {
    let schema = &engine.bundle().schema;
    let questions = schema.history.iter().filter_map(|query| schema.facts.get(usize::from(query.fact)));
    let questions: Vec<&str> = questions.map(|fact| fact.name.as_str()).collect();
    engine.facts_used(scratch).iter().any(|used| questions.contains(&used.fact.as_str()))
}

/// Whether a decision needed the value of a `let`.
fn is_evaluated(engine: &Engine, trace: &Trace, module: &str, rule: &str, name: &str) -> bool {
    let found = trace.rules.iter().chain(&trace.observed).find_map(|ran| {
        let unit = engine.unit(ran.unit)?;
        let known = unit.rules.get(ran.rule)?;
        (known.key.module == module && known.name == rule).then_some((ran, unit))
    });
    let found = found.as_ref().and_then(|(ran, unit)| Some((ran, unit.map.rules.get(ran.rule)?)));
    let Some((ran, map)) = found else { return false };
    // A `let` that no statement uses is told elsewhere.
    let step = map.steps.iter().position(|step| matches!(&step.kind, StepKind::Let(known) if known == name));
    step.is_none_or(|step| ran.step(map, step) != StepOutcome::NotReached)
}
