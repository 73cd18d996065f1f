//! The configuration of a host: what is put in, where, and what of it an agent could take away again.
//!
//! Pure but for `reach`: texts in, texts out. Who calls this reads and writes the files.

mod written;
mod text;
mod edit;
mod command;
mod fault;
mod reach;

use std::path::{Path, PathBuf};

pub use self::command::{Command, shell, words};
pub use self::edit::{Entry, found, put, removed, unread};
pub use self::fault::Fault;
pub use self::reach::reachable;

use crate::host::Host;

/// How long a host waits for the hook, in seconds. The hook itself is done long before.
pub const HOST_WAITS: u32 = 30;

/// Where a host looks for the hooks of a user, below their home directory.
pub fn of_user(host: Host, home: &Path) -> PathBuf {
    home.join(match host {
        Host::ClaudeCode => ".claude/settings.json",
        Host::Codex => ".codex/hooks.json",
        Host::Cursor => ".cursor/hooks.json",
        Host::Gemini => ".gemini/settings.json",
        Host::Copilot => ".copilot/hooks/lictor.json",
    })
}

/// Where it looks for those of a project, below its directory.
pub fn of_project(host: Host, dir: &Path) -> PathBuf {
    dir.join(match host {
        Host::ClaudeCode => ".claude/settings.json",
        Host::Codex => ".codex/hooks.json",
        Host::Cursor => ".cursor/hooks.json",
        Host::Gemini => ".gemini/settings.json",
        Host::Copilot => ".github/hooks/lictor.json",
    })
}

/// What a person must do besides, where the configuration alone does not make the host run the hook.
pub fn besides(host: Host) -> Option<&'static str> {
    match host {
        Host::Codex => Some(
            "Codex runs no hook before you have trusted it: start `codex`, type `/hooks`, and trust this one. It asks no hook about \
             what is typed into a program that runs: write `unified_exec_tty = false` below `[features]` in its config.toml",
        ),
        Host::Cursor => Some("restart Cursor, and look under Settings, Hooks, that this one is there"),
        Host::ClaudeCode | Host::Gemini | Host::Copilot => None,
    }
}
