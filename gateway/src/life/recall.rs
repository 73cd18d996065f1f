//! What was known when a token was granted, for whoever has to look up more before it is used.

use lictor_evidence::token::TokenId;
use lictor_store::{Job, Reads, View, Writes};

use super::grant::Grant;
use crate::policy::Circumstances;

/// Reads what a token was granted on.
pub(crate) struct Recall {
    /// When, by the gateway's clock.
    pub now: i64,
    /// Which one.
    pub id: TokenId,
}

impl Job for Recall {
    /// What was known; nothing where the store does not know the token.
    type Answer = Option<Circumstances>;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none().token(self.id.index)
    }

    fn run(self, view: &View<'_>) -> (Writes, Self::Answer) {
        let token = view.token(self.id.index).filter(|token| token.id == self.id.random);
        let grant = token.and_then(|token| Grant::from_bytes(&token.body));
        (Writes::none(), grant.map(|grant| grant.known))
    }
}
