//! What a rule may cost, and what is said of one that costs more.

use lictor_bundle::instr::TEMPORARIES;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::typed::{Expr, ExprKind, Piece, Statement};

/// The most nodes a rule may have once its functions are unfolded.
const MAX_NODES: usize = 20_000;
/// The most instructions one code may have.
pub(super) const MAX_INSTRUCTIONS: usize = u16::MAX as usize;
/// The most values that one message may show.
pub(super) const MAX_ARGUMENTS: usize = 1 + u8::MAX as usize;

/// The most loops that may stand one within the other.
pub(super) const MAX_LOOPS: usize = 3;

/// Why no code can be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Problem {
    /// It has more nodes than [`MAX_NODES`].
    Nodes(usize),
    /// It needs more registers than there are.
    Temporaries,
    /// It needs more than [`MAX_INSTRUCTIONS`].
    Instructions,
    /// The constants, codes or statements of the layer cannot be numbered any more.
    Numbers,
    /// A message shows more than [`MAX_ARGUMENTS`] values.
    Arguments,
    /// It has more than [`MAX_LOOPS`] loops one within the other.
    Loops,
    /// It reads what the action does not have.
    Missing(String),
}

impl Problem {
    /// The code of [`Problem::Numbers`].
    pub(super) const NUMBERS: &str = "E0434";

    /// The error to report for what stands at `span`, a `rule` or a `condition`, when lowered for an action.
    pub(super) fn diagnostic(&self, span: Span, what: &str, action: Option<&str>) -> Diagnostic {
        let (code, wrong, help) = match self {
            Problem::Nodes(nodes) => (
                "E0430",
                format!("has {nodes} parts once its functions are unfolded; at most {MAX_NODES} are allowed"),
                "split it, or make the functions that it uses smaller".to_string(),
            ),
            Problem::Temporaries => (
                "E0431",
                format!("needs more than {TEMPORARIES} values at one time"),
                "split it, or use fewer records in `if` and `otherwise`".to_string(),
            ),
            Problem::Instructions => (
                "E0432",
                format!("needs more than {MAX_INSTRUCTIONS} instructions"),
                "split it; a `let` that many branches need is shorter where it is used once before them".to_string(),
            ),
            Problem::Numbers => (
                Problem::NUMBERS,
                "is one too many: its layer has more constants, codes or statements than can be numbered".to_string(),
                "move some rules of this layer to another project, or long lists to parameters".to_string(),
            ),
            Problem::Arguments => (
                "E0435",
                format!("has a message that shows more than {MAX_ARGUMENTS} values"),
                "shorten the message".to_string(),
            ),
            Problem::Loops => (
                "E0437",
                format!("goes through collections more than {MAX_LOOPS} deep, one within the other"),
                "a `let` that is first needed inside `all`, `any`, `count` or `sum` counts there: use it before".to_string(),
            ),
            Problem::Missing(name) => (
                "E0436",
                format!("reads `{name}`, which is not there"),
                "name only actions that have it, after `on`".to_string(),
            ),
        };
        let message = match action {
            Some(action) => format!("this {what} {wrong} (for the action `{action}`)"),
            None => format!("this {what} {wrong}"),
        };
        Diagnostic::error(code, span, message).help(help)
    }
}

/// Refuses what has too many nodes.
pub(super) fn check_size(nodes: usize) -> Result<(), Problem> {
    if nodes > MAX_NODES { Err(Problem::Nodes(nodes)) } else { Ok(()) }
}

/// How many nodes a rule's statements have.
pub(super) fn statements_size(statements: &[Statement]) -> usize {
    statements
        .iter()
        .map(|statement| match statement {
            Statement::Let(_, value) => 1 + size(value),
            Statement::When(condition, body) => 1 + size(condition) + statements_size(body),
            Statement::Effect(fires) => {
                let shown = fires.message.iter().map(|piece| match piece {
                    Piece::Text(_) => 0,
                    Piece::Value(value) => size(value),
                });
                let others = fires.condition.iter().chain(&fires.by).chain(&fires.by_at_loosest);
                let others = others.chain(&fires.other_than).map(size);
                1 + others.sum::<usize>() + shown.sum::<usize>()
            }
        })
        .sum()
}

/// How many nodes an expression has.
pub(super) fn size(expr: &Expr) -> usize {
    let mut nodes = 1;
    each_child(expr, &mut |child| nodes += size(child));
    nodes
}

/// Visits the expressions right below one.
pub(super) fn each_child<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::Scalar(_)
        | ExprKind::Set(_)
        | ExprKind::Root(_)
        | ExprKind::Local(_)
        | ExprKind::Param(_) => {}
        ExprKind::Field(inner, ..)
        | ExprKind::MoneyParam(_, inner)
        | ExprKind::Known(inner)
        | ExprKind::Present(inner)
        | ExprKind::Not(inner)
        | ExprKind::Negate(_, inner)
        | ExprKind::ToDecimal(inner)
        | ExprKind::Civil(_, inner)
        | ExprKind::Part(_, inner)
        | ExprKind::LowerAscii(inner)
        | ExprKind::Sourced(_, inner)
        | ExprKind::Length(inner) => visit(inner),
        ExprKind::Otherwise(left, right)
        | ExprKind::And(left, right)
        | ExprKind::Or(left, right)
        | ExprKind::Compare(_, _, left, right)
        | ExprKind::Arith(_, left, right)
        | ExprKind::Business(_, _, left, right)
        | ExprKind::Contains(_, left, right)
        | ExprKind::Text(_, left, right)
        | ExprKind::Within(_, left, right)
        | ExprKind::Lookup(left, right)
        | ExprKind::Let(_, left, right) => {
            visit(left);
            visit(right);
        }
        ExprKind::If(condition, then, other) => {
            visit(condition);
            visit(then);
            visit(other);
        }
        ExprKind::Between(between) => {
            visit(&between.item);
            visit(&between.low);
            visit(&between.high);
        }
        ExprKind::Fact(_, arguments) => arguments.iter().for_each(visit),
        ExprKind::Quantifier(quantifier) => {
            visit(&quantifier.over);
            visit(&quantifier.body);
        }
    }
}
