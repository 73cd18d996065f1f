//! The policy in force: which bundle it is, and how another takes its place.
//!
//! A bundle is put in force whole or not at all. What is refused leaves in force what was.

mod counting;
mod edition;
mod kept;
mod outside;
mod said;
mod told;
mod tried;
mod vouched;

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;
use lictor_bundle::error::{BundleError, ErrorKind};
use lictor_bundle::program::Bundle;
use lictor_bundle::release::Release;
use lictor_runtime::{Engine, Now, Requirements, Trust};

pub(crate) use self::counting::{Counting, Counts};
use self::edition::Editions;
use self::kept::Kept;
pub(crate) use self::outside::{Outside, Shape};
pub(crate) use self::said::Said;
pub(crate) use self::told::{Circumstances, Moment, Told};
pub(crate) use self::tried::SelfTest;
pub(crate) use self::vouched::{MandateForm, Vouched};
use crate::clock;
use crate::config::{Config, Mode, Source, TenantAt, Trusted};
use crate::file::Dir;

/// A bundle that decides.
#[derive(Debug)]
pub(crate) struct InForce {
    /// It, ready to decide.
    pub engine: Engine,
    /// What only the host says of a request, by this bundle's declarations.
    pub said: Said,
    /// What of it this gateway says.
    pub told: Told,
    /// What has to be looked up.
    pub outside: Outside,
    /// What a mandate may say.
    pub mandate: MandateForm,
    /// What its questions about the past count.
    pub counting: Counting,
    /// The keys that have signed it and are trusted.
    pub signers: Vec<String>,
    /// Since when, in milliseconds since 1970 UTC.
    pub since: i64,
}

/// Says in the log that a bundle is in force, before it decides; or why that cannot be said.
pub(crate) type Say<'a> = &'a dyn Fn(&InForce) -> Result<(), Refused>;

/// Why a bundle is not put in force.
#[derive(Debug)]
pub(crate) enum Refused {
    /// Nobody is trusted to sign one.
    NobodyTrusted,
    /// It is not what is asked of a bundle.
    Bundle(BundleError),
    /// Another one has this number.
    SameNumber(u64),
    /// It only observes, where decisions count.
    Observed,
    /// It allows what must be denied.
    SelfTest(SelfTest),
    /// That its number was reached could not be kept.
    Kept(std::io::Error),
    /// The log could not be told of it.
    Said(String),
}

/// The bundle in force, and what it takes to replace it.
pub(crate) struct Policy {
    /// None until the first one comes: then nothing is decided.
    live: ArcSwapOption<InForce>,
    editions: Mutex<Editions>,
    kept: Kept,
    asked: Asked,
}

/// A bundle that is in force, or was.
pub(crate) enum Ever {
    /// It decides.
    Live(Arc<InForce>),
    /// It has decided.
    Kept(Arc<Engine>),
}

impl Ever {
    /// What it holds.
    pub fn bundle(&self) -> &Bundle {
        match self {
            Ever::Live(policy) => policy.engine.bundle(),
            Ever::Kept(engine) => engine.bundle(),
        }
    }
}

/// Why nothing decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NoPolicy {
    /// Nothing was put in force yet.
    None,
    /// The time of what is in force is over. What may not be loaded any more must not decide any more, or a gateway that nobody starts again would keep it for ever.
    Expired,
}

impl NoPolicy {
    /// The code, for programs.
    pub fn code(self) -> &'static str {
        match self {
            NoPolicy::None => "NO_BUNDLE",
            NoPolicy::Expired => "BUNDLE_EXPIRED",
        }
    }

    /// It in words.
    pub fn message(self) -> &'static str {
        match self {
            NoPolicy::None => "there is no bundle in force",
            NoPolicy::Expired => "the bundle in force has expired",
        }
    }
}

/// Who vouches for a bundle.
#[derive(Clone, Copy)]
pub(crate) enum Origin<'a> {
    /// The host made it.
    Own,
    /// The host says that its signer does not matter.
    Unsigned,
    /// Whoever signed it.
    Signed(&'a Trusted),
}

