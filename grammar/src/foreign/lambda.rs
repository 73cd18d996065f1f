//! `lines.some(line => line.pieces > 3)`: functions without a name, of which there are none here.

use super::Foreign;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lex::TokenKind;
use crate::split::Seen;

impl Foreign<'_, '_> {
    /// Whether the `=>` there stands behind what other languages call an argument.
    pub(super) fn is_lambda(&self, index: usize) -> bool {
        let before = |back: usize| index.checked_sub(back).and_then(|index| self.kind(index));
        before(1) == Some(TokenKind::RightParen)
            || (before(1) == Some(TokenKind::Word) && before(2) == Some(TokenKind::LeftParen))
    }

    /// `lines.some(line => line.pieces > 3)`
    pub(super) fn lambda(&self, index: usize, token: Seen) -> Diagnostic {
        let error = Diagnostic::error(codes::FOREIGN_NOTATION, token.span, "`=>` makes no function here");
        let general = "what is asked of each stands behind a `:`: `any(x in xs: …)`, `all(x in xs: …)`, `count(x in xs: …)`";
        let asked = match self.word_at(index.checked_sub(3)) {
            "some" | "any" | "find" => "any",
            "every" | "all" => "all",
            _ => return error.help(general),
        };
        // What is gone through: names and dots before the one that leads to the method.
        let path =
            |token: &&Seen| matches!(token.kind, TokenKind::Word | TokenKind::Dot) && !token.starts_line;
        let before = self.tokens.get(..index.saturating_sub(4)).unwrap_or_default();
        let over: Vec<&Seen> = before.iter().rev().take_while(path).collect();
        let joined = over.windows(2).take_while(|pair| match pair {
            [behind, before] => before.span.end == behind.span.start,
            _ => false,
        });
        let first = over.get(joined.count());
        let mut depth = 1_usize;
        let close = self.tokens.iter().skip(index + 1).find(|token| {
            match token.kind {
                TokenKind::LeftParen => depth += 1,
                TokenKind::RightParen => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let (Some(first), Some(last), Some(close)) = (first, over.first(), close) else {
            return error.help(general);
        };
        let text =
            |from: u32, to: u32| self.source.get(from as usize..to as usize).unwrap_or_default().trim();
        let (over, body) = (text(first.span.start, last.span.end), text(token.span.end, close.span.start));
        let mended = format!("{asked}({} in {over}: {body})", self.word_at(index.checked_sub(1)));
        error.help(format!("write `{mended}`")).fix(first.span.to(close.span), mended)
    }
}
