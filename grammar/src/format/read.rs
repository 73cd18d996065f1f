//! Reads a source as the formatter wants it: its terminals, at places that do not depend on the layout.

use crate::ast;
use crate::bytes::{MAX_SOURCE, check_characters};
use crate::feed::{Fed, feed};
use crate::grammar::ItemParser;
use crate::keywords::Keyword;
use crate::lex::{Token, TokenKind, lex};
use crate::parse::parse_terminals;
use crate::sink::Sink;
use crate::span::FileId;
use crate::split::{Docs, split};
use crate::terminal::Terminal;

/// A source in which the tokens and their brackets have no mistakes.
pub(super) struct Read<'s> {
    /// Its items.
    pub items: Vec<ReadItem<'s>>,
    /// All tokens, comments included.
    pub tokens: Vec<Token>,
    /// What documents the module, and the tokens of its items.
    pub docs: (Vec<String>, Docs),
}

/// An item.
pub(super) struct ReadItem<'s> {
    pub keyword: Keyword,
    /// Its terminals, with their bytes.
    pub fed: Vec<Fed<'s>>,
    /// How many terminals stand before it in the file, commas left out.
    pub before: u32,
}

/// Reads a source; nothing where it has mistakes that are seen before it is parsed.
pub(super) fn read(source: &str) -> Option<Read<'_>> {
    if source.len() > MAX_SOURCE {
        return None;
    }
    let mut sink = Sink::new(FileId::default());
    check_characters(source, &mut sink);
    let tokens = lex(source, &mut sink);
    let parts = split(source, &tokens, &mut sink);
    let mut counter = Counter::new(&tokens);
    let docs = parts.docs.placed(|offset| counter.place(offset));
    let mut items = Vec::with_capacity(parts.chunks.len());
    let mut before = 0;
    for chunk in &parts.chunks {
        let fed = feed(source, chunk, &mut sink)?;
        // What is not one terminal a token was put in, or taken for something else, after a mistake.
        if fed.len() != chunk.tokens.len() || sink.places().next().is_some() {
            return None;
        }
        let item = ReadItem { keyword: chunk.keyword, fed, before };
        before = item.placed().map(|(count, _)| count).last().unwrap_or(before);
        items.push(item);
    }
    sink.finish().is_empty().then_some(Read { items, tokens, docs: (parts.module_docs, docs) })
}

impl<'s> ReadItem<'s> {
    /// Its terminals.
    pub fn terminals(&self) -> impl Iterator<Item = Terminal<'s>> {
        self.fed.iter().map(|&(_, terminal, _)| terminal)
    }

    /// What it is, at places that count terminals instead of bytes, and commas not at all, so that two layouts of one item are
    /// equal; nothing where it has mistakes.
    pub fn parsed(&self, parser: &ItemParser, docs: &Docs) -> Option<Box<ast::ItemKind>> {
        let mut sink = Sink::new(FileId::default());
        let placed: Vec<Fed> = self.placed().map(|(_, fed)| fed).collect();
        let (kind, errors) = parse_terminals(parser, self.keyword, &placed, docs, &mut sink);
        kind.filter(|_| errors.is_empty() && sink.finish().is_empty())
    }

    /// Its terminals at such places, each with how many there are up to it.
    fn placed(&self) -> impl Iterator<Item = (u32, Fed<'s>)> {
        let mut count = self.before;
        self.terminals().map(move |terminal| {
            let start = place(&mut count, terminal == Terminal::Sign(TokenKind::Comma)) as usize;
            (count, (start, terminal, start + 1))
        })
    }
}

/// The place of the next token: that of the n-th one that is no comma is `2n + 2`, and a comma stands between two of these.
fn place(count: &mut u32, comma: bool) -> u32 {
    let start = if comma { 2 * *count + 1 } else { 2 * *count + 2 };
    *count += u32::from(!comma);
    start
}

/// Counts tokens.
struct Counter<'a> {
    rest: std::slice::Iter<'a, Token>,
    count: u32,
}

impl<'a> Counter<'a> {
    fn new(tokens: &'a [Token]) -> Counter<'a> {
        Counter { rest: tokens.iter(), count: 0 }
    }

    /// The place of the token that starts at the byte `offset`; asked in the order of the text.
    fn place(&mut self, offset: u32) -> u32 {
        for token in self.rest.by_ref().filter(|token| !token.kind.is_comment()) {
            let start = place(&mut self.count, token.kind == TokenKind::Comma);
            if token.span.start >= offset {
                return start;
            }
        }
        0
    }
}
