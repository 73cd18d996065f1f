//! The typed tree: what the checked rules say, every name resolved, every type known, functions unfolded. The
//! types here speak of one value at a time; how values lie in slots is the next pass's concern.

use lictor_bundle::form::{Form, Part};
use lictor_bundle::history::{HistoryKind, HistoryState};
use lictor_bundle::instr::{Arith, BusinessOp, CivilOp, Comparison, Kind, TextOp};
use lictor_bundle::program::{Control, Effect, ParamSet, Stage, Thresholds, UnitKey};
use lictor_bundle::schema::{
    ActionId, AmplifierId, CalendarId, CategoryId, Disposition, EnumId, FactId, ParamId, ReasonId, RecordId,
    Scalar, Schema, TypeId,
};
use lictor_bundle::zone::Zone;
use lictor_grammar::span::Span;

/// A checked project, composed into layers.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Program {
    /// What is declared.
    pub schema: Schema,
    /// What the rules ask of the past, sorted by fact. A rule reads one as [`ExprKind::Fact`].
    pub history: Vec<History>,
    /// The categories' conditions, in the order of their ids.
    pub categories: Vec<Category>,
    /// What the actions' amplifiers are, sorted by action and amplifier.
    pub amplifiers: Vec<Amplifier>,
    /// The layers, sorted by key.
    pub units: Vec<Unit>,
    /// The controls that rules cite, sorted by id.
    pub controls: Vec<Control>,
}

/// What rules ask of the past: how the fact of this number is counted.
///
/// The answer is taken from the actions that were decided before the request and are of one of `actions`, that are in `state`, for which
/// `counts` is true, whose `keys` equal the fact's arguments, and whose time lies in `window`. The request itself is none of them.
#[derive(Clone, PartialEq, Debug)]
pub struct History {
    /// The fact that a rule reads. Its arguments are the keys of the request that is being decided.
    pub fact: FactId,
    /// What is asked: a number, the sum of `field` in a currency, the number of different values of `field`, or the latest time. A sum over
    /// nothing is zero; amounts of which one is in another currency have no sum, and reading it is `CURRENCY_MISMATCH`.
    pub kind: HistoryKind,
    /// What must have become of a past action.
    pub state: HistoryState,
    /// The actions that count, sorted.
    pub actions: Vec<ActionId>,
    /// The keys: paths that are read from the past action ([`ExprKind::Root`] and [`ExprKind::Field`] only), possibly optional.
    pub keys: Vec<Expr>,
    /// How far back.
    pub window: Window,
    /// The path whose value is summed or told apart, read from the past action, possibly optional.
    pub field: Option<Expr>,
    /// Whether a past action counts: a Bool over the past action. It is false where a key or the field is absent, and holds the `where`. Where it
    /// cannot be evaluated for a past action in the window, there is no answer: `FACT_UNAVAILABLE`.
    pub counts: Expr,
    /// The first place where it stands.
    pub span: Span,
}

/// How far back. The end is always the request's own time, which counts.
#[derive(Clone, PartialEq, Debug)]
pub enum Window {
    /// So many milliseconds; what lies exactly so far back does not count.
    Over(i64),
    /// So many days of the calendar in a time zone, of which the day of the request there is the last. Outside UTC it takes a clock to
    /// know when a day begins: without one there is no answer, `FACT_UNAVAILABLE`.
    Days(u16, Zone),
    /// Only what is later than the latest of `actions` within `at_most` that is in `state`, for which `counts` is true and
    /// whose `keys` equal the fact's arguments. Without one, the window is `at_most` long.
    Since {
        /// What must have become of it.
        state: HistoryState,
        /// Which actions, sorted.
        actions: Vec<ActionId>,
        /// The longest that the window may be.
        at_most: i64,
        /// The keys, read from that action.
        keys: Vec<Expr>,
        /// Whether it begins a window: its keys are there.
        counts: Expr,
    },
}

/// When a request is in a category.
#[derive(Clone, PartialEq, Debug)]
pub struct Category {
    /// Which.
    pub id: CategoryId,
    /// The condition; it applies to the actions that have every field it reads.
    pub when: Expr,
}

/// What an amplifier of an action is, before `amplify` adds to it.
///
/// Evaluated after all rules, and only where none of them has refused. The value is held within 0 and 100: what lies below counts as
/// 0, what lies above as 100. What fails to evaluate refuses at stage `risk` with the failure's code, and there is no score.
///
/// The score of a request is `min(100, ceil(flags + amplifiers + points))`, in exact decimals: the weight of each flag that the action
/// declares or a statement raised, once each; for each amplifier its weight times its value, which is what is said here (0
/// where the action says nothing) plus the points of all `amplify` that fired, 100 at most; and the points of all `risk` that fired.
#[derive(Clone, PartialEq, Debug)]
pub struct Amplifier {
    /// The action.
    pub action: ActionId,
    /// Which.
    pub amplifier: AmplifierId,
    /// A Decimal over the request; it reads neither parameters nor facts.
    pub value: Expr,
}

