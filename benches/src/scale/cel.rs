//! CEL behind the host's own index: one program, compiled once; the limit of the user is looked up and given to it.

use std::collections::HashMap;

use cel::{Context, Program, Value};

use super::draw::Request;
use super::{limit, user};

/// What is made once.
pub struct Cel {
    program: Program,
    limits: HashMap<String, i64>,
    root: Context<'static, 'static>,
}

impl Cel {
    /// The limits of so many users.
    ///
    /// # Panics
    /// Never: the expression is CEL.
    #[must_use]
    pub fn new(users: usize) -> Cel {
        Cel {
            program: Program::compile("amount <= limit").expect("the expression is CEL"),
            limits: (0..users).map(|number| (user(number), limit(number))).collect(),
            root: Context::default(),
        }
    }

    /// Whether a request is allowed.
    #[must_use]
    pub fn allows(&self, request: &Request) -> bool {
        let Some(limit) = self.limits.get(&request.user) else { return false };
        let mut scope = self.root.new_inner_scope();
        scope.add_variable_from_value("amount", Value::from(request.amount));
        scope.add_variable_from_value("limit", Value::from(*limit));
        matches!(self.program.execute(&scope), Ok(Value::Bool(true)))
    }
}
