//! Reads a source as the formatter wants it: its terminals, and a tree whose places do not depend on the layout.

use crate::ast;
use crate::bytes::{MAX_SOURCE, check_characters};
use crate::feed::{Fed, feed};
use crate::grammar::ItemParser;
use crate::keywords::Keyword;
use crate::lex::{Token, TokenKind, lex};
use crate::parse::parse_terminals;
use crate::sink::Sink;
use crate::span::{FileId, Span};
use crate::split::split;

/// A source without mistakes.
pub(super) struct Read<'s> {
    /// The keyword and the terminals of each item, with their bytes.
    pub items: Vec<(Keyword, Vec<Fed<'s>>)>,
    /// All tokens, comments included.
    pub tokens: Vec<Token>,
    /// The tree. Its places count tokens instead of bytes, and commas not at all, so that two layouts of one policy
    /// have trees that are equal.
    pub tree: ast::File,
}

/// Reads a source; nothing where it has mistakes.
pub(super) fn read(source: &str) -> Option<Read<'_>> {
    if source.len() > MAX_SOURCE {
        return None;
    }
    let file = FileId::default();
    let mut sink = Sink::new(file);
    check_characters(source, &mut sink);
    let tokens = lex(source, &mut sink);
    let parts = split(source, &tokens, &mut sink);
    let mut documented = Counter::new(&tokens);
    let docs = parts.docs.placed(|offset| documented.place(offset).0);
    let mut counter = Counter::new(&tokens);
    let parser = ItemParser::new();
    let mut tree = ast::File { docs: parts.module_docs, items: Vec::new() };
    let mut items = Vec::new();
    for chunk in &parts.chunks {
        let fed = feed(source, chunk, &mut sink)?;
        // What is not one terminal a token was put in, or taken for something else, after a mistake.
        if fed.len() != chunk.tokens.len() || sink.places().next().is_some() {
            return None;
        }
        let placed: Vec<Fed> = fed
            .iter()
            .map(|&(start, terminal, _)| {
                let (start, end) = counter.place(start as u32);
                (start as usize, terminal, end as usize)
            })
            .collect();
        let (kind, errors) = parse_terminals(&parser, chunk.keyword, &placed, &docs, &mut sink);
        let (first, last) = (placed.first()?.0 as u32, placed.last()?.2 as u32);
        if !errors.is_empty() {
            return None;
        }
        tree.items.push(ast::Item {
            docs: docs.above(first),
            kind: kind?,
            span: Span::new(file, first, last),
        });
        items.push((chunk.keyword, fed));
    }
    sink.finish().is_empty().then_some(Read { items, tokens, tree })
}

/// Counts tokens: the place of the n-th one that is no comma is `2n + 2`, and a comma stands between two of these.
struct Counter<'a> {
    rest: std::slice::Iter<'a, Token>,
    count: u32,
}

impl<'a> Counter<'a> {
    fn new(tokens: &'a [Token]) -> Counter<'a> {
        Counter { rest: tokens.iter(), count: 0 }
    }

    /// The place of the token that starts at the byte `offset`; asked in the order of the text.
    fn place(&mut self, offset: u32) -> (u32, u32) {
        for token in self.rest.by_ref().filter(|token| !token.kind.is_comment()) {
            let comma = token.kind == TokenKind::Comma;
            let start = if comma { 2 * self.count + 1 } else { 2 * self.count + 2 };
            self.count += u32::from(!comma);
            if token.span.start >= offset {
                return (start, start + 1);
            }
        }
        (0, 0)
    }
}
