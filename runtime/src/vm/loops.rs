//! Loops as operations.

use lictor_bundle::instr::Instr;

use super::fusion::Fusion;
use super::operations::Op;
use super::test::Operand;

impl Fusion<'_> {
    /// The operation that an instruction of a loop, or what leads to a loop, begins, if it is more than the instruction by itself; and how
    /// many instructions it is.
    pub(super) fn of_loop(&self, instrs: &[Instr], pc: usize) -> Option<(Op, usize)> {
        self.any_within(instrs, pc).or_else(|| Some((self.next(instrs, pc)?, 1)))
    }

    /// The way back to the head of a loop, which is done as well. After a loop's head, an operation begins.
    fn next(&self, instrs: &[Instr], pc: usize) -> Option<Op> {
        let Instr::Repeat { head } = *instrs.get(pc)? else { return None };
        let Instr::Loop { list, index, element, exit } = *instrs.get(usize::from(head))? else { return None };
        self.knows(pc).then_some(Op::Next { list, index, element, back: head + 1, further: exit })
    }

    /// A loop that only asks of each text whether a collection holds it. The loader has verified that nothing leads to its head but what is
    /// before it and its own end.
    fn any_within(&self, instrs: &[Instr], pc: usize) -> Option<(Op, usize)> {
        let &[Instr::Constant { to, .. }, Instr::Loop { list, index, element, exit }, ..] =
            instrs.get(pc..)?
        else {
            return None;
        };
        let (Op::WithinTexts(test), length) = self.at(instrs, pc + 2)? else { return None };
        let end = pc + 2 + length;
        let is_alone =
            *instrs.get(end)? == Instr::Repeat { head: pc as u16 + 1 } && usize::from(exit) == end + 1;
        let counts = to == index && self.is_read_once(index) && self.is_read_once(element);
        let asks = test.left == Operand::register(element)
            && ![index, element].map(Operand::register).contains(&test.right);
        let fits = is_alone && counts && asks && !(pc + 2..=end).any(|inside| self.is_label(inside));
        fits.then_some((Op::AnyWithin { list, test, exit }, end + 1 - pc))
    }
}

#[cfg(test)]
mod tests {
    use lictor_bundle::instr::{Kind, Reg};

    use super::super::fusion::tests::{AMOUNT, OTHER, operations};
    use super::*;

    #[test]
    fn a_loop_goes_on_from_its_end() {
        let each = operations([
            Instr::Constant { to: 0, constant: 0 },
            Instr::Loop { list: AMOUNT, index: 0, element: 1, exit: 4 },
            Instr::Length { to: 1, collection: OTHER },
            Instr::Repeat { head: 1 },
            Instr::Jump { target: 6 },
        ]);
        let [
            ..,
            Op::Loop { further: 5, .. },
            _,
            Op::Next { back: 1, further: 3, .. },
            Op::Jump { .. },
            Op::Deny { .. },
        ] = *each
        else {
            panic!("{each:?}")
        };
    }

    /// `require all(text in AMOUNT: text in 5)`, with the parameter 5 in register 2, the answer in register 3, and its element
    /// in register 1.
    fn all_of(shown: Reg) -> [Instr; 8] {
        [
            Instr::Constant { to: 0, constant: 0 },
            Instr::Loop { list: AMOUNT, index: 0, element: 1, exit: 6 },
            Instr::Param { to: 2, param: 5 },
            Instr::Contains { kind: Kind::Text, to: 3, item: 1, collection: 2 },
            Instr::JumpUnless { condition: 3, target: 7 },
            Instr::Repeat { head: 1 },
            Instr::Jump { target: 8 },
            Instr::Copy { to: 3, from: shown },
        ]
    }

    #[test]
    fn a_loop_that_asks_one_thing_of_each_text_is_one_operation() {
        let one = operations(all_of(OTHER));
        let [Op::AnyWithin { list: AMOUNT, test, exit: 3 }, Op::Jump { .. }, Op::Compute(_), Op::Deny { .. }] =
            *one
        else {
            panic!("{one:?}")
        };
        assert_eq!((test.on, test.further), (false, 2));
    }

    #[test]
    fn a_loop_whose_element_or_turn_somebody_reads_later_is_gone_through() {
        for read_later in [0, 1] {
            let through = operations(all_of(read_later));
            assert!(through.iter().any(|op| matches!(op, Op::Loop { .. })), "{through:?}");
        }
    }
}
