//! Types of a policy for those of a JSON Schema. What a type refuses and the schema would take is refused; the other way is told.

mod part;
mod records;
mod values;

use std::collections::BTreeSet;

use self::part::Schema;
use super::names::type_name;
use crate::tree::{Tree, shown};

/// A member of an input, and the type that it has; with `?` where it may be missing.
pub struct Field {
    pub name: String,
    pub ty: String,
}

/// The types that were declared on the way.
#[derive(Default)]
pub struct Types {
    used: BTreeSet<String>,
    declared: Vec<String>,
}

/// The most bytes of a text in a policy.
const LONGEST: u64 = 4_096;
/// Why something cannot be said: the end of a sentence.
type Unsaid = String;

/// What a schema may say about a value that types here do not check.
const UNCHECKED: [&str; 18] = [
    "pattern",
    "format",
    "minLength",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "uniqueItems",
    "contains",
    "minProperties",
    "maxProperties",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "not",
    "if",
    "allOf",
    "patternProperties",
    "prefixItems",
];
/// What a schema may say that changes what a value is, and is no word of the types here.
const CHANGES: [&str; 4] = ["allOf", "patternProperties", "prefixItems", "$dynamicRef"];

impl Types {
    /// What was declared since somebody asked last.
    pub fn taken(&mut self) -> Vec<String> {
        std::mem::take(&mut self.declared)
    }

    /// The fields of an input.
    pub fn of_input(
        &mut self,
        tool: &str,
        schema: Option<&Tree>,
        notes: &mut Vec<String>,
    ) -> Result<Vec<Field>, Unsaid> {
        let Some(schema) = schema else {
            return Err("says not what it is called with (`inputSchema`)".to_owned());
        };
        if schema.text().is_some() || schema.list().is_some() {
            return Err("has an `inputSchema` that is no schema".to_owned());
        }
        let schema = Schema::of(schema);
        let before = self.declared.len();
        let fields = self.fields(schema.resolved()?, &[tool], "", notes);
        if fields.is_err() {
            self.declared.truncate(before);
        }
        fields
    }

    /// The type of a value, and whether it may be `null`.
    fn of(
        &mut self,
        schema: Schema<'_>,
        names: &[&str],
        path: &str,
        notes: &mut Vec<String>,
    ) -> Result<(String, bool), Unsaid> {
        let schema = schema.resolved()?;
        for word in ["anyOf", "oneOf"] {
            if let Some(any) = schema.at.get(word).and_then(Tree::list) {
                let is_null = |one: &&Tree| one.get("type").and_then(Tree::text) == Some("null");
                let others: Vec<&Tree> = any.iter().filter(|one| !is_null(one)).collect();
                return match others.as_slice() {
                    [one] => {
                        Ok((self.of(schema.within(one)?, names, path, notes)?.0, others.len() < any.len()))
                    }
                    _ => Err(format!("`{path}` is one of several types")),
                };
            }
        }
        if let Some(word) = CHANGES.into_iter().find(|word| schema.at.get(word).is_some()) {
            return Err(format!("`{path}` says `{word}`"));
        }
        let mut kinds: Vec<&str> = match schema.at.get("type") {
            Some(Tree::Text(kind)) => vec![kind],
            Some(Tree::List(kinds)) => kinds.iter().filter_map(Tree::text).collect(),
            _ => vec![],
        };
        let words = schema.at.get("enum").and_then(Tree::list).map(<[Tree]>::to_vec);
        let words = words.or_else(|| schema.at.get("const").map(|only| vec![only.clone()]));
        if kinds.is_empty()
            && words.as_ref().is_some_and(|words| words.iter().all(|word| word.text().is_some()))
        {
            kinds = vec!["string"];
        }
        let before = kinds.len();
        kinds.retain(|kind| *kind != "null");
        let may_be_null = kinds.len() < before;
        let [kind] = kinds.as_slice() else {
            return Err(format!(
                "`{path}` may be {}",
                if kinds.is_empty() { "anything" } else { "of several types" }
            ));
        };
        let ty = match *kind {
            "string" => self.text(schema.at, words, names, path, notes),
            "boolean" => "Bool".to_owned(),
            "integer" => format!("{}Int", values::sign(schema.at, path, notes)),
            "number" => format!("{}Decimal", values::sign(schema.at, path, notes)),
            "array" => self.list(schema, names, path, notes)?,
            "object" => self.object(schema, names, path, notes)?,
            other => return Err(format!("`{path}` is a `{}`, which is no type", shown(other))),
        };
        let is_text = ty.starts_with("String");
        for word in UNCHECKED.into_iter().filter(|word| schema.at.get(word).is_some()) {
            notes.push(format!("`{path}`: `{word}` is not checked"));
        }
        if *kind != "string" && (schema.at.get("enum").is_some() || schema.at.get("const").is_some()) {
            notes.push(format!("`{path}`: that it is one of a few values is not checked"));
        }
        if is_text && schema.at.get("maxLength").is_none() {
            notes.push(format!("`{path}`: a text of more than {LONGEST} bytes is refused"));
        }
        Ok((ty, may_be_null))
    }

    fn name(&mut self, names: &[&str]) -> String {
        let mut name = type_name(names);
        while !self.used.insert(name.clone()) {
            name.push('_');
        }
        name
    }
}
