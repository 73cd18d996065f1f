//! A policy as pages to read: what may be asked for and what happens to it, in words, for people who never open the sources. The pages need no
//! script and no network; the same policy gives the same bytes.
//!
//! `policy` is what the pages are made of, `book` answers what stands where, and `pages` has a file for each of them. Everything a policy says
//! goes through the templates of `maud`, which escape it.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod anchor;
mod policy;
mod book;
mod prose;
mod words;
mod frame;
mod pages;

pub use frame::{MARK, Page, pages};
pub use policy::{Policy, Tests, Tried};
