//! Codes made ready to run.
//!
//! When a bundle is loaded, its instructions become operations. Most conditions are three instructions, a constant, a comparison and
//! a jump that hangs on its answer: they become one operation, if nothing else reads the registers between them; a number that a value
//! is compared with lies in the operation itself, where it is known by then. Two questions in a row whether something is there become
//! one as well. The codes that run one after the other for an action stand in one row, so that the end of one is the beginning of the
//! next, and so do the sites of their statements. What instructions may cost was counted before that; operations are fewer, so the
//! bound that the loader has proved holds for them as well.

use lictor_bundle::instr::{Failure, Instr, Kind, Pc, Reg};
use lictor_bundle::program::Code;
use lictor_bundle::schema::AmplifierId;

use super::fusion::Fusion;
use super::test::Test;
use super::zeros::needs_zeros;
use crate::slot::Slot;

/// Codes as they are run, one after the other.
#[derive(Default, Debug)]
pub(crate) struct Operations {
    pub ops: Box<[Op]>,
    /// The first operation of each code.
    pub starts: Box<[u32]>,
}

/// What is done at once. How far a jump goes is counted from the operation itself.
#[derive(Clone, Copy, Debug)]
// A number of its own for every operation, by which its arm is found in one step.
#[repr(u8)]
pub(crate) enum Op {
    /// Whether two values are equal: as bits, as decimals, as amounts of one currency, as texts.
    SameBits(Test),
    SameDecimal(Test),
    SameMoney(Test),
    SameText(Test),
    /// Whether the left value is less than the right one.
    LessBits(Test),
    LessInt(Test),
    LessDecimal(Test),
    LessMoney(Test),
    LessText(Test),
    /// Whether a register is less than a number.
    Below {
        on: bool,
        register: Reg,
        further: u16,
        number: i64,
    },
    /// Whether the right value, a collection, holds the left one: a text, or anything else.
    WithinTexts(Test),
    Within(Kind, Test),
    /// Goes further on.
    Jump {
        further: u16,
    },
    /// Goes further on if a register says so.
    If {
        condition: Reg,
        on: bool,
        further: u16,
    },
    /// Goes further on unless both registers say otherwise.
    Unless {
        conditions: [Reg; 2],
        further: u16,
    },
    /// The head of a loop: takes the next element, or goes further on where there is none.
    Loop {
        list: Reg,
        index: Reg,
        element: Reg,
        further: u16,
    },
    /// Goes back to the head of a loop.
    Repeat {
        back: u16,
    },
    /// Zeroes the first registers.
    Zero {
        count: u16,
    },
    /// Finds out whether an exception lifts the soft statements of the rule that begins.
    Lift {
        rule: u32,
    },
    /// An instruction that only computes.
    Compute(Instr),
    /// Does what the statement at a site says, and goes on.
    Fire {
        site: u32,
    },
    /// The same as the instruction of this name.
    Amplifier {
        amplifier: AmplifierId,
        from: Reg,
    },
    /// Refuses, as the statement at a site says, and ends the run.
    Deny {
        site: u32,
    },
    /// Ends the run of a condition.
    Answer {
        from: Reg,
    },
    /// Stops.
    Fail(Failure),
}

impl Operations {
    /// Codes for those who want to know the outcome, each with whether exceptions may lift what it says. `constants` are those that all of
    /// them load; none where that is not known yet.
    pub fn of<'c>(codes: impl Iterator<Item = (&'c Code, bool)>, constants: &[Slot]) -> Operations {
        let (mut ops, mut starts, mut sites) = (Vec::new(), Vec::new(), 0);
        for (rule, (code, is_lifted)) in (0..).zip(codes) {
            starts.push(ops.len() as u32);
            ops.extend(is_lifted.then_some(Op::Lift { rule }));
            if needs_zeros(code) {
                ops.push(Op::Zero { count: code.temporaries.len() as u16 });
            }
            // Where a code ends, the next one begins: it takes no operation to get there.
            let instrs = code.instrs.strip_suffix(&[Instr::End]).unwrap_or(&code.instrs);
            ops.append(&mut operations(&Fusion::of(code, constants), instrs, sites));
            sites += code.sites.len() as u32;
        }
        Operations { ops: ops.into(), starts: starts.into() }
    }

    /// A code for a watcher, to whom every instruction is shown: each is the operation of the same number.
    pub fn to_watch(code: &Code) -> Operations {
        Operations { ops: operations(&Fusion::default(), &code.instrs, 0).into(), starts: [0].into() }
    }
}

