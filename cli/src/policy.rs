//! From a path to a compiled policy, its mistakes told on the way.

use std::path::Path;

use lictor_bundle::error::BundleError;
use lictor_bundle::program::Bundle;
use lictor_compiler::project::Project;
use lictor_compiler::{Compiled, TestCase};
use lictor_grammar::diagnostic::Diagnostic;

use crate::args::Format;
use crate::clock;
use crate::failure::Failure;
use crate::output;
use crate::project::{self, Loaded};
use crate::render::{self, Notice, Paint, Sources};

/// What came of compiling a project, with or without errors.
pub struct Compilation {
    compiled: Compiled,
    /// The texts that places refer to.
    pub sources: Sources,
}

/// A policy without errors.
pub struct Policy {
    /// What the compiler made of it.
    pub bundle: Bundle,
    /// The tests that stand in it.
    pub tests: Vec<TestCase>,
    /// The texts that the tests' places refer to.
    pub sources: Sources,
    /// What the bundle was made from.
    pub compiled: Compiled,
}

/// Whether a path is that of a policy, and not of a bundle.
pub fn is_source(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|extension| extension == "lictor")
}

/// Compiles the project at `path`. Nothing is told yet.
pub fn compile(path: &Path) -> Result<Compilation, Failure> {
    compile_part(path, |project| project)
}

/// Compiles what `part` takes of the project at `path`.
fn compile_part(path: &Path, part: impl FnOnce(Project) -> Project) -> Result<Compilation, Failure> {
    let mut loaded = project::load(path)?;
    loaded.project = part(loaded.project);
    Ok(compile_loaded(&loaded))
}

fn compile_loaded(loaded: &Loaded) -> Compilation {
    let mut compiled = lictor_compiler::compile(&loaded.project);
    let told = compiled.out_of_time(clock::now());
    compiled.diagnostics.extend(told);
    compiled.diagnostics.sort_by_key(|diagnostic| (diagnostic.span(), diagnostic.code));
    let sources = Sources::new(&compiled.sources, |file| loaded.shown(file));
    Compilation { compiled, sources }
}

impl Compilation {
    /// Errors and warnings.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.compiled.diagnostics
    }

    /// The policy, where there are no errors.
    pub fn into_policy(mut self) -> Option<Policy> {
        let errors = self.compiled.diagnostics.iter().any(Diagnostic::is_error);
        let bundle = self.compiled.bundle.clone().filter(|_| !errors)?;
        let tests = std::mem::take(&mut self.compiled.tests);
        Some(Policy { bundle, tests, sources: self.sources, compiled: self.compiled })
    }
}

/// Compiles the project at `path` for a command that goes on with it. Errors and warnings are told on the standard error.
pub fn load(path: &Path, format: Format) -> Result<Policy, Failure> {
    load_part(path, |project| project, format)
}

/// Does the same with what `part` takes of the project.
pub fn load_part(
    path: &Path,
    part: impl FnOnce(Project) -> Project,
    format: Format,
) -> Result<Policy, Failure> {
    told(compile_part(path, part)?, format)
}

/// Does the same with a project that is at hand.
pub fn of(loaded: &Loaded, format: Format) -> Result<Policy, Failure> {
    told(compile_loaded(loaded), format)
}

fn told(compilation: Compilation, format: Format) -> Result<Policy, Failure> {
    let all = compilation.diagnostics();
    if !all.is_empty() {
        output::to_stderr(&match format {
            Format::Human => render::diagnostics(all, &compilation.sources, Paint::stderr()),
            Format::Json => format!("{}\n", render::diagnostics_json(all, &compilation.sources)),
        });
    }
    compilation.into_policy().ok_or(Failure::Told)
}

/// The failure for a bundle or key that is refused. `what` is its path.
pub fn refused(what: &Path, error: &BundleError) -> Failure {
    Notice::error(error.code(), format!("{}: {}", what.display(), error.message)).help(error.help()).into()
}
