//! Which instructions of a code become one operation.

use lictor_bundle::instr::{Instr, Pc, Reg};
use lictor_bundle::program::Code;

use super::operands::reads;
use super::operations::Op;
use super::test::Operand;
use super::truths::Given;
use crate::slot::Slot;

/// How many jumps in a row are made one.
const FEW: usize = 3;

/// What is known of a code that decides what may be fused. Without any, nothing is.
#[derive(Default)]
pub(super) struct Fusion<'c> {
    /// For each instruction, whether another one than the one before it leads there.
    labels: Vec<bool>,
    /// How often each temporary is read, other than where that could be within an operation.
    read: Vec<u32>,
    /// What the code loads, as far as it is known.
    constants: &'c [Slot],
}

/// Instructions that could be one operation: a test and the jump that hangs on its answer, and before them what loads one of its values.
struct Shape {
    /// What is loaded, and the register that it would go to.
    loaded: Option<(Operand, Reg)>,
    /// The test, with all values from registers. What it leads to is still the number of an instruction.
    test: Op,
    /// The register that the answer would go to.
    answer: Reg,
}

impl<'c> Fusion<'c> {
    /// What is known of a code with these instructions.
    pub fn of(code: &Code, instrs: &[Instr], constants: &'c [Slot]) -> Fusion<'c> {
        let (labels, read) = (labels(instrs), vec![0; code.temporaries.len()]);
        let mut fusion = Fusion { labels, read, constants };
        for instr in instrs {
            for register in reads(code, instr) {
                fusion.count(register, 1);
            }
        }
        let mut pc = 0;
        while pc < instrs.len() {
            let shape = fusion.shape(instrs, pc);
            pc += shape.as_ref().map_or(1, Shape::length);
            let Some(Shape { loaded, mut test, answer }) = shape else { continue };
            if let Some((_, register)) = loaded {
                let times = operands_from(&mut test, register).count();
                fusion.count(register, -(times as i32));
            }
            fusion.count(answer, -1);
        }
        fusion
    }

    fn count(&mut self, register: Reg, more: i32) {
        if let Some(read) = self.read.get_mut(usize::from(register)) {
            *read = read.saturating_add_signed(more);
        }
    }

    /// Whether a temporary is read at one place alone.
    pub(super) fn is_read_once(&self, register: Reg) -> bool {
        self.read.get(usize::from(register)) == Some(&1)
    }

    /// Whether nothing reads a temporary but from within an operation.
    pub(super) fn is_passed_on(&self, register: Reg) -> bool {
        self.read.get(usize::from(register)) == Some(&0)
    }

    /// The operation that begins with an instruction, if that is more than the instruction by itself; and how many instructions it is.
    pub fn at(&self, instrs: &[Instr], pc: usize) -> Option<(Op, usize)> {
        if let Some(of_loop) = self.of_loop(instrs, pc) {
            return Some(of_loop);
        }
        let shape = self.shape(instrs, pc)?;
        let length = shape.length();
        let Shape { loaded, mut test, answer } = shape;
        if let Some((operand, register)) = loaded {
            if !self.is_passed_on(register) {
                return None;
            }
            operands_from(&mut test, register).for_each(|from| *from = operand);
        }
        self.is_passed_on(answer).then_some((test.with_number(self.constants), length))
    }

    /// What an instruction asks of the request, as [`Given::asked`] says.
    pub fn asks(&self, instr: &Instr, pc: usize) -> Option<(Given, Option<Op>)> {
        Given::asked(instr, pc).filter(|_| self.knows(pc))
    }

    /// Where a way to an instruction leads, through a few jumps that ask nothing.
    pub fn landing(&self, instrs: &[Instr], target: Pc) -> Pc {
        (0..FEW).fold(target, |target, _| match instrs.get(usize::from(target)) {
            Some(Instr::Jump { target: next }) if self.knows(target.into()) => *next,
            _ => target,
        })
    }

    /// The instructions from one on that could be one operation.
    fn shape(&self, instrs: &[Instr], pc: usize) -> Option<Shape> {
        let loaded = Operand::loaded(instrs.get(pc)?);
        let at = pc + usize::from(loaded.is_some());
        let (condition, on, target) = match *instrs.get(at + 1)? {
            Instr::JumpIf { condition, target } => (condition, true, target),
            Instr::JumpUnless { condition, target } => (condition, false, target),
            _ => return None,
        };
        let (mut test, answer) = Op::test(instrs.get(at)?, on, target)?;
        let takes = loaded.is_none_or(|(_, register)| {
            operands_from(&mut test, register).next().is_some() && is_in_its_currency(instrs.get(pc), &test)
        });
        let fits = takes && condition == answer && !(pc + 1..=at + 1).any(|inside| self.is_label(inside));
        fits.then_some(Shape { loaded, test, answer })
    }

    /// Unknown instructions are taken for labels, so that nothing is fused with them.
    pub fn is_label(&self, pc: usize) -> bool {
        self.labels.get(pc).copied().unwrap_or(true)
    }

    /// Whether an instruction is one of a code of which anything is known.
    pub(super) fn knows(&self, pc: usize) -> bool {
        pc < self.labels.len()
    }
}

impl Shape {
    fn length(&self) -> usize {
        2 + usize::from(self.loaded.is_some())
    }
}

/// The operands of a test that come from a register.
fn operands_from(test: &mut Op, register: Reg) -> impl Iterator<Item = &mut Operand> {
    let both = test.test_mut().map(|test| [&mut test.left, &mut test.right]);
    both.into_iter().flatten().filter(move |operand| **operand == Operand::register(register))
}

/// Whether the value that an instruction loads, if it is a money parameter's, is compared with the amount in whose currency it is.
fn is_in_its_currency(loads: Option<&Instr>, test: &Op) -> bool {
    let Some(Instr::ParamMoney { to, like, .. }) = loads else { return true };
    let (to, like) = (Operand::register(*to), Operand::register(*like));
    match test {
        Op::SameMoney(test) | Op::LessMoney(test) => {
            to != like && ([test.left, test.right] == [to, like] || [test.left, test.right] == [like, to])
        }
        _ => false,
    }
}

/// For each instruction, whether another one than the one before it leads there.
pub(super) fn labels(instrs: &[Instr]) -> Vec<bool> {
    let mut labels = vec![false; instrs.len()];
    for target in instrs.iter().filter_map(target) {
        if let Some(label) = labels.get_mut(usize::from(target)) {
            *label = true;
        }
    }
    labels
}

/// Where an instruction may lead, other than straight ahead.
fn target(instr: &Instr) -> Option<Pc> {
    match *instr {
        Instr::Jump { target } | Instr::JumpIf { target, .. } | Instr::JumpUnless { target, .. } => {
            Some(target)
        }
        Instr::Loop { exit, .. } => Some(exit),
        Instr::Repeat { head } => Some(head),
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use lictor_bundle::instr::{Comparison, Kind, TEMPORARIES};
    use lictor_bundle::schema::SlotType;

    use super::super::operations::Step;
    use super::*;
    use crate::vm::Operations;

    pub const AMOUNT: Reg = TEMPORARIES;
    pub const OTHER: Reg = TEMPORARIES + 1;

    /// The operations of a rule that refuses at its end.
    pub fn operations(instrs: impl IntoIterator<Item = Instr>) -> Box<[Op]> {
        operations_with(instrs, &[])
    }

    /// The same where it is known what constants it loads.
    fn operations_with(instrs: impl IntoIterator<Item = Instr>, constants: &[Slot]) -> Box<[Op]> {
        steps(instrs, constants).iter().map(|step| step.op).collect()
    }

    /// The steps of such a rule.
    pub fn steps(instrs: impl IntoIterator<Item = Instr>, constants: &[Slot]) -> Box<[Step]> {
        let instrs = instrs.into_iter().chain([Instr::Deny { site: 0 }, Instr::End]).collect();
        let temporaries = vec![SlotType::Bool, SlotType::Money, SlotType::Bool, SlotType::Bool];
        let code = Code { temporaries, instrs, sites: Vec::new() };
        Operations::of([(&code, false)].into_iter(), constants).steps
    }

    /// `require AMOUNT <= PARAM`, with the parameter in the currency of `like`.
    fn limit(like: Reg) -> [Instr; 3] {
        [
            Instr::ParamMoney { to: 1, param: 7, like },
            Instr::Compare { op: Comparison::LessOrEqual, kind: Kind::Money, to: 0, left: AMOUNT, right: 1 },
            Instr::JumpIf { condition: 0, target: 4 },
        ]
    }

    #[test]
    fn a_money_parameter_is_an_operand_only_beside_the_amount_in_whose_currency_it_is() {
        assert!(matches!(*operations(limit(AMOUNT)), [Op::LessMoney(_), Op::Deny { .. }]));
        let apart = operations(limit(OTHER));
        assert!(matches!(*apart, [Op::Compute(Instr::ParamMoney { .. }), Op::LessMoney(_), Op::Deny { .. }]));
        // In its own currency, whatever that is.
        let of_itself = limit(1).map(|instr| match instr {
            Instr::Compare { op, kind, to, .. } => Instr::Compare { op, kind, to, left: 1, right: 1 },
            other => other,
        });
        let of_itself = operations(of_itself);
        assert!(matches!(*of_itself, [Op::Zero { .. }, Op::Compute(_), Op::LessMoney(_), Op::Deny { .. }]));
    }

    /// `require left < right`, one of them constant 0, in register 1.
    fn order(left: Reg, right: Reg) -> [Instr; 3] {
        [
            Instr::Constant { to: 1, constant: 0 },
            Instr::Compare { op: Comparison::Less, kind: Kind::Int, to: 0, left, right },
            Instr::JumpIf { condition: 0, target: 4 },
        ]
    }

    #[test]
    fn a_number_is_in_the_operation_that_compares_with_it_where_it_is_known_and_has_a_next_one() {
        let [seven, last] = [7, i64::MAX].map(|number| [Slot::from_int(number)]);
        let below = operations_with(order(AMOUNT, 1), &seven);
        let [Op::Below { register: AMOUNT, number: 7, on: true, further: 2 }, Op::Deny { .. }] = *below
        else {
            panic!("{below:?}")
        };
        let above = operations_with(order(1, AMOUNT), &seven);
        let [Op::Below { register: AMOUNT, number: 8, on: false, further: 2 }, Op::Deny { .. }] = *above
        else {
            panic!("{above:?}")
        };
        let below_last = operations_with(order(AMOUNT, 1), &last);
        assert!(matches!(*below_last, [Op::Below { number: i64::MAX, on: true, .. }, Op::Deny { .. }]));
        // Nothing is greater than the last number, so there is none to be less than.
        let above_last = operations_with(order(1, AMOUNT), &last);
        assert!(matches!(*above_last, [Op::LessInt(_), Op::Deny { .. }]));
        let unknown = operations(order(AMOUNT, 1));
        assert!(matches!(*unknown, [Op::LessInt(_), Op::Deny { .. }]));
    }
}
