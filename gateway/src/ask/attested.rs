//! What of an action's own fields only the host may say: those that the policy marks `attested`.

use lictor_bundle::schema::{Field, Schema, Type, TypeId};
use serde_json::value::RawValue;

use super::asked::fields;
use super::entities::Entities;
use crate::json::{Object, Wrong};

/// Refuses an attested field that the caller has sent.
///
/// # Errors
/// There is one: where it stood.
pub(crate) fn refuse_attested(entities: &Entities<'_>, schema: &Schema) -> Result<(), Wrong> {
    sent(entities, schema).map_or(Ok(()), Err)
}

/// The first attested field that the caller has sent. The engine refuses it as well; this finds where it stood in what was sent.
pub(super) fn sent(entities: &Entities<'_>, schema: &Schema) -> Option<Wrong> {
    let fields = fields(schema, &entities.action)?;
    let walk = Walk { schema };
    let of_action = entities.action_properties.as_ref().and_then(|sent| walk.members(fields, sent));
    of_action.or_else(|| {
        let sent = entities.resource_properties.as_ref()?;
        match fields.iter().find(|field| field.name == *entities.resource_type) {
            None => walk.members(fields, sent),
            Some(field) => walk.members(walk.record(field.ty)?, sent),
        }
    })
}

struct Walk<'s> {
    schema: &'s Schema,
}

impl<'s> Walk<'s> {
    fn members(&self, fields: &[Field], sent: &Object<'_>) -> Option<Wrong> {
        sent.members().find_map(|(name, value)| {
            let field = fields.iter().find(|field| field.name == name)?;
            let path = sent.path_of(name);
            if field.marks.attested {
                let what =
                    "is for the gateway to say: the policy takes it from nobody who asks; leave it out";
                return Some(Wrong::at(path, what));
            }
            self.value(field.ty, value, &path)
        })
    }

    /// Within a value, as deep as its type goes.
    fn value(&self, ty: TypeId, value: &str, path: &str) -> Option<Wrong> {
        match self.schema.types.get(usize::from(ty))? {
            Type::Optional(inner) => self.value(*inner, value, path),
            Type::Record(_) => self.members(self.record(ty)?, &Object::read(value, path).ok()?),
            Type::List { element, .. } => {
                let elements: Vec<&RawValue> = serde_json::from_str(value).ok()?;
                let mut elements = elements.into_iter().enumerate();
                elements.find_map(|(at, value)| self.value(*element, value.get(), &format!("{path}[{at}]")))
            }
            _ => None,
        }
    }

    fn record(&self, ty: TypeId) -> Option<&'s [Field]> {
        match self.schema.types.get(usize::from(ty))? {
            Type::Optional(inner) => self.record(*inner),
            Type::Record(id) => Some(&self.schema.records.get(usize::from(*id))?.fields),
            _ => None,
        }
    }
}
