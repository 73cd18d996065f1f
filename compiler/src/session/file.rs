//! A file in pieces. After an edit, the pieces that are the same as before are kept with all that is known of them.

use std::ops::Range;
use std::sync::Arc;

use lictor_grammar::ast::File;
use lictor_grammar::bytes::MAX_SOURCE;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::FileId;
use lictor_grammar::{Parsed, cut, parse_bytes, told};

use crate::modules::Read;

/// A policy file.
#[derive(Clone, Default)]
pub struct OpenFile {
    pieces: Vec<Arc<Piece>>,
}

/// A part of a file that is parsed by itself: an item, mostly, with the comments above it.
pub struct Piece {
    id: FileId,
    text: Box<[u8]>,
    parsed: Parsed,
}

impl Piece {
    fn new(id: FileId, text: &[u8]) -> Arc<Piece> {
        Arc::new(Piece { id, text: text.into(), parsed: parse_bytes(id, text) })
    }

    /// A piece of which it is known what it came to.
    pub(super) fn of(id: FileId, text: &str, parsed: Parsed) -> Piece {
        Piece { id, text: text.as_bytes().into(), parsed }
    }

    /// What places in it say their file is.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// Its bytes; UTF-8, unless the file is not.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// What it came to, by itself.
    pub fn parsed(&self) -> &Parsed {
        &self.parsed
    }
}

impl OpenFile {
    /// A file by itself, which belongs to no session.
    pub fn of(bytes: &[u8]) -> OpenFile {
        let numbers = |kept: &[Option<FileId>]| Some((1..).map(FileId).take(kept.len()).collect());
        OpenFile::default().changed(bytes, numbers).unwrap_or_default()
    }

    /// A file in one piece.
    pub(super) fn whole(id: FileId, bytes: &[u8]) -> OpenFile {
        OpenFile { pieces: vec![Piece::new(id, bytes)] }
    }

    /// A file that is no policy.
    pub(super) fn unread(id: FileId, bytes: &[u8]) -> OpenFile {
        OpenFile { pieces: vec![Arc::new(Piece { id, text: bytes.into(), parsed: Parsed::default() })] }
    }

    /// The file with another text. `number` gives the pieces their numbers, told which of them keep theirs; nothing where it has none.
    pub(super) fn changed(
        &self,
        bytes: &[u8],
        number: impl FnOnce(&[Option<FileId>]) -> Option<Vec<FileId>>,
    ) -> Option<OpenFile> {
        let texts: Vec<&[u8]> = pieces(bytes).into_iter().filter_map(|range| bytes.get(range)).collect();
        let same = |(piece, text): &(&Arc<Piece>, &&[u8])| *piece.text == ***text;
        let front = self.pieces.iter().zip(&texts).take_while(same).count();
        let most = self.pieces.len().min(texts.len()) - front;
        let back = self.pieces.iter().rev().zip(texts.iter().rev()).take(most).take_while(same).count();
        // What stands where something else stood takes over its number: whoever reads that it was parsed again does not trust the number.
        let changed = self.pieces.get(front..self.pieces.len() - back).unwrap_or_default();
        let new = texts.get(front..texts.len() - back).unwrap_or_default();
        let (head, tail) = (self.pieces.get(..front)?, self.pieces.get(self.pieces.len() - back..)?);
        let mut kept: Vec<Option<FileId>> = head.iter().map(|piece| Some(piece.id)).collect();
        kept.extend((0..new.len()).map(|at| changed.get(at).map(|piece| piece.id)));
        kept.extend(tail.iter().map(|piece| Some(piece.id)));
        let numbers = number(&kept)?;
        let new = new.iter().zip(numbers.get(front..)?).map(|(text, id)| Piece::new(*id, text));
        let pieces = head.iter().cloned().chain(new).chain(tail.iter().cloned()).collect();
        Some(OpenFile { pieces })
    }

    /// Its pieces, in their order: together they are the file.
    pub fn pieces(&self) -> &[Arc<Piece>] {
        &self.pieces
    }

    /// Its pieces with the places in the file at which they begin.
    pub fn placed(&self) -> impl Iterator<Item = (usize, &Arc<Piece>)> {
        let mut start = 0;
        self.pieces.iter().map(move |piece| {
            let here = start;
            start += piece.text.len();
            (here, piece)
        })
    }

    /// All that it holds.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.pieces.iter().flat_map(|piece| piece.text.iter().copied()).collect()
    }

    /// The file as if it had been parsed whole, with this piece instead of the one that has its number.
    pub(super) fn read(&self, instead: Option<&Piece>) -> Read {
        let mut ast = File::default();
        let mut diagnostics: Vec<Diagnostic> = Vec::new();
        for piece in &self.pieces {
            let piece = instead.filter(|other| other.id == piece.id).unwrap_or(piece);
            ast.docs.extend(piece.parsed.file.docs.iter().cloned());
            ast.items.extend(piece.parsed.file.items.iter().cloned());
            diagnostics.extend(piece.parsed.diagnostics.iter().cloned());
        }
        let file = self.pieces.first().map(|piece| piece.id).unwrap_or_default();
        Read { file, ast, diagnostics: told(file, diagnostics) }
    }
}

/// The pieces that bytes are parsed in; what is no text, or too long a one, in one.
fn pieces(bytes: &[u8]) -> Vec<Range<usize>> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !bytes.is_empty() && bytes.len() <= MAX_SOURCE => cut(text),
        _ => std::iter::once(0..bytes.len()).collect(),
    }
}
