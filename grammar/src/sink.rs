//! Where diagnostics are collected, with a limit: nobody reads the two-hundredth error of a file.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lex::is_said_once;
use crate::span::{FileId, Span};

/// How many errors are told about one file.
pub const MAX_ERRORS: usize = 100;

/// The diagnostics of one file.
pub(crate) struct Sink {
    file: FileId,
    list: Vec<Diagnostic>,
    /// Where mistakes are of which one was told for all.
    unsaid: Vec<Span>,
}

impl Sink {
    /// An empty one.
    pub fn new(file: FileId) -> Sink {
        Sink { file, list: Vec::new(), unsaid: Vec::new() }
    }

    /// The bytes `start..end` of this file. Sources are far smaller than 4 GiB, so nothing is lost.
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start as u32, end as u32)
    }

    /// Adds one, unless there are too many; the last that fits says so.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.list.len() < MAX_ERRORS {
            self.list.push(diagnostic);
        } else if self.list.len() == MAX_ERRORS {
            let message = format!("this file has more than {MAX_ERRORS} errors; the others are not shown");
            let help = "correct the first ones and check again";
            self.list.push(Diagnostic::error(codes::TOO_MANY_ERRORS, diagnostic.span(), message).help(help));
        }
    }

    /// Whether more would not be told.
    pub fn is_full(&self) -> bool {
        self.list.len() > MAX_ERRORS
    }

    /// Notes a mistake that is told at another place.
    pub fn note(&mut self, place: Span) {
        self.unsaid.push(place);
    }

    /// Where the mistakes are that were found so far.
    pub fn places(&self) -> impl Iterator<Item = Span> {
        self.list.iter().map(Diagnostic::span).chain(self.unsaid.iter().copied())
    }

    /// All of them, in the order of the text.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        let is_last = |diagnostic: &Diagnostic| diagnostic.code == codes::TOO_MANY_ERRORS;
        self.list.sort_by_key(|diagnostic| (is_last(diagnostic), diagnostic.span().start, diagnostic.code));
        self.list
    }
}

/// What is told of a file of which parts were parsed one by one: no more than if it had been parsed whole.
pub fn told(file: FileId, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut sink = Sink::new(file);
    let mut was_said = false;
    for one in found.into_iter().filter(|one| one.code != codes::TOO_MANY_ERRORS) {
        if !(is_said_once(&one) && std::mem::replace(&mut was_said, true)) {
            sink.push(one);
        }
    }
    sink.list
}
