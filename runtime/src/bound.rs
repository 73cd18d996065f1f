//! The fields of an action in canonical bytes, for a host that ties an execution token to them.

use std::collections::BTreeMap;

use lictor_bundle::instr::TEMPORARIES;
use lictor_bundle::schema::{ActionId, Type};

use crate::arena::Arenas;
use crate::encode::Encoder;
use crate::plan::{ENVELOPE, Program};
use crate::scratch::Scratch;

/// The fields of the action that a request asks for, each in the canonical encoding of its type: values of one type have the same bytes only if they are
/// equal. What is absent has no entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActionFields {
    /// The action.
    pub action: String,
    /// The fields that an execution token binds.
    pub bound: BTreeMap<String, Vec<u8>>,
    /// Those that the action declares `unbound`.
    pub unbound: BTreeMap<String, Vec<u8>>,
}

/// The fields of the request that the scratch holds.
pub(crate) fn fields(program: &Program, scratch: &Scratch, action: ActionId) -> Option<ActionFields> {
    let declared = program.bundle.schema.actions.get(usize::from(action))?;
    let (record, places) = program.record(declared.request)?;
    let slots = scratch.frame.get(usize::from(TEMPORARIES)..)?;
    let arenas = Arenas { request: &scratch.arena, program: &program.arenas };
    let (mut bound, mut unbound) = (BTreeMap::new(), BTreeMap::new());
    for (field, at) in record.fields.iter().zip(&places.offsets).skip(ENVELOPE) {
        let slots = slots.get(usize::from(*at)..)?;
        let is_there = || slots.first().copied().unwrap_or_default().bool();
        if matches!(program.ty(field.ty), Some(Type::Optional(_))) && !is_there() {
            continue;
        }
        let mut value = Vec::new();
        Encoder { program, arenas, out: &mut value }.value(field.ty, slots);
        let is_unbound = declared.unbound.iter().any(|unbound| unbound.name == field.name);
        let into = if is_unbound { &mut unbound } else { &mut bound };
        into.insert(field.name.clone(), value);
    }
    Some(ActionFields { action: declared.name.clone(), bound, unbound })
}
