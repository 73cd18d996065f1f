//! What statements do when they fire. It is noted by number, with the values that words about it will show: nothing is put into
//! words before somebody asks for them (`words.rs`).

use lictor_bundle::decimal::SCALE;
use lictor_bundle::instr::{Failure, Reg};
use lictor_bundle::program::{Effect, Site, Stage, Statement, Unit};
use lictor_bundle::schema::{AmplifierId, FlagId};

use super::machine::Machine;
use crate::decision::Verdict;
use crate::rules::Entry;
use crate::slot::Slot;

/// The most that an amplifier can be, in billionths.
pub(crate) const MAX_AMPLIFIER: i128 = 100 * SCALE;

/// What was found so far.
#[derive(Default, Debug)]
pub(crate) struct Effects {
    /// What refuses or asks, in the order of evaluation.
    pub causes: Vec<Cause>,
    /// What adds to the score, with its points, in the order of evaluation.
    pub points: Vec<(Fired, u8)>,
    /// The flags that statements raised, each once.
    pub flags: Vec<FlagId>,
    /// What the amplifiers are, in billionths, held within 0 and 100: what the action says, and what statements added.
    pub amplifiers: Vec<(AmplifierId, i128)>,
    pub obligations: Vec<Fired>,
    /// The exceptions that lifted something, each once.
    pub lifted: Vec<Lifted>,
    /// The values that statements show; none for what is absent.
    pub shown: Vec<Option<Slot>>,
}

/// Something that refuses or asks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cause {
    /// A `require` or a `deny`.
    Denied(Fired),
    /// A `step_up`.
    Asked(Fired),
    /// A rule that could not be evaluated.
    Failed(usize, Entry, Failure),
    /// The action's amplifiers, which could not be evaluated.
    Unscored(Failure),
    /// The score.
    Score(Verdict),
    /// The default of the action: as it is declared, or as this unit sets it.
    Default(Option<usize>, Verdict),
}

impl Cause {
    /// What it does by itself.
    pub fn effect(&self) -> Verdict {
        match *self {
            Cause::Denied(_) | Cause::Failed(..) | Cause::Unscored(_) => Verdict::Deny,
            Cause::Asked(_) => Verdict::StepUp,
            Cause::Score(effect) | Cause::Default(_, effect) => effect,
        }
    }

    /// The stage it belongs to.
    pub fn stage(&self) -> Stage {
        match self {
            Cause::Denied(fired) | Cause::Asked(fired) => fired.entry.stage,
            Cause::Failed(_, entry, _) => entry.stage,
            Cause::Unscored(_) | Cause::Score(_) | Cause::Default(..) => Stage::Risk,
        }
    }
}

/// A statement that fired.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fired {
    /// Index of the rule's unit.
    pub unit: usize,
    /// The rule, as it ran.
    pub entry: Entry,
    /// Index of the site in the code that ran.
    pub site: u16,
    /// Where the values that it shows begin.
    pub shown: usize,
}

impl Fired {
    /// Its place in the code that ran, and the statement itself, in its unit.
    pub fn source(self, unit: &Unit) -> Option<(&Site, &Statement)> {
        let site = unit.code.codes.get(self.entry.code)?.sites.get(usize::from(self.site))?;
        let statement = unit.rules.get(self.entry.rule)?.statements.get(usize::from(site.statement))?;
        Some((site, statement))
    }
}

/// An exception that lifted soft statements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Lifted {
    /// Index of the rule's unit.
    pub unit: usize,
    /// Index of the rule.
    pub rule: usize,
    /// Index of the exception among the rule's.
    pub exception: usize,
}

