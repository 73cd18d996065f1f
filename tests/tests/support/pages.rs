//! Pages of the book as projects: what stands behind the three backticks says what a block is.
//!
//! `lictor FILE` continues a file of the project; `lictor` alone begins one where it declares a module, and otherwise continues
//! the last; `yaml` is a table of tests; `lictor wrong CODE` must not compile, for that reason alone; `json request` is decided by
//! what stands above it, and `json decision` is part of what came of it.

#[path = "tested.rs"]
mod tested;

use std::path::{Path, PathBuf};

use lictor_compiler::project::{Project, SourceFile};
use lictor_compiler::{Compiled, compile};
use lictor_runtime::{Engine, MemoryHistory, Scratch};
use lictor_zones::Zones;
use serde_json::Value;
use tested::passes;

/// A fenced block: what it is, and what stands in it.
struct Block {
    info: String,
    text: String,
    line: usize,
}

fn blocks(text: &str) -> Vec<Block> {
    let (mut found, mut open): (Vec<Block>, bool) = (Vec::new(), false);
    for (number, line) in text.lines().enumerate() {
        match (open, line.strip_prefix("```")) {
            (false, Some(info)) => {
                open = true;
                found.push(Block { info: info.to_string(), text: String::new(), line: number + 1 });
            }
            (true, Some("")) => open = false,
            (true, _) => {
                let block = found.last_mut().unwrap();
                block.text.push_str(line);
                block.text.push('\n');
            }
            (false, None) => {}
        }
    }
    found
}

/// The folder of the book.
pub fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

/// What stands in a page.
pub fn page(name: &str) -> String {
    std::fs::read_to_string(docs().join(name)).unwrap_or_else(|error| panic!("docs/{name}: {error}"))
}

/// The chapters in a folder of the book, in their order.
pub fn chapters(folder: &str) -> Vec<String> {
    let files = std::fs::read_dir(docs().join(folder)).unwrap();
    let mut names: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.starts_with(|first: char| first.is_ascii_digit()));
    names.sort();
    names.into_iter().map(|name| format!("{folder}/{name}")).collect()
}

/// The project that the book has written so far, and what it last decided.
#[derive(Clone, Default)]
pub struct Written {
    files: Vec<SourceFile>,
    tables: Vec<SourceFile>,
    decision: Value,
}

impl Written {
    /// Reads a page that goes on with what stands here.
    pub fn read(&mut self, name: &str) {
        for block in blocks(&page(name)) {
            let at = format!("docs/{name}:{}", block.line);
            let words: Vec<&str> = block.info.split(' ').collect();
            match words.as_slice() {
                ["lictor"] => self.begin_or_continue(&block.text),
                ["lictor", "wrong", code] => self.is_wrong(&block.text, code, &at),
                ["lictor", file] => add(&mut self.files, file, &block.text),
                ["yaml"] => add(&mut self.tables, "page.test.yaml", &block.text),
                ["yaml", file] => add(&mut self.tables, file, &block.text),
                ["json", "request"] => self.decision = self.decide(&block.text, &at),
                ["json", "decision"] => {
                    let expected: Value = serde_json::from_str(&block.text).unwrap();
                    for (member, value) in expected.as_object().unwrap() {
                        assert_eq!(self.decision[member], *value, "{at}: {:#}", self.decision);
                    }
                }
                _ => {}
            }
        }
    }

    fn begin_or_continue(&mut self, text: &str) {
        let begins = text.starts_with("module") || text.starts_with("//!");
        let path = match self.files.last() {
            Some(last) if !begins => last.path.clone(),
            _ => format!("{:03}.lictor", self.files.len()),
        };
        add(&mut self.files, &path, text);
    }

    fn is_wrong(&self, text: &str, code: &str, at: &str) {
        let mut wrong = self.clone();
        add(&mut wrong.files, "wrong.lictor", &format!("module wrong\nlayer base\n{text}"));
        let compiled = wrong.compile();
        let errors: Vec<_> = compiled.diagnostics.iter().filter(|told| told.is_error()).collect();
        assert!(!errors.is_empty() && errors.iter().all(|told| told.code == code), "{at}: {errors:#?}");
    }

    fn compile(&self) -> Compiled {
        let library = lictor_stdlib::MODULES.iter().map(|module| SourceFile {
            path: module.path.to_string(),
            bytes: module.text.as_bytes().to_vec(),
        });
        compile(&Project {
            name: "page".to_string(),
            files: self.files.clone(),
            tables: self.tables.clone(),
            library: library.collect(),
            ..Project::default()
        })
    }

    fn decide(&self, request: &str, at: &str) -> Value {
        let compiled = self.compile();
        assert!(compiled.bundle.is_some(), "{at}: {:#?}", compiled.diagnostics);
        let engine = Engine::from_bundle(compiled.bundle.unwrap()).unwrap();
        let history = MemoryHistory::with_clocks(Box::new(Zones::default()));
        let decision = engine.decide_with_history(&mut Scratch::default(), request.as_bytes(), &history);
        serde_json::to_value(decision).unwrap()
    }

    /// Runs the tests of the policy, which has no errors, and gives how many there are.
    pub fn test(&self, at: &str) -> usize {
        let compiled = self.compile();
        assert!(compiled.bundle.is_some(), "{at}: {:#?}", compiled.diagnostics);
        passes(&compiled, at);
        compiled.tests.len()
    }

    /// The same of a policy that compiles without a word.
    pub fn test_whole(&self, at: &str) -> usize {
        let compiled = self.compile();
        assert!(compiled.diagnostics.is_empty(), "{at}: {:#?}", compiled.diagnostics);
        self.test(at)
    }
}

fn add(files: &mut Vec<SourceFile>, path: &str, text: &str) {
    if !files.iter().any(|file| file.path == path) {
        files.push(SourceFile { path: path.to_string(), bytes: Vec::new() });
    }
    let file = files.iter_mut().find(|file| file.path == path).unwrap();
    file.bytes.extend(text.bytes());
}
