//! What statements do when they fire. Only then is anything written down for people to read.

use std::borrow::Cow;

use lictor_bundle::instr::Failure;
use lictor_bundle::program::{Argument, Code, Effect, Piece, Rule, Site, Statement, UnitKey};
use lictor_bundle::schema::Approver;

use super::machine::Machine;
use crate::decision::{Points, Reason, Verdict};
use crate::names::{approval, rule_name};
use crate::render::render;

/// What rules have found so far.
#[derive(Default, Debug)]
pub(crate) struct Effects {
    pub reasons: Vec<Reason>,
    pub points: Vec<Points>,
}

/// The rule that is running.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin<'a> {
    pub layer: &'a UnitKey,
    pub rule: &'a Rule,
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
        let Effect::StepUp(approver) = &statement.effect else { return Err(Failure::Arithmetic) };
        self.give_reason(site, statement, origin, Some(approver))
    }

    /// Adds points to the score.
    pub fn risk(&mut self, code: &Code, site: u16) -> Result<(), Failure> {
        let (_, statement, origin) = self.fired(code, site)?;
        let Effect::Risk(points) = statement.effect else { return Err(Failure::Arithmetic) };
        let schema = &self.program.bundle.schema;
        let reason = schema.reasons.get(usize::from(statement.reason)).ok_or(Failure::Arithmetic)?;
        self.effects.points.push(Points {
            code: reason.name.clone(),
            points,
            rule: rule_name(origin.rule),
            layer: origin.layer.layer(schema),
        });
        Ok(())
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
        asks: Option<&Approver>,
    ) -> Result<(), Failure> {
        let schema = &self.program.bundle.schema;
        let reason = schema.reasons.get(usize::from(statement.reason)).ok_or(Failure::Arithmetic)?;
        let message = self.message(site, statement)?;
        self.effects.reasons.push(Reason {
            effect: if asks.is_some() { Verdict::StepUp } else { Verdict::Deny },
            code: Cow::Owned(reason.name.clone()),
            reason: if message.is_empty() { reason.text.clone() } else { message },
            stage: origin.rule.key.stage,
            rule: Some(rule_name(origin.rule)),
            layer: Some(origin.layer.layer(schema)),
            approval: asks.map(|approver| approval(schema, approver)),
        });
        Ok(())
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
