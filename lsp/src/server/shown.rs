//! What clients were told when they asked, and show until they ask again: after an edit of the same file they do so by themselves; when
//! something else has changed what is to be shown, they are asked to.

use std::collections::BTreeMap;
use std::ops::Range;

use super::message::semantic_tokens::fades;
use super::outbox::Message;
use super::state::State;
use crate::ide::hints::{Hint, hints};
use crate::ide::setters::{Setters, setters};
use crate::ide::{Analysis, FileName, Syntax};

/// What is shown of each file.
#[derive(Default)]
pub struct Shown {
    /// Between the words, in the range that was asked about.
    pub hints: BTreeMap<FileName, Showing<Hints>>,
    /// Above the parameters.
    pub setters: BTreeMap<FileName, Showing<Vec<Setters>>>,
}

/// Hints that a client was told.
pub struct Hints {
    /// Where it asked for them.
    pub range: Range<u32>,
    /// All that stand there.
    pub all: Vec<Hint>,
}

/// What is shown of a file.
pub struct Showing<T> {
    /// The version of the text that it is about.
    pub version: Option<i32>,
    /// What it is.
    pub what: T,
}

impl State {
    /// Has the client ask again where it shows what is no longer so.
    pub fn refresh_shown(&mut self) {
        let workspace = self.client.workspace.as_ref();
        let ability = workspace.and_then(|workspace| workspace.inlay_hint.as_ref());
        if ability.is_some_and(|ability| ability.refresh_support == Some(true)) {
            let mut shown = std::mem::take(&mut self.shown.hints);
            let wanted = self.settings.inlay_hints.into();
            let is_old = self.drop_old(&mut shown, |analysis, syntax, known| {
                hints(analysis, syntax, known.range.clone(), wanted) != known.all
            });
            self.shown.hints = shown;
            if is_old {
                self.outbox.say(Message::RefreshHints);
            }
        }
        let ability = self.client.workspace.as_ref().and_then(|workspace| workspace.semantic_tokens.as_ref());
        if ability.is_some_and(|ability| ability.refresh_support == Some(true)) {
            let painted: Vec<FileName> = self.paintings.keys().cloned().collect();
            let faded = painted.into_iter().filter(|file| fades(self, file)).count();
            if faded > 0 {
                self.outbox.say(Message::RefreshTokens);
            }
        }
        let mut shown = std::mem::take(&mut self.shown.setters);
        let is_old = self.drop_old(&mut shown, |analysis, syntax, known| setters(analysis, syntax) != *known);
        self.shown.setters = shown;
        if is_old {
            self.refresh_lenses();
        }
    }

    /// Forgets what was shown of files that are no longer as they were, and what is no longer so of the others. Tells whether there was such.
    fn drop_old<T>(
        &mut self,
        shown: &mut BTreeMap<FileName, Showing<T>>,
        is_old: impl Fn(&Analysis, &Syntax, &T) -> bool,
    ) -> bool {
        shown.retain(|file, showing| {
            showing.version.is_some() && self.workspace.version(file) == showing.version
        });
        let old = shown.iter().filter_map(|(file, showing)| {
            let (analysis, syntax) = (self.workspace.analysis(file)?, self.workspace.syntax(file)?);
            is_old(&analysis, &syntax, &showing.what).then(|| file.clone())
        });
        let old: Vec<FileName> = old.collect();
        old.iter().for_each(|file| _ = shown.remove(file));
        !old.is_empty()
    }
}
