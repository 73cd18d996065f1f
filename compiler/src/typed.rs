//! The typed tree: what the checked rules say, every name resolved, every type known, functions unfolded. The
//! types here speak of one value at a time; how values lie in slots is the next pass's concern.

use std::sync::Arc;

use lictor_bundle::history::{HistoryKind, HistoryState};
use lictor_bundle::program::{Control, Effect, Mode, ParamSet, Stage, Thresholds, UnitKey};
use lictor_bundle::schema::{
    ActionId, AmplifierId, CategoryId, Disposition, FactId, ReasonId, RecordId, Schema,
};
use lictor_bundle::tools::{InputPath, InputRead, Mapping};
use lictor_bundle::zone::Zone;
use lictor_grammar::span::Span;

mod expr;

pub use expr::{Between, Expr, ExprKind, Quantifier, QuantifierKind, Ty};

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
    /// The layers, sorted by key and mode.
    pub units: Vec<Unit>,
    /// Whether the base counts, and with it everything that stands on it. Where it is only observed, its unit among those above says that
    /// it counts all the same: what is observed is what they decide together.
    pub mode: Mode,
    /// The controls that rules cite, sorted by id.
    pub controls: Vec<Control>,
    /// What tool calls are.
    pub tools: Tools,
}

/// What tool calls are.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Tools {
    /// Sorted by tool, those with a condition first, then as they are written.
    pub normalizers: Vec<Normalizer>,
    /// The action that a call is where nothing says what it is.
    pub unclassified: Option<ActionId>,
}

/// What the calls of one tool are.
///
/// A call is what the only normalizer of its tool says whose condition holds, or else the one without a condition. Where two hold, it is
/// refused. Every member of the input must be read or ignored, and so must every member of the objects around one that is; otherwise, and
/// where no normalizer is left, the call is unclassified.
#[derive(Clone, PartialEq, Debug)]
pub struct Normalizer {
    /// `server/tool`, or the name of a tool that is built into the host.
    pub tool: String,
    /// The action.
    pub action: ActionId,
    /// Which calls.
    pub when: Option<InputWhen>,
    /// Where the fields come from, sorted by target.
    pub mappings: Vec<Mapping>,
    /// The members that are left aside, sorted.
    pub ignored: Vec<InputPath>,
    /// Where the tool is named.
    pub span: Span,
}

/// Which calls of a tool. Where something that it reads is not there though it must be, or is of another type, it does not hold; where it
/// cannot be evaluated, the call is refused.
#[derive(Clone, PartialEq, Debug)]
pub struct InputWhen {
    /// What it reads.
    pub reads: Vec<InputRead>,
    /// A record whose fields are these, by how they are written. [`ExprKind::Root`] names one of them.
    pub record: RecordId,
    /// The condition.
    pub holds: Expr,
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
    /// Whether it counts. What is observed is decided apart: once over the layers that count, and once over these and the observed ones.
    pub mode: Mode,
    /// The parameters it sets, sorted.
    pub sets: Vec<ParamSet>,
    /// Where it sets each of them.
    pub set_at: Vec<Span>,
    /// The defaults it sets, sorted.
    pub defaults: Vec<(ActionId, Disposition)>,
    /// The thresholds of the score that it lowers. In force is the lowest of the schema's and those of all layers that apply.
    pub thresholds: Thresholds,
    /// Of a user's layer, the groups of actions that it names by a star, sorted.
    pub groups: Vec<String>,
    /// Its rules, in the order of evaluation.
    pub rules: Vec<Arc<Rule>>,
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
    /// Where its name stands.
    pub name_at: Span,
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
    /// Whether that layer counts. Where it is only observed, the exception holds only where the observed layers are decided with.
    pub mode: Mode,
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
    /// The day of that moment if the parameters in it were as loose as they can be, evaluated after it. An obligation refuses where there is no
    /// such day, whatever the parameters are, so that no stricter value spares it that. None where no parameter stands in the moment.
    pub by_at_loosest: Option<Expr>,
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LocalId(pub u32);
