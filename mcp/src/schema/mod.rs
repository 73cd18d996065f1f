//! What a server says of its tools, as actions of a policy: a file that compiles, and what it could not say.
//!
//! Nothing becomes wider without a word: what the language has no type for stays out of the normalizer, so that a call with it is one of which
//! nobody knows what it does; what a type does not check stands in a comment and among the warnings.

mod names;
mod types;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::tree::{Tree, shown};

use self::names::{field, identifier, is_word};
use self::types::{Field, Types};

/// A file of a policy, and what it does not say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// The file.
    pub text: String,
    /// A sentence for each thing that a schema says, and the file does not.
    pub warnings: Vec<String>,
}

/// The least that happens to the actions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Least {
    /// Nothing.
    Allow,
    /// The delegating person is asked.
    StepUp,
    /// They are refused.
    Deny,
}

/// The most bytes of a tool's name with its server.
const LONGEST_TOOL: usize = 200;

/// Writes actions and normalizers for these definitions, `tools` of one server.
///
/// # Errors
/// They are no definitions of tools.
pub fn write(server: &str, tools: &[Tree], least: Least) -> Result<Written, String> {
    let group = identifier(server);
    let mut text = format!(
        "//! What the tools of the server `{server}` are called with, as it says itself: written by `lictor mcp schema`.\n//! What it says of them is the server's word, and no more.\nmodule {group}.tools\nlayer base\n"
    );
    let (mut warnings, mut used, mut types) = (Vec::new(), BTreeSet::new(), Types::default());
    for (number, tool) in tools.iter().enumerate() {
        let name = tool.get("name").and_then(Tree::text);
        let name = name.ok_or_else(|| format!("tool {} of the list has no name", number + 1))?;
        let call = format!("{server}/{name}");
        let mut action = identifier(name);
        while !used.insert(action.clone()) {
            action.push('_');
        }
        let mut notes = Vec::new();
        let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '/' | '{' | '}');
        if call.len() > LONGEST_TOOL || name.is_empty() || !name.chars().all(is_plain) {
            let why = "has a name that no normalizer can be about: all its calls are unknown";
            told(&mut text, &mut warnings, &call, &[why.to_owned()]);
            continue;
        }
        let fields = types.of_input(&format!("{server}_{name}"), tool.get("inputSchema"), &mut notes);
        match fields {
            Err(why) => {
                notes.push(format!("{why}: all its calls are unknown"));
                told(&mut text, &mut warnings, &call, &notes);
            }
            Ok(fields) => {
                told(&mut text, &mut warnings, &call, &notes);
                declare(&mut text, &mut types, tool, &format!("{group}.{action}"), &call, &fields, least);
            }
        }
    }
    Ok(Written { text, warnings })
}

/// Says in a comment, and as warnings, what is not said otherwise.
fn told(text: &mut String, warnings: &mut Vec<String>, call: &str, notes: &[String]) {
    if !notes.is_empty() {
        text.push('\n');
    }
    for note in notes {
        let note = note.replace(['\n', '\r'], " ");
        // Writing into a text cannot fail.
        let _ = writeln!(text, "// {}: {note}", shown(call));
        warnings.push(format!("{}: {note}", shown(call)));
    }
}

fn declare(
    text: &mut String,
    types: &mut Types,
    tool: &Tree,
    action: &str,
    call: &str,
    fields: &[Field],
    least: Least,
) {
    for declared in types.taken() {
        let _ = write!(text, "\n{declared}");
    }
    let says = tool.get("description").and_then(Tree::text).map(shown).unwrap_or_default();
    let says = if says.is_empty() {
        "Nothing is said of it.".to_owned()
    } else {
        format!("The server says: {says}")
    };
    let _ = write!(text, "\n/// {says}\naction {action} {{\n");
    for Field { name, ty, .. } in fields {
        let _ = writeln!(text, "  {}: {ty}", field(name));
    }
    let least = match least {
        Least::Allow => "allow",
        Least::StepUp => "step_up to user",
        Least::Deny => "deny",
    };
    let _ = write!(text, "  default {least}\n}}\n\nnormalize \"{call}\" as {action} {{\n");
    for Field { name, ty, .. } in fields {
        let (mark, ty) = ty.strip_suffix('?').map_or(("", ty.as_str()), |ty| ("?", ty));
        let _ = writeln!(text, "  {}{mark} = input.{name} as {ty}", field(name));
    }
    text.push_str("}\n");
}

/// Whether a member of an input can be named in a policy.
fn can_be_named(name: &str) -> bool {
    is_word(name)
}
