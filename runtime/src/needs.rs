//! Which facts a decision may need, before any of them is known.
//!
//! The rules that apply are gone through as they will be, except that a fact that was not supplied has an unknown value. Whatever is computed
//! from it is unknown as well, and where a jump depends on it both ways are gone. Where ways meet again, only what is the same on
//! both stays known; since jumps go ahead, each instruction is met once, or once for each turn of the loops around it. So the list
//! holds every fact that the decision can ask for with arguments that are known, and none that the request itself rules out.

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::history::Window;
use lictor_bundle::instr::{Instr, Reg};
use lictor_bundle::program::Code;
use lictor_bundle::schema::FactId;
use lictor_bundle::time::{FIRST_MOMENT, render_timestamp};
use lictor_bundle::verify::MAX_STEPS;
use lictor_bundle::zone::Zone;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::arena::Arenas;
use crate::json;
use crate::plan::Program;
use crate::slot::Slot;
use crate::vm::{self, Machine, can_be_asked, operands};

/// A fact that a decision may need, in the form in which it is supplied, but for its value.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FactQuery {
    /// Its name; for history the question in the policy's words.
    pub fact: String,
    /// What it is asked with, by name; for history the keys. What is marked `secret` stands here as it is, since whoever looks it up must
    /// know it: a query is for that source, and not for a log.
    pub args: Map<String, Value>,
    /// For history, from when to when past actions count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Bounds>,
    /// Whether only observed layers need it: without it the decision is the same, and what they would have done is not known.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub observed: bool,
}

/// The bounds of a window.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Bounds {
    /// What happened at this time does not count, and what happened later does. Nothing for `days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// For days of the calendar outside UTC: the host knows when the first of them begins there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<LocalDays>,
    /// What happened at this time counts: it is the request's own.
    pub until: String,
}

/// Days of the calendar in a time zone. The day of the request there is the last of them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LocalDays {
    /// How many.
    pub count: u16,
    /// The zone, by its name in the IANA time zone database.
    pub zone: &'static str,
}

/// The temporaries where a code has come to. Those that depend on a fact are unknown.
#[derive(Clone)]
struct State {
    slots: Vec<Slot>,
    unknown: Vec<bool>,
}

impl State {
    fn is_unknown(&self, register: Reg) -> bool {
        self.unknown.get(usize::from(register)).copied().unwrap_or(false)
    }

    fn forget(&mut self, first: Reg, width: usize) {
        self.unknown.iter_mut().skip(usize::from(first)).take(width).for_each(|unknown| *unknown = true);
    }

    fn know(&mut self, first: Reg, width: usize) {
        self.unknown.iter_mut().skip(usize::from(first)).take(width).for_each(|unknown| *unknown = false);
    }

    fn meet(&mut self, other: &State) {
        for (index, unknown) in self.unknown.iter_mut().enumerate() {
            let same = self.slots.get(index) == other.slots.get(index);
            *unknown |= !same || other.unknown.get(index).copied().unwrap_or(true);
        }
    }
}

/// What was found, and the facts already listed.
pub(crate) struct Needs<'a> {
    pub listed: BTreeSet<(FactId, Vec<u8>)>,
    pub queries: Vec<FactQuery>,
    /// The request's own time.
    pub now: i64,
    pub program: &'a Program,
    /// Whether it is the observed layers that are gone through.
    pub observed: bool,
}

