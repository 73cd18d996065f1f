//! What a gateway is set up with.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use lictor_bundle::keyset::KeySet;
use lictor_ledger::note::VerifierKey;
use lictor_runtime::{Trust, VerifyingKey};

/// Everything that is decided before the first connection.
pub struct Config {
    /// Where requests come in. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where metrics and health are asked for, apart from everything else.
    pub metrics: Option<SocketAddr>,
    /// Whom it serves, one or several.
    pub tenants: Vec<TenantAt>,
    /// Of several tenants the one whose documents for everybody stand at the paths without a name, too.
    pub default: Option<String>,
    /// Where what happens is kept.
    pub store: StoreAt,
    /// A file in which is noted how far the store has come, apart from it and not restored with it; one in the data directory, where none is named. See
    /// [`lictor_store::Options::anchor`].
    pub anchor: Option<PathBuf>,
    /// How long what is authorized is good for.
    pub terms: Terms,
    /// Whether what a record covers and is not secret is kept beside it, so that its decision can be made again to the bit. It is destroyed with the record.
    pub keep_opened: bool,
    /// Whether decisions count.
    pub mode: Mode,
    /// Whether a question about the past that no policy before asked is answered as if nothing had happened; else it has no answer until all that it asks about was
    /// counted.
    pub counts_from_nothing: bool,
    /// Whether a policy whose base is only observed is taken where decisions count.
    pub allow_observed: bool,
    /// With what connections are encrypted. Without it, only this machine may connect.
    pub tls: Option<Tls>,
    /// Who is asked to cosign the checkpoints of the log.
    pub witnesses: Vec<WitnessAt>,
    /// The file of the certificates by which they are believed, where connections to them are encrypted, in PEM.
    pub witness_ca: Option<PathBuf>,
    /// Where traces are sent to; nowhere where none is named.
    pub otlp: Option<Collector>,
    /// How clients name this gateway, such as `https://decide.example.com`; what they send as `Host` otherwise.
    pub public_url: Option<String>,
    /// What is refused for being too much.
    pub limits: Limits,
}

/// A tenant, and what is its own.
pub struct TenantAt {
    /// Whose policy it is: 1 to 64 letters, digits and `- _ .`. Tokens are for this name, and it has a log of its own.
    pub name: String,
    /// The directory of what survives: keys, and the edition that was reached.
    pub data: PathBuf,
    /// The bundle to begin with, and to read again when somebody asks for that. Without one, the bundle that was sent last goes on, or nothing is decided
    /// until one is sent.
    pub source: Option<Source>,
    /// Whose bundles are taken beside that.
    pub trust: Trusted,
    /// A file that says where the facts of a policy come from.
    pub sources: Option<PathBuf>,
    /// What an evaluation is.
    pub evaluations: Evaluations,
}

/// Whoever collects traces, in OTLP over HTTP.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Collector(pub(crate) String);

impl std::str::FromStr for Collector {
    type Err = String;

    /// `http://HOST:PORT`, or with a path where it is not `/v1/traces`.
    fn from_str(endpoint: &str) -> Result<Collector, String> {
        crate::traces::address(endpoint).map(Collector)
    }
}

/// Where what happens is kept.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum StoreAt {
    /// In a file of SQLite in the data directory.
    #[default]
    File,
    /// In a database of PostgreSQL, which several gateways may share.
    Postgres {
        /// `postgres://USER:PASSWORD@HOST/DATABASE`
        url: String,
        /// Whether it must have a synchronous standby.
        standby: bool,
    },
}

/// A witness of the log.
#[derive(Clone, Debug)]
pub struct WitnessAt {
    /// `http://HOST:PORT/PREFIX` or `https://…`; it is asked at `PREFIX/add-checkpoint`.
    pub url: String,
    /// The key that it cosigns with.
    pub key: VerifierKey,
}

/// How long what is authorized is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terms {
    /// For how many seconds a token may be used; at least 1, and at most a day.
    pub token_lifetime: u32,
    /// Within how many seconds it must be said how an action went, from the use of its token; afterwards its outcome is unknown.
    pub settle_within: u32,
}

impl Default for Terms {
    fn default() -> Terms {
        Terms { token_lifetime: 120, settle_within: 3_600 }
    }
}

/// Whether decisions count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// What is decided is told and counted, and nothing is refused by it.
    Observe,
    /// What is decided holds.
    Enforce,
}

impl Mode {
    /// How it is written.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Observe => "observe",
            Mode::Enforce => "enforce",
        }
    }
}

/// What an evaluation is: the answer to whoever wants to know yes or no, and no token.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Evaluations {
    /// A step like an authorization: what it says yes to counts from then on, and it has a record.
    #[default]
    Recorded,
    /// Advice: nothing is reserved or recorded, and what a counter or a person would decide is denied.
    Advisory,
}

/// A certificate and its key, in PEM.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The file of the certificate, with those that it is signed by after it.
    pub certificate: PathBuf,
    /// The file of the private key.
    pub key: PathBuf,
}

/// The bytes of a bundle, or a sentence on why there are none.
pub type Read = dyn Fn() -> Result<Vec<u8>, String> + Send + Sync;

/// Where the first bundle comes from.
pub struct Source {
    /// Reads it; asked again on a reload.
    pub read: Box<Read>,
    /// Whether the host itself made it, so that nobody needs to have signed it.
    pub is_own: bool,
}

/// Whose bundles are taken. It is read once: trust changes on the host only.
pub enum Trusted {
    /// Those signed with one of these keys.
    Keys(Vec<VerifyingKey>),
    /// Those signed as this set asks.
    Set(KeySet),
    /// Nobody's: the bundle to begin with is taken unsigned, because the host says so, and none is taken over HTTP.
    Nobody,
}

impl Trusted {
    /// The same as a loader takes it; nothing where nobody is trusted.
    pub(crate) fn trust(&self) -> Option<Trust<'_>> {
        match self {
            Trusted::Keys(keys) => Some(Trust::Keys(keys)),
            Trusted::Set(set) => Some(Trust::Set(set)),
            Trusted::Nobody => None,
        }
    }
}

/// What is refused for being too much.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most bytes of a request's body, but for a bundle.
    pub body: usize,
    /// The most bytes of a bundle that is sent.
    pub bundle: usize,
    /// The most bytes of a request's head.
    pub head: usize,
    /// How long a request's head, and the request as a whole, may take.
    pub time: Duration,
    /// How long the upload of a bundle may take.
    pub upload: Duration,
    /// The most connections at a time; more wait.
    pub connections: usize,
    /// The most evaluations of one request.
    pub evaluations: usize,
    /// How many evaluations a key has a minute, where the key itself does not say; 0 does not count.
    pub per_minute: u32,
    /// How long requests that have begun are waited for at the end.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            body: 64 << 10,
            bundle: 64 << 20,
            head: 16 << 10,
            time: Duration::from_secs(10),
            upload: Duration::from_secs(60),
            connections: 4096,
            evaluations: 100,
            per_minute: 6000,
            grace: Duration::from_secs(10),
        }
    }
}
