//! Habits from other languages, and parts of this one that are still to come. Each is told once, in words that say
//! what to write, and the parser is given what was meant, so that it finds nothing wrong a second time.

mod lambda;

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::english;
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::literal;
use crate::numerals;
use crate::sink::Sink;
use crate::span::Span;
use crate::split::{Seen, text_of};
use crate::terminal::Terminal;

/// The words by which other languages call a value that is not there.
const NOTHING: &[&str] = &["null", "NULL", "nil", "None", "undefined"];

/// The quotes of elsewhere.
const QUOTES: [char; 12] = ['\'', '`', '“', '”', '„', '«', '»', '‚', '‘', '’', '‹', '›'];

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
        let wanted =
            !last.is_some_and(Terminal::ends_operand) && last != Some(Terminal::Sign(TokenKind::Dot));
        let numeral = if wanted { numerals::foreign(self.source, self.tokens, index) } else { None };
        if let Some((error, count)) = numeral {
            sink.push(error);
            return Some(instead(Terminal::Unread, count));
        }
        match token.kind {
            TokenKind::Word => self.word(index, text, last, sink),
            TokenKind::Ampersand => {
                Some(write(self.source, token, text, Terminal::Key(Keyword::And), "and", sink))
            }
            TokenKind::Bar if ["record", "action", "event", "extend"].contains(&self.word_at(Some(0))) => {
                let error = Diagnostic::error(codes::FOREIGN_NOTATION, token.span, "a field has one type");
                sink.push(
                    error.help("keep one of them; what may be left out has a `?` behind it: `String?`"),
                );
                Some(instead(Terminal::Unread, 1))
            }
            TokenKind::Bar => Some(write(self.source, token, text, Terminal::Key(Keyword::Or), "or", sink)),
            // `! =`, `=!`
            TokenKind::Bang if self.kind(index + 1) == Some(TokenKind::Equal) => self.unequal(index, sink),
            TokenKind::Equal if self.kind(index + 1) == Some(TokenKind::Bang) => self.unequal(index, sink),
            TokenKind::Bang => {
                Some(write(self.source, token, text, Terminal::Key(Keyword::Not), "not", sink))
            }
            TokenKind::ForeignSign => {
                if text == "=>" && self.is_lambda(index) {
                    sink.push(self.lambda(index, token));
                    return Some(instead(Terminal::Unread, 1));
                }
                if NOTHING.contains(&self.word_at(Some(index + 1))) {
                    let kind = if text == "!==" { TokenKind::NotEqual } else { TokenKind::EqualEqual };
                    return Some(instead(Terminal::Sign(kind), 1));
                }
                let (kind, meant) = match text {
                    "=>" => (TokenKind::GreaterEqual, ">="),
                    "===" => (TokenKind::EqualEqual, "=="),
                    _ => (TokenKind::NotEqual, "!="),
                };
                Some(write(self.source, token, text, Terminal::Sign(kind), meant, sink))
            }
            TokenKind::Semicolon => Some(self.semicolon(index, token, sink)),
            TokenKind::Dollar => Some(self.dollar(index, token, sink)),
            TokenKind::ForeignString if matches!(last, Some(Terminal::Key(Keyword::As | Keyword::Else))) => {
                let inside = text.trim_matches(QUOTES);
                let error = Diagnostic::error(
                    codes::FOREIGN_NOTATION,
                    token.span,
                    "a reason code stands without quotes",
                );
                sink.push(error.help(format!("write `{inside}`")).fix(token.span, inside));
                Some(instead(Terminal::Name(inside), 1))
            }
            TokenKind::ForeignString => {
                let message = "a text stands between double quotes";
                let inside = text.trim_matches(QUOTES).replace('"', "");
                let is_time = literal::date(&inside).is_ok() || literal::timestamp(&inside).is_ok();
                if is_time {
                    let error = Diagnostic::error(
                        codes::FOREIGN_NOTATION,
                        token.span,
                        "a date stands without quotes",
                    );
                    sink.push(error.help(format!("write `{inside}`")).fix(token.span, inside));
                    return Some(instead(Terminal::Unread, 1));
                }
                let help = format!("write `\"{inside}\"`");
                let error = Diagnostic::error(codes::FOREIGN_NOTATION, token.span, message).help(help);
                sink.push(error.fix(token.span, format!("\"{inside}\"")));
                let value = matches!(last, Some(Terminal::Sign(_)));
                Some(instead(if value { Terminal::Unread } else { Terminal::String("\"\"") }, 1))
            }
            TokenKind::UnclosedString => {
                let message = "this text is not closed";
                let help = "write `\"` where it ends; a text ends on the line where it begins";
                sink.push(Diagnostic::error(codes::UNCLOSED_STRING, token.span, message).help(help));
                None
            }
            TokenKind::NumberWord => {
                sink.push(numerals::number_word(text, token.span));
                Some(instead(Terminal::Unread, 1))
            }
            TokenKind::Number if self.kind(index + 1) == Some(TokenKind::Dollar) => {
                let &sign = self.tokens.get(index + 1)?;
                let span = token.span.to(sign.span);
                let error = Diagnostic::error(codes::FOREIGN_NOTATION, span, "`$` has no meaning here");
                sink.push(error.help(format!("money is an amount and a currency code: `{text} USD`")));
                Some(instead(Terminal::Unread, 2))
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
            return self.nothing(index, token, text, last, sink);
        }
        if text == "is" && last.is_some_and(Terminal::ends_operand) {
            return self.compared(index, token, sink);
        }
        if token.starts_line && self.is_assigned(index, last) {
            let &sign = self.tokens.get(index + 1)?;
            let place = token.span.to(sign.span);
            let before = self.tokens.get(..index).unwrap_or_default();
            let named = before.windows(2).any(|pair| match pair {
                [word, name] => {
                    text_of(self.source, word.span) == "let" && text_of(self.source, name.span) == text
                }
                _ => false,
            });
            sink.push(if named {
                Diagnostic::error(codes::FOREIGN_NOTATION, place, "a value is never changed")
                    .help("give the new one a name of its own: `let more = n + 1`")
            } else {
                let start = Span { end: token.span.start, ..token.span };
                Diagnostic::error(codes::FOREIGN_NOTATION, place, "a value gets a name with `let`")
                    .help(format!("write `let {text} =`"))
                    .fix(start, "let ")
            });
            return Some(instead(Terminal::Unread, 2));
        }
        if text == "default" && self.is_default(index) {
            let &sign = self.tokens.get(index + 1)?;
            let message = format!("no `{}` stands behind `default`", self.word_at(Some(index + 1)));
            let error = Diagnostic::error(codes::FOREIGN_NOTATION, sign.span, message).help("remove it");
            sink.push(error.fix(sign.span, ""));
            return Some(instead(Terminal::Key(Keyword::Default), 2));
        }
        let names_code = matches!(last, Some(Terminal::Key(Keyword::As | Keyword::Else)));
        let before_code = self.kind(index + 1) == Some(TokenKind::Word) && !self.is_word_of_rule(index + 1);
        if names_code && before_code && ["deny", "step_up", "reject", "refuse"].contains(&text) {
            let message = format!("`{text}` does not stand before a reason code");
            let error = Diagnostic::error(codes::FOREIGN_NOTATION, token.span, message);
            sink.push(
                error
                    .help("remove it; what happens is said by the word that begins the statement")
                    .fix(token.span, ""),
            );
            return Some(Translated { terminal: None, count: 1 });
        }
        None
    }

    fn unequal(&self, index: usize, sink: &mut Sink) -> Option<Translated<'s>> {
        let (&first, second) = (self.tokens.get(index)?, self.tokens.get(index + 1)?);
        let both = Seen { span: first.span.to(second.span), ..first };
        let (text, meant) = (text_of(self.source, both.span), Terminal::Sign(TokenKind::NotEqual));
        Some(Translated { count: 2, ..write(self.source, both, text, meant, "!=", sink) })
    }

    /// `is greater than`, `is not one of`
    fn compared(&self, index: usize, token: Seen, sink: &mut Sink) -> Option<Translated<'s>> {
        let (length, meant) = english::behind_is(self.source.get(token.span.end as usize..)?)?;
        let end = token.span.end + length as u32;
        let sign = match meant {
            ">" => Terminal::Sign(TokenKind::Greater),
            ">=" => Terminal::Sign(TokenKind::GreaterEqual),
            "<" => Terminal::Sign(TokenKind::Less),
            "<=" => Terminal::Sign(TokenKind::LessEqual),
            "==" => Terminal::Sign(TokenKind::EqualEqual),
            "!=" => Terminal::Sign(TokenKind::NotEqual),
            "in" => Terminal::Key(Keyword::In),
            // Of the two words that are meant, only one could be handed on.
            _ => Terminal::Unread,
        };
        let count = self.tokens.iter().skip(index).take_while(|token| token.span.end <= end).count();
        let whole = Seen { span: Span { end, ..token.span }, ..token };
        let text = text_of(self.source, whole.span);
        let translated = write(self.source, whole, text, sign, meant, sink);
        (count > 0).then_some(Translated { count, ..translated })
    }

    /// Whether `limit = 3` stands there where a statement begins.
    fn is_assigned(&self, index: usize, last: Option<Terminal>) -> bool {
        let begins = last.is_some_and(|last| {
            last.ends_operand() || matches!(last, Terminal::BodyOpen | Terminal::Sign(TokenKind::LeftBrace))
        });
        self.word_at(Some(0)) == "rule"
            && begins
            && self.kind(index + 1) == Some(TokenKind::Equal)
            && !self.is_word_of_rule(index)
    }

    /// Whether `default: allow` or `default = allow` stands there.
    fn is_default(&self, index: usize) -> bool {
        let in_action = self.word_at(Some(0)) == "action";
        let sign = matches!(self.kind(index + 1), Some(TokenKind::Colon | TokenKind::Equal));
        in_action && sign && ["allow", "step_up", "deny"].contains(&self.word_at(Some(index + 2)))
    }

    fn nothing(
        &self,
        index: usize,
        token: Seen,
        text: &str,
        last: Option<Terminal>,
        sink: &mut Sink,
    ) -> Option<Translated<'s>> {
        let is_rule = self.word_at(Some(0)) == "rule";
        let (meant, help) = match last? {
            Terminal::Sign(TokenKind::EqualEqual) => (Some("is absent"), "write `… is absent`"),
            Terminal::Sign(TokenKind::NotEqual) => (Some("is present"), "write `… is present`"),
            Terminal::Sign(TokenKind::Equal) if is_rule && self.word_at(index.checked_sub(3)) == "let" => (
                None,
                "no value is absent by itself; ask whether one is: `x is present`, or say `x otherwise …`",
            ),
            Terminal::Sign(TokenKind::Equal) if is_rule => (Some("is absent"), "write `… is absent`"),
            Terminal::Sign(TokenKind::Equal | TokenKind::Colon) => {
                (None, "a value that is not there is `absent` in a test")
            }
            before if !before.ends_operand() => match self.kind(index + 1) {
                Some(TokenKind::EqualEqual) => (None, "write `… is absent` behind the value"),
                Some(TokenKind::NotEqual) => (None, "write `… is present` behind the value"),
                _ => return None,
            },
            _ => return None,
        };
        let message = format!("there is no `{text}` in this language");
        let error = Diagnostic::error(codes::FOREIGN_NOTATION, token.span, message).help(help);
        let compared = index.checked_sub(1).and_then(|before| self.tokens.get(before));
        sink.push(match (meant, compared) {
            (Some(meant), Some(sign)) => error.fix(sign.span.to(token.span), meant),
            _ => error,
        });
        Some(instead(Terminal::Unread, 1))
    }

    /// The text of a token.
    fn word_at(&self, index: Option<usize>) -> &'s str {
        index.and_then(|index| self.tokens.get(index)).map_or("", |token| text_of(self.source, token.span))
    }

    fn semicolon(&mut self, index: usize, token: Seen, sink: &mut Sink) -> Translated<'s> {
        let next =
            self.tokens.get(index + 1).filter(|next| !next.starts_line && next.kind == TokenKind::Word);
        let begins = |next: &Seen| Keyword::from_text(text_of(self.source, next.span)).is_some();
        if self.word_at(Some(0)) == "rule" && next.is_some_and(|next| !begins(next)) {
            let error = Diagnostic::error(codes::FOREIGN_NOTATION, token.span, "`;` joins nothing");
            sink.push(error.help("two conditions are joined by `and`").fix(token.span, " and"));
            return Translated { terminal: Some(Terminal::Key(Keyword::And)), count: 1 };
        }
        // Who ends one line with it ends them all with it.
        if !self.semicolon_told {
            self.semicolon_told = true;
            let message = "`;` is not used";
            let help = "remove it; what stands in a line needs no sign at its end";
            let error = Diagnostic::error(codes::FOREIGN_NOTATION, token.span, message).help(help);
            sink.push(error.fix(token.span, ""));
        }
        Translated { terminal: None, count: 1 }
    }

    fn dollar(&self, index: usize, token: Seen, sink: &mut Sink) -> Translated<'s> {
        let amount = self.tokens.get(index + 1).filter(|next| next.kind == TokenKind::Number);
        let written = amount.and_then(|next| self.source.get(next.span.start as usize..));
        let grouped = written.and_then(numerals::grouped).map(|(_, amount)| amount);
        let plain = || amount.map_or("5.00", |next| text_of(self.source, next.span)).to_string();
        let amount = grouped.unwrap_or_else(plain);
        let message = "`$` has no meaning here";
        let help = format!("money is an amount and a currency code: `{amount} USD`");
        let error = Diagnostic::error(codes::FOREIGN_NOTATION, token.span, message).help(help);
        let code = self.word_at(Some(index + 2));
        let has_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        sink.push(if has_code { error.fix(token.span, "") } else { error });
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
        let has_code = self.kind(index + 2) == Some(TokenKind::Word) && !self.is_word_of_rule(index + 2);
        if wanted && self.is_money_sign(index) && self.kind(index + 1) == Some(TokenKind::Number) && !has_code
        {
            return instead(Terminal::Unread, 2);
        }
        let before_value = matches!(self.kind(index + 1), Some(TokenKind::Number | TokenKind::Word));
        Translated { terminal: (wanted && !before_value).then_some(Terminal::Unread), count: 1 }
    }
}

fn instead(terminal: Terminal<'_>, count: usize) -> Translated<'_> {
    Translated { terminal: Some(terminal), count }
}

fn write<'s>(
    source: &str,
    token: Seen,
    text: &str,
    terminal: Terminal<'s>,
    meant: &str,
    sink: &mut Sink,
) -> Translated<'s> {
    let message = format!("`{text}` is written `{meant}`");
    let help = format!("write `{meant}`");
    let error = Diagnostic::error(codes::FOREIGN_NOTATION, token.span, message).help(help);
    // A word that touches the next one would be another word.
    let touches =
        source.get(token.span.end as usize..).is_some_and(|behind| !behind.starts_with([' ', '\t', '\n']));
    let word = meant.ends_with(|c: char| c.is_ascii_alphabetic());
    sink.push(error.fix(token.span, if touches && word { format!("{meant} ") } else { meant.to_string() }));
    instead(terminal, 1)
}