/// The operations of a code before which so many `sites` stand.
fn operations(fusion: &Fusion<'_>, instrs: &[Instr], sites: u32) -> Vec<Op> {
    let mut ops = Vec::with_capacity(instrs.len());
    // The operation that each instruction has become, or become a part of.
    let mut places: Vec<u16> = Vec::with_capacity(instrs.len() + 1);
    while let Some(instr) = instrs.get(places.len()) {
        let fused = fusion.at(instrs, places.len());
        let (op, length) = fused.unwrap_or_else(|| (Op::of(instr, instrs.len() as Pc, sites), 1));
        places.extend(std::iter::repeat_n(ops.len() as u16, length));
        ops.push(op);
    }
    places.push(ops.len() as u16);
    for (here, op) in (0..).zip(&mut ops) {
        if let Some(distance) = op.distance_mut() {
            // So far it is the number of an instruction. Nothing leads to the inside of an operation.
            let target = places.get(usize::from(*distance)).copied().unwrap_or_default();
            *distance = target.abs_diff(here);
        }
    }
    ops
}

impl Op {
    /// An instruction by itself, in a code that ends at `end` and before which so many `sites` stand; what it may lead to is still the number
    /// of an instruction.
    fn of(instr: &Instr, end: Pc, sites: u32) -> Op {
        match *instr {
            Instr::Jump { target } => Op::Jump { further: target },
            Instr::JumpIf { condition, target } => Op::If { condition, on: true, further: target },
            Instr::JumpUnless { condition, target } => Op::If { condition, on: false, further: target },
            Instr::Loop { list, index, element, exit } => Op::Loop { list, index, element, further: exit },
            Instr::Repeat { head } => Op::Repeat { back: head },
            Instr::End => Op::Jump { further: end },
            Instr::Deny { site } => Op::Deny { site: sites + u32::from(site) },
            Instr::StepUp { site } | Instr::Risk { site } | Instr::Oblige { site } => {
                Op::Fire { site: sites + u32::from(site) }
            }
            Instr::Amplifier { amplifier, from } => Op::Amplifier { amplifier, from },
            Instr::Answer { from } => Op::Answer { from },
            Instr::Fail { failure } => Op::Fail(failure),
            computes => Op::Compute(computes),
        }
    }

    /// How far it may lead.
    fn distance_mut(&mut self) -> Option<&mut u16> {
        match self {
            Op::Jump { further }
            | Op::If { further, .. }
            | Op::Unless { further, .. }
            | Op::Loop { further, .. }
            | Op::Below { further, .. } => Some(further),
            Op::Repeat { back } => Some(back),
            op => Some(&mut op.test_mut()?.further),
        }
    }

    /// The test of an operation that is one.
    pub(super) fn test_mut(&mut self) -> Option<&mut Test> {
        match self {
            Op::SameBits(test)
            | Op::SameDecimal(test)
            | Op::SameMoney(test)
            | Op::SameText(test)
            | Op::LessBits(test)
            | Op::LessInt(test)
            | Op::LessDecimal(test)
            | Op::LessMoney(test)
            | Op::LessText(test)
            | Op::WithinTexts(test)
            | Op::Within(_, test) => Some(test),
            _ => None,
        }
    }
}
