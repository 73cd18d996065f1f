//! What a selection grows to, step by step: the word, the expression, the statement, the item, the text.

use std::ops::Range;

use lictor_grammar::lex::TokenKind;

use super::Syntax;
use super::tree::walk;

/// The ranges around a place, each within the next, the last of which is the whole text.
pub fn around(syntax: &Syntax, at: u32) -> Vec<Range<u32>> {
    let mut ranges = Vec::new();
    for item in syntax.items().filter(|item| holds(&syntax.range(item.span), at)) {
        walk(item, &mut |span, _| ranges.push(syntax.range(span)));
    }
    tokens(syntax, at, &mut ranges);
    ranges.push(0..syntax.text().len());
    ranges.retain(|range| holds(range, at));
    ranges.sort_by_key(|range| (range.end - range.start, range.start));
    // Parts may cross where brackets do: each step is one that the step before lies in.
    let mut steps: Vec<Range<u32>> = Vec::new();
    for range in ranges {
        match steps.last() {
            Some(last) if range.start > last.start || range.end < last.end || range == *last => {}
            _ => steps.push(range),
        }
    }
    steps
}

fn holds(range: &Range<u32>, at: u32) -> bool {
    range.start <= at && at <= range.end
}

/// The token at a place, what is between the quotes of a string, and what is between brackets, without and with them.
fn tokens(syntax: &Syntax, at: u32, ranges: &mut Vec<Range<u32>>) {
    let mut open = Vec::new();
    for (kind, range) in syntax.tokens() {
        match kind {
            TokenKind::LeftBrace | TokenKind::LeftBracket | TokenKind::LeftParen => open.push(range),
            TokenKind::RightBrace | TokenKind::RightBracket | TokenKind::RightParen => {
                if let Some(left) = open.pop().filter(|left| holds(&(left.start..range.end), at)) {
                    ranges.push(left.end..range.start);
                    ranges.push(left.start..range.end);
                }
            }
            TokenKind::String if range.start < at && at < range.end => {
                ranges.push(range.start + 1..range.end - 1);
                ranges.push(range);
            }
            TokenKind::Word | TokenKind::Number => ranges.push(range),
            kind if kind.is_comment() => ranges.push(range),
            _ => {}
        }
    }
}
