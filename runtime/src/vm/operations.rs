//! Codes made ready to run.
//!
//! When a bundle is loaded, its instructions become operations. Most conditions are three instructions, a constant, a comparison and
//! a jump that hangs on its answer: they become one operation, if nothing else reads the registers between them; a number that a value
//! is compared with lies in the operation itself, where it is known by then. Questions whether something of the request is there become
//! part of the operation that rests on them. The codes that run one after the other for an action stand in one row, so that the end of
//! one is the beginning of the next, and so do the sites of their statements. What instructions may cost was counted before that;
//! operations are fewer, so the bound that the loader has proved holds for them as well.

use lictor_bundle::instr::{Failure, Instr, Kind, Pc, Reg};
use lictor_bundle::program::Code;
use lictor_bundle::schema::AmplifierId;

use super::fusion::Fusion;
use super::order::late_constants;
use super::test::Test;
use super::truths::Given;
use super::zeros::needs_zeros;
use crate::slot::Slot;

/// Codes as they are run, one after the other.
#[derive(Default, Debug)]
pub(crate) struct Operations {
    pub steps: Box<[Step]>,
    /// The first step of each code.
    pub starts: Box<[u32]>,
}

/// An operation, and what of the request must be true for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub given: Given,
    pub op: Op,
}

/// What is done at once. How far a jump goes is counted in steps, from the one that it is in.
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
    /// Whether the right value, a collection, holds the left one: a text, what is compared as bits, or anything else.
    WithinTexts(Test),
    WithinBits(Test),
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
    /// The end of a loop and its head: goes back with the next element, or further on where there is none.
    Next {
        list: Reg,
        index: Reg,
        element: Reg,
        back: u16,
        further: u16,
    },
    /// Whether a collection holds any of the texts of a list, or does not hold it: the test of each. Goes on to the exit where there is none.
    AnyWithin {
        list: Reg,
        test: Test,
        exit: u16,
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
        let (mut steps, mut starts, mut sites) = (Vec::new(), Vec::new(), 0);
        for (rule, (code, is_lifted)) in (0..).zip(codes) {
            starts.push(steps.len() as u32);
            steps.extend(is_lifted.then_some(Step::from(Op::Lift { rule })));
            if needs_zeros(code) {
                steps.push(Step::from(Op::Zero { count: code.temporaries.len() as u16 }));
            }
            let instrs = late_constants(&code.instrs);
            let fusion = Fusion::of(code, &instrs, constants);
            // Where a code ends, the next one begins: it takes no operation to get there.
            let instrs = instrs.strip_suffix(&[Instr::End]).unwrap_or(&instrs);
            steps.append(&mut Row::of(&fusion, instrs, sites).steps);
            sites += code.sites.len() as u32;
        }
        Operations { steps: steps.into(), starts: starts.into() }
    }

    /// A code for a watcher, to whom every instruction is shown: each is the step of the same number.
    pub fn to_watch(code: &Code) -> Operations {
        let Row { steps, .. } = Row::of(&Fusion::default(), &code.instrs, 0);
        Operations { steps: steps.into(), starts: [0].into() }
    }
}

/// The steps of a code while they are made.
struct Row<'c> {
    fusion: &'c Fusion<'c>,
    instrs: &'c [Instr],
    steps: Vec<Step>,
    /// The step that each instruction has become, or become a part of.
    places: Vec<u16>,
    /// What must be true for the next step.
    given: Given,
}

impl<'c> Row<'c> {
    fn of(fusion: &'c Fusion<'c>, instrs: &'c [Instr], sites: u32) -> Row<'c> {
        let (steps, places) = (Vec::with_capacity(instrs.len()), Vec::with_capacity(instrs.len() + 1));
        let mut row = Row { fusion, instrs, steps, places, given: Given::default() };
        while let Some(instr) = instrs.get(row.places.len()) {
            let here = row.places.len();
            if fusion.is_label(here) {
                row.settle();
            }
            if let Some((given, then)) = fusion.asks(instr, here) {
                row.ask(given, then);
                continue;
            }
            let alone = || (Op::of(instr, instrs.len() as Pc, sites), 1);
            let (op, length) = fusion.at(instrs, here).unwrap_or_else(alone);
            row.push(op, length);
        }
        row.settle();
        row.places.push(row.steps.len() as u16);
        row.link();
        row
    }

    fn push(&mut self, op: Op, length: usize) {
        self.places.extend(std::iter::repeat_n(self.steps.len() as u16, length));
        self.steps.push(Step { given: std::mem::take(&mut self.given), op });
    }

    /// Makes what an instruction asks a part of the next step; of the one that it leads to `then`, where it does.
    fn ask(&mut self, given: Given, then: Option<Op>) {
        match self.given.and(given) {
            Some(both) => self.given = both,
            None => {
                self.settle();
                self.given = given;
            }
        }
        match then {
            Some(op) => self.push(op, 1),
            None => self.places.push(self.steps.len() as u16),
        }
    }

    /// Makes what was asked a step by itself, where it cannot be a part of the next one.
    fn settle(&mut self) {
        if self.given != Given::default() {
            self.push(Op::Jump { further: self.places.len() as Pc }, 0);
        }
    }

    /// Counts how far jumps go. So far that is the number of an instruction, and nothing leads to the inside of a step.
    fn link(&mut self) {
        let Row { fusion, instrs, steps, places, .. } = self;
        for (here, step) in (0..).zip(steps) {
            step.each_distance(|distance| {
                let target = usize::from(fusion.landing(instrs, *distance));
                *distance = places.get(target).copied().unwrap_or_default().abs_diff(here);
            });
        }
    }
}

impl From<Op> for Step {
    fn from(op: Op) -> Step {
        Step { given: Given::default(), op }
    }
}

impl Step {
    /// Each distance that it may lead.
    fn each_distance(&mut self, mut change: impl FnMut(&mut u16)) {
        if self.given.needs != 0 {
            change(&mut self.given.otherwise);
        }
        match &mut self.op {
            Op::Jump { further }
            | Op::If { further, .. }
            | Op::Loop { further, .. }
            | Op::Below { further, .. } => change(further),
            Op::Repeat { back } => change(back),
            Op::Next { back, further, .. } => {
                change(back);
                change(further);
            }
            Op::AnyWithin { test, exit, .. } => {
                change(&mut test.further);
                change(exit);
            }
            op => {
                if let Some(test) = op.test_mut() {
                    change(&mut test.further);
                }
            }
        }
    }
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
            | Op::WithinBits(test)
            | Op::Within(_, test) => Some(test),
            _ => None,
        }
    }
}
