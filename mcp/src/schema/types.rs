//! Types of a policy for those of a JSON Schema. What a type refuses and the schema would take is refused; the other way is told.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::can_be_named;
use super::names::{field, is_word, type_name};
use crate::tree::{Tree, shown};

/// The most bytes of a text in a policy.
const LONGEST: u64 = 4_096;
/// The most elements of a list, and the deepest that types are looked at.
const MOST: u64 = 1_000;
const DEEPEST: usize = 12;

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
        let Some(schema) = schema else { return Err("has no schema".to_owned()) };
        let schema = Schema { root: schema, at: schema, depth: 0 };
        let before = self.declared.len();
        let fields = self.fields(schema.resolved()?, &[tool], "", notes);
        if fields.is_err() {
            self.declared.truncate(before);
        }
        fields
    }

    fn fields(
        &mut self,
        schema: Schema<'_>,
        names: &[&str],
        path: &str,
        notes: &mut Vec<String>,
    ) -> Result<Vec<Field>, Unsaid> {
        if let Some(word) =
            ["anyOf", "oneOf"].into_iter().chain(CHANGES).find(|word| schema.at.get(word).is_some())
        {
            return Err(format!("{}says `{word}`, and no record does", of(path)));
        }
        if let Some(word) = ["if", "not", "dependentRequired", "dependentSchemas"]
            .into_iter()
            .find(|word| schema.at.get(word).is_some())
        {
            notes.push(format!("{}`{word}` is not checked", of(path)));
        }
        let properties = match schema.at.get("properties") {
            None => &[][..],
            Some(properties) => properties.members().ok_or("has properties that are none")?,
        };
        let required = schema.at.get("required").and_then(Tree::list).unwrap_or_default();
        let is_required = |name: &str| required.iter().any(|required| required.text() == Some(name));
        if let Some(missing) = required
            .iter()
            .filter_map(Tree::text)
            .find(|name| !properties.iter().any(|(property, _)| property == name))
        {
            return Err(format!("{}must have `{}`, of which it says nothing", of(path), shown(missing)));
        }
        let mut fields: Vec<Field> = Vec::new();
        for (name, property) in properties {
            let inner = if path.is_empty() { shown(name) } else { format!("{path}.{}", shown(name)) };
            let said = if !can_be_named(name) {
                Err(format!("`{inner}` has a name that no policy can say"))
            } else if fields.iter().any(|other| field(&other.name) == field(name)) {
                Err(format!("`{inner}` has the name of another field here"))
            } else {
                let names: Vec<&str> = names.iter().copied().chain([name.as_str()]).collect();
                self.of(schema.within(property)?, &names, &inner, notes)
            };
            match said {
                Ok((ty, may_be_null)) => {
                    let mark = if may_be_null || !is_required(name) { "?" } else { "" };
                    fields.push(Field { name: name.clone(), ty: format!("{ty}{mark}") });
                }
                Err(why) if is_required(name) => return Err(why),
                Err(why) => notes.push(format!("{why}: a call with it is unknown")),
            }
        }
        Ok(fields)
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
            "integer" => format!("{}Int", sign(schema.at, path, notes)),
            "number" => format!("{}Decimal", sign(schema.at, path, notes)),
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

    fn text(
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

    fn list(
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

    fn object(
        &mut self,
        schema: Schema<'_>,
        names: &[&str],
        path: &str,
        notes: &mut Vec<String>,
    ) -> Result<String, Unsaid> {
        if schema.at.get("properties").is_none() {
            let Some(values @ Tree::Object(said)) = schema.at.get("additionalProperties") else {
                return Err(format!("`{path}` is an object of anything"));
            };
            if said.is_empty() {
                return Err(format!("`{path}` is an object of anything"));
            }
            let (ty, may_be_null) = self.of(schema.within(values)?, names, &format!("{path}.*"), notes)?;
            if may_be_null {
                return Err(format!("`{path}` is an object in which something may be missing"));
            }
            return Ok(format!("Map<String, {ty}, min 0, max 100>"));
        }
        let mut unsaid = Vec::new();
        let fields = self.fields(schema, names, path, &mut unsaid)?;
        // What is within a record cannot be left out of it: a call with it does not fit.
        notes.extend(
            unsaid
                .into_iter()
                .map(|note| note.replace(": a call with it is unknown", ": a call with it is refused")),
        );
        if fields.is_empty() || fields.iter().any(|one| field(&one.name) != one.name) {
            return Err(format!("`{path}` is an object whose members have no names here"));
        }
        let name = self.name(names);
        let mut record = format!("record {name} {{");
        for (index, Field { name, ty }) in fields.iter().enumerate() {
            // Writing into a text cannot fail.
            let _ = write!(record, "{} {name}: {ty}", if index > 0 { "," } else { "" });
        }
        self.declared.push(format!("{record} }}\n"));
        Ok(name)
    }

    fn name(&mut self, names: &[&str]) -> String {
        let mut name = type_name(names);
        while !self.used.insert(name.clone()) {
            name.push('_');
        }
        name
    }
}

/// Whether a number may be negative.
fn sign(at: &Tree, path: &str, notes: &mut Vec<String>) -> &'static str {
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

fn of(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("`{path}` ") }
}

/// A part of a schema, in the whole that it refers to.
#[derive(Clone, Copy)]
struct Schema<'a> {
    root: &'a Tree,
    at: &'a Tree,
    depth: usize,
}

impl<'a> Schema<'a> {
    fn within(self, at: &'a Tree) -> Result<Schema<'a>, Unsaid> {
        if self.depth >= DEEPEST {
            return Err("refers to itself, or is too deep".to_owned());
        }
        Ok(Schema { at, depth: self.depth.saturating_add(1), ..self })
    }

    /// What it refers to, where it does.
    fn resolved(self) -> Result<Schema<'a>, Unsaid> {
        let Some(reference) = self.at.get("$ref") else { return Ok(self) };
        let unknown = || format!("refers to `{}`, which is not in it", shown(&reference.written()));
        let path = reference.text().and_then(|text| text.strip_prefix("#/")).ok_or_else(unknown)?;
        let mut at = self.root;
        for step in path.split('/') {
            at = at.get(&step.replace("~1", "/").replace("~0", "~")).ok_or_else(unknown)?;
        }
        Schema { at, ..self }.within(at)?.resolved()
    }
}
