//! Every place of a unit that refers to something declared, visited in a fixed order.
//!
//! Codes are visited once for each action that they are used for, since it depends on the action which field a register is. Where the same
//! code comes to read other registers for another action, it becomes two; where two become equal, one. They are numbered in the order of
//! their first use.

use std::collections::BTreeMap;

use super::Kind;
use crate::currency::Currency;
use crate::error::BundleError;
use crate::instr::{Instr, Reg, TEMPORARIES};
use crate::layer::UnitKey;
use crate::program::{Code, CodeBlock, Constant, Effect, Rule, Statement, Unit};
use crate::schema::{ActionId, Approver, Disposition, ParamValue, Scalar, SlotType};
use crate::source_map::{Known, Mark, Node, NodeKind, UnitMap};

/// What is done at each place. What a number or a register is set to is where it refers to from then on.
pub(super) trait Visitor {
    /// A number of a declaration.
    fn number(&mut self, kind: Kind, number: &mut u16) -> Result<(), BundleError>;

    /// A register of a request for an action, which has the number that it had before it was visited.
    fn slot(&mut self, action: ActionId, register: &mut Reg) -> Result<(), BundleError>;

    /// The first of the registers with which a fact is asked, where they are registers of a request; numbers as before they were visited.
    fn arguments(&mut self, fact: u16, action: ActionId, register: &mut Reg) -> Result<(), BundleError>;

    /// The currency of an amount.
    fn currency(&mut self, currency: Currency) -> Result<(), BundleError>;

    /// A group of actions.
    fn group(&mut self, name: &str) -> Result<(), BundleError>;

    /// So many instructions are about to be copied.
    fn copies(&mut self, _instructions: usize) -> Result<(), BundleError> {
        Ok(())
    }
}

/// Visits all of a user's unit.
pub(super) fn unit(unit: &mut Unit, visitor: &mut impl Visitor) -> Result<(), BundleError> {
    for set in &mut unit.sets {
        visitor.number(Kind::Setting, &mut set.param)?;
        value(&mut set.value, visitor)?;
    }
    for (action, default) in &mut unit.defaults {
        visitor.number(Kind::Action, action)?;
        if let Disposition::StepUp(approver) = default {
            role(approver, visitor)?;
        }
    }
    unit.groups.iter().try_for_each(|group| visitor.group(group))?;
    for constant in &mut unit.code.constants {
        self::constant(constant, visitor)?;
    }
    let mut codes = Codes { before: std::mem::take(&mut unit.code.codes), ..Codes::default() };
    for (number, rule) in unit.rules.iter_mut().enumerate() {
        visit_rule(rule, number, &mut unit.map, &mut codes, visitor)?;
    }
    unit.code.codes = codes.after;
    Ok(())
}

fn visit_rule(
    rule: &mut Rule,
    number: usize,
    map: &mut UnitMap,
    codes: &mut Codes,
    visitor: &mut impl Visitor,
) -> Result<(), BundleError> {
    for cited in &mut rule.cites {
        visitor.number(Kind::Control, cited)?;
    }
    for statement in &mut rule.statements {
        visit_statement(statement, visitor)?;
    }
    let mut map = map.rules.get_mut(number);
    for node in map.iter_mut().flat_map(|map| &mut map.nodes) {
        visit_node(node, visitor)?;
    }
    for (at, (action, code)) in rule.entries.iter_mut().enumerate() {
        codes.visit(*action, code, visitor)?;
        let marks = map.as_mut().and_then(|map| map.entries.get_mut(at));
        for mark in marks.into_iter().flatten() {
            visit_mark(mark, *action, visitor)?;
        }
        visitor.number(Kind::Action, action)?;
    }
    for exception in &mut rule.exceptions {
        match &mut exception.layer {
            UnitKey::Category(category) => visitor.number(Kind::Category, category)?,
            UnitKey::Agent(tier) => visitor.number(Kind::Tier, tier)?,
            UnitKey::Base | UnitKey::User(_) => {}
        }
        for (action, code) in &mut exception.entries {
            codes.visit(*action, code, visitor)?;
            visitor.number(Kind::Action, action)?;
        }
    }
    Ok(())
}

/// The codes of a unit: as they were, and as they come to be.
#[derive(Default)]
struct Codes {
    before: Vec<Code>,
    after: Vec<Code>,
    /// What each of those that were has become for an action.
    become_of: BTreeMap<(u16, ActionId), u16>,
    numbers: BTreeMap<Code, u16>,
}

