//! Exceptions: whether one lifts the soft statements of a rule for this request.
//!
//! An exception that cannot be evaluated does not lift: the rule then says what it would say without it, which is never less. To refuse
//! instead would gain nothing, since what the exception lifts from is stricter already; and it would let a fact that nobody could
//! look up, which only the relief needed, stop what the rule itself allows.

use lictor_bundle::program::{Exception, Rule};

use crate::history::Past;
use crate::plan::Program;
use crate::scratch::{Layer, Scratch};
use crate::trace::Nobody;
use crate::unit::Entry;
use crate::vm::{self, End, Machine};

/// The exceptions of a rule whose layers apply, be they observed where those are decided with, and whose days are not over: the index
/// of each among the rule's, and that of its code for the action.
pub(crate) fn in_time<'p, 'l>(
    program: &'p Program,
    layers: &'l [Layer],
    rule: &'p Rule,
    entry: Entry,
    now: i64,
) -> impl Iterator<Item = (usize, usize)> + use<'p, 'l> {
    let applies = move |exception: &Exception| {
        layers
            .iter()
            .filter_map(|layer| program.unit(layer.unit))
            .any(|unit| (&unit.does.key, unit.does.mode) == (&exception.layer, exception.mode))
    };
    rule.exceptions.iter().enumerate().filter_map(move |(index, exception)| {
        let at = exception.entries.binary_search_by_key(&entry.action, |(action, _)| *action).ok()?;
        let (_, code) = exception.entries.get(at)?;
        (now <= exception.expires && applies(exception)).then_some((index, usize::from(*code)))
    })
}

/// The exception that lifts the soft statements of a rule, by its index among the rule's: the first that holds.
pub(crate) fn lifting(
    program: &Program,
    scratch: &mut Scratch,
    unit: usize,
    rule: &Rule,
    entry: Entry,
    past: (Option<&dyn Past>, i64),
) -> Option<usize> {
    // Most rules have none, and pay nothing.
    if rule.exceptions.is_empty() {
        return None;
    }
    let plan = program.unit(unit)?;
    let (past, now) = past;
    let layers = std::mem::take(&mut scratch.layers);
    let mut found = None;
    for (exception, code) in in_time(program, &layers, rule, entry, now) {
        let Some(code) = plan.does.code.codes.get(code) else { continue };
        // Exceptions do not read parameters, so they miss no layer.
        let past = past.map(|past| (past, now));
        let mut machine = Machine::new(program, scratch, plan.constants, past, None);
        if let Ok(End::Answer(true)) = vm::run(&mut machine, code, &mut Nobody) {
            found = Some(exception);
            break;
        }
    }
    scratch.layers = layers;
    found
}
