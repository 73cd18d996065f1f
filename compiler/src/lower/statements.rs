//! Statements, and the messages they show where they fire.

use lictor_bundle::instr::Instr;
use lictor_bundle::program::{self, Argument, Effect, Site};

use super::bounds::{MAX_ARGUMENTS, Problem};
use super::coder::Coder;
use super::frame::Lifetime;
use super::place;
use super::texts::Places;
use crate::typed::{Expr, Fires, Piece, Statement};

impl<'a> Coder<'a, '_> {
    /// Writes statements one after the other.
    pub(super) fn statements(&mut self, statements: &'a [Statement]) -> Result<(), Problem> {
        for statement in statements {
            match statement {
                Statement::Let(id, value) => self.name(*id, value, Lifetime::Code)?,
                Statement::When(condition, body) => {
                    let done = self.writer.label();
                    self.branch(condition, done, false)?;
                    self.frame.end_statement();
                    self.statements(body)?;
                    self.writer.bind(done);
                }
                Statement::Effect(fires) => {
                    self.fires(fires)?;
                    self.frame.end_statement();
                }
            }
        }
        Ok(())
    }

    fn fires(&mut self, fires: &'a Fires) -> Result<(), Problem> {
        let statement = self.statement;
        self.statement = statement.checked_add(1).ok_or(Problem::Numbers)?;
        let passed = self.writer.label();
        if let Some(condition) = &fires.condition {
            self.branch(condition, passed, !fires.on)?;
        }
        // Nothing fires after a statement that always refuses.
        if self.writer.is_reachable() {
            let mut arguments = self.message(&fires.message)?;
            if let Some(by) = &fires.by {
                arguments.push(self.argument(by)?);
            }
            if let Some(day) = &fires.by_at_loosest {
                self.evaluate(day, None)?;
            }
            for other in &fires.other_than {
                arguments.push(self.argument(other)?);
            }
            if arguments.len() > MAX_ARGUMENTS || u8::try_from(fires.other_than.len()).is_err() {
                return Err(Problem::Arguments);
            }
            let site = u16::try_from(self.sites.len()).map_err(|_| Problem::Numbers)?;
            self.sites.push(Site { statement, arguments });
            self.emit(match fires.effect {
                Effect::Deny => Instr::Deny { site },
                Effect::StepUp(_) => Instr::StepUp { site },
                Effect::Risk(_) | Effect::Flag(_) | Effect::Amplify(..) => Instr::Risk { site },
                Effect::Oblige { .. } => Instr::Oblige { site },
            })?;
        }
        self.writer.bind(passed);
        Ok(())
    }

    fn message(&mut self, pieces: &'a [Piece]) -> Result<Vec<Argument>, Problem> {
        let mut arguments = Vec::new();
        for piece in pieces {
            if let Piece::Value(value) = piece {
                arguments.push(self.argument(value)?);
            }
        }
        if arguments.len() > MAX_ARGUMENTS { Err(Problem::Arguments) } else { Ok(arguments) }
    }

    fn argument(&mut self, value: &'a Expr) -> Result<Argument, Problem> {
        let operand = self.evaluate(value, None)?;
        let present = match &*operand.presence {
            [] => None,
            presence => Some(self.conjunction(presence, None)?),
        };
        let slots = place::slots(self.schema, &value.ty);
        let ty = *slots.last().ok_or_else(|| Problem::Missing("value of a message".to_string()))?;
        Ok(Argument { register: operand.base, ty, present })
    }
}

/// The statements of a rule that have an effect, in the order in which [`Coder::statements`] numbers them.
pub(super) fn table(statements: &[Statement], places: &Places<'_>) -> Vec<program::Statement> {
    let mut table = Vec::with_capacity(statements.len());
    for statement in statements {
        match statement {
            Statement::Let(..) => {}
            Statement::When(_, body) => table.extend(self::table(body, places)),
            Statement::Effect(fires) => table.push(program::Statement {
                effect: fires.effect.clone(),
                reason: fires.reason,
                told_as: fires.told_as,
                message: message_pieces(&fires.message),
                // More than can be counted has been refused with its code.
                others: u8::try_from(fires.other_than.len()).unwrap_or_default(),
                line: places.place(fires.span).1,
            }),
        }
    }
    table
}

fn message_pieces(pieces: &[Piece]) -> Vec<program::Piece> {
    // A message with more values than can be numbered has been refused with its code.
    let mut arguments = 0u8..;
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => program::Piece::Text(text.clone()),
            Piece::Value(_) => program::Piece::Argument(arguments.next().unwrap_or_default()),
        })
        .collect()
}
