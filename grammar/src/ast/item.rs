//! Items: what may stand in column 1.

use super::{Exception, Expr, Framework, Name, Normalize, Path, Rule, Test, TestStep, Text};
use crate::span::Span;
use std::sync::Arc;

/// One source file.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct File {
    /// The `//!` lines, without their marks.
    pub docs: Vec<String>,
    /// The items that could be read, in the order of the file. Whoever keeps some of them from one reading to the next shares them.
    pub items: Vec<Arc<Item>>,
}

/// An item with the documentation above it.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// The `///` lines above it, without their marks.
    pub docs: Vec<String>,
    /// What it is.
    pub kind: ItemKind,
    /// From its keyword to its last token.
    pub span: Span,
}

/// What an item is.
#[derive(Clone, PartialEq, Debug)]
pub enum ItemKind {
    /// `module acme.payments`
    Module(Path),
    /// `layer category gambling`
    Layer(LayerLine),
    /// `import std.payments`
    Import(Path),
    /// `use std.tools.mail`
    Use(Path),
    /// `tiers { untrusted, known }`, least trusted first
    Tiers(Vec<Name>),
    /// `roles { finance "Finance operations" }`
    Roles(Vec<Described>),
    /// `escalate to finance within 15m`
    Escalate(Escalate),
    /// `currency USDC 6`
    Currency(Currency),
    /// `reasons { CODE "text" }`
    Reasons(Vec<Described>),
    /// `enum Channel { web, phone }`
    Enum(Enum),
    /// `record Merchant { … }`
    Record(Record),
    /// `extend Agent { … }`
    Extend(Record),
    /// `action payment.charge { … }`
    Action(Action),
    /// `event auth.sca { … }`: its fields, and what an event should not have, which the compiler refuses.
    Event(Action),
    /// `normalize "mail/send" as mail.send { … }`
    Normalize(Normalize),
    /// `fact sanctions(name: String) -> Screening?`
    Fact(Fact),
    /// `category gambling when …`
    Category(Category),
    /// `param max_amount: Money = …`
    Param(Param),
    /// `calendar our_days = file("holidays.txt") from 2026-01-01 until 2026-12-31`
    Calendar(Calendar),
    /// `set max_amount = 50 USD`
    Set(Set),
    /// `set default payment.charge = allow`
    SetDefault(SetDefault),
    /// `set risk step_up at 30`
    SetThreshold(SetThreshold),
    /// `risk model { step_up at 40 deny at 80 }`
    RiskModel(RiskModel),
    /// `fn near(a: Money) -> Bool = …`
    Fn(Fn),
    /// `rule … on … { … }`
    Rule(Rule),
    /// `promise release.rollback is never refused`
    Promise(Promise),
    /// `except NAME to RULE when E expires DATE granted_by "…" because "…"`
    Except(Exception),
    /// `framework soc2 "…" { … }`
    Framework(Framework),
    /// `fixture { … }`
    Fixture(Vec<TestStep>),
    /// `example NAME = ACTION { … }`
    Example(Example),
    /// `test "…" { … }`
    Test(Test),
}

/// A name with an optional text: a role or a reason code.
#[derive(Clone, PartialEq, Debug)]
pub struct Described {
    /// The name.
    pub name: Name,
    /// Its text.
    pub text: Option<Text>,
    /// The `///` lines above it.
    pub docs: Vec<String>,
}

/// `layer KIND … [observe]`
#[derive(Clone, PartialEq, Debug)]
pub struct LayerLine {
    /// Which layer.
    pub layer: Layer,
    /// Where `observe` stands: what the module says is looked at, and counts for nothing.
    pub observe: Option<Span>,
}

/// Which layer a module belongs to.
#[derive(Clone, PartialEq, Debug)]
pub enum Layer {
    /// `base`
    Base,
    /// `category NAME`
    Category(Name),
    /// `agent TIER`
    Agent(Name),
    /// `user "ID"`
    User(Text),
}

/// `escalate to ROLE [within DURATION]`
#[derive(Clone, PartialEq, Debug)]
pub struct Escalate {
    /// The role.
    pub to: Name,
    /// A duration literal.
    pub within: Option<Expr>,
}

