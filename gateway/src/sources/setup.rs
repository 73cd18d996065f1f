//! The file of sources: where each fact of a policy comes from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::SourceError;
use super::yaml::{self, Members};

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct Setup {
    /// Where each fact comes from, by its name.
    pub facts: BTreeMap<String, Origin>,
}

/// Where a fact comes from.
#[derive(Debug)]
pub(super) enum Origin {
    /// The file of sources itself says it.
    Fixed(Value),
    /// A table in a file.
    Table(TableSetup),
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

/// What of a row answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Answers {
    /// The value of this column.
    Column(String),
    /// That there is one.
    Listed,
}

/// Reads the file. Files that it names are found from its directory on.
pub(super) fn read(bytes: &[u8], dir: &Path) -> Result<Setup, SourceError> {
    let mut whole = yaml::read(bytes)?.members("")?;
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
            .collect::<Result<_, SourceError>>()?,
    };
    whole.end("`facts`")?;
    Ok(Setup { facts })
}

fn origin(mut members: Members, dir: &Path) -> Result<Origin, SourceError> {
    let (value, table) = (members.take("value"), members.text("table")?);
    match (value, table) {
        (Some(value), None) => {
            members.end("only `value`, where that is given")?;
            Ok(Origin::Fixed(value.json()))
        }
        (None, Some(file)) => Ok(Origin::Table(table_of(members, dir.join(file))?)),
        _ => {
            Err(members.wrong("comes from nowhere, or from several places; write one of `value` and `table`"))
        }
    }
}

fn table_of(mut members: Members, path: PathBuf) -> Result<TableSetup, SourceError> {
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
            .collect::<Result<_, SourceError>>()?
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
