//! Codex, as of 0.169: `PreToolUse`.
//!
//! A document that denies stops it, and so does status 2 with a reason on the standard error; without that reason the tool runs, as it does
//! after any other status, a hook that takes too long, and `ask`. It has no way to say that a call is permitted: its own questions stay. It
//! runs no hook that its user has not looked at and trusted (`/hooks`), and asks none about what is typed into a program that runs.
//! A call may name a folder to run in, which stands in `cwd` and not in the input; the hook itself is run in that of
//! the session.

use serde_json::json;

use super::{Form, claude_code};
use crate::answer::Answer;
use crate::call::{self, Call, Trouble};
use crate::form::{self, Kind, Known};
use crate::patch;
use crate::place::Root;
use crate::said::Said;
use crate::typed;

pub(super) const FORM: Form =
    Form { name: "codex", title: "Codex", known: &KNOWN, read, write, asks: false, sample };

/// All that stands in the schema of its input.
const KNOWN: Known<12> = [
    ("session_id", Kind::Text),
    ("turn_id", Kind::Text),
    ("transcript_path", Kind::MaybeText),
    ("cwd", Kind::Text),
    ("hook_event_name", Kind::Text),
    ("model", Kind::Text),
    ("permission_mode", Kind::Text),
    ("agent_id", Kind::Text),
    ("agent_type", Kind::Text),
    ("tool_name", Kind::Text),
    ("tool_input", Kind::Any),
    ("tool_use_id", Kind::Text),
];
/// How much the user wants to be asked.
const MODES: [&str; 5] = ["default", "acceptEdits", "plan", "dontAsk", "bypassPermissions"];

fn read(text: &str, root: &Root, also: &[String]) -> Result<Call, Trouble> {
    let form = form::Form::read(text, FORM.title, &KNOWN, also)?;
    form.expect("hook_event_name", "PreToolUse")?;
    form.one_of("permission_mode", &MODES)?;
    let (cwd, call) = (
        form.text("cwd")?,
        Call { tool: call::tool(form.text("tool_name")?)?, input: form.object("tool_input")? },
    );
    if call.tool == patch::TOOL {
        return root.seen_from(patched(&call)?, &cwd);
    }
    root.seen_from(typed::told(call)?, &cwd)
}

/// The call that a patch is. With any other member, nobody knows what it does.
fn patched(call: &Call) -> Result<Call, Trouble> {
    let members = form::object(call.input.get(), "the input of the tool")?;
    match members.iter().next().filter(|(name, _)| members.len() == 1 && *name == "command") {
        Some((_, text)) => {
            let text: String =
                serde_json::from_str(text.get()).map_err(|_| Trouble::input("the patch is not a text"))?;
            patch::call(&text)
        }
        None => Err(Trouble::input("the input of `apply_patch` is not one member `command`")),
    }
}

fn write(said: &Said) -> Answer {
    match said {
        Said::NoObjection | Said::Permit => Answer::goes_on(&json!({})),
        // Never `ask`: it would run.
        Said::Ask { reason, .. } | Said::Refuse { reason } => {
            Answer::stops(&claude_code::document("deny", reason), reason)
        }
    }
}

fn sample(tool: &str, input: &str) -> String {
    format!(
        r#"{{"session_id":"s","turn_id":"n","transcript_path":null,"cwd":"/","hook_event_name":"PreToolUse","model":"m","permission_mode":"default","tool_name":"{tool}","tool_input":{input},"tool_use_id":"u"}}"#
    )
}
