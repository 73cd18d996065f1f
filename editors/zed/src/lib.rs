//! Starts the language server of Lictor in Zed: the program that the settings name, or the one on the `PATH`.

use zed_extension_api::settings::LspSettings;
use zed_extension_api::{register_extension, Command, Extension, LanguageServerId, Result, Worktree};

struct Lictor;

impl Extension for Lictor {
    fn new() -> Self {
        Lictor
    }

    fn language_server_command(&mut self, _: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let settings = LspSettings::for_worktree("lictor", worktree).ok().and_then(|settings| settings.binary);
        let (path, arguments) = settings.map_or((None, None), |binary| (binary.path, binary.arguments));
        let command = path.or_else(|| worktree.which("lictor")).ok_or(
            "the program `lictor` is not on the PATH: install it, or set `lsp.lictor.binary.path`",
        )?;
        Ok(Command { command, args: arguments.unwrap_or_else(|| vec!["lsp".into()]), env: worktree.shell_env() })
    }
}

register_extension!(Lictor);
