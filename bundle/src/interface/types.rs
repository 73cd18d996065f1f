//! The digests of types and enumerations: of all that a type is made of, so that equal ones mean equal values.

use borsh::BorshSerialize;
use sha2::{Digest as _, Sha256};

use super::Digest;
use crate::layout::Layout;
use crate::schema::{RecordId, Schema, Type, TypeId};
use crate::verify::MAX_DEPTH;

/// The digest of what is declared. Fails for nothing: what is too long to be written has no digest of its own, and is refused as a part of
/// the bundle.
pub(super) fn digest(declared: &impl BorshSerialize) -> Digest {
    let bytes = borsh::to_vec(declared).unwrap_or_default();
    Sha256::new_with_prefix(b"lictor declaration 1\n").chain_update(bytes).finalize().into()
}

/// The layout of a schema, and the digests of its types and enumerations.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Types {
    pub(super) layout: Layout,
    pub(super) enums: Vec<Digest>,
    pub(super) types: Vec<Digest>,
}

impl Types {
    /// Of a schema; none where its types do not follow each other, or are nested too deep: no unit can be linked to it then.
    pub(super) fn of(schema: &Schema) -> Option<Types> {
        let layout = Layout::new(schema).ok()?;
        let enums = schema.enums.iter().map(|named| digest(&("enum", &named.name, &named.values))).collect();
        let mut types = Types { layout, enums, types: Vec::with_capacity(schema.types.len()) };
        let mut records: Vec<Option<(Digest, u8)>> = vec![None; schema.records.len()];
        let mut depths: Vec<u8> = Vec::with_capacity(schema.types.len());
        for ty in &schema.types {
            let (own, depth) = types.one(schema, *ty, &depths, &mut records)?;
            types.types.push(own);
            depths.push(depth);
        }
        Some(types)
    }

    /// The digest of a type, all of whose parts have theirs, and how deep it is nested.
    fn one(
        &self,
        schema: &Schema,
        ty: Type,
        depths: &[u8],
        records: &mut [Option<(Digest, u8)>],
    ) -> Option<(Digest, u8)> {
        let part = |ty: TypeId| Some((self.types.get(usize::from(ty))?, *depths.get(usize::from(ty))?));
        let (own, depth) = match ty {
            Type::Enum(id) => (digest(&("enum", self.enums.get(usize::from(id))?)), 0),
            Type::Record(id) => {
                let known = records.get_mut(usize::from(id))?;
                if known.is_none() {
                    *known = Some(self.record(schema, id, depths)?);
                }
                (*known)?
            }
            Type::Optional(inner) => {
                let (inner, depth) = part(inner)?;
                (digest(&("optional", inner)), depth)
            }
            Type::List { element, min, max } => {
                let (element, depth) = part(element)?;
                (digest(&("list", element, min, max)), depth)
            }
            Type::Set { element, min, max } => {
                let (element, depth) = part(element)?;
                (digest(&("set", element, min, max)), depth)
            }
            Type::Map { entry, min, max } => {
                let (entry, depth) = part(entry)?;
                (digest(&("map", entry, min, max)), depth)
            }
            Type::Sourced(record) => {
                let (record, depth) = part(record)?;
                (digest(&("sourced", record)), depth)
            }
            plain => (digest(&("plain", plain)), 0),
        };
        (depth < 2 * MAX_DEPTH).then_some((own, depth + 1))
    }

    fn record(&self, schema: &Schema, id: RecordId, depths: &[u8]) -> Option<(Digest, u8)> {
        let record = schema.records.get(usize::from(id))?;
        let mut fields = Vec::with_capacity(record.fields.len());
        let mut deepest = 0;
        for field in &record.fields {
            let ty = usize::from(field.ty);
            fields.push((&field.name, self.types.get(ty)?, field.marks));
            deepest = deepest.max(*depths.get(ty)?);
        }
        Some((digest(&("record", &record.name, fields)), deepest))
    }
}
