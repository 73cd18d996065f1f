//! The code of a rule, looked at without a request: whether every way through it refuses. What is not known may be anything, so that both ways are gone.

use std::collections::BTreeMap;
use std::mem::discriminant;

use lictor_bundle::instr::{Comparison, Instr, Pc, TextOp};
use lictor_bundle::pattern::Pattern;
use lictor_bundle::program::{Code, Constant};
use lictor_bundle::schema::Scalar;

use super::known::Known;

/// Whether every way through a code refuses, or asks where `asks`. What cannot be evaluated refuses as well, and is not counted on.
pub fn always_refuses(code: &Code, constants: &[Constant], asks: bool, known: &Known) -> bool {
    // Ways lead ahead: when it is an instruction's turn, all that leads to it is known.
    let mut ways: BTreeMap<Pc, Known> = BTreeMap::from([(0, known.clone())]);
    while let Some((pc, mut known)) = ways.pop_first() {
        let Some(instr) = code.instrs.get(usize::from(pc)) else { return false };
        let next = pc.saturating_add(1);
        let leads: [Option<Pc>; 2] = match *instr {
            Instr::Deny { .. } | Instr::Fail { .. } => [None; 2],
            Instr::StepUp { .. } if asks => [None; 2],
            Instr::End | Instr::Answer { .. } => return false,
            Instr::Jump { target } => [Some(target), None],
            Instr::JumpIf { condition, target } => either(&known, condition, target, next),
            Instr::JumpUnless { condition, target } => either(&known, condition, next, target),
            // What one turn computes is not known in the next. The loop may have no turn at all, so that its exit is led to from here.
            Instr::Loop { exit, .. } => {
                known.forget();
                [Some(next), Some(exit)]
            }
            Instr::Repeat { .. } => [None; 2],
            _ => {
                compute(instr, constants, &mut known);
                [Some(next), None]
            }
        };
        for to in leads.into_iter().flatten() {
            if to <= pc {
                return false;
            }
            let common = match ways.remove(&to) {
                Some(other) => other.common(&known),
                None => known.clone(),
            };
            ways.insert(to, common);
        }
    }
    true
}

/// Where a jump may lead.
fn either(known: &Known, condition: u16, yes: Pc, no: Pc) -> [Option<Pc>; 2] {
    match known.scalar(condition) {
        Some(Scalar::Bool(true)) => [Some(yes), None],
        Some(Scalar::Bool(false)) => [Some(no), None],
        _ => [Some(yes), Some(no)],
    }
}

/// What an instruction makes known, and what not any more.
fn compute(instr: &Instr, constants: &[Constant], known: &mut Known) {
    let truth = |holds: Option<bool>| holds.map(|holds| Constant::Scalar(Scalar::Bool(holds)));
    let (to, value) = match *instr {
        Instr::Constant { to, constant } => (to, constants.get(usize::from(constant)).cloned()),
        Instr::Copy { to, from } => (to, known.get(from).cloned()),
        Instr::Not { to, from } => match known.scalar(from) {
            Some(Scalar::Bool(value)) => (to, truth(Some(!value))),
            _ => (to, None),
        },
        Instr::Compare { op, to, left, right, .. } => {
            let both = known.scalar(left).zip(known.scalar(right));
            (to, truth(both.and_then(|(left, right)| compare(op, left, right))))
        }
        Instr::Contains { to, item, collection, .. } => {
            let holds = match (known.scalar(item), known.get(collection)) {
                (Some(Scalar::Money(..)), _) => None,
                (Some(item), Some(Constant::Set(_, elements))) => Some(elements.contains(item)),
                _ => None,
            };
            (to, truth(holds))
        }
        Instr::Text { op, to, text, part } => {
            let both = known.scalar(text).and_then(text_of).zip(known.scalar(part));
            (to, truth(both.and_then(|(text, part)| ask(op, text, part))))
        }
        Instr::LowerAscii { to, text } => {
            let lower = known.scalar(text).and_then(text_of).map(str::to_ascii_lowercase);
            (to, lower.map(|lower| Constant::Scalar(Scalar::Text(lower))))
        }
        Instr::Arith { to, .. }
        | Instr::Negate { to, .. }
        | Instr::ToDecimal { to, .. }
        | Instr::Civil { to, .. }
        | Instr::Business { to, .. }
        | Instr::Length { to, .. }
        | Instr::Total { to, .. }
        | Instr::Part { to, .. }
        | Instr::Within { to, .. }
        | Instr::Param { to, .. }
        | Instr::ParamMoney { to, .. } => (to, None),
        Instr::StepUp { .. } | Instr::Risk { .. } | Instr::Oblige { .. } => return,
        // It writes several registers.
        _ => return known.forget(),
    };
    known.put(to, value);
}

/// Two values of one type. Amounts are compared in one currency only, and that is not looked at here.
fn compare(op: Comparison, left: &Scalar, right: &Scalar) -> Option<bool> {
    if discriminant(left) != discriminant(right) || matches!(left, Scalar::Money(..)) {
        return None;
    }
    Some(match op {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
    })
}

fn text_of(scalar: &Scalar) -> Option<&str> {
    match scalar {
        Scalar::Text(text) => Some(text),
        _ => None,
    }
}

fn ask(op: TextOp, text: &str, part: &Scalar) -> Option<bool> {
    match (op, part) {
        (TextOp::StartsWith, Scalar::Text(part)) => Some(text.starts_with(part.as_str())),
        (TextOp::EndsWith, Scalar::Text(part)) => Some(text.ends_with(part.as_str())),
        (TextOp::Contains, Scalar::Text(part)) => Some(text.contains(part.as_str())),
        (TextOp::Matches, Scalar::Pattern(pattern)) => {
            let end = text.bytes().fold(Pattern::START, |state, byte| pattern.step(state, byte));
            Some(pattern.accepts(end))
        }
        _ => None,
    }
}
