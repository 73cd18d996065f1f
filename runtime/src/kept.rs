//! What was decided on, for whoever keeps it: the request and the facts that were read, in canonical form, with something else in the place of
//! what is marked.
//!
//! Decided again with these ([`Engine::decide_again`](crate::Engine::decide_again)), the request is decided the same, to the digest, as long as
//! nothing is covered that the decision rests on.

use lictor_bundle::instr::TEMPORARIES;
use lictor_bundle::marks::Marks;
use serde_json::{Map, Value};

use crate::arena::Arenas;
use crate::facts::UsedFact;
use crate::json::Writer;
use crate::plan::{ENVELOPE, Program};
use crate::scratch::Scratch;

/// Says what stands in the place of what must not be kept as it is.
pub trait Cover {
    /// A field of the request, or what a fact answered, that is marked `pii` or `secret`. What is inside it was asked about before. The path says where
    /// it stands: `user.id`, `params.items[0].name`, `facts[2].value`.
    fn field(&mut self, path: &str, marks: Marks, value: Value) -> Value;

    /// An argument that a fact was asked with, marked or not: it may be made of what is marked elsewhere.
    fn argument(&mut self, path: &str, marks: Marks, value: Value) -> Value;
}

/// What was decided on.
#[derive(Clone, PartialEq, Debug)]
pub struct Kept {
    /// The action.
    pub action: String,
    /// The request, without its facts, in the form in which requests are read.
    pub request: Map<String, Value>,
    /// The facts that were read, answers about the past among them, in the order of their names.
    pub facts: Vec<UsedFact>,
}

/// What the decision made last with this scratch was made on; nothing where its request could not be read.
pub(crate) fn kept(program: &Program, scratch: &Scratch, cover: &mut dyn Cover) -> Option<Kept> {
    let action = program.bundle.schema.actions.get(usize::from(scratch.action?))?;
    let (record, places) = program.record(action.request)?;
    let frame = scratch.frame.get(usize::from(TEMPORARIES)..)?;
    let arenas = Arenas { request: &scratch.arena, program: &program.arenas };
    let mut writer = Writer { program, arenas, cover, path: String::new() };

    let mut request = Map::new();
    request.insert("action".to_owned(), action.name.as_str().into());
    let mut params = Map::new();
    for (index, (field, at)) in record.fields.iter().zip(&places.offsets).enumerate() {
        let slots = frame.get(usize::from(*at)..).unwrap_or(&[]);
        let own = index >= ENVELOPE;
        let value = writer.below(if own { "params" } else { "" }, |writer| writer.field(field, slots));
        if !value.is_null() {
            let members = if own { &mut params } else { &mut request };
            members.insert(field.name.clone(), value);
        }
    }
    request.insert("params".to_owned(), Value::Object(params));

    let facts = scratch.facts.covered(&mut writer);
    Some(Kept { action: action.name.clone(), request, facts })
}
