//! `lictor witness`: remembers what it saw of logs.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use lictor_ledger::Cosigner;
use lictor_ledger::note::KeyName;
use lictor_witness::{State, Witness, serve};

use super::audit::verifier_key;
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Notice;
use crate::{keys, output};

/// Cosigns the checkpoints of logs over HTTP (C2SP tlog-witness): only such as come of what it cosigned before.
///
/// Run it where whoever runs the log has no hand in it. It remembers the last tree of each log in a file, and refuses a log that shows another history.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor keygen -o witness
  lictor witness --name witness.example/w1 --key witness.key --state seen.json --log-key shop.example/log+1a2b3c4d+AS…
  curl --data-binary @request http://127.0.0.1:8430/add-checkpoint

It answers plain HTTP; put a server that encrypts before it. SIGTERM and SIGINT end it.

Exit status:
  0  it was told to end    1  it could not begin")]
pub struct Args {
    /// What the witness is called, without spaces and `+`.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Its private key, which signs nothing else.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The file in which it remembers what it saw. It is made where there is none.
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// A key of a log that it knows, `NAME+ID+KEY`, or a file that holds it.
    #[arg(long = "log-key", value_name = "KEY", required = true)]
    logs: Vec<String>,
    /// Where requests come in.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8430")]
    listen: SocketAddr,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, _: Format) -> Result<Exit, Failure> {
        let name = KeyName::new(&self.name)
            .map_err(|error| Notice::error(error.code(), error.message.clone()).help(error.help()))?;
        let logs = self.logs.iter().map(|text| verifier_key(text)).collect::<Result<Vec<_>, _>>()?;
        let cosigner = Cosigner::new(name, keys::private(&self.key)?);
        let state = State::open(&self.state).map_err(|error| {
            Notice::error("C0226", format!("{} cannot be used: {error}", self.state.display()))
                .help("never begin with an empty file in its place: a witness that forgot what it saw vouches for anything")
        })?;
        let witness = Witness::new(cosigner, logs, state);
        let key = witness.verifier_key().to_string();
        let begun = |address: SocketAddr| {
            let mut out = output::stdout();
            writeln!(out, "the key of this witness is {key}")?;
            writeln!(out, "listening on http://{address}/add-checkpoint")?;
            out.flush()
        };
        serve(witness, self.listen, begun).map_err(|error| {
            Notice::error("C0227", format!("the witness cannot listen on {}: {error}", self.listen))
                .help("name an address of this machine that nobody else listens on")
        })?;
        Ok(Exit::Success)
    }
}
