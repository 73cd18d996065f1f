//! Gemini CLI, as of 0.61: `BeforeTool`.
//!
//! A document that denies stops it. Output that is no JSON stops it where the status is neither 0 nor 1; without any output, and where a hook
//! takes too long, the tool runs. `ask` puts the call before the user, and refuses where nobody is there. The tool of a server
//! comes as `mcp_server_tool`, which can be cut in several places; `mcp_context` says which server and which tool it is.

use serde::Deserialize;
use serde_json::json;

use super::Form;
use crate::answer::Answer;
use crate::call::{self, Call, Trouble};
use crate::form::{self, Kind, Known};
use crate::place::Root;
use crate::said::Said;

pub(super) const FORM: Form =
    Form { name: "gemini", title: "Gemini CLI", known: &KNOWN, read, write, asks: true, sample };

const KNOWN: Known<9> = [
    ("session_id", Kind::Text),
    ("transcript_path", Kind::Text),
    ("cwd", Kind::Text),
    ("hook_event_name", Kind::Text),
    ("timestamp", Kind::Text),
    ("tool_name", Kind::Text),
    ("tool_input", Kind::Any),
    ("mcp_context", Kind::Any),
    // What a call was before a hook made another of it.
    ("original_request_name", Kind::Text),
];

/// Whose tool it is. How the server is reached says nothing about the call.
#[derive(Deserialize)]
struct Context {
    server_name: String,
    tool_name: String,
}

fn read(text: &str, _: &Root, also: &[String]) -> Result<Call, Trouble> {
    let form = form::Form::read(text, FORM.title, &KNOWN, also)?;
    form.expect("hook_event_name", "BeforeTool")?;
    let name = form.text("tool_name")?;
    let tool = match form.raw("mcp_context") {
        Some(context) => {
            let context: Context = serde_json::from_str(context.get()).map_err(|error| {
                Trouble::input(format!("mcp_context does not say whose tool it is: {error}"))
            })?;
            format!("{}/{}", call::own(context.server_name)?, call::own(context.tool_name)?)
        }
        // Of a server, but of which is not said.
        None if name.starts_with("mcp_") => {
            return Err(Trouble::input(format!(
                "the tool {name:?} is a server's, and mcp_context is missing"
            )));
        }
        None => call::own(name)?,
    };
    // It says where the work is, and begins there.
    let cwd = form.text("cwd")?;
    Root(Some(cwd.clone())).seen_from(Call { tool, input: form.object("tool_input")? }, &cwd)
}

fn write(said: &Said) -> Answer {
    match said {
        Said::NoObjection => Answer::goes_on(&json!({})),
        Said::Permit => Answer::goes_on(&json!({ "decision": "allow" })),
        Said::Ask { reason, .. } => Answer::goes_on(&json!({ "decision": "ask", "systemMessage": reason })),
        Said::Refuse { reason } => Answer::stops(&json!({ "decision": "deny", "reason": reason }), reason),
    }
}

fn sample(tool: &str, input: &str) -> String {
    format!(
        r#"{{"session_id":"s","transcript_path":"t.json","cwd":"/","hook_event_name":"BeforeTool","timestamp":"2026-11-23T00:00:00.000Z","tool_name":"{tool}","tool_input":{input}}}"#
    )
}
