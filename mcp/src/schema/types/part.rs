//! A part of a schema, and what it refers to.

use super::Unsaid;
use crate::tree::{Tree, shown};

/// The deepest that types are looked at.
const DEEPEST: usize = 12;

/// A part of a schema, in the whole that it refers to.
#[derive(Clone, Copy)]
pub(super) struct Schema<'a> {
    root: &'a Tree,
    pub at: &'a Tree,
    depth: usize,
}

impl<'a> Schema<'a> {
    /// All of one.
    pub fn of(root: &'a Tree) -> Schema<'a> {
        Schema { root, at: root, depth: 0 }
    }

    /// A part of it.
    pub fn within(self, at: &'a Tree) -> Result<Schema<'a>, Unsaid> {
        if self.depth >= DEEPEST {
            return Err("refers to itself, or is too deep".to_owned());
        }
        Ok(Schema { at, depth: self.depth.saturating_add(1), ..self })
    }

    /// What it refers to, where it does.
    pub fn resolved(self) -> Result<Schema<'a>, Unsaid> {
        let Some(reference) = self.at.get("$ref") else { return Ok(self) };
        let unknown = || format!("refers to `{}`, which is not in it", shown(&reference.written()));
        let path = reference.text().and_then(|text| text.strip_prefix("#/")).ok_or_else(unknown)?;
        let mut at = self.root;
        for step in path.split('/') {
            at = at.get(&step.replace("~1", "/").replace("~0", "~")).ok_or_else(unknown)?;
        }
        Schema { at, ..self }.within(at)?.resolved()
    }
}
