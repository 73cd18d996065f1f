//! Hand-written Rust: a hash map.

use std::collections::HashMap;

use super::draw::Request;
use super::{limit, user};

/// The limit of each user.
pub struct Floor(HashMap<String, i64>);

impl Floor {
    /// The limits of so many users.
    #[must_use]
    pub fn new(users: usize) -> Floor {
        Floor((0..users).map(|number| (user(number), limit(number))).collect())
    }

    /// Whether a request is allowed.
    #[must_use]
    pub fn allows(&self, request: &Request) -> bool {
        self.0.get(&request.user).is_some_and(|limit| request.amount <= *limit)
    }
}
