//! Fields of requests by their paths: which register is which field, and the digest of what is declared of it.

use super::Digest;
use super::declared::Declared;
use super::types::digest;
use crate::error::BundleError;
use crate::instr::{Reg, TEMPORARIES};
use crate::marks::Marks;
use crate::schema::{ActionId, Field, RecordId, Type, TypeId};

/// A register of a request.
pub(super) struct Place {
    /// The field's path; with a `?` behind it for whether it is there.
    pub(super) path: String,
    /// Its type; none for whether it is there.
    ty: Option<TypeId>,
    /// Its marks and those of what it stands in.
    marks: Marks,
}

/// What a walk down a request has come to.
#[derive(Clone, Copy)]
struct Step {
    /// The slots before it.
    first: u16,
    ty: TypeId,
    marks: Marks,
}

impl Declared<'_> {
    /// The field that a register of a request for an action is; none where it is none.
    pub(super) fn place(&self, action: ActionId, register: Reg) -> Result<Option<Place>, BundleError> {
        let Some(wanted) = register.checked_sub(TEMPORARIES) else { return Ok(None) };
        let Some(mut record) = self.request(action) else { return Ok(None) };
        let (mut path, mut first, mut marks) = (String::new(), 0, Marks::NONE);
        loop {
            let Some((field, at)) = self.field_before(record, wanted - first)? else { return Ok(None) };
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&field.name);
            let mut step = Step { first: first + at, ty: field.ty, marks: both(marks, field.marks) };
            if let Some(Type::Optional(inner)) = self.type_of(step.ty) {
                if step.first == wanted {
                    path.push('?');
                    return Ok(Some(Place { path, ty: None, marks: step.marks }));
                }
                step = Step { first: step.first + 1, ty: inner, ..step };
            }
            match self.type_of(step.ty) {
                Some(Type::Record(inner)) => (record, first, marks) = (inner, step.first, step.marks),
                Some(_) if step.first == wanted => {
                    return Ok(Some(Place { path, ty: Some(step.ty), marks: step.marks }));
                }
                _ => return Ok(None),
            }
        }
    }

    /// The register that a path of an action's request leads to; none where it leads to none.
    pub(super) fn place_at(&self, action: ActionId, path: &str) -> Result<Option<(Reg, Place)>, BundleError> {
        let Some(mut record) = self.request(action) else { return Ok(None) };
        let (names, asks) = path.strip_suffix('?').map_or((path, false), |names| (names, true));
        let (mut first, mut marks) = (0u16, Marks::NONE);
        let mut names = names.split('.').peekable();
        while let Some(name) = names.next() {
            let Some((field, at)) = self.field_called(record, name)? else { return Ok(None) };
            let mut step = Step { first: first + at, ty: field.ty, marks: both(marks, field.marks) };
            let is_last = names.peek().is_none();
            let optional = match self.type_of(step.ty) {
                Some(Type::Optional(inner)) => Some(inner),
                _ => None,
            };
            if is_last && asks {
                let place = Place { path: path.to_owned(), ty: None, marks: step.marks };
                return Ok(optional
                    .and(step.first.checked_add(TEMPORARIES))
                    .map(|register| (register, place)));
            }
            if let Some(inner) = optional {
                step = Step { first: step.first + 1, ty: inner, ..step };
            }
            match (self.type_of(step.ty), is_last) {
                (Some(Type::Record(inner)), false) => {
                    (record, first, marks) = (inner, step.first, step.marks)
                }
                (Some(Type::Record(_)) | None, _) | (_, false) => return Ok(None),
                (Some(_), true) => {
                    let place = Place { path: path.to_owned(), ty: Some(step.ty), marks: step.marks };
                    return Ok(step.first.checked_add(TEMPORARIES).map(|register| (register, place)));
                }
            }
        }
        Ok(None)
    }

    /// The digest of what is declared of a field: its type, its marks, and whether a token binds it.
    pub(super) fn field(&self, action: ActionId, place: &Place) -> Option<Digest> {
        let action = self.head.schema.actions.get(usize::from(action))?;
        let ty = match place.ty {
            Some(ty) => Some(self.ty(ty)?),
            None => None,
        };
        let path = place.path.trim_end_matches('?');
        let is_in = |whole: &str| {
            path.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let unbound = action.unbound.iter().any(|unbound| is_in(&unbound.name));
        Some(digest(&("field", &place.path, ty, place.marks, unbound)))
    }

    fn request(&self, action: ActionId) -> Option<RecordId> {
        Some(self.head.schema.actions.get(usize::from(action))?.request)
    }

    fn type_of(&self, ty: TypeId) -> Option<Type> {
        self.head.schema.types.get(usize::from(ty)).copied()
    }

    /// The field of a record in which a slot lies, and where it begins.
    fn field_before(&self, record: RecordId, slot: u16) -> Result<Option<(&Field, u16)>, BundleError> {
        let Some(types) = &self.types else { return Ok(None) };
        let Some(layout) = types.layout.record(record) else { return Ok(None) };
        self.spend(16)?;
        let before = layout.offsets.partition_point(|offset| *offset <= slot).checked_sub(1);
        let fields = self.head.schema.records.get(usize::from(record)).map(|record| &record.fields);
        let found = before.and_then(|at| Some((fields?.get(at)?, *layout.offsets.get(at)?)));
        Ok(found.filter(|_| slot < layout.width))
    }

    fn field_called(&self, record: RecordId, name: &str) -> Result<Option<(&Field, u16)>, BundleError> {
        let Some(types) = &self.types else { return Ok(None) };
        let Some(layout) = types.layout.record(record) else { return Ok(None) };
        let fields = self.head.schema.records.get(usize::from(record)).map(|record| record.fields.as_slice());
        let fields = fields.unwrap_or_default();
        self.spend(fields.len())?;
        let found = fields.iter().zip(&layout.offsets).find(|(field, _)| field.name == name);
        Ok(found.map(|(field, offset)| (field, *offset)))
    }
}

/// What is marked either way.
fn both(one: Marks, other: Marks) -> Marks {
    Marks {
        pii: one.pii || other.pii,
        secret: one.secret || other.secret,
        attested: one.attested || other.attested,
    }
}
