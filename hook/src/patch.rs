//! Patches of one file. Codex and Copilot change files with a tool whose input is a text, and the file stands in that text. What the library knows is a call
//! that names its file; so a patch is told as one where it is about exactly one, and stays what it is otherwise: that comes to a person.
//!
//! Hosts read patches leniently, and what they take for the beginning of another file is not known in all cases. All that has a meaning between files is
//! written with `***`, and so a patch in which that stands anywhere but where it must is none of these.

use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::call::{Call, Trouble};

/// The tool.
pub(crate) const TOOL: &str = "apply_patch";

/// What each line that names a file is in the library: the tool, and the member that holds the file.
const NAMES: [(&str, &str, &str); 3] = [
    ("*** Add File: ", "write_file", "file_path"),
    ("*** Update File: ", "write_file", "file_path"),
    ("*** Delete File: ", "delete_file", "target_file"),
];
/// What stands at the end of an update that goes on to the end of its file.
const LAST_LINE: &str = "*** End of File";

/// The call that a patch is, with the name of its file as it stands there.
pub(crate) fn call(patch: &str) -> Result<Call, Trouble> {
    let (tool, input) = match of_one_file(patch) {
        Some((tool, member, path)) => {
            let input = match tool {
                "write_file" => json!({ member: path, "content": patch }),
                _ => json!({ member: path }),
            };
            (tool, input)
        }
        None => (TOOL, json!({ "patch": patch })),
    };
    Ok(Call { tool: tool.to_owned(), input: raw(&input)? })
}

/// Which tool of the library it is, the member that holds the file, and the file.
fn of_one_file(patch: &str) -> Option<(&'static str, &'static str, &str)> {
    let mut lines = patch.trim_end().split('\n');
    if lines.next()? != "*** Begin Patch" || lines.next_back()? != "*** End Patch" {
        return None;
    }
    let name = lines.next()?;
    let ends = lines.filter(|line| *line == LAST_LINE).count();
    if ends > 1 || patch.matches("***").count() != 3 + ends {
        return None;
    }
    let (tool, member, path) =
        NAMES.iter().find_map(|(begin, tool, member)| Some((*tool, *member, name.strip_prefix(begin)?)))?;
    // What a host trims, and where a line ends for it, is not known.
    let is_plain = !path.is_empty() && path.trim() == path && !path.contains(|c: char| c.is_control());
    is_plain.then_some((tool, member, path))
}

fn raw(value: &Value) -> Result<Box<RawValue>, Trouble> {
    RawValue::from_string(value.to_string()).map_err(|error| Trouble::input(error.to_string()))
}
