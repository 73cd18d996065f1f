//! Habits from other languages, and parts of this one that are still to come. Each is told once, in words that say
//! what to write, and the parser is given what was meant, so that it finds nothing wrong a second time.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::sink::Sink;
use crate::split::{Seen, text_of};
use crate::terminal::Terminal;

/// The words by which other languages call a value that is not there.
const NOTHING: &[&str] = &["null", "NULL", "nil", "None", "undefined"];

/// What stands in place of some tokens.
pub(crate) struct Translated<'s> {
    /// For the parser; nothing where they are left out.
    pub terminal: Option<Terminal<'s>>,
    /// How many tokens, one at least.
    pub count: usize,
}

/// Looks at the tokens of one item.
pub(crate) struct Foreign<'s, 'c> {
    source: &'s str,
    tokens: &'c [Seen],
    semicolon_told: bool,
}

impl<'s, 'c> Foreign<'s, 'c> {
    /// For these tokens.
    pub fn new(source: &'s str, tokens: &'c [Seen]) -> Self {
        Foreign { source, tokens, semicolon_told: false }
    }

    /// What the token at `index` stands for, where it is foreign; `last` is what the parser was given before it.
    pub fn translate(
        &mut self,
        index: usize,
        last: Option<Terminal>,
        sink: &mut Sink,
    ) -> Option<Translated<'s>> {
        let &token = self.tokens.get(index)?;
        let text = text_of(self.source, token.span);
        match token.kind {
            TokenKind::Word => self.word(index, text, last, sink),
            TokenKind::Ampersand => Some(write(token, text, Terminal::Key(Keyword::And), "and", sink)),
            TokenKind::Bar => Some(write(token, text, Terminal::Key(Keyword::Or), "or", sink)),
            TokenKind::Bang => Some(write(token, text, Terminal::Key(Keyword::Not), "not", sink)),
            TokenKind::ForeignSign => {
                let (kind, meant) = match text {
                    "=>" => (TokenKind::GreaterEqual, ">="),
                    "===" => (TokenKind::EqualEqual, "=="),
                    _ => (TokenKind::NotEqual, "!="),
                };
                Some(write(token, text, Terminal::Sign(kind), meant, sink))
            }
            TokenKind::Semicolon => Some(self.semicolon(token, sink)),
            TokenKind::Dollar => Some(self.dollar(index, token, sink)),
            TokenKind::ForeignString => {
                let message = "a string stands between double quotes";
                let inside = text.trim_matches(['\'', '“', '”', '„', '«', '»']).replace('"', "");
                let help = format!("write `\"{inside}\"`");
                let error = Diagnostic::error(codes::FOREIGN_NOTATION, token.span, message).help(help);
                sink.push(error.fix(token.span, format!("\"{inside}\"")));
                Some(instead(Terminal::String("\"\""), 1))
            }
            TokenKind::UnclosedString => {
                let message = "this string is not closed";
                let help = "write `\"` where it ends; a string ends on the line where it begins";
                sink.push(Diagnostic::error(codes::UNCLOSED_STRING, token.span, message).help(help));
                None
            }
            TokenKind::NumberWord => {
                sink.push(number_word(text, token));
                Some(instead(Terminal::Unread, 1))
            }
            TokenKind::Number if self.is_money_sign(index + 1) => Some(instead(Terminal::Unread, 2)),
            TokenKind::Unknown => Some(self.unknown(index, last)),
            _ => None,
        }
    }

    /// Whether `€` or its like stands there, which was told when the text was cut into tokens.
    fn is_money_sign(&self, index: usize) -> bool {
        let token = self.tokens.get(index).filter(|token| token.kind == TokenKind::Unknown);
        token.is_some_and(|token| text_of(self.source, token.span).contains(['€', '£', '¥']))
    }

    fn kind(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    fn word(
        &self,
        index: usize,
        text: &str,
        last: Option<Terminal>,
        sink: &mut Sink,
    ) -> Option<Translated<'s>> {
        let &token = self.tokens.get(index)?;
        if NOTHING.contains(&text) {
            return self.nothing(token, text, last, sink);
        }
        None
    }

    fn nothing(
        &self,
        token: Seen,
        text: &str,
        last: Option<Terminal>,
        sink: &mut Sink,
    ) -> Option<Translated<'s>> {
        let help = match last? {
            Terminal::Sign(TokenKind::EqualEqual) => "write `… is absent`",
            Terminal::Sign(TokenKind::NotEqual) => "write `… is present`",
            Terminal::Sign(TokenKind::Equal | TokenKind::Colon) => {
                "a value that is not there is `absent` in a test"
            }
            _ => return None,
        };
        let message = format!("there is no `{text}` in this language");
        sink.push(Diagnostic::error(codes::FOREIGN_NOTATION, token.span, message).help(help));
        Some(instead(Terminal::Unread, 1))
    }

    fn semicolon(&mut self, token: Seen, sink: &mut Sink) -> Translated<'s> {
        // Who ends one line with it ends them all with it.
        if !self.semicolon_told {
            self.semicolon_told = true;
            let message = "`;` is not used";
            let help = "remove it; a statement ends where the next one begins";
            let error = Diagnostic::error(codes::FOREIGN_NOTATION, token.span, message).help(help);
            sink.push(error.fix(token.span, ""));
        }
        Translated { terminal: None, count: 1 }
    }

    fn dollar(&self, index: usize, token: Seen, sink: &mut Sink) -> Translated<'s> {
        let amount = self.tokens.get(index + 1).filter(|next| next.kind == TokenKind::Number);
        let amount = amount.map_or("5.00", |next| text_of(self.source, next.span));
        let message = "`$` has no meaning here";
        let help = format!("money is an amount and a currency code: `{amount} USD`");
        sink.push(Diagnostic::error(codes::FOREIGN_NOTATION, token.span, message).help(help));
        // The number alone would be told to be no amount of money.
        match (self.kind(index + 1), self.kind(index + 2)) {
            (Some(TokenKind::Number), behind)
                if behind != Some(TokenKind::Word) || self.is_word_of_rule(index + 2) =>
            {
                instead(Terminal::Unread, 2)
            }
            _ => Translated { terminal: None, count: 1 },
        }
    }

    /// Whether the word there is one of the language, and no currency.
    fn is_word_of_rule(&self, index: usize) -> bool {
        let word = self.tokens.get(index).map_or("", |token| text_of(self.source, token.span));
        Keyword::from_text(word).is_some()
    }

    /// A character that was reported when the text was cut into tokens.
    fn unknown(&self, index: usize, last: Option<Terminal>) -> Translated<'s> {
        let wanted = !last.is_some_and(Terminal::ends_operand);
        let before_value = matches!(self.kind(index + 1), Some(TokenKind::Number | TokenKind::Word));
        Translated { terminal: (wanted && !before_value).then_some(Terminal::Unread), count: 1 }
    }
}

