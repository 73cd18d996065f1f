//! GitHub Copilot CLI, as of 1.0: `preToolUse`.
//!
//! A document that denies stops it. `ask` puts the call before the user, and refuses where nobody is there. The arguments of a tool are an object;
//! older editions wrote a text that holds one, and a patch is a text.

use serde_json::json;

use super::Form;
use crate::answer::Answer;
use crate::call::{self, Call, Trouble};
use crate::form::{self, Kind, Known};
use crate::patch;
use crate::place::Root;
use crate::said::Said;

pub(super) const FORM: Form =
    Form { name: "copilot", title: "GitHub Copilot CLI", known: &KNOWN, read, write, asks: true, sample };

const KNOWN: Known<8> = [
    ("sessionId", Kind::Text),
    ("timestamp", Kind::Number),
    ("cwd", Kind::Text),
    ("toolName", Kind::Text),
    ("toolArgs", Kind::Any),
    // Of a sub-agent: who it is, and who has begun it.
    ("agentId", Kind::Text),
    ("agentType", Kind::Text),
    ("parentAgentId", Kind::Text),
];

fn read(text: &str, _: &Root, also: &[String]) -> Result<Call, Trouble> {
    let form = form::Form::read(text, FORM.title, &KNOWN, also)?;
    let tool = call::tool(form.text("toolName")?)?;
    let call = if tool == patch::TOOL && form.raw("toolArgs").is_some_and(|args| args.get().starts_with('"'))
    {
        patch::call(&form.text("toolArgs")?)?
    } else {
        Call { tool, input: form.object_or_text("toolArgs")? }
    };
    // It says where the work is, and begins each command there.
    let cwd = form.text("cwd")?;
    Root(Some(cwd.clone())).seen_from(call, &cwd)
}

fn write(said: &Said) -> Answer {
    let document = |decision: &str, reason: &str| json!({ "permissionDecision": decision, "permissionDecisionReason": reason });
    match said {
        Said::NoObjection => Answer::goes_on(&json!({})),
        Said::Permit => Answer::goes_on(&document("allow", "Lictor: the policy lets this happen")),
        Said::Ask { reason, .. } => Answer::goes_on(&document("ask", reason)),
        Said::Refuse { reason } => Answer::stops(&document("deny", reason), reason),
    }
}

fn sample(tool: &str, input: &str) -> String {
    format!(r#"{{"sessionId":"s","timestamp":0,"cwd":"/","toolName":"{tool}","toolArgs":{input}}}"#)
}
