//! The shape of requests, facts and parameters: everything that is declared once for a whole bundle.

use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::marks::Marks;
pub use crate::types::{SlotType, Type};

/// Index into [`Schema::flags`].
pub type FlagId = u16;
/// Index into [`Schema::amplifiers`].
pub type AmplifierId = u16;
/// Index into [`Schema::types`].
pub type TypeId = u16;
/// Index into [`Schema::records`].
pub type RecordId = u16;
/// Index into [`Schema::enums`].
pub type EnumId = u16;
/// Index into [`Schema::actions`].
pub type ActionId = u16;
/// Index into [`Schema::reasons`].
pub type ReasonId = u16;
/// Index into [`Schema::roles`].
pub type RoleId = u16;
/// Index into [`Schema::calendars`].
pub type CalendarId = u16;
/// Index into [`Schema::params`].
pub type ParamId = u16;
/// Index into [`Schema::facts`].
pub type FactId = u16;
/// Index into [`Schema::categories`].
pub type CategoryId = u16;

/// A named field.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Field {
    /// Its name in requests.
    pub name: String,
    /// Its type.
    pub ty: TypeId,
    /// Its marks; they hold for everything inside it.
    pub marks: Marks,
}

/// A record type. A record's fields only use types whose ids are smaller than every type that uses the record, so that
/// no record contains itself.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Record {
    /// Its name.
    pub name: String,
    /// Its fields, in order.
    pub fields: Vec<Field>,
}

/// An enumeration.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Enum {
    /// Its name.
    pub name: String,
    /// Its values, in order.
    pub values: Vec<String>,
}

/// What may be asked for, or is reported.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Action {
    /// `payment.charge`
    pub name: String,
    /// The record of the whole request: `agent`, `user`, `mandate`, `context`, then the action's own fields.
    pub request: RecordId,
    /// Its flags.
    pub flags: Vec<String>,
    /// The least that happens to it.
    pub default: Disposition,
    /// The fields that an execution token does not bind, each with the reason.
    pub unbound: Vec<Described>,
    /// Whether it is an event: only ever reported, never asked for, and so never decided.
    pub event: bool,
}

/// A name with a text.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Described {
    /// The name.
    pub name: String,
    /// The text.
    pub text: String,
}

/// The least that happens to an action.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Disposition {
    /// Nothing.
    Allow,
    /// These people decide.
    StepUp(Approver),
    /// It is refused.
    Deny,
}

/// Who must approve, how many of them, how soon.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct Approver {
    /// The role; absent for `user`, the delegating person.
    pub role: Option<RoleId>,
    /// How many people, at least 1.
    pub quorum: u16,
    /// Within how many milliseconds, where that was said.
    pub within: Option<i64>,
}

/// A flag or an amplifier, and what it counts for in the score.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Weight {
    /// Its name.
    pub name: String,
    /// A decimal, scaled by 10^9, from 0 to 100: what the flag adds, or what a point of the amplifier does.
    pub weight: i128,
}

/// A look-up that the host resolves.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Fact {
    /// Its name.
    pub name: String,
    /// What it is asked with; scalars.
    pub params: Vec<Field>,
    /// What it answers.
    pub result: TypeId,
    /// The marks of what it answers.
    pub marks: Marks,
}

/// A kind of layer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum LayerKind {
    /// The base.
    Base,
    /// A category.
    Category,
    /// An agent's tier.
    Agent,
    /// A user.
    User,
}

/// Which way a parameter is stricter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Direction {
    /// A smaller value.
    Lower,
    /// A greater value.
    Higher,
    /// A subset.
    Subset,
    /// A superset.
    Superset,
    /// `true`.
    True,
    /// `false`.
    False,
    /// No layer changes it.
    Fixed,
}

/// Which days nobody works, and for how long that is known.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Calendar {
    /// Its name.
    pub name: String,
    /// The first day that it knows of, in days since 1970-01-01.
    pub from: i64,
    /// The last one.
    pub until: i64,
    /// The days of the week on which nobody works, from Monday, which is 0; sorted.
    pub weekend: Vec<i64>,
    /// The other days on which nobody works, sorted.
    pub holidays: Vec<i64>,
}

