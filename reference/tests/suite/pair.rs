//! A policy under both evaluators, and where they part.

use std::panic::{AssertUnwindSafe, catch_unwind};

use lictor_compiler::project::{Project, SourceFile};
use lictor_compiler::typed::Program;
use lictor_reference::decision::{Cause, Obligation, Observed, RefDecision, Told, Words};
use lictor_reference::generate::Rng;
use lictor_reference::past::PastAction;
use lictor_reference::{Asked, decide_after};
use lictor_runtime::{Engine, MemoryHistory, Scratch, Settled, Verdict};
use serde_json::{Value, json};

use super::traced;

/// A compiled policy, ready for both.
pub struct Pair {
    pub program: Program,
    pub engine: Engine,
    scratch: Scratch,
    memory: Option<(MemoryHistory, Vec<PastAction>)>,
}

/// Compiles a policy, its files in this order.
pub fn compile(files: &[(String, String)]) -> Result<Pair, String> {
    build(&project(files))
}

fn project(files: &[(String, String)]) -> Project {
    let source =
        |(path, text): &(String, String)| SourceFile { path: path.clone(), bytes: text.clone().into_bytes() };
    Project { name: "random".to_owned(), files: files.iter().map(source).collect(), ..Project::default() }
}

/// Where rules stand, by file and byte, that the compiler refuses because a stricter value could spare them a failure.
pub fn spared(files: &[(String, String)]) -> Vec<(String, usize)> {
    let compiled = lictor_compiler::compile(&project(files));
    let spared = compiled.diagnostics.iter().filter(|told| matches!(told.code, "E0410" | "E0411"));
    // What fails may stand in a function; then the parameter is in the rule.
    let places = spared.flat_map(|told| &told.labels).map(|label| label.span);
    let path = |file: usize| compiled.sources[file].path.clone();
    places.map(|span| (path(span.file.0 as usize), span.start as usize)).collect()
}

