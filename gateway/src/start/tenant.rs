//! How a tenant begins: its keys are read, its log is opened, its policy is tried out and put in force.

use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, Mutex};

use lictor_zones::Zones;

use super::error::{StartError, StartFault};
use super::stores::Stores;
use crate::approvals::Bell;
use crate::clock::{self, Clock};
use crate::config::{Config, TenantAt};
use crate::file::Dir;
use crate::gateway::Shared;
use crate::key::{FileKeys, Keys};
use crate::metrics::Metrics;
use crate::operate::{self, Act, Told};
use crate::pages::session::Sessions;
use crate::policy::{InForce, Policy};
use crate::signature::Names;
use crate::sources::Sources;
use crate::tenant::{Tenant, TenantError, is_name};

/// What it has in common with others, and where among them it is found.
pub(super) struct Common<'a> {
    pub config: &'a Config,
    pub stores: Stores<'a>,
    pub metrics: &'a Arc<Metrics>,
    pub names: &'a Arc<Names>,
    /// Whether it is the only one.
    pub is_alone: bool,
}

/// Does all of it that can fail.
pub(super) fn open(common: &mut Common<'_>, at: TenantAt) -> Result<Shared, StartError> {
    let Common { config, stores, metrics, names, is_alone } = common;
    if !is_name(&at.name) {
        return Err(TenantError::Name.into());
    }
    let dir = Dir::open(&at.data).map_err(|error| {
        let message = format!("{}: {error}", at.data.display());
        StartError::new(StartFault::Data, message, "name a directory that this user may write to")
    })?;
    let keys = FileKeys::open(&at.data).map_err(|error| {
        StartError::new(
            StartFault::Keys,
            error.to_string(),
            "mend the file, or put back the one that was there",
        )
    })?;
    let store = stores.open(&dir).map_err(TenantError::Store)?;
    let is_default = config.default.as_ref() == Some(&at.name);
    let path = if *is_alone || is_default { String::new() } else { format!("/t/{}", at.name) };
    let tenant = Tenant::open(config, &at.name, path, store, &dir)?;
    operate::keys_in_use(&tenant)?;
    let sources = at.sources.as_deref().map(Sources::open).transpose().map_err(|error| {
        StartError::new(StartFault::Sources, error.to_string(), "mend what is named there")
    })?;
    let sources = sources.unwrap_or_default();
    operate::begun(&tenant, config.mode)?;
    let mut told = Told::of(&tenant)?;
    if let Some(known) = keys.known() {
        told.tell(&tenant, &known)?;
    }
    let bytes = at.source.as_ref().map(|source| (source.read)()).transpose().map_err(|why| {
        StartError::new(StartFault::Unreadable, why, "name a policy, or a bundle that `lictor build` wrote")
    })?;
    let say = |policy: &InForce| {
        let act = Act::of_host(&tenant.identity.name);
        operate::bundle_in_force(&tenant, policy, act)
    };
    let policy = Policy::begin(config, &at, &dir, bytes.as_deref(), &say)?;
    if let Some(policy) = policy.in_force() {
        metrics.reloaded();
        let called = (!*is_alone).then_some(at.name.as_str());
        sources.compare(&policy, called);
        tenant.tell_unanswered(&policy, called);
    }
    Ok(Shared {
        policy,
        keys: Arc::new(keys),
        trust: at.trust,
        source: at.source,
        mode: config.mode,
        evaluations: at.evaluations,
        tenant: Arc::new(tenant),
        sources: Arc::new(sources),
        terms: config.terms,
        limits: config.limits,
        public_url: config.public_url.as_deref().map(|url| url.trim_end_matches('/').to_owned()),
        names: Arc::clone(names),
        is_tls: config.tls.is_some(),
        clock: Clock::default(),
        zones: Zones::default(),
        metrics: Arc::clone(metrics),
        is_alone: *is_alone,
        sessions: Sessions::default(),
        bell: Bell::default(),
        keys_read: AtomicI64::new(clock::system()),
        keys_told: Mutex::new(told),
        ending: AtomicBool::new(false),
    })
}
