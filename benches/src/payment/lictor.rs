//! Lictor: the policy is compiled once; the engine and its scratch memory are reused.

use std::path::{Path, PathBuf};

use lictor_compiler::project::{Project, SourceFile};
use lictor_runtime::{Engine, Prepared, Scratch};

use super::outcome::{HARD, Outcome, SOFT, Verdict};

/// Where the policies of workload A lie.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/payment/lictor")
}

/// The policy as an engine.
///
/// # Panics
/// The policy does not compile.
#[must_use]
pub fn engine() -> Engine {
    let mut project = Project { name: "payment".to_owned(), ..Project::default() };
    for entry in std::fs::read_dir(folder()).expect("the policies are there") {
        let path = entry.expect("the policies can be listed").path();
        let bytes = std::fs::read(&path).expect("the policies can be read");
        let name = path.file_name().and_then(|name| name.to_str()).expect("their names are text");
        let file = SourceFile { path: name.to_owned(), bytes };
        if name.ends_with(".lictor") { project.files.push(file) } else { project.data.push(file) }
    }
    let compiled = lictor_compiler::compile(&project);
    let bundle = compiled.bundle.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    Engine::from_bundle(bundle).expect("what was compiled is verified")
}

/// Decides a request as its bytes arrive.
#[must_use]
pub fn decide(engine: &Engine, scratch: &mut Scratch, request: &[u8]) -> Outcome<'static> {
    match engine.prepare(scratch, request) {
        Ok(mut prepared) => known(evaluate(&mut prepared)),
        Err(decision) => known(outcome(decision.decision, &decision.reason_code)),
    }
}

/// Decides a request that was read before.
#[must_use]
pub fn evaluate<'a>(prepared: &mut Prepared<'a>) -> Outcome<'a> {
    let evaluated = prepared.evaluate(None);
    outcome(evaluated.verdict(), evaluated.reason_code())
}

fn outcome(verdict: lictor_runtime::Verdict, code: &str) -> Outcome<'_> {
    let verdict = match verdict {
        lictor_runtime::Verdict::Allow => Verdict::Allow,
        lictor_runtime::Verdict::StepUp => Verdict::StepUp,
        lictor_runtime::Verdict::Deny => Verdict::Deny,
    };
    Outcome { verdict, code }
}

/// The same outcome with a code that lives for ever.
fn known(Outcome { verdict, code }: Outcome<'_>) -> Outcome<'static> {
    const OWN: [&str; 5] = ["OK", "RISK_STEP_UP", "RISK_DENY", "CURRENCY_MISMATCH", "EVALUATION_ERROR"];
    let soft = SOFT.iter().map(|(code, _)| code);
    let code = OWN.iter().chain(&HARD).chain(soft).copied().find(|known| *known == code);
    Outcome { verdict, code: code.unwrap_or("?") }
}
