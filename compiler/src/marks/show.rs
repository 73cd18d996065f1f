//! Whether a message may show a value, for whoever proposes one: what is decided of a message that is there (`check.rs`).

use std::collections::BTreeMap;

use lictor_bundle::schema::{ActionId, Schema};

use super::flow::Flow;
use crate::typed::{Expr, LocalId};

/// What messages of a statement may show.
pub(crate) struct Shows<'s> {
    flow: Flow<'s>,
    /// Whether an agent is told the message: then nothing is in it that is about a person.
    pub is_told: bool,
}

impl<'s> Shows<'s> {
    /// In a rule about these actions, where these names stand for these values, under the condition of the statement.
    pub fn new(
        schema: &'s Schema,
        actions: &'s [ActionId],
        bindings: &[(LocalId, Expr)],
        condition: Option<&Expr>,
    ) -> Shows<'s> {
        let mut flow = Flow::new(schema, actions, BTreeMap::new());
        bindings.iter().for_each(|(id, value)| flow.bind(*id, value));
        // It binds the variable of what decided.
        condition.iter().for_each(|condition| _ = flow.of(condition));
        flow.unbound.clear();
        Shows { flow, is_told: true }
    }

    /// Whether a message may show this value.
    pub fn allows(&mut self, value: &Expr) -> bool {
        let carried = self.flow.of(value);
        let is_unbound = !std::mem::take(&mut self.flow.unbound).is_empty();
        !is_unbound && carried.secret.is_none() && (carried.pii.is_none() || !self.is_told)
    }
}