/// Compiles a project; what is wrong with it otherwise.
pub fn build(project: &Project) -> Result<Pair, String> {
    let compiled = lictor_compiler::compile(project);
    let errors = compiled.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let told = || {
        errors
            .map(|diagnostic| format!("{} {}", diagnostic.code, diagnostic.message))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let (Some(program), Some(bundle)) = (compiled.program, compiled.bundle) else { return Err(told()) };
    let engine =
        Engine::from_bundle(bundle).map_err(|error| format!("the loader refuses the bundle: {error:?}"))?;
    Ok(Pair { program, engine, scratch: Scratch::default(), memory: None })
}

impl Pair {
    /// What the runtime decides.
    pub fn runtime(&mut self, request: &str) -> Value {
        let decision = match &self.memory {
            None => self.engine.decide(&mut self.scratch, request.as_bytes()),
            Some((memory, _)) => {
                self.engine.decide_with_history(&mut self.scratch, request.as_bytes(), memory)
            }
        };
        serde_json::to_value(decision).unwrap()
    }

    /// From now on both remember what they decide.
    pub fn remember(&mut self) {
        self.memory = Some((MemoryHistory::default(), Vec::new()));
    }

    /// Decides a request, remembers it, and says how it went where it was allowed, or approved; or says where the two part.
    pub fn compare_and_record(&mut self, request: &str, rng: &mut Rng) -> Result<String, String> {
        let code = self.compare(request)?;
        let Pair { program, engine, scratch, memory: Some((memory, past)) } = self else { return Ok(code) };
        let decision = engine.decide_with_history(scratch, request.as_bytes(), memory);
        let allowed = decision.decision == Verdict::Allow;
        let kept = memory.record(engine, scratch, &decision);
        let mut read = PastAction::read(program, request, allowed);
        if kept.is_some() != read.is_some() {
            return Err(format!("the runtime remembers {kept:?}, and the reference {read:?}"));
        }
        if let (Some(kept), Some(read)) = (kept, &mut read) {
            if !read.allowed && rng.chance(30) {
                memory.allow(kept);
                read.allowed = true;
            }
            if rng.chance(40) {
                let how = *rng.pick(&[Settled::Executed, Settled::Failed, Settled::Released]);
                memory.settle(kept, how);
                read.allowed &= how == Settled::Executed;
            }
        }
        past.extend(read);
        Ok(code)
    }

    /// Both are told of an event; or where one takes it and the other does not.
    pub fn report(&mut self, event: &str) -> Result<(), String> {
        let Pair { program, engine, scratch, memory: Some((memory, past)) } = self else { return Ok(()) };
        let kept = memory.report(engine, scratch, event.as_bytes()).is_ok();
        let read = PastAction::event(program, event);
        if kept != read.is_some() {
            return Err(format!(
                "of an event the runtime remembers {kept}, and the reference {read:?}\n{event}"
            ));
        }
        past.extend(read);
        Ok(())
    }

    /// What the reference decides, and what it asks for. It panics only where the typed tree is not what it promises to be; the
    /// error says where.
    pub fn reference(&self, request: &str) -> Result<(RefDecision, Option<Asked>), String> {
        let past = self.memory.as_ref().map(|(_, past)| past.as_slice());
        let decided = catch_unwind(AssertUnwindSafe(|| decide_after(&self.program, past, request)));
        decided.map_err(|panic| panic.downcast_ref::<String>().cloned().unwrap_or_default())
    }

    /// The code of the decision that both come to; or where they part.
    pub fn compare(&mut self, request: &str) -> Result<String, String> {
        let runtime = self.runtime(request);
        traced::check(&self.engine, self.memory.as_ref().map(|(memory, _)| memory), request)?;
        let broken = |panic| format!("the typed tree breaks a promise: {panic}");
        let (reference, _) = self.reference(request).map_err(broken)?;
        let (theirs, ours) = (told(&runtime, &reference), expected(&reference));
        let members = theirs.as_object().into_iter().flatten();
        let parts: Vec<String> = members
            .filter(|(name, value)| ours[name.as_str()] != **value)
            .map(|(name, value)| format!("{name}\n  runtime   {value}\n  reference {}", ours[name.as_str()]))
            .collect();
        if parts.is_empty() { Ok(reference.reason_code) } else { Err(parts.join("\n")) }
    }
}

/// Files as one text.
pub fn text(files: &[(String, String)]) -> String {
    files.iter().map(|(path, text)| format!("// {path}\n{text}\n")).collect()
}

/// What the reference holds, as the runtime writes it.
fn expected(reference: &RefDecision) -> Value {
    let reasons: Vec<Value> = reference.reasons.iter().map(reason).collect();
    let checks: Vec<Value> =
        reference.checks.iter().map(|(stage, result)| json!({ "stage": stage, "result": result })).collect();
    let risk = reference.risk.as_ref().map(|risk| {
        let points: Vec<Value> = risk
            .points
            .iter()
            .map(|one| {
                let points =
                    json!({ "code": one.code, "points": one.points, "rule": one.rule, "layer": one.layer });
                with_told(points, &one.told)
            })
            .collect();
        let amplifiers: Vec<Value> =
            risk.amplifiers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        json!({ "score": risk.score, "flags": risk.flags, "amplifiers": amplifiers, "points": points })
    });
    let obligations: Vec<Value> = reference.obligations.iter().map(obligation).collect();
    json!({
        "decision": reference.decision.name(),
        "class": reference.class,
        "reason_code": reference.reason_code,
        "reasons": reasons,
        "risk": risk,
        "obligations": obligations,
        "exceptions": reference.exceptions,
        "checks": checks,
        "observed": reference.observed.as_ref().map(observed),
    })
}

fn observed(observed: &Observed) -> Value {
    json!({
        "layers": observed.layers,
        "decision": observed.decision.name(),
        "reason_code": observed.reason_code,
        "reasons": observed.reasons.iter().map(reason).collect::<Vec<_>>(),
        "score": observed.score,
        "obligations": observed.obligations.iter().map(obligation).collect::<Vec<_>>(),
        "observed": observed.observed.as_deref().map(self::observed),
    })
}

fn reason(cause: &Cause) -> Value {
    let mut reason = json!({
        "effect": cause.effect.name(),
        "code": cause.code,
        "reason": match &cause.words {
            Words::Said(text) | Words::About(text) => text.as_str(),
            Words::Score(..) | Words::Engine => "",
        },
        "stage": cause.stage.name(),
        "rule": cause.rule,
        "layer": cause.layer,
    });
    if let Some(approval) = &cause.approval {
        reason["to"] = json!(approval.to);
        reason["quorum"] = json!(approval.quorum);
        if let Some(within) = &approval.within {
            reason["within"] = json!(within);
        }
        if !approval.other_than.is_empty() {
            reason["other_than"] = json!(approval.other_than);
        }
    }
    if !cause.cites.is_empty() {
        reason["cites"] = json!(cause.cites);
    }
    with_told(reason, &cause.told)
}

fn obligation(one: &Obligation) -> Value {
    let mut obligation = json!({
        "id": one.name,
        "code": one.code,
        "reason": one.words,
        "rule": one.rule,
        "layer": one.layer,
    });
    if let Some(by) = &one.by {
        obligation["by"] = json!(by);
    }
    with_told(obligation, &one.told)
}

fn with_told(mut said: Value, told: &Option<Told>) -> Value {
    if let Some(told) = told {
        said["told_as"] = json!(told.code);
        said["told_reason"] = json!(told.words);
    }
    said
}

/// The same part of what the runtime decided. Of the engine's own sentences only the place that they are about counts.
fn told(runtime: &Value, reference: &RefDecision) -> Value {
    let exceptions = runtime["exceptions"].as_array().into_iter().flatten();
    let exceptions = exceptions.map(|used| json!([used["name"], used["rule"]]));
    json!({
        "decision": runtime["decision"],
        "class": runtime["class"],
        "reason_code": runtime["reason_code"],
        "reasons": told_reasons(&runtime["reasons"], &reference.reasons),
        "risk": runtime["risk"],
        "obligations": runtime["obligations"],
        "exceptions": exceptions.collect::<Vec<_>>(),
        "checks": runtime["checks"],
        "observed": told_observed(&runtime["observed"], reference.observed.as_ref()),
    })
}

fn told_observed(runtime: &Value, found: Option<&Observed>) -> Value {
    let Some(found) = found.filter(|_| !runtime.is_null()) else { return runtime.clone() };
    json!({
        "layers": runtime["layers"],
        "decision": runtime["decision"],
        "reason_code": runtime["reason_code"],
        "reasons": told_reasons(&runtime["reasons"], &found.reasons),
        "score": runtime["score"],
        "obligations": runtime.get("obligations").unwrap_or(&json!([])),
        "observed": told_observed(&runtime["observed"], found.observed.as_deref()),
    })
}

fn told_reasons(runtime: &Value, causes: &[Cause]) -> Value {
    let mut reasons = runtime.clone();
    for (reason, cause) in reasons.as_array_mut().unwrap().iter_mut().zip(causes) {
        let text = reason["reason"].as_str().unwrap();
        let kept = match &cause.words {
            Words::Said(_) => text,
            Words::About(_) => text.split_once(": ").map_or(text, |(path, _)| path),
            Words::Score(..) | Words::Engine => "",
        };
        reason["reason"] = json!(kept);
    }
    reasons
}
