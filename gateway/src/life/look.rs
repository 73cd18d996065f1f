//! Looking at a token without using it.

use lictor_evidence::token::TokenId;
use lictor_store::{Job, Reads, TokenState, View, Writes};

/// Looks at a token.
pub(crate) struct Look {
    /// When, by the gateway's clock.
    pub now: i64,
    /// Which one.
    pub id: TokenId,
}

/// What the store knows of a token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Looked {
    /// What became of it; none where the store does not know it.
    pub state: Option<TokenState>,
    /// Whether the store was set back since.
    pub is_void: bool,
    /// The time of the look.
    pub now: i64,
}

impl Job for Look {
    type Answer = Looked;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none().token(self.id.index)
    }

    fn run(self, view: &View<'_>) -> (Writes, Looked) {
        let token = view.token(self.id.index).filter(|token| token.id == self.id.random);
        let is_void = token.is_some_and(|token| token.generation != view.head().generation);
        (Writes::none(), Looked { state: token.map(|token| token.state), is_void, now: view.now() })
    }
}
