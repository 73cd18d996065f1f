//! Facts: `[{"fact": "sanctions", "args": {"name": "X"}, "value": …}]`, each read by its declared types.

use lictor_bundle::schema::{Fact, FactId, Type};

use super::decoder::{Decoder, Read, Refused};
use super::member::Members;
use super::reader::{Kind, Raw, Reader};
use super::record::read_fields;
use super::refusal::shown;
use super::value;
use crate::arena::Arenas;
use crate::facts::FactTable;
use crate::slot::Slot;

/// Reads the list of facts that stands next.
pub(crate) fn read_list(decoder: &mut Decoder<'_>, facts: &mut FactTable) -> Read<()> {
    decoder.expect(Kind::List)?;
    decoder.enter()?;
    for index in 0.. {
        let another = decoder.json(|reader| reader.element(index == 0));
        if !decoder.in_element(index, another)? {
            break;
        }
        let read = read_fact(decoder, facts);
        decoder.in_element(index, read)?;
    }
    decoder.leave();
    let schema = &decoder.program.bundle.schema;
    match facts.sort().and_then(|twice| schema.facts.get(usize::from(twice))) {
        None => Ok(()),
        Some(fact) => Err(decoder
            .refuse(format!("the fact {} is there twice with the same arguments; send it once", fact.name))),
    }
}

const NAMES: [&str; 3] = ["fact", "args", "value"];

/// Reads a fact. Its members are stepped over first, since the types of the others follow from its name.
fn read_fact(decoder: &mut Decoder<'_>, facts: &mut FactTable) -> Read<()> {
    decoder.expect(Kind::Object)?;
    let mut members = Members::enter(decoder, &NAMES)?;
    let mut parts = [None; 3];
    while let Some((index, name)) = members.next(decoder)? {
        let value = decoder.skip();
        let value = decoder.in_member(name, value)?;
        if let Some(part) = parts.get_mut(index) {
            *part = Some(value);
        }
    }
    let [Some(name), Some(arguments), Some(value)] = parts else {
        return (0..3).try_for_each(|index| members.require(decoder, index));
    };
    let named = fact(decoder, name);
    let (id, fact) = decoder.in_member("fact", named)?;

    let base = decoder.frame.len();
    decoder.frame.resize(base + fact.params.len(), Slot::ZERO);
    let read = decoder.again(arguments, |decoder| read_arguments(decoder, id, base));
    decoder.in_member("args", read)?;

    let at = decoder.frame.len();
    decoder.frame.resize(at + decoder.program.width(fact.result), Slot::ZERO);
    let is_optional = matches!(decoder.program.ty(fact.result), Some(Type::Optional(_)));
    let read = decoder.guarded(fact.marks.secret, |decoder| {
        decoder.vouched_for(true, |decoder| {
            decoder.again(value, |decoder| {
                if is_optional {
                    value::read_nullable(decoder, fact.result, at)
                } else {
                    value::read(decoder, fact.result, at)
                }
            })
        })
    });
    decoder.in_member("value", read)?;
    let value = decoder.keep(at)?;

    let arenas = Arenas { request: decoder.arena, program: &decoder.program.arenas };
    facts.add(decoder.program, arenas, id, decoder.frame.get(base..).unwrap_or(&[]), value);
    decoder.frame.truncate(base);
    members.leave(decoder);
    Ok(())
}

/// The declared fact of this name.
fn fact<'a>(decoder: &mut Decoder<'a>, name: Raw) -> Read<(FactId, &'a Fact)> {
    let name = decoder.again(name, |decoder| {
        decoder.expect(Kind::Text)?;
        decoder.json(Reader::string)
    })?;
    let facts = &decoder.program.bundle.schema.facts;
    let found = facts.binary_search_by(|fact| fact.name.as_str().cmp(&name));
    found
        .ok()
        .and_then(|index| Some((FactId::try_from(index).ok()?, facts.get(index)?)))
        .ok_or_else(|| decoder.refuse(format!("\"{}\" is not a fact that the policy declares", shown(&name))))
}

/// Reads the arguments of a fact, one slot each.
fn read_arguments(decoder: &mut Decoder<'_>, fact: FactId, at: usize) -> Read<()> {
    decoder.expect(Kind::Object)?;
    let arguments = decoder.program.shapes.fact(fact).ok_or(Refused)?;
    read_fields(decoder, arguments, at)
}
