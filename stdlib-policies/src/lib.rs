//! The standard library of policies, embedded.
