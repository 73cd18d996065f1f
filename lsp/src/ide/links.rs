//! Places in a policy that lead somewhere else.

use std::ops::Range;

use lictor_grammar::ast::{Item, ItemKind, ParamValue, Path, Text};

use super::{FileName, Syntax, Workspace};

/// Where a place leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// To a file of the project, or of the library.
    File(FileName),
    /// To a page somewhere.
    Address(String),
}

/// A place that leads somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// What leads there.
    pub range: Range<u32>,
    /// Where it leads.
    pub target: Target,
    /// What is there, in a few words.
    pub tooltip: &'static str,
}

/// The imports, the files that values stand in, and the addresses of what is cited.
pub fn links(workspace: &mut Workspace, file: &FileName) -> Vec<Link> {
    let Some(syntax) = workspace.syntax(file) else { return Vec::new() };
    let mut reader = Reader { workspace, file, syntax: &syntax, links: Vec::new() };
    syntax.items().for_each(|item| reader.item(item));
    reader.links
}

struct Reader<'w> {
    workspace: &'w mut Workspace,
    file: &'w FileName,
    syntax: &'w Syntax,
    links: Vec<Link>,
}

impl Reader<'_> {
    fn item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Import(path) | ItemKind::Use(path) => self.module(path),
            ItemKind::Param(param) => self.values(&param.values),
            ItemKind::Set(set) => self.values(&set.values),
            ItemKind::Calendar(calendar) => self.values(std::slice::from_ref(&calendar.dates)),
            ItemKind::Framework(framework) => {
                let controls = framework.controls.iter().map(|control| &control.standing);
                let all = [&*framework.standing].into_iter().chain(controls);
                all.filter_map(|said| said.source.as_ref()).for_each(|at| self.address(at));
            }
            _ => {}
        }
    }

    fn module(&mut self, path: &Path) {
        if let Some(file) = self.workspace.module_file(self.file, &path.text()) {
            let (range, target) = (self.syntax.range(path.span), Target::File(file));
            self.links.push(Link { range, target, tooltip: "the module" });
        }
    }

    fn values(&mut self, values: &[ParamValue]) {
        for value in values {
            if let ParamValue::File(path) = value
                && let Some(file) =
                    self.file.beside(&path.value).filter(|file| self.workspace.text(file).is_some())
            {
                self.links.push(Link {
                    range: self.inside(path),
                    target: Target::File(file),
                    tooltip: "the values",
                });
            }
        }
    }

    fn address(&mut self, source: &Text) {
        let is_address = ["https://", "http://"].iter().any(|scheme| source.value.starts_with(scheme));
        if is_address && !source.value.contains(char::is_whitespace) {
            let target = Target::Address(source.value.clone());
            self.links.push(Link { range: self.inside(source), target, tooltip: "the source" });
        }
    }

    /// A text without its quotes.
    fn inside(&self, text: &Text) -> Range<u32> {
        let range = self.syntax.range(text.span);
        range.start + 1..range.end.saturating_sub(1).max(range.start + 1)
    }
}
