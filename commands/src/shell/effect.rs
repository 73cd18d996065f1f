//! What one command does, by itself.

use super::Act;
use super::word::Word;
use crate::Reason;

/// What one command does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Effect {
    /// What.
    pub act: Act,
    /// To what.
    pub paths: Vec<String>,
    /// To which address.
    pub url: Option<String>,
    /// To which branch.
    pub branch: Option<String>,
    /// Whether with all below it.
    pub recursive: bool,
    /// Whether what stands there is thrown away.
    pub forced: bool,
    /// Whether it reaches out.
    pub network: bool,
    /// Why nobody can tell.
    pub reason: Option<Reason>,
}

impl Effect {
    /// An act on nothing in particular.
    pub fn of(act: Act) -> Effect {
        let (url, branch, reason) = (None, None, None);
        Effect {
            act,
            paths: Vec::new(),
            url,
            branch,
            recursive: false,
            forced: false,
            network: false,
            reason,
        }
    }

    /// An act on files.
    pub fn on(act: Act, words: &[&Word]) -> Effect {
        Effect { paths: words.iter().map(|word| word.text.clone()).collect(), ..Effect::of(act) }
    }

    /// The same, reaching out.
    pub fn out(self) -> Effect {
        Effect { network: true, ..self }
    }

    /// What nobody can tell.
    pub fn opaque(reason: Reason) -> Effect {
        Effect { reason: Some(reason), ..Effect::of(Act::Opaque) }
    }
}
