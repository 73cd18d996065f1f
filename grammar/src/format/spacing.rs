//! Where two terminals of one line have a blank between them.

use super::pieces::Piece;
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::terminal::Terminal;

/// Whether a blank stands between `left` and `right`; `before` is what stands to the left of `left`.
pub(super) fn spaced(before: Option<&Piece>, left: &Piece, right: &Piece) -> bool {
    // Inside braces there is a blank at both ends, unless there is nothing between them.
    if left.opens_brace() || right.closes_brace() {
        return !(left.opens_brace() && right.closes_brace());
    }
    if left.opens() || right.closes() {
        return false;
    }
    let glued_right = [TokenKind::Dot, TokenKind::DotDot, TokenKind::DotDotEqual];
    let glued_left = [TokenKind::Comma, TokenKind::Colon, TokenKind::Question];
    if let Terminal::Sign(sign) = right.terminal {
        let angle = matches!(sign, TokenKind::Less | TokenKind::Greater) && right.typed;
        let follows_name = matches!(sign, TokenKind::LeftParen | TokenKind::LeftBracket)
            && (matches!(left.terminal, Terminal::Name(_) | Terminal::Label(_))
                || (left.closes() && !left.closes_brace()));
        if angle || follows_name || glued_left.contains(&sign) || glued_right.contains(&sign) {
            return false;
        }
    }
    match left.terminal {
        Terminal::Sign(TokenKind::Less) if left.typed => false,
        // A sign before a number, not between two.
        Terminal::Sign(TokenKind::Minus) => before.is_some_and(|before| before.terminal.ends_operand()),
        Terminal::Sign(TokenKind::Plus) => {
            before.is_none_or(|before| before.terminal != Terminal::Key(Keyword::Risk))
        }
        Terminal::Sign(sign) => !glued_right.contains(&sign),
        _ => true,
    }
}
