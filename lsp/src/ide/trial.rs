//! A policy that is tried out: ready to decide. It is made of what was checked while somebody types, which stays as it is while they type on: nothing
//! is read a second time.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use lictor_bundle::program::{Bundle, Mode};
use lictor_bundle::source_map::UnitMap;
use lictor_compiler::TestCase;
use lictor_compiler::project::Project;
use lictor_compiler::session::{Analysis, Session};
use lictor_compiler::typed::Program;
use lictor_compiler::variant::Setting;
use lictor_grammar::span::Span;
use lictor_runtime::Engine;
use lictor_suite::{Refused, engine};

use super::FileName;

/// What is tried out. Cloning shares it, and so does whoever checked it.
#[derive(Clone)]
pub struct Material {
    /// What its bundle is called.
    pub name: String,
    /// What it means.
    pub checked: Arc<Analysis>,
    /// Which file each path is.
    pub names: Arc<BTreeMap<Arc<str>, FileName>>,
}

impl Material {
    /// Texts that nobody has checked. What is said of them is in no file.
    pub fn of(project: Project) -> Material {
        let name = project.name.clone();
        Material { name, checked: Arc::new(Session::new(project).check()), names: Arc::default() }
    }

    /// How many bytes its policies have, those of the library that it uses included.
    pub fn size(&self) -> usize {
        self.checked.size()
    }

    /// The bundle.
    ///
    /// # Errors
    ///
    /// It has mistakes.
    pub fn bundle(&self) -> Result<Bundle, NotRun> {
        self.checked.bundle(&self.name).ok_or(NotRun::Errors)
    }
}

/// Whether what is worked out is still wanted; asked again and again while it is.
pub type Wanted<'a> = &'a dyn Fn() -> bool;

/// A place in a file.
pub type Place = (FileName, Range<u32>);

/// A policy that can decide.
pub struct Trial {
    /// What it was made of.
    material: Material,
    /// Decides by it.
    pub engine: Engine,
}

/// Why nothing could be tried out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotRun {
    /// The file is part of no project.
    NoProject,
    /// The project has errors.
    Errors,
    /// The policy cannot be loaded.
    Refused(Refused),
    /// There are no requests that could be decided.
    NoSamples,
    /// A request cannot be decided; in words, why.
    Sample(String),
    /// Nobody wants it any more.
    GivenUp,
}

impl fmt::Display for NotRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotRun::NoProject => f.write_str("this file is part of no project"),
            NotRun::Errors => {
                f.write_str("the policy has mistakes; it can decide again once they are mended")
            }
            NotRun::Refused(refused) => refused.fmt(f),
            NotRun::NoSamples => f.write_str(
                "no sample requests stand beside this policy: write them into `requests.ndjson`, one on a line, or name a file",
            ),
            NotRun::Sample(why) => f.write_str(why),
            NotRun::GivenUp => f.write_str("it was given up"),
        }
    }
}

impl Trial {
    /// Makes a policy ready.
    ///
    /// # Errors
    ///
    /// It has mistakes, or is too large.
    pub fn of(material: Material) -> Result<Trial, NotRun> {
        let engine = written(material.bundle()?)?;
        Ok(Trial { material, engine })
    }

    /// Makes a policy ready that tells which rules run, but not why: what explains decisions takes as much memory again as the rest.
    ///
    /// # Errors
    ///
    /// It has mistakes, or is too large.
    pub fn unexplained(material: Material) -> Result<Trial, NotRun> {
        let mut bundle = material.bundle()?;
        for unit in &mut bundle.units {
            unit.map = UnitMap::default();
        }
        let engine = written(bundle)?;
        Ok(Trial { material, engine })
    }

    /// What decides its tests: the same, but where the policy is only observed, for they say what it decides where it counts.
    ///
    /// # Errors
    ///
    /// It is too large.
    pub fn for_tests(&self) -> Result<Engine, NotRun> {
        match self.engine.mode() {
            Mode::Enforced => Ok(self.engine.clone()),
            Mode::Observed => engine(self.engine.to_bundle()).map_err(NotRun::Refused),
        }
    }

    /// What it means.
    pub fn program(&self) -> Option<&Program> {
        self.material.checked.program.as_ref()
    }

    /// Its tests.
    pub fn tests(&self) -> &[TestCase] {
        &self.material.checked.tests
    }

    /// The policy as a test wants it.
    pub fn variant(&self, settings: &[Setting]) -> Option<Bundle> {
        self.material.checked.variant(&self.material.name, settings)
    }

    /// What decides, with the policies of all users.
    pub fn bundle(&self) -> Cow<'_, Bundle> {
        let bundle = self.engine.bundle();
        let has_users = self.program().is_some_and(|program| program.units.len() > bundle.units.len());
        if has_users { Cow::Owned(self.engine.to_bundle()) } else { Cow::Borrowed(bundle) }
    }

    /// Where something stands that the compiler speaks of.
    pub fn place(&self, span: Span) -> Option<Place> {
        let place = self.material.checked.place(span)?;
        let at = |at: usize| u32::try_from(at).ok();
        Some((self.material.names.get(&place.path)?.clone(), at(place.range.start)?..at(place.range.end)?))
    }

    /// Where the name of a rule stands, by its name as `module.rule`.
    pub fn rule(&self, name: &str) -> Option<Place> {
        let mut rules = self.program()?.units.iter().flat_map(|unit| &unit.rules);
        let (module, short) = name.rsplit_once('.')?;
        let rule = rules.find(|rule| rule.module == module && rule.name == short)?;
        self.place(rule.name_at)
    }
}

/// What decides by a policy as it is written.
fn written(bundle: Bundle) -> Result<Engine, NotRun> {
    Engine::from_bundle(bundle).map_err(|error| NotRun::Refused(Refused::Bundle(error)))
}
