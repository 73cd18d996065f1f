//! What statements do when they fire. It is noted by number, with the values that words about it will show: nothing is put into
//! words before somebody asks for them (`words.rs`).

use lictor_bundle::decimal::SCALE;
use lictor_bundle::instr::{Failure, Reg};
use lictor_bundle::program::{Effect, Site, Stage, Statement, Unit};
use lictor_bundle::schema::{AmplifierId, FlagId, ReasonId};
use lictor_bundle::time::{FIRST_MOMENT, LAST_MOMENT};

use super::machine::{Machine, Running};
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
    /// What those are together.
    pub sum: u64,
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
            Cause::Denied(fired) | Cause::Asked(fired) => fired.stated.entry.stage,
            Cause::Failed(_, entry, _) => entry.stage,
            Cause::Unscored(_) | Cause::Score(_) | Cause::Default(..) => Stage::Risk,
        }
    }
}

/// A statement at a site of a rule's code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stated {
    /// The rule, as it is run.
    pub entry: Entry,
    /// Index of the site in the rule's code.
    pub site: u16,
    /// The code that it gives.
    pub reason: Option<ReasonId>,
}

/// A statement that fired.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fired {
    /// Index of the rule's unit.
    pub unit: usize,
    pub stated: Stated,
    /// Where the values that it shows begin.
    pub shown: usize,
}

impl Fired {
    /// Its place in the code that ran, and the statement itself, in its unit.
    pub fn source(self, unit: &Unit) -> Option<(&Site, &Statement)> {
        let Stated { entry, site, .. } = self.stated;
        let site = unit.code.codes.get(entry.code)?.sites.get(usize::from(site))?;
        let statement = unit.rules.get(entry.rule)?.statements.get(usize::from(site.statement))?;
        Some((site, statement))
    }
}

/// A statement at a site of a rule's code, as it is run: all that its effect needs, found out when the bundle is loaded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadySite {
    pub stated: Stated,
    does: Does,
    /// Whether it shows values.
    shows: bool,
}

/// What a statement does.
#[derive(Clone, Copy, Debug)]
enum Does {
    Deny,
    Ask,
    Points(u8),
    Flag(FlagId),
    Amplify(AmplifierId, u8),
    /// With the number of the value that is its moment.
    Oblige(Option<u8>),
    /// It names what is not there, which the loader has ruled out.
    Nothing,
}

impl ReadySite {
    /// The sites of a rule's code, in their order.
    pub fn of(unit: &Unit, entry: Entry) -> impl Iterator<Item = ReadySite> {
        let sites = unit.code.codes.get(entry.code).map_or(&[][..], |code| &code.sites);
        let statements = unit.rules.get(entry.rule).map_or(&[][..], |rule| &rule.statements);
        (0..).zip(sites).map(move |(number, site)| {
            let shows = !site.arguments.is_empty();
            let statement = statements.get(usize::from(site.statement));
            let does = match statement.map(|statement| &statement.effect) {
                None => Does::Nothing,
                Some(Effect::Deny) => Does::Deny,
                Some(Effect::StepUp(_)) => Does::Ask,
                Some(Effect::Risk(points)) => Does::Points(*points),
                Some(Effect::Flag(flag)) => Does::Flag(*flag),
                Some(Effect::Amplify(amplifier, points)) => Does::Amplify(*amplifier, *points),
                Some(Effect::Oblige { by, .. }) => Does::Oblige(*by),
            };
            let reason = statement.and_then(|statement| statement.reason);
            ReadySite { stated: Stated { entry, site: number, reason }, does, shows }
        })
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
        self.sum = 0;
        self.flags.clear();
        self.amplifiers.clear();
        self.obligations.clear();
        self.lifted.clear();
        self.shown.clear();
    }

    /// Adds to the score.
    #[inline(always)]
    fn add(&mut self, fired: Fired, points: u8) {
        self.sum += u64::from(points);
        self.points.push((fired, points));
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
    /// The site of this number, counted through the rules that are running. Conditions have none.
    #[inline]
    pub fn site(&self, number: u32) -> Result<&'a ReadySite, Failure> {
        self.running.and_then(|running| running.sites.get(number as usize)).ok_or(Failure::Arithmetic)
    }

