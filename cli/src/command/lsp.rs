//! `lictor lsp`: the language server, which editors run.

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::pages;
use crate::render::Notice;

/// Serve an editor over standard input and output, by the Language Server Protocol.
///
/// Editors run this by themselves; there is nothing to see in a terminal.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// What many editors say to every server; it is how this one speaks anyway.
    #[arg(long, hide = true)]
    pub stdio: bool,
}

impl Args {
    /// Ends when the editor says so.
    pub fn run(&self, _: Format) -> Result<Exit, Failure> {
        let options = lictor_lsp::server::Options { page: |code| pages::find(code).map(|page| page.text) };
        match lictor_lsp::server::serve(options) {
            Ok(true) => Ok(Exit::Success),
            Ok(false) => Ok(Exit::Failure),
            Err(error) => {
                Err(Notice::error("C0101", format!("the server could not be started: {error}")).into())
            }
        }
    }
}
