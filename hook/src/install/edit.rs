//! The text of a host's configuration with the hook in it. Everything else in it stays as it is written: comments, order, and members that nobody
//! here knows.

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstArray, CstInputValue, CstNode, CstObject, CstRootNode};

use super::HOST_WAITS;
use super::command::Command;
use crate::call::Trouble;
use crate::host::Host;

/// The deepest that a configuration may be nested.
const MAX_DEPTH: usize = 64;

/// The hook as it stands in a configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The command line.
    pub line: String,
    /// Whether it is asked about every tool, and stops where it fails, as far as the host can be told so.
    pub whole: bool,
}

/// What the text is with this hook in it, in the place of one that was there before. An empty text is a new file.
pub fn put(host: Host, text: &str, command: &Command) -> Result<String, Trouble> {
    let root = parse(text)?;
    let top = object(root.object_value_or_create(), "the configuration")?;
    if matches!(host, Host::Cursor | Host::Copilot) && top.get("version").is_none() {
        top.append("version", CstInputValue::Number("1".to_owned()));
    }
    let entries = entries(host, &top)?;
    let line = command.line();
    let mine = mine(host, &entries);
    // As it should be, once: nothing changes.
    if let [only] = mine.as_slice()
        && entry(host, only) == Some(Entry { line: line.clone(), whole: true })
    {
        return Ok(text.to_owned());
    }
    mine.into_iter().for_each(CstNode::remove);
    entries.append(wanted(host, &line));
    Ok(ended(root.to_string()))
}

/// What the text is without the hook.
pub fn removed(host: Host, text: &str) -> Result<String, Trouble> {
    let root = parse(text)?;
    let top = object(root.object_value_or_create(), "the configuration")?;
    let all = mine(host, &entries(host, &top)?);
    if all.is_empty() {
        return Ok(text.to_owned());
    }
    all.into_iter().for_each(CstNode::remove);
    Ok(root.to_string())
}

/// The hooks of ours that a configuration has.
pub fn found(host: Host, text: &str) -> Result<Vec<Entry>, Trouble> {
    let root = parse(text)?;
    let top = object(root.object_value_or_create(), "the configuration")?;
    Ok(mine(host, &entries(host, &top)?).iter().filter_map(|one| entry(host, one)).collect())
}

fn parse(text: &str) -> Result<CstRootNode, Trouble> {
    let deepest = text.chars().fold((0_usize, 0), |(now, most), c| match c {
        '{' | '[' => (now + 1, most.max(now + 1)),
        '}' | ']' => (now.saturating_sub(1), most),
        _ => (now, most),
    });
    if deepest.1 > MAX_DEPTH {
        return Err(Trouble::arguments("the configuration is nested too deeply to be read"));
    }
    let options = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    CstRootNode::parse(text, &options)
        .map_err(|error| Trouble::arguments(format!("the configuration cannot be read: {error}")))
}

fn object(value: Option<CstObject>, what: &str) -> Result<CstObject, Trouble> {
    let value = value.ok_or_else(|| Trouble::arguments(format!("{what} is not an object")))?;
    let mut names: Vec<String> = value.properties().iter().filter_map(|one| one.decoded_name()).collect();
    names.sort();
    match names.windows(2).find(|two| two.first() == two.last()) {
        // The host reads one of them, and nobody knows which.
        Some(two) => Err(Trouble::arguments(format!(
            "{what} has the member {:?} twice",
            two.first().map_or("", |name| name)
        ))),
        None => Ok(value),
    }
}

/// The list in which hooks before a tool stand; it is made where it is not there.
fn entries(host: Host, top: &CstObject) -> Result<CstArray, Trouble> {
    let hooks = object(top.object_value_or_create("hooks"), "`hooks`")?;
    let event = match host {
        Host::ClaudeCode | Host::Codex => "PreToolUse",
        Host::Gemini => "BeforeTool",
        Host::Cursor | Host::Copilot => "preToolUse",
    };
    hooks
        .array_value_or_create(event)
        .ok_or_else(|| Trouble::arguments(format!("`hooks.{event}` is not a list")))
}

/// Ours among them.
fn mine(host: Host, entries: &CstArray) -> Vec<CstNode> {
    let ours = |line: &str| line.contains("lictor") && line.contains(&format!(" hook {host} "));
    entries
        .elements()
        .into_iter()
        .filter(|one| entry(host, one).is_some_and(|entry| ours(&entry.line)))
        .collect()
}

/// What a host calls the member of the command, and that of the time it waits, in whose unit.
fn members(host: Host) -> (&'static str, &'static str, u32) {
    match host {
        Host::Copilot => ("bash", "timeoutSec", HOST_WAITS),
        Host::Gemini => ("command", "timeout", HOST_WAITS * 1000),
        Host::ClaudeCode | Host::Codex | Host::Cursor => ("command", "timeout", HOST_WAITS),
    }
}

/// Whether hooks stand in groups with a pattern of tools' names.
fn is_grouped(host: Host) -> bool {
    matches!(host, Host::ClaudeCode | Host::Codex | Host::Gemini)
}

/// The hook as it is to stand there: for all tools, and stopping where it fails where the host has a word for that.
fn wanted(host: Host, line: &str) -> CstInputValue {
    let text = |text: &str| CstInputValue::String(text.to_owned());
    let named = |name: &str, value: CstInputValue| (name.to_owned(), value);
    let (command, timeout, waits) = members(host);
    let mut hook = vec![];
    if host != Host::Cursor {
        hook.push(named("type", text("command")));
    }
    hook.push(named(command, text(line)));
    hook.push(named(timeout, CstInputValue::Number(waits.to_string())));
    if host == Host::Cursor {
        hook.push(named("failClosed", CstInputValue::Bool(true)));
    }
    let hook = CstInputValue::Object(hook);
    match is_grouped(host) {
        true => CstInputValue::Object(vec![
            named("matcher", text("*")),
            named("hooks", CstInputValue::Array(vec![hook])),
        ]),
        false => hook,
    }
}

/// What an element of the list runs, where it is one of one hook.
fn entry(host: Host, node: &CstNode) -> Option<Entry> {
    let outer = node.as_object()?;
    let inner = match is_grouped(host) {
        true => match outer.array_value("hooks")?.elements().as_slice() {
            [one] => one.as_object()?,
            _ => return None,
        },
        false => outer.clone(),
    };
    let text = |of: &CstObject, name: &str| of.get(name)?.value()?.as_string_lit()?.decoded_value().ok();
    let (command, timeout, waits) = members(host);
    let line = text(&inner, command)?;
    let waits = inner
        .get(timeout)
        .and_then(|one| one.value()?.as_number_lit())
        .is_some_and(|one| one.to_string() == waits.to_string());
    let every = !is_grouped(host) || text(&outer, "matcher").as_deref() == Some("*");
    let closed = host != Host::Cursor
        || inner
            .get("failClosed")
            .and_then(|one| one.value()?.as_boolean_lit())
            .is_some_and(|one| one.value());
    Some(Entry { line, whole: waits && every && closed })
}

/// A file of text ends with the end of a line.
fn ended(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
