//! A gateway: whom it serves, and its life from the first connection to the last.

mod shared;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use lictor_bundle::time::render_timestamp;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub(crate) use self::shared::Shared;
use crate::approvals::Overlooked;
use crate::clock;
use crate::config::{Collector, Config, Limits};
use crate::http::{self, Operations};
use crate::life;
use crate::metrics::Metrics;
use crate::net::Listener;
use crate::signals::{Signal, Signals};
use crate::start::StartError;
use crate::traces::Traces;
use crate::witnesses::Witnesses;

/// What the requests of each tenant share; there is at least one.
pub(crate) type Tenants = Arc<[Arc<Shared>]>;

/// How often it is looked whether keys have changed: a key that was revoked is refused a second later. As often, whether the store answers.
const EVERY: Duration = Duration::from_secs(1);

/// A day, in milliseconds.
const DAY: i64 = 86_400_000;
/// How often what has expired is removed from the store, in milliseconds.
const FORGET_EVERY: i64 = 60_000;

/// A gateway that has begun: its addresses are taken, its policy is in force.
pub struct Gateway {
    pub(crate) tenants: Tenants,
    /// Whose documents stand at the paths without a name.
    pub(crate) default: Option<String>,
    pub(crate) limits: Limits,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) listener: Listener,
    /// Where metrics and health are asked for.
    pub(crate) operations: Option<Listener>,
    /// Who vouches for the logs.
    pub(crate) witnesses: Arc<Witnesses>,
    /// Where traces are sent to.
    pub(crate) otlp: Option<Collector>,
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
        self.operations.as_ref().map(|listener| listener.address)
    }

    /// Whether connections are encrypted.
    pub fn is_tls(&self) -> bool {
        self.listener.is_tls()
    }

    /// Reads the keys again: for whoever has just changed them, and does not want to wait until that is noticed.
    ///
    /// # Errors
    /// They cannot be read. Nobody is let in then.
    pub fn read_keys(&self) -> Result<(), String> {
        self.tenants.iter().try_for_each(|shared| shared.keys.refresh())
    }

    /// Serves until the process is asked to end; what has begun by then is answered. A second request to end does not wait for that. `begun` is called once signals are
    /// heard: whoever is told then that the gateway runs may send it some.
    ///
    /// # Errors
    /// The system gives no threads or no signals; or that of `begun`.
    pub fn run(self, begun: impl FnOnce() -> std::io::Result<()>) -> std::io::Result<()> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().thread_name("gateway").enable_all().build()?;
        // The connection to a database waits for its own end, which is not allowed on a thread of the runtime: the last of them ends here, once that is gone.
        let _stores = Arc::clone(&self.tenants);
        let done = runtime.block_on(async move {
            let mut signals = Signals::new()?;
            begun()?;
            let (stop, stopped) = watch::channel(false);
            let tenants = Arc::clone(&self.tenants);
            let served = self.serve(stopped);
            tokio::pin!(served);
            loop {
                let signal = tokio::select! {
                    () = &mut served => return Ok(()),
                    signal = signals.next() => signal,
                };
                match signal {
                    Signal::Reload => {
                        let tenants = Arc::clone(&tenants);
                        // Each for itself: what is wrong with one policy holds up no other.
                        tokio::task::spawn_blocking(move || {
                            tenants.iter().for_each(|shared| shared.reload())
                        });
                    }
                    Signal::Stop if *stop.borrow() => return Ok(()),
                    Signal::Stop => {
                        tracing::info!("the gateway was asked to end");
                        tenants.iter().for_each(|shared| shared.ending.store(true, Ordering::Relaxed));
                        let _ = stop.send(true);
                    }
                }
            }
        });
        drop(runtime);
        done
    }

    /// Serves until it is told to stop.
    async fn serve(self, stopped: watch::Receiver<bool>) {
        let Gateway { tenants, default, limits, metrics, listener, operations, witnesses, otlp } = self;
        let traces = otlp.and_then(|endpoint| {
            let traces = Traces::to(&endpoint, tokio::runtime::Handle::current());
            traces.inspect_err(|why| tracing::error!(why, "nothing is traced")).ok().map(Arc::new)
        });
        let service = |router, traces| {
            Arc::new(http::Service { router, limits, metrics: Arc::clone(&metrics), traces })
        };
        let beside: Vec<_> = tenants.iter().flat_map(|shared| beside(shared, &witnesses)).collect();
        // To the very end: who watches sees that it is about to end.
        let (_last, never) = watch::channel(false);
        let operations = operations.map(|listener| {
            let asked = Operations { tenants: Arc::clone(&tenants), metrics: Arc::clone(&metrics) };
            tokio::spawn(listener.serve(service(http::operations(asked), None), never))
        });
        let router = http::gateway(&tenants, default.as_deref());
        listener.serve(service(router, traces.clone()), stopped).await;
        beside.iter().for_each(JoinHandle::abort);
        if let Some(operations) = operations {
            operations.abort();
        }
        if let Some(traces) = traces {
            // Sending needs the threads of this runtime, so waiting for it does not.
            let _ = tokio::task::spawn_blocking(move || traces.end()).await;
        }
    }
}

