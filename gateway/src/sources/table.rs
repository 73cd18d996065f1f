//! Facts that stand in a table: rows of JSON, found by what the fact is asked with.
//!
//! A table is a list of rows, or `{"as_of": MOMENT, "rows": [ROW, …]}`. A row is an object; what a fact is asked with has to be equal to its columns. Two rows for
//! one question, or a row that lacks a column of the key, make the whole table unreadable: nobody could say what it means.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use lictor_bundle::time::parse_timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::answer::{Found, Missing};
use super::setup::{Answers, TableSetup};
use super::watched::Watched;
use crate::json::{self, cut};
use crate::yaml::SetupError;

/// The column that says of when a row is.
const AS_OF: &str = "as_of";

/// A table that answers one fact.
#[derive(Debug)]
pub(super) struct Table {
    setup: TableSetup,
    file: Watched<Rows>,
}

/// The rows, by the values of their key.
#[derive(Debug, Default)]
struct Rows {
    /// Of when the table says it is.
    as_of: Option<i64>,
    by_key: HashMap<String, Row>,
}

#[derive(Debug)]
struct Row {
    /// The answer; nothing where that it is there is all that is asked.
    value: Option<Value>,
    /// Of when the row says it is.
    as_of: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written<'a> {
    as_of: Option<Cow<'a, str>>,
    #[serde(borrow)]
    rows: Vec<WrittenRow<'a>>,
}

type WrittenRow<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

impl Table {
    /// Reads it for the first time.
    pub fn open(setup: TableSetup) -> Result<Table, SetupError> {
        let read = setup.clone();
        let file = Watched::open(setup.path.clone(), Box::new(move |bytes| Rows::read(bytes, &read)));
        Ok(Table { file: file.map_err(SetupError::new)?, setup })
    }

    /// How old an answer may be.
    pub fn max_age(&self) -> i64 {
        self.setup.max_age
    }

    /// Whether it says what was revoked.
    pub fn revokes(&self) -> bool {
        self.setup.revokes
    }

    /// Of when all of it is.
    pub fn as_of(&self) -> i64 {
        let (rows, seen_at) = self.file.get();
        rows.as_of.unwrap_or(seen_at)
    }

    /// Looks whether it has changed.
    pub fn refresh(&self) {
        self.file.refresh();
    }

    /// Whether it cannot be read now.
    pub fn is_failing(&self) -> bool {
        self.file.is_failing()
    }

    /// What it says to a question.
    pub fn answer(&self, args: &Map<String, Value>) -> Result<Found, Missing> {
        let values: Option<Vec<&Value>> =
            self.setup.key.iter().map(|(name, _)| args.get(name).filter(|value| is_key(value))).collect();
        // Whatever else it is asked with, the table has no column for.
        let values = values.filter(|values| values.len() == args.len()).ok_or(Missing::OtherKey)?;
        let (rows, seen_at) = self.file.get();
        let as_of = rows.as_of.unwrap_or(seen_at);
        let Some(row) = rows.by_key.get(&key(&values)) else {
            return match (&self.setup.otherwise, &self.setup.answer) {
                (Some(value), _) => Ok(Found::new(value.clone(), as_of)),
                (None, Answers::Listed) => Ok(Found::new(false.into(), as_of)),
                (None, Answers::Column(_)) => Ok(Found::nothing(as_of)),
            };
        };
        let value = row.value.clone().unwrap_or(Value::Bool(true));
        Ok(Found::new(value, row.as_of.unwrap_or(as_of)))
    }
}

impl Rows {
    fn read(bytes: &[u8], setup: &TableSetup) -> Result<Rows, String> {
        json::check(bytes).map_err(|wrong| format!("{}: {}", wrong.path, wrong.what))?;
        let is_list = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
        let written: Written<'_> = if is_list {
            serde_json::from_slice(bytes).map(|rows| Written { as_of: None, rows })
        } else {
            serde_json::from_slice(bytes)
        }
        .map_err(|error| format!("is no table: {error}"))?;
        let as_of = written.as_of.map(|text| moment(&text)).transpose()?;
        let mut by_key = HashMap::with_capacity(written.rows.len());
        for (at, row) in written.rows.iter().enumerate() {
            let (key, row) = Row::read(row, setup).map_err(|why| format!("rows[{at}]: {why}"))?;
            if by_key.insert(key, row).is_some() {
                return Err(format!("rows[{at}]: has the same key as a row before it; leave one of them"));
            }
        }
        Ok(Rows { as_of, by_key })
    }
}

