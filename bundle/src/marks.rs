//! Marks: what a schema says about data beyond its type, so that the runtime and hosts honour it without the policy's text.

use borsh::{BorshDeserialize, BorshSerialize};

/// The marks of a field, or of what a fact answers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Marks {
    /// `pii`: about a person. Nothing made of it is put into words that an agent is told.
    pub pii: bool,
    /// `secret`: it may be tested, and nothing made of it is ever shown, kept or passed on.
    pub secret: bool,
    /// `attested`: the host says it, or a signed source; never the caller.
    pub attested: bool,
}

impl Marks {
    /// No marks.
    pub const NONE: Marks = Marks { pii: false, secret: false, attested: false };
    /// What the host says.
    pub const ATTESTED: Marks = Marks { attested: true, ..Marks::NONE };

    /// The marks as policies write them, in a fixed order.
    pub fn names(self) -> Vec<&'static str> {
        let all = [(self.pii, "pii"), (self.secret, "secret"), (self.attested, "attested")];
        all.into_iter().filter(|(set, _)| *set).map(|(_, name)| name).collect()
    }
}
