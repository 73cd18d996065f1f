//! Which facts a policy wants to know that are neither counted nor shown by a clock: somebody has to look them up.

use std::collections::BTreeMap;

use lictor_bundle::civil::LOCAL_TIME;
use lictor_bundle::schema::{Fact, Schema, Type};

/// The facts that are looked up outside, by their names.
#[derive(Debug, Default)]
pub(crate) struct Outside(BTreeMap<String, Shape>);

/// What the value of a fact is like.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Shape {
    /// What it is asked with.
    pub params: Vec<String>,
    /// Whether it says how far it is vouched for.
    pub sourced: bool,
    /// Whether there may be none.
    pub optional: bool,
    /// Whether it is marked `secret`, or asked with what is.
    pub secret: bool,
}

impl Outside {
    /// By the declarations of a bundle.
    pub fn of(schema: &Schema) -> Outside {
        let counted = |number: usize| schema.history.iter().any(|query| usize::from(query.fact) == number);
        let looked_up =
            schema.facts.iter().enumerate().filter(|(at, fact)| fact.name != LOCAL_TIME && !counted(*at));
        Outside(looked_up.map(|(_, fact)| (fact.name.clone(), Shape::of(schema, fact))).collect())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What a fact is like, where there is one of this name.
    pub fn get(&self, name: &str) -> Option<&Shape> {
        self.0.get(name)
    }

    /// What they are called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl Shape {
    fn of(schema: &Schema, fact: &Fact) -> Shape {
        let mut ty = schema.types.get(usize::from(fact.result));
        let optional = if let Some(Type::Optional(inner)) = ty {
            ty = schema.types.get(usize::from(*inner));
            true
        } else {
            false
        };
        let secret = fact.marks.secret || fact.params.iter().any(|param| param.marks.secret);
        let params = fact.params.iter().map(|param| param.name.clone()).collect();
        Shape { params, sourced: matches!(ty, Some(Type::Sourced(_))), optional, secret }
    }
}
