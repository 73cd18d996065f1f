//! What a capability token permits in place of exact values: `amount <= 50 USD`, as data.
//!
//! A field under a constraint is bound at the most of it, which is put in the place of what the checkout presents before that is held against what is bound;
//! what is presented is held against the constraint. All constraints must hold. A field that is not presented, or is of another type or currency, violates its
//! constraint.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::json::MAX_INTEGER;

use super::reason::{Reason, TokenError};

/// The most constraints of a token, and the most values that one of them lists.
const MAX: usize = 32;
/// The longest name or text, in bytes.
const MAX_TEXT: usize = 256;

/// The constraints of a token: at least one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Envelope(pub Vec<Constraint>);

/// One constraint.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constraint {
    /// The field of the action, as the policy names it.
    pub field: String,
    /// How it is compared.
    pub op: Comparison,
    /// With what: one value, and for [`Comparison::In`] one or more.
    pub bounds: Vec<Value>,
}

/// How a value is compared with a bound.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Comparison {
    /// It is at most the bound.
    #[serde(rename = "<=")]
    AtMost,
    /// It is at least the bound.
    #[serde(rename = ">=")]
    AtLeast,
    /// It is the bound.
    #[serde(rename = "==")]
    Equal,
    /// It is one of the bounds.
    #[serde(rename = "in")]
    In,
}

/// A value that is presented, or a bound. Values of different types, and amounts in different currencies, are neither equal nor ordered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
pub enum Value {
    /// An amount.
    Money {
        /// In minor units: cents of a dollar.
        minor: i64,
        /// The code of the currency.
        currency: String,
    },
    /// A whole number.
    Int {
        /// It.
        value: i64,
    },
    /// A text, or a value of an enumeration by its name.
    Text {
        /// It.
        value: String,
    },
}

impl Value {
    /// How two values are ordered. Texts are equal or not, and have no order.
    fn compare(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Money { minor, currency }, Value::Money { minor: bound, currency: of }) => {
                (currency == of).then(|| minor.cmp(bound))
            }
            (Value::Int { value }, Value::Int { value: bound }) => Some(value.cmp(bound)),
            (Value::Text { value }, Value::Text { value: bound }) => {
                (value == bound).then_some(Ordering::Equal)
            }
            _ => None,
        }
    }

    fn is_sound(&self) -> bool {
        let exact = |number: &i64| (-MAX_INTEGER..=MAX_INTEGER).contains(number);
        match self {
            Value::Money { minor, currency } => {
                exact(minor) && lictor_bundle::currency::Currency::parse(currency).is_some()
            }
            Value::Int { value } => exact(value),
            Value::Text { value } => value.len() <= MAX_TEXT,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Money { minor, currency } => write!(f, "{minor} minor units of {currency}"),
            Value::Int { value } => write!(f, "{value}"),
            Value::Text { value } => write!(f, "{value:?}"),
        }
    }
}

impl Constraint {
    /// Whether a value satisfies it.
    pub fn admits(&self, value: &Value) -> bool {
        let orders = |allowed: &[Ordering]| {
            let mut orders = self.bounds.iter().filter_map(|bound| value.compare(bound));
            orders.any(|order| allowed.contains(&order))
        };
        match self.op {
            Comparison::AtMost => orders(&[Ordering::Less, Ordering::Equal]),
            Comparison::AtLeast => orders(&[Ordering::Greater, Ordering::Equal]),
            Comparison::Equal | Comparison::In => orders(&[Ordering::Equal]),
        }
    }

    /// Whether it says what a constraint can say.
    fn is_sound(&self) -> bool {
        let bounds = match (self.op, self.bounds.as_slice()) {
            (Comparison::AtMost | Comparison::AtLeast, [bound]) => !matches!(bound, Value::Text { .. }),
            (Comparison::Equal, [_]) => true,
            (Comparison::In, bounds) => (1..=MAX).contains(&bounds.len()),
            _ => false,
        };
        bounds && (1..=MAX_TEXT).contains(&self.field.len()) && self.bounds.iter().all(Value::is_sound)
    }
}

impl Envelope {
    /// Holds an action against it. `presented` gives the value of a field, where the action has it.
    ///
    /// # Errors
    /// `INTENT_MISMATCH`, with the first field that violates its constraint.
    pub fn check(&self, mut presented: impl FnMut(&str) -> Option<Value>) -> Result<(), TokenError> {
        let violated = |constraint: &&Constraint| {
            !presented(&constraint.field).is_some_and(|value| constraint.admits(&value))
        };
        match self.0.iter().find(violated) {
            None => Ok(()),
            Some(Constraint { field, .. }) => Err(TokenError::new(
                Reason::IntentMismatch,
                format!("`{}` is not within what the token permits", field.escape_default()),
            )),
        }
    }

    /// The fields that it constrains, in the order of the constraints.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|constraint| constraint.field.as_str())
    }

    /// The most that it permits for a field, which is what a reservation must hold back: the least of its upper bounds. None where it
    /// has none, or where they are not comparable.
    pub fn maximum(&self, field: &str) -> Option<&Value> {
        let mut least: Option<&Value> = None;
        for constraint in self.0.iter().filter(|constraint| constraint.field == field) {
            let bounds = match constraint.op {
                Comparison::AtLeast => continue,
                Comparison::AtMost | Comparison::Equal | Comparison::In => constraint.bounds.iter(),
            };
            let mut greatest: Option<&Value> = None;
            for bound in bounds {
                let known = greatest.map_or(Some(Ordering::Greater), |known| bound.compare(known));
                greatest = if known? == Ordering::Greater { Some(bound) } else { greatest };
            }
            let known = least.map_or(Some(Ordering::Less), |known| greatest?.compare(known));
            least = if known? == Ordering::Less { greatest } else { least };
        }
        least
    }

    /// Checks that it can be read again, and is not empty.
    pub(super) fn is_sound(&self) -> bool {
        (1..=MAX).contains(&self.0.len()) && self.0.iter().all(Constraint::is_sound)
    }
}
