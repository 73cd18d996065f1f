//! What is worked out unasked, when nothing else is to be done: how many tests reach each rule, and what comes of sample requests that somebody
//! looks at. It is worked out beside, from texts of its own; an edit gives it up, and what comes too late is dropped.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use lictor_compiler::project::Project;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_suite::Reached;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::Result;

use super::message::execute_command::decide_sample::{Sample, decided};
use super::message::execute_command::preview_flips::compared;
use super::outbox::Message;
use super::requests::Shelf;
use super::state::State;
use crate::ide::samples::{Came, Requests, decide};
use crate::ide::tests::reached;
use crate::ide::trial::{Material, NotRun, Trial};
use crate::ide::{Extent, FileName};

/// So long nothing must come in before something is found out that nobody waits for: longer than between two keys of somebody who types.
const IDLE: Duration = Duration::from_millis(300);
/// The same where somebody looks at what comes of a sample while typing.
const WATCHED: Duration = Duration::from_millis(60);
/// The most requests of a file that are decided unasked.
pub const MAX_UNASKED: usize = 1_000;

/// The most bytes of a project whose tests are run unasked: a larger one would take more memory than its numbers are worth.
const MAX_TESTED: usize = 1 << 20;
/// The same where the policy on disk is made ready beside the one that editors show.
const MAX_COMPARED: usize = 256 << 10;

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

/// What is known of a project.
#[derive(Default)]
pub struct Known {
    /// Of which state of the texts.
    edits: u64,
    /// Whether all that is looked at was found out.
    is_whole: bool,
    /// Whether it could not decide in that state. Then the rest is of an earlier one.
    pub is_broken: bool,
    /// How many tests reach each rule.
    pub reached: Option<Rc<BTreeMap<String, usize>>>,
    /// How many sample requests there are, and how many of them are decided otherwise than by the policy on disk.
    pub flips: Option<(usize, usize)>,
    /// What came of the requests that editors show.
    pub came: BTreeMap<FileName, (Requests, Vec<Came>)>,
}

/// What is worked out of a project.
struct Question {
    material: Material,
    /// What is on disk, where editors show something else.
    saved: Option<Project>,
    shelf: Shelf,
    watched: Vec<(String, Sample)>,
    /// The files of requests whose lenses were asked for.
    shown: Vec<FileName>,
    /// Whether lenses of policies were asked for.
    of_policies: bool,
}

/// What was found out.
struct Found {
    reached: Option<BTreeMap<String, usize>>,
    flips: Option<(usize, usize)>,
    came: BTreeMap<FileName, (Requests, Vec<Came>)>,
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

    /// Finds out again what may be other than is known.
    pub fn look_again(&mut self) {
        self.running = None;
        self.settled = None;
        self.known.values_mut().for_each(|known| known.is_whole = false);
    }

    /// Nobody shows this file any more.
    pub fn forget(&mut self, file: &FileName) {
        self.lenses.remove(file);
    }
}

impl State {
    /// Counts what has changed: as long as it is the same, so is all that follows from texts.
    pub fn edits(&self) -> u64 {
        self.workspace.edits() + self.requests.edits()
    }

    /// What is known of the project for the lenses of a file, and whether it is of the texts as they are. From now on it is found out
    /// whenever there is time.
    pub fn known_for_lenses(&mut self, file: &FileName) -> Option<(&Known, bool)> {
        if self.background.lenses.insert(file.clone()) {
            self.background.look_again();
        }
        let (extent, edits) = (self.project_for(file)?, self.edits());
        let known = self.background.known.get(&extent)?;
        Some((known, known.edits == edits && !known.is_broken))
    }

    /// How long nothing must come in before something is found out; none where there is nothing to find out.
    pub fn pause_before_background(&self) -> Option<Duration> {
        let background = &self.background;
        let is_wanted = !background.lenses.is_empty() || !self.watches.is_empty();
        let is_due = is_wanted && background.running.is_none() && background.settled != Some(self.edits());
        is_due.then_some(if self.watches.is_empty() { IDLE } else { WATCHED })
    }

    /// Finds out about a project of which something is not known. Of one with mistakes there is nothing to be found out.
    pub fn begin_background(&mut self) {
        let edits = self.edits();
        let looked_at = self.background.lenses.iter().chain(self.watches.values().map(|watch| &watch.policy));
        let looked_at: BTreeSet<FileName> = looked_at.cloned().collect();
        let projects: BTreeSet<Extent> = looked_at.iter().filter_map(|file| self.project_for(file)).collect();
        self.background.known.retain(|project, _| projects.contains(project));
        for project in projects {
            let known = self.background.known.get(&project);
            if known.is_some_and(|known| known.edits == edits && known.is_whole) {
                continue;
            }
            if self.has_mistakes(&project) {
                self.take_unfit(project, edits, &NotRun::Errors);
                continue;
            }
            if self.find_out(&project) {
                return;
            }
            let known = self.background.known.entry(project).or_default();
            (known.edits, known.is_whole, known.is_broken) = (edits, true, false);
            (known.reached, known.flips) = (None, None);
        }
        self.background.settled = Some(edits);
    }

    /// The project of a policy, or the one beside which a file of requests stands.
    fn project_for(&mut self, file: &FileName) -> Option<Extent> {
        match self.requests.get(file) {
            Some(_) => self.project_beside(file),
            None => self.workspace.extent_of(file),
        }
    }

    fn has_mistakes(&mut self, project: &Extent) -> bool {
        let analysis = project.policies.first().and_then(|policy| self.workspace.analysis(policy));
        analysis.is_none_or(|analysis| analysis.diagnostics().iter().any(Diagnostic::is_error))
    }

