//! A decision that is watched is the one that is not, and what the trace says fits what happened.

use lictor_bundle::program::Mode;
use lictor_bundle::source_map::StepKind;
use lictor_runtime::{
    Decision, Engine, MemoryHistory, Past, RuleEnd, RuleTrace, Scratch, StepOutcome, Verdict,
};
use serde_json::Value;

/// Where a watched decision differs from the plain one, or where its trace contradicts it.
pub fn check(engine: &Engine, past: Option<&MemoryHistory>, request: &str) -> Result<(), String> {
    let mut scratch = Scratch::default();
    let plain = match past {
        None => engine.decide(&mut scratch, request.as_bytes()),
        Some(past) => engine.decide_with_history(&mut scratch, request.as_bytes(), past),
    };
    let past = past.map(|past| past as &dyn Past);
    let (watched, trace) = engine.trace(&mut scratch, request.as_bytes(), past);
    if plain != watched {
        return Err(format!("watched, it is decided otherwise:\n{plain:#?}\n{watched:#?}"));
    }
    trace.rules.iter().try_for_each(|rule| follows(engine, rule))?;
    // A search decides hundreds of requests, so one in so many is explained as well.
    if request.len().is_multiple_of(24) { explained(engine, past, request, &plain) } else { Ok(()) }
}

/// Whoever follows a proposed change gets what it promises.
fn explained(
    engine: &Engine,
    past: Option<&dyn Past>,
    request: &str,
    plain: &Decision,
) -> Result<(), String> {
    let mut scratch = Scratch::default();
    let (decision, explanation) = engine.explain(&mut scratch, request.as_bytes(), past);
    if decision != *plain {
        return Err("explained, it is decided otherwise".to_owned());
    }
    for change in explanation.changes.into_iter().flat_map(|changes| changes.found) {
        let mut changed: Value = serde_json::from_str(request).unwrap();
        put(&mut changed, &change.place, change.to.clone());
        let (now, _) = engine.trace(&mut scratch, changed.to_string().as_bytes(), past);
        if would_be(engine, &now) != change.decision || would_be(engine, &now) >= would_be(engine, plain) {
            return Err(format!("{change:?} does not pass: {now:?}"));
        }
    }
    Ok(())
}

/// What is decided, or would be if the base counted.
fn would_be(engine: &Engine, decision: &Decision) -> Verdict {
    match (engine.mode(), &decision.observed) {
        (Mode::Observed, Some(observed)) => observed.decision,
        _ => decision.decision,
    }
}

/// Writes a value where there may not be one yet; `null` stands for nothing.
fn put(into: &mut Value, place: &[String], value: Value) {
    let Some((first, rest)) = place.split_first() else {
        *into = value;
        return;
    };
    if let Some(elements) = into.as_array_mut() {
        return put(&mut elements[first.parse::<usize>().unwrap()], rest, value);
    }
    match (rest, value) {
        ([], Value::Null) => drop(into.as_object_mut().unwrap().remove(first)),
        ([], value) => into[first] = value,
        (rest, value) => {
            if into.get(first).is_none() {
                into[first] = Value::Object(serde_json::Map::new());
            }
            put(&mut into[first], rest, value);
        }
    }
}

/// Which statements fired is told by the interpreter, which way their conditions went by the source map: the two must agree.
fn follows(engine: &Engine, rule: &RuleTrace) -> Result<(), String> {
    let unit = engine.unit(rule.unit).unwrap();
    let map = &unit.map.rules[rule.rule];
    for (number, step) in map.steps.iter().enumerate() {
        let StepKind::Effect { statement, on } = step.kind else { continue };
        let Some(node) = step.node else { continue };
        let truth = rule.truth(map, node);
        let fired = rule.fired.contains(&statement);
        // Where a message cannot be shown, the statement has had its effect and is the one that could not be evaluated.
        if fired != (truth == Some(on)) && !matches!(rule.end, RuleEnd::Failed(_)) {
            let text = unit.map.text_of(&map.nodes[usize::from(node)]);
            return Err(format!("`{text}` is traced as {truth:?}, and the statement has fired: {fired}"));
        }
        let outcome = rule.step(map, number);
        if outcome == StepOutcome::Failed && !matches!(rule.end, RuleEnd::Failed(_)) {
            return Err("a step failed in a rule that did not".to_owned());
        }
    }
    Ok(())
}
