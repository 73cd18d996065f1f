//! `lictor serve`: decisions over HTTP.

mod whom;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::ValueEnum;
use lictor_gateway::{
    Collector, Config, Evaluations, Gateway, Limits, Mode, StartError, StartFault, StoreAt, Terms, Tls,
    WitnessAt, logs,
};

use super::audit::verifier_key;
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Notice;
use crate::{host, output};

/// Answers over HTTP what agents may do: a decision point as OpenID AuthZEN 1.0 has it.
///
/// A policy is compiled and taken as it is; a bundle must be signed with a key that is trusted here. Keys of agents and of whoever else asks are made with
/// `lictor keys add NAME --role ROLE --data DIR`.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor keys add shopper-7 --role agent --data data        make a key, which is shown once
  lictor serve policy --data data                           serve a policy to this machine
  lictor serve acme.bundle --key acme.pub --data data --listen 0.0.0.0:8420 --tls-cert cert.pem --tls-key key.pem
  lictor serve --tenants tenants.yaml --data data           serve several, each with its own policy, keys and log

SIGHUP reads the policy again; SIGTERM and SIGINT answer what has begun and end.")]
pub struct Args {
    /// A directory of policies, one policy file, or a bundle. Without it, the bundle that was sent last goes on, or nothing is decided until one is sent.
    path: Option<PathBuf>,
    /// Where requests come in. Addresses that others can reach need `--tls-cert` and `--tls-key`.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8420")]
    listen: SocketAddr,
    /// Where `/healthz`, `/readyz` and `/metrics` are asked for.
    #[arg(long, value_name = "ADDR")]
    metrics: Option<SocketAddr>,
    /// The directory of what survives: keys, the edition that was reached, and the store. It is made where there is none.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Where what happens is kept, `postgres://USER:PASSWORD@HOST/DATABASE`, encrypted with `?sslmode=verify-full` behind it; a file in the data directory otherwise.
    #[arg(long, value_name = "URL", value_parser = host::postgres)]
    store: Option<String>,
    /// Refuse a store of PostgreSQL that has no synchronous standby.
    #[arg(long, requires = "store")]
    standby: bool,
    /// A file outside the store, and not restored with it, in which is noted how far the store has come.
    #[arg(long, value_name = "FILE")]
    anchor: Option<PathBuf>,
    /// Whose policy it is. Tokens are for this name, and it has a log of its own.
    #[arg(long, value_name = "NAME", default_value = "default")]
    tenant: String,
    /// A file that says which tenants there are, each with its policy; the data of each is in a directory of its name below `--data`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["path", "tenant", "keys", "trusted", "unsigned", "sources"])]
    tenants: Option<PathBuf>,
    /// For how many seconds a token may be used.
    #[arg(long, value_name = "SECONDS", default_value_t = Terms::default().token_lifetime, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    token_lifetime: u32,
    /// Within how many seconds it must be said how an action went.
    #[arg(long, value_name = "SECONDS", default_value_t = Terms::default().settle_within, value_parser = clap::value_parser!(u32).range(1..=604_800))]
    settle_within: u32,
    /// Keep what records cover and is not secret beside them, so that `lictor audit replay` makes each decision again to the bit. It is destroyed when a record is erased.
    #[arg(long)]
    keep_opened: bool,
    /// Whether decisions count.
    #[arg(long, value_enum, default_value_t = ModeChoice::Enforce)]
    mode: ModeChoice,
    /// What an AuthZEN evaluation is.
    #[arg(long, value_enum, value_name = "FORM", default_value_t = EvaluationsChoice::Recorded)]
    evaluations: EvaluationsChoice,
    /// Answer a question about the past that no policy before asked as if nothing had happened. Without this it has no answer, and the rule that asks refuses, until all that
    /// it asks about was counted.
    #[arg(long)]
    counts_from_nothing: bool,
    /// Take a policy whose base is only observed, and so refuses nothing, where decisions count.
    #[arg(long)]
    allow_observed: bool,
    /// A public key that bundles must be signed with; one of several is enough.
    #[arg(long = "key", value_name = "PUB", conflicts_with = "trusted")]
    keys: Vec<PathBuf>,
    /// The keys that are trusted to sign bundles, in a file that `lictor keys` keeps.
    #[arg(long, value_name = "FILE")]
    trusted: Option<PathBuf>,
    /// Take a bundle that nobody vouches for.
    #[arg(long, conflicts_with_all = ["keys", "trusted"])]
    unsigned: bool,
    /// Where traces are sent to, in OTLP over HTTP: `http://HOST:PORT`.
    #[arg(long, value_name = "URL")]
    otlp: Option<Collector>,
    /// The file of the certificate that connections are encrypted with, in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The file of its private key, in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// A file that says where the facts of the policy come from, who may say in whose name an agent acts, and who reviews what people are asked.
    #[arg(long, value_name = "FILE")]
    sources: Option<PathBuf>,
    /// A witness of the log, which is sent every checkpoint to cosign: `http://HOST:PORT` or `https://…`. Needs a `--witness-key` for each, in the same order.
    #[arg(long = "witness", value_name = "URL", requires = "witness_keys")]
    witnesses: Vec<String>,
    /// The key of a witness, `NAME+ID+KEY`, or a file that holds it.
    #[arg(long = "witness-key", value_name = "KEY", requires = "witnesses")]
    witness_keys: Vec<String>,
    /// The certificates by which witnesses are believed, in PEM, where connections to them are encrypted.
    #[arg(long, value_name = "FILE", requires = "witnesses")]
    witness_ca: Option<PathBuf>,
    /// How clients name this gateway, where that is not what they send as `Host`: `https://decide.example.com`
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// How many evaluations a key has a minute, where it was made without a number of its own; 0 does not count them.
    #[arg(long, value_name = "N", default_value_t = Limits::default().per_minute)]
    rate: u32,
    /// What is told on the standard error, a line of JSON each.
    #[arg(long, value_enum, default_value_t = LogChoice::Info)]
    log: LogChoice,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum ModeChoice {
    /// Decide and tell, and refuse nothing.
    Observe,
    /// What is decided holds.
    Enforce,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum EvaluationsChoice {
    /// A step like an authorization: a yes counts at once, and each is a record.
    Recorded,
    /// Advice: nothing counts and nothing is recorded, and what a counter or a person would decide is denied.
    Advisory,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum LogChoice {
    /// Every request.
    Info,
    /// What somebody should look at.
    Warn,
    /// What went wrong.
    Error,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let _log = self.log();
        let gateway = self.open(format)?;
        let scheme = if gateway.is_tls() { "https" } else { "http" };
        let (address, metrics) = (gateway.address(), gateway.metrics_address());
        run(gateway, || {
            let mut out = output::stdout();
            writeln!(out, "listening on {scheme}://{address}")?;
            if let Some(metrics) = metrics {
                writeln!(out, "metrics on http://{metrics}/metrics")?;
            }
            out.flush()
        })
    }

    /// Writes the log from now on, for as long as what is returned is kept.
    pub fn log(&self) -> logs::Logging {
        logs::to_stderr(match self.log {
            LogChoice::Info => logs::Level::Info,
            LogChoice::Warn => logs::Level::Warn,
            LogChoice::Error => logs::Level::Error,
        })
    }

    /// The gateway, with its addresses taken and its policy in force.
    pub fn open(&self, format: Format) -> Result<Gateway, Failure> {
        Gateway::open(self.config(format)?).map_err(|error| told(&error))
    }

    fn config(&self, format: Format) -> Result<Config, Failure> {
        let whom = self.whom(format)?;
        Ok(Config {
            listen: self.listen,
            metrics: self.metrics,
            tenants: whom.tenants,
            default: whom.default,
            store: match self.store.clone() {
                None => StoreAt::File,
                Some(url) => StoreAt::Postgres { url, standby: self.standby },
            },
            anchor: whom.anchor,
            terms: Terms { token_lifetime: self.token_lifetime, settle_within: self.settle_within },
            keep_opened: self.keep_opened,
            mode: match self.mode {
                ModeChoice::Observe => Mode::Observe,
                ModeChoice::Enforce => Mode::Enforce,
            },
            counts_from_nothing: self.counts_from_nothing,
            allow_observed: self.allow_observed,
            tls: self
                .tls_cert
                .clone()
                .zip(self.tls_key.clone())
                .map(|(certificate, key)| Tls { certificate, key }),
            witnesses: self.witnesses()?,
            witness_ca: self.witness_ca.clone(),
            otlp: self.otlp.clone(),
            public_url: self.public_url.clone(),
            limits: Limits { per_minute: self.rate, ..Limits::default() },
        })
    }

    fn evaluations(&self) -> Evaluations {
        match self.evaluations {
            EvaluationsChoice::Recorded => Evaluations::Recorded,
            EvaluationsChoice::Advisory => Evaluations::Advisory,
        }
    }

    fn witnesses(&self) -> Result<Vec<WitnessAt>, Failure> {
        if self.witnesses.len() != self.witness_keys.len() {
            let message = "there are not as many keys of witnesses as witnesses";
            let help = "give a `--witness-key` for each `--witness`, in the same order";
            return Err(Notice::error("C0231", message).help(help).into());
        }
        let pairs = self.witnesses.iter().zip(&self.witness_keys);
        pairs.map(|(url, key)| Ok(WitnessAt { url: url.clone(), key: verifier_key(key)? })).collect()
    }
}

/// Serves until the process is asked to end; `begun` says that it does.
pub fn run(gateway: Gateway, begun: impl FnOnce() -> std::io::Result<()>) -> Result<Exit, Failure> {
    gateway.run(begun).map_err(|error| {
        Notice::error("C0207", format!("the gateway cannot run: {error}"))
            .help("see that the system gives it threads and files")
    })?;
    Ok(Exit::Success)
}

/// Why the gateway does not begin, as the command tells it.
fn told(error: &StartError) -> Failure {
    let code = match error.fault {
        StartFault::NotLoopback => "C0201",
        StartFault::Address => "C0202",
        StartFault::Data | StartFault::Keys => "C0203",
        StartFault::Bundle | StartFault::Unreadable => "C0204",
        StartFault::Observed => "C0205",
        StartFault::SelfTest => "C0206",
        StartFault::Store => "C0210",
        StartFault::Sources => "C0211",
        StartFault::Tenants => "C0212",
        StartFault::Tls => "C0208",
        StartFault::Witness => "C0231",
        StartFault::Own => "C0207",
    };
    Notice::error(code, error.message.clone()).help(error.help.clone()).into()
}
