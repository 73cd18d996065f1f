//! The types in use, each once, and how deep each is nested.

use std::collections::BTreeMap;

use lictor_bundle::schema::{EnumId, RecordId, Schema, Type, TypeId};

use crate::ids;

/// The types in use and where each name leads.
#[derive(Clone, Debug, Default)]
pub(super) struct Types {
    ids: BTreeMap<Type, TypeId>,
    /// How deep each type is nested, as a loader counts.
    depths: Vec<u8>,
    pub records: BTreeMap<String, RecordId>,
    pub enums: BTreeMap<String, EnumId>,
    /// The records of map entries and sourced values, by what they hold.
    pub shapes: BTreeMap<Vec<TypeId>, TypeId>,
}

impl Types {
    /// The id of a type, the same each time.
    pub fn intern(&mut self, schema: &mut Schema, ty: Type) -> TypeId {
        if let Some(id) = self.ids.get(&ty) {
            return *id;
        }
        let depth = self.depth(schema, ty);
        self.depths.push(depth);
        schema.types.push(ty);
        let id = ids::number(schema.types.len() - 1);
        self.ids.insert(ty, id);
        id
    }

    /// How deep a type is nested that is made of types which are there.
    pub fn depth(&self, schema: &Schema, ty: Type) -> u8 {
        let of = |id: TypeId| self.depths.get(usize::from(id)).copied().unwrap_or(0);
        match ty {
            Type::Record(id) => {
                let fields = schema.records.get(usize::from(id)).map_or(&[][..], |record| &record.fields);
                1 + fields.iter().map(|field| of(field.ty)).max().unwrap_or(0)
            }
            Type::Optional(inner) => of(inner),
            other => 1 + other.inner().map_or(0, of),
        }
    }
}
