//! Exceptions: whether one lifts the soft statements of a rule for this request.
//!
//! An exception that cannot be evaluated does not lift: the rule then says what it would say without it, which is never less. To refuse
//! instead would gain nothing, since what the exception lifts from is stricter already; and it would let a fact that nobody could
//! look up, which only the relief needed, stop what the rule itself allows.

use lictor_bundle::program::{Exception, Rule};

use crate::history::Past;
use crate::plan::{Entry, Program};
use crate::scratch::{Layer, Scratch};
use crate::trace::Nobody;
use crate::vm::{self, Effects, End, Machine};

/// The exceptions of a rule whose layers apply, be they observed where those are decided with, and whose days are not over, with the code of each for the action.
pub(crate) fn in_time<'p, 'l>(
    program: &'p Program,
    layers: &'l [Layer],
    rule: &'p Rule,
    entry: Entry,
    now: i64,
) -> impl Iterator<Item = (&'p Exception, usize)> + use<'p, 'l> {
    let applies = move |exception: &Exception| {
        layers
            .iter()
            .filter_map(|layer| program.bundle.units.get(layer.unit))
            .any(|unit| (&unit.key, unit.mode) == (&exception.layer, exception.mode))
    };
    rule.exceptions.iter().filter_map(move |exception| {
        let at = exception.entries.binary_search_by_key(&entry.action, |(action, _)| *action).ok()?;
        let (_, code) = exception.entries.get(at)?;
        (now <= exception.expires && applies(exception)).then_some((exception, usize::from(*code)))
    })
}

/// The exception that lifts the soft statements of a rule: the first that holds.
pub(crate) fn lifting<'p>(
    program: &'p Program,
    scratch: &mut Scratch,
    unit: usize,
    rule: &'p Rule,
    entry: Entry,
    past: (Option<&dyn Past>, i64),
) -> Option<&'p Exception> {
    // Most rules have none, and pay nothing.
    if rule.exceptions.is_empty() {
        return None;
    }
    let (compiled, plan) = program.bundle.units.get(unit).zip(program.units.get(unit))?;
    let (past, now) = past;
    let layers = std::mem::take(&mut scratch.layers);
    let mut found = None;
    for (exception, code) in in_time(program, &layers, rule, entry, now) {
        let Some(code) = compiled.code.codes.get(code) else { continue };
        let mut machine = Machine {
            program,
            frame: &mut scratch.frame,
            constants: &plan.constants,
            arena: &mut scratch.arena,
            facts: &mut scratch.facts,
            // Exceptions do not read parameters.
            layers: &[],
            params: &mut scratch.params,
            merge: &mut scratch.merge,
            past: past.map(|past| (past, now)),
            origin: None,
            effects: &mut Effects::default(),
        };
        if let Ok(End::Answer(true)) = vm::run(&mut machine, code, &mut Nobody) {
            found = Some(exception);
            break;
        }
    }
    scratch.layers = layers;
    found
}
