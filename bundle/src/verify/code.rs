//! A code block: its constants, and each of its codes for each action that it is used for.

use crate::error::{BundleError, ErrorKind};
use crate::instr::{Instr, Pc, Reg};
use crate::program::{Argument, Code, CodeBlock, Constant, Effect, Piece, Statement};
use crate::schema::{ActionId, SlotType};

use super::flow::Flow;
use super::schema::Declared;
use super::steps::spend;
use super::types::Place;
use super::{Within, ensure, steps, types, values};

/// What a code is used for, which decides what may stand in it.
#[derive(Clone, Copy)]
pub(super) enum Use<'a> {
    /// Whether a request is in a category. It may read nothing but the request.
    Condition,
    /// What an action's amplifiers are. It may read nothing but the request.
    Score,
    /// Whether an exception holds. It may read the request and facts.
    Exception,
    /// A rule with these statements.
    Rule(&'a [Statement]),
}

/// A block whose constants and flow were verified.
pub(super) struct Block<'a> {
    block: &'a CodeBlock,
    flows: Vec<Flow>,
    used: Vec<bool>,
}

impl<'a> Block<'a> {
    pub(super) fn verify(declared: &Declared<'_>, block: &'a CodeBlock) -> Result<Block<'a>, BundleError> {
        for (number, constant) in block.constants.iter().enumerate() {
            verify_constant(declared, constant).within(|| format!("constant {number}"))?;
        }
        let flows = (0..)
            .zip(&block.codes)
            .map(|(number, code): (usize, _)| Flow::of(&code.instrs).within(|| format!("code {number}")))
            .collect::<Result<_, _>>()?;
        Ok(Block { block, flows, used: vec![false; block.codes.len()] })
    }

    /// Verifies one of its codes for an action, and counts its steps. Takes the work it does from `budget`.
    pub(super) fn verify_use(
        &mut self,
        declared: &Declared<'_>,
        action: ActionId,
        number: u16,
        usage: Use<'_>,
        budget: &mut usize,
    ) -> Result<u64, BundleError> {
        let request = declared.requests.get(usize::from(action));
        let request = request.ok_or_else(|| BundleError::new(ErrorKind::Unit, "the action is not there"))?;
        self.verify_over(declared, request, number, usage, budget)
    }

    /// Verifies one of its codes over a record with these slots, and counts its steps.
    pub(super) fn verify_over(
        &mut self,
        declared: &Declared<'_>,
        request: &[values::Slot],
        number: u16,
        usage: Use<'_>,
        budget: &mut usize,
    ) -> Result<u64, BundleError> {
        let index = usize::from(number);
        let missing = |what: &str| BundleError::new(ErrorKind::Unit, format!("{what} is not there"));
        let (Some(code), Some(flow), Some(used)) =
            (self.block.codes.get(index), self.flows.get(index), self.used.get_mut(index))
        else {
            return Err(missing(&format!("code {number}")));
        };
        *used = true;
        let place = Place { declared, block: self.block, code, flow, request };
        spend(budget, code.temporaries.len() + code.instrs.len())?;
        let work = types::verify(place)?;
        spend(budget, work)?;
        verify_usage(&code.instrs, usage)?;
        for (number, site) in code.sites.iter().enumerate() {
            spend(budget, site.arguments.len() + 1)?;
            for argument in &site.arguments {
                verify_argument(place, argument).within(|| format!("site {number}"))?;
            }
        }
        verify_effects(code, usage, budget)?;
        steps::count(place, budget)
    }

    /// Whether a code has an instruction at this place.
    pub(super) fn has_instruction(&self, number: u16, pc: Pc) -> bool {
        let code = self.block.codes.get(usize::from(number));
        code.is_some_and(|code| usize::from(pc) < code.instrs.len())
    }

    /// The type of a register of one of its codes, run for an action.
    pub(super) fn type_of(
        &self,
        declared: &Declared<'_>,
        action: ActionId,
        number: u16,
        register: Reg,
    ) -> Result<SlotType, BundleError> {
        let index = usize::from(number);
        let missing = || BundleError::new(ErrorKind::Unit, format!("code {number} is not there"));
        let request = declared.requests.get(usize::from(action)).ok_or_else(missing)?;
        let (code, flow) = self.block.codes.get(index).zip(self.flows.get(index)).ok_or_else(missing)?;
        Place { declared, block: self.block, code, flow, request }.type_of(register)
    }

    /// Checks that every code was used: none goes unverified.
    pub(super) fn verify_all_used(&self) -> Result<(), BundleError> {
        match self.used.iter().position(|used| !used) {
            Some(number) => {
                Err(BundleError::new(ErrorKind::Unit, format!("code {number} is used by nothing")))
            }
            None => Ok(()),
        }
    }
}

fn verify_constant(declared: &Declared<'_>, constant: &Constant) -> Result<(), BundleError> {
    let schema = declared.schema;
    let fits = match constant {
        Constant::Scalar(scalar) => values::is_value(schema, scalar),
        Constant::Set(SlotType::Set(element), scalars) => {
            let element = schema.types.get(usize::from(*element)).copied().and_then(values::slot_type);
            scalars
                .iter()
                .all(|scalar| Some(values::slot_of(scalar)) == element && values::is_value(schema, scalar))
                && scalars.is_sorted_by(|left, right| left < right)
        }
        Constant::Set(..) => false,
    };
    ensure(fits, ErrorKind::Constant, || "it is not a value of its type, or not sorted".to_owned())
}

