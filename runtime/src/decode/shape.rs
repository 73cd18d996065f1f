//! Fields made ready for reading: what can be known of them before a request comes.

use lictor_bundle::layout::Layout;
use lictor_bundle::schema::{FactId, Field, RecordId, Schema, Type};

/// The fields of all records, and the arguments of all facts.
#[derive(Debug)]
pub(crate) struct Shapes {
    records: Vec<Vec<Shape>>,
    facts: Vec<Vec<Shape>>,
}

/// What is known of a field.
#[derive(Debug)]
pub(crate) struct Shape {
    pub name: String,
    /// Its type, without the `?`.
    pub ty: Type,
    /// Whether it may be left out. Then the first of its slots says whether it is there, and all of them are zero where it is not.
    pub optional: bool,
    /// Where its slots start among those of its record.
    pub offset: usize,
    pub secret: bool,
    pub attested: bool,
    /// Whether something in the record that it is, or in records inside that, is attested.
    pub holds_attested: bool,
}

impl Shapes {
    /// Those of a schema that has this layout. None where they do not belong together.
    pub fn new(schema: &Schema, layout: &Layout) -> Option<Shapes> {
        // Types refer to earlier ones only, so one pass knows all that is inside of each.
        let mut attested: Vec<bool> = Vec::with_capacity(schema.types.len());
        for ty in &schema.types {
            let holds = |ty: u16| attested.get(usize::from(ty)) == Some(&true);
            let inside = match *ty {
                Type::Optional(inner) => holds(inner),
                Type::Record(id) => {
                    let record = schema.records.get(usize::from(id))?;
                    record.fields.iter().any(|field| field.marks.attested || holds(field.ty))
                }
                _ => false,
            };
            attested.push(inside);
        }
        let shape = |field: &Field, offset: u16| {
            let (ty, optional) = match *schema.types.get(usize::from(field.ty))? {
                Type::Optional(inner) => (*schema.types.get(usize::from(inner))?, true),
                ty => (ty, false),
            };
            Some(Shape {
                name: field.name.clone(),
                ty,
                optional,
                offset: usize::from(offset),
                secret: field.marks.secret,
                attested: field.marks.attested,
                holds_attested: *attested.get(usize::from(field.ty))?,
            })
        };
        let record = |(id, fields): (RecordId, &Vec<Field>)| {
            let offsets = &layout.record(id)?.offsets;
            fields.iter().zip(offsets).map(|(field, offset)| shape(field, *offset)).collect::<Option<_>>()
        };
        // The arguments of a fact take a slot each.
        let fact = |params: &Vec<Field>| (0..).zip(params).map(|(at, param)| shape(param, at)).collect();
        Some(Shapes {
            records: (0..)
                .zip(schema.records.iter().map(|record| &record.fields))
                .map(record)
                .collect::<Option<_>>()?,
            facts: schema.facts.iter().map(|declared| fact(&declared.params)).collect::<Option<_>>()?,
        })
    }

    /// The fields of a record.
    pub fn record(&self, id: RecordId) -> Option<&[Shape]> {
        self.records.get(usize::from(id)).map(Vec::as_slice)
    }

    /// The arguments of a fact.
    pub fn fact(&self, id: FactId) -> Option<&[Shape]> {
        self.facts.get(usize::from(id)).map(Vec::as_slice)
    }
}
