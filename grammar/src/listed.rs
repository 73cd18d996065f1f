//! A list of values that does not stand between `[` and `]`.

use crate::diagnostic::Diagnostic;
use crate::elsewhere::{between, closing, habit, open_bracket, replaced, text};
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::terminal::Terminal;
use crate::words::Stumble;

/// A diagnostic of its own for such a list.
pub(crate) fn special(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    in_other_brackets(stumble, found).or_else(|| without_brackets(stumble, found))
}

/// `x in "a", "b"`, `x == "a", "b"`
fn without_brackets(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    if found != Terminal::Sign(TokenKind::Comma) {
        return None;
    }
    let is_sign = |terminal: &Terminal| {
        matches!(
            terminal,
            Terminal::Key(Keyword::In) | Terminal::Sign(TokenKind::EqualEqual | TokenKind::NotEqual)
        )
    };
    // What is looked for stands right before the one value: `5`, `5 USD`, `-5`.
    let back = stumble.before.iter().rev().take(4).position(|(_, terminal, _)| is_sign(terminal))?;
    let &(sign_start, sign, _) = stumble.before.iter().rev().nth(back)?;
    // Values in brackets of their own are another mistake.
    if open_bracket(stumble).is_some_and(|(_, _, open)| open > sign_start) {
        return None;
    }
    let (first, _, _) = *stumble.before.get(stumble.before.len().checked_sub(back)?)?;
    let end = stumble.span.start as usize + values(stumble.source.get(stumble.span.start as usize..)?)?;
    let list = format!("[{}]", text(stumble, first, end).trim());
    let mended = match sign {
        Terminal::Sign(TokenKind::EqualEqual) => format!("in {list}"),
        Terminal::Sign(_) => format!("not in {list}"),
        _ => list,
    };
    let start = if matches!(sign, Terminal::Key(_)) { first } else { sign_start };
    Some(replaced(between(stumble, start, end), "a list stands between `[` and `]`", &mended))
}

/// How long the values are that follow one another here, each with a comma before it; none where a comma has no value behind it.
fn values(source: &str) -> Option<usize> {
    let mut rest = source;
    while let Some(behind) = rest.trim_start_matches(' ').strip_prefix(',') {
        let value = behind.trim_start_matches(' ');
        let len = match value.strip_prefix('"') {
            Some(inside) => {
                inside.find(['"', '\\', '\n']).filter(|at| inside.as_bytes().get(*at) == Some(&b'"'))? + 2
            }
            None => word(value)?,
        };
        rest = value.get(len..)?;
    }
    Some(source.len() - rest.len())
}

/// How long a number, with its currency, or a name is.
fn word(value: &str) -> Option<usize> {
    let end = |text: &str| {
        text.find(|c: char| !(c.is_ascii_alphanumeric() || "_.:%-".contains(c))).unwrap_or(text.len())
    };
    let len = end(value);
    let currency =
        value.get(len..)?.strip_prefix(' ').filter(|_| value.starts_with(|c: char| c.is_ascii_digit()));
    let unit = currency.and_then(|text| text.get(..end(text)));
    let unit = unit.filter(|unit| unit.len() == 3 && unit.bytes().all(|byte| byte.is_ascii_uppercase()));
    (len > 0).then(|| len + unit.map_or(0, |unit| 1 + unit.len()))
}

/// `x in ("a", "b")` and `x in {"a", "b"}`
fn in_other_brackets(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let open = match found {
        Terminal::Sign(TokenKind::LeftBrace) if stumble.last(0) == Some(Terminal::Key(Keyword::In)) => {
            stumble.span.start as usize
        }
        Terminal::Sign(TokenKind::Comma) => {
            let (index, TokenKind::LeftParen, open) = open_bracket(stumble)? else { return None };
            let (_, before, _) = stumble.before.get(index.checked_sub(1)?)?;
            match before {
                Terminal::Key(Keyword::In) => open,
                Terminal::Key(Keyword::Require) => {
                    let help = "the condition stands alone, then the code: `require … else CODE`";
                    return Some(habit(
                        between(stumble, open, open + 1),
                        "no parentheses stand around a whole `require`",
                        help,
                    ));
                }
                _ => return None,
            }
        }
        _ => return None,
    };
    let close = closing(stumble.source, open)?;
    let span = between(stumble, open, close + 1);
    let mended = format!("[{}]", text(stumble, open + 1, close).trim());
    Some(replaced(span, "a list stands between `[` and `]`", &mended))
}
