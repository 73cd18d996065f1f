//! What the requests of one tenant share. A handler has this and nothing else, so there is nothing of another tenant that it could reach.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use lictor_zones::Zones;

use crate::approvals::Bell;
use crate::ask::Stated;
use crate::clock::Clock;
use crate::config::{Evaluations, Limits, Mode, Source, Terms, Trusted};
use crate::key::Keys;
use crate::life;
use crate::metrics::Metrics;
use crate::operate::{self, Act, Told};
use crate::pages::session::Sessions;
use crate::policy::{Circumstances, InForce, NoPolicy, Origin, Policy, Refused};
use crate::signature::Names;
use crate::sources::{Looking, Sources, Unvouched};
use crate::tenant::Tenant;

/// See the module. What the process has once is the same for all tenants: limits, metrics, where it is found.
pub(crate) struct Shared {
    pub policy: Policy,
    pub keys: Arc<dyn Keys>,
    pub trust: Trusted,
    pub source: Option<Source>,
    pub mode: Mode,
    pub evaluations: Evaluations,
    pub tenant: Arc<Tenant>,
    /// Whether it is the only one.
    pub is_alone: bool,
    /// Where facts come from.
    pub sources: Arc<Sources>,
    pub terms: Terms,
    pub limits: Limits,
    pub public_url: Option<String>,
    /// What signed requests may call it.
    pub names: Arc<Names>,
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

impl Shared {
    /// Why nothing can be decided, where that is so.
    pub fn not_ready(&self) -> Option<&'static str> {
        if self.ending.load(Ordering::Relaxed) {
            return Some("the gateway is about to end");
        }
        if self.policy.in_force().is_none() {
            return Some(NoPolicy::None.message());
        }
        if !self.has_keys() {
            return Some("the keys cannot be read");
        }
        match self.clock.now().map(|now| (now, self.policy.deciding(now))) {
            Err(_) => Some("the clock went back"),
            Ok((_, Err(none))) => Some(none.message()),
            Ok((now, Ok(_))) => self.tenant.not_ready(now),
        }
    }

    /// What it is called where there are several, for whoever runs the gateway.
    pub fn called(&self) -> Option<&str> {
        (!self.is_alone).then_some(self.tenant.identity.name.as_str())
    }

    /// Whether it is known which keys there are.
    pub fn has_keys(&self) -> bool {
        self.keys.agent("", 0).is_ok()
    }

    /// What requests for approval stand on.
    pub fn ground(&self) -> life::Ground {
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
    pub fn tell_keys(&self) {
        let Some(known) = self.keys.known() else { return };
        let mut told = self.keys_told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = told.tell(&self.tenant, &known) {
            tracing::warn!(tenant = self.called(), %error, "the log could not be told which keys have changed");
        }
    }

    /// Reads the bundle to begin with again, and puts it in force where it may be. What was in force stays, where it may not.
    pub fn reload(&self) {
        let Some(source) = &self.source else {
            tracing::warn!(
                tenant = self.called(),
                "there is no bundle to read again: this gateway was started without one"
            );
            return;
        };
        let origin = Origin::of(source, &self.trust);
        let say = |policy: &InForce| {
            let act = Act::of_host(&self.tenant.identity.name);
            operate::bundle_in_force(&self.tenant, policy, act)
        };
        let read = (source.read)();
        match read.map(|bytes| self.policy.replace(&bytes, origin, &say)) {
            Ok(Ok(policy)) => self.told(&policy),
            Ok(Err(refused)) => self.refused(refused.code(), &refused),
            Err(why) => {
                self.metrics.reload_failed();
                tracing::error!(
                    tenant = self.called(),
                    why,
                    "the bundle cannot be read again; the one in force stays"
                );
            }
        }
    }

    fn told(&self, policy: &InForce) {
        self.metrics.reloaded();
        self.sources.compare(policy, self.called());
        self.tenant.tell_unanswered(policy, self.called());
        tracing::info!(tenant = self.called(), bundle = %policy.engine.id(), sequence = policy.release().sequence, "the bundle was read again and is in force");
    }

    fn refused(&self, code: &str, refused: &Refused) {
        self.metrics.reload_failed();
        tracing::error!(
            tenant = self.called(),
            code,
            why = refused.message(),
            help = refused.help(),
            "the bundle was refused; the one in force stays"
        );
    }
}
