//! Where facts come from: what a policy wants to know of the world, and neither the agent nor the store can say; and who may say in whose name an agent acts.
//!
//! Each fact has one source, which the file of sources names. Facts are looked up before anything is written, so that no transaction waits for anybody else. What a
//! source does not answer, or answers too old or in another type, is not known, and then the rule that needs it refuses.

// What the file says.
mod setup;

// What sources there are.
mod watched;
mod table;
mod http;
mod post;
mod answer;

// Who may say in whose name an agent acts.
mod issuers;

// Who reviews what people are asked.
mod reviewer;

// What a decision gets of it.
mod look_up;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use lictor_evidence::statement::Kind;
use serde_json::{Map, Value};

use self::answer::Found;
pub(crate) use self::answer::Missing;
use self::http::Endpoint;
use self::issuers::Issuers;
pub(crate) use self::issuers::{LONGEST, Unvouched};
pub(crate) use self::look_up::{Looking, Lookup};
pub(crate) use self::reviewer::{Review, Reviewer, Verdict};
use self::setup::Origin;
use self::table::Table;
use crate::clock;
use crate::policy::{Circumstances, InForce, Shape};
use crate::yaml::SetupError;

/// The sources of a gateway.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    facts: BTreeMap<String, Source>,
    issuers: Issuers,
    /// The facts that the store says: whether the mandate was used.
    pub mandate_used: Arc<[String]>,
    /// Who is asked before people are; nobody where none is named.
    pub reviewer: Option<Reviewer>,
}

#[derive(Debug)]
enum Source {
    Fixed(Value),
    Table(Box<Table>),
    Http(Box<Endpoint>),
    MandateUsed,
}

/// What a source says to a question, as the value of the fact.
#[derive(Clone, PartialEq, Debug)]
struct Answered {
    value: Value,
    /// Of when it is.
    as_of: i64,
    /// Whether it says what was revoked.
    revokes: bool,
}

impl Sources {
    /// Reads the file, and everything that it names.
    ///
    /// # Errors
    /// Something of it cannot be read, or is not as it must be.
    pub fn open(path: &Path) -> Result<Sources, SetupError> {
        let told = |error: SetupError| SetupError::new(format!("{}: {error}", path.display()));
        let bytes = std::fs::read(path).map_err(|error| told(SetupError::new(error.to_string())))?;
        let dir = path.parent().unwrap_or(Path::new(""));
        let setup = setup::read(&bytes, dir).map_err(told)?;
        let open = |origin| -> Result<Source, SetupError> {
            Ok(match origin {
                Origin::Fixed(value) => Source::Fixed(value),
                Origin::Table(table) => Source::Table(Box::new(Table::open(table)?)),
                Origin::Http(endpoint) => Source::Http(Box::new(Endpoint::open(endpoint)?)),
                Origin::MandateUsed => Source::MandateUsed,
            })
        };
        let opened = setup.facts.into_iter().map(|(name, origin)| match open(origin) {
            Ok(source) => Ok((name, source)),
            Err(error) => Err(told(SetupError::new(format!("facts.{name}: {error}")))),
        });
        let facts = opened.collect::<Result<BTreeMap<_, _>, SetupError>>()?;
        let of_store = facts.iter().filter(|(_, source)| matches!(source, Source::MandateUsed));
        let mandate_used = of_store.map(|(name, _)| name.clone()).collect();
        let issuers = Issuers::open(setup.issuers).map_err(told)?;
        let reviewer = setup.reviewer.map(Reviewer::open).transpose();
        let reviewer = reviewer.map_err(|error| told(SetupError::new(format!("reviewer: {error}"))))?;
        Ok(Sources { facts, issuers, mandate_used, reviewer })
    }

    /// Looks whether files have changed.
    pub fn refresh(&self) {
        self.tables().for_each(|(_, table)| table.refresh());
        self.issuers.refresh();
    }

