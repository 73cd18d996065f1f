//! Objects: records with their fields, and maps.

use std::fmt::Write as _;

use super::part::Schema;
use super::{CHANGES, Field, Types, Unsaid};
use crate::schema::can_be_named;
use crate::schema::names::field;
use crate::tree::{Tree, shown};

impl Types {
    pub(super) fn fields(
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

    pub(super) fn object(
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
}

fn of(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("`{path}` ") }
}
