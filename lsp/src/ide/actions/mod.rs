//! Changes that are offered: what mends a mistake, what declares what is missing, what says the same otherwise, and imports in order.

mod fix;
mod organize;

// Where something new is put.
mod place;
mod tree;

// What is missing.
mod declare;
mod param;
mod import;
mod answer;
mod guard;

// What could be said otherwise.
mod extract;
mod inline;

use std::ops::Range;

use lictor_compiler::meaning::Meaning;
use lictor_grammar::ast::{Expr, ExprKind};

pub(super) use place::import as importing;

use super::findings::Finding;
use super::format::Edit;
use super::{Analysis, FileName, Syntax};

/// What kind of change is offered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActionKind {
    /// It mends one mistake.
    Fix,
    /// It mends every mistake of the file that has one way to be mended.
    FixAll,
    /// It sorts imports, and takes out those that are twice there or not needed.
    OrganizeImports,
    /// It gives a part of a rule a name of its own.
    Extract,
    /// It writes what a name stands for in the place of the name.
    Inline,
}

/// A change of one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The file.
    pub file: FileName,
    /// What changes in it, in the order of the text.
    pub edits: Vec<Edit>,
}

impl Change {
    fn one(file: FileName, edit: Edit) -> Change {
        Change { file, edits: vec![edit] }
    }
}

/// A change that is offered. What it changes is worked out when somebody wants it.
pub struct Action<'a> {
    /// What it does, for a menu.
    pub title: String,
    /// What kind of change it is.
    pub kind: ActionKind,
    /// What it mends.
    pub mends: Vec<Finding>,
    /// Whether it is what most would do about what it mends.
    pub is_preferred: bool,
    /// Why it cannot be done, where somebody who asked for it should know.
    pub disabled: Option<String>,
    change: Box<dyn Fn() -> Option<Change> + 'a>,
}

impl<'a> Action<'a> {
    fn new(
        kind: ActionKind,
        title: impl Into<String>,
        change: impl Fn() -> Option<Change> + 'a,
    ) -> Action<'a> {
        let change = Box::new(change);
        Action { title: title.into(), kind, mends: Vec::new(), is_preferred: false, disabled: None, change }
    }

    fn mending(mut self, finding: &Finding) -> Action<'a> {
        self.mends.push(finding.clone());
        self
    }

    fn preferred(mut self, is_preferred: bool) -> Action<'a> {
        self.is_preferred = is_preferred;
        self
    }

    /// What changes; nothing where it cannot be done after all.
    pub fn change(&self) -> Option<Change> {
        (self.change)()
    }
}

/// What somebody asks about.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// What is known about the project.
    pub analysis: &'a Analysis,
    /// The file.
    pub file: &'a FileName,
    /// What stands in it, in the same state.
    pub syntax: &'a Syntax,
    /// What is told about it.
    pub findings: &'a [Finding],
}

impl<'a> Asked<'a> {
    /// What the last name of a path stands for, or what is called.
    fn meaning(self, path: &Expr) -> Option<&'a Meaning> {
        let end = match &path.kind {
            ExprKind::Field(_, field) => field.span,
            ExprKind::Call(name, _) => name.span,
            _ => path.span,
        };
        let all = self.analysis.meanings(end.file);
        all.iter().find(|meaning| meaning.span == end)
    }
}

/// What is offered for a range of a file.
pub fn actions<'a>(asked: Asked<'a>, range: Range<u32>) -> Vec<Action<'a>> {
    let touched = |finding: &&Finding| finding.range.start <= range.end && range.start <= finding.range.end;
    let mut all = Vec::new();
    for finding in asked.findings.iter().filter(touched) {
        let before = all.len();
        all.extend(fix::fix(finding));
        all.extend(import::imports(asked, finding));
        all.extend(declare::declarations(asked, finding));
        all.extend(param::parameter(asked, finding));
        all.extend(guard::guards(asked, finding));
        // A client that is told to mend something makes the preferred change without asking: there is at most one.
        let mut preferred = all.iter_mut().skip(before).filter(|action| action.is_preferred);
        preferred.next();
        preferred.for_each(|action| action.is_preferred = false);
    }
    all.extend(extract::extractions(asked, &range));
    all.extend(inline::inlinings(asked, &range));
    all.extend(fix::fix_all(asked.file, asked.findings));
    all.extend(organize::organize(asked));
    all
}
