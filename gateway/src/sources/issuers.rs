//! Who may say what of agents: issuers that are registered here, each with its keys.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lictor_evidence::statement::{IssuerKeys, Kind, Statement, Unverified};

use super::watched::Watched;
use crate::policy::{Circumstances, Vouched};
use crate::yaml::SetupError;

/// How far the clock of an issuer may be ahead of ours, in seconds.
const AHEAD: i64 = 60;
/// The longest time for which a statement is taken, in seconds: so long the store can say that a mandate was used.
pub(crate) const LONGEST: i64 = 366 * 86_400;

/// The issuers, by their names.
#[derive(Debug, Default)]
pub(super) struct Issuers(BTreeMap<String, Issuer>);

/// An issuer, as the file of sources names it.
#[derive(Clone, Debug)]
pub(super) struct IssuerSetup {
    /// The file of its keys.
    pub keys: PathBuf,
    /// What it may state.
    pub asserts: Vec<Kind>,
    /// For whom its statements must be; for the tenant where nothing is said.
    pub audience: Option<String>,
}

#[derive(Debug)]
struct Issuer {
    setup: IssuerSetup,
    keys: Watched<IssuerKeys>,
}

/// Why a statement is not taken, or does not count any more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Unvouched {
    /// Its code.
    pub code: &'static str,
    /// In words.
    pub reason: String,
}

impl Unvouched {
    fn new(code: &'static str, kind: Kind, what: impl AsRef<str>) -> Unvouched {
        Unvouched { code, reason: format!("{}: {}", kind.name(), what.as_ref()) }
    }
}

impl Unvouched {
    /// A mandate of one user beside another user.
    pub fn two_users() -> Unvouched {
        let reason = "mandate: was given by another user than the one in whose name the agent acts";
        Unvouched { code: "STATEMENT_CONFLICT", reason: reason.to_owned() }
    }
}

impl Issuers {
    /// Reads the keys of all.
    pub fn open(setup: BTreeMap<String, IssuerSetup>) -> Result<Issuers, SetupError> {
        let opened = setup.into_iter().map(|(name, setup)| {
            let parse = |bytes: &[u8]| IssuerKeys::from_json(bytes).map_err(|error| error.message);
            let keys = Watched::open(setup.keys.clone(), Box::new(parse))
                .map_err(|error| SetupError::new(format!("issuers.{name}: {error}")))?;
            Ok((name, Issuer { setup, keys }))
        });
        Ok(Issuers(opened.collect::<Result<_, SetupError>>()?))
    }

    /// Looks whether keys have changed.
    pub fn refresh(&self) {
        self.0.values().for_each(|issuer| issuer.keys.refresh());
    }

    /// Those whose keys cannot be read now.
    pub fn failing(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, issuer)| issuer.keys.is_failing()).map(|(name, _)| name.as_str())
    }

    /// What a statement says of an agent, where it may be believed at this moment.
    pub fn vouch(
        &self,
        kind: Kind,
        text: &str,
        agent: &str,
        tenant: &str,
        now: i64,
    ) -> Result<Vouched, Unvouched> {
        let invalid = |error: lictor_evidence::statement::StatementError| {
            Unvouched::new("STATEMENT_INVALID", kind, format!("the statement {error}"))
        };
        let read = Unverified::read(kind, text).map_err(invalid)?;
        let issuer = self.issuer(kind, read.issuer())?;
        let statement = read.verify(&issuer.keys.get().0).map_err(invalid)?;
        let audience = issuer.setup.audience.as_deref().unwrap_or(tenant);
        is_for(&statement, agent, audience)?;
        let now = now.div_euclid(1_000);
        let Statement { issued_at, not_before, expires, .. } = statement;
        if issued_at > now.saturating_add(AHEAD) || expires <= issued_at || expires - issued_at > LONGEST {
            let what =
                "the statement was issued later than now, ends before it begins, or is for more than a year";
            return Err(Unvouched::new("STATEMENT_INVALID", kind, what));
        }
        if not_before.is_some_and(|not_before| not_before > now) {
            return Err(Unvouched::new("STATEMENT_NOT_YET", kind, "the statement does not hold yet"));
        }
        let vouched = Vouched::from(statement);
        in_time(kind, &vouched, now)?;
        Ok(vouched)
    }

    /// Whether what was said when a token was granted still counts: it is not over, and its issuer and key are still registered.
    pub fn stands(&self, known: &Circumstances, now: i64) -> Result<(), Unvouched> {
        for (kind, vouched) in [(Kind::Mandate, &known.mandate), (Kind::User, &known.user)] {
            let Some(vouched) = vouched else { continue };
            let issuer = self.issuer(kind, &vouched.issuer)?;
            if !issuer.keys.get().0.has(&vouched.key) {
                let what = "the key that the statement was signed with does not count any more";
                return Err(Unvouched::new("STATEMENT_INVALID", kind, what));
            }
            in_time(kind, vouched, now.div_euclid(1_000))?;
        }
        Ok(())
    }

    fn issuer(&self, kind: Kind, name: &str) -> Result<&Issuer, Unvouched> {
        let foreign = |what: &str| Unvouched::new("STATEMENT_FOREIGN", kind, what);
        let issuer =
            self.0.get(name).ok_or_else(|| foreign("the issuer of the statement is not registered here"))?;
        if !issuer.setup.asserts.contains(&kind) {
            return Err(foreign("the issuer of the statement may not state this"));
        }
        // A key that was taken back may be missing from what cannot be read.
        if issuer.keys.is_failing() {
            return Err(foreign("the keys of its issuer cannot be read, so nobody can say which count"));
        }
        Ok(issuer)
    }
}

fn is_for(statement: &Statement, agent: &str, audience: &str) -> Result<(), Unvouched> {
    let kind = statement.kind;
    if !statement.audiences.iter().any(|one| one == audience) {
        let what = "the statement is for somebody else (`aud`)";
        return Err(Unvouched::new("STATEMENT_NOT_FOR_HERE", kind, what));
    }
    if statement.agent != agent {
        return Err(Unvouched::new("STATEMENT_NOT_FOR_AGENT", kind, "the statement is about another agent"));
    }
    Ok(())
}

fn in_time(kind: Kind, vouched: &Vouched, now: i64) -> Result<(), Unvouched> {
    if now < vouched.expires {
        return Ok(());
    }
    Err(Unvouched::new("STATEMENT_EXPIRED", kind, "the time of the statement is over"))
}