fn instead(terminal: Terminal<'_>, count: usize) -> Translated<'_> {
    Translated { terminal: Some(terminal), count }
}

fn write<'s>(
    token: Seen,
    text: &str,
    terminal: Terminal<'s>,
    meant: &str,
    sink: &mut Sink,
) -> Translated<'s> {
    let message = format!("`{text}` is written `{meant}`");
    let help = format!("write `{meant}`");
    let error = Diagnostic::error(codes::FOREIGN_NOTATION, token.span, message).help(help);
    sink.push(error.fix(token.span, meant));
    instead(terminal, 1)
}

fn number_word(text: &str, token: Seen) -> Diagnostic {
    let at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(at).unwrap_or((text, ""));
    let message = format!("`{text}` is neither a number nor a duration");
    let letter = match unit {
        "sec" | "secs" | "second" | "seconds" => Some('s'),
        "min" | "mins" | "minute" | "minutes" => Some('m'),
        "hr" | "hrs" | "hour" | "hours" => Some('h'),
        "day" | "days" => Some('d'),
        "week" | "weeks" => Some('w'),
        _ => None,
    };
    let help = match letter {
        Some(letter) => format!("write `{number}{letter}`"),
        None if unit.len() >= 3 && unit.bytes().all(|b| b.is_ascii_uppercase()) => {
            format!("write a blank between them: `{number} {unit}`")
        }
        None => "a duration is a whole number and one of s, m, h, d, w: `15m`, `7d`".to_string(),
    };
    let mended = match letter {
        Some(letter) => Some(format!("{number}{letter}")),
        None if unit.len() == 3 && unit.bytes().all(|b| b.is_ascii_uppercase()) => {
            Some(format!("{number} {unit}"))
        }
        None => None,
    };
    let error = Diagnostic::error(codes::BAD_LITERAL, token.span, message).help(help);
    match mended {
        Some(mended) => error.fix(token.span, mended),
        None => error,
    }
}
