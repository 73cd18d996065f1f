//! What came of a policy's tests.

use serde_json::{Value, json};

use super::diagnostic::diagnostics_json;
use super::{Colour, Paint, brief, plural, visible};
use crate::policy::Policy;
use crate::suite::Tested;
use lictor_compiler::TestCase;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_suite::{TestResult, actual, expected, title};

/// Each test that failed, with what was expected, what came of it and why, and a line that counts. `whole` shows all that led to the
/// decision, and not only what decided.
pub fn tests(tested: &Tested, whole: bool, paint: Paint) -> String {
    let mut text = String::new();
    for result in tested.results.iter().filter(|result| !result.passed) {
        text.push_str(&failed(tested, result, whole, paint));
        text.push('\n');
    }
    let (all, failed) = (tested.results.len(), tested.failed());
    let line = match (all, failed) {
        (0, _) => String::from("this policy has no tests"),
        (_, 0) => paint.paint(Colour::Green, &format!("{}, all passed", plural(all, "test"))),
        (_, failed) => {
            let failed = paint.paint(Colour::Red, &format!("{failed} failed"));
            format!("{}, {} passed, {failed}", plural(all, "test"), all - tested.failed())
        }
    };
    text.push_str(&line);
    text.push('\n');
    text
}

fn failed(tested: &Tested, result: &TestResult, whole: bool, paint: Paint) -> String {
    let decision = &result.decision;
    let place = paint.paint(Colour::Faint, &tested.sources.place(result.case.span));
    let mut lines = vec![format!("{} {}  {place}", paint.paint(Colour::Red, "✗"), title(&result.case))];
    let mut entry = |name: &str, value: String| {
        lines.push(format!("    {} {value}", paint.paint(Colour::Faint, &format!("{name:9}"))));
    };
    entry("expected", expected(result));
    entry("actual", actual(result));
    entry("because", visible(&decision.reason));
    let why = why(tested, result, whole, paint);
    let indented =
        why.lines().map(|line| if line.is_empty() { String::new() } else { format!("    {line}") });
    lines.extend(indented);
    lines.join("\n") + "\n"
}

/// Why a test failed: what decided, or all that led to it. Nothing where nobody looked.
pub(super) fn why(tested: &Tested, result: &TestResult, whole: bool, paint: Paint) -> String {
    let why = result.explanation.as_ref().map(|explanation| match whole {
        true => super::explanation(&result.decision, explanation, paint),
        false => brief(&tested.engine.to_bundle(), result, explanation, paint),
    });
    why.unwrap_or_default()
}

/// All tests with their places.
pub fn test_list(policy: &Policy, paint: Paint) -> String {
    let line = |test: &TestCase| {
        format!("{}  {}\n", title(test), paint.paint(Colour::Faint, &policy.sources.place(test.span)))
    };
    policy.tests.iter().map(line).collect()
}

/// The same for programs.
pub fn test_list_json(policy: &Policy) -> Value {
    let one = |test: &TestCase| json!({ "name": test.name, "case": test.case, "place": policy.sources.place(test.span) });
    json!({ "tests": policy.tests.iter().map(one).collect::<Vec<_>>() })
}

fn expected_json(case: &TestCase) -> Value {
    let mut expected = json!({ "decision": case.decision, "reason_code": case.code, "to": case.to });
    if let (Some(observed), Some(object)) = (&case.observed, expected.as_object_mut()) {
        let observed =
            json!({ "decision": observed.decision, "reason_code": observed.code, "to": observed.to });
        object.insert(String::from("observed"), observed);
    }
    if let (Some(obliged), Some(object)) = (&case.obliged, expected.as_object_mut()) {
        let obligations = obliged.iter().map(|duty| json!({ "id": duty.id, "by": duty.by }));
        object.insert(String::from("obligations"), obligations.collect());
    }
    expected
}

/// The same for programs: every test, those that passed as well.
pub fn tests_json(tested: &Tested, warnings: &[Diagnostic], coverage: Option<Value>) -> Value {
    let list = tested.results.iter().map(|result| {
        let case = &result.case;
        json!({
            "name": case.name, "case": case.case, "place": tested.sources.place(case.span), "passed": result.passed,
            "expected": expected_json(case),
            "actual": result.decision, "explanation": result.explanation,
        })
    });
    json!({
        "ok": tested.failed() == 0, "run": tested.results.len(), "passed": tested.results.len() - tested.failed(),
        "failed": tested.failed(), "tests": list.collect::<Vec<_>>(),
        "warnings": diagnostics_json(warnings, &tested.sources)["diagnostics"], "coverage": coverage,
    })
}
