//! What statements do when they fire. Only then is anything written down for people to read.

use std::borrow::Cow;

use lictor_bundle::decimal::SCALE;
use lictor_bundle::instr::{Failure, Reg};
use lictor_bundle::program::{Argument, Code, Effect, Exception, Piece, Rule, Site, Statement, UnitKey};
use lictor_bundle::schema::{AmplifierId, Described, FlagId};
use lictor_bundle::time::render_timestamp;

use super::machine::Machine;
use crate::decision::{Approval, Obligation, Points, Reason, Told, UsedException, Verdict};
use crate::names::{approval, cites, rule_name};
use crate::render::render;

/// The most that an amplifier can be, in billionths.
pub(crate) const MAX_AMPLIFIER: i128 = 100 * SCALE;

/// What rules have found so far.
#[derive(Default, Debug)]
pub(crate) struct Effects {
    /// The time of the request: of the controls that a rule cites, those count that are in force then.
    pub now: i64,
    pub reasons: Vec<Reason>,
    pub points: Vec<Points>,
    /// The flags and amplifiers that statements raised, in the order of evaluation.
    pub raised: Vec<Raised>,
    /// What the action's amplifiers are, in billionths, held within 0 and 100.
    pub amplifiers: Vec<(AmplifierId, i128)>,
    pub obligations: Vec<Obligation>,
    /// The exceptions that lifted something, each once.
    pub exceptions: Vec<UsedException>,
}

/// A flag or an amplifier that a statement raised.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Raised {
    Flag(FlagId),
    Amplifier(AmplifierId, u8),
}

/// The rule that is running.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin<'a> {
    pub layer: &'a UnitKey,
    pub rule: &'a Rule,
    /// What lifts its soft statements.
    pub lifted: Option<&'a Exception>,
}

impl<'a> Machine<'a> {
    /// Refuses.
    pub fn deny(&mut self, code: &Code, site: u16) -> Result<(), Failure> {
        let (site, statement, origin) = self.fired(code, site)?;
        let Effect::Deny = statement.effect else { return Err(Failure::Arithmetic) };
        self.give_reason(site, statement, origin, None)
    }

    /// Asks.
    pub fn step_up(&mut self, code: &Code, site: u16) -> Result<(), Failure> {
        let (site, statement, origin) = self.fired(code, site)?;
        if self.is_lifted(origin) {
            return Ok(());
        }
        let Effect::StepUp(approver) = &statement.effect else { return Err(Failure::Arithmetic) };
        let schema = &self.program.bundle.schema;
        let other_than = self.others(site, statement)?;
        self.give_reason(site, statement, origin, Some(Approval { other_than, ..approval(schema, approver) }))
    }

    /// Adds points to the score.
    pub fn risk(&mut self, code: &Code, site: u16) -> Result<(), Failure> {
        let (_, statement, origin) = self.fired(code, site)?;
        if self.is_lifted(origin) {
            return Ok(());
        }
        let points = match statement.effect {
            Effect::Risk(points) => points,
            Effect::Flag(flag) => {
                self.effects.raised.push(Raised::Flag(flag));
                return Ok(());
            }
            Effect::Amplify(amplifier, points) => {
                self.effects.raised.push(Raised::Amplifier(amplifier, points));
                return Ok(());
            }
            _ => return Err(Failure::Arithmetic),
        };
        let schema = &self.program.bundle.schema;
        let (reason, told) = self.codes(statement)?;
        self.effects.points.push(Points {
            code: reason.name.clone(),
            points,
            rule: rule_name(origin.rule),
            layer: origin.layer.layer(schema),
            told,
        });
        Ok(())
    }

    /// Obliges the caller.
    pub fn oblige(&mut self, code: &Code, site: u16) -> Result<(), Failure> {
        let (site, statement, origin) = self.fired(code, site)?;
        if self.is_lifted(origin) {
            return Ok(());
        }
        let Effect::Oblige { id, by } = &statement.effect else { return Err(Failure::Arithmetic) };
        let (reason, told) = self.codes(statement)?;
        let message = self.message(site, statement)?;
        let by = match by {
            None => None,
            Some(by) => {
                let argument = site.arguments.get(usize::from(*by)).ok_or(Failure::Arithmetic)?;
                Some(render_timestamp(self.int(argument.register)?))
            }
        };
        self.effects.obligations.push(Obligation {
            id: id.clone(),
            by,
            code: reason.name.clone(),
            reason: if message.is_empty() { reason.text.clone() } else { message },
            told,
            rule: rule_name(origin.rule),
            layer: origin.layer.layer(&self.program.bundle.schema),
        });
        Ok(())
    }

