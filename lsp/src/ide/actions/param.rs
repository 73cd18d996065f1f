//! Declaring a limit that a condition compares something with, and that nobody has declared.

use lictor_compiler::typed::Ty;
use lictor_grammar::ast::{BinaryOp, Expr, ExprKind, Layer, QuantifierKind, UnaryOp};

use super::declare::sentence;
use super::tree::{self, Happens, Role, Top};
use super::{Action, ActionKind, Asked, Change, place};
use crate::ide::findings::Finding;

/// A name that is not declared.
const NAME: &str = "E0207";

/// A parameter for a limit of which a lower value is stricter. It begins with the strictest value that there is, and its author says another.
pub(super) fn parameter<'a>(asked: Asked<'a>, finding: &'a Finding) -> Option<Action<'a>> {
    let name = asked.syntax.text().slice(finding.range.clone());
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if finding.code != NAME || !name.bytes().all(is_name) {
        return None;
    }
    let (top, around) = tree::found(asked.syntax, &finding.range)?;
    let other = compared(top, &around)?;
    let (ty, least) = match asked.meaning(other)?.ty.present() {
        Ty::Int => ("Int", "0"),
        Ty::Decimal => ("Decimal", "0"),
        Ty::Duration => ("Duration", "0s"),
        _ => return None,
    };
    let (_, module) = place::own_modules(asked.analysis).find(|(file, _)| *file == asked.file)?;
    // What shapes all layers stands in the base.
    if !matches!(module.layer(), None | Some(Layer::Base)) {
        return None;
    }
    let says = sentence(name);
    let text = format!("/// {says}.\nparam {name}: {ty} = {least} stricter when lower");
    let change = move || {
        let at = place::above(asked.syntax, top.item);
        let item = place::laid_out(&text);
        let edit = place::inserted(asked.syntax.text(), at, &format!("{item}\n\n"));
        Some(Change::one(asked.file.clone(), edit))
    };
    let title = format!("Declare `{name}` as a parameter, with {least} to begin with");
    Some(Action::new(ActionKind::Fix, title, change).mending(finding))
}

/// What a name is compared with, where a lower value in its place makes the statement stricter.
fn compared<'a>(top: Top<'a>, around: &[&'a Expr]) -> Option<&'a Expr> {
    let (name, outside) = around.split_last()?;
    let (comparison, outside) = outside.split_last()?;
    let (ExprKind::Name(_), ExprKind::Binary(op, _, left, right)) = (&name.kind, &comparison.kind) else {
        return None;
    };
    let is_left = std::ptr::eq(left.as_ref(), *name);
    let holds_below = match op {
        BinaryOp::Less | BinaryOp::LessOrEqual => is_left,
        BinaryOp::Greater | BinaryOp::GreaterOrEqual => !is_left,
        _ => return None,
    };
    let mut wants_true = match top.role {
        Role::Require => false,
        Role::When(Happens::Block) | Role::Value => return None,
        Role::When(_) => true,
    };
    for outer in outside {
        match &outer.kind {
            ExprKind::Binary(BinaryOp::And | BinaryOp::Or, ..) => {}
            ExprKind::Quantifier(node) if matches!(node.kind, QuantifierKind::All | QuantifierKind::Any) => {}
            ExprKind::Unary(UnaryOp::Not, _) => wants_true = !wants_true,
            _ => return None,
        }
    }
    (holds_below == wants_true).then_some(if is_left { right } else { left })
}
