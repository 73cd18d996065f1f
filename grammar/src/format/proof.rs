//! The formatter's proof: what comes out says what went in.

use super::read::{Read, ReadItem, read};
use crate::grammar::ItemParser;
use crate::lex::{Token, TokenKind};
use crate::split::text_of;

/// Whether the `formatted` text holds the same tokens as the `source` (but for commas, and the blanks between), the same
/// comments in the same order and at the same tokens that they document, and the same tree.
pub(super) fn same(source: &str, before: &Read, formatted: &str, parser: &ItemParser) -> bool {
    let Some(after) = read(formatted) else { return false };
    let comments = |token: &Token| token.kind.is_comment();
    let words = |token: &Token| !token.kind.is_comment() && token.kind != TokenKind::Comma;
    // A tree follows from the terminals, their places and the documentation at these places. So only an item whose commas changed
    // is parsed again.
    let same_tree = |(one, other): (&ReadItem, &ReadItem)| {
        let fed = one.terminals().eq(other.terminals());
        let parsed = |item: &ReadItem, docs| item.parsed(parser, docs);
        one.keyword == other.keyword
            && one.before == other.before
            && (fed || parsed(one, &before.docs.1) == parsed(other, &after.docs.1))
    };
    texts(source, &before.tokens, comments).eq(texts(formatted, &after.tokens, comments))
        && texts(source, &before.tokens, words).eq(texts(formatted, &after.tokens, words))
        && before.docs == after.docs
        && before.items.len() == after.items.len()
        && before.items.iter().zip(&after.items).all(same_tree)
}

/// The texts of the tokens that are `wanted`, without blanks at the end of a comment.
fn texts<'a>(
    text: &'a str,
    tokens: &'a [Token],
    wanted: impl Fn(&Token) -> bool + 'a,
) -> impl Iterator<Item = &'a str> {
    tokens.iter().filter(move |token| wanted(token)).map(|token| text_of(text, token.span).trim_end())
}