impl Effects {
    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.causes.clear();
        self.points.clear();
        self.flags.clear();
        self.amplifiers.clear();
        self.obligations.clear();
        self.lifted.clear();
        self.shown.clear();
    }

    /// Adds to an amplifier, in billionths.
    fn amplify(&mut self, amplifier: AmplifierId, added: i128) {
        match self.amplifiers.iter_mut().find(|(known, _)| *known == amplifier) {
            Some((_, value)) => *value = value.saturating_add(added).min(MAX_AMPLIFIER),
            None => self.amplifiers.push((amplifier, added.clamp(0, MAX_AMPLIFIER))),
        }
    }
}

impl<'a> Machine<'a> {
    /// Refuses.
    pub fn deny(&mut self, site: u16) -> Result<(), Failure> {
        let (fired, statement) = self.fired(site)?;
        let Effect::Deny = statement.effect else { return Err(Failure::Arithmetic) };
        self.effects.causes.push(Cause::Denied(fired));
        Ok(())
    }

    /// Asks.
    pub fn step_up(&mut self, site: u16) -> Result<(), Failure> {
        if self.is_lifted()? {
            return Ok(());
        }
        let (fired, statement) = self.fired(site)?;
        let Effect::StepUp(_) = statement.effect else { return Err(Failure::Arithmetic) };
        self.effects.causes.push(Cause::Asked(fired));
        Ok(())
    }

    /// Adds to the score.
    pub fn risk(&mut self, site: u16) -> Result<(), Failure> {
        if self.is_lifted()? {
            return Ok(());
        }
        let (fired, statement) = self.fired(site)?;
        match statement.effect {
            Effect::Risk(points) => self.effects.points.push((fired, points)),
            Effect::Flag(flag) if self.effects.flags.contains(&flag) => {}
            Effect::Flag(flag) => self.effects.flags.push(flag),
            Effect::Amplify(amplifier, points) => self.effects.amplify(amplifier, i128::from(points) * SCALE),
            _ => return Err(Failure::Arithmetic),
        }
        Ok(())
    }

    /// Obliges the caller.
    pub fn oblige(&mut self, site: u16) -> Result<(), Failure> {
        if self.is_lifted()? {
            return Ok(());
        }
        let (fired, statement) = self.fired(site)?;
        let Effect::Oblige { .. } = statement.effect else { return Err(Failure::Arithmetic) };
        self.effects.obligations.push(fired);
        Ok(())
    }

    /// Whether an exception lifts the soft statements of the running rule. One that does is used, since a statement has fired.
    fn is_lifted(&mut self) -> Result<bool, Failure> {
        let Some(used) = self.lifted else { return Ok(false) };
        let (unit, entry) = self.rule().ok_or(Failure::Arithmetic)?;
        if (used.unit, used.rule) != (unit, entry.rule) {
            return Ok(false);
        }
        if !self.effects.lifted.contains(&used) {
            self.effects.lifted.push(used);
        }
        Ok(true)
    }

    /// Says what an amplifier of the action is.
    pub fn amplifier(&mut self, amplifier: AmplifierId, from: Reg) -> Result<(), Failure> {
        let value = self.wide(from)?.clamp(0, MAX_AMPLIFIER);
        self.effects.amplify(amplifier, value);
        Ok(())
    }

    /// The statement that fired at this site, with the values that it shows as they are now. Conditions have none.
    fn fired(&mut self, site: u16) -> Result<(Fired, &'a Statement), Failure> {
        let (unit, entry) = self.rule().ok_or(Failure::Arithmetic)?;
        let fired = Fired { unit, entry, site, shown: self.effects.shown.len() };
        let found = self.running.and_then(|running| fired.source(running.does));
        let (site, statement) = found.ok_or(Failure::Arithmetic)?;
        self.keep_shown(site)?;
        Ok((fired, statement))
    }

    fn keep_shown(&mut self, site: &Site) -> Result<(), Failure> {
        for argument in &site.arguments {
            let is_there = argument.present.map_or(Ok(true), |present| self.bool(present))?;
            let value = if is_there { Some(self.get(argument.register)?) } else { None };
            self.effects.shown.push(value);
        }
        Ok(())
    }
}