/// `currency CODE DIGITS`
#[derive(Clone, PartialEq, Debug)]
pub struct Currency {
    /// Its code.
    pub name: Name,
    /// How many decimals its amounts have.
    pub digits: Number,
}

/// `enum NAME { a, b }`
#[derive(Clone, PartialEq, Debug)]
pub struct Enum {
    /// The type's name.
    pub name: Name,
    /// Its values, in order.
    pub values: Vec<Name>,
}

/// `record NAME { fields }`
#[derive(Clone, PartialEq, Debug)]
pub struct Record {
    /// The type's name.
    pub name: Name,
    /// Its fields, in order.
    pub fields: Vec<Field>,
}

/// `name: Type`
#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    /// The `///` lines above it.
    pub docs: Vec<String>,
    /// The field's name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
}

/// A type as written.
#[derive(Clone, PartialEq, Debug)]
pub struct TypeExpr {
    /// `Int`, `Merchant`, `List` …
    pub name: Name,
    /// What stands between `<` and `>`: `List<String>` has one, `Map<String, T>` two.
    pub args: Vec<TypeExpr>,
    /// `min n` inside the angle brackets, or after a `String`.
    pub min: Option<Number>,
    /// `max n` inside the angle brackets, or after a `String`: `List<T, max 50>`, `String max 40`.
    pub max: Option<Number>,
    /// Whether a `?` follows.
    pub optional: bool,
    /// Marks before the type's name: `signed`, `pii`, `secret`, `attested`.
    pub marks: Vec<Name>,
    /// The whole.
    pub span: Span,
}

/// A number as written.
#[derive(Clone, PartialEq, Debug)]
pub struct Number {
    /// Its digits, underscores included.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// `action NAME { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Action {
    /// `payment.charge`
    pub name: Path,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// `flags a, b`
    pub flags: Vec<Name>,
    /// `amplifiers { amount: 40, … }`
    pub amplifiers: Vec<FieldInit>,
    /// `default step_up to finance`
    pub default: Option<Disposition>,
    /// `unbound note because "…"`
    pub unbound: Vec<Unbound>,
}

/// The least that happens to an action.
#[derive(Clone, PartialEq, Debug)]
pub struct Disposition {
    /// `allow`, `step_up` or `deny`.
    pub kind: DispositionKind,
    /// The role that `step_up` asks.
    pub to: Option<Name>,
    /// The whole.
    pub span: Span,
}

/// `allow` < `step_up` < `deny`
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum DispositionKind {
    /// Nothing by default.
    Allow,
    /// A person decides.
    StepUp,
    /// Never.
    Deny,
}

/// `unbound FIELD because "…"`
#[derive(Clone, PartialEq, Debug)]
pub struct Unbound {
    /// The field that an execution token does not bind.
    pub field: Name,
    /// Why.
    pub because: Text,
}

/// `fact NAME(args) -> Type`
#[derive(Clone, PartialEq, Debug)]
pub struct Fact {
    /// Its name.
    pub name: Name,
    /// What it is asked with.
    pub params: Vec<Field>,
    /// What it answers.
    pub result: TypeExpr,
}

/// `category NAME when CONDITION`
#[derive(Clone, PartialEq, Debug)]
pub struct Category {
    /// Its name.
    pub name: Name,
    /// Which requests are in it.
    pub when: Expr,
}

/// `calendar NAME = DATES from DATE until DATE [weekend DAYS]`
#[derive(Clone, PartialEq, Debug)]
pub struct Calendar {
    /// Its name.
    pub name: Name,
    /// The days on which nobody works, beside weekends.
    pub dates: ParamValue,
    /// The first day that it knows of.
    pub from: Expr,
    /// The last one.
    pub until: Expr,
    /// The days of the week on which nobody works; none where it does not say.
    pub weekend: Vec<Name>,
}

/// `param NAME: Type = values range … stricter when … loosen by …`
#[derive(Clone, PartialEq, Debug)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
    /// Its default: one value, or one a currency.
    pub values: Vec<ParamValue>,
    /// `range A to B, …`
    pub range: Vec<(Expr, Expr)>,
    /// `stricter when …`, or `fixed`.
    pub direction: Option<Direction>,
    /// `loosen by category, agent`
    pub loosen_by: Vec<LayerKind>,
}

