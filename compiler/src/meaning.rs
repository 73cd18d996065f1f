//! What the names in expressions stand for, as the checks found it: editors ask for it. A compilation does not write it down.

use std::sync::{Mutex, PoisonError};

use lictor_bundle::schema::{EnumId, FactId, ParamId, RecordId};
use lictor_grammar::span::Span;

use crate::sight::Sight;
use crate::typed::{LocalId, Ty};

/// A name in an expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Meaning {
    /// Where the name stands.
    pub span: Span,
    /// What it stands for.
    pub what: What,
    /// The type of what it stands for; of a function or a fact, of what that gives.
    pub ty: Ty,
    /// Whether it is of a type that may be absent, and known to be there at this place.
    pub is_known: bool,
}

/// What a name stands for. Numbers are those of the schema of the same analysis; of locals, those of the item in which they stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// A `let`, the variable of a quantifier, or what a function takes.
    Local(LocalId),
    /// The same, where it is named.
    Binding(LocalId),
    /// A part of the request: a field of the action, or `agent`, `user`, `mandate`, `context`.
    Root,
    /// A field of a record, by its place.
    Field(RecordId, u16),
    /// A parameter.
    Param(ParamId),
    /// A value of an enumeration, by its place.
    Value(EnumId, u16),
    /// A function of the author's.
    Function,
    /// A fact.
    Fact(FactId),
    /// Something of the language's own, `size` or a part of a URL.
    BuiltIn,
}

/// Where meanings are put that are not kept with a rule.
#[derive(Default)]
pub(crate) struct Heard {
    meanings: Mutex<Vec<Meaning>>,
    sight: Mutex<Option<Sight>>,
}

impl Heard {
    /// Adds some.
    pub fn add(&self, meanings: Vec<Meaning>) {
        self.meanings.lock().unwrap_or_else(PoisonError::into_inner).extend(meanings);
    }

    /// All of them.
    pub fn into_all(self) -> Vec<Meaning> {
        self.meanings.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what may be written at the place that somebody looks at. What is known best is kept.
    pub fn see(&self, sight: Sight) {
        let mut known = self.sight.lock().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref().is_none_or(|known| !known.is_exact() && sight.is_exact()) {
            *known = Some(sight);
        }
    }

    /// What was seen.
    pub fn sight(&self) -> Option<Sight> {
        self.sight.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
