//! A gateway: what all of its requests share, and its life from the first connection to the last.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lictor_zones::Zones;
use tokio::sync::watch;

use crate::approvals::Bell;
use crate::ask::Stated;
use crate::clock::{self, Clock};
use crate::config::{Collector, Config, Limits, Mode, Source, Terms, Trusted};
use crate::http;
use crate::key::Keys;
use crate::life;
use crate::metrics::Metrics;
use crate::net::Listener;
use crate::operate::{self, Act, Told};
use crate::pages::session::Sessions;
use crate::policy::{Circumstances, InForce, Origin, Policy, Refused};
use crate::signals::{Signal, Signals};
use crate::sources::{Looking, Sources, Unvouched};
use crate::start::StartError;
use crate::tenant::Tenant;
use crate::traces::Traces;
use crate::witnesses::Witnesses;

/// How often it is looked whether keys have changed: a key that was revoked is refused a second later. As often, whether the store answers.
const EVERY: Duration = Duration::from_secs(1);

/// How often what has expired is removed from the store, in milliseconds.
const FORGET_EVERY: i64 = 60_000;

/// A gateway that has begun: its addresses are taken, its policy is in force.
pub struct Gateway {
    pub(crate) shared: Arc<Shared>,
    pub(crate) listener: Listener,
    pub(crate) metrics: Option<Listener>,
    /// Who vouches for its log.
    pub(crate) witnesses: Witnesses,
    /// Where traces are sent to.
    pub(crate) otlp: Option<Collector>,
}

/// What requests share.
pub(crate) struct Shared {
    pub policy: Policy,
    pub keys: Arc<dyn Keys>,
    pub trust: Trusted,
    pub source: Option<Source>,
    pub mode: Mode,
    pub tenant: Arc<Tenant>,
    /// Where facts come from.
    pub sources: Arc<Sources>,
    pub terms: Terms,
    pub limits: Limits,
    pub public_url: Option<String>,
    pub is_tls: bool,
    pub clock: Clock,
    pub zones: Zones,
    pub metrics: Arc<Metrics>,
    /// Who is signed in to the pages.
    pub sessions: Sessions,
    /// Rings when somebody has answered a request for approval.
    pub bell: Bell,
    /// When it was last looked which keys count, in milliseconds.
    pub keys_read: AtomicI64,
    /// Which of them the log has told of.
    pub keys_told: Mutex<Told>,
    /// Whether it is about to end.
    pub ending: AtomicBool,
}

impl Gateway {
    /// Does all that can fail before the first connection: reads keys, verifies the policy and tries it out, and takes the addresses.
    ///
    /// # Errors
    /// Something of it is not as it must be. Nothing is served then.
    pub fn open(config: Config) -> Result<Gateway, StartError> {
        crate::start::open(config)
    }

    /// Where requests come in.
    pub fn address(&self) -> SocketAddr {
        self.listener.address
    }

    /// Where metrics and health are asked for.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(|listener| listener.address)
    }

    /// Whether connections are encrypted.
    pub fn is_tls(&self) -> bool {
        self.shared.is_tls
    }

    /// Reads the keys again: for whoever has just changed them, and does not want to wait until that is noticed.
    ///
    /// # Errors
    /// They cannot be read. Nobody is let in then.
    pub fn read_keys(&self) -> Result<(), String> {
        self.shared.keys.refresh()
    }

    /// Serves until the process is asked to end; what has begun by then is answered. A second request to end does not wait for that. `begun` is called once signals are
    /// heard: whoever is told then that the gateway runs may send it some.
    ///
    /// # Errors
    /// The system gives no threads or no signals; or that of `begun`.
    pub fn run(self, begun: impl FnOnce() -> std::io::Result<()>) -> std::io::Result<()> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().thread_name("gateway").enable_all().build()?;
        runtime.block_on(async move {
            let mut signals = Signals::new()?;
            begun()?;
            let (stop, stopped) = watch::channel(false);
            let shared = Arc::clone(&self.shared);
            let served = self.serve(stopped);
            tokio::pin!(served);
            loop {
                let signal = tokio::select! {
                    () = &mut served => return Ok(()),
                    signal = signals.next() => signal,
                };
                match signal {
                    Signal::Reload => {
                        let shared = Arc::clone(&shared);
                        tokio::task::spawn_blocking(move || shared.reload());
                    }
                    Signal::Stop if *stop.borrow() => return Ok(()),
                    Signal::Stop => {
                        tracing::info!("the gateway was asked to end");
                        shared.ending.store(true, Ordering::Relaxed);
                        let _ = stop.send(true);
                    }
                }
            }
        })
    }

    /// Serves until it is told to stop.
    async fn serve(self, stopped: watch::Receiver<bool>) {
        let Gateway { shared, listener, metrics, witnesses, otlp } = self;
        let traces = otlp.and_then(|endpoint| {
            let traces = Traces::to(&endpoint, tokio::runtime::Handle::current());
            traces.inspect_err(|why| tracing::error!(why, "nothing is traced")).ok().map(Arc::new)
        });
        let service = |router, traces| {
            let metrics = Arc::clone(&shared.metrics);
            Arc::new(http::Service { router, limits: shared.limits, metrics, traces })
        };
        let beside = [
            tokio::spawn(watch_keys(Arc::clone(&shared))),
            tokio::spawn(tend(Arc::clone(&shared))),
            tokio::spawn(witnesses.attend(Arc::clone(&shared.tenant))),
        ];
        // To the very end: who watches sees that it is about to end.
        let (_last, never) = watch::channel(false);
        let operations = metrics.map(|metrics| {
            let service = service(http::operations(Arc::clone(&shared)), None);
            tokio::spawn(metrics.serve(service, never))
        });
        listener.serve(service(http::gateway(Arc::clone(&shared)), traces.clone()), stopped).await;
        beside.iter().for_each(tokio::task::JoinHandle::abort);
        if let Some(operations) = operations {
            operations.abort();
        }
        if let Some(traces) = traces {
            // Sending needs the threads of this runtime, so waiting for it does not.
            let _ = tokio::task::spawn_blocking(move || traces.end()).await;
        }
    }
}

