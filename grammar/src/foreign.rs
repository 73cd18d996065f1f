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

/// The quotes of elsewhere.
const QUOTES: [char; 7] = ['\'', '`', '“', '”', '„', '«', '»'];

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
                let message = "a string stands between double quotes";
                let inside = text.trim_matches(QUOTES).replace('"', "");
                let help = format!("write `\"{inside}\"`");
                let error = Diagnostic::error(codes::FOREIGN_NOTATION, token.span, message).help(help);
                sink.push(error.fix(token.span, format!("\"{inside}\"")));
                let value = matches!(last, Some(Terminal::Sign(_)));
                Some(instead(if value { Terminal::Unread } else { Terminal::String("\"\"") }, 1))
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
        None
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

    /// Whether the `=>` there stands behind what other languages call an argument.
    fn is_lambda(&self, index: usize) -> bool {
        let before = |back: usize| index.checked_sub(back).and_then(|index| self.kind(index));
        before(1) == Some(TokenKind::RightParen)
            || (before(1) == Some(TokenKind::Word) && before(2) == Some(TokenKind::LeftParen))
    }

    /// `lines.some(line => line.pieces > 3)`
    fn lambda(&self, index: usize, token: Seen) -> Diagnostic {
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

/// What is no number here, and what it is where that can be told.
fn other_number(text: &str, number: &str, unit: &str) -> Option<(String, Option<String>)> {
    let whole = !number.contains('.');
    let write = |mended: String| Some((format!("write `{mended}`"), Some(mended)));
    match unit {
        "am" | "AM" | "pm" | "PM" => {
            let hour: u8 = number.parse().ok().filter(|hour| (1..=12).contains(hour))?;
            write(format!("{:02}:00", hour % 12 + if unit.starts_with(['p', 'P']) { 12 } else { 0 }))
        }
        "k" | "K" if whole => write(format!("{number}_000")),
        "M" if whole => write(format!("{number}_000_000")),
        "L" | "l" | "f" | "F" | "n" | "u" => write(number.to_string()),
        "s" | "m" | "h" | "d" | "w" => {
            Some(("a duration is a whole number: write it in a smaller unit, such as `90m` for one and a half hours".to_string(), None))
        }
        _ if text.starts_with("0x") => Some(("numbers are written with the digits 0 to 9".to_string(), None)),
        _ => {
            let minutes: u32 = unit.strip_prefix('h')?.strip_suffix('m')?.parse().ok()?;
            let hours: u32 = number.parse().ok()?;
            write(format!("{}m", hours.checked_mul(60)?.checked_add(minutes)?))
        }
    }
}

fn number_word(text: &str, token: Seen) -> Diagnostic {
    let at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(at).unwrap_or((text, ""));
    let message = format!("`{text}` is neither a number nor a duration");
    if let Some((help, mended)) = other_number(text, number, unit) {
        let error = Diagnostic::error(codes::BAD_LITERAL, token.span, message).help(help);
        return match mended {
            Some(mended) => error.fix(token.span, mended),
            None => error,
        };
    }
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
