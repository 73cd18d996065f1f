//! The file of sources: where each fact of a policy comes from, who may say in whose name an agent acts, and who reviews what people are asked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use http::Uri;
use lictor_evidence::statement::Kind;
use serde_json::Value;

use super::issuers::IssuerSetup;
use super::post::may_be_asked;
use crate::yaml::{self, Members, SetupError};

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct Setup {
    /// Where each fact comes from, by its name.
    pub facts: BTreeMap<String, Origin>,
    /// Who is registered to state something, by name.
    pub issuers: BTreeMap<String, IssuerSetup>,
    /// Who is asked before people are.
    pub reviewer: Option<ReviewerSetup>,
}

/// Where a fact comes from.
#[derive(Debug)]
pub(super) enum Origin {
    /// The file of sources itself says it.
    Fixed(Value),
    /// A table in a file.
    Table(TableSetup),
    /// Somebody is asked over HTTP.
    Http(HttpSetup),
    /// The store says whether the mandate was used.
    MandateUsed,
}

/// A fact in a table.
#[derive(Clone, Debug)]
pub(super) struct TableSetup {
    /// The file of the table.
    pub path: PathBuf,
    /// What the fact is asked with, each with the column in which it is looked for.
    pub key: Vec<(String, String)>,
    /// What of the row is the answer.
    pub answer: Answers,
    /// The answer where there is no row.
    pub otherwise: Option<Value>,
    /// How old the answer may be, in milliseconds.
    pub max_age: i64,
    /// Whether it says what was revoked: then it is asked again when a token is used.
    pub revokes: bool,
}

/// A fact that is asked for over HTTP.
#[derive(Clone, Debug)]
pub(super) struct HttpSetup {
    /// Where.
    pub uri: Uri,
    /// How long an answer is waited for, in milliseconds.
    pub timeout: i64,
    /// How old the answer may be, in milliseconds.
    pub max_age: i64,
    /// The file of the key that it is asked with.
    pub bearer: Option<PathBuf>,
    /// The file of the certificates that its own must be signed by, where those of the system are not.
    pub ca: Option<PathBuf>,
    /// Whether it says what was revoked.
    pub revokes: bool,
}

/// A reviewer of what people are asked.
#[derive(Clone, Debug)]
pub(super) struct ReviewerSetup {
    /// Where.
    pub uri: Uri,
    /// How long an answer is waited for, in milliseconds.
    pub timeout: i64,
    /// The file of the key that it is asked with.
    pub bearer: Option<PathBuf>,
    /// The file of the certificates that its own must be signed by, where those of the system are not.
    pub ca: Option<PathBuf>,
    /// Whether it is sent what the policy marks `pii`.
    pub pii: bool,
}

/// What of a row answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Answers {
    /// The value of this column.
    Column(String),
    /// That there is one.
    Listed,
}

/// Reads the file. Files that it names are found from its directory on.
pub(super) fn read(bytes: &[u8], dir: &Path) -> Result<Setup, SetupError> {
    let mut whole = yaml::read(bytes, "write `facts:` and what each comes from")?.members("")?;
    let facts = match whole.take("facts") {
        None => BTreeMap::new(),
        Some(facts) => facts
            .members("facts")?
            .all()
            .into_iter()
            .map(|(name, node)| {
                let members = node.members(&format!("facts.{name}"))?;
                Ok((name, origin(members, dir)?))
            })
            .collect::<Result<_, SetupError>>()?,
    };
    let issuers = match whole.take("issuers") {
        None => BTreeMap::new(),
        Some(issuers) => issuers
            .members("issuers")?
            .all()
            .into_iter()
            .map(|(name, node)| {
                let members = node.members(&format!("issuers.{name}"))?;
                Ok((name, issuer(members, dir)?))
            })
            .collect::<Result<_, SetupError>>()?,
    };
    let reviewer = whole.take("reviewer").map(|node| reviewer(node.members("reviewer")?, dir)).transpose()?;
    whole.end("`facts`, `issuers` and `reviewer`")?;
    Ok(Setup { facts, issuers, reviewer })
}

fn origin(mut members: Members, dir: &Path) -> Result<Origin, SetupError> {
    let (value, table) = (members.take("value"), members.text("table")?);
    let (http, store) = (members.text("http")?, members.text("store")?);
    match (value, table, http, store) {
        (Some(value), None, None, None) => {
            members.end("only `value`, where that is given")?;
            Ok(Origin::Fixed(value.json()))
        }
        (None, Some(file), None, None) => Ok(Origin::Table(table_of(members, dir.join(file))?)),
        (None, None, Some(uri), None) => Ok(Origin::Http(http_of(members, &uri, dir)?)),
        (None, None, None, Some(what)) if what == "mandate_used" => {
            members.end("only `store`, where that is given")?;
            Ok(Origin::MandateUsed)
        }
        (None, None, None, Some(_)) => {
            Err(members.wrong("asks the store for what it does not say; it says `mandate_used`"))
        }
        _ => Err(members.wrong(
            "comes from nowhere, or from several places; write one of `value`, `table`, `http` and `store`",
        )),
    }
}

