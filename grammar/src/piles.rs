//! How many operators wait for their operands.
//!
//! Brackets are counted where they are matched. But `not not not …`, `- - - …`, `if a then if b then …` and
//! `List<List<…` nest without any. The parser keeps what waits on its stack, and looks through the stack at a
//! mistake; with a bound on it, parsing takes time proportional to the length of the text, whatever the text is.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::span::Span;
use crate::terminal::Terminal;

/// How many may wait. It lies above the bound on an expression's height, which says more precisely what is too deep.
const MOST: usize = 512;

/// What waits, for each bracket that is open.
#[derive(Default)]
pub(crate) struct Piles {
    outer: Vec<usize>,
    /// In the innermost bracket.
    here: usize,
    total: usize,
}

impl Piles {
    /// Takes the next terminal, `last` being the one before it; whether it is still worth going on.
    pub fn take(&mut self, terminal: Terminal, last: Option<Terminal>, item: Keyword) -> bool {
        use TokenKind::*;
        match terminal {
            Terminal::RecordOpen
            | Terminal::BodyOpen
            | Terminal::Sign(LeftParen | LeftBracket | LeftBrace) => {
                self.outer.push(self.here);
                self.here = 0;
            }
            Terminal::BodyClose | Terminal::Sign(RightParen | RightBracket | RightBrace) => {
                self.total -= self.here;
                self.here = self.outer.pop().unwrap_or(0);
            }
            // Nothing waits any more where the next statement or entry begins.
            Terminal::Sign(Comma) | Terminal::Label(_) | Terminal::WhenBlock => self.clear(),
            Terminal::Key(keyword) if item.starters().contains(&keyword) => self.clear(),
            Terminal::Key(Keyword::Not | Keyword::If) | Terminal::Sign(Less) => self.pile(),
            Terminal::Sign(Minus) if !last.is_some_and(Terminal::ends_operand) => self.pile(),
            _ => {}
        }
        self.total <= MOST
    }

    fn pile(&mut self) {
        self.here += 1;
        self.total += 1;
    }

    fn clear(&mut self) {
        self.total -= self.here;
        self.here = 0;
    }
}

/// The error for an item in which too many wait.
pub(crate) fn too_high(span: Span) -> Diagnostic {
    let message = "operators pile up too high to be read";
    let help = "give parts of the expression names with `let` or `fn`";
    Diagnostic::error(codes::TOO_DEEP, span, message).help(help)
}
