//! The pages in `docs/` that teach (the reference has a test of its own, `language_reference.rs`) are policies: their blocks are projects that compile without a word, whose tests pass, and
//! what they say of requests and of mistakes is so.
//!
//! What stands behind the three backticks says what a block is. `lictor FILE` continues a file of the project; `lictor` alone
//! begins one where it declares a module, and otherwise continues the last; `lictor wrong CODE` must not compile, for that reason
//! alone; `json request` is decided by what stands above it, and `json decision` is part of what came of it.

use std::path::Path;

use lictor_compiler::project::{Project, SourceFile};
use lictor_compiler::{Compiled, compile};
use lictor_runtime::{Engine, MemoryHistory, Scratch};
use serde_json::Value;

/// A fenced block: what it is, and what stands in it.
struct Block {
    info: String,
    text: String,
    line: usize,
    /// The number of the chapter.
    chapter: usize,
}

fn blocks(text: &str) -> Vec<Block> {
    let (mut found, mut chapter, mut open): (Vec<Block>, usize, bool) = (Vec::new(), 0, false);
    for (number, line) in text.lines().enumerate() {
        match (open, line.strip_prefix("```")) {
            (false, Some(info)) => {
                open = true;
                found.push(Block { info: info.to_string(), text: String::new(), line: number + 1, chapter });
            }
            (true, Some("")) => open = false,
            (true, _) => {
                let block = found.last_mut().unwrap();
                block.text.push_str(line);
                block.text.push('\n');
            }
            (false, None) => chapter += usize::from(line.starts_with("## ")),
        }
    }
    found
}

fn page(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name)).unwrap()
}

/// The project that a page has written so far.
#[derive(Clone, Default)]
struct Written(Vec<SourceFile>);

impl Written {
    fn add(&mut self, path: &str, text: &str) {
        if !self.0.iter().any(|file| file.path == path) {
            self.0.push(SourceFile { path: path.to_string(), bytes: Vec::new() });
        }
        let file = self.0.iter_mut().find(|file| file.path == path).unwrap();
        file.bytes.extend(text.bytes());
    }

    fn begin_or_continue(&mut self, text: &str) {
        let begins = text.starts_with("module") || text.starts_with("//!");
        let path = match self.0.last() {
            Some(last) if !begins => last.path.clone(),
            _ => format!("{:03}.lictor", self.0.len()),
        };
        self.add(&path, text);
    }

    fn compile(&self) -> Compiled {
        let library = lictor_stdlib::MODULES.iter().map(|module| SourceFile {
            path: module.path.to_string(),
            bytes: module.text.as_bytes().to_vec(),
        });
        compile(&Project {
            name: "page".to_string(),
            files: self.0.clone(),
            library: library.collect(),
            ..Project::default()
        })
    }
}

/// Runs the tests that stand in a policy, and gives how many there are.
fn run(compiled: Compiled) -> usize {
    let engine = Engine::from_bundle(compiled.bundle.unwrap()).unwrap();
    let mut scratch = Scratch::default();
    for test in &compiled.tests {
        let mut history = MemoryHistory::default();
        for past in &test.history {
            assert!(history.state(&engine, &mut scratch, past.request.as_bytes(), past.state).is_some());
        }
        let decision = engine.decide_with_history(&mut scratch, test.request.as_bytes(), &history);
        let decision = serde_json::to_value(decision).unwrap();
        let expected = test.code.as_deref().unwrap_or("OK");
        assert_eq!(decision["decision"], test.decision, "{} {:?}: {decision:#}", test.name, test.case);
        assert_eq!(decision["reason_code"], expected, "{} {:?}: {decision:#}", test.name, test.case);
    }
    compiled.tests.len()
}

fn decide(compiled: Compiled, request: &str) -> Value {
    let engine = Engine::from_bundle(compiled.bundle.unwrap()).unwrap();
    let history = MemoryHistory::default();
    let mut scratch = Scratch::default();
    serde_json::to_value(engine.decide_with_history(&mut scratch, request.as_bytes(), &history)).unwrap()
}

/// Reads a page as a project. `chapters` says whether what stands so far is a policy at the end of every chapter.
fn read(name: &str, chapters: bool) -> usize {
    let mut written = Written::default();
    let mut decision = Value::Null;
    let mut chapter = 0;
    for block in blocks(&page(name)) {
        let at = format!("docs/{name}:{}", block.line);
        if chapters && block.chapter > chapter && !written.0.is_empty() {
            let compiled = written.compile();
            assert!(compiled.bundle.is_some(), "before {at}: {:#?}", compiled.diagnostics);
            run(compiled);
        }
        chapter = block.chapter;
        let words: Vec<&str> = block.info.split(' ').collect();
        match words.as_slice() {
            ["lictor"] => written.begin_or_continue(&block.text),
            ["lictor", "wrong", code] => {
                let mut wrong = written.clone();
                wrong.add("wrong.lictor", &format!("module wrong\nlayer base\n{}", block.text));
                let compiled = wrong.compile();
                let errors: Vec<_> = compiled.diagnostics.iter().filter(|told| told.is_error()).collect();
                assert!(
                    !errors.is_empty() && errors.iter().all(|told| told.code == *code),
                    "{at}: {errors:#?}"
                );
            }
            ["lictor", file] => written.add(file, &block.text),
            ["json", "request"] => {
                let compiled = written.compile();
                assert!(compiled.bundle.is_some(), "{at}: {:#?}", compiled.diagnostics);
                decision = decide(compiled, &block.text);
            }
            ["json", "decision"] => {
                let expected: Value = serde_json::from_str(&block.text).unwrap();
                for (member, value) in expected.as_object().unwrap() {
                    assert_eq!(decision[member], *value, "{at}: {decision:#}");
                }
            }
            _ => {}
        }
    }
    let compiled = written.compile();
    assert!(compiled.diagnostics.is_empty(), "docs/{name}: {:#?}", compiled.diagnostics);
    run(compiled)
}

#[test]
fn the_tour_is_a_policy_at_the_end_of_every_chapter() {
    assert!(read("tour.md", true) >= 20);
}

#[test]
fn what_is_refused_is_refused() {
    read("refuses.md", false);
}

#[test]
fn pages_link_to_what_is_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    for name in ["README.md", "tour.md", "language.md", "refuses.md"] {
        for target in page(name).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap();
            let outside = target.contains("://");
            assert!(outside || folder.join(path).exists(), "docs/{name} links to {target}");
        }
    }
}
