//! One change after the other, tried in a policy that is kept checked: only what a change concerns is checked anew. What is not noticed then is
//! compiled and tested as if nothing were known of it, so that nobody has to trust the short way for what it lets pass.

use lictor_bundle::program::Bundle;
use lictor_compiler::mutate::{Mutant, apply};
use lictor_compiler::project::Project;
use lictor_compiler::session::Session;
use lictor_compiler::variant::{Setting, variant};
use lictor_compiler::{TestCase, compile};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_suite::Runner;

use super::Fate;
use super::order::Order;

/// Tries changes of one project.
pub struct Trial<'p> {
    project: &'p Project,
    order: &'p Order<'p>,
    session: Session,
    /// The file that the last change was in.
    changed: Option<String>,
}

impl<'p> Trial<'p> {
    /// The project as it is.
    pub fn new(project: &'p Project, order: &'p Order<'p>) -> Trial<'p> {
        Trial { project, order, session: Session::new(project.clone()), changed: None }
    }

    /// What becomes of a change.
    pub fn fate(&mut self, mutant: &Mutant) -> Fate {
        self.at_hand(mutant).unwrap_or_else(|| self.tried_anew(mutant))
    }

    /// What becomes of it in the policy that is at hand; nothing where no test notices it.
    fn at_hand(&mut self, mutant: &Mutant) -> Option<Fate> {
        if let Some(path) = self.changed.take().filter(|path| *path != mutant.path) {
            self.session.set(&path, text(self.project, &path));
        }
        let changed = apply(self.project, mutant);
        self.session.set(&mutant.path, text(&changed, &mutant.path));
        self.changed = Some(mutant.path.clone());
        let mut analysis = self.session.check();
        if let Some(fate) = refused(&analysis.diagnostics) {
            return Some(fate);
        }
        let tests = std::mem::take(&mut analysis.tests);
        let name = &self.project.name;
        let bundle = analysis.bundle(name)?;
        let vary = |settings: &[Setting]| analysis.variant(name, settings);
        self.is_noticed(mutant, bundle, tests, &vary).filter(|noticed| *noticed).map(|_| Fate::Noticed)
    }

    /// What becomes of it in a policy of which nothing is known.
    fn tried_anew(&self, mutant: &Mutant) -> Fate {
        let mut compiled = compile(&apply(self.project, mutant));
        if let Some(fate) = refused(&compiled.diagnostics) {
            return fate;
        }
        let tests = std::mem::take(&mut compiled.tests);
        let vary = |settings: &[Setting]| variant(&compiled, settings);
        let noticed =
            compiled.bundle.clone().and_then(|bundle| self.is_noticed(mutant, bundle, tests, &vary));
        match noticed {
            Some(true) => Fate::Noticed,
            Some(false) => Fate::Survived,
            // What the loader would refuse never runs either.
            None => Fate::Refused("E0438"),
        }
    }

    /// Whether a test notices it; nothing where a loader refuses it.
    fn is_noticed(
        &self,
        mutant: &Mutant,
        bundle: Bundle,
        tests: Vec<TestCase>,
        vary: &dyn Fn(&[Setting]) -> Option<Bundle>,
    ) -> Option<bool> {
        let engine = lictor_suite::engine(bundle).ok()?;
        let mut runner = Runner::new(&engine, vary);
        let order = self.order.of(mutant, &tests);
        let mut tests: Vec<Option<TestCase>> = tests.into_iter().map(Some).collect();
        let noticed = order.into_iter().find(|at| {
            let test = tests.get_mut(*at).and_then(Option::take);
            test.is_some_and(|test| !runner.run(test).is_ok_and(|result| result.passed))
        });
        if let Some(test) = noticed {
            self.order.remember(mutant, test);
        }
        Some(noticed.is_some())
    }
}

/// What becomes of a change that has mistakes; nothing where there are none.
fn refused(diagnostics: &[Diagnostic]) -> Option<Fate> {
    let mut errors = diagnostics.iter().filter(|told| told.is_error()).peekable();
    let first = errors.peek()?.code;
    // A test that speaks of what the policy no longer has, notices that.
    let in_tests = errors.all(|error| error.code.starts_with("E05"));
    Some(if in_tests { Fate::Noticed } else { Fate::Refused(first) })
}

fn text<'t>(project: &'t Project, path: &str) -> Option<&'t [u8]> {
    project.files.iter().find(|file| file.path == path).map(|file| file.bytes.as_slice())
}
