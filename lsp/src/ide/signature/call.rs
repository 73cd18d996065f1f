//! The call around a place, found among the tokens: while its arguments are written there is no tree of it.

use std::ops::Range;

use lictor_grammar::keywords::Keyword;
use lictor_grammar::lex::TokenKind;

use crate::ide::Syntax;

/// A call whose arguments stand around a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// Its name.
    pub name: Range<u32>,
    /// Whether it is asked of what stands before a dot.
    pub is_method: bool,
    /// How many commas stand between its bracket and the place.
    pub commas: usize,
    /// Whether a colon does, as in `any(x in xs: …)`.
    pub is_behind_colon: bool,
}

/// The innermost call around a place.
pub fn around(syntax: &Syntax, at: u32) -> Option<Call> {
    let text = syntax.text();
    let mut tokens = syntax
        .tokens_before(at)
        .filter(|(kind, _)| !matches!(kind, TokenKind::Comment | TokenKind::Doc | TokenKind::ModuleDoc))
        .peekable();
    // What stands in a text or at the end of a word is part of that.
    let (mut depth, mut commas, mut is_behind_colon) = (0_usize, 0, false);
    while let Some((kind, range)) = tokens.next() {
        match kind {
            // An item begins in column 1, and nothing reaches across.
            TokenKind::Word if text.line_start(text.line_of(range.start)) == range.start => return None,
            TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace if range.end <= at => {
                depth += 1;
            }
            TokenKind::LeftBrace if depth == 0 => return None,
            TokenKind::LeftParen if depth == 0 => {
                if let Some((TokenKind::Word, name)) = tokens.peek().cloned()
                    && !is_operator(text.slice(name.clone()))
                {
                    tokens.next();
                    let is_method = matches!(tokens.peek(), Some((TokenKind::Dot, _)));
                    return Some(Call { name, is_method, commas, is_behind_colon });
                }
                (commas, is_behind_colon) = (0, false);
            }
            // Commas in a list separate its elements.
            TokenKind::LeftBracket if depth == 0 => (commas, is_behind_colon) = (0, false),
            TokenKind::LeftParen | TokenKind::LeftBracket | TokenKind::LeftBrace => depth -= 1,
            TokenKind::Comma if depth == 0 => commas += 1,
            TokenKind::Colon if depth == 0 => is_behind_colon = true,
            _ => {}
        }
    }
    None
}

/// Whether brackets after this word only group: `not (…)`.
fn is_operator(word: &str) -> bool {
    Keyword::from_text(word).is_some_and(Keyword::is_reserved)
}