/// A layer.
#[derive(Clone, PartialEq, Debug)]
pub struct Unit {
    /// Which.
    pub key: UnitKey,
    /// The parameters it sets, sorted.
    pub sets: Vec<ParamSet>,
    /// Where it sets each of them.
    pub set_at: Vec<Span>,
    /// The defaults it sets, sorted.
    pub defaults: Vec<(ActionId, Disposition)>,
    /// The thresholds of the score that it lowers. In force is the lowest of the schema's and those of all layers that apply.
    pub thresholds: Thresholds,
    /// Its rules, in the order of evaluation.
    pub rules: Vec<Rule>,
}

/// A rule.
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Its module.
    pub module: String,
    /// Its position among the rules of its module.
    pub position: u32,
    /// Its stage.
    pub stage: Stage,
    /// The actions it concerns, sorted.
    pub actions: Vec<ActionId>,
    /// The controls it cites, as they are numbered in [`Program::controls`]; each once, in the order in which it cites them. A decision
    /// names those that are in force at its time.
    pub cites: Vec<u16>,
    /// Its documentation.
    pub docs: String,
    /// What it says. The dates of `from` and `until` are a `When` over `context.now` around it.
    pub body: Vec<Statement>,
    /// What lifts its soft statements; where several hold, the first does.
    pub exceptions: Vec<Exception>,
    /// Where it stands.
    pub span: Span,
}

/// What lifts the soft statements of a rule: all but `Effect::Deny`.
///
/// It holds for a request where its layer applies to it, `context.now` is not later than `expires`, and `when` is true; where `when`
/// cannot be evaluated, it does not hold. A statement that fires while an exception holds has no effect, and the decision names the
/// exception. Everything that the rule computes is computed all the same, and refuses where it cannot be.
#[derive(Clone, PartialEq, Debug)]
pub struct Exception {
    /// Its name.
    pub name: String,
    /// Its module.
    pub module: String,
    /// Its layer.
    pub layer: UnitKey,
    /// Where it holds: a Bool over the envelope and facts.
    pub when: Expr,
    /// The last millisecond in which it holds, since 1970 UTC.
    pub expires: i64,
    /// Who granted it.
    pub granted_by: String,
    /// Why.
    pub because: String,
    /// Where its name stands.
    pub span: Span,
}

/// A statement.
#[derive(Clone, PartialEq, Debug)]
#[allow(clippy::large_enum_variant, reason = "nearly every statement has an effect, and a policy has few")]
pub enum Statement {
    /// A value with a name, evaluated at most once, where it is first needed.
    Let(LocalId, Expr),
    /// What holds under a condition.
    When(Expr, Vec<Statement>),
    /// A statement with an effect.
    Effect(Fires),
}

/// A statement with an effect.
#[derive(Clone, PartialEq, Debug)]
pub struct Fires {
    /// Its condition; none means always.
    pub condition: Option<Expr>,
    /// The value of the condition for which it fires: `false` for `require`, `true` for all others.
    pub on: bool,
    /// What it does.
    pub effect: Effect,
    /// The reason code it gives; none for `flag` and `amplify`.
    pub reason: Option<ReasonId>,
    /// The code that the agent is told instead: the decision names both, and its own is `reason`.
    pub told_as: Option<ReasonId>,
    /// Its message; empty where the code's own text serves. A quantifier's variable that stands here names the element
    /// that decided.
    pub message: Vec<Piece>,
    /// The moment until when an obligation must be met, a Timestamp, evaluated where the statement fires, after the values of the
    /// message. Of `Effect::Oblige` only; its `by` is the number of values in the message.
    pub by: Option<Expr>,
    /// The ids of those whose approval does not count, texts or optional ones; who is absent is nobody. Of `Effect::StepUp` only; evaluated
    /// where the statement fires, after the values of the message.
    pub other_than: Vec<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// A piece of a message.
#[derive(Clone, PartialEq, Debug)]
pub enum Piece {
    /// Text.
    Text(String),
    /// A scalar, or an optional one.
    Value(Expr),
}

/// A `let`, a quantifier's variable, or an argument of an unfolded function; unique within its rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LocalId(pub u32);

/// The type of an expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ty {
    /// True or false.
    Bool,
    /// A 64-bit integer.
    Int,
    /// A number with nine decimals.
    Decimal,
    /// An amount.
    Money,
    /// Text.
    Text,
    /// A point in time.
    Timestamp,
    /// A length of time.
    Duration,
    /// A country.
    Country,
    /// A day of the calendar.
    Date,
    /// A time of day.
    TimeOfDay,
    /// A day of the week.
    Weekday,
    /// A time zone.
    TimeZone,
    /// A text of a form, in its canonical form.
    Form(Form),
    /// What a text can be matched with; no declaration names it.
    Pattern,
    /// A value of an enumeration.
    Enum(EnumId),
    /// A record.
    Record(RecordId),
    /// A list.
    List {
        /// Of what.
        element: TypeId,
        /// The most elements it can have.
        max: u32,
    },
    /// A sorted set.
    Set {
        /// Of what.
        element: TypeId,
        /// The most elements it can have.
        max: u32,
    },
    /// A value that may be absent. Never optional twice.
    Optional(Box<Ty>),
}

