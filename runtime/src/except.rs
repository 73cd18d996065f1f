//! Exceptions: whether one lifts the soft statements of a rule for this request.
//!
//! An exception that cannot be evaluated does not lift: the rule then says what it would say without it, which is never less. To refuse
//! instead would gain nothing, since what the exception lifts from is stricter already; and it would let a fact that nobody could
//! look up, which only the relief needed, stop what the rule itself allows.

use lictor_bundle::program::{Exception, Rule};

use crate::plan::Program;
use crate::rules::Entry;
use crate::scratch::Layer;
use crate::trace::Nobody;
use crate::vm::{self, End, Lifted, Machine, Running};

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
            .any(|unit| (&unit.does.key, unit.does.counts()) == (&exception.layer, exception.mode))
    };
    rule.exceptions.iter().enumerate().filter_map(move |(index, exception)| {
        let at = exception.entries.binary_search_by_key(&entry.action, |(action, _)| *action).ok()?;
        let (_, code) = exception.entries.get(at)?;
        (now <= exception.expires && applies(exception)).then_some((index, usize::from(*code)))
    })
}

impl Machine<'_> {
    /// Finds out what lifts the soft statements of a rule, which is told by its number among those that are running: the first of its
    /// exceptions that holds.
    pub fn lift(&mut self, rule: usize) {
        self.lifted = self.lifting(rule);
    }

    fn lifting(&mut self, rule: usize) -> Option<Lifted> {
        let program = self.program;
        let Running { unit: number, entries, .. } = self.running?;
        let (unit, entry) = (program.unit(number)?, *entries.get(rule)?);
        let rule = unit.does.rules.get(entry.rule)?;
        in_time(program, self.layers, rule, entry, self.now)
            .filter_map(|(exception, code)| {
                Some((exception, unit.rules.exception(code, unit.does, unit.constants)?))
            })
            .find(|(_, code)| vm::run(self, &code.steps, &mut 0, &mut Nobody) == Ok(End::Answer(true)))
            .map(|(exception, _)| Lifted { unit: number, rule: entry.rule, exception })
    }
}
