//! The facts that were supplied with a request, found by what they were asked with.

use std::ops::Range;

use lictor_bundle::marks::Marks;
use lictor_bundle::schema::{Fact, FactId, Field};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::arena::Arenas;
use crate::encode::Encoder;
use crate::json::{self, Writer};
use crate::kept::Keep;
use crate::plan::Program;
use crate::slot::Slot;
use crate::tree::withheld;

/// A fact that a decision has read, in the form in which facts are supplied: with these, the same request is decided the same.
/// What is marked `secret` is withheld: `{"withheld": "secret"}` stands in its place, and who decides again asks for it again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct UsedFact {
    /// Its name; for history the question in the policy's words.
    pub fact: String,
    /// What it was asked with, by name.
    pub args: Map<String, Value>,
    /// What was found; `null` for nothing.
    pub value: Value,
}

/// How far a table was filled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    facts: usize,
    keys: usize,
    arguments: usize,
}

/// The facts supplied, sorted by fact and by their encoded arguments.
#[derive(Default, Debug)]
pub(crate) struct FactTable {
    facts: Vec<SuppliedFact>,
    /// The encoded arguments of all of them.
    keys: Vec<u8>,
    /// The arguments of all of them, one slot each.
    arguments: Vec<Slot>,
    /// The encoded arguments that are looked for.
    wanted: Vec<u8>,
    /// The arguments that are looked for.
    wanted_arguments: Vec<Slot>,
}

#[derive(Debug)]
struct SuppliedFact {
    fact: FactId,
    /// Where its encoded arguments stand in `keys`.
    key: Range<usize>,
    /// Where its arguments begin in `arguments`.
    arguments: usize,
    /// Where its value's slots stand in the request's arena.
    value: u32,
    /// Its place among those that came with the request; none for what a source of history answered.
    supplied: Option<usize>,
    /// Whether a rule has read it.
    used: bool,
}

impl FactTable {
    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.facts.clear();
        self.keys.clear();
        self.arguments.clear();
    }

    /// How far it is filled, before any source of history was asked.
    pub fn mark(&self) -> Mark {
        Mark { facts: self.facts.len(), keys: self.keys.len(), arguments: self.arguments.len() }
    }

    /// Forgets what sources of history answered since the mark was taken, and what was read.
    pub fn go_back(&mut self, mark: Mark) {
        if self.facts.len() > mark.facts {
            self.facts.retain(|fact| fact.supplied.is_some());
        }
        self.keys.truncate(mark.keys);
        self.arguments.truncate(mark.arguments);
        for fact in &mut self.facts {
            fact.used = false;
        }
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
        let first = self.arguments.len();
        self.arguments.extend_from_slice(arguments);
        let key = start..self.keys.len();
        // They come one by one, before anything is looked up.
        let supplied = Some(self.facts.len());
        self.facts.push(SuppliedFact { fact, key, arguments: first, value, supplied, used: false });
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
        self.wanted.clear();
        encode_arguments(program, arenas, fact, arguments, &mut self.wanted);
        self.wanted_arguments.clear();
        self.wanted_arguments.extend_from_slice(arguments);
        let index = self.place(fact).ok()?;
        let found = self.facts.get_mut(index)?;
        found.used = true;
        Some(found.value)
    }

    /// The encoded arguments that were last looked for.
    pub fn wanted(&self) -> &[u8] {
        &self.wanted
    }

    /// Adds the fact that was last looked for, with the place of its value in the request's arena.
    pub fn keep_wanted(&mut self, fact: FactId, value: u32) {
        if let Err(place) = self.place(fact) {
            let start = self.keys.len();
            self.keys.extend_from_slice(&self.wanted);
            let arguments = self.arguments.len();
            self.arguments.extend_from_slice(&self.wanted_arguments);
            let key = start..self.keys.len();
            self.facts
                .insert(place, SuppliedFact { fact, key, arguments, value, supplied: None, used: true });
        }
    }

    /// Where a fact with the arguments that are looked for stands, or where it would.
    fn place(&self, fact: FactId) -> Result<usize, usize> {
        self.facts.binary_search_by(|supplied| {
            let key = self.keys.get(supplied.key.clone()).unwrap_or_default();
            (supplied.fact, key).cmp(&(fact, self.wanted.as_slice()))
        })
    }

    /// The facts that rules have read, by name and arguments.
    pub fn used(&self, program: &Program, arenas: Arenas<'_>) -> Vec<UsedFact> {
        let used = self.facts.iter().filter(|supplied| supplied.used).filter_map(|supplied| {
            let declared = program.bundle.schema.facts.get(usize::from(supplied.fact))?;
            let slots = self.arguments.get(supplied.arguments..).unwrap_or(&[]);
            let args = json::arguments(program, arenas, supplied.fact, slots, false);
            let value = arenas.request.slots(supplied.value, program.width(declared.result)).unwrap_or(&[]);
            let value = if is_secret(declared) {
                withheld()
            } else {
                json::value(program, arenas, declared.result, value)
            };
            Some(UsedFact { fact: declared.name.clone(), args, value })
        });
        used.collect()
    }

    /// Tells the facts that rules have read: the arguments of each, what it answered, and its name.
    pub fn tell(&self, writer: &mut Writer<'_, '_, impl Keep>) {
        let (program, arenas) = (writer.program, writer.arenas);
        for (number, supplied) in self.facts.iter().filter(|supplied| supplied.used).enumerate() {
            let Some(declared) = program.bundle.schema.facts.get(usize::from(supplied.fact)) else {
                continue;
            };
            let arguments = self.arguments.get(supplied.arguments..).unwrap_or(&[]);
            let value = arenas.request.slots(supplied.value, program.width(declared.result)).unwrap_or(&[]);
            let answer = Field {
                name: "value".to_owned(),
                ty: declared.result,
                marks: Marks { secret: is_secret(declared), ..declared.marks },
            };
            writer.below(format_args!("facts[{number}]"), |writer| {
                for (param, slot) in declared.params.iter().zip(arguments) {
                    writer.argument(param, &[*slot]);
                }
                let place = writer.keep.place();
                writer.answer(&answer, value);
                writer.keep.fact(place, &declared.name);
            });
        }
    }

    /// The places of the facts that came with the request and that nothing has read, ascending.
    pub fn unread(&self) -> Vec<usize> {
        let unread = self.facts.iter().filter(|fact| !fact.used).filter_map(|fact| fact.supplied);
        let mut unread: Vec<usize> = unread.collect();
        unread.sort_unstable();
        unread
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

/// Whether what a fact answers is secret: what is asked with something secret has a secret answer.
fn is_secret(fact: &Fact) -> bool {
    fact.marks.secret || fact.params.iter().any(|param| param.marks.secret)
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
