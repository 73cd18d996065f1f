//! What a bundle says about data beyond its types: marks, and what an execution token does not bind.

use lictor_bundle::marks::Marks;
use lictor_bundle::schema::Schema;

/// How many parts of a request every action shares; they stand before its own fields.
const ENVELOPE: usize = 4;

/// Everything that is marked, by its path: `payment.charge: note`, `Card.number`, `screening( )`.
pub fn marked(schema: &Schema) -> Vec<(String, Marks)> {
    let mut found = Vec::new();
    for (id, record) in schema.records.iter().enumerate() {
        // The record of a request is told under the name of its action, and its first fields are the same for all.
        let action = schema.actions.iter().find(|action| usize::from(action.request) == id);
        let own = if action.is_some() { ENVELOPE } else { 0 };
        for field in record.fields.iter().skip(own).filter(|field| field.marks != Marks::NONE) {
            let path = match action {
                Some(action) => format!("{}: {}", action.name, field.name),
                None => format!("{}.{}", record.name, field.name),
            };
            found.push((path, field.marks));
        }
    }
    for fact in &schema.facts {
        for param in fact.params.iter().filter(|param| param.marks != Marks::NONE) {
            found.push((format!("{}({})", fact.name, param.name), param.marks));
        }
        if fact.marks != Marks::NONE {
            found.push((format!("{}( )", fact.name), fact.marks));
        }
    }
    found
}

/// What is not bound, by its path, and why.
pub fn unbound(schema: &Schema) -> Vec<(String, &str)> {
    let fields = schema.actions.iter().flat_map(|action| {
        action
            .unbound
            .iter()
            .map(move |field| (format!("{}: {}", action.name, field.name), field.text.as_str()))
    });
    fields.collect()
}