    /// Whether an exception lifts the soft statements of the running rule. One that does is used, since a statement has fired.
    fn is_lifted(&mut self, origin: Origin<'_>) -> bool {
        let Some(exception) = origin.lifted else { return false };
        let used = UsedException {
            name: format!("{}.{}", exception.module, exception.name),
            rule: rule_name(origin.rule),
            granted_by: exception.granted_by.clone(),
            because: exception.because.clone(),
            expires: exception.last_day(),
            layer: exception.layer.layer(&self.program.bundle.schema),
        };
        if !self.effects.exceptions.contains(&used) {
            self.effects.exceptions.push(used);
        }
        true
    }

    /// Says what an amplifier of the action is.
    pub fn amplifier(&mut self, amplifier: AmplifierId, from: Reg) -> Result<(), Failure> {
        let value = self.wide(from)?.clamp(0, MAX_AMPLIFIER);
        self.effects.amplifiers.push((amplifier, value));
        Ok(())
    }

    /// The code that a statement gives, and what the agent is told instead.
    fn codes(&self, statement: &Statement) -> Result<(&'a Described, Option<Told>), Failure> {
        let reasons = &self.program.bundle.schema.reasons;
        let find = |id: u16| reasons.get(usize::from(id)).ok_or(Failure::Arithmetic);
        let reason = find(statement.reason.ok_or(Failure::Arithmetic)?)?;
        let told = match statement.told_as {
            None => None,
            Some(told_as) => {
                let told = find(told_as)?;
                Some(Told { told_as: told.name.clone(), told_reason: told.text.clone() })
            }
        };
        Ok((reason, told))
    }

    /// The statement that fired at this site. Conditions have none.
    fn fired<'c>(&self, code: &'c Code, site: u16) -> Result<(&'c Site, &'a Statement, Origin<'a>), Failure> {
        let site = code.sites.get(usize::from(site)).ok_or(Failure::Arithmetic)?;
        let origin = self.origin.ok_or(Failure::Arithmetic)?;
        let statement = origin.rule.statements.get(usize::from(site.statement)).ok_or(Failure::Arithmetic)?;
        Ok((site, statement, origin))
    }

    fn give_reason(
        &mut self,
        site: &Site,
        statement: &Statement,
        origin: Origin<'_>,
        asks: Option<Approval>,
    ) -> Result<(), Failure> {
        let schema = &self.program.bundle.schema;
        let (reason, told) = self.codes(statement)?;
        let message = self.message(site, statement)?;
        self.effects.reasons.push(Reason {
            effect: if asks.is_some() { Verdict::StepUp } else { Verdict::Deny },
            code: Cow::Owned(reason.name.clone()),
            reason: if message.is_empty() { reason.text.clone() } else { message },
            told,
            stage: origin.rule.key.stage,
            rule: Some(rule_name(origin.rule)),
            layer: Some(origin.layer.layer(schema)),
            approval: asks,
            cites: cites(&self.program.bundle.manifest, origin.rule, self.effects.now),
        });
        Ok(())
    }

    /// The ids of those whose approval does not count, each once.
    fn others(&self, site: &Site, statement: &Statement) -> Result<Vec<String>, Failure> {
        let first = site.arguments.len().checked_sub(usize::from(statement.others));
        let arguments = first.and_then(|first| site.arguments.get(first..)).ok_or(Failure::Arithmetic)?;
        let mut others = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let is_there = argument.present.map_or(Ok(true), |present| self.bool(present))?;
            let id = self.shown(argument)?;
            if is_there && !others.contains(&id) {
                others.push(id);
            }
        }
        Ok(others)
    }

    fn message(&self, site: &Site, statement: &Statement) -> Result<String, Failure> {
        let mut message = String::new();
        for piece in &statement.message {
            match piece {
                Piece::Text(text) => message.push_str(text),
                Piece::Argument(number) => {
                    let argument = site.arguments.get(usize::from(*number)).ok_or(Failure::Arithmetic)?;
                    message.push_str(&self.shown(argument)?);
                }
            }
        }
        Ok(message)
    }

    fn shown(&self, argument: &Argument) -> Result<String, Failure> {
        match argument.present {
            Some(present) if !self.bool(present)? => Ok("(absent)".to_owned()),
            _ => {
                let slot = self.get(argument.register)?;
                Ok(render(&self.program.bundle.schema, self.arenas(), argument.ty, slot))
            }
        }
    }
}