impl Needs<'_> {
    /// Lists what a rule's code may ask for.
    pub fn explore(&mut self, machine: &mut Machine<'_>, code: &Code) {
        let count = code.temporaries.len();
        let start = State { slots: vec![Slot::ZERO; count], unknown: vec![false; count] };
        let mut ways: BTreeMap<usize, State> = BTreeMap::from([(0, start)]);
        let mut steps = MAX_STEPS;
        while let Some((pc, state)) = ways.pop_first() {
            let Some(left) = steps.checked_sub(1) else { return };
            steps = left;
            let Some(instr) = code.instrs.get(pc) else { continue };
            for (next, state) in self.step(machine, code, pc, instr, state) {
                match ways.get_mut(&next) {
                    Some(other) => other.meet(&state),
                    None => {
                        ways.insert(next, state);
                    }
                }
            }
        }
    }

    /// Where an instruction may lead, and with what.
    fn step(
        &mut self,
        machine: &mut Machine<'_>,
        code: &Code,
        pc: usize,
        instr: &Instr,
        mut state: State,
    ) -> Vec<(usize, State)> {
        let count = state.slots.len();
        let Some(temporaries) = machine.frame.get_mut(..count) else { return Vec::new() };
        temporaries.copy_from_slice(&state.slots);
        let ahead = pc + 1;
        match *instr {
            Instr::Jump { target } => vec![(usize::from(target), state)],
            Instr::JumpIf { condition, target } | Instr::JumpUnless { condition, target } => {
                let target = usize::from(target);
                if state.is_unknown(condition) {
                    return vec![(target, state.clone()), (ahead, state)];
                }
                let jumps = machine.bool(condition) == Ok(matches!(instr, Instr::JumpIf { .. }));
                vec![(if jumps { target } else { ahead }, state)]
            }
            Instr::Loop { list, index, element, exit } => {
                let exit = usize::from(exit);
                if state.is_unknown(list) || state.is_unknown(index) {
                    // One turn stands for all.
                    let out = state.clone();
                    state.forget(index, 1);
                    state.forget(element, self.width_of_element(machine, code, list));
                    return vec![(ahead, state), (exit, out)];
                }
                match machine.next_element(list, index, element) {
                    Ok(true) => {
                        state.know(element, self.width_of_element(machine, code, list));
                        vec![(ahead, taken(machine, state))]
                    }
                    Ok(false) => vec![(exit, state)],
                    Err(_) => Vec::new(),
                }
            }
            Instr::Repeat { head } => match code.instrs.get(usize::from(head)) {
                Some(Instr::Loop { index, .. }) if !state.is_unknown(*index) => {
                    vec![(usize::from(head), state)]
                }
                _ => Vec::new(),
            },
            Instr::Fact { to, fact, arguments } => {
                let Some((params, width)) = self.shape(fact) else { return Vec::new() };
                let known = (arguments..).take(params).all(|argument| !state.is_unknown(argument));
                if known && machine.fact(to, fact, arguments).is_ok() {
                    state.know(to, width);
                    return vec![(ahead, taken(machine, state))];
                }
                if known {
                    self.list(machine, fact, arguments, params);
                }
                state.forget(to, width);
                vec![(ahead, state)]
            }
            Instr::StepUp { .. } | Instr::Risk { .. } | Instr::Oblige { .. } | Instr::Amplifier { .. } => {
                vec![(ahead, state)]
            }
            Instr::Deny { .. } | Instr::Fail { .. } | Instr::Answer { .. } | Instr::End => Vec::new(),
            _ => {
                let (reads, writes) = operands(instr);
                if reads.into_iter().flatten().any(|register| state.is_unknown(register)) {
                    writes.into_iter().flatten().for_each(|(first, width)| state.forget(first, width));
                    return vec![(ahead, state)];
                }
                // What cannot be evaluated refuses, and asks for nothing more.
                if vm::compute(machine, instr).is_err() {
                    return Vec::new();
                }
                writes.into_iter().flatten().for_each(|(first, width)| state.know(first, width));
                vec![(ahead, taken(machine, state))]
            }
        }
    }

    fn shape(&self, fact: FactId) -> Option<(usize, usize)> {
        let declared = self.program.bundle.schema.facts.get(usize::from(fact))?;
        Some((declared.params.len(), self.program.width(declared.result)))
    }

    fn width_of_element(&self, machine: &Machine<'_>, code: &Code, list: Reg) -> usize {
        match code.temporaries.get(usize::from(list)).and_then(|ty| ty.element()) {
            Some(element) => self.program.width(element),
            None => machine.get(list).map_or(0, |slot| usize::from(slot.span().width)),
        }
    }

    fn list(&mut self, machine: &mut Machine<'_>, fact: FactId, arguments: Reg, params: usize) {
        if !self.listed.insert((fact, machine.facts.wanted().to_vec())) {
            return;
        }
        let program = self.program;
        let Some(declared) = program.bundle.schema.facts.get(usize::from(fact)) else { return };
        let first = usize::from(arguments);
        let slots = machine.frame.get(first..first + params).unwrap_or(&[]);
        if !can_be_asked(program, declared, slots) {
            return;
        }
        let arenas = Arenas { request: machine.arena, program: &program.arenas };
        let args = json::arguments(program, arenas, fact, slots, true);
        let until = render_timestamp(self.now);
        let window = program.history(fact).map(|(_, query)| match &query.window {
            Window::Days { days, zone } if *zone != Zone::utc() => {
                let days = Some(LocalDays { count: *days, zone: zone.name() });
                Bounds { after: None, days, until }
            }
            window => {
                // A window that begins before any moment that can be written has no beginning.
                let after = window.after(self.now).filter(|after| *after >= FIRST_MOMENT);
                let after = after.map(render_timestamp);
                Bounds { after, days: None, until }
            }
        });
        self.queries.push(FactQuery { fact: declared.name.clone(), args, window, observed: self.observed });
    }
}

/// The temporaries as an instruction has left them.
fn taken(machine: &Machine<'_>, mut state: State) -> State {
    if let Some(temporaries) = machine.frame.get(..state.slots.len()) {
        state.slots.copy_from_slice(temporaries);
    }
    state
}
