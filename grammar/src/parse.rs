//! A source to a syntax tree, item by item.

use crate::ast;
use crate::build::Context;
use crate::bytes::{MAX_SOURCE, check_characters, report_size};
use crate::diagnostic::Diagnostic;
use crate::feed::{Fed, feed};
use crate::grammar::ItemParser;
use crate::keywords::Keyword;
use crate::lex::{Token, lex};
use crate::sink::{MAX_ERRORS, Sink};
use crate::span::FileId;
use crate::split::{Chunk, Docs, split};
use crate::words::{self, SyntaxError};
use std::cell::Cell;
use std::sync::Arc;

/// What a source came to.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Parsed {
    /// The tree: all that could be read, complete where there are no diagnostics.
    pub file: ast::File,
    /// All tokens, comments included, in the order of the text.
    pub tokens: Vec<Token>,
    /// The mistakes, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses a source. Whatever it holds, this ends, in time proportional to its length, and says what is wrong in the
/// diagnostics.
pub fn parse(file: FileId, source: &str) -> Parsed {
    let mut sink = Sink::new(file);
    if source.len() > MAX_SOURCE {
        report_size(source.len(), &mut sink);
        return Parsed { diagnostics: sink.finish(), ..Parsed::default() };
    }
    check_characters(source, &mut sink);
    let tokens = lex(source, &mut sink);
    let parts = split(source, &tokens, &mut sink);
    let parser = ItemParser::new();
    let mut items = Vec::with_capacity(parts.chunks.len());
    for chunk in &parts.chunks {
        if sink.is_full() {
            break;
        }
        items.extend(parse_item(&parser, source, chunk, &parts.docs, &mut sink).map(Arc::new));
    }
    let file = ast::File { docs: parts.module_docs, items };
    Parsed { file, tokens, diagnostics: sink.finish() }
}

fn parse_item(
    parser: &ItemParser,
    source: &str,
    chunk: &Chunk,
    docs: &Docs,
    sink: &mut Sink,
) -> Option<ast::Item> {
    let (first, last) = (chunk.tokens.first()?, chunk.tokens.last()?);
    let fed = feed(source, chunk, sink)?;
    let (kind, mut errors) = parse_terminals(parser, chunk.keyword, &fed, docs, sink);
    if !errors.is_empty() {
        // The parser hands over a mistake when it is done with what is around it.
        errors.sort_by_key(words::place);
        words::report(source, chunk, &fed, errors, sink);
        words::say_something(chunk, sink);
    }
    Some(ast::Item { docs: docs.above(first.span.start), kind: *kind?, span: first.span.to(last.span) })
}

/// What the terminals of an item are, and the syntax errors among them.
pub(crate) fn parse_terminals<'s>(
    parser: &ItemParser,
    item: Keyword,
    fed: &[Fed<'s>],
    docs: &Docs,
    sink: &mut Sink,
) -> (Option<Box<ast::ItemKind>>, Vec<SyntaxError<'s>>) {
    let mistakes = Cell::new(0);
    let mut context = Context {
        sink,
        item,
        docs,
        recovered: Vec::new(),
        mistakes: &mistakes,
        too_deep_told: false,
        braced: Vec::new(),
    };
    // After more mistakes than are told, the item is taken to end: nothing behind them would be told.
    let tokens = fed.iter().copied().take_while(|_| mistakes.get() <= MAX_ERRORS);
    let result = parser.parse(&mut context, tokens);
    let recovered = std::mem::take(&mut context.recovered);
    let (kind, fatal) = match result {
        Ok(kind) => (kind, None),
        Err(error) => (None, Some(error)),
    };
    (kind, recovered.into_iter().map(|recovery| recovery.error).chain(fatal).collect())
}