/// An expression.
#[derive(Clone, PartialEq, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Ty,
    /// Where it stands.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, PartialEq, Debug)]
pub enum ExprKind {
    /// A constant.
    Scalar(Scalar),
    /// A constant set: sorted, distinct.
    Set(Vec<Scalar>),
    /// A member of the request: `agent`, `user`, `mandate`, `context`, or one of the action's own fields.
    Root(String),
    /// A local.
    Local(LocalId),
    /// The n-th field of a record. Of an optional record it is an optional (absent where the record is), never optional twice.
    Field(Box<Expr>, RecordId, u16),
    /// The value in force of a parameter that is not money.
    Param(ParamId),
    /// The value in force of a money parameter, in the currency of another amount.
    MoneyParam(ParamId, Box<Expr>),
    /// What the host found.
    Fact(FactId, Vec<Expr>),
    /// The value of an optional that is known to be present here.
    Known(Box<Expr>),
    /// The value of an optional, or the second where it is absent.
    Otherwise(Box<Expr>, Box<Expr>),
    /// Whether an optional is present.
    Present(Box<Expr>),
    /// Not.
    Not(Box<Expr>),
    /// Both; the second is evaluated only where the first is true.
    And(Box<Expr>, Box<Expr>),
    /// Either; the second is evaluated only where the first is false.
    Or(Box<Expr>, Box<Expr>),
    /// A comparison; both sides have one type.
    Compare(Comparison, Kind, Box<Expr>, Box<Expr>),
    /// Arithmetic.
    Arith(Arith, Box<Expr>, Box<Expr>),
    /// The opposite, of kind `Int` (also durations), `Decimal` or `Money`.
    Negate(Kind, Box<Expr>),
    /// An Int as a Decimal.
    ToDecimal(Box<Expr>),
    /// What the calendar says, in UTC, of a Timestamp (its Date, its TimeOfDay) or of a Date (its Weekday). A moment outside the
    /// years 0001 to 9999 has none of them, and fails.
    Civil(CivilOp, Box<Expr>),
    /// What a calendar says of working days. Between a Date and a Date: how many lie after the first and not after the second, an Int,
    /// negative where the second is the earlier one. Add to a Date an Int: the working day that is the n-th after it, for 0 the day
    /// itself. A day that the calendar does not know of, and a negative n, fail.
    Business(BusinessOp, CalendarId, Box<Expr>, Box<Expr>),
    /// Whether an item is in a list or set of scalars.
    Contains(Kind, Box<Expr>, Box<Expr>),
    /// Whether `low <= item` and `item < high` (`<=` where `closed`). The item is evaluated once.
    Between(Box<Between>),
    /// One or the other; only the one taken is evaluated.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A quantifier.
    Quantifier(Box<Quantifier>),
    /// How many elements a collection has, an Int.
    Length(Box<Expr>),
    /// Whether a text starts with, ends with or contains another; a domain is another or below it; an address or a network is in a network.
    Text(TextOp, Box<Expr>, Box<Expr>),
    /// The same of any element of a collection: [`TextOp::Below`] of domains, or [`TextOp::Inside`] of networks.
    Within(TextOp, Box<Expr>, Box<Expr>),
    /// A part of a URL or a mail address. Of an optional one it is an optional, absent where the whole is.
    Part(Part, Box<Expr>),
    /// A text with the letters A to Z in lower case.
    LowerAscii(Box<Expr>),
    /// A value with a name inside another: an argument of an unfolded function.
    Let(LocalId, Box<Expr>, Box<Expr>),
}

/// `item in low..high`
#[derive(Clone, PartialEq, Debug)]
pub struct Between {
    /// What they are compared as.
    pub kind: Kind,
    /// The item.
    pub item: Expr,
    /// The lower end, which counts.
    pub low: Expr,
    /// The upper end.
    pub high: Expr,
    /// Whether the upper end counts.
    pub closed: bool,
}

/// `all`, `any`, `count` or `sum`.
#[derive(Clone, PartialEq, Debug)]
pub struct Quantifier {
    /// Which.
    pub kind: QuantifierKind,
    /// Stands for the element.
    pub variable: LocalId,
    /// The variable's type.
    pub element: Ty,
    /// The list or set.
    pub over: Expr,
    /// What is asked of, or taken from, each element.
    pub body: Expr,
    /// Whether an empty collection refuses with `EMPTY_COLLECTION` (`all` over a collection that may be empty and was not tested).
    pub refuse_empty: bool,
}

/// Which quantifier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum QuantifierKind {
    /// True for all; stops at the first that is false.
    All,
    /// True for one; stops at the first that is true.
    Any,
    /// How many are true, an Int.
    Count,
    /// The sum, of kind `Int` (also durations), `Decimal` or `Money`.
    Sum(Kind),
}