impl Row {
    fn read(row: &WrittenRow<'_>, setup: &TableSetup) -> Result<(String, Row), String> {
        let column = |name: &str| -> Result<Value, String> {
            let written = row.get(name).ok_or_else(|| format!("has no `{}`", cut(name)))?;
            serde_json::from_str(written.get()).map_err(|error| format!("`{}`: {error}", cut(name)))
        };
        let values: Vec<Value> =
            setup.key.iter().map(|(_, name)| column(name)).collect::<Result<_, String>>()?;
        if !values.iter().all(is_key) {
            return Err(
                "is found by a text, a whole number or true and false, and has something else".to_owned()
            );
        }
        let is_key = setup.key.iter().any(|(_, name)| name == AS_OF);
        let as_of = match row.get(AS_OF).filter(|_| !is_key) {
            None => None,
            Some(_) => match column(AS_OF)? {
                Value::String(text) => Some(moment(&text)?),
                _ => return Err("`as_of` is no moment; write 2026-03-02T10:00:00Z".to_owned()),
            },
        };
        let value = match &setup.answer {
            Answers::Listed => None,
            Answers::Column(name) => Some(column(name)?),
        };
        Ok((key(&values.iter().collect::<Vec<_>>()), Row { value, as_of }))
    }
}

/// Whether a row can be found by it: two of these are equal where they are written the same.
fn is_key(value: &Value) -> bool {
    match value {
        Value::String(_) | Value::Bool(_) => true,
        Value::Number(number) => number.is_i64(),
        _ => false,
    }
}

fn key(values: &[&Value]) -> String {
    serde_json::to_string(values).unwrap_or_default()
}

fn moment(text: &str) -> Result<i64, String> {
    parse_timestamp(text).map_err(|_| format!("`{}` is no moment; write 2026-03-02T10:00:00Z", cut(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup(answer: Answers) -> TableSetup {
        let key = ["store", "variant"].map(|name| (name.to_owned(), name.to_owned())).into();
        TableSetup { path: "t.json".into(), key, answer, otherwise: None, max_age: 1, revokes: false }
    }

    fn rows(text: &str) -> Result<Rows, String> {
        Rows::read(text.as_bytes(), &setup(Answers::Column("price".to_owned())))
    }

    #[test]
    fn a_table_is_a_list_of_rows_with_or_without_a_moment() {
        let row =
            r#"{"store": "s", "variant": 7, "price": {"amount": "1.00", "currency": "USD"}, "title": "Tea"}"#;
        let found = rows(&format!(" [{row}]")).unwrap();
        assert_eq!((found.as_of, found.by_key.len()), (None, 1));
        assert_eq!(found.by_key[r#"["s",7]"#].value.as_ref().unwrap()["amount"], "1.00");
        let found = rows(&format!(r#"{{"as_of": "1970-01-01T00:00:01Z", "rows": [{row}]}}"#)).unwrap();
        assert_eq!(found.as_of, Some(1_000));
    }

    #[test]
    fn a_table_of_which_nobody_could_say_what_it_means_is_not_read() {
        for (text, why) in [
            ("", "is not JSON"),
            ("{}", "missing field `rows`"),
            (r#"{"rows": [], "row": []}"#, "unknown field `row`"),
            (r#"{"as_of": "yesterday", "rows": []}"#, "`yesterday` is no moment"),
            (r#"[{"store": "s", "price": 1}]"#, "rows[0]: has no `variant`"),
            (r#"[{"store": "s", "variant": "v"}]"#, "rows[0]: has no `price`"),
            (r#"[{"store": "s", "variant": null, "price": 1}]"#, "rows[0]: is found by a text"),
            (r#"[{"store": "s", "variant": 1.5, "price": 1}]"#, "rows[0]: is found by a text"),
            (r#"[{"store": "s", "store": "t", "variant": "v", "price": 1}]"#, "stands there twice"),
            (
                r#"[{"store": "s", "variant": "v", "price": 1}, {"price": 2, "variant": "v", "store": "s"}]"#,
                "rows[1]: has the same key",
            ),
            (r#"[{"store": "s", "variant": "v", "price": 1, "as_of": 5}]"#, "rows[0]: `as_of` is no moment"),
        ] {
            let told = rows(text).expect_err(text);
            assert!(told.contains(why), "{text}: {told}");
        }
    }
}
