//! Line ends of other systems, mixed or left out at the end of a file, make no difference.

use lictor_bundle::container::seal;
use lictor_compiler::project::Project;
use lictor_compiler::{Compiled, compile};
use lictor_grammar::format::format;

use crate::corpus::{files, projects};
use crate::survive::survive;

/// The ways in which the lines of a text can end.
fn other_ends(text: &str) -> [String; 4] {
    let mixed = text.split_inclusive('\n').enumerate().map(|(number, line)| match number % 2 {
        0 => line.replace('\n', "\r\n"),
        _ => line.to_string(),
    });
    [
        text.replace('\n', "\r\n"),
        mixed.collect(),
        text.trim_end().to_string(),
        text.trim_end().replace('\n', "\r\n"),
    ]
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The project with other line ends in all its files, lists and tables too.
fn rewritten(project: &Project, way: usize) -> Project {
    let mut project = project.clone();
    let lists = project.data.iter_mut().chain(&mut project.tables);
    for file in project.files.iter_mut().chain(lists) {
        file.bytes = other_ends(text(&file.bytes))[way].clone().into_bytes();
    }
    project
}

/// The bundle without what depends on bytes: the digests of the sources, and columns that are counted in bytes from the start of a file.
fn code(compiled: &Compiled) -> Vec<u8> {
    let mut bundle = compiled.bundle.clone().unwrap();
    bundle.manifest.sources.clear();
    for unit in &mut bundle.units {
        unit.map = Default::default();
        unit.sources.clear();
    }
    seal(&bundle, &[]).unwrap()
}

#[test]
fn the_bytecode_is_the_same() {
    for project in projects() {
        let compiled = survive(&project);
        for way in 0..4 {
            let other = survive(&rewritten(&project, way));
            assert!(other.diagnostics.is_empty(), "{:#?}", other.diagnostics);
            assert!(
                code(&other) == code(&compiled),
                "{} changes with its line ends, way {way}",
                project.name
            );
            assert_eq!(other.tests.len(), compiled.tests.len());
        }
    }
}

/// What is told: code, message, file, and each place as line and column, both from 1.
fn told(compiled: &Compiled) -> Vec<(String, Vec<(usize, usize)>)> {
    let place = |span: lictor_grammar::span::Span| {
        let before = &compiled.sources[span.file.0 as usize].bytes[..span.start as usize];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.len() - before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1) + 1;
        (line, column)
    };
    let one = |told: &lictor_grammar::diagnostic::Diagnostic| {
        let places = told.labels.iter().map(|label| place(label.span)).collect();
        (format!("{} {} {:?}", told.code, told.message, told.help), places)
    };
    compiled.diagnostics.iter().map(one).collect()
}

#[test]
fn mistakes_are_told_at_the_same_lines_and_columns() {
    let mut tried = 0;
    for file in files() {
        let alone = |bytes: Vec<u8>| {
            let mut project = crate::corpus::alone(&bytes);
            project.files[0].path = file.path.clone();
            compile(&project)
        };
        let expected = told(&alone(file.bytes.clone()));
        // A file that lacks its last line feed ends one character earlier, and what is missing there is told there.
        for way in 0..2 {
            let other = told(&alone(other_ends(text(&file.bytes))[way].clone().into_bytes()));
            assert_eq!(other, expected, "{}, way {way}", file.path);
        }
        tried += expected.len();
    }
    assert!(tried > 300, "{tried}");
}

#[test]
fn what_is_formatted_has_line_feeds_only() {
    for file in files() {
        let Ok(expected) = format(text(&file.bytes)) else { continue };
        for other in other_ends(text(&file.bytes)) {
            assert_eq!(format(&other).as_ref(), Ok(&expected), "{}", file.path);
        }
    }
}