/// One value of a parameter.
#[derive(Clone, PartialEq, Debug)]
pub enum ParamValue {
    /// A constant expression.
    Expr(Expr),
    /// `file("…")`: the lines of a file beside the module.
    File(Text),
}

/// Which way a parameter is stricter, and where that is said.
#[derive(Clone, PartialEq, Debug)]
pub struct Direction {
    /// Which way.
    pub kind: DirectionKind,
    /// Where.
    pub span: Span,
}

/// `stricter when lower`, and so on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DirectionKind {
    /// A smaller value is stricter.
    Lower,
    /// A greater value is stricter.
    Higher,
    /// A subset is stricter: an allowlist.
    Subset,
    /// A superset is stricter: a denylist.
    Superset,
    /// `true` is stricter.
    True,
    /// `false` is stricter.
    False,
    /// No layer may change it.
    Fixed,
}

/// A kind of layer, named in `loosen by`.
#[derive(Clone, PartialEq, Debug)]
pub struct LayerKind {
    /// `base`, `category`, `agent` or `user`.
    pub name: Name,
}

/// `set NAME = values`
#[derive(Clone, PartialEq, Debug)]
pub struct Set {
    /// The parameter.
    pub name: Name,
    /// One value, or one a currency.
    pub values: Vec<ParamValue>,
}

/// `set default ACTION = DISPOSITION`
#[derive(Clone, PartialEq, Debug)]
pub struct SetDefault {
    /// The actions; may end in `*`.
    pub action: ActionPattern,
    /// What happens to them at least.
    pub value: Disposition,
}

/// `set risk step_up at 30`
#[derive(Clone, PartialEq, Debug)]
pub struct SetThreshold {
    /// Which of the two.
    pub which: Threshold,
    /// From which score on.
    pub at: Number,
}

/// One of the two thresholds of the score.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Threshold {
    /// From here on a person is asked.
    StepUp,
    /// From here on the action is refused.
    Deny,
}

/// `payment.charge`, `payment.*` or `*`
#[derive(Clone, PartialEq, Debug)]
pub struct ActionPattern {
    /// The words before the star, or all of them.
    pub names: Vec<Name>,
    /// Whether it ends in `*`.
    pub wildcard: bool,
    /// The whole.
    pub span: Span,
}

/// `risk model { flags { F 10 } amplifiers { A 0.20 } step_up at N deny at M }`
#[derive(Clone, PartialEq, Debug)]
pub struct RiskModel {
    /// `flags { … }`, with its place.
    pub flags: Option<(Vec<Weight>, Span)>,
    /// `amplifiers { … }`, with its place.
    pub amplifiers: Option<(Vec<Weight>, Span)>,
    /// `step_up at N`
    pub step_up_at: Option<Number>,
    /// `deny at N`
    pub deny_at: Option<Number>,
}

/// What a flag or an amplifier counts for.
#[derive(Clone, PartialEq, Debug)]
pub struct Weight {
    /// The flag or the amplifier.
    pub name: Name,
    /// Its weight.
    pub weight: Number,
}

/// `fn NAME(params) -> Type = body`
#[derive(Clone, PartialEq, Debug)]
pub struct Fn {
    /// Its name.
    pub name: Name,
    /// What it takes.
    pub params: Vec<Field>,
    /// What it gives.
    pub result: TypeExpr,
    /// How.
    pub body: Expr,
}

/// `promise ACTION is never refused when E`
#[derive(Clone, PartialEq, Debug)]
pub struct Promise {
    /// The actions; may end in `*`.
    pub action: ActionPattern,
    /// What never happens to them.
    pub never: Promised,
    /// To which requests it never happens, where not to all.
    pub when: Option<Expr>,
}

/// What a promise says never happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Promised {
    /// `never refused`: no decision denies.
    Refused,
    /// `never held`: no decision denies or asks.
    Held,
}

/// `example NAME = ACTION { fields }`
#[derive(Clone, PartialEq, Debug)]
pub struct Example {
    /// Its name.
    pub name: Name,
    /// The action.
    pub action: Path,
    /// The values of its fields.
    pub fields: Vec<FieldInit>,
}

/// `name: value`
#[derive(Clone, PartialEq, Debug)]
pub struct FieldInit {
    /// The field; a path where the place allows one (`with merchant.id: "m-2"`).
    pub path: Path,
    /// Its value.
    pub value: Expr,
}
