//! Expressions.

use super::{History, Message, Name, Number, Text, TypeExpr};
use crate::span::Span;

/// An expression with its place.
#[derive(Clone, PartialEq, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// The whole; parentheses around it are not counted.
    pub span: Span,
}

impl Expr {
    /// The expressions directly inside it, in the order of the text. Of a question about the past these are the field that it counts,
    /// and the condition on the past action.
    pub fn children(&self) -> impl Iterator<Item = &Expr> {
        type Members = [(Name, Expr)];
        // Many passes come by here for each node, so none of this is put on the heap.
        let (some, rest, members): ([Option<&Expr>; 3], &[Expr], &Members) = match &self.kind {
            ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Percent(_)
            | ExprKind::Quantity(..)
            | ExprKind::Duration(_)
            | ExprKind::Timestamp(_)
            | ExprKind::Date(_)
            | ExprKind::TimeOfDay(_)
            | ExprKind::String(_)
            | ExprKind::Filled(_)
            | ExprKind::Pattern(_)
            | ExprKind::Absent
            | ExprKind::Name(_)
            | ExprKind::Error => ([None; 3], &[], &[]),
            ExprKind::List(all) | ExprKind::Call(_, all) => ([None; 3], all, &[]),
            ExprKind::Record(members) => ([None; 3], &[], members),
            ExprKind::Field(a, _) | ExprKind::Unary(_, a) | ExprKind::Is(a, _) | ExprKind::As(a, _) => {
                ([Some(a), None, None], &[], &[])
            }
            ExprKind::Method(a, _, all) => ([Some(a), None, None], all, &[]),
            ExprKind::Quantifier(node) => ([Some(&node.over), Some(&node.body), None], &[], &[]),
            ExprKind::History(node) => ([node.field.as_ref(), node.filter.as_ref(), None], &[], &[]),
            ExprKind::Binary(_, _, a, b)
            | ExprKind::Index(a, b)
            | ExprKind::In(a, b)
            | ExprKind::Range(a, b, _)
            | ExprKind::Otherwise(a, b)
            | ExprKind::Unless(a, b) => ([Some(a), Some(b), None], &[], &[]),
            ExprKind::If(a, b, c) => ([Some(a), Some(b), Some(c)], &[], &[]),
        };
        some.into_iter().flatten().chain(rest).chain(members.iter().map(|(_, value)| value))
    }
}

/// What an expression is.
#[derive(Clone, PartialEq, Debug)]
pub enum ExprKind {
    /// `true`, `false`
    Bool(bool),
    /// `12`, `1_000`, `0.5`
    Number(String),
    /// `2.5%`, without the sign
    Percent(String),
    /// `500.00 USD`, `2 months`: a number and the word after it
    Quantity(Number, Name),
    /// `15m`, `7d`, `24h`, `90s`, `2w`, as written
    Duration(String),
    /// `2026-03-01T10:00:00Z`
    Timestamp(String),
    /// `2026-03-01`
    Date(String),
    /// `08:00`, `08:00:30`
    TimeOfDay(String),
    /// `"…"`
    String(String),
    /// `"{input.owner}/{input.repo}"`, a text that is put together, in a normalizer
    Filled(Box<Message>),
    /// `r"…"`, a pattern as written, after `matches`
    Pattern(String),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{ id: "m-1", name: "Kiosk" }`, in examples and tests
    Record(Vec<(Name, Expr)>),
    /// `absent`, as a value in tests
    Absent,
    /// `amount`
    Name(String),
    /// `merchant.id`
    Field(Box<Expr>, Name),
    /// `prices[sku]`
    Index(Box<Expr>, Box<Expr>),
    /// `near(amount)`, `size(xs)`, `sanctions(merchant.name)`
    Call(Name, Vec<Expr>),
    /// `name.starts_with("x")`
    Method(Box<Expr>, Name, Vec<Expr>),
    /// `all(x in xs: P)` and its kin
    Quantifier(Box<Quantifier>),
    /// `times(allowed payment.* per agent.id over 1h)` and its kin
    History(Box<History>),
    /// `not E`, `-E`
    Unary(UnaryOp, Box<Expr>),
    /// `A + B`, `A and B`, `A < B` …; the span is the operator's
    Binary(BinaryOp, Span, Box<Expr>, Box<Expr>),
    /// `A in B`; `not in` is `not (A in B)`
    In(Box<Expr>, Box<Expr>),
    /// `a..b` (`false`) or `a..=b` (`true`)
    Range(Box<Expr>, Box<Expr>, bool),
    /// `x is present`, `x is absent`, `xs is empty`, also with `not`: `x is not empty` is `not (x is empty)`
    Is(Box<Expr>, IsWhat),
    /// `if c then a else b`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `x otherwise y`
    Otherwise(Box<Expr>, Box<Expr>),
    /// `E unless F`
    Unless(Box<Expr>, Box<Expr>),
    /// `input.to as Email`, in a normalizer
    As(Box<Expr>, Box<TypeExpr>),
    /// Something that could not be read; an error was reported
    Error,
}

/// `all`, `any`, `count` or `sum` over a collection.
#[derive(Clone, PartialEq, Debug)]
pub struct Quantifier {
    /// Which.
    pub kind: QuantifierKind,
    /// The name that stands for one element.
    pub variable: Name,
    /// The collection.
    pub over: Expr,
    /// What is asked of, or taken from, each element.
    pub body: Expr,
}

/// Which quantifier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum QuantifierKind {
    /// True for every element.
    All,
    /// True for one element at least.
    Any,
    /// For how many it is true.
    Count,
    /// The sum of what each gives.
    Sum,
}

/// An operator before its operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    /// `not`
    Not,
    /// `-`
    Negate,
}

/// An operator between two operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `div`
    WholeDivide,
}

impl BinaryOp {
    /// How it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Or => "or",
            BinaryOp::And => "and",
            BinaryOp::Equal => "==",
            BinaryOp::NotEqual => "!=",
            BinaryOp::Less => "<",
            BinaryOp::LessOrEqual => "<=",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterOrEqual => ">=",
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::WholeDivide => "div",
        }
    }
}

/// What `is` asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IsWhat {
    /// `is present`
    Present,
    /// `is absent`
    Absent,
    /// `is empty`
    Empty,
}

/// A string literal as an expression.
impl From<Text> for Expr {
    fn from(text: Text) -> Expr {
        Expr { kind: ExprKind::String(text.value), span: text.span }
    }
}
