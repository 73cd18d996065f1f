//! `lictor mcp schema`: what a server says of its tools, as actions of a policy.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;
use lictor_mcp::client::{self, Far};
use lictor_mcp::schema::{self, Least};
use lictor_mcp::tree::Tree;

use super::{far, server_name};
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{self, Notice};
use crate::{files, output};

/// Writes what a server says of its tools as a module: an action for each tool, typed, and a normalizer that makes it of a call.
///
/// What the language cannot say is told as a warning and in a comment; a call with something that has no type here stays one of which nobody knows what it does.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor mcp schema --server files -o house/files.lictor -- npx @modelcontextprotocol/server-filesystem .
  lictor mcp schema --server files --url https://files.example/mcp -o house/files.lictor
  lictor mcp schema --server files --from tools.json

Exit status:
  0  it is written    1  the server, or its list, could not be read")]
pub(super) struct Args {
    /// What the server is called in policy.
    #[arg(long, value_name = "NAME", value_parser = server_name)]
    server: String,
    /// The file with a list of tools, as the server answers `tools/list`, instead of asking it.
    #[arg(long, value_name = "FILE", required_unless_present_any = ["command", "url"], conflicts_with_all = ["command", "url"])]
    from: Option<PathBuf>,
    /// Asks the server at this address, over streamable HTTP.
    #[arg(long, value_name = "URL", conflicts_with = "command")]
    url: Option<String>,
    /// The file with what the server is told as `Authorization: Bearer`.
    #[arg(long, value_name = "FILE", requires = "url")]
    bearer_file: Option<PathBuf>,
    /// The file to write. Without it, it goes to the standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The least that happens to the actions.
    #[arg(long, value_enum, default_value_t = Default_::Deny)]
    default: Default_,
    /// The command that starts the server.
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// What `--default` takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Default_ {
    /// Nothing: whatever no rule refuses happens.
    Allow,
    /// The delegating person is asked.
    StepUp,
    /// They are refused, until somebody writes otherwise.
    Deny,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let unreadable = |why: &str| {
            Failure::from(
                Notice::error("C0247", format!("the list of tools cannot be read: {why}"))
                    .help("it is what the server answers to `tools/list`: an object with a member `tools`"),
            )
        };
        let tools = match (&self.from, &self.url) {
            (Some(path), _) => {
                let tree = Tree::read(&files::read(path, "the list of tools")?);
                let tree = tree.map_err(|wrong| unreadable(&wrong.to_string()))?;
                let list = tree.get("result").unwrap_or(&tree);
                list.get("tools").and_then(Tree::list).ok_or_else(|| unreadable("it has no tools"))?.to_vec()
            }
            (None, Some(url)) => {
                let (url, bearer) = far::named(url, self.bearer_file.as_deref())?;
                asked(async { client::of_far(Far::at(url, bearer)?).await })
                    .map_err(|why| unreadable(&why))?
            }
            (None, None) => asked(client::of_program(&self.command)).map_err(|why| unreadable(&why))?,
        };
        let least = match self.default {
            Default_::Allow => Least::Allow,
            Default_::StepUp => Least::StepUp,
            Default_::Deny => Least::Deny,
        };
        let written = schema::write(&self.server, &tools, least).map_err(|why| unreadable(&why))?;
        for warning in &written.warnings {
            let notice = Notice::warning("W0620", warning.clone());
            render::tell(
                &notice.help("the same stands in the file; a rule of yours can say it, where it matters"),
                format,
            );
        }
        match &self.output {
            Some(path) => files::create(path, written.text.as_bytes(), false)?,
            None => output::stdout().write_all(written.text.as_bytes())?,
        }
        Ok(Exit::Success)
    }
}

/// What a server has answered, to its end.
fn asked(tools: impl Future<Output = Result<Vec<Tree>, String>>) -> Result<Vec<Tree>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(tools)
}
