//! Rules and the statements inside them.

use super::{ActionPattern, Expr, Name, Number, Path};
use crate::span::Span;

/// `rule NAME on ACTIONS [except ACTIONS] [at STAGE] [cites CONTROLS] [from DATE] [until DATE] { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    /// Its name.
    pub name: Name,
    /// The actions it concerns; empty when `on` was left out, which the checker refuses.
    pub on: Vec<ActionPattern>,
    /// The actions taken out again.
    pub except: Vec<ActionPattern>,
    /// The stage, `policy` where none is named.
    pub at: Option<Name>,
    /// The controls it cites.
    pub cites: Vec<Path>,
    /// `from DATE`: a date literal; it says nothing before that day begins.
    pub from: Option<Expr>,
    /// `until DATE`: a date literal; it says nothing once that day is over.
    pub until: Option<Expr>,
    /// What it says.
    pub body: Vec<Statement>,
}

/// A statement with its place.
#[derive(Clone, PartialEq, Debug)]
pub struct Statement {
    /// What it says.
    pub kind: StatementKind,
    /// From its keyword to its last token.
    pub span: Span,
}

/// What a statement says.
#[derive(Clone, PartialEq, Debug)]
pub enum StatementKind {
    /// `let NAME = E`
    Let(Let),
    /// `when E { … }`
    When(When),
    /// `require E else CODE ["…"]`
    Require(Require),
    /// `deny [when E] as CODE ["…"]`
    Deny(Deny),
    /// `step_up [when E] [to ROLE] [quorum n] [within 15m] [other than IDS] as CODE ["…"]`
    StepUp(StepUp),
    /// `risk +n [when E] as CODE ["…"]`
    Risk(Risk),
    /// `flag F [when E]`
    Flag(Flag),
    /// `amplify A +n [when E]`
    Amplify(Amplify),
    /// `oblige NAME [by TIME] [when E] as CODE ["…"]`
    Oblige(Oblige),
}

/// `let NAME = E`
#[derive(Clone, PartialEq, Debug)]
pub struct Let {
    /// Its name.
    pub name: Name,
    /// Its value.
    pub value: Expr,
}

/// `when E { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct When {
    /// The condition.
    pub condition: Expr,
    /// What holds under it.
    pub body: Vec<Statement>,
}

/// `require E else CODE ["…"]`
#[derive(Clone, PartialEq, Debug)]
pub struct Require {
    /// What must be true.
    pub condition: Expr,
    /// What is told otherwise.
    pub reason: Reason,
}

/// `deny [when E] as CODE ["…"]`
#[derive(Clone, PartialEq, Debug)]
pub struct Deny {
    /// When; always, where it is absent.
    pub condition: Option<Expr>,
    /// What is told.
    pub reason: Reason,
}

/// `step_up …`
#[derive(Clone, PartialEq, Debug)]
pub struct StepUp {
    /// When; always, where it is absent.
    pub condition: Option<Expr>,
    /// Who must approve; `user` is the delegating person; the module's `escalate` where it is absent.
    pub to: Option<Name>,
    /// How many people of that role.
    pub quorum: Option<Number>,
    /// A duration literal.
    pub within: Option<Expr>,
    /// Whose approval does not count.
    pub other_than: Vec<Expr>,
    /// What is told.
    pub reason: Reason,
}

/// `risk +n [when E] as CODE ["…"]`
#[derive(Clone, PartialEq, Debug)]
pub struct Risk {
    /// The points.
    pub points: Number,
    /// When; always, where it is absent.
    pub condition: Option<Expr>,
    /// What is told.
    pub reason: Reason,
}

/// `flag F [when E]`
#[derive(Clone, PartialEq, Debug)]
pub struct Flag {
    /// The flag that is raised.
    pub name: Name,
    /// When; always, where it is absent.
    pub condition: Option<Expr>,
}

/// `amplify A +n [when E]`
#[derive(Clone, PartialEq, Debug)]
pub struct Amplify {
    /// The amplifier that is raised.
    pub name: Name,
    /// By how much.
    pub points: Number,
    /// When; always, where it is absent.
    pub condition: Option<Expr>,
}

/// `oblige NAME [by TIME] [when E] as CODE ["…"]`
#[derive(Clone, PartialEq, Debug)]
pub struct Oblige {
    /// What the caller must do, by name.
    pub name: Name,
    /// Until when, a moment.
    pub by: Option<Expr>,
    /// When; always, where it is absent.
    pub condition: Option<Expr>,
    /// What is told.
    pub reason: Reason,
}

/// `CODE [told as OTHER] ["message"]`
#[derive(Clone, PartialEq, Debug)]
pub struct Reason {
    /// The reason code.
    pub code: Name,
    /// The code that the agent is told instead.
    pub told_as: Option<Name>,
    /// The message; the code's own text serves where it is absent.
    pub message: Option<Message>,
}

/// A message with the values it shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Message {
    /// Its pieces, in order.
    pub pieces: Vec<MessagePiece>,
    /// The literal with its quotes.
    pub span: Span,
}

/// A piece of a message.
#[derive(Clone, PartialEq, Debug)]
pub enum MessagePiece {
    /// Text as it is (`{{` and `}}` were read as single braces).
    Text(String),
    /// `{merchant.name}`
    Path(Path),
}
