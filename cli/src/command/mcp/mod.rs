//! `lictor mcp`: stands between a client and a server of the Model Context Protocol.

mod who;
mod pinned;
mod schema;
mod far;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lictor_mcp::http::Front;
use lictor_mcp::judge::Judge;
use lictor_mcp::pins::Pins;
use lictor_mcp::session::{Seal, Session, Terms};
use lictor_mcp::stdio::{self, Ended, Keep, Line};

use self::who::Who;
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::render::Notice;

/// Stands between a client and a server of the Model Context Protocol, and decides every call of a tool before the server hears of it.
///
/// Put it before the command with which the client starts its server. What is refused is answered so that the model can read why; what is not decided passes to the byte.
#[derive(clap::Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "\
Examples:
  lictor mcp --server files --policy house -- npx @modelcontextprotocol/server-filesystem .
  lictor mcp --server files --policy house.bundle --key house.pub --pins pins.json -- npx @modelcontextprotocol/server-filesystem .
  lictor mcp --server files --gateway http://127.0.0.1:8420 --key-file agent.key --checkout-key-file till.key -- npx @modelcontextprotocol/server-filesystem .

Exit status:
  0  the client was done    1  it could not begin, or the server ended first    2  the command line is wrong"
)]
pub struct Args {
    #[command(subcommand)]
    instead: Option<Instead>,
    #[command(flatten)]
    proxy: Proxy,
}

/// What is done instead.
#[derive(clap::Subcommand, Debug)]
enum Instead {
    Schema(schema::Args),
}

/// What is carried between whom.
#[derive(clap::Args, Debug)]
struct Proxy {
    #[command(flatten)]
    who: Who,
    /// What the server is called in policy: its tool `t` is `NAME/t` there.
    #[arg(long, value_name = "NAME", required = true, value_parser = server_name)]
    server: Option<String>,
    /// Decides calls of tools only. Without this, resources, prompts, sampling, elicitation, tasks and methods that nobody knows are decided as well.
    #[arg(long)]
    only_tools: bool,
    /// Leaves tools out of the list that no call could be allowed of, by the policy at hand.
    #[arg(long, conflicts_with = "gateway")]
    filter: bool,
    /// Keeps a digest of each tool's definition in this file: what changes is refused in later runs, too, and what was not listed is not called.
    #[arg(long, value_name = "FILE")]
    pins: Option<PathBuf>,
    /// Accepts the definition that this tool has now.
    #[arg(long, value_name = "TOOL", requires = "pins")]
    accept: Vec<String>,
    /// How many seconds people are waited for where the client cannot show where they answer; the model is told where otherwise.
    #[arg(long, value_name = "SECONDS", default_value_t = 0, requires = "gateway", value_parser = clap::value_parser!(u64).range(..=3600))]
    wait: u64,
    /// Stands before the server at this address, over streamable HTTP.
    #[arg(long, value_name = "URL", conflicts_with = "command")]
    url: Option<String>,
    /// Where clients come in, on this machine only.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8440", requires = "url")]
    listen: SocketAddr,
    /// The file with what the server is told as `Authorization: Bearer`. What the client sends as such goes no further.
    #[arg(long, value_name = "FILE", requires = "url")]
    bearer_file: Option<PathBuf>,
    /// The command that starts the server.
    #[arg(last = true, required_unless_present = "url", value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// A name that no other reading of `NAME/tool` gives, and not that of what the protocol itself offers.
fn server_name(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if text.is_empty() || text.len() > 64 || !text.chars().all(is_plain) {
        return Err("a name has 1 to 64 letters, digits, `-`, `_` and `.`".to_owned());
    }
    if text == lictor_mcp::asked::PROTOCOL {
        return Err("the protocol's own actions are called so; choose another name".to_owned());
    }
    Ok(text.to_owned())
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        match &self.instead {
            Some(Instead::Schema(schema)) => schema.run(format),
            None => self.proxy.run(format),
        }
    }
}

impl Proxy {
    fn run(&self, format: Format) -> Result<Exit, Failure> {
        // clap asks for it.
        let server = self.server.clone().unwrap_or_default();
        let (judge, never) = self.who.judge(self.filter, format)?;
        let pins = match &self.pins {
            None => Pins::default(),
            Some(path) => Pins::kept(pinned::read(path, &server)?, self.accept.clone()),
        };
        let mut key = [0; 32];
        getrandom::fill(&mut key)
            .map_err(|error| Notice::error("C0243", format!("there are no random numbers: {error}")))?;
        let wait = Duration::from_secs(self.wait);
        let terms = Terms {
            server: server.clone(),
            only_tools: self.only_tools,
            never,
            seal: Seal::new(key, self.who.principal(), !wait.is_zero()),
        };
        let path = self.pins.clone();
        let keep: Keep =
            Box::new(move |known| path.as_deref().map_or(Ok(()), |path| pinned::write(path, &server, known)));
        let note = |note: &str| output::to_stderr(&format!("lictor mcp: {note}\n"));
        let (judge, pins) = (Arc::new(judge), Arc::new(Mutex::new(pins)));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime =
            runtime.map_err(|error| Notice::error("C0243", format!("nothing can be carried: {error}")))?;
        if let Some(url) = &self.url {
            let (url, bearer) = far::named(url, self.bearer_file.as_deref())?;
            let (keep, note) = (Mutex::new(keep), Box::new(note));
            let front = Front { url, bearer, terms, pins, judge, wait, keep, note };
            return far::serve(&runtime, self.listen, front);
        }
        let session = Session::new(terms, pins);
        let line = Line { session, judge, wait, keep, note: Box::new(note) };
        let ended = runtime.block_on(stdio::run(&self.command, line));
        // A read of the standard input cannot be called back, and is not waited for.
        runtime.shutdown_background();
        self.told(ended)
    }

    fn told(&self, ended: Ended) -> Result<Exit, Failure> {
        let program =
            self.command.first().map(|program| program.to_string_lossy().into_owned()).unwrap_or_default();
        Err(match ended {
            Ended::Done => return Ok(Exit::Success),
            Ended::NotStarted(error) => Notice::error("C0241", format!("the server `{program}` could not be started: {error}"))
                .help("name the command behind `--` as in a shell, with its arguments apart"),
            Ended::ServerGone(status) => {
                let how = status.map_or_else(|| "without a status".to_owned(), |status| status.to_string());
                Notice::error("C0242", format!("the server `{program}` ended before the client did: {how}"))
                    .help("what it wrote on the standard error stands above; run its command by itself to see more")
            }
            Ended::Broken(why) => Notice::error("C0243", format!("what client and server say cannot be carried on: {why}"))
                .help("what was not carried was not done; start the client again"),
        }
        .into())
    }
}

/// The obligations that somebody else takes care of.
type Fulfils = BTreeSet<String>;

/// Who decides, as an engine behind it or not.
type Decides = (Judge, Option<lictor_mcp::listing::Never>);
