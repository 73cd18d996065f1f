//! A rule as data, before it is written in anybody's language.

use super::field::{Action, Field, Value};

/// A rule: one statement about requests for one action.
pub struct Rule {
    /// Its name, which no other has.
    pub name: String,
    /// What stands above it for people.
    pub about: String,
    /// Its action.
    pub action: &'static Action,
    /// What it does.
    pub effect: Effect,
    /// Where its condition holds, or, for what it requires, does not hold.
    pub condition: Condition,
    /// Its code.
    pub code: &'static str,
    /// What the code stands for in words.
    pub message: &'static str,
}

/// What a rule does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Refuses where its condition holds.
    Deny,
    /// Refuses where it does not.
    Require,
    /// Asks a person where it holds.
    StepUp,
}

/// A condition on the fields of a request.
pub enum Condition {
    /// All of these.
    All(Vec<Condition>),
    /// One of these at least.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// The amount or number is greater.
    Over(Field, i64),
    /// The amount or number is not greater.
    AtMost(Field, i64),
    /// It is this word.
    Is(Field, &'static str),
    /// It is one of these words.
    OneOf(Field, Vec<&'static str>),
    /// This word is among them.
    Has(Field, &'static str),
    /// It is so.
    True(Field),
}

/// A request: an action and a value for each of its fields, in their order.
pub struct Request {
    /// What is asked for.
    pub action: &'static Action,
    /// The values.
    pub values: Vec<Value>,
}

/// The codes and what they stand for.
pub const CODES: [(&str, &str); 10] = [
    ("TOO_DEAR", "It costs more than it may"),
    ("TOO_MANY", "They are more than it may be at once"),
    ("WRONG_PLACE", "We do nothing there"),
    ("WRONG_KIND", "We do nothing of this kind"),
    ("TOO_LATE", "It was too long ago"),
    ("NOT_FOR_OUTSIDE", "This stays in the house"),
    ("CONFIDENTIAL", "It is marked as confidential"),
    ("UNUSUAL", "Nobody here does such a thing"),
    ("NEEDS_A_LOOK", "Somebody should look at it first"),
    ("AGAINST_POLICY", "The department does not want it"),
];
