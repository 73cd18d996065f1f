//! Cursor: `preToolUse` of `hooks.json`, as its makers document it. It could not be tried: no registry has it.
//!
//! With `failClosed` it stops where a hook fails; without, only a document that denies and status 2 stop it. `ask` is not honoured for this event.
//! The input of a tool may be an object, or a text that holds one.

use serde_json::json;
use serde_json::value::RawValue;

use super::Form;
use crate::answer::Answer;
use crate::call::{self, Call, Trouble};
use crate::form::{self, Kind, Known};
use crate::place::Root;
use crate::said::Said;

pub(super) const FORM: Form =
    Form { name: "cursor", title: "Cursor", known: &KNOWN, read, write, asks: false, sample };

const KNOWN: Known<16> = [
    ("conversation_id", Kind::Text),
    ("generation_id", Kind::Text),
    ("session_id", Kind::Text),
    ("model", Kind::Text),
    ("model_id", Kind::Text),
    ("model_params", Kind::Any),
    ("hook_event_name", Kind::Text),
    ("cursor_version", Kind::Text),
    ("workspace_roots", Kind::Any),
    ("user_email", Kind::MaybeText),
    ("transcript_path", Kind::MaybeText),
    ("cwd", Kind::Text),
    ("agent_message", Kind::MaybeText),
    ("tool_name", Kind::Text),
    ("tool_input", Kind::Any),
    ("tool_use_id", Kind::Text),
];
/// The tool that runs commands, and what the library calls it.
const SHELL: (&str, &str) = ("Shell", "run_terminal_cmd");

fn read(text: &str, _: &Root, also: &[String]) -> Result<Call, Trouble> {
    let form = form::Form::read(text, FORM.title, &KNOWN, also)?;
    form.expect("hook_event_name", "preToolUse")?;
    let name = form.text("tool_name")?;
    let tool = call::own(if name == SHELL.0 { SHELL.1.to_owned() } else { name })?;
    let call = Call { tool, input: form.object_or_text("tool_input")? };
    match call.tool == SHELL.1 {
        true => in_folder(call, &form),
        false => match root(&form)?.0 {
            Some(root) => Root(Some(root.clone())).seen_from(call, &root),
            None => Ok(call),
        },
    }
}

/// The folder of the work: the only one of the workspace.
fn root(form: &form::Form<'_>) -> Result<Root, Trouble> {
    let roots: Vec<String> = match form.raw("workspace_roots") {
        Some(roots) => serde_json::from_str(roots.get())
            .map_err(|_| Trouble::input("workspace_roots is not a list of texts"))?,
        None => Vec::new(),
    };
    Ok(Root(match roots.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }))
}

/// The command, seen from the folder of the work. A call names the folder that it runs in, and so does the host, beside it;
/// where the two differ, nobody knows which counts.
fn in_folder(call: Call, form: &form::Form<'_>) -> Result<Call, Trouble> {
    let root = root(form)?;
    let mut members = form::object(call.input.get(), "the input of the tool")?;
    let named: Option<String> = match members.remove("working_directory") {
        Some(named) => serde_json::from_str(named.get())
            .map_err(|_| Trouble::input("working_directory is not a text"))?,
        None => None,
    };
    let input = serde_json::to_string(&members).and_then(RawValue::from_string);
    let call = Call { input: input.map_err(|error| Trouble::input(error.to_string()))?, ..call };
    let cwd = form.maybe_text("cwd")?.filter(|cwd| !cwd.is_empty());
    match (named.filter(|named| !named.is_empty()), cwd) {
        (Some(named), Some(cwd)) if named != cwd && root.elsewhere(&cwd).is_some() => Err(Trouble::input(
            format!("the call runs in {named:?}, and Cursor says that it runs in {cwd:?}"),
        )),
        (Some(folder), _) | (None, Some(folder)) => root.seen_from(call, &folder),
        (None, None) => Ok(call),
    }
}

fn write(said: &Said) -> Answer {
    match said {
        Said::NoObjection => Answer::goes_on(&json!({})),
        Said::Permit => Answer::goes_on(&json!({ "permission": "allow" })),
        // Never `ask`: it would run.
        Said::Ask { reason, .. } | Said::Refuse { reason } => {
            let said = json!({ "permission": "deny", "user_message": reason, "agent_message": reason });
            Answer::stops(&said, reason)
        }
    }
}

fn sample(tool: &str, input: &str) -> String {
    format!(
        r#"{{"conversation_id":"c","generation_id":"g","model":"m","hook_event_name":"preToolUse","cursor_version":"2","workspace_roots":["/"],"cwd":"/","tool_name":"{tool}","tool_input":{input},"tool_use_id":"u"}}"#
    )
}
