//! The most steps of putting together the sets of parameters that several layers set.
//!
//! It is done once for each parameter that the rules of an action read. What all sets hold is found by walking through them side by side,
//! two at a time. What any of them holds is found by sorting them as a whole.

use std::collections::BTreeSet;

use crate::instr::Instr;
use crate::program::{Bundle, CodeBlock, Unit};
use crate::schema::{ActionId, Direction, ParamId, ParamValue, Schema};

use super::schema::Declared;
use super::steps::{halvings, text};

/// The parameters that hold a set which layers restrict or extend, and the actions whose code reads them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Merges(BTreeSet<(ActionId, ParamId)>);

impl Merges {
    /// Adds what is read before any unit is looked at.
    pub(super) fn add_conditions(&mut self, bundle: &Bundle) {
        let conditions = bundle.conditions.iter().map(|condition| (condition.action, condition.code));
        let scores = bundle.scores.iter().map(|score| (score.action, score.code));
        self.add(&bundle.schema, &bundle.condition_code, conditions.chain(scores));
    }

    /// Adds what the rules of a unit and their exceptions read.
    pub(super) fn add_unit(&mut self, schema: &Schema, unit: &Unit) {
        let entries = unit.rules.iter().flat_map(|rule| {
            let lifted = rule.exceptions.iter().flat_map(|exception| &exception.entries);
            rule.entries.iter().chain(lifted)
        });
        self.add(schema, &unit.code, entries.copied());
    }

    fn add(&mut self, schema: &Schema, block: &CodeBlock, codes: impl Iterator<Item = (ActionId, u16)>) {
        for (action, code) in codes {
            let instrs = block.codes.get(usize::from(code)).map_or(&[][..], |code| &code.instrs);
            self.0.extend(instrs.iter().filter_map(|instr| match *instr {
                Instr::Param { param, .. } => {
                    let declared = schema.params.get(usize::from(param))?;
                    let is_merged = matches!(declared.direction, Direction::Subset | Direction::Superset);
                    is_merged.then_some((action, param))
                }
                _ => None,
            }));
        }
    }

    /// The most steps for a request of an action, with the bounds of all parameters known.
    pub(super) fn steps(&self, declared: &Declared<'_>, action: ActionId) -> u64 {
        let read = self.0.range((action, ParamId::MIN)..=(action, ParamId::MAX));
        read.fold(0, |steps, (_, param)| steps.saturating_add(merge(declared, *param)))
    }
}

fn merge(declared: &Declared<'_>, param: ParamId) -> u64 {
    let index = usize::from(param);
    let (Some(bound), Some(param)) = (declared.params.get(index), declared.schema.params.get(index)) else {
        return 0;
    };
    let by_default = match &param.default {
        ParamValue::Set(elements) => elements.len() as u64,
        _ => 0,
    };
    let elements = u64::from(bound.elements);
    if elements == by_default {
        // No layer sets it, or to nothing at all.
        return 0;
    }
    let comparisons = match param.direction {
        Direction::Superset => halvings(bound.elements).into(),
        // What is left of the sets before is no larger than the smallest of them.
        _ => 2u64,
    };
    let comparison = 1 + text(bound.bytes.into());
    elements.saturating_mul(comparisons).saturating_mul(comparison)
}
