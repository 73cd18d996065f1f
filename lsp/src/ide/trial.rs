//! A policy that is tried out: compiled whole, and ready to decide. It is made apart from what is checked while somebody types, from texts
//! that are its own, so that it can be made and used while they type on.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use lictor_bundle::program::{Bundle, Rule};
use lictor_compiler::modules::LIBRARY;
use lictor_compiler::project::Project;
use lictor_compiler::{Compiled, compile};
use lictor_grammar::span::Span;
use lictor_runtime::Engine;
use lictor_suite::{Refused, engine};

use super::{FileName, LIBRARY_SCHEME};

/// What is tried out, as the compiler takes it.
#[derive(Clone, Debug, Default)]
pub struct Material {
    /// The texts.
    pub project: Project,
    /// Which file each of their paths is.
    pub names: BTreeMap<String, FileName>,
}

impl Material {
    /// How many bytes the policies have.
    pub fn size(&self) -> usize {
        self.project.files.iter().map(|file| file.bytes.len()).sum()
    }
}

/// Whether what is worked out is still wanted; asked again and again while it is.
pub type Wanted<'a> = &'a dyn Fn() -> bool;

/// A place in a file.
pub type Place = (FileName, Range<u32>);

/// A policy that can decide.
pub struct Trial {
    /// What the compiler made of it.
    pub compiled: Compiled,
    /// Decides by it.
    pub engine: Engine,
    names: BTreeMap<String, FileName>,
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
    /// Compiles a policy.
    ///
    /// # Errors
    ///
    /// It has mistakes, or is too large.
    pub fn of(material: Material) -> Result<Trial, NotRun> {
        let Material { project, names } = material;
        let compiled = compile(&project);
        drop(project);
        let bundle = compiled.bundle.clone().ok_or(NotRun::Errors)?;
        let engine = engine(bundle).map_err(NotRun::Refused)?;
        Ok(Trial { compiled, engine, names })
    }

    /// What decides, with the policies of all users.
    pub fn bundle(&self) -> &Bundle {
        self.compiled.bundle.as_ref().unwrap_or(self.engine.bundle())
    }

    /// Where something stands that the compiler speaks of.
    pub fn place(&self, span: Span) -> Option<Place> {
        let source = self.compiled.sources.get(span.file.0 as usize)?;
        Some((self.file(&source.path)?, span.start..span.end))
    }

    /// Where the name of a rule stands, by its name as `module.rule`.
    pub fn rule(&self, name: &str) -> Option<Place> {
        let is_it = |rule: &&Rule| {
            let inside = name.strip_prefix(rule.key.module.as_str()).and_then(|rest| rest.strip_prefix('.'));
            inside == Some(&rule.name)
        };
        let (path, line) =
            self.bundle().units.iter().flat_map(|unit| &unit.rules).find(is_it)?.source.clone();
        let source = self.compiled.sources.iter().find(|source| source.path == path)?;
        let text = std::str::from_utf8(&source.bytes).ok()?;
        let before = text.split_inclusive('\n').take(line.saturating_sub(1) as usize);
        let start = before.map(str::len).sum::<usize>();
        let short = name.rsplit('.').next().unwrap_or_default();
        // A rule begins with its name behind the word `rule`, on the line that is told.
        let within = text.get(start..)?.lines().next()?.find(&format!(" {short}"))? + 1;
        let at = u32::try_from(start + within).ok()?;
        Some((self.file(&path)?, at..at + u32::try_from(short.len()).ok()?))
    }

    fn file(&self, path: &str) -> Option<FileName> {
        match path.strip_prefix(LIBRARY) {
            Some(inside) => Some(FileName::new(&format!("{LIBRARY_SCHEME}:/{inside}"))),
            None => self.names.get(path).cloned(),
        }
    }
}
