//! What is asked of the past: where each action that counts has the keys and the field, and the code that says whether it does.

use lictor_bundle::history::{HistoryQuery, HistorySource, Window};
use lictor_bundle::instr::{Reg, TEMPORARIES};
use lictor_bundle::schema::ActionId;

use super::Lowering;
use super::bounds::{self, Problem};
use super::coder::Coder;
use super::pool::Pool;
use crate::typed::{self, Expr};

/// What is taken from past actions: their keys, a field, and whether they count.
struct Taken<'a> {
    actions: &'a [ActionId],
    keys: &'a [Expr],
    field: Option<&'a Expr>,
    counts: &'a Expr,
}

impl<'a> Lowering<'a> {
    /// The queries, in the order of their facts. One with a problem is reported and left out.
    pub(super) fn history(&mut self, pool: &mut Pool) -> Vec<HistoryQuery> {
        let program = self.program;
        let mut queries = Vec::with_capacity(program.history.len());
        for term in &program.history {
            match self.query(pool, term) {
                Ok(query) => queries.push(query),
                Err(problem) => self.diagnostics.push(problem.diagnostic(term.span, "question", None)),
            }
        }
        queries
    }

    fn query(&self, pool: &mut Pool, term: &'a typed::History) -> Result<HistoryQuery, Problem> {
        let taken = Taken {
            actions: &term.actions,
            keys: &term.keys,
            field: term.field.as_ref(),
            counts: &term.counts,
        };
        let window = match &term.window {
            typed::Window::Over(length) => Window::Over(*length),
            typed::Window::Days(days, zone) => Window::Days { days: *days, zone: *zone },
            typed::Window::Since { state, actions, at_most, keys, counts } => {
                let taken = Taken { actions, keys, field: None, counts };
                Window::Since { state: *state, at_most: *at_most, sources: self.sources(pool, &taken)? }
            }
        };
        let sources = self.sources(pool, &taken)?;
        Ok(HistoryQuery { fact: term.fact, kind: term.kind, state: term.state, window, sources })
    }

    fn sources(&self, pool: &mut Pool, taken: &Taken<'a>) -> Result<Vec<HistorySource>, Problem> {
        bounds::check_size(bounds::size(taken.counts))?;
        taken.actions.iter().map(|&action| self.source(pool, taken, action)).collect()
    }

    fn source(&self, pool: &mut Pool, taken: &Taken<'a>, action: ActionId) -> Result<HistorySource, Problem> {
        let mut coder = Coder::new(&self.program.schema, self.layout, action, pool)?;
        let keys = taken.keys.iter().map(|key| register(&mut coder, key)).collect::<Result<_, _>>()?;
        let field = taken.field.map(|field| register(&mut coder, field)).transpose()?;
        let filter = self.condition(pool, taken.counts, action)?;
        Ok(HistorySource { action, filter, keys, field })
    }
}

/// Where a field of the request lies.
fn register<'a>(coder: &mut Coder<'a, '_>, path: &'a Expr) -> Result<Reg, Problem> {
    let register = coder.evaluate(path, None)?.base;
    if register >= TEMPORARIES { Ok(register) } else { Err(Problem::Missing("a key".to_string())) }
}