impl Codes {
    fn visit(
        &mut self,
        action: ActionId,
        code: &mut u16,
        visitor: &mut impl Visitor,
    ) -> Result<(), BundleError> {
        if let Some(known) = self.become_of.get(&(*code, action)) {
            *code = *known;
            return Ok(());
        }
        let Some(before) = self.before.get(usize::from(*code)) else {
            // Refused as a code that is not there.
            *code = u16::MAX;
            return Ok(());
        };
        let arguments: usize = before.sites.iter().map(|site| site.arguments.len() + 1).sum();
        visitor.copies(before.instrs.len() + before.temporaries.len() + arguments)?;
        let mut after = before.clone();
        self::code(&mut after, action, visitor)?;
        let number = match self.numbers.get(&after) {
            Some(known) => *known,
            None => {
                let number = u16::try_from(self.after.len()).unwrap_or(u16::MAX);
                self.after.push(after.clone());
                self.numbers.insert(after, number);
                number
            }
        };
        self.become_of.insert((*code, action), number);
        *code = number;
        Ok(())
    }
}

/// Whether the codes of a unit are as visiting leaves them: each used, each once, numbered in the order of their first use.
pub(super) fn are_in_order(unit: &Unit) -> bool {
    let CodeBlock { codes, .. } = &unit.code;
    let mut next = 0;
    for rule in &unit.rules {
        let lifted = rule.exceptions.iter().flat_map(|exception| &exception.entries);
        for (_, code) in rule.entries.iter().chain(lifted) {
            match usize::from(*code) {
                code if code == next && next < codes.len() => next += 1,
                code if code < next => {}
                // Not there at all, which is told by whoever looks for it.
                code if code >= codes.len() => {}
                _ => return false,
            }
        }
    }
    let mut sorted: Vec<&Code> = codes.iter().collect();
    sorted.sort_unstable();
    next == codes.len() && sorted.is_sorted_by(|one, other| one < other)
}

/// Visits a code for an action.
pub(super) fn code(code: &mut Code, action: ActionId, visitor: &mut impl Visitor) -> Result<(), BundleError> {
    for ty in &mut code.temporaries {
        slot_type(ty, visitor)?;
    }
    for instr in &mut code.instrs {
        visit_instr(instr, action, visitor)?;
    }
    for argument in code.sites.iter_mut().flat_map(|site| &mut site.arguments) {
        slot(&mut argument.register, action, visitor)?;
        slot_type(&mut argument.ty, visitor)?;
        if let Some(present) = &mut argument.present {
            slot(present, action, visitor)?;
        }
    }
    Ok(())
}

fn visit_instr(instr: &mut Instr, action: ActionId, visitor: &mut impl Visitor) -> Result<(), BundleError> {
    match instr {
        Instr::Param { param, .. } | Instr::ParamMoney { param, .. } => {
            visitor.number(Kind::Param, param)?;
        }
        Instr::Fact { fact, arguments, .. } => {
            if *arguments >= TEMPORARIES {
                visitor.arguments(*fact, action, arguments)?;
            }
            visitor.number(Kind::Fact, fact)?;
        }
        Instr::Business { calendar, .. } => visitor.number(Kind::Calendar, calendar)?,
        Instr::Amplifier { amplifier, .. } => visitor.number(Kind::Amplifier, amplifier)?,
        _ => {}
    }
    for register in registers(instr).into_iter().flatten() {
        slot(register, action, visitor)?;
    }
    Ok(())
}