fn http_of(mut members: Members, uri: &str, dir: &Path) -> Result<HttpSetup, SetupError> {
    let uri = uri.parse::<Uri>().ok().filter(may_be_asked).ok_or_else(|| {
        members.wrong(
            "has an `http` that is no address to ask; write https://…, or http:// for this machine only",
        )
    })?;
    let timeout = members.duration("timeout")?;
    let timeout = timeout.filter(|time| *time <= 5_000);
    let timeout =
        timeout.ok_or_else(|| members.wrong("has no `timeout`, or more than 5s; say how long to wait"))?;
    let max_age = members.duration("max_age")?;
    let max_age = max_age.ok_or_else(|| members.wrong("has no `max_age`; say how old an answer may be"))?;
    let bearer = members.text("bearer")?.map(|file| dir.join(file));
    let ca = members.text("ca")?.map(|file| dir.join(file));
    let revokes = members.flag("revokes")?;
    members.end("`http`, `timeout`, `max_age`, `bearer`, `ca` and `revokes`")?;
    Ok(HttpSetup { uri, timeout, max_age, bearer, ca, revokes })
}

/// How long a reviewer has where nobody says it, and at most, in milliseconds. Nothing waits for it.
const REVIEW: (i64, i64) = (2_000, 30_000);

fn reviewer(mut members: Members, dir: &Path) -> Result<ReviewerSetup, SetupError> {
    let uri = members.text("http")?.and_then(|uri| uri.parse::<Uri>().ok()).filter(may_be_asked);
    let uri = uri.ok_or_else(|| {
        members.wrong(
            "has no `http`, or none that is an address to ask; write https://…, or http:// for this machine only",
        )
    })?;
    let timeout = members.duration("timeout")?.unwrap_or(REVIEW.0);
    if !(1..=REVIEW.1).contains(&timeout) {
        return Err(members.wrong("has a `timeout` of nothing, or of more than 30s; say how long to wait"));
    }
    let bearer = members.text("bearer")?.map(|file| dir.join(file));
    let ca = members.text("ca")?.map(|file| dir.join(file));
    let pii = members.flag("pii")?;
    members.end("`http`, `timeout`, `bearer`, `ca` and `pii`")?;
    Ok(ReviewerSetup { uri, timeout, bearer, ca, pii })
}

fn issuer(mut members: Members, dir: &Path) -> Result<IssuerSetup, SetupError> {
    let keys = members.text("keys")?.map(|file| dir.join(file));
    let keys = keys.ok_or_else(|| members.wrong("has no `keys`; name the file of its JWK set"))?;
    let at = members.path_of("asserts");
    let Some(asserts) = members.take("asserts") else {
        return Err(members.wrong("has no `asserts`; write `[mandate]`, `[user]` or `[mandate, user]`"));
    };
    let named = |node: yaml::Node| {
        let line = node.line;
        let text = node.text(&at)?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == text);
        kind.ok_or_else(|| SetupError::at(line, &at, "has something else than `mandate` and `user`"))
    };
    let asserts = asserts.list(&at)?.into_iter().map(named).collect::<Result<_, SetupError>>()?;
    let audience = members.text("audience")?;
    members.end("`keys`, `asserts` and `audience`")?;
    Ok(IssuerSetup { keys, asserts, audience })
}

fn table_of(mut members: Members, path: PathBuf) -> Result<TableSetup, SetupError> {
    let at = members.path_of("key");
    let Some(key) = members.take("key") else {
        return Err(
            members.wrong("has no `key`; name what the fact is asked with, such as `key: [merchant]`")
        );
    };
    let key = if key.is_map() {
        let columns = key.members(&at)?.all().into_iter();
        columns
            .map(|(name, node)| Ok((name.clone(), node.text(&format!("{at}.{name}"))?)))
            .collect::<Result<_, SetupError>>()?
    } else {
        let names = key.list(&at)?.into_iter().map(|node| node.text(&at));
        names.map(|name| name.map(|name| (name.clone(), name))).collect::<Result<Vec<_>, _>>()?
    };
    let (listed, answer) = (members.flag("listed")?, members.text("answer")?);
    let answer = match (listed, answer) {
        (true, None) => Answers::Listed,
        (false, column) => Answers::Column(column.unwrap_or_else(|| "value".to_owned())),
        (true, Some(_)) => return Err(members.wrong("has both `listed` and `answer`; write one of them")),
    };
    let otherwise = members.take("otherwise");
    if listed && otherwise.is_some() {
        return Err(members.wrong("has both `listed` and `otherwise`; what is not listed is false"));
    }
    let max_age = members.duration("max_age")?;
    let max_age = max_age.ok_or_else(|| members.wrong("has no `max_age`; say how old an answer may be"))?;
    let revokes = members.flag("revokes")?;
    members.end("`table`, `key`, `answer`, `listed`, `otherwise`, `max_age` and `revokes`")?;
    Ok(TableSetup { path, key, answer, otherwise: otherwise.map(|node| node.json()), max_age, revokes })
}
