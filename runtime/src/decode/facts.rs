//! Facts: `[{"fact": "sanctions", "args": {"name": "X"}, "value": …}]`, each read by its declared types.

use std::fmt;

use lictor_bundle::schema::{Fact, FactId, Type};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::decoder::Decoder;
use super::member::{MemberName, Names, Seen};
use super::record::read_fields;
use super::refusal::shown;
use super::scalar::unquoted;
use super::value::{Nullable, Value};
use crate::arena::Arenas;
use crate::facts::FactTable;
use crate::slot::Slot;

/// Reads a list of facts.
pub(crate) struct FactList<'d, 'a> {
    pub decoder: &'d mut Decoder<'a>,
    pub facts: &'d mut FactTable,
}

impl<'de> DeserializeSeed<'de> for FactList<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for FactList<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        let FactList { decoder, facts } = self;
        decoder.enter()?;
        for index in 0.. {
            let read = sequence.next_element_seed(OneFact { decoder: &mut *decoder, facts: &mut *facts });
            if decoder.in_element(index, read)?.is_none() {
                break;
            }
        }
        decoder.leave();
        let schema = &decoder.program.bundle.schema;
        match facts.sort().and_then(|twice| schema.facts.get(usize::from(twice))) {
            None => Ok(()),
            Some(fact) => Err(decoder.refuse(format!(
                "the fact {} is there twice with the same arguments; send it once",
                fact.name
            ))),
        }
    }
}

const NAMES: Names<'static> = Names::Fixed(&["fact", "args", "value"]);

/// Reads a fact. Its members are put aside as they are written, since the types of the others follow from its name.
struct OneFact<'d, 'a> {
    decoder: &'d mut Decoder<'a>,
    facts: &'d mut FactTable,
}

impl<'de> DeserializeSeed<'de> for OneFact<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OneFact<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let OneFact { decoder, facts } = self;
        let seen = Seen::enter(decoder, NAMES)?;
        let mut members = [None; 3];
        while let Some(index) =
            map.next_key_seed(MemberName { decoder: &mut *decoder, names: NAMES, seen })?
        {
            let value = map.next_value::<&RawValue>();
            let value = decoder.in_member(NAMES.get(index), value)?;
            if let Some(member) = members.get_mut(index) {
                *member = Some(value);
            }
        }
        let [Some(name), Some(arguments), Some(value)] = members else {
            return (0..3).try_for_each(|index| seen.require(decoder, NAMES, index));
        };
        let named = fact(decoder, name);
        let (id, fact) = decoder.in_member("fact", named)?;

        let base = decoder.frame.len();
        decoder.frame.resize(base + fact.params.len(), Slot::ZERO);
        let read = aside(arguments, Arguments { decoder: &mut *decoder, fact, at: base });
        let read = read.map_err(|error| decoder.refuse_json(&error));
        decoder.in_member("args", read)?;

        let at = decoder.frame.len();
        decoder.frame.resize(at + decoder.program.width(fact.result), Slot::ZERO);
        let is_optional = matches!(decoder.program.ty(fact.result), Some(Type::Optional(_)));
        let read = decoder.guarded(fact.marks.secret, |decoder| {
            let read = decoder.vouched_for(true, |decoder| {
                let seed = Value { decoder, ty: fact.result, at };
                if is_optional { aside(value, Nullable(seed)) } else { aside(value, seed) }
            });
            read.map_err(|error| decoder.refuse_json(&error))
        });
        decoder.in_member("value", read)?;
        let value = decoder.keep(at)?;

        let arenas = Arenas { request: decoder.arena, program: &decoder.program.arenas };
        facts.add(decoder.program, arenas, id, decoder.frame.get(base..).unwrap_or(&[]), value);
        decoder.frame.truncate(base);
        seen.leave(decoder);
        Ok(())
    }
}

/// The declared fact of this name.
fn fact<'a, E: de::Error>(decoder: &mut Decoder<'a>, name: &RawValue) -> Result<(FactId, &'a Fact), E> {
    let name = unquoted(name.get()).unwrap_or_else(|| Err("must be a text".to_owned()));
    let name = name.map_err(|sentence| decoder.refuse(sentence))?;
    let facts = &decoder.program.bundle.schema.facts;
    let found = facts.binary_search_by(|fact| fact.name.as_str().cmp(&name));
    found
        .ok()
        .and_then(|index| Some((FactId::try_from(index).ok()?, facts.get(index)?)))
        .ok_or_else(|| decoder.refuse(format!("\"{}\" is not a fact that the policy declares", shown(&name))))
}

/// Reads what was put aside.
fn aside<'de>(raw: &'de RawValue, seed: impl DeserializeSeed<'de, Value = ()>) -> serde_json::Result<()> {
    seed.deserialize(&mut serde_json::Deserializer::from_str(raw.get()))
}

/// Reads the arguments of a fact, one slot each.
struct Arguments<'d, 'a> {
    decoder: &'d mut Decoder<'a>,
    fact: &'a Fact,
    at: usize,
}

impl<'de> DeserializeSeed<'de> for Arguments<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Arguments<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let offsets: Vec<u16> = (0..).take(self.fact.params.len()).collect();
        read_fields(self.decoder, &self.fact.params, &offsets, self.at, map)
    }
}
