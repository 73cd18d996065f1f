//! Where a command runs. A policy reads paths as they stand on the command line, from the folder of the work; a host may run the command in another one,
//! which an earlier `cd` has led to or which the call names.

use std::collections::BTreeMap;

use serde_json::json;
use serde_json::value::RawValue;

use crate::call::{Call, Trouble};
use crate::form::object;

/// The folder in which the agent works, as the host says outside of what it writes about a call. No agent gets to say it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Root(pub Option<String>);

/// The tools that run a command line.
const SHELLS: [&str; 2] = ["Bash", "run_terminal_cmd"];
/// The member that holds it.
const COMMAND: &str = "command";

impl Root {
    /// The folder in which a call runs, where that is not known to be the one of the work.
    pub(crate) fn elsewhere<'a>(&self, cwd: &'a str) -> Option<&'a str> {
        (self.0.as_deref() != Some(cwd)).then_some(cwd)
    }

    /// The call with its command as it would have to be written in the folder of the work: `cd` comes first where it runs elsewhere, or where nobody knows.
    /// How far that leads is for whoever reads the command.
    pub(crate) fn seen_from(&self, call: Call, cwd: &str) -> Result<Call, Trouble> {
        if !SHELLS.contains(&call.tool.as_str()) || self.elsewhere(cwd).is_none() {
            return Ok(call);
        }
        let mut members: BTreeMap<String, &RawValue> = object(call.input.get(), "the input of the tool")?;
        let Some(command) =
            members.get(COMMAND).and_then(|one| serde_json::from_str::<String>(one.get()).ok())
        else {
            // What has no command is nothing that the library knows.
            return Ok(call);
        };
        let moved = json!(format!("cd -- '{}'\n{command}", cwd.replace('\'', r"'\''"))).to_string();
        let moved: Box<RawValue> =
            RawValue::from_string(moved).map_err(|error| Trouble::input(error.to_string()))?;
        members.insert(COMMAND.to_owned(), &moved);
        let input = serde_json::to_string(&members).and_then(RawValue::from_string);
        let input = input.map_err(|error| Trouble::input(error.to_string()))?;
        Ok(Call { input, ..call })
    }
}
