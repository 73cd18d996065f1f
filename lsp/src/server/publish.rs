//! Telling the client what is wrong: by publishing it, or by answering when it asks. A client that asks is not told unasked:
//! it would show everything twice.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::outbox::Message;
use super::state::State;
use crate::ide::findings::{Finding, findings};
use crate::ide::tests::Outcome;
use crate::ide::{Analysis, FileName};

/// What the client was told without asking.
#[derive(Default)]
pub struct Told {
    /// What is known to the client, by the directories of the projects.
    analyses: Vec<Rc<Analysis>>,
    /// What was said of each file.
    files: BTreeMap<FileName, Said>,
}

/// What was said of a file.
#[derive(PartialEq, Default)]
struct Said {
    /// Of which version.
    version: Option<i32>,
    /// What the compiler says.
    found: Vec<Finding>,
    /// The tests that failed.
    failed: Vec<Outcome>,
}

impl Told {
    /// Has every file compared again with what was said of it.
    pub fn look_again(&mut self) {
        self.analyses.clear();
    }
}

impl State {
    /// Tells what has changed since it was last told.
    pub fn tell_news(&mut self) {
        let news = std::mem::take(&mut self.news);
        self.age_lenses_of_requests();
        self.refresh_shown();
        if self.asks_for_diagnostics() {
            // A client asks again after its own edits, but knows nothing of others'.
            if news.elsewhere && self.can_refresh_diagnostics() {
                self.outbox.say(Message::RefreshDiagnostics);
            }
            return;
        }
        self.search();
        let _shown = self.show_progress("Checking policies");
        let analyses = self.workspace.analyses_of_interest();
        let known = std::mem::take(&mut self.told.analyses);
        let is_known = |analysis: &Rc<Analysis>| known.iter().any(|other| Rc::ptr_eq(other, analysis));
        for analysis in analyses.iter().filter(|analysis| !is_known(analysis)) {
            for (file, found) in findings(analysis) {
                self.publish(file, found);
            }
        }
        // Files that are no longer part of anything have nothing wrong with them.
        let in_some = |file: &FileName| analyses.iter().any(|analysis| analysis.files().contains(file));
        let left: Vec<FileName> = self.told.files.keys().filter(|file| !in_some(file)).cloned().collect();
        for file in left {
            self.publish(file, Vec::new());
        }
        self.told.analyses = analyses;
    }

    /// Tells what is wrong with a file, unless the client knows it.
    fn publish(&mut self, file: FileName, found: Vec<Finding>) {
        let version = self.workspace.version(&file);
        let news = Said { version, found, failed: self.failures.of(&file).to_vec() };
        let nothing = Said::default();
        if self.told.files.get(&file).unwrap_or(&nothing) == &news {
            return;
        }
        if let Some(uri) = self.uri(&file) {
            let diagnostics = self.diagnostics(&file, &news.found);
            self.outbox.say(Message::Diagnostics(uri, diagnostics, version));
        }
        if news == nothing {
            self.told.files.remove(&file);
        } else {
            self.told.files.insert(file, news);
        }
    }

    /// Whether the client asks for diagnostics.
    pub fn asks_for_diagnostics(&self) -> bool {
        self.client.text_document.as_ref().is_some_and(|document| document.diagnostic.is_some())
    }

    fn can_refresh_diagnostics(&self) -> bool {
        let workspace = self.client.workspace.as_ref();
        let diagnostics = workspace.and_then(|workspace| workspace.diagnostics.as_ref());
        diagnostics.is_some_and(|diagnostics| diagnostics.refresh_support == Some(true))
    }
}
