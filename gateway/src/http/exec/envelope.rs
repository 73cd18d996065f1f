//! Envelopes: a token for at most so much, where the agent does not know yet how much it will be.
//!
//! What is asked is decided with every field of the envelope at its most, and the token is bound to that. At the checkout the fields are what is presented: each is
//! held against its most, everything else against what is bound, and the policy decides again about what is presented.

use lictor_bundle::amount::render_minor;
use lictor_bundle::currency::Currency;
use lictor_bundle::schema::{Schema, Type, TypeId};
use lictor_evidence::token::{Comparison, Constraint, Envelope, Value};

use super::money::{self, Money};
use super::purchase::Purchase;
use crate::ask::fields;
use crate::json::{self, Object, Wrong, cut};

/// The member of a body that asks for one.
pub(super) const MEMBER: &str = "envelope";
/// The most fields of one.
const MAX: usize = 16;

/// Reads what a body asks for; nothing where it asks for none.
pub(super) fn asked(body: &Object<'_>, schema: &Schema) -> Result<Option<Envelope>, Wrong> {
    let Some(sent) = body.object(MEMBER)? else { return Ok(None) };
    let params = if Purchase::first(body).is_some() { None } else { body.object("params")? };
    let exact = params.as_ref().unwrap_or(body);
    let mut constraints = Vec::new();
    for (field, bounds) in sent.members() {
        let path = sent.path_of(field);
        if exact.get(field).is_some() {
            let what = "stands in the envelope, too; leave it out of one of them";
            return Err(Wrong::at(exact.path_of(field), what));
        }
        let bounds = Object::read(bounds, &path)?;
        let known = bounds.members().filter(|(name, _)| *name == "max").count();
        let (Some(most), 1, 1) = (bounds.get("max"), known, bounds.members().count()) else {
            return Err(Wrong::at(path, "has one member, `max`, which is the most that is permitted"));
        };
        let kind = kind(body, field, schema).ok_or_else(|| {
            Wrong::at(&path, "is no amount and no whole number of what is asked for; send it with its value")
        })?;
        let most = kind.read(most, &bounds.path_of("max"), schema)?;
        constraints.push(Constraint { field: field.to_owned(), op: Comparison::AtMost, bounds: vec![most] });
    }
    if constraints.is_empty() || constraints.len() > MAX {
        return Err(Wrong::at(MEMBER, format!("has 1 to {MAX} fields; leave it out where values are exact")));
    }
    Ok(Some(Envelope(constraints)))
}

/// A body with the fields of an envelope at their most, in the place of those that are presented.
pub(super) fn at_most(body: &Object<'_>, envelope: &Envelope, schema: &Schema) -> Result<String, Wrong> {
    let of_purchase = Purchase::first(body).is_some();
    let holds = |name: &str| envelope.fields().any(|field| field == name);
    let most: Vec<(&str, String)> = envelope
        .0
        .iter()
        .filter_map(|constraint| {
            Some((constraint.field.as_str(), written(constraint.bounds.first()?, schema)))
        })
        .collect();
    let put = |object: &Object<'_>| {
        let kept = object.members().filter(|(name, _)| !holds(name));
        let kept = kept.map(|(name, value)| (name.to_owned(), value.to_owned()));
        object_of(kept.chain(most.iter().map(|(name, value)| ((*name).to_owned(), value.clone()))))
    };
    if of_purchase {
        return Ok(put(body));
    }
    let params = body.object("params")?.ok_or_else(|| Wrong::at("params", "is missing"))?;
    let params = put(&params);
    let members = body.members().filter(|(name, _)| *name != "params");
    let members = members.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Ok(object_of(members.chain([("params".to_owned(), params)])))
}

/// What is presented for the fields of an envelope. What is not there, or is no value of its type, is none of them.
pub(super) fn presented(
    body: &Object<'_>,
    envelope: &Envelope,
    schema: &Schema,
) -> Option<Vec<(String, Value)>> {
    let params = if Purchase::first(body).is_some() { None } else { Some(body.object("params").ok()??) };
    let at = params.as_ref().unwrap_or(body);
    let value = |field: &str| {
        let kind = kind(body, field, schema)?;
        Some((field.to_owned(), kind.read(at.get(field)?, field, schema).ok()?))
    };
    envelope.fields().map(value).collect()
}

/// What a field is that has a most.
#[derive(Clone, Copy)]
enum Kind {
    Money,
    Int,
}

impl Kind {
    fn read(self, value: &str, path: &str, schema: &Schema) -> Result<Value, Wrong> {
        match self {
            Kind::Money => {
                let Money { currency, minor, .. } = money::read(&Object::read(value, path)?, schema)?;
                Ok(Value::Money { minor, currency: currency.to_string() })
            }
            Kind::Int => {
                let none = || Wrong::at(path, format!("is {}; send a whole number", cut(value)));
                let whole = json::whole(value).ok_or_else(none)?;
                Ok(Value::Int { value: whole })
            }
        }
    }
}

/// What a field of what is asked for is. Of a purchase the price and the number, of an action its own fields; of a tool's input nobody here knows.
fn kind(body: &Object<'_>, field: &str, schema: &Schema) -> Option<Kind> {
    if Purchase::first(body).is_some() {
        return match field {
            "quantity" => Some(Kind::Int),
            "price" => Some(Kind::Money),
            _ => None,
        };
    }
    let action = body.text("action").ok()?;
    let field = fields(schema, &action)?.iter().find(|known| known.name == field)?;
    of_type(schema, field.ty)
}

fn of_type(schema: &Schema, ty: TypeId) -> Option<Kind> {
    match schema.types.get(usize::from(ty))? {
        // Of what may be negative, less is not less.
        Type::Money { signed: false } => Some(Kind::Money),
        Type::Int { signed: false } => Some(Kind::Int),
        Type::Optional(inner) => of_type(schema, *inner),
        _ => None,
    }
}

/// A value as a request has it.
fn written(value: &Value, schema: &Schema) -> String {
    match value {
        Value::Money { minor, currency } => {
            let digits = Currency::parse(currency).and_then(|code| code.digits(&schema.currencies));
            let amount = render_minor(*minor, digits.unwrap_or_default());
            format!(r#"{{"amount":"{amount}","currency":"{currency}"}}"#)
        }
        Value::Int { value } => value.to_string(),
        // None is asked for here.
        Value::Text { .. } => "null".to_owned(),
    }
}

/// An object of members as they are written.
fn object_of(members: impl Iterator<Item = (String, String)>) -> String {
    let members: Vec<String> =
        members.map(|(name, value)| format!("{}:{value}", serde_json::Value::from(name))).collect();
    format!("{{{}}}", members.join(","))
}
