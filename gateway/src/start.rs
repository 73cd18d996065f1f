//! How a gateway begins. Whatever is not as it must be stops it here, with a sentence that says what to do.

use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, Mutex};

use lictor_zones::Zones;

use crate::approvals::Bell;
use crate::clock::{self, Clock};
use crate::config::Config;
use crate::file::Dir;
use crate::gateway::{Gateway, Shared};
use crate::key::{FileKeys, Keys};
use crate::metrics::Metrics;
use crate::net::{Listener, acceptor};
use crate::operate::{self, Act, NotKept, Told};
use crate::pages::session::Sessions;
use crate::policy::{InForce, Policy, Refused};
use crate::sources::Sources;
use crate::tenant::{Tenant, TenantError};
use crate::witnesses::Witnesses;

/// What is not as it must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StartFault {
    /// The data directory cannot be used.
    Data,
    /// The keys cannot be read.
    Keys,
    /// The store cannot be opened, or the keys that are signed with.
    Store,
    /// The address is one that others could reach, and nothing is encrypted.
    NotLoopback,
    /// The address cannot be taken.
    Address,
    /// The certificate or its key cannot be used.
    Tls,
    /// The sources of facts cannot be read.
    Sources,
    /// A witness of the log cannot be asked.
    Witness,
    /// The bundle cannot be read.
    Unreadable,
    /// The bundle is refused.
    Bundle,
    /// The policy would refuse nothing.
    Observed,
    /// The policy allows what must be denied.
    SelfTest,
    /// The gateway itself is wrong.
    Own,
}

/// Why a gateway does not begin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StartError {
    /// What is not as it must be.
    pub fault: StartFault,
    /// It in words.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl StartError {
    fn new(fault: StartFault, message: impl Into<String>, help: impl Into<String>) -> StartError {
        StartError { fault, message: message.into(), help: help.into() }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.help)
    }
}

impl std::error::Error for StartError {}

impl From<Refused> for StartError {
    fn from(refused: Refused) -> StartError {
        let fault = match refused {
            Refused::Observed => StartFault::Observed,
            Refused::SelfTest(_) => StartFault::SelfTest,
            Refused::Kept(_) => StartFault::Data,
            Refused::Said(_) => StartFault::Store,
            Refused::NobodyTrusted | Refused::Bundle(_) | Refused::SameNumber(_) => StartFault::Bundle,
        };
        StartError::new(fault, refused.message(), refused.help())
    }
}

impl From<TenantError> for StartError {
    fn from(error: TenantError) -> StartError {
        let (message, help) = match error {
            TenantError::Name => (
                "the name of the tenant is none".to_owned(),
                "give `--tenant` 1 to 64 letters, digits and `- _ .`",
            ),
            TenantError::Store(error) => {
                (error.to_string(), "see that the store can be reached and that this user may write to it")
            }
            TenantError::Key(why) => (why, "mend what is named, or put back the file that was there"),
        };
        StartError::new(StartFault::Store, message, help)
    }
}

impl From<NotKept> for StartError {
    fn from(error: NotKept) -> StartError {
        match error {
            NotKept::Store(error) => StartError::from(TenantError::Store(error)),
            NotKept::Form(error) => {
                let message = format!(
                    "what the store holds cannot be gone on with: {}: {}",
                    error.code(),
                    error.message
                );
                StartError::new(StartFault::Store, message, "restore the store from a backup")
            }
        }
    }
}

/// Does all that can fail.
pub(crate) fn open(config: Config) -> Result<Gateway, StartError> {
    let metrics = Metrics::new().map_err(|error| {
        StartError::new(StartFault::Own, format!("metrics: {error}"), "tell whoever makes lictor")
    })?;
    if config.tls.is_none() && !config.listen.ip().is_loopback() {
        let message =
            format!("{} can be reached from elsewhere, and nothing would be encrypted", config.listen.ip());
        let help = "give `--tls-cert` and `--tls-key`, or listen on 127.0.0.1 behind what encrypts";
        return Err(StartError::new(StartFault::NotLoopback, message, help));
    }
    let tls = config.tls.as_ref().map(acceptor).transpose().map_err(|why| {
        StartError::new(
            StartFault::Tls,
            why,
            "name a certificate and the key that belongs to it, both in PEM",
        )
    })?;
    let witnesses = Witnesses::of(&config.witnesses, config.witness_ca.as_deref()).map_err(|why| {
        StartError::new(
            StartFault::Witness,
            why,
            "give the address of a witness, and by which certificates it is believed",
        )
    })?;
    let dir = Dir::open(&config.data).map_err(|error| {
        let message = format!("{}: {error}", config.data.display());
        StartError::new(StartFault::Data, message, "name a directory that this user may write to")
    })?;
    let keys = FileKeys::open(&config.data).map_err(|error| {
        StartError::new(
            StartFault::Keys,
            error.to_string(),
            "mend the file, or put back the one that was there",
        )
    })?;
    metrics.keys(true);
    let tenant = Tenant::open(&config, &dir)?;
    operate::keys_in_use(&tenant)?;
    let sources = config.sources.as_deref().map(Sources::open).transpose().map_err(|error| {
        StartError::new(StartFault::Sources, error.to_string(), "mend what is named there")
    })?;
    let sources = sources.unwrap_or_default();
    operate::begun(&tenant, config.mode)?;
    let mut told = Told::of(&tenant)?;
    if let Some(known) = keys.known() {
        told.tell(&tenant, &known)?;
    }
    let bytes = config.source.as_ref().map(|source| (source.read)()).transpose().map_err(|why| {
        StartError::new(StartFault::Unreadable, why, "name a policy, or a bundle that `lictor build` wrote")
    })?;
    let say = |policy: &InForce| {
        let act = Act::of_host(&tenant.identity.name);
        operate::bundle_in_force(&tenant, policy, act).map_err(|error| error.to_string())
    };
    let policy = Policy::begin(&config, &dir, bytes.as_deref(), &say)?;
    if let Some(policy) = policy.in_force() {
        metrics.reloaded(&policy);
        sources.compare(&policy);
        tenant.tell_unanswered(&policy);
    }
    let listener = bind(config.listen, tls)?;
    let operations = config.metrics.map(|address| bind(address, None)).transpose()?;
    let Config { trust, source, mode, terms, limits, public_url, tls, otlp, .. } = config;
    let shared = Shared {
        policy,
        keys: Arc::new(keys),
        trust,
        source,
        mode,
        tenant: Arc::new(tenant),
        sources: Arc::new(sources),
        terms,
        limits,
        public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
        is_tls: tls.is_some(),
        clock: Clock::default(),
        zones: Zones::default(),
        metrics: Arc::new(metrics),
        sessions: Sessions::default(),
        bell: Bell::default(),
        keys_read: AtomicI64::new(clock::system()),
        keys_told: Mutex::new(told),
        ending: AtomicBool::new(false),
    };
    Ok(Gateway { shared: Arc::new(shared), listener, metrics: operations, witnesses, otlp })
}

fn bind(address: SocketAddr, tls: Option<tokio_rustls::TlsAcceptor>) -> Result<Listener, StartError> {
    Listener::bind(address, tls).map_err(|error| {
        let message = format!("{address} cannot be listened on: {error}");
        StartError::new(StartFault::Address, message, "name another address, or end what listens there")
    })
}
