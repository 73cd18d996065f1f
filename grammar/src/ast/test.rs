//! Tests, and the steps of tests and fixtures.

use super::{DispositionKind, Expr, FieldInit, Name, Number, Path, Text};
use crate::span::Span;

/// `test "…" { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Test {
    /// What it shows.
    pub name: Text,
    /// Its steps, in order.
    pub steps: Vec<TestStep>,
}

/// A step with its place.
#[derive(Clone, PartialEq, Debug)]
pub struct TestStep {
    /// What it says.
    pub kind: TestStepKind,
    /// The whole.
    pub span: Span,
}

/// What a step says.
#[derive(Clone, PartialEq, Debug)]
pub enum TestStepKind {
    /// `given EXAMPLE [with field: value, …]`
    Given(Name, Vec<FieldInit>),
    /// `given tool "mail/send" { member: value, … }`
    GivenTool(Text, Vec<FieldInit>),
    /// `agent { … }`, `user { … }`, `mandate { … }`, `context { … }`
    Envelope(Name, Vec<FieldInit>),
    /// `at 2026-03-01T10:00:00Z`
    At(Expr),
    /// `with FACT(args) = value`
    WithFact(Name, Vec<Expr>, Expr),
    /// `with times(…) = value`: the answer of a question about the past
    WithHistory(Expr, Expr),
    /// `with PARAM = value`, `with RULE.LET = value`
    WithValue(Path, Expr),
    /// `after 100 allowed NAME over 30m`
    After(After),
    /// `cases FIELD { value: outcome, … }`
    Cases(Path, Vec<Case>),
    /// `expect OUTCOME`
    Expect(Outcome),
    /// `expect observed OUTCOME`
    ExpectObserved(Outcome),
    /// `expect obliged NAME [by MOMENT]`; nothing for `expect not obliged`
    ExpectObliged(Option<Obliged>),
}

/// Requests that came before, spread evenly up to the test's time.
#[derive(Clone, PartialEq, Debug)]
pub struct After {
    /// How many.
    pub count: Number,
    /// What became of them: `attempted`, `allowed` or `executed`.
    pub state: Name,
    /// The example that each of them is.
    pub example: Name,
    /// Over how long they are spread.
    pub over: Expr,
}

/// One row of `cases`.
#[derive(Clone, PartialEq, Debug)]
pub struct Case {
    /// The field's value in this row.
    pub value: Expr,
    /// What must come of it.
    pub outcome: Outcome,
    /// The row.
    pub span: Span,
}

/// `allow`, `step_up CODE [to ROLE]`, `deny CODE`
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    /// The decision.
    pub decision: DispositionKind,
    /// The reason code; an allow has none.
    pub code: Option<Name>,
    /// The role that must be asked.
    pub to: Option<Name>,
    /// The whole.
    pub span: Span,
}

/// Something that the caller must do.
#[derive(Clone, PartialEq, Debug)]
pub struct Obliged {
    /// What.
    pub name: Name,
    /// Until when.
    pub by: Option<Expr>,
    /// The whole, behind `expect`.
    pub span: Span,
}
