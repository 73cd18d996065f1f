//! The shape of a code: where it can go, and how loops are nested in it.
//!
//! A loop is everything from its `Loop` to the `Repeat` that names it; its exit is the instruction just after. Loops lie one
//! within the other or side by side. A jump goes ahead, and not into a loop that it does not stand in: so a loop is entered at its
//! `Loop` alone, and each instruction runs at most once for each turn of the loops around it.

use crate::error::{BundleError, ErrorKind};
use crate::instr::{Instr, Pc, Reg};

use super::{Within, ensure};

/// How deep loops may be nested: quantifiers of the language nest three deep at most.
const MAX_NESTING: usize = 3;
/// Instructions are numbered with 16 bits.
const MAX_INSTRS: usize = 65_535;

/// A loop.
pub(super) struct Loop {
    pub(super) head: Pc,
    repeat: Pc,
    exit: Pc,
    pub(super) list: Reg,
    pub(super) index: Reg,
    parent: Option<usize>,
}

/// A code's loops and labels.
pub(super) struct Flow {
    loops: Vec<Loop>,
    /// For each instruction, the innermost loop that it is part of.
    innermost: Vec<Option<usize>>,
    /// For each instruction, whether another one than the one before it leads there, turns of a loop aside.
    labels: Vec<bool>,
}

impl Flow {
    pub(super) fn of(instrs: &[Instr]) -> Result<Flow, BundleError> {
        ensure(instrs.len() <= MAX_INSTRS, ErrorKind::Instruction, || {
            format!("the code has more than {MAX_INSTRS} instructions")
        })?;
        ensure(
            matches!(
                instrs.last(),
                Some(Instr::End | Instr::Answer { .. } | Instr::Deny { .. } | Instr::Fail { .. })
            ),
            ErrorKind::Instruction,
            || "the code does not end with an instruction that ends it".to_owned(),
        )?;
        let mut flow = Flow { loops: Vec::new(), innermost: Vec::new(), labels: vec![false; instrs.len()] };
        flow.find_loops(instrs)?;
        for (pc, instr) in (0..).zip(instrs) {
            match *instr {
                Instr::Jump { target } | Instr::JumpIf { target, .. } | Instr::JumpUnless { target, .. } => {
                    flow.check_jump(pc, target).within(|| format!("instruction {pc}"))?;
                }
                Instr::Loop { exit, .. } => flow.mark(exit),
                _ => {}
            }
        }
        Ok(flow)
    }

    fn find_loops(&mut self, instrs: &[Instr]) -> Result<(), BundleError> {
        let mut open: Vec<usize> = Vec::new();
        for (pc, instr) in (0..).zip(instrs) {
            if let Instr::Loop { list, index, exit, .. } = *instr {
                ensure(open.len() < MAX_NESTING, ErrorKind::Loop, || {
                    format!("instruction {pc}: loops are nested over {MAX_NESTING} deep")
                })?;
                let parent = open.last().copied();
                open.push(self.loops.len());
                self.loops.push(Loop { head: pc, repeat: pc, exit, list, index, parent });
            }
            self.innermost.push(open.last().copied());
            if let Instr::Repeat { head } = *instr {
                let innermost = open.pop().and_then(|innermost| self.loops.get_mut(innermost));
                let Some(innermost) = innermost.filter(|innermost| innermost.head == head) else {
                    return Err(BundleError::new(
                        ErrorKind::Loop,
                        format!(
                            "instruction {pc}: it repeats what is not the innermost loop that is open there"
                        ),
                    ));
                };
                innermost.repeat = pc;
                ensure(Some(innermost.exit) == pc.checked_add(1), ErrorKind::Loop, || {
                    format!("instruction {head}: the exit of the loop is not just after the loop, at {pc}")
                })?;
            }
        }
        ensure(open.is_empty(), ErrorKind::Loop, || "a loop is not closed".to_owned())
    }

    fn check_jump(&mut self, pc: Pc, target: Pc) -> Result<(), BundleError> {
        ensure(target > pc && usize::from(target) < self.labels.len(), ErrorKind::Jump, || {
            format!("it jumps to {target}, which does not lie ahead of it in the code")
        })?;
        // Going to a loop's head is going to what is around it. Where a jump stands in the innermost loop around its target, it
        // stands in those around that one too.
        let around = self.around(target).find(|around| around.head != target);
        let enters = around.is_some_and(|around| !(around.head..=around.repeat).contains(&pc));
        ensure(!enters, ErrorKind::Jump, || format!("it jumps to {target}, into a loop from outside"))?;
        self.mark(target);
        Ok(())
    }

    fn mark(&mut self, target: Pc) {
        if let Some(label) = self.labels.get_mut(usize::from(target)) {
            *label = true;
        }
    }

    /// Whether a jump leads to this instruction.
    pub(super) fn is_label(&self, pc: Pc) -> bool {
        self.labels.get(usize::from(pc)).copied().unwrap_or(false)
    }

    /// The loops that an instruction is part of, from the innermost out; a `Loop` is part of its own.
    pub(super) fn around(&self, pc: Pc) -> impl Iterator<Item = &Loop> {
        let mut next = self.innermost.get(usize::from(pc)).copied().flatten();
        std::iter::from_fn(move || {
            let current = self.loops.get(next?)?;
            next = current.parent;
            Some(current)
        })
    }
}
