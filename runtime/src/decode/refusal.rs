//! Why a request is not of the declared shape: where, what is wrong, what to do.

use std::fmt;

use lictor_bundle::program::Stage;

use crate::render::escape;

/// The most characters of a stranger's text that a sentence repeats.
const SHOWN: usize = 60;

/// Why a request was refused before any rule was looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Refusal {
    /// At which of the engine's own stages.
    pub stage: Stage,
    /// The reason code.
    pub code: &'static str,
    /// The path of the member, and what is wrong with it.
    pub reason: String,
}

/// One step of a path, from a value outwards.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// Into a member of an object.
    Member(String),
    /// Into an element of an array, from 0.
    Element(usize),
}

/// The path that these steps, innermost first, lead along: `params.cart.items[2].sku`.
pub(crate) fn path(steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps.iter().rev() {
        match step {
            Step::Member(name) if path.is_empty() => path.push_str(&shown(name)),
            Step::Member(name) => path.extend([".", &shown(name)]),
            Step::Element(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

/// A stranger's text as a sentence may repeat it: cut, and without characters that cannot be seen.
pub(crate) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", escape(text.get(..end).unwrap_or_default())),
        None => escape(text).into_owned(),
    }
}

/// Names as a sentence lists them, the last after this word: `a`, `a or b`, `a, b or c`.
pub(crate) struct Listed<'a, T>(pub &'a [T], pub &'a str);

impl<T: fmt::Display> fmt::Display for Listed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Listed(names, word) = self;
        for (index, name) in names.iter().enumerate() {
            match index {
                0 => write!(f, "{name}")?,
                _ if index + 1 == names.len() => write!(f, " {word} {name}")?,
                _ => write!(f, ", {name}")?,
            }
        }
        Ok(())
    }
}