async fn watch_keys(shared: Arc<Shared>) {
    let mut ticks = tokio::time::interval(EVERY);
    let mut told = false;
    loop {
        ticks.tick().await;
        let at = Arc::clone(&shared);
        let looked = tokio::task::spawn_blocking(move || {
            at.sources.refresh();
            at.metrics.sources_failing(at.sources.failing().len());
            let read = at.keys.refresh();
            at.tell_keys();
            read
        });
        let read = looked.await.unwrap_or(Ok(()));
        shared.metrics.keys(read.is_ok());
        if read.is_ok() {
            shared.keys_read.store(clock::system(), Ordering::Relaxed);
        }
        if let Err(why) = &read
            && !told
        {
            tracing::error!(why, "the keys cannot be read, so nobody is let in");
        }
        told = read.is_err();
    }
}

/// Looks whether the store answers, and does there what nobody has done in time.
async fn tend(shared: Arc<Shared>) {
    let mut forgot = 0;
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let now = clock::system();
        shared.tenant.tend(now).await;
        // What one sweep leaves over, the next one finds.
        while life::sweep(&shared.tenant, shared.ground(), now).await > 0 {}
        if now.saturating_sub(forgot) >= FORGET_EVERY {
            forgot = now;
            shared.tenant.forget(now).await;
        }
    }
}

impl Shared {
    /// Why nothing can be decided, where that is so.
    pub fn not_ready(&self) -> Option<&'static str> {
        if self.ending.load(Ordering::Relaxed) {
            return Some("the gateway is about to end");
        }
        if self.policy.in_force().is_none() {
            return Some("there is no bundle in force");
        }
        if self.keys.agent("", 0).is_err() {
            return Some("the keys cannot be read");
        }
        match self.clock.now() {
            Err(_) => Some("the clock went back"),
            Ok(now) => self.tenant.not_ready(now),
        }
    }

    /// What requests for approval stand on.
    fn ground(&self) -> life::Ground {
        let bundle = self.policy.in_force();
        let bundle = bundle.map(|policy| lictor_runtime::Digest(policy.engine.id().0).to_string());
        life::Ground { bundle, keys: Arc::clone(&self.keys) }
    }

    /// When it was last looked what was revoked, in milliseconds: which keys, and whatever else a source says.
    pub fn keys_as_of(&self) -> i64 {
        let keys = self.keys_read.load(Ordering::Relaxed);
        self.sources.revoked_as_of().map_or(keys, |others| keys.min(others))
    }

    /// Adds what is stated of an agent to what is known, where it may be believed.
    ///
    /// # Errors
    /// A statement is not taken.
    pub fn vouch(
        &self,
        stated: &Stated<'_>,
        agent: &str,
        now: i64,
        known: &mut Circumstances,
    ) -> Result<(), Unvouched> {
        self.sources.vouch(stated.each(), agent, &self.tenant.identity.name, now, known)
    }

    /// Looks up what deciding may need of the world, and adds it to what is known.
    pub async fn look_up(
        &self,
        policy: &InForce,
        agent: &str,
        asked: &[u8],
        now: i64,
        known: &mut Circumstances,
    ) {
        let looking = Looking { policy, asked, agent, now, keys_as_of: self.keys_as_of() };
        self.sources.look_up(looking, known, &self.metrics).await;
    }

    /// Says in the log which keys were made and revoked since. What it cannot say now it says the next time.
    fn tell_keys(&self) {
        let Some(known) = self.keys.known() else { return };
        let mut told = self.keys_told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = told.tell(&self.tenant, &known) {
            tracing::warn!(%error, "the log could not be told which keys have changed");
        }
    }

    /// Reads the bundle to begin with again, and puts it in force where it may be. What was in force stays, where it may not.
    pub fn reload(&self) {
        let Some(source) = &self.source else {
            tracing::warn!("there is no bundle to read again: this gateway was started without one");
            return;
        };
        let origin = match (source.is_own, &self.trust) {
            (true, _) => Origin::Own,
            (false, Trusted::Nobody) => Origin::Unsigned,
            (false, trusted) => Origin::Signed(trusted),
        };
        let say = |policy: &InForce| {
            let act = Act::of_host(&self.tenant.identity.name);
            operate::bundle_in_force(&self.tenant, policy, act).map_err(|error| error.to_string())
        };
        let read = (source.read)();
        match read.map(|bytes| self.policy.replace(&bytes, origin, &say)) {
            Ok(Ok(policy)) => self.told(&policy),
            Ok(Err(refused)) => self.refused(refused.code(), &refused),
            Err(why) => {
                self.metrics.reload_failed();
                tracing::error!(why, "the bundle cannot be read again; the one in force stays");
            }
        }
    }

    fn told(&self, policy: &InForce) {
        self.metrics.reloaded(policy);
        self.sources.compare(policy);
        self.tenant.tell_unanswered(policy);
        tracing::info!(bundle = %policy.engine.id(), sequence = policy.release().sequence, "the bundle was read again and is in force");
    }

    fn refused(&self, code: &str, refused: &Refused) {
        self.metrics.reload_failed();
        tracing::error!(
            code,
            why = refused.message(),
            help = refused.help(),
            "the bundle was refused; the one in force stays"
        );
    }
}