impl<'a> Origin<'a> {
    /// Who vouches for the bundle that the host begins with.
    pub fn of(source: &Source, trust: &'a Trusted) -> Origin<'a> {
        match (source.is_own, trust) {
            (true, _) => Origin::Own,
            (false, Trusted::Nobody) => Origin::Unsigned,
            (false, trusted) => Origin::Signed(trusted),
        }
    }
}

impl Policy {
    /// Puts the first one in force, if there is any. Where a later one was sent meanwhile, that one goes on.
    pub fn begin(
        config: &Config,
        at: &TenantAt,
        dir: &Dir,
        first: Option<&[u8]>,
        say: Say<'_>,
    ) -> Result<Policy, Refused> {
        let asked = Asked { mode: config.mode, allow_observed: config.allow_observed };
        let editions = Editions::open(dir.clone()).map_err(Refused::Kept)?;
        let sent = || editions.sent().map_err(Refused::Kept);
        let load_sent = |bytes: &[u8]| asked.load(bytes, Origin::Signed(&at.trust), editions.reached());
        let (loaded, signed) = match at.source.as_ref().zip(first) {
            None => (sent()?.map(|bytes| Ok::<_, Refused>((load_sent(&bytes)?, bytes))).transpose()?, false),
            Some((source, bytes)) => {
                let origin = Origin::of(source, &at.trust);
                match asked.load(bytes, origin, editions.reached()) {
                    // What was sent by a key is newer than what the host begins with.
                    Err(Refused::Bundle(error))
                        if error.kind == ErrorKind::Rollback && !matches!(at.trust, Trusted::Nobody) =>
                    {
                        let bytes = sent()?.ok_or(Refused::Bundle(error))?;
                        tracing::warn!("the bundle that was sent last is newer than the one to begin with");
                        (Some((load_sent(&bytes)?, bytes)), false)
                    }
                    loaded => (Some((loaded?, bytes.to_vec())), matches!(origin, Origin::Signed(_))),
                }
            }
        };
        let (live, kept) = (ArcSwapOption::empty(), Kept::of(dir));
        let policy = Policy { live, editions: Mutex::new(editions), kept, asked };
        if let Some((loaded, bytes)) = loaded {
            let mut editions = policy.editions.lock().unwrap_or_else(PoisonError::into_inner);
            policy.put(&mut editions, loaded, (&bytes, signed), say)?;
        }
        Ok(policy)
    }

    /// What decides at a moment. To be asked for again with each request, or a replacement goes unnoticed.
    ///
    /// # Errors
    /// Nothing does.
    pub fn deciding(&self, now: i64) -> Result<Arc<InForce>, NoPolicy> {
        let policy = self.in_force().ok_or(NoPolicy::None)?;
        if policy.release().expires.is_some_and(|expires| now > expires) {
            return Err(NoPolicy::Expired);
        }
        Ok(policy)
    }

    /// What was put in force last, whether or not its time is over.
    pub fn in_force(&self) -> Option<Arc<InForce>> {
        self.live.load_full()
    }

    /// The bundle of this id, in force or not any more; nothing where it is not kept. It may read a file, so not on a thread that serves connections.
    pub fn ever(&self, id: [u8; 32]) -> Option<Ever> {
        let live = self.in_force().filter(|policy| policy.is(id));
        live.map(Ever::Live).or_else(|| self.kept.find(id).map(Ever::Kept))
    }

    /// Puts another one in force. Requests that are being decided are decided by the one that they began with.
    pub fn replace(&self, bytes: &[u8], origin: Origin<'_>, say: Say<'_>) -> Result<Arc<InForce>, Refused> {
        // One at a time, so that of two the later is the one that stays.
        let mut editions = self.editions.lock().unwrap_or_else(PoisonError::into_inner);
        let loaded = self.asked.load(bytes, origin, editions.reached())?;
        self.put(&mut editions, loaded, (bytes, matches!(origin, Origin::Signed(_))), say)
    }

