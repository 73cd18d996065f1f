//! What of a request only the host may say, by the declarations of a bundle.

use std::collections::BTreeSet;

use lictor_bundle::schema::{Record, Schema, Type};

/// The names that a caller may not use, because policies read what stands under them and take it for the host's word.
#[derive(Debug, Default)]
pub(crate) struct Said {
    agent: BTreeSet<String>,
    context: BTreeSet<String>,
}

/// What the host says of every request, whether a policy asks for it or not.
const ALWAYS: [&str; 3] = ["now", "ip", "session"];

impl Said {
    /// The names of all actions together: who misspells an action may say no more.
    pub fn of(schema: &Schema) -> Said {
        let mut said = Said::default();
        said.agent.insert("id".to_owned());
        said.context.extend(ALWAYS.map(str::to_owned));
        for action in &schema.actions {
            let Some(request) = schema.records.get(usize::from(action.request)) else { continue };
            for (part, into) in [("agent", &mut said.agent), ("context", &mut said.context)] {
                let names = inside(schema, request, part).into_iter().flat_map(|record| &record.fields);
                into.extend(names.map(|field| field.name.clone()));
            }
        }
        said
    }

    /// Whether only the host says this of an agent.
    pub fn of_agent(&self, name: &str) -> bool {
        self.agent.contains(name)
    }

    /// Whether only the host says this of the circumstances.
    pub fn of_context(&self, name: &str) -> bool {
        self.context.contains(name)
    }
}

/// The record of a part of the envelope.
pub(super) fn inside<'s>(schema: &'s Schema, request: &Record, part: &str) -> Option<&'s Record> {
    let field = request.fields.iter().find(|field| field.name == part)?;
    let mut ty = schema.types.get(usize::from(field.ty))?;
    if let Type::Optional(inner) = ty {
        ty = schema.types.get(usize::from(*inner))?;
    }
    match ty {
        Type::Record(id) => schema.records.get(usize::from(*id)),
        _ => None,
    }
}
