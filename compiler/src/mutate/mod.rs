//! Small changes of a policy, one at a time: would any test notice? A change is an edit of the source text at a place that the
//! syntax tree knows, so that what is changed compiles like anything that somebody might have written by mistake.
//!
//! Changed are operators, constants and thresholds, statements, and the least that happens to an action; in rules, functions, categories,
//! parameters and what layers set, actions, and the risk model. Not changed are tests, the library, messages, and what no test can state:
//! how many people must approve, and how long they have.

mod edit;
mod constant;
mod expr;
mod item;

use lictor_grammar::span::Span;

use crate::modules;
use crate::project::Project;
use edit::Editor;

/// One change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mutant {
    /// The file, by its path within the project.
    pub path: String,
    /// The rule that it is in, as `module.rule`; none for what concerns several.
    pub rule: Option<String>,
    /// What is replaced. Its file is the one that [`compile`](crate::compile) gives the same path.
    pub span: Span,
    /// What stands there.
    pub before: String,
    /// What takes its place; nothing where a statement is deleted.
    pub after: String,
    /// What kind of thing is changed: `comparison`, `constant`, `statement` …
    pub kind: &'static str,
}

/// All changes of the project's own modules, by file and place. A project with errors may give fewer.
pub fn mutants(project: &Project) -> Vec<Mutant> {
    let (gathered, _) = modules::gather(project);
    let mut all = Vec::new();
    for module in &gathered.modules {
        let Some(source) = gathered.sources.get(module.file.0 as usize) else { continue };
        if source.path.starts_with(modules::LIBRARY) {
            continue;
        }
        let Ok(text) = std::str::from_utf8(&source.bytes) else { continue };
        let mut editor = Editor::new(text, &source.path, &module.name);
        for each in &module.ast.items {
            editor.item(each);
        }
        all.extend(editor.into_mutants());
    }
    all.sort_by(|a, b| (&a.path, a.span, &a.after).cmp(&(&b.path, b.span, &b.after)));
    all.dedup_by(|a, b| (&a.path, a.span, &a.after) == (&b.path, b.span, &b.after));
    all
}

/// The project with one change made.
pub fn apply(project: &Project, mutant: &Mutant) -> Project {
    let mut changed = project.clone();
    for file in changed.files.iter_mut().filter(|file| file.path == mutant.path) {
        let (start, end) = (mutant.span.start as usize, mutant.span.end as usize);
        if start <= end && end <= file.bytes.len() {
            file.bytes.splice(start..end, mutant.after.bytes());
        }
    }
    changed
}
