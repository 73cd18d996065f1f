//! What is offered, and what is told of it.

use crate::ide::format::Edit;
use crate::ide::names::Kind;

/// Something that is offered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// What is shown, and by which it is found.
    pub label: String,
    /// What it is.
    pub sort: Sort,
    /// Its type, or what else fits beside it on one line; may be empty.
    pub detail: String,
    /// What is told about it, in Markdown; may be empty.
    pub documentation: String,
    /// What is written.
    pub text: String,
    /// The same with stops for what is to be filled in, as the protocol writes them; offered to editors that know snippets.
    pub snippet: Option<String>,
    /// What it is found by, where that is not the label.
    pub filter: Option<String>,
    /// How far behind others it stands.
    pub rank: u8,
    /// What is changed elsewhere in the file.
    pub edits: Vec<Edit>,
}

/// What is offered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// A word of the language.
    Word,
    /// A frame to be filled in.
    Snippet,
    /// The name of something.
    Name(Kind),
    /// A type of the language's own.
    Type,
    /// A function of the language's own.
    Function,
    /// A question that is asked of a text.
    Method,
    /// A part of a value that has a form.
    Part,
    /// A stage.
    Stage,
    /// What must be done afterwards.
    Obligation,
    /// A currency, or another unit.
    Unit,
    /// A value that is written as it is.
    Literal,
    /// One of the texts that fit.
    Text,
}

impl Sort {
    /// Whether it is called with values.
    pub fn is_called(self) -> bool {
        matches!(self, Sort::Function | Sort::Method | Sort::Name(Kind::Function | Kind::Fact))
    }
}

/// What fits best.
pub const FITS: u8 = 0;
/// What may lead to something that fits.
pub const LEADS: u8 = 1;
/// What may stand there all the same.
pub const OTHER: u8 = 2;
/// What is not in force yet.
pub const ELSEWHERE: u8 = 3;
/// A word of the language.
pub const WORD: u8 = 4;
/// A snippet.
pub const SNIPPET: u8 = 5;

impl Item {
    /// Something that is written as it is called.
    pub fn new(sort: Sort, label: impl Into<String>, rank: u8) -> Item {
        let label = label.into();
        Item {
            text: label.clone(),
            label,
            sort,
            detail: String::new(),
            documentation: String::new(),
            snippet: None,
            filter: None,
            rank,
            edits: Vec::new(),
        }
    }

    /// With its type, or what else stands beside it.
    pub fn detail(mut self, detail: impl Into<String>) -> Item {
        self.detail = detail.into();
        self
    }

    /// With something told about it, after what is told already.
    pub fn told(mut self, documentation: &str) -> Item {
        if !self.documentation.is_empty() && !documentation.is_empty() {
            self.documentation.push_str("\n\n");
        }
        self.documentation.push_str(documentation);
        self
    }

    /// With stops to fill in.
    pub fn snippet(mut self, snippet: String) -> Item {
        self.snippet = Some(snippet);
        self
    }

    /// Written otherwise than it is called.
    pub fn text(mut self, text: impl Into<String>) -> Item {
        self.text = text.into();
        self
    }
}

/// A proposal at a stop of a snippet, as the protocol writes it.
pub fn stop(number: usize, proposal: &str) -> String {
    let mut text = format!("${{{number}:");
    for c in proposal.chars() {
        if matches!(c, '\\' | '$' | '}') {
            text.push('\\');
        }
        text.push(c);
    }
    text.push('}');
    text
}
