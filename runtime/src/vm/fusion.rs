//! Which instructions of a code become one operation.

use lictor_bundle::instr::{Instr, Pc, Reg};
use lictor_bundle::program::Code;

use super::operands::reads;
use super::operations::Op;
use super::test::{Operand, Then};

/// What is known of a code that decides what may be fused. Without any, nothing is.
#[derive(Default)]
pub(super) struct Fusion {
    /// For each instruction, whether another one than the one before it leads there.
    labels: Vec<bool>,
    /// How often each temporary is read, other than where that could be within an operation.
    read: Vec<u32>,
}

/// Instructions that could be one operation.
struct Shape {
    /// A constant that a test takes, and the register that it would go to.
    constant: Option<(Operand, Reg)>,
    test: Op,
    /// The register that the answer would go to.
    answer: Reg,
    /// The answer for which it jumps, and where to.
    jump: Option<(bool, Pc)>,
}

impl Fusion {
    pub fn of(code: &Code) -> Fusion {
        let instrs = code.instrs.as_slice();
        let mut fusion = Fusion { labels: vec![false; instrs.len()], read: vec![0; code.temporaries.len()] };
        for instr in instrs {
            if let Some(label) = target(instr).and_then(|target| fusion.labels.get_mut(usize::from(target))) {
                *label = true;
            }
            for register in reads(code, instr) {
                fusion.count(register, 1);
            }
        }
        let mut pc = 0;
        while pc < instrs.len() {
            let shape = fusion.shape(instrs, pc);
            pc += shape.as_ref().map_or(1, Shape::length);
            let Some(Shape { constant, mut test, answer, jump }) = shape else { continue };
            if let Some((_, register)) = constant
                && let Some(test) = test.test_mut()
            {
                let operand = Operand::register(register);
                let times = [test.left, test.right].into_iter().filter(|read| *read == operand).count();
                fusion.count(register, -(times as i32));
            }
            fusion.count(answer, -i32::from(jump.is_some()));
        }
        fusion
    }

    fn count(&mut self, register: Reg, more: i32) {
        if let Some(read) = self.read.get_mut(usize::from(register)) {
            *read = read.saturating_add_signed(more);
        }
    }

    /// Whether nothing reads a temporary but from within an operation.
    fn is_passed_on(&self, register: Reg) -> bool {
        self.read.get(usize::from(register)) == Some(&0)
    }

    /// The operation that begins with an instruction, if that is a test or a constant for one; and how many instructions it is.
    pub fn at(&self, instrs: &[Instr], pc: usize) -> Option<(Op, usize)> {
        let Shape { constant, mut test, answer, jump } = self.shape(instrs, pc)?;
        let mut length = 1;
        let inner = test.test_mut()?;
        if let Some((operand, register)) = constant {
            if !self.is_passed_on(register) {
                return None;
            }
            let register = Operand::register(register);
            [&mut inner.left, &mut inner.right]
                .into_iter()
                .filter(|read| **read == register)
                .for_each(|read| *read = operand);
            length += 1;
        }
        if let Some((on, target)) = jump.filter(|_| self.is_passed_on(answer)) {
            inner.on = inner.on == on;
            inner.then = Then::Go(target);
            length += 1;
        }
        Some((test, length))
    }

    /// The instructions from one on that could be one operation.
    fn shape(&self, instrs: &[Instr], pc: usize) -> Option<Shape> {
        let constant = match *instrs.get(pc)? {
            Instr::Constant { to, constant } => Some((Operand::constant(constant)?, to)),
            _ => None,
        };
        let at = pc + usize::from(constant.is_some());
        let (mut test, answer) = Op::test(instrs.get(at)?)?;
        if let Some((_, register)) = constant {
            let (operand, inner) = (Operand::register(register), test.test_mut()?);
            if self.is_label(at) || ![inner.left, inner.right].contains(&operand) {
                return None;
            }
        }
        let jump = match instrs.get(at + 1) {
            Some(&Instr::JumpIf { condition, target }) => Some((condition, true, target)),
            Some(&Instr::JumpUnless { condition, target }) => Some((condition, false, target)),
            _ => None,
        };
        let jump = jump.filter(|(condition, ..)| *condition == answer && !self.is_label(at + 1));
        Some(Shape { constant, test, answer, jump: jump.map(|(_, on, target)| (on, target)) })
    }

    /// Unknown instructions are taken for labels, so that nothing is fused with them.
    fn is_label(&self, pc: usize) -> bool {
        self.labels.get(pc).copied().unwrap_or(true)
    }
}

impl Shape {
    fn length(&self) -> usize {
        1 + usize::from(self.constant.is_some()) + usize::from(self.jump.is_some())
    }
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
