//! A text with marks, beside which the answer stands: see `fixtures.rs`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::rc::Rc;

use lictor_lsp::ide::format::Edit;
use lictor_lsp::ide::{Document, Encoding, FileName, Syntax, Text, Workspace};
use lictor_project::Kind as FileKind;

/// What stands before the name of a file further.
const FILE: &str = "//- ";

/// A policy in which the marks were found and taken out, and the files beside it.
pub struct Case {
    pub text: Text,
    pub beside: BTreeMap<FileName, Text>,
    pub cursor: u32,
    pub selection: Range<u32>,
}

impl Case {
    fn new(marked: &str) -> Case {
        let (marked, beside) = marked.split_once(FILE).unwrap_or((marked, ""));
        let beside = beside.split(FILE).filter_map(|file| file.split_once('\n'));
        let beside =
            beside.map(|(name, text)| (FileName::new(&format!("/w/{name}")), Text::new(text.to_owned())));
        let beside = beside.collect();
        let mut text = marked.to_owned();
        let mut take = |mark: &str| {
            let at = text.find(mark)?;
            text.replace_range(at..at + mark.len(), "");
            Some(at as u32)
        };
        let start = take("$<");
        let end = take("$>");
        let cursor = take("$0");
        let text = Text::new(text);
        let selection = start.unwrap_or(0)..end.unwrap_or(text.len());
        Case { cursor: cursor.unwrap_or(0), selection, text, beside }
    }

    pub fn syntax(&self) -> Syntax {
        Syntax::of(Rc::new(self.text.clone()))
    }

    /// A workspace that holds the policy and a text with values.
    pub fn workspace(&self) -> (Workspace, FileName) {
        let mut workspace = Workspace::default();
        workspace.set_folders(vec![String::from("/w")]);
        let file = FileName::new("/w/m.lictor");
        workspace.set_disk(&FileName::new("/w/values.txt"), FileKind::Data, Some(b"a\nb\n".to_vec()));
        for (name, text) in &self.beside {
            let kind = FileKind::of(name.last()).unwrap();
            workspace.set_disk(name, kind, Some(text.as_str().as_bytes().to_vec()));
        }
        let text = Rc::new(self.text.clone());
        workspace.open(&file, FileKind::Policy, Document { text, version: 1 });
        (workspace, file)
    }

    /// `3:5-3:9`, counted from 1 as editors show it.
    pub fn shown(&self, range: &Range<u32>) -> String {
        shown(&self.text, range)
    }

    /// The same, with the name of the file where it is another one.
    pub fn shown_in(&self, file: &FileName, range: &Range<u32>) -> String {
        match self.beside.get(file) {
            Some(text) => format!("{} {}", file.last(), shown(text, range)),
            None => self.shown(range),
        }
    }

    /// The text with edits made.
    pub fn after(&self, edits: &[Edit]) -> String {
        let mut text = self.text.clone();
        for edit in edits.iter().rev() {
            text.replace(edit.range.clone(), &edit.text);
        }
        let count = edits.len();
        format!("{count} edit{}\n{}", if count == 1 { "" } else { "s" }, text.as_str())
    }
}

fn shown(text: &Text, range: &Range<u32>) -> String {
    let place = |at| {
        let at = Encoding::Utf32.position(text, at);
        format!("{}:{}", at.line + 1, at.character + 1)
    };
    format!("{}-{}", place(range.start), place(range.end))
}

/// Asks every case of a file, and compares.
pub fn check(feature: &str, answer: impl Fn(&Case) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(format!("{feature}.md"));
    let page = fs::read_to_string(&path).unwrap();
    let (mut given, mut count, mut rest) = (String::new(), 0, page.as_str());
    while let Some((before, after)) = rest.split_once("```lictor\n") {
        let (policy, after) = after.split_once("```\n").unwrap();
        let (between, after) = after.split_once("```text\n").unwrap();
        let (_, after) = after.split_once("```\n").unwrap();
        let mut answer = answer(&Case::new(policy));
        if !answer.is_empty() && !answer.ends_with('\n') {
            answer.push('\n');
        }
        write!(given, "{before}```lictor\n{policy}```\n{between}```text\n{answer}```\n").unwrap();
        (rest, count) = (after, count + 1);
    }
    given.push_str(rest);
    assert!(count > 0, "{feature} has no case");
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(&path, &given).unwrap();
    }
    assert_eq!(page, given, "{feature}");
}
