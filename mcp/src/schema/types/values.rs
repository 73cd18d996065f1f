//! Texts, numbers and lists.

use std::collections::BTreeSet;

use super::part::Schema;
use super::{LONGEST, Types, Unsaid};
use crate::schema::names::is_word;
use crate::tree::Tree;

/// The most elements of a list.
const MOST: u64 = 1_000;

impl Types {
    pub(super) fn text(
        &mut self,
        at: &Tree,
        words: Option<Vec<Tree>>,
        names: &[&str],
        path: &str,
        notes: &mut Vec<String>,
    ) -> String {
        if let Some(words) = words {
            let all: Vec<&str> = words.iter().filter_map(Tree::text).collect();
            let distinct = all.iter().collect::<BTreeSet<_>>().len() == words.len();
            if distinct && !all.is_empty() && all.iter().all(|word| is_word(word)) {
                let name = self.name(names);
                self.declared.push(format!("enum {name} {{ {} }}\n", all.join(", ")));
                return name;
            }
            notes.push(format!("`{path}`: its values are no words of a policy, so that any text is taken"));
        }
        match number(at, "maxLength") {
            Some(most) if most <= LONGEST => format!("String max {}", most.max(1)),
            _ => "String".to_owned(),
        }
    }

    pub(super) fn list(
        &mut self,
        schema: Schema<'_>,
        names: &[&str],
        path: &str,
        notes: &mut Vec<String>,
    ) -> Result<String, Unsaid> {
        let items = schema.at.get("items").ok_or_else(|| format!("`{path}` is a list of anything"))?;
        let (ty, may_be_null) = self.of(schema.within(items)?, names, &format!("{path}[]"), notes)?;
        if may_be_null {
            return Err(format!("`{path}` is a list in which something may be missing"));
        }
        let least = number(schema.at, "minItems").unwrap_or_default();
        let most = number(schema.at, "maxItems").unwrap_or(100).clamp(1, MOST);
        if least > most {
            return Err(format!("`{path}` has more elements than are taken"));
        }
        if number(schema.at, "maxItems").is_none_or(|asked| asked > most) {
            notes.push(format!("`{path}`: a list of more than {most} is refused"));
        }
        Ok(format!("List<{ty}, min {least}, max {most}>"))
    }
}

/// Whether a number may be negative.
pub(super) fn sign(at: &Tree, path: &str, notes: &mut Vec<String>) -> &'static str {
    let least = |name: &str| at.get(name).map(Tree::written).and_then(|number| number.parse::<i64>().ok());
    let (least, above) = (least("minimum"), least("exclusiveMinimum"));
    if least.is_some_and(|least| least > 0) || above.is_some_and(|above| above >= 0) {
        notes.push(format!(
            "`{path}`: that it is not less than the least is checked as far as that it is not negative"
        ));
    }
    if least.is_some_and(|least| least >= 0) || above.is_some_and(|above| above >= -1) {
        ""
    } else {
        "signed "
    }
}

fn number(at: &Tree, name: &str) -> Option<u64> {
    at.get(name).map(Tree::written)?.parse().ok()
}
