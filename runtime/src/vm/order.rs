//! The order of instructions that do not rest on each other.

use lictor_bundle::instr::Instr;

use super::fusion::labels;
use super::operands::operands;

/// How many instructions a constant is carried past at most: conditions are short.
const FAR: usize = 4;

/// The same instructions with constants loaded later, beside what works on them: so they can become part of that.
pub(super) fn late_constants(instrs: &[Instr]) -> Vec<Instr> {
    let labels = labels(instrs);
    let mut instrs = instrs.to_vec();
    for first in (0..instrs.len()).rev() {
        for at in first..first + FAR {
            let Some([constant, next]) = instrs.get_mut(at..).and_then(|rest| rest.first_chunk_mut()) else {
                break;
            };
            if labels.get(at + 1) != Some(&false) || !may_change_places(constant, next) {
                break;
            }
            std::mem::swap(constant, next);
        }
    }
    instrs
}

/// Whether a constant may be loaded after the next instruction as well.
fn may_change_places(constant: &Instr, next: &Instr) -> bool {
    let Instr::Constant { to: loaded, .. } = *constant else { return false };
    match next {
        Instr::Arith { .. }
        | Instr::Business { .. }
        | Instr::Civil { .. }
        | Instr::Length { .. }
        | Instr::Negate { .. }
        | Instr::Part { .. }
        | Instr::ToDecimal { .. } => {
            let (reads, writes) = operands(next);
            reads
                .into_iter()
                .flatten()
                .chain(writes.into_iter().flatten().map(|(to, _)| to))
                .all(|at| at != loaded)
        }
        // What leads elsewhere or says something, and what is asked with more registers than it names.
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use lictor_bundle::instr::{Comparison, Kind, TEMPORARIES};

    use super::*;

    const LOADS: Instr = Instr::Constant { to: 1, constant: 0 };
    const WORKS: Instr = Instr::Length { to: 2, collection: TEMPORARIES };
    const TESTS: Instr = Instr::Compare { op: Comparison::Less, kind: Kind::Int, to: 0, left: 1, right: 2 };

    #[test]
    fn a_constant_is_loaded_beside_what_works_on_it() {
        assert_eq!(late_constants(&[LOADS, WORKS, TESTS]), [WORKS, LOADS, TESTS]);
    }

    #[test]
    fn a_constant_stays_where_its_register_is_used_or_something_leads_between() {
        let copies = Instr::Length { to: 2, collection: 1 };
        let writes = Instr::Length { to: 1, collection: TEMPORARIES };
        for next in [copies, writes] {
            assert_eq!(late_constants(&[LOADS, next, TESTS]), [LOADS, next, TESTS]);
        }
        let around = [Instr::JumpIf { condition: 0, target: 2 }, LOADS, WORKS, TESTS];
        assert_eq!(late_constants(&around), around);
    }
}
