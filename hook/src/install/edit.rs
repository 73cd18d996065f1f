//! The text of a host's configuration with the hook in it, and without it again. Everything else in it stays as it is written: comments, order, and
//! members that nobody here knows. What was put in and is taken out leaves the text as it was.

use std::ops::Range;

use jsonc_parser::ast::{Array, Object, Value as Read};
use jsonc_parser::common::Ranged;

use super::HOST_WAITS;
use super::command::Command;
use super::text::{Text, object};
use super::written::{Style, Value, member};
use crate::call::Trouble;
use crate::host::Host;

/// What some editors begin a text with. It is no part of the JSON, and stays.
const BYTE_ORDER_MARK: char = '\u{feff}';

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
    let line = command.line();
    let wanted = Entry { line: line.clone(), whole: true };
    if let Some(why) = unread(host, text)? {
        return Err(Trouble::arguments(why));
    }
    // As it should be, once: nothing changes.
    if found(host, text)? == [wanted.clone()] {
        return Ok(text.to_owned());
    }
    let without = removed(host, text)?;
    let with = beside_mark(&without, |text| added(host, text, &line))?;
    match found(host, &with)? == [wanted] {
        true => Ok(with),
        false => Err(Trouble::arguments("the hook cannot be put into the configuration as it is written")),
    }
}

/// Why the host would not read such a text, and go on without its hooks; nothing where it reads it.
///
/// # Errors
/// Nobody reads it.
pub fn unread(host: Host, text: &str) -> Result<Option<String>, Trouble> {
    let rest = text.strip_prefix(BYTE_ORDER_MARK);
    let title = host.title();
    let why = |has: &str, what: &str| {
        Some(format!("the configuration {has}, which {title} does not read (it would run no hook): {what}"))
    };
    if rest.is_some() && !host.reads_mark() {
        return Ok(why("begins with a mark of the order of bytes (U+FEFF)", "save it without that mark"));
    }
    let text = Text::read(rest.unwrap_or(text))?;
    if text.is_commented() && !host.reads_comments() {
        return Ok(why("has comments", "take them out"));
    }
    // What is read here, and is no JSON, has a comma too many; or whatever else nobody has thought of.
    let plain = text.uncommented();
    Ok(match serde_json::from_str::<serde::de::IgnoredAny>(&plain) {
        Err(error) if !plain.trim().is_empty() => {
            let (line, column) = (error.line(), error.column());
            why(
                &format!("is no plain JSON at line {line}, column {column}"),
                "take out what is too much there, such as a comma behind the last member",
            )
        }
        _ => None,
    })
}

/// What the text is without the hook. It is empty where there was nothing before it.
pub fn removed(host: Host, text: &str) -> Result<String, Trouble> {
    let mut text = text.to_owned();
    while !found(host, &text)?.is_empty() {
        text = beside_mark(&text, |text| without_one(host, text))?;
    }
    Ok(text)
}

/// The hooks of ours that a configuration has.
pub fn found(host: Host, text: &str) -> Result<Vec<Entry>, Trouble> {
    let text = Text::read(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text))?;
    let Some(entries) = Places::of(host, &text)?.entries else { return Ok(Vec::new()) };
    Ok(mine(host, entries).filter_map(|one| entry(host, one)).collect())
}

/// Does something to a text, but for the mark that it may begin with.
fn beside_mark(text: &str, does: impl FnOnce(&str) -> Result<String, Trouble>) -> Result<String, Trouble> {
    match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => Ok(format!("{BYTE_ORDER_MARK}{}", does(rest)?)),
        None => does(text),
    }
}

/// Where hooks stand in a configuration, as far as that is there.
struct Places<'v, 't> {
    top: Option<&'v Object<'t>>,
    hooks: Option<&'v Object<'t>>,
    entries: Option<&'v Array<'t>>,
}

