//! Writes down what the interpreter does, by the marks of the source map.

use std::borrow::Cow;

use lictor_bundle::instr::Failure;
use lictor_bundle::program::{Mode, Site, Unit};
use lictor_bundle::source_map::{Known, Mark, RuleMap};

use super::{RuleEnd, RuleTrace, Seen, Trace, Watch};
use crate::plan::Program;
use crate::rules::Entry;
use crate::scratch::Scratch;
use crate::vm::{End, Machine};

/// Records a decision.
pub(crate) struct Recorder<'p> {
    program: &'p Program,
    trace: Trace,
    /// Once the observed layers are decided with: how many rules ran before.
    decided: Option<usize>,
    /// The rule that runs, by its unit, its number there, and the place of its action among those it concerns.
    running: Running<'p>,
    /// The instruction that ran last.
    pc: usize,
    /// The node whose value was seen last.
    last: Option<u16>,
}

impl<'p> Recorder<'p> {
    /// One that has seen nothing.
    pub fn new(program: &'p Program) -> Recorder<'p> {
        Recorder { program, trace: Trace::default(), decided: None, running: None, pc: 0, last: None }
    }

    /// What was recorded; `scratch` is that of the decision.
    pub fn into_trace(self, scratch: &Scratch) -> Trace {
        let Recorder { program, mut trace, decided, .. } = self;
        let again = trace.rules.split_off(decided.unwrap_or(trace.rules.len()));
        let observed = |rule: &RuleTrace| {
            program.unit(rule.unit).is_some_and(|unit| unit.does.counts() == Mode::Observed)
        };
        trace.observed = again.into_iter().filter(observed).collect();
        trace.layers = scratch.layers.iter().chain(&scratch.observed).map(|layer| layer.unit).collect();
        trace
    }
}

/// The rule that runs.
type Running<'p> = Option<(Cow<'p, Unit>, usize, usize)>;

/// The map of the rule that runs.
fn map_of<'r>(running: &'r Running<'_>) -> Option<&'r RuleMap> {
    let (unit, rule, _) = running.as_ref()?;
    unit.map.rules.get(*rule)
}

/// The marks in its code.
fn marks_of<'r>(running: &'r Running<'_>) -> &'r [Mark] {
    let marks = running.as_ref().zip(map_of(running)).and_then(|((_, _, at), map)| map.entries.get(*at));
    marks.map_or(&[], Vec::as_slice)
}

/// The place in its code where one of its statements has its effect.
fn site_of<'r>(running: &'r Running<'_>, site: u16) -> Option<&'r Site> {
    let (unit, rule, at) = running.as_ref()?;
    let (_, code) = unit.rules.get(*rule)?.entries.get(*at)?;
    unit.code.codes.get(usize::from(*code))?.sites.get(usize::from(site))
}

/// Those that stand at an instruction.
fn marks_at<'r>(running: &'r Running<'_>, pc: usize) -> &'r [Mark] {
    let marks = marks_of(running);
    let from = marks.partition_point(|mark| usize::from(mark.pc) < pc);
    let marks = marks.get(from..).unwrap_or(&[]);
    let to = marks.partition_point(|mark| usize::from(mark.pc) <= pc);
    marks.get(..to).unwrap_or(&[])
}

impl Watch for Recorder<'_> {
    fn observing(&mut self) {
        self.decided = Some(self.trace.rules.len());
    }

    fn rule(&mut self, unit: usize, entry: Entry) {
        self.running = self.program.whole(unit).and_then(|unit| {
            let entries = &unit.rules.get(entry.rule)?.entries;
            let at = entries.binary_search_by_key(&entry.action, |(id, _)| *id).ok()?;
            Some((unit, entry.rule, at))
        });
        self.pc = 0;
        self.last = None;
        self.trace.rules.push(RuleTrace {
            unit,
            rule: entry.rule,
            action: entry.action,
            end: RuleEnd::Passed,
            fired: Vec::new(),
            stopped: None,
            seen: vec![None; map_of(&self.running).map_or(0, |map| map.nodes.len())],
            rounds: Vec::new(),
        });
    }

    fn instruction(&mut self, machine: &Machine<'_>, pc: usize, fell: bool) {
        self.pc = pc;
        for mark in marks_at(&self.running, pc) {
            let Known::Value { register, present, falling } = &mark.what else { continue };
            if *falling && !fell {
                continue;
            }
            // The loader has seen that these registers are there.
            let present = present.iter().all(|register| machine.bool(*register).unwrap_or(false));
            let slot = register.and_then(|register| machine.get(register).ok());
            let Some(rule) = self.trace.rules.last_mut() else { continue };
            if let Some(seen) = rule.seen.get_mut(usize::from(mark.node)) {
                *seen = Some(Seen { present, slot });
                self.last = Some(mark.node);
            }
        }
    }

    fn element(&mut self, pc: usize) {
        let Some(map) = map_of(&self.running) else { return };
        for mark in marks_at(&self.running, pc).iter().filter(|mark| mark.what == Known::Loop) {
            let Some(rule) = self.trace.rules.last_mut() else { continue };
            // What was found for the element before says nothing of this one.
            let body = map.children(mark.node).nth(1);
            let size = body.and_then(|body| map.nodes.get(usize::from(body))).map_or(0, |body| body.size);
            let inside = body.map_or(0..0, |body| usize::from(body)..usize::from(body.saturating_add(size)));
            rule.rounds.retain(|(node, _)| !inside.contains(&usize::from(*node)));
            if let Some(seen) = rule.seen.get_mut(inside) {
                seen.fill(None);
            }
            match rule.rounds.iter_mut().find(|(node, _)| *node == mark.node) {
                Some((_, rounds)) => *rounds = rounds.saturating_add(1),
                None => rule.rounds.push((mark.node, 1)),
            }
        }
    }

    fn fired(&mut self, site: u16) {
        let site = site_of(&self.running, site);
        if let (Some(site), Some(rule)) = (site, self.trace.rules.last_mut()) {
            rule.fired.push(site.statement);
        }
    }

    fn ended(&mut self, end: Result<End, Failure>) {
        // A value is noted after it was computed, so what could not be computed is what would have been noted next.
        let next = marks_of(&self.running)
            .iter()
            .find(|mark| usize::from(mark.pc) > self.pc && matches!(mark.what, Known::Value { .. }));
        let stopped = next.map(|mark| mark.node);
        let last = map_of(&self.running).zip(self.last);
        let Some(rule) = self.trace.rules.last_mut() else { return };
        match end {
            Ok(End::Done) => rule.end = RuleEnd::Passed,
            Ok(End::Denied(_)) => rule.end = RuleEnd::Denied,
            // The loader lets no rule end with an answer.
            Ok(End::Answer(_)) => rule.end = RuleEnd::Failed(Failure::Arithmetic),
            Err(failure) => {
                rule.end = RuleEnd::Failed(failure);
                // Where a condition has come out so that its statement fires, it was the message that could not be written.
                rule.stopped = last.and_then(|(map, last)| rule.in_message(map, last)).or(stopped);
            }
        }
    }
}