/// Whether it reads more than the request.
fn reads_more(instr: &Instr) -> bool {
    matches!(instr, Instr::Param { .. } | Instr::ParamMoney { .. } | Instr::Fact { .. })
}

/// Whether it is the effect of a statement.
fn has_effect(instr: &Instr) -> bool {
    effect_site(instr).is_some()
}

/// The site of a statement's effect.
fn effect_site(instr: &Instr) -> Option<u16> {
    match *instr {
        Instr::Deny { site } | Instr::StepUp { site } | Instr::Risk { site } | Instr::Oblige { site } => {
            Some(site)
        }
        _ => None,
    }
}

/// Some instructions stand only in rules, some only in conditions.
fn verify_usage(instrs: &[Instr], usage: Use<'_>) -> Result<(), BundleError> {
    let out_of_place = instrs.iter().position(|instr| match usage {
        Use::Condition => {
            reads_more(instr) || has_effect(instr) || matches!(instr, Instr::End | Instr::Amplifier { .. })
        }
        Use::Exception => {
            matches!(
                instr,
                Instr::Param { .. } | Instr::ParamMoney { .. } | Instr::End | Instr::Amplifier { .. }
            ) || has_effect(instr)
        }
        Use::Score => reads_more(instr) || has_effect(instr) || matches!(instr, Instr::Answer { .. }),
        Use::Rule(_) => matches!(instr, Instr::Answer { .. } | Instr::Amplifier { .. }),
    });
    match out_of_place {
        Some(pc) => Err(BundleError::new(
            ErrorKind::Instruction,
            match usage {
                Use::Condition => {
                    format!("instruction {pc}: it does not stand in the condition of a category")
                }
                Use::Exception => {
                    format!("instruction {pc}: it does not stand in the condition of an exception")
                }
                Use::Score => format!("instruction {pc}: it does not stand in a score"),
                Use::Rule(_) => format!("instruction {pc}: it does not stand in a rule"),
            },
        )),
        None => Ok(()),
    }
}

fn verify_argument(place: Place<'_>, argument: &Argument) -> Result<(), BundleError> {
    let actual = place.type_of(argument.register)?;
    let is_shown = actual.element().is_none()
        && !matches!(actual, SlotType::Pattern | SlotType::Sourced(_) | SlotType::Wide);
    ensure(actual == argument.ty && is_shown, ErrorKind::Register, || {
        format!("register {} is shown as {:?}, but holds {actual:?}", argument.register, argument.ty)
    })?;
    match argument.present {
        Some(present) => ensure(place.type_of(present)? == SlotType::Bool, ErrorKind::Register, || {
            format!("register {present} does not say whether a value is there")
        }),
        None => Ok(()),
    }
}

/// Each site belongs to a statement, whose message shows no more than the site's arguments, and whose effect is that of
/// the instruction.
fn verify_effects(code: &Code, usage: Use<'_>, budget: &mut usize) -> Result<(), BundleError> {
    let statements = match usage {
        Use::Condition | Use::Exception | Use::Score => &[],
        Use::Rule(statements) => statements,
    };
    for (number, site) in code.sites.iter().enumerate() {
        let statement = statements.get(usize::from(site.statement)).ok_or_else(|| {
            BundleError::new(ErrorKind::Effect, format!("site {number}: its statement is not there"))
        })?;
        spend(budget, statement.message.len())?;
        let shown = statement.message.iter().all(|piece| match piece {
            Piece::Argument(argument) => usize::from(*argument) < site.arguments.len(),
            Piece::Text(_) => true,
        });
        ensure(shown, ErrorKind::Effect, || {
            format!("site {number}: the message shows a value that is not given")
        })?;
    }
    for (pc, instr) in code.instrs.iter().enumerate() {
        let Some(site) = effect_site(instr) else { continue };
        let site = code.sites.get(usize::from(site));
        let statement = site.and_then(|site| statements.get(usize::from(site.statement)));
        let same = matches!(
            (instr, statement.map(|statement| &statement.effect)),
            (Instr::Deny { .. }, Some(Effect::Deny))
                | (Instr::StepUp { .. }, Some(Effect::StepUp(_)))
                | (Instr::Risk { .. }, Some(Effect::Risk(_) | Effect::Flag(_) | Effect::Amplify(..)))
                | (Instr::Oblige { .. }, Some(Effect::Oblige { .. }))
        );
        let others = statement.map_or(0, |statement| usize::from(statement.others));
        let ids = site.map(|site| site.arguments.len()).unwrap_or_default().checked_sub(others);
        let ids = ids.and_then(|first| site?.arguments.get(first..)).unwrap_or_default();
        let asks = matches!(instr, Instr::StepUp { .. });
        ensure(
            ids.len() == others
                && (others == 0 || asks)
                && ids.iter().all(|id| matches!(id.ty, SlotType::Text)),
            ErrorKind::Effect,
            || format!("instruction {pc}: those whose approval does not count are not named by texts"),
        )?;
        ensure(same, ErrorKind::Effect, || {
            format!("instruction {pc}: its effect is not that of the statement it belongs to")
        })?;
        if let (Some(site), Some(Effect::Oblige { by: Some(by), .. })) =
            (site, statement.map(|statement| &statement.effect))
        {
            let moment = site.arguments.get(usize::from(*by));
            let is_moment =
                moment.is_some_and(|moment| moment.ty == SlotType::Timestamp && moment.present.is_none());
            ensure(is_moment, ErrorKind::Effect, || {
                format!("instruction {pc}: until when is not a timestamp that is always there")
            })?;
        }
    }
    Ok(())
}
