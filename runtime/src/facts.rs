//! The facts that were supplied with a request, found by what they were asked with.

use std::ops::Range;

use lictor_bundle::schema::FactId;

use crate::arena::Arenas;
use crate::encode::Encoder;
use crate::plan::Program;
use crate::slot::Slot;

/// The facts supplied, sorted by fact and by their encoded arguments.
#[derive(Default, Debug)]
pub(crate) struct FactTable {
    facts: Vec<SuppliedFact>,
    /// The encoded arguments of all of them.
    keys: Vec<u8>,
    /// The encoded arguments that are looked for.
    wanted: Vec<u8>,
}

#[derive(Debug)]
struct SuppliedFact {
    fact: FactId,
    /// Where its encoded arguments stand in `keys`.
    key: Range<usize>,
    /// Where its value's slots stand in the request's arena.
    value: u32,
}

impl FactTable {
    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.facts.clear();
        self.keys.clear();
    }

    /// Adds a fact with its arguments, one slot each, and the place of its value in the request's arena.
    pub fn add(
        &mut self,
        program: &Program,
        arenas: Arenas<'_>,
        fact: FactId,
        arguments: &[Slot],
        value: u32,
    ) {
        let start = self.keys.len();
        encode_arguments(program, arenas, fact, arguments, &mut self.keys);
        self.facts.push(SuppliedFact { fact, key: start..self.keys.len(), value });
    }

    /// Sorts the facts, and tells which one is there twice, if any is.
    pub fn sort(&mut self) -> Option<FactId> {
        let FactTable { facts, keys, .. } = self;
        let key = |fact: &SuppliedFact| (fact.fact, keys.get(fact.key.clone()).unwrap_or_default());
        facts.sort_unstable_by(|left, right| key(left).cmp(&key(right)));
        let twice = facts.windows(2).find(|pair| match pair {
            [left, right] => key(left) == key(right),
            _ => false,
        });
        twice.and_then(|pair| pair.first()).map(|fact| fact.fact)
    }

    /// Where the value of the fact asked with these arguments stands in the request's arena.
    pub fn find(
        &mut self,
        program: &Program,
        arenas: Arenas<'_>,
        fact: FactId,
        arguments: &[Slot],
    ) -> Option<u32> {
        if self.facts.is_empty() {
            return None;
        }
        self.wanted.clear();
        encode_arguments(program, arenas, fact, arguments, &mut self.wanted);
        let found = self.facts.binary_search_by(|supplied| {
            let key = self.keys.get(supplied.key.clone()).unwrap_or_default();
            (supplied.fact, key).cmp(&(fact, self.wanted.as_slice()))
        });
        found.ok().and_then(|index| self.facts.get(index)).map(|fact| fact.value)
    }

    /// Writes all facts: how many, and of each its name, arguments and value.
    pub fn encode(&self, encoder: &mut Encoder<'_>) {
        encoder.out.extend_from_slice(&(self.facts.len() as u32).to_be_bytes());
        for supplied in &self.facts {
            let Some(fact) = encoder.program.bundle.schema.facts.get(usize::from(supplied.fact)) else {
                continue;
            };
            encoder.text(&fact.name);
            encoder.out.extend_from_slice(self.keys.get(supplied.key.clone()).unwrap_or_default());
            let width = encoder.program.width(fact.result);
            encoder.value(fact.result, encoder.arenas.request.slots(supplied.value, width).unwrap_or(&[]));
        }
    }
}

fn encode_arguments(
    program: &Program,
    arenas: Arenas<'_>,
    fact: FactId,
    arguments: &[Slot],
    out: &mut Vec<u8>,
) {
    let Some(fact) = program.bundle.schema.facts.get(usize::from(fact)) else { return };
    let mut encoder = Encoder { program, arenas, out };
    for (param, argument) in fact.params.iter().zip(arguments) {
        encoder.value(param.ty, &[*argument]);
    }
}
