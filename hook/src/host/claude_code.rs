//! Claude Code, as of 2.1: `PreToolUse`.
//!
//! A document that denies stops it, and so does status 2; the model is shown the document's reason, or what stands on the standard error. Any other status that
//! is not 0, output that is no JSON and a hook that takes too long let the tool run. `ask` puts the call before the user, also where all questions are
//! switched off, and refuses where nobody is there. `allow` would spare the user's own prompts, and so is only said where that is wanted.
//! A command runs where the last one has gone with `cd`; `cwd` says where, and `CLAUDE_PROJECT_DIR` where the work began.

use serde_json::{Value, json};

use super::Form;
use crate::answer::Answer;
use crate::call::{self, Call, Trouble};
use crate::form::{self, Kind, Known};
use crate::place::Root;
use crate::said::Said;

pub(super) const FORM: Form =
    Form { name: "claude-code", title: "Claude Code", known: &KNOWN, read, write, asks: true, sample };

const KNOWN: Known<13> = [
    ("session_id", Kind::Text),
    ("transcript_path", Kind::Text),
    ("cwd", Kind::Text),
    ("prompt_id", Kind::Text),
    ("permission_mode", Kind::Text),
    ("agent_id", Kind::Text),
    ("agent_type", Kind::Text),
    ("effort", Kind::Any),
    ("hook_event_name", Kind::Text),
    ("tool_name", Kind::Text),
    ("tool_input", Kind::Any),
    ("tool_use_id", Kind::Text),
    ("mcp_server", Kind::Any),
];
/// How much the user wants to be asked.
const MODES: [&str; 6] = ["default", "plan", "acceptEdits", "auto", "dontAsk", "bypassPermissions"];

fn read(text: &str, root: &Root, also: &[String]) -> Result<Call, Trouble> {
    let form = form::Form::read(text, FORM.title, &KNOWN, also)?;
    form.expect("hook_event_name", "PreToolUse")?;
    form.one_of("permission_mode", &MODES)?;
    let call = Call { tool: call::tool(form.text("tool_name")?)?, input: form.object("tool_input")? };
    root.seen_from(call, &form.text("cwd")?)
}

/// What is said of a call under the names that Codex uses, too.
pub(super) fn document(decision: &str, reason: &str) -> Value {
    json!({ "hookSpecificOutput": {
        "hookEventName": "PreToolUse", "permissionDecision": decision, "permissionDecisionReason": reason,
    } })
}

fn write(said: &Said) -> Answer {
    match said {
        Said::NoObjection => Answer::goes_on(&json!({})),
        Said::Permit => Answer::goes_on(&document("allow", "Lictor: the policy lets this happen")),
        Said::Ask { reason, .. } => Answer::goes_on(&document("ask", reason)),
        Said::Refuse { reason } => Answer::stops(&document("deny", reason), reason),
    }
}

fn sample(tool: &str, input: &str) -> String {
    format!(
        r#"{{"session_id":"s","transcript_path":"t.jsonl","cwd":"/","permission_mode":"default","hook_event_name":"PreToolUse","tool_name":"{tool}","tool_input":{input},"tool_use_id":"u"}}"#
    )
}
