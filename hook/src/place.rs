//! Where a command runs. A policy reads paths as they stand on the command line, from the folder of the work; a host may run the command in another one,
//! which an earlier `cd` has led to or which the call names.

use std::collections::BTreeMap;

use serde_json::json;
use serde_json::value::RawValue;

use crate::call::{Call, Trouble};
use crate::form::object;
use crate::home::Home;

/// The folder in which the agent works, as the host says outside of what it writes about a call. No agent gets to say it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Root(pub Option<String>);

/// The tools that run a command line, each with the members that say in which folder, where that is not the one that the host says.
const SHELLS: [(&str, &[&str]); 4] = [
    ("Bash", &[]),
    ("run_terminal_cmd", &[]),
    ("bash", &["shellId"]),
    ("run_shell_command", &["directory", "dir_path"]),
];
/// The member that holds it.
const COMMAND: &str = "command";
/// The tools of hosts that are about one file or folder.
const FILES: [&str; 27] = [
    "Delete",
    "Edit",
    "Glob",
    "Grep",
    "MultiEdit",
    "NotebookEdit",
    "NotebookRead",
    "Read",
    "StrReplace",
    "Write",
    "create",
    "delete_file",
    "edit",
    "edit_file",
    "glob",
    "grep",
    "grep_search",
    "list_dir",
    "list_directory",
    "read_file",
    "replace",
    "rg",
    "search_file_content",
    "search_replace",
    "view",
    "view_image",
    "write_file",
];
/// The members that name it.
const PATHS: [&str; 10] = [
    "absolute_path",
    "dir_path",
    "filePath",
    "file_path",
    "notebook_path",
    "path",
    "paths",
    "relative_workspace_path",
    "target_directory",
    "target_file",
];

impl Root {
    /// The folder in which a call runs, where that is not known to be the one of the work.
    pub(crate) fn elsewhere<'a>(&self, cwd: &'a str) -> Option<&'a str> {
        (self.0.as_deref() != Some(cwd)).then_some(cwd)
    }

    /// The call as it would have to be written in the folder of the work: files by their names there; and a command with `cd` before it where it runs
    /// elsewhere, or where nobody knows. How far that leads is for whoever reads the command.
    pub(crate) fn seen_from(&self, call: Call, cwd: &str) -> Result<Call, Trouble> {
        let home = self.0.as_deref().and_then(Home::of);
        if FILES.contains(&call.tool.as_str()) {
            return self.file_seen_from(call, cwd, home.as_ref());
        }
        let Some((_, elsewhere)) = SHELLS.iter().find(|(tool, _)| *tool == call.tool) else {
            return Ok(call);
        };
        let read = object(call.input.get(), "the input of the tool");
        if read.is_err() && self.elsewhere(cwd).is_none() {
            return Ok(call);
        }
        let mut members = read?;
        let command = members.get(COMMAND).and_then(|one| serde_json::from_str::<String>(one.get()).ok());
        // What has no command is nothing that the library knows; and what goes on elsewhere is told by the library.
        let Some(command) = command.filter(|_| !elsewhere.iter().any(|member| members.contains_key(*member)))
        else {
            return Ok(call);
        };
        let moved = match (self.elsewhere(cwd), home) {
            (None, None) => return Ok(call),
            (None, Some(home)) => home.command(&command),
            (Some(cwd), home) => {
                let cwd = home.map_or_else(|| cwd.to_owned(), |home| home.path(cwd, cwd));
                format!("cd -- '{}'\n{command}", cwd.replace('\'', r"'\''"))
            }
        };
        if moved == command {
            return Ok(call);
        }
        let moved = raw(&json!(moved))?;
        members.insert(COMMAND.to_owned(), &moved);
        with(&call, &members)
    }

    /// The call of a tool for files, which name them from the folder in which the host is.
    fn file_seen_from(&self, call: Call, cwd: &str, home: Option<&Home<'_>>) -> Result<Call, Trouble> {
        // What says a thing twice is refused by whoever decides.
        let Ok(mut members) = object(call.input.get(), "the input of the tool") else { return Ok(call) };
        let mut told: Vec<(&str, Box<RawValue>)> = Vec::new();
        for name in PATHS {
            let Some(path) = members.get(name).and_then(|one| serde_json::from_str::<String>(one.get()).ok())
            else {
                continue;
            };
            let seen = match (home, self.elsewhere(cwd)) {
                (Some(home), _) => home.path(&path, cwd),
                (None, Some(cwd)) if self.0.is_some() && !path.starts_with(['/', '~']) => {
                    format!("{cwd}/{path}")
                }
                (None, _) => continue,
            };
            if seen != path && !path.is_empty() {
                told.push((name, raw(&json!(seen))?));
            }
        }
        if told.is_empty() {
            return Ok(call);
        }
        members.extend(told.iter().map(|(name, value)| ((*name).to_owned(), &**value)));
        with(&call, &members)
    }
}

/// The call with other members.
fn with(call: &Call, members: &BTreeMap<String, &RawValue>) -> Result<Call, Trouble> {
    let input = serde_json::to_string(members).and_then(RawValue::from_string);
    let input = input.map_err(|error| Trouble::input(error.to_string()))?;
    Ok(Call { tool: call.tool.clone(), input })
}

fn raw(value: &serde_json::Value) -> Result<Box<RawValue>, Trouble> {
    RawValue::from_string(value.to_string()).map_err(|error| Trouble::input(error.to_string()))
}