    /// The facts whose source does not answer now, and the issuers whose keys cannot be read.
    pub fn failing(&self) -> Vec<&str> {
        let facts = self.facts.iter().filter(|(_, source)| match source {
            Source::Table(table) => table.is_failing(),
            Source::Http(endpoint) => endpoint.is_failing(),
            Source::Fixed(_) | Source::MandateUsed => false,
        });
        facts.map(|(name, _)| name.as_str()).chain(self.issuers.failing()).collect()
    }

    /// Adds what registered issuers state of an agent to what is known, where they may be believed.
    ///
    /// # Errors
    /// One of the statements is not taken. Nothing was added then.
    pub fn vouch(
        &self,
        stated: [(Kind, Option<&str>); 2],
        agent: &str,
        tenant: &str,
        now: i64,
        known: &mut Circumstances,
    ) -> Result<(), Unvouched> {
        let (mut mandate, mut user) = (None, None);
        for (kind, text) in stated {
            let Some(text) = text else { continue };
            let vouched = self.issuers.vouch(kind, text, agent, tenant, now)?;
            match kind {
                Kind::Mandate => mandate = Some(vouched),
                Kind::User => user = Some(vouched),
            }
        }
        if let (Some(mandate), Some(user)) = (&mandate, &user)
            && mandate.user.is_some()
            && mandate.user != user.user
        {
            return Err(Unvouched::two_users());
        }
        (known.mandate, known.user) = (mandate, user);
        Ok(())
    }

    /// Whether what was stated when a token was granted still counts.
    ///
    /// # Errors
    /// It is over, or its issuer or key is not registered any more.
    pub fn stands(&self, known: &Circumstances, now: i64) -> Result<(), Unvouched> {
        self.issuers.stands(known, now)
    }

    /// Whether the store says this fact, in the moment of the decision.
    fn is_of_store(&self, fact: &str) -> bool {
        self.mandate_used.iter().any(|name| name == fact)
    }

    /// When everything that says what was revoked was last looked at; nothing where there is no such source.
    pub fn revoked_as_of(&self) -> Option<i64> {
        self.tables().filter(|(_, table)| table.revokes()).map(|(_, table)| table.as_of()).min()
    }

    /// Tells what the policy of a tenant asks for that nobody answers, and what is answered that it does not ask for.
    pub fn compare(&self, policy: &InForce, tenant: Option<&str>) {
        let unanswered: Vec<&str> =
            policy.outside.names().filter(|name| !self.facts.contains_key(*name)).collect();
        if !unanswered.is_empty() {
            tracing::warn!(
                tenant,
                facts = unanswered.join(", "),
                "no source is named for these facts, so that the rules that need them refuse"
            );
        }
        let unasked: Vec<&str> =
            self.facts.keys().map(String::as_str).filter(|name| policy.outside.get(name).is_none()).collect();
        if !unasked.is_empty() {
            tracing::warn!(
                tenant,
                facts = unasked.join(", "),
                "the policy declares no such facts, so that nobody asks their sources"
            );
        }
    }

    fn tables(&self) -> impl Iterator<Item = (&str, &Table)> {
        self.facts.iter().filter_map(|(name, source)| match source {
            Source::Table(table) => Some((name.as_str(), &**table)),
            _ => None,
        })
    }

    /// Asks the source of a fact.
    async fn ask(
        &self,
        fact: &str,
        args: &Map<String, Value>,
        shape: &Shape,
        now: i64,
    ) -> Result<Answered, Missing> {
        let (found, max_age, revokes) = match self.facts.get(fact).ok_or(Missing::NoSource)? {
            // It holds for as long as it stands there.
            Source::Fixed(value) => (Found::new(value.clone(), now), i64::MAX, false),
            Source::Table(table) => (table.answer(args)?, table.max_age(), table.revokes()),
            Source::Http(endpoint) => {
                let found = endpoint.answer(fact, args, now.max(clock::system())).await?;
                (found, endpoint.max_age(), endpoint.revokes())
            }
            Source::MandateUsed => return Err(Missing::NoSource),
        };
        // Somebody may have looked since the request came.
        let now = now.max(clock::system());
        let as_of = found.as_of;
        Ok(Answered { value: found.value(shape, max_age, now)?, as_of, revokes })
    }
}
