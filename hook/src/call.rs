//! What a host is about to do, and why that could not be found out.

use serde_json::value::RawValue;

/// The call of a tool, as the library's normalizers know it.
#[derive(Debug)]
pub struct Call {
    /// The tool: a bare name is one of the host's own, `server/tool` one of a server.
    pub tool: String,
    /// Its input as it was written. Nothing has looked into it: whoever decides refuses what two readers could take differently.
    pub input: Box<RawValue>,
}

/// Why there is no decision. It refuses the call; the sentence is for whoever set the hook up, and the agent sees it, too.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trouble {
    /// `HOOK_INPUT`, `HOOK_POLICY`, `HOOK_GATEWAY`, `HOOK_TIMEOUT`, `HOOK_ARGUMENTS` or `HOOK_FAILED`.
    pub code: &'static str,
    /// What is wrong, and what to do, without a full stop.
    pub sentence: String,
}

impl Trouble {
    /// What the host wrote is not what this edition knows of it.
    pub fn input(sentence: impl Into<String>) -> Trouble {
        Trouble { code: "HOOK_INPUT", sentence: sentence.into() }
    }

    /// The policy cannot be loaded.
    pub fn policy(sentence: impl Into<String>) -> Trouble {
        Trouble { code: "HOOK_POLICY", sentence: sentence.into() }
    }

    /// The gateway does not answer, or not as one.
    pub fn gateway(sentence: impl Into<String>) -> Trouble {
        Trouble { code: "HOOK_GATEWAY", sentence: sentence.into() }
    }

    /// The command line of the hook is wrong.
    pub fn arguments(sentence: impl Into<String>) -> Trouble {
        Trouble { code: "HOOK_ARGUMENTS", sentence: sentence.into() }
    }
}

/// The tool of a server by the name that Claude Code, Codex and others give it, `mcp__server__tool`, as the library has it: `server/tool`.
///
/// Servers and tools may have `__` in their names, and nobody can tell then where one ends. It is cut at the first: no name in the library
/// has `__`, so that a name which was cut wrongly is one that nobody knows.
pub(crate) fn of_server(name: &str) -> Option<String> {
    let (server, tool) = name.strip_prefix("mcp__")?.split_once("__")?;
    (!server.is_empty() && !tool.is_empty()).then(|| format!("{server}/{tool}"))
}

/// A name of a host's own tool. One with a slash could pass for a server's.
pub(crate) fn own(name: String) -> Result<String, Trouble> {
    if name.is_empty() || name.contains('/') {
        return Err(Trouble::input(format!("{name:?} is no name of a tool of this host")));
    }
    Ok(name)
}

/// Either of them.
pub(crate) fn tool(name: String) -> Result<String, Trouble> {
    let name = own(name)?;
    match name.starts_with("mcp__") {
        false => Ok(name),
        true => of_server(&name).ok_or_else(|| {
            Trouble::input(format!("{name:?} names no server and tool, as `mcp__server__tool` does"))
        }),
    }
}