/// The registers of an instruction, but for those with which a fact is asked. Where several in a row are written, it is the first: no
/// instruction writes registers of a request, and none but a fact's reads a row of them.
fn registers(instr: &mut Instr) -> [Option<&mut Reg>; 3] {
    match instr {
        Instr::Jump { .. }
        | Instr::Repeat { .. }
        | Instr::Fail { .. }
        | Instr::Deny { .. }
        | Instr::StepUp { .. }
        | Instr::Risk { .. }
        | Instr::Oblige { .. }
        | Instr::End => [None, None, None],
        Instr::Constant { to: one, .. }
        | Instr::Param { to: one, .. }
        | Instr::Fact { to: one, .. }
        | Instr::JumpIf { condition: one, .. }
        | Instr::JumpUnless { condition: one, .. }
        | Instr::Amplifier { from: one, .. }
        | Instr::Answer { from: one } => [Some(one), None, None],
        Instr::Copy { to, from: other }
        | Instr::Not { to, from: other }
        | Instr::Negate { to, from: other, .. }
        | Instr::ToDecimal { to, from: other }
        | Instr::Civil { to, from: other, .. }
        | Instr::Length { to, collection: other }
        | Instr::Source { to, from: other, .. }
        | Instr::Part { to, from: other, .. }
        | Instr::LowerAscii { to, text: other }
        | Instr::ParamMoney { to, like: other, .. } => [Some(to), Some(other), None],
        Instr::Loop { list: to, index: one, element: other, .. }
        | Instr::Compare { to, left: one, right: other, .. }
        | Instr::Arith { to, left: one, right: other, .. }
        | Instr::Business { to, left: one, right: other, .. }
        | Instr::Contains { to, item: one, collection: other, .. }
        | Instr::Lookup { to, map: one, key: other, .. }
        | Instr::Accumulate { sum: to, currency: one, value: other, .. }
        | Instr::Total { to, sum: one, currency: other, .. }
        | Instr::Text { to, text: one, part: other, .. }
        | Instr::Within { to, text: one, parts: other, .. } => [Some(to), Some(one), Some(other)],
    }
}

fn slot(register: &mut Reg, action: ActionId, visitor: &mut impl Visitor) -> Result<(), BundleError> {
    if *register < TEMPORARIES { Ok(()) } else { visitor.slot(action, register) }
}

fn slot_type(ty: &mut SlotType, visitor: &mut impl Visitor) -> Result<(), BundleError> {
    match ty {
        SlotType::Enum(id) => visitor.number(Kind::Enum, id),
        SlotType::List(id) | SlotType::Set(id) | SlotType::Map(id) | SlotType::Sourced(id) => {
            visitor.number(Kind::Type, id)
        }
        _ => Ok(()),
    }
}

/// Visits a constant.
pub(super) fn constant(constant: &mut Constant, visitor: &mut impl Visitor) -> Result<(), BundleError> {
    match constant {
        Constant::Scalar(one) => scalar(one, visitor),
        Constant::Set(ty, elements) => {
            slot_type(ty, visitor)?;
            elements.iter_mut().try_for_each(|element| scalar(element, visitor))
        }
    }
}

fn value(value: &mut ParamValue, visitor: &mut impl Visitor) -> Result<(), BundleError> {
    match value {
        ParamValue::Scalar(one) => scalar(one, visitor),
        ParamValue::Money(all) | ParamValue::Set(all) => {
            all.iter_mut().try_for_each(|element| scalar(element, visitor))
        }
    }
}

fn scalar(scalar: &mut Scalar, visitor: &mut impl Visitor) -> Result<(), BundleError> {
    match scalar {
        Scalar::Enum(id, _) => visitor.number(Kind::Enum, id),
        Scalar::Money(currency, _) => visitor.currency(*currency),
        _ => Ok(()),
    }
}

fn visit_statement(statement: &mut Statement, visitor: &mut impl Visitor) -> Result<(), BundleError> {
    match &mut statement.effect {
        Effect::StepUp(approver) => role(approver, visitor)?,
        Effect::Flag(flag) => visitor.number(Kind::Flag, flag)?,
        Effect::Amplify(amplifier, _) => visitor.number(Kind::Amplifier, amplifier)?,
        Effect::Deny | Effect::Risk(_) | Effect::Oblige { .. } => {}
    }
    let mut reasons = statement.reason.iter_mut().chain(&mut statement.told_as);
    reasons.try_for_each(|reason| visitor.number(Kind::Reason, reason))
}

fn role(approver: &mut Approver, visitor: &mut impl Visitor) -> Result<(), BundleError> {
    approver.role.as_mut().map_or(Ok(()), |role| visitor.number(Kind::Role, role))
}

fn visit_node(node: &mut Node, visitor: &mut impl Visitor) -> Result<(), BundleError> {
    match &mut node.kind {
        NodeKind::Param(param) => visitor.number(Kind::Param, param)?,
        NodeKind::Fact(fact) => visitor.number(Kind::Fact, fact)?,
        _ => {}
    }
    node.ty.as_mut().map_or(Ok(()), |ty| slot_type(ty, visitor))
}

fn visit_mark(mark: &mut Mark, action: ActionId, visitor: &mut impl Visitor) -> Result<(), BundleError> {
    let Known::Value { register, present, .. } = &mut mark.what else { return Ok(()) };
    register.iter_mut().chain(present).try_for_each(|register| slot(register, action, visitor))
}
