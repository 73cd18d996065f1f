//! What was decided on, told value by value to whoever keeps it: the request and the facts that were read, in canonical form.
//!
//! Decided again with these ([`Engine::decide_again`](crate::Engine::decide_again)), the request is decided the same, to the digest, as long as
//! nothing is covered that the decision rests on.

use lictor_bundle::instr::TEMPORARIES;
use lictor_bundle::marks::Marks;

use crate::arena::Arenas;
use crate::json::Writer;
use crate::plan::{AGENT, CONTEXT, ENVELOPE, MANDATE, Program, USER};
use crate::scratch::Scratch;

/// The member of a request that has the fields of its action.
const PARAMS: &str = "params";
/// The members of a request beside its action as they are declared: the envelope by its numbers, and the action's fields.
const DECLARED: [Option<usize>; ENVELOPE + 1] = [Some(AGENT), Some(USER), Some(MANDATE), Some(CONTEXT), None];
/// The same in the order of their names.
const BY_NAME: [Option<usize>; ENVELOPE + 1] = [Some(AGENT), Some(CONTEXT), Some(MANDATE), None, Some(USER)];

/// Takes down what is told to it, in the form in which requests and facts are read; and says what stands in the place of what must not be kept as it is.
///
/// Lists and objects are opened, and ended once what lies in them was told. In an object, a name comes before each value, in any order.
pub trait Keep {
    /// Nothing stands there.
    fn null(&mut self);

    /// `true` or `false`.
    fn bool(&mut self, bool: bool);

    /// A whole number.
    fn int(&mut self, int: i64);

    /// A text.
    fn text(&mut self, text: &str);

    /// Opens a list.
    fn list(&mut self);

    /// Opens an object.
    fn object(&mut self);

    /// The name of the member that comes next.
    fn name(&mut self, name: &str);

    /// Ends the list or the object that was opened last.
    fn end(&mut self);

    /// How far it is: what comes next begins there.
    fn place(&self) -> usize;

    /// What was told from this place on is a field of the request, or what a fact answered, that is marked `pii` or `secret`. What is inside it came here
    /// before. The path says where it stands: `user.id`, `params.items[0].name`, `facts[2].value`.
    fn marked(&mut self, place: usize, path: &str, marks: Marks);

    /// What was told from this place on is the argument of this name that a fact was asked with, marked or not: it may be made of what is marked elsewhere.
    fn argument(&mut self, place: usize, path: &str, name: &str, marks: Marks);

    /// What was told from this place on is what the fact of this name answered, whose arguments came before it. It was asked about where it is marked.
    fn fact(&mut self, place: usize, name: &str);
}

/// Tells the request of the decision made last with this scratch, without its facts, in the form in which requests are read: its action; nothing where it could not be read.
pub(crate) fn request<'p>(program: &'p Program, scratch: &Scratch, keep: &mut impl Keep) -> Option<&'p str> {
    let action = program.bundle.schema.actions.get(usize::from(scratch.action?))?;
    let (record, places) = program.record(action.request)?;
    let frame = scratch.frame.get(usize::from(TEMPORARIES)..)?;
    let mut writer = writer(program, scratch, keep);

    let field = |writer: &mut Writer<'_, '_, _>, number: usize| {
        if let Some((field, at)) = record.fields.get(number).zip(places.offsets.get(number)) {
            writer.field(field, frame.get(usize::from(*at)..).unwrap_or(&[]));
        }
    };
    let (telling, request) = (&program.telling, action.request);
    let beside = if telling.is_by_name(request) { BY_NAME } else { DECLARED };
    writer.keep.object();
    writer.keep.name("action");
    writer.keep.text(&action.name);
    for member in beside {
        match member {
            Some(number) => field(&mut writer, number),
            None => {
                writer.keep.name(PARAMS);
                writer.keep.object();
                writer.path.push_str(PARAMS);
                telling.own(request).iter().for_each(|number| field(&mut writer, usize::from(*number)));
                writer.path.clear();
                writer.keep.end();
            }
        }
    }
    writer.keep.end();
    Some(&action.name)
}

/// Tells the facts that the decision made last with this scratch has read, answers about the past among them, in the order of their names.
pub(crate) fn facts(program: &Program, scratch: &Scratch, keep: &mut impl Keep) {
    scratch.facts.tell(&mut writer(program, scratch, keep));
}

fn writer<'a, 'k, K: Keep>(program: &'a Program, scratch: &'a Scratch, keep: &'k mut K) -> Writer<'a, 'k, K> {
    let arenas = Arenas { request: &scratch.arena, program: &program.arenas };
    Writer { program, arenas, keep, path: String::with_capacity(64) }
}
