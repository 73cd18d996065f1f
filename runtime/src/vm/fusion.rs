//! Which instructions of a code become one operation.

use lictor_bundle::instr::{Instr, Pc, Reg};
use lictor_bundle::program::Code;

use super::operands::reads;
use super::operations::Op;
use super::test::Operand;

/// What is known of a code that decides what may be fused. Without any, nothing is.
#[derive(Default)]
pub(super) struct Fusion {
    /// For each instruction, whether another one than the one before it leads there.
    labels: Vec<bool>,
    /// How often each temporary is read, other than where that could be within an operation.
    read: Vec<u32>,
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

    /// Whether nothing reads a temporary but from within an operation.
    fn is_passed_on(&self, register: Reg) -> bool {
        self.read.get(usize::from(register)) == Some(&0)
    }

    /// The operation that begins with an instruction, if that is more than the instruction by itself; and how many instructions it is.
    pub fn at(&self, instrs: &[Instr], pc: usize) -> Option<(Op, usize)> {
        let shape = self.shape(instrs, pc)?;
        let length = shape.length();
        let Shape { loaded, mut test, answer } = shape;
        if let Some((operand, register)) = loaded {
            if !self.is_passed_on(register) {
                return None;
            }
            operands_from(&mut test, register).for_each(|from| *from = operand);
        }
        self.is_passed_on(answer).then_some((test, length))
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
        let takes = loaded.is_none_or(|(_, register)| operands_from(&mut test, register).next().is_some());
        let fits = takes && condition == answer && !(pc + 1..=at + 1).any(|inside| self.is_label(inside));
        fits.then_some(Shape { loaded, test, answer })
    }

    /// Unknown instructions are taken for labels, so that nothing is fused with them.
    fn is_label(&self, pc: usize) -> bool {
        self.labels.get(pc).copied().unwrap_or(true)
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
