//! The form of a literate fixture: under each heading a block of source, and under it a block of the messages that it gives.
//!
//! The word behind the fence says what the source is: `lictor` whole items, `rule` what stands in a rule, `when` conditions, one on each
//! line. In blocks of the first two kinds an empty line ends a case. Every case is compiled by itself, beside the prelude.

use lictor_compiler::compile;
use lictor_compiler::project::Project;
use lictor_grammar::diagnostic::Diagnostic;

use crate::project::{file, library};
use crate::render;

/// What a case is put into: before it and behind it.
const KINDS: [(&str, &str, &str); 3] = [
    ("lictor", "", "\nmodule case\nlayer base\n"),
    ("rule", "rule here on shop.buy {\n", "\n}\nmodule case\nlayer base\n"),
    ("when", "rule here on shop.buy {\n  deny when ", " as ODD\n}\nmodule case\nlayer base\n"),
];

/// A piece of a page: text between blocks, or a block of source with the messages that stand below it.
pub enum Piece {
    Text(String),
    Block { kind: &'static str, source: String, messages: String },
}

/// Takes a page apart.
pub fn pieces(page: &str) -> Vec<Piece> {
    let (mut pieces, mut text) = (Vec::new(), String::new());
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let fence = line.strip_prefix("```");
        let kind = fence.and_then(|word| KINDS.iter().find(|kind| kind.0 == word));
        match (kind, fence) {
            (Some(kind), _) => {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
                let source = until_fence(&mut lines);
                pieces.push(Piece::Block { kind: kind.0, source, messages: String::new() });
            }
            (None, Some("text")) => {
                let found = until_fence(&mut lines);
                let Some(Piece::Block { messages, .. }) = pieces.last_mut() else {
                    panic!("{found} is of no source")
                };
                *messages = found;
                text.clear();
            }
            _ => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    pieces.push(Piece::Text(text));
    pieces
}

fn until_fence<'t>(lines: &mut impl Iterator<Item = &'t str>) -> String {
    lines.take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect()
}

/// Puts a page together again.
pub fn page(pieces: &[Piece]) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Block { kind, source, messages } => {
            format!("```{kind}\n{source}```\n\n```text\n{messages}```\n")
        }
    };
    pieces.iter().map(piece).collect()
}

/// One source with its mistakes.
pub struct Case {
    /// As it stands in the fixture.
    pub source: String,
    /// As it is compiled.
    pub whole: String,
}

/// The cases of a block.
pub fn cases(kind: &str, source: &str) -> Vec<Case> {
    let (_, before, behind) = KINDS.iter().find(|known| known.0 == kind).unwrap();
    let parts: Vec<&str> = match kind {
        "when" => source.lines().collect(),
        _ => source.trim_end().split("\n\n").collect(),
    };
    // What stands in a rule is indented.
    let indent = if kind == "rule" { "  " } else { "" };
    let case = |part: &str| {
        let lines: String = part.lines().map(|line| format!("{indent}{line}\n")).collect();
        let whole =
            if part.starts_with("module") { lines } else { format!("{before}{}{behind}", lines.trim_end()) };
        Case { source: part.to_string(), whole }
    };
    parts.into_iter().map(case).collect()
}

impl Case {
    /// The errors that it gives, in the order of the text; in the prelude as well.
    pub fn errors(&self, prelude: &str) -> Vec<Diagnostic> {
        errors(prelude, &self.whole)
    }

    /// They as text.
    pub fn told(&self, prelude: &str, errors: &[Diagnostic]) -> String {
        errors.iter().map(|error| render::message(&[&self.whole, prelude], error)).collect()
    }
}

/// The errors of a text beside the prelude.
pub fn errors(prelude: &str, text: &str) -> Vec<Diagnostic> {
    let project = Project {
        name: "messages".to_string(),
        files: vec![file("case.lictor", text), file("prelude.lictor", prelude)],
        data: vec![file("ids.txt", "a-1\na-2\n")],
        library: library(),
        ..Project::default()
    };
    compile(&project).diagnostics.into_iter().filter(Diagnostic::is_error).collect()
}
