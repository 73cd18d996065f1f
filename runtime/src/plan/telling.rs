//! In which order the members of objects are told to whoever keeps them ([`Keep`](crate::Keep)).
//!
//! By name, as canonical JSON has them, so that nothing need be put in order afterwards. Where several of them are marked, or have marks inside, it is the order in
//! which they are declared: what is covered is numbered in it.

use lictor_bundle::schema::{Field, RecordId, Schema, Type, TypeId};

use super::ENVELOPE;

/// The orders of all objects.
#[derive(Debug)]
pub(crate) struct Telling {
    /// The fields of each record.
    records: Vec<Box<[u16]>>,
    /// The fields of each action's own, by the record of its requests.
    own: Vec<Box<[u16]>>,
    /// Whether what stands beside them in a request is told by name.
    by_name: Vec<bool>,
}

impl Telling {
    pub fn new(schema: &Schema) -> Telling {
        let mut marks = Marks { schema, types: vec![None; schema.types.len()] };
        let mut telling = Telling { records: Vec::new(), own: Vec::new(), by_name: Vec::new() };
        for record in &schema.records {
            let fields = (0..).zip(&record.fields).map(|(number, field)| (number, field, marks.field(field)));
            let fields: Vec<(u16, &Field, bool)> = fields.collect();
            let (beside, own) = fields.split_at(ENVELOPE.min(fields.len()));
            telling.by_name.push(marked(beside) + marked(own).min(1) <= 1);
            telling.own.push(ordered(own));
            telling.records.push(ordered(&fields));
        }
        telling
    }

    /// The numbers of a record's fields.
    pub fn record(&self, record: RecordId) -> &[u16] {
        self.records.get(usize::from(record)).map_or(&[], |order| order)
    }

    /// The numbers of the fields that an action's request has beside the envelope.
    pub fn own(&self, request: RecordId) -> &[u16] {
        self.own.get(usize::from(request)).map_or(&[], |order| order)
    }

    /// Whether the members of a request are told by name, all fields of its action as one.
    pub fn is_by_name(&self, request: RecordId) -> bool {
        self.by_name.get(usize::from(request)).copied().unwrap_or_default()
    }
}

/// How many fields are marked, or have marks inside.
fn marked(fields: &[(u16, &Field, bool)]) -> usize {
    fields.iter().filter(|(.., is_marked)| *is_marked).count()
}

fn ordered(fields: &[(u16, &Field, bool)]) -> Box<[u16]> {
    let mut order = fields.to_vec();
    if marked(fields) <= 1 {
        order.sort_by(|(_, one, _), (_, next, _)| one.name.cmp(&next.name));
    }
    order.into_iter().map(|(number, ..)| number).collect()
}

/// Finds marks.
struct Marks<'s> {
    schema: &'s Schema,
    /// Of each type, whether there are some inside, once it is known.
    types: Vec<Option<bool>>,
}

impl Marks<'_> {
    fn field(&mut self, field: &Field) -> bool {
        field.marks.pii || field.marks.secret || self.inside(field.ty)
    }

    /// A type refers only to types that stand before it, so this ends.
    fn inside(&mut self, id: TypeId) -> bool {
        let at = usize::from(id);
        if let Some(Some(known)) = self.types.get(at) {
            return *known;
        }
        let schema = self.schema;
        let found = match schema.types.get(at) {
            Some(Type::Record(record)) => {
                let fields =
                    schema.records.get(usize::from(*record)).map_or(&[][..], |record| &record.fields);
                fields.iter().any(|field| self.field(field))
            }
            other => other.and_then(Type::inner).is_some_and(|inner| self.inside(inner)),
        };
        if let Some(known) = self.types.get_mut(at) {
            *known = Some(found);
        }
        found
    }
}