impl<'v, 't> Places<'v, 't> {
    fn of(host: Host, text: &'v Text<'t>) -> Result<Places<'v, 't>, Trouble> {
        let top = text.root.as_ref().map(|root| object(root, "the configuration")).transpose()?;
        let hooks = top.and_then(|top| top.get("hooks"));
        let hooks = hooks.map(|hooks| object(&hooks.value, "`hooks`")).transpose()?;
        let entries = hooks.and_then(|hooks| hooks.get(event(host))).map(|entries| match &entries.value {
            Read::Array(entries) => Ok(entries),
            _ => Err(Trouble::arguments(format!("`hooks.{}` is not a list", event(host)))),
        });
        Ok(Places { top, hooks, entries: entries.transpose()? })
    }
}

/// The text with the hook at the end of the list; where that is not there it is made, and so is what it stands in.
fn added(host: Host, text: &str, line: &str) -> Result<String, Trouble> {
    let text = Text::read(text)?;
    let places = Places::of(host, &text)?;
    let list = || Value::List(vec![wanted(host, line)]);
    let has_version = places.top.is_some_and(|top| top.get("version").is_some());
    let says_version = matches!(host, Host::Cursor | Host::Copilot) && !has_version;
    let all = |style: &Style, indent: &str, level: usize| {
        let hooks = member("hooks", &Value::Object(vec![(event(host), list())]), style, indent, level);
        match says_version {
            // Behind it: what is before it was there.
            true => format!("{hooks},{}{VERSION}", style.before(indent, level)),
            false => hooks,
        }
    };
    Ok(match places {
        Places { entries: Some(entries), top, .. } => {
            let last = entries.elements.last().map(range);
            let with = text.put(range(entries), last, |style, indent, level| {
                wanted(host, line).written(style, indent, level)
            });
            match top {
                Some(_) if says_version => versioned(&with)?,
                _ => with,
            }
        }
        Places { hooks: Some(hooks), top, .. } => {
            let last = hooks.properties.last().map(range);
            let with = text.put(range(hooks), last, |style, indent, level| {
                member(event(host), &list(), style, indent, level)
            });
            match top {
                Some(_) if says_version => versioned(&with)?,
                _ => with,
            }
        }
        Places { top: Some(top), .. } => text.put(range(top), top.properties.last().map(range), all),
        Places { top: None, .. } => {
            let style = Style { is_lines: true, ..text.style() };
            text.begun(&format!("{{{}{}{}}}", style.before("", 1), all(&style, "", 1), style.before("", 0)))
        }
    })
}

/// The member without which some hosts read no hooks.
const VERSION: &str = "\"version\": 1";

/// The text with that member at its end.
fn versioned(text: &str) -> Result<String, Trouble> {
    let text = Text::read(text)?;
    let Some(Read::Object(top)) = &text.root else {
        return Err(Trouble::arguments("the configuration is not an object"));
    };
    Ok(text.put(range(top), top.properties.last().map(range), |_, _, _| VERSION.to_owned()))
}

/// The text without the first of our hooks, and without what was made for it to stand in.
fn without_one(host: Host, text: &str) -> Result<String, Trouble> {
    let text = Text::read(text)?;
    let Places { entries: Some(entries), .. } = Places::of(host, &text)? else {
        return Ok(String::new());
    };
    let Some(first) = mine(host, entries).next() else { return Ok(String::new()) };
    let is_last = entries.elements.last().map(range) == Some(range(first));
    let (text, was_there) = text.cut(range(entries), range(first), is_last);
    if was_there {
        return Ok(text);
    }
    let without = without_empty(&text, |places| places.hooks, event(host), host)?;
    let (text, went) = without;
    if !went {
        return Ok(text);
    }
    let (text, went) = without_empty(&text, |places| places.top, "hooks", host)?;
    if !went {
        return Ok(text);
    }
    let read = Text::read(&text)?;
    match &read.root {
        Some(Read::Object(top)) if read.is_bare(range(top)) => Ok(read.unbegun(range(top))),
        _ => Ok(text),
    }
}