    /// Refuses; gives the stage that it stands in.
    pub fn deny(&mut self, site: &ReadySite) -> Result<Stage, Failure> {
        let Does::Deny = site.does else { return Err(Failure::Arithmetic) };
        let (unit, shown) = (self.unit()?, self.show(site)?);
        self.effects.causes.push(Cause::Denied(Fired { unit, stated: site.stated, shown }));
        Ok(site.stated.entry.stage)
    }

    /// Does what a soft statement says, unless an exception lifts it.
    #[inline(always)]
    pub fn fire(&mut self, site: &ReadySite) -> Result<(), Failure> {
        let unit = self.unit()?;
        if let Does::Oblige(Some(by)) = site.does {
            self.due(site, by)?;
        }
        if self.lifted.is_some() && self.is_lifted(site) {
            return Ok(());
        }
        let shown = self.show(site)?;
        let fired = || Fired { unit, stated: site.stated, shown };
        match site.does {
            Does::Ask => self.effects.causes.push(Cause::Asked(fired())),
            Does::Points(points) => self.effects.add(fired(), points),
            Does::Flag(flag) if self.effects.flags.contains(&flag) => {}
            Does::Flag(flag) => self.effects.flags.push(flag),
            Does::Amplify(amplifier, points) => self.effects.amplify(amplifier, i128::from(points) * SCALE),
            Does::Oblige(_) => self.effects.obligations.push(fired()),
            Does::Deny | Does::Nothing => return Err(Failure::Arithmetic),
        }
        Ok(())
    }

    /// Until when something must be done is a moment that can be written.
    #[inline(never)]
    fn due(&self, site: &ReadySite, by: u8) -> Result<(), Failure> {
        let Running { unit, does, .. } = self.running.ok_or(Failure::Arithmetic)?;
        let fired = Fired { unit, stated: site.stated, shown: 0 };
        let (site, _) = fired.source(does).ok_or(Failure::Arithmetic)?;
        let moment = self.int(site.arguments.get(usize::from(by)).ok_or(Failure::Arithmetic)?.register)?;
        if (FIRST_MOMENT..=LAST_MOMENT).contains(&moment) { Ok(()) } else { Err(Failure::Arithmetic) }
    }

    /// Whether an exception lifts the soft statements of a site's rule. One that does is used, since a statement has fired.
    #[inline(never)]
    fn is_lifted(&mut self, site: &ReadySite) -> bool {
        let Some((used, running)) = self.lifted.zip(self.running) else { return false };
        if (used.unit, used.rule) != (running.unit, site.stated.entry.rule) {
            return false;
        }
        if !self.effects.lifted.contains(&used) {
            self.effects.lifted.push(used);
        }
        true
    }

    /// Says what an amplifier of the action is.
    pub fn amplifier(&mut self, amplifier: AmplifierId, from: Reg) -> Result<(), Failure> {
        let value = self.wide(from)?.clamp(0, MAX_AMPLIFIER);
        self.effects.amplify(amplifier, value);
        Ok(())
    }

    /// Index of the unit whose rules are running.
    #[inline]
    fn unit(&self) -> Result<usize, Failure> {
        self.running.map(|running| running.unit).ok_or(Failure::Arithmetic)
    }

    /// Keeps the values that the statement of a site shows, as they are now, and says where they begin.
    #[inline]
    fn show(&mut self, site: &ReadySite) -> Result<usize, Failure> {
        let shown = self.effects.shown.len();
        if site.shows {
            let Running { unit, does, .. } = self.running.ok_or(Failure::Arithmetic)?;
            let fired = Fired { unit, stated: site.stated, shown };
            let (site, _) = fired.source(does).ok_or(Failure::Arithmetic)?;
            self.keep_shown(site)?;
        }
        Ok(shown)
    }

    #[inline(never)]
    fn keep_shown(&mut self, site: &Site) -> Result<(), Failure> {
        for argument in &site.arguments {
            let is_there = argument.present.map_or(Ok(true), |present| self.bool(present))?;
            let value = if is_there { Some(self.get(argument.register)?) } else { None };
            self.effects.shown.push(value);
        }
        Ok(())
    }
}