    /// Has it worked out what somebody looks at; not where there is no such thing.
    fn find_out(&mut self, project: &Extent) -> bool {
        let looked_at = self.background.lenses.clone();
        let (policies, shown): (Vec<FileName>, Vec<FileName>) =
            looked_at.into_iter().partition(|file| self.requests.get(file).is_none());
        let Some(material) = self.workspace.material(project) else { return false };
        let mut question = Question {
            material,
            saved: self.workspace.saved(project),
            shelf: self.shelf(project),
            watched: self.watched(project),
            shown: shown
                .into_iter()
                .filter(|file| self.project_beside(file).as_ref() == Some(project))
                .collect(),
            of_policies: policies.iter().any(|file| project.policies.contains(file)),
        };
        let size = question.material.size();
        question.of_policies &= size <= MAX_TESTED || question.material.checked.tests.is_empty();
        if question.watched.is_empty() && question.shown.is_empty() && !question.of_policies {
            return false;
        }
        let (edits, outbox, project) = (self.edits(), self.outbox.clone(), project.clone());
        self.background.running = Some(self.worker.ask(move |is_wanted| {
            let say = |change: Box<dyn FnOnce(&mut State) + Send>| {
                if is_wanted() {
                    outbox.say(Message::Back(change));
                }
            };
            let trial = match question.trial() {
                Ok(Some(trial)) => trial,
                Ok(None) => {
                    let found = question.without_tests();
                    say(Box::new(move |state| state.take_found(project, edits, found)));
                    return Ok(());
                }
                Err(reason) => {
                    say(Box::new(move |state| state.take_unfit(project, edits, &reason)));
                    return Ok(());
                }
            };
            // What somebody looks at comes first.
            for (name, sample) in &question.watched {
                let (name, came) = (name.clone(), decided(&trial, &question.shelf, sample, is_wanted));
                say(Box::new(move |state| {
                    if state.edits() == edits {
                        state.tell_watched(&name, &came);
                    }
                }));
            }
            let found = question.answer(&trial, is_wanted);
            say(Box::new(move |state| state.take_found(project, edits, found)));
            Ok(())
        }));
        true
    }

    /// Takes what was found out, unless a text has changed meanwhile.
    fn take_found(&mut self, project: Extent, edits: u64, found: Found) {
        self.background.running = None;
        if self.edits() != edits {
            return;
        }
        let Found { reached, flips, came } = found;
        let known =
            Known { edits, is_whole: true, is_broken: false, reached: reached.map(Rc::new), flips, came };
        self.background.known.insert(project, known);
        self.refresh_lenses();
    }

    /// Takes that a policy cannot decide. What was known stays, as what was before.
    fn take_unfit(&mut self, project: Extent, edits: u64, reason: &NotRun) {
        self.background.running = None;
        if self.edits() == edits {
            self.tell_undecided(&project, reason);
            let known = self.background.known.entry(project).or_default();
            let is_news = !known.is_broken;
            (known.edits, known.is_whole, known.is_broken) = (edits, true, true);
            if is_news {
                self.age_lenses_of_requests();
            }
        }
    }

    /// Has a client look again at what stands above requests: an edit of a policy has made it old, and the client asks by itself only
    /// about the text that was edited.
    pub fn age_lenses_of_requests(&mut self) {
        let is_shown = |file: &FileName| self.requests.get(file).is_some();
        if self.background.lenses.iter().any(is_shown) {
            self.refresh_lenses();
        }
    }

    /// Has a client look again at what stands above the lines.
    pub fn refresh_lenses(&self) {
        let workspace = self.client.workspace.as_ref();
        let lenses = workspace.and_then(|workspace| workspace.code_lens.as_ref());
        if lenses.is_some_and(|lenses| lenses.refresh_support == Some(true)) {
            self.outbox.say(Message::RefreshLenses);
        }
    }
}

impl Question {
    /// What decides; nothing where there is nothing to decide.
    fn trial(&self) -> std::result::Result<Option<Trial>, NotRun> {
        let is_looked_at = !self.watched.is_empty() || !self.shown.is_empty();
        if is_looked_at || !self.material.checked.tests.is_empty() || !self.shelf.files().is_empty() {
            // Only what somebody looks at is explained.
            let ready = if self.watched.is_empty() { Trial::unexplained } else { Trial::of };
            return ready(self.material.clone()).map(Some);
        }
        Ok(None)
    }

    /// What lenses tell where there are neither tests nor requests.
    fn without_tests(&self) -> Found {
        let reached = self.material.checked.program.as_ref().map(|program| Reached::of(program).counts());
        Found { reached, flips: None, came: BTreeMap::new() }
    }

    /// Works out what lenses tell. What is no longer wanted is left out; it is not looked at.
    fn answer(self, trial: &Trial, is_wanted: &dyn Fn() -> bool) -> Found {
        let mut found = Found { reached: None, flips: None, came: BTreeMap::new() };
        for file in self.shown {
            let Ok(requests) = self.shelf.read(&file) else { continue };
            let Ok(came) = decide(trial, &requests, MAX_UNASKED, is_wanted) else { continue };
            found.came.insert(file, (requests, came));
        }
        if !self.of_policies {
            return found;
        }
        if self.saved.is_none() || self.material.size() <= MAX_COMPARED {
            let files = compared(self.saved, trial, &self.shelf, MAX_UNASKED, is_wanted).unwrap_or_default();
            let decided = files.iter().map(|file| file.decided).sum();
            let flipped = files.iter().map(|file| file.flips.len()).sum();
            found.flips = Some((decided, flipped)).filter(|(decided, _)| *decided > 0);
        }
        found.reached = reached(trial, is_wanted).ok();
        found
    }
}
