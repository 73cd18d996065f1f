//! What of a request is true: which of its optional values are there, and what its truth values say.
//!
//! Most rules begin by asking whether something is there. Whether the first slots of a request are true is noted when it is read, a
//! bit each, so that any number of such questions is one, and part of the operation that rests on them.

use lictor_bundle::instr::{Instr, Pc, Reg, TEMPORARIES};

use super::operations::Op;
use crate::slot::Slot;

/// What must be true for a step.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Given {
    /// The slots of the request, a bit each.
    pub needs: u64,
    /// How many steps it goes on instead where one of them is not.
    pub otherwise: u16,
}

/// The slots of a request that are not true, of those that have a bit.
pub(crate) fn untrue(request: &[Slot]) -> u64 {
    let first = request.iter().take(u64::BITS as usize).rev();
    !first.fold(0, |bits, slot| bits << 1 | u64::from(slot.bool()))
}

impl Given {
    /// What an instruction asks of the request, which stands at `here`, and what is done where it is so, if that is not to go ahead. What
    /// it leads to is still the number of an instruction.
    pub fn asked(instr: &Instr, here: usize) -> Option<(Given, Option<Op>)> {
        match *instr {
            Instr::JumpUnless { condition, target } => {
                Some((Given { needs: bit(condition)?, otherwise: target }, None))
            }
            Instr::JumpIf { condition, target } => {
                let ahead = Given { needs: bit(condition)?, otherwise: here as Pc + 1 };
                Some((ahead, Some(Op::Jump { further: target })))
            }
            _ => None,
        }
    }

    /// Both at once, where that is possible.
    pub fn and(self, other: Given) -> Option<Given> {
        let is_one = self == Given::default() || self.otherwise == other.otherwise;
        is_one.then_some(Given { needs: self.needs | other.needs, ..other })
    }
}

/// The bit of a register that is one of the request's first slots.
fn bit(register: Reg) -> Option<u64> {
    1u64.checked_shl(register.checked_sub(TEMPORARIES)?.into())
}

#[cfg(test)]
mod tests {
    use super::super::fusion::tests::{AMOUNT, OTHER, steps};
    use super::super::operations::Step;
    use super::*;

    /// Each step of a rule that refuses at its end: the slots that must be true for it, how far it goes where they are not, and what it does.
    fn given(instrs: impl IntoIterator<Item = Instr>) -> Vec<(u64, u16, Op)> {
        let steps = steps(instrs, &[]);
        steps.iter().map(|Step { given, op }| (given.needs, given.otherwise, *op)).collect()
    }

    #[test]
    fn what_is_asked_of_the_request_is_part_of_what_rests_on_it() {
        let unless = |condition, target| Instr::JumpUnless { condition, target };
        let both = given([unless(AMOUNT, 3), unless(OTHER, 3), Instr::Length { to: 0, collection: OTHER }]);
        assert!(matches!(*both, [(3, 1, Op::Compute(_)), (0, _, Op::Deny { .. })]), "{both:?}");
        // Where they lead to different places, and where something leads between them.
        let elsewhere = given([unless(AMOUNT, 2), unless(OTHER, 3)]);
        assert!(
            matches!(
                *elsewhere,
                [(1, 2, Op::Jump { further: 1 }), (2, 2, Op::Jump { .. }), (0, _, Op::Deny { .. })]
            ),
            "{elsewhere:?}"
        );
        let between =
            given([Instr::JumpUnless { condition: 0, target: 2 }, unless(AMOUNT, 4), unless(OTHER, 4)]);
        assert!(
            matches!(
                *between,
                [
                    (0, _, Op::Zero { .. }),
                    (0, _, Op::If { .. }),
                    (1, 2, Op::Jump { further: 1 }),
                    (2, 1, Op::Deny { .. })
                ]
            ),
            "{between:?}"
        );
    }

    #[test]
    fn what_must_not_be_so_leads_away_where_it_is() {
        let asked = given([
            Instr::JumpUnless { condition: AMOUNT, target: 2 },
            Instr::JumpIf { condition: OTHER, target: 3 },
        ]);
        assert!(matches!(*asked, [(3, 1, Op::Jump { further: 2 }), (0, _, Op::Deny { .. })]), "{asked:?}");
    }

    #[test]
    fn a_slot_beyond_those_that_have_a_bit_is_asked_by_itself() {
        let far = |slot| given([Instr::JumpUnless { condition: TEMPORARIES + slot, target: 2 }]);
        assert!(matches!(*far(63), [(needs, 1, Op::Deny { .. })] if needs == 1 << 63));
        assert!(matches!(*far(64), [(0, _, Op::If { .. }), (0, _, Op::Deny { .. })]));
    }

    #[test]
    fn the_first_slots_that_are_not_true_are_noted() {
        let [no, yes] = [false, true].map(Slot::from_bool);
        assert_eq!(untrue(&[]), u64::MAX);
        assert_eq!(untrue(&[yes, no, yes]), !0b101);
        let many: Vec<Slot> = (0..100).map(|number| Slot::from_bool(number % 3 == 0)).collect();
        assert!((0..64).all(|number| (untrue(&many) >> number & 1 == 0) == (number % 3 == 0)));
    }
}
