//! What is worked out unasked, when nothing else is to be done: how many tests reach each rule. It is worked out beside, from texts of its own;
//! an edit gives it up, and what comes too late is dropped.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use lictor_grammar::diagnostic::Diagnostic;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::Result;

use super::outbox::Message;
use super::state::State;
use crate::ide::tests::reached;
use crate::ide::trial::Trial;
use crate::ide::{Extent, FileName};

/// What is known of the projects that somebody looks at.
#[derive(Default)]
pub struct Background {
    /// The files whose lenses a client has asked for.
    lenses: BTreeSet<FileName>,
    known: BTreeMap<Extent, Known>,
    /// Dropping it gives up what is being worked out.
    running: Option<oneshot::Receiver<Result<()>>>,
    /// In which state of the texts there was nothing left to find out.
    settled: Option<u64>,
}

/// What is known of a project, and of which state of the texts.
struct Known {
    edits: u64,
    /// How many tests reach each rule; nothing where the policy cannot decide.
    reached: Option<Rc<BTreeMap<String, usize>>>,
}

impl Background {
    /// Gives up what is being worked out. It is begun again when there is time.
    pub fn give_up(&mut self) {
        self.running = None;
    }

    /// There is nothing left to find out while the texts are as they are.
    pub fn settle(&mut self, edits: u64) {
        self.settled = Some(edits);
    }

    /// Nobody shows this file any more.
    pub fn forget(&mut self, file: &FileName) {
        self.lenses.remove(file);
    }
}

impl State {
    /// Counts what has changed: as long as it is the same, so is all that follows from texts.
    pub fn edits(&self) -> u64 {
        self.workspace.edits()
    }

    /// How many tests reach each rule of a file's project; nothing where that is not known of the texts as they are. From now on it is
    /// found out whenever there is time.
    pub fn tests_that_reach(&mut self, file: &FileName) -> Option<Rc<BTreeMap<String, usize>>> {
        if self.background.lenses.insert(file.clone()) {
            self.background.settled = None;
        }
        let extent = self.workspace.extent_of(file)?;
        let known = self.background.known.get(&extent)?;
        if known.edits == self.edits() { known.reached.clone() } else { None }
    }

    /// Whether there may be something to find out.
    pub fn has_background(&self) -> bool {
        let background = &self.background;
        background.running.is_none()
            && !background.lenses.is_empty()
            && background.settled != Some(self.edits())
    }

    /// Finds out about a project of which something is not known. Of one with mistakes there is nothing to be found out.
    pub fn begin_background(&mut self) {
        let edits = self.edits();
        self.background.known.retain(|_, known| known.edits == edits);
        for file in self.background.lenses.clone() {
            let Some(extent) = self.workspace.extent_of(&file) else { continue };
            if self.background.known.contains_key(&extent) {
                continue;
            }
            let analysis = self.workspace.analysis(&file);
            if analysis.is_none_or(|analysis| analysis.diagnostics().iter().any(Diagnostic::is_error)) {
                self.background.known.insert(extent, Known { edits, reached: None });
                continue;
            }
            self.find_out(extent);
            return;
        }
        self.background.settled = Some(edits);
    }

    fn find_out(&mut self, extent: Extent) {
        let (edits, outbox) = (self.edits(), self.outbox.clone());
        let material = self.workspace.material(&extent);
        self.background.running = Some(self.worker.ask(move |is_wanted| {
            let found = Trial::of(material).and_then(|trial| reached(&trial, is_wanted)).ok();
            if is_wanted() {
                outbox.say(Message::Back(Box::new(move |state| state.take_found(extent, edits, found))));
            }
            Ok(())
        }));
    }

    /// Takes what was found out, unless a text has changed meanwhile.
    fn take_found(&mut self, extent: Extent, edits: u64, reached: Option<BTreeMap<String, usize>>) {
        self.background.running = None;
        if self.edits() != edits {
            return;
        }
        let is_news = reached.is_some();
        self.background.known.insert(extent, Known { edits, reached: reached.map(Rc::new) });
        if is_news && self.can_refresh_lenses() {
            self.outbox.say(Message::RefreshLenses);
        }
    }

    fn can_refresh_lenses(&self) -> bool {
        let workspace = self.client.workspace.as_ref();
        let lenses = workspace.and_then(|workspace| workspace.code_lens.as_ref());
        lenses.is_some_and(|lenses| lenses.refresh_support == Some(true))
    }
}