    fn put(
        &self,
        editions: &mut Editions,
        loaded: InForce,
        (bytes, signed): (&[u8], bool),
        say: Say<'_>,
    ) -> Result<Arc<InForce>, Refused> {
        editions.admit(&loaded.engine)?;
        // Before it decides: what has decided must not be forgotten.
        editions.keep(&loaded.engine, bytes).map_err(Refused::Kept)?;
        say(&loaded)?;
        editions.reach(&loaded.engine, signed.then_some(bytes)).map_err(Refused::Kept)?;
        let loaded = Arc::new(loaded);
        self.live.store(Some(Arc::clone(&loaded)));
        Ok(loaded)
    }
}

/// What this gateway asks of every bundle.
#[derive(Clone, Copy)]
struct Asked {
    mode: Mode,
    allow_observed: bool,
}

impl Asked {
    fn load(self, bytes: &[u8], origin: Origin<'_>, min_sequence: u64) -> Result<InForce, Refused> {
        let now = clock::system();
        let trust = match origin {
            Origin::Own | Origin::Unsigned => Trust::Integrity,
            Origin::Signed(trusted) => trusted.trust().ok_or(Refused::NobodyTrusted)?,
        };
        let requirements = Requirements { trust, min_sequence, now: Now::At(now), max_steps: None };
        let (engine, signatures) = Engine::load_signed(bytes, requirements).map_err(Refused::Bundle)?;
        if self.mode == Mode::Enforce
            && engine.mode() == lictor_runtime::Mode::Observed
            && !self.allow_observed
        {
            return Err(Refused::Observed);
        }
        let schema = &engine.bundle().schema;
        let (said, told, outside) = (Said::of(schema), Told::of(schema), Outside::of(schema));
        let (mandate, counting) = (MandateForm::of(schema), Counting::of(engine.bundle()));
        let signers = signatures.iter().filter(|signature| signature.trusted);
        let signers = signers.map(|signature| signature.key_id.to_string()).collect();
        let loaded = InForce { engine, said, told, outside, mandate, counting, signers, since: now };
        tried::try_out(&loaded, now).map_err(Refused::SelfTest)?;
        Ok(loaded)
    }
}

impl InForce {
    /// Which edition it is.
    pub fn release(&self) -> Release {
        self.engine.release()
    }
}

impl Refused {
    /// Its code: the bundle's own, where it is about the bundle.
    pub fn code(&self) -> &'static str {
        match self {
            Refused::NobodyTrusted => "NOBODY_TRUSTED",
            Refused::Bundle(error) => error.code(),
            Refused::SameNumber(_) => "EDITION_TAKEN",
            Refused::Observed => "ONLY_OBSERVED",
            Refused::SelfTest(_) => "SELF_TEST_FAILED",
            Refused::Kept(_) => "NOT_KEPT",
            Refused::Said(_) => "NOT_RECORDED",
        }
    }

    /// What is wrong, in words.
    pub fn message(&self) -> String {
        match self {
            Refused::NobodyTrusted => "this gateway trusts nobody to sign a bundle".to_owned(),
            Refused::Bundle(error) => error.message.clone(),
            Refused::SameNumber(number) => {
                format!("the bundle is number {number}, and another one of that number was in force")
            }
            Refused::Observed => {
                "the base of this policy is only observed, so it would refuse nothing".to_owned()
            }
            Refused::SelfTest(test) => test.message(),
            Refused::Said(why) => format!("that it is in force could not be written to the log: {why}"),
            Refused::Kept(error) => format!("the edition could not be kept in the data directory: {error}"),
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Refused::NobodyTrusted => "start it with `--key` or `--trusted`",
            Refused::Bundle(error) => error.help(),
            Refused::SameNumber(_) => "build it again with a higher `--sequence`",
            Refused::Observed => {
                "take `observe` out of the policy, or start with `--mode observe` or `--allow-observed`"
            }
            Refused::SelfTest(_) => "do not use this bundle; build it again with this version of lictor",
            Refused::Kept(_) => "make room, and see that this user may write there",
            Refused::Said(_) => "try again once the store answers",
        }
    }
}