/// The text without a member that holds nothing, and whether what it stood in may go, too.
fn without_empty(
    text: &str,
    holder: impl for<'v, 't> Fn(&Places<'v, 't>) -> Option<&'v Object<'t>>,
    name: &str,
    host: Host,
) -> Result<(String, bool), Trouble> {
    let read = Text::read(text)?;
    let places = Places::of(host, &read)?;
    let stays = || Ok((text.to_owned(), false));
    let Some(holder) = holder(&places) else { return stays() };
    let Some(at) = holder.properties.iter().position(|one| one.name.as_str() == name) else { return stays() };
    let Some(one) = holder.properties.get(at) else { return stays() };
    if !read.is_bare(range(&one.value)) {
        return stays();
    }
    // What came with it stands behind it.
    let next = holder.properties.get(at + 1).filter(|next| name == "hooks" && is_version(next));
    let until = next.map_or(one.range.end, |next| next.range.end);
    let is_last = holder.properties.len() == at + 1 + usize::from(next.is_some());
    let (text, was_there) = read.cut(range(holder), one.range.start..until, is_last);
    Ok((text, !was_there))
}

fn is_version(member: &jsonc_parser::ast::ObjectProp<'_>) -> bool {
    let one = member.value.as_number_lit().is_some_and(|number| number.value == "1");
    member.name.as_str() == "version" && one
}

fn range(of: &impl Ranged) -> Range<usize> {
    of.start()..of.end()
}

/// What a host calls the event before a tool.
fn event(host: Host) -> &'static str {
    match host {
        Host::ClaudeCode | Host::Codex => "PreToolUse",
        Host::Gemini => "BeforeTool",
        Host::Cursor | Host::Copilot => "preToolUse",
    }
}

/// Ours among them.
fn mine<'v, 't>(host: Host, entries: &'v Array<'t>) -> impl Iterator<Item = &'v Read<'t>> {
    let ours = move |line: &str| line.contains("lictor") && line.contains(&format!(" hook {host} "));
    entries.elements.iter().filter(move |one| entry(host, one).is_some_and(|entry| ours(&entry.line)))
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
fn wanted(host: Host, line: &str) -> Value {
    let text = |text: &str| Value::Text(text.to_owned());
    let (command, timeout, waits) = members(host);
    let mut hook = vec![];
    if host != Host::Cursor {
        hook.push(("type", text("command")));
    }
    hook.push((command, text(line)));
    hook.push((timeout, Value::Whole(waits)));
    if host == Host::Cursor {
        hook.push(("failClosed", Value::True));
    }
    let hook = Value::Object(hook);
    match is_grouped(host) {
        true => Value::Object(vec![("matcher", text("*")), ("hooks", Value::List(vec![hook]))]),
        false => hook,
    }
}

/// What an element of the list runs, where it is one of one hook.
fn entry(host: Host, node: &Read<'_>) -> Option<Entry> {
    let outer = object(node, "it").ok()?;
    let inner = match is_grouped(host) {
        true => match outer.get_array("hooks")?.elements.as_slice() {
            [one] => object(one, "it").ok()?,
            _ => return None,
        },
        false => outer,
    };
    let text = |of: &Object<'_>, name: &str| of.get_string(name).map(|text| text.value.to_string());
    let (command, timeout, waits) = members(host);
    let line = text(inner, command)?;
    let waits = inner.get_number(timeout).is_some_and(|one| one.value == waits.to_string());
    let every = !is_grouped(host) || text(outer, "matcher").as_deref() == Some("*");
    let closed = host != Host::Cursor || inner.get_boolean("failClosed").is_some_and(|one| one.value);
    let whole = waits && every && closed && !(host == Host::Gemini && has_variable(&line));
    Some(Entry { line, whole })
}

/// Whether a host that puts variables of its environment into texts finds one: what the guard is then, nobody knows.
fn has_variable(line: &str) -> bool {
    let begins = |rest: &str| rest.starts_with(|c: char| c == '{' || c == '_' || c.is_ascii_alphanumeric());
    line.match_indices('$').any(|(at, _)| line.get(at + 1..).is_some_and(begins))
}