/// A parameter.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its type; `Money` stands for one amount a currency.
    pub ty: TypeId,
    /// Which way it is stricter.
    pub direction: Direction,
    /// The layers that may loosen it, sorted.
    pub loosen_by: Vec<LayerKind>,
    /// Its default.
    pub default: ParamValue,
    /// The least and the greatest value, where a range was given. Both ends count.
    pub range: Option<(ParamValue, ParamValue)>,
}

/// The value of a parameter.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum ParamValue {
    /// One scalar that is not money.
    Scalar(Scalar),
    /// One amount a currency, sorted by currency.
    Money(Vec<Scalar>),
    /// Distinct scalars, sorted as [`Scalar`] sorts.
    Set(Vec<Scalar>),
}

/// A constant. Values of one type sort as the language compares them (text by bytes).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub enum Scalar {
    /// A `Bool`.
    Bool(bool),
    /// An `Int`.
    Int(i64),
    /// A `Decimal`, scaled by 10^9.
    Decimal(i128),
    /// An amount.
    Money(crate::currency::Currency, i64),
    /// Text.
    Text(String),
    /// A `Timestamp`, in milliseconds.
    Timestamp(i64),
    /// A `Duration`, in milliseconds.
    Duration(i64),
    /// A `Country`.
    Country(crate::country::Country),
    /// A text of a form, in its canonical form.
    Form(crate::form::Form, String),
    /// What a text is matched with. It is several times as large as any other, and policies are full of these.
    Pattern(Arc<crate::pattern::Pattern>),
    /// The n-th value of an enumeration.
    Enum(EnumId, u16),
    /// A `Date`, in days since 1970-01-01.
    Date(i64),
    /// A `TimeOfDay`, in milliseconds since midnight.
    TimeOfDay(i64),
    /// A `Weekday`, from Monday, which is 0.
    Weekday(i64),
    /// A `TimeZone`.
    TimeZone(crate::zone::Zone),
}

// Every constant, every element of a set and every expression of a policy has room for one.
const _: () = assert!(size_of::<Scalar>() <= 32);

/// Everything that is declared once for a whole bundle.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Schema {
    /// All types in use; a type refers only to types before it.
    pub types: Vec<Type>,
    /// All records.
    pub records: Vec<Record>,
    /// All enumerations.
    pub enums: Vec<Enum>,
    /// Currencies beyond ISO 4217, sorted: code and digits.
    pub currencies: Vec<(crate::currency::Currency, u8)>,
    /// All actions, sorted by name.
    pub actions: Vec<Action>,
    /// All facts, sorted by name.
    pub facts: Vec<Fact>,
    /// All parameters, sorted by name.
    pub params: Vec<Param>,
    /// All reason codes with their texts, sorted by code.
    pub reasons: Vec<Described>,
    /// All roles with their descriptions, sorted by name.
    pub roles: Vec<Described>,
    /// The enumeration of tiers, least trusted first, where there are tiers.
    pub tiers: Option<EnumId>,
    /// The names of all categories, sorted.
    pub categories: Vec<String>,
    /// Who is asked where a `step_up` or a default names nobody.
    pub escalate: Option<Approver>,
    /// All flags with their weights, sorted by name.
    pub flags: Vec<Weight>,
    /// All amplifiers with their weights, sorted by name.
    pub amplifiers: Vec<Weight>,
    /// The score from which a person is asked, 0 to 100.
    pub risk_step_up_at: u8,
    /// The score from which an action is refused, 0 to 100.
    pub risk_deny_at: u8,
    /// The calendars of working days, sorted by name.
    pub calendars: Vec<Calendar>,
    /// The facts that are counted from the past, sorted by fact.
    pub history: Vec<crate::history::HistoryQuery>,
}

impl Schema {
    /// The actions that can be asked for: all but events.
    pub fn asked(&self) -> impl Iterator<Item = ActionId> {
        (0..).zip(&self.actions).filter(|(_, action)| !action.event).map(|(id, _)| id)
    }
}