/// What goes on for a tenant beside its requests.
fn beside(shared: &Arc<Shared>, witnesses: &Arc<Witnesses>) -> [JoinHandle<()>; 3] {
    [
        tokio::spawn(watch_keys(Arc::clone(shared))),
        tokio::spawn(tend(Arc::clone(shared))),
        tokio::spawn(Arc::clone(witnesses).attend(Arc::clone(&shared.tenant))),
    ]
}

async fn watch_keys(shared: Arc<Shared>) {
    let mut ticks = tokio::time::interval(EVERY);
    let mut told = false;
    loop {
        ticks.tick().await;
        let at = Arc::clone(&shared);
        let looked = tokio::task::spawn_blocking(move || {
            at.sources.refresh();
            let read = at.keys.refresh();
            at.tell_keys();
            read
        });
        let read = looked.await.unwrap_or(Ok(()));
        if read.is_ok() {
            shared.keys_read.store(clock::system(), Ordering::Relaxed);
        }
        if let Err(why) = &read
            && !told
        {
            tracing::error!(tenant = shared.called(), why, "the keys cannot be read, so nobody is let in");
        }
        told = read.is_err();
    }
}

/// How near the end is of the policy in force. Whoever runs the gateway is told a day before it, and then.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Expiry {
    Far,
    Near,
    Over,
}

impl Expiry {
    fn tell(&mut self, shared: &Shared, now: i64) {
        let expires = shared.policy.in_force().and_then(|policy| policy.release().expires);
        let left = expires.map(|expires| expires.saturating_sub(now));
        let is = match left {
            Some(..0) => Expiry::Over,
            Some(0..DAY) => Expiry::Near,
            _ => Expiry::Far,
        };
        if is > *self {
            let expires = expires.map(render_timestamp);
            match is {
                Expiry::Over => tracing::error!(
                    expires,
                    "the bundle in force has expired: nothing is decided until a newer one is sent"
                ),
                _ => tracing::warn!(
                    expires,
                    "the bundle in force expires within a day: nothing is decided then"
                ),
            }
        }
        *self = is;
    }
}

/// Looks whether the store answers, and does there what nobody has done in time.
async fn tend(shared: Arc<Shared>) {
    let (mut forgot, mut expiry, overlooked) = (0, Expiry::Far, Overlooked::default());
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let now = clock::system();
        expiry.tell(&shared, now);
        shared.tenant.tend(now).await;
        // What one sweep leaves over, the next one finds.
        while life::sweep(&shared.tenant, shared.ground(), now).await > 0 {}
        overlooked.ask(&shared).await;
        if now.saturating_sub(forgot) >= FORGET_EVERY {
            forgot = now;
            shared.tenant.forget(now).await;
        }
    }
}
