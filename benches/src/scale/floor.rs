//! Hand-written Rust: a hash map.

use std::collections::HashMap;

use super::draw::Request;
use super::{Own, limit, refused, user};

/// The limit of each user, and the merchant whom a rule refuses.
pub struct Floor(HashMap<String, (i64, Option<Box<str>>)>);

impl Floor {
    /// The policies of so many users.
    #[must_use]
    pub fn new(users: usize, own: Own) -> Floor {
        let refused = |number| (own == Own::Rule).then(|| refused(number).into());
        Floor((0..users).map(|number| (user(number), (limit(number), refused(number)))).collect())
    }

    /// Whether a request is allowed.
    #[must_use]
    pub fn allows(&self, request: &Request) -> bool {
        self.0.get(&request.user).is_some_and(|(limit, refused)| {
            request.amount <= *limit && refused.as_deref() != Some(request.merchant.as_str())
        })
    }
}
