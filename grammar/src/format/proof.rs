//! The formatter's proof: what comes out says what went in.

use super::read::{Read, read};
use crate::lex::{Token, TokenKind};
use crate::split::text_of;

/// Whether the `formatted` text holds the same tokens as the `source` (but for commas, and the blanks between), the same
/// comments in the same order and at the same tokens that they document, and the same tree.
pub(super) fn same(source: &str, before: &Read, formatted: &str) -> bool {
    let Some(after) = read(formatted) else { return false };
    let comments = |token: &Token| token.kind.is_comment();
    let words = |token: &Token| !token.kind.is_comment() && token.kind != TokenKind::Comma;
    texts(source, &before.tokens, comments).eq(texts(formatted, &after.tokens, comments))
        && texts(source, &before.tokens, words).eq(texts(formatted, &after.tokens, words))
        && before.tree == after.tree
}

/// The texts of the tokens that are `wanted`, without blanks at the end of a comment.
fn texts<'a>(
    text: &'a str,
    tokens: &'a [Token],
    wanted: impl Fn(&Token) -> bool + 'a,
) -> impl Iterator<Item = &'a str> {
    tokens.iter().filter(move |token| wanted(token)).map(|token| text_of(text, token.span).trim_end())
}
