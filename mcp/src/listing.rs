//! The list of tools, on its way from the server to the client: what is in it is pinned, and what may not be called is left out.

use std::sync::Arc;

use crate::pins::{Pins, Seen};
use crate::tree::{Tree, shown};

/// Says of a tool, `server/tool`, whether no call of it could ever be allowed.
pub type Never = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// What came of a list.
pub struct Listed {
    /// Whether anything was left out: then the list is written anew.
    pub changed: bool,
    /// What to tell whoever runs this.
    pub notes: Vec<String>,
}

/// Looks at the result of `tools/list`, and takes out of it what is not for the client.
///
/// # Errors
/// It is no list of tools.
pub fn look(
    server: &str,
    result: &mut Tree,
    pins: &mut Pins,
    never: Option<&Never>,
) -> Result<Listed, &'static str> {
    let Some(Tree::List(tools)) = result.get_mut("tools") else {
        return Err("the result has no list of tools");
    };
    let (mut notes, before) = (Vec::new(), tools.len());
    if tools.iter().any(|tool| tool.get("name").and_then(Tree::text).is_none()) {
        return Err("a tool in the list has no name");
    }
    let mut names = std::collections::BTreeSet::new();
    if tools
        .iter()
        .any(|tool| !names.insert(tool.get("name").and_then(Tree::text).unwrap_or_default().to_owned()))
    {
        return Err("two tools in the list have one name");
    }
    tools.retain(|tool| {
        let name = tool.get("name").and_then(Tree::text).unwrap_or_default();
        match pins.look(name, tool) {
            Seen::First | Seen::Same => {}
            Seen::Accepted => notes.push(format!("the new definition of the tool {} is accepted", shown(name))),
            Seen::Changed => {
                notes.push(format!(
                    "the definition of the tool {0} has changed: it is left out and refused; look at it, and accept it with --accept {0}",
                    shown(name)
                ));
                return false;
            }
        }
        !never.is_some_and(|never| never(&format!("{server}/{name}")))
    });
    Ok(Listed { changed: tools.len() != before, notes })
}
