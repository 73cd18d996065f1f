//! What people write who think in English, or in the notation of somewhere else, where an operator, a statement or a new item
//! would stand. Each is told in the words that were written, with what to write in their place.

use crate::clauses;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::elsewhere;
use crate::english;
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::numerals;
use crate::span::Span;
use crate::suggest::unknown_line;
use crate::terminal::Terminal;
use crate::words::Stumble;

/// A diagnostic of its own for a habit.
pub(crate) fn special(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    clauses::special(stumble, found)
        .or_else(|| elsewhere::special(stumble, found))
        .or_else(|| english::special(stumble))
        .or_else(|| not_in(stumble, found))
        .or_else(|| sign(stumble, found))
        .or_else(|| amount(stumble, found))
        .or_else(|| indented_item(stumble))
        .or_else(|| name_in_pieces(stumble))
        .or_else(|| comma(stumble, found))
        .or_else(|| statement(stumble, found))
}

/// What stands at the mistake and behind it.
pub(crate) fn rest<'s>(stumble: &Stumble<'s, '_>) -> &'s str {
    stumble.source.get(stumble.span.start as usize..).unwrap_or_default()
}

/// `item is not in listed`, `item is in listed`
fn not_in(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    if found != Terminal::Key(Keyword::In) {
        return None;
    }
    let (meant, back) = match (stumble.last(0)?, stumble.last(1)?) {
        (Terminal::Key(Keyword::Not), Terminal::Key(Keyword::Is)) => ("not in", 1),
        (Terminal::Key(Keyword::Is), _) => ("in", 0),
        _ => return None,
    };
    let &(start, _, _) = stumble.before.iter().rev().nth(back)?;
    let span = Span::new(stumble.span.file, start as u32, stumble.span.end);
    let error =
        Diagnostic::error(codes::FOREIGN_NOTATION, span, format!("`is {meant}` is written `{meant}`"));
    Some(error.help(format!("write `{meant}`")).fix(span, meant))
}

/// `<>`, `=<`, and `--` before a remark.
fn sign(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let Terminal::Sign(sign) = found else { return None };
    let file = stumble.span.file;
    let written = |span: Span, text: &str, meant: &str| {
        let error =
            Diagnostic::error(codes::FOREIGN_NOTATION, span, format!("`{text}` is written `{meant}`"));
        Some(error.help(format!("write `{meant}`")).fix(span, meant))
    };
    let both = Span::new(file, stumble.span.start, stumble.span.start + 2);
    match sign {
        TokenKind::Greater => {
            let &(start, last, end) = stumble.before.last()?;
            let touches = last == Terminal::Sign(TokenKind::Less) && end == stumble.span.start as usize;
            touches.then(|| written(Span::new(file, start as u32, stumble.span.end), "<>", "!="))?
        }
        TokenKind::Equal if rest(stumble).starts_with("=<") => written(both, "=<", "<="),
        TokenKind::Minus if rest(stumble).starts_with("--") => {
            let error = Diagnostic::error(codes::FOREIGN_NOTATION, both, "this is no comment");
            Some(error.help("a comment begins with `//` and ends with the line").fix(both, "//"))
        }
        _ => None,
    }
}

/// `USD 500`, `1,000 USD` and `within 15 minutes`
fn amount(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let &(start, last, end) = stumble.before.last()?;
    let file = stumble.span.file;
    if stumble.starts_line {
        return None;
    }
    match (last, found) {
        (Terminal::Name(code), Terminal::Number(number))
            if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) =>
        {
            let plain = (number.len(), number.to_string());
            let (length, number) = numerals::grouped(rest(stumble)).unwrap_or(plain);
            let span = Span::new(file, start as u32, stumble.span.start + length as u32);
            let error = Diagnostic::error(codes::BAD_LITERAL, span, "the currency stands behind the amount");
            Some(error.help(format!("write `{number} {code}`")).fix(span, format!("{number} {code}")))
        }
        (Terminal::Number(_), Terminal::Sign(TokenKind::Comma)) if end == stumble.span.start as usize => {
            let (length, mended) = numerals::grouped(stumble.source.get(start..)?)?;
            let span = Span::new(file, start as u32, (start + length) as u32);
            let message = format!("`{}` is no number", stumble.source.get(start..start + length)?);
            let error = Diagnostic::error(codes::BAD_LITERAL, span, message);
            Some(error.help(format!("write `{mended}`")).fix(span, mended))
        }
        (_, Terminal::Number(number)) if stumble.expected.has("DurationText") => {
            let text = rest(stumble).get(number.len()..)?.trim_start_matches(' ');
            let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
            let letter = numerals::letter(&word)?;
            let end = stumble.source.len() - text.len() + word.len();
            let span = Span::new(file, stumble.span.start, end as u32);
            let error = Diagnostic::error(codes::BAD_LITERAL, span, "a length of time is one word");
            Some(error.help(format!("write `{number}{letter}`")).fix(span, format!("{number}{letter}")))
        }
        _ => None,
    }
}

/// An item that is indented, or stands inside another.
fn indented_item(stumble: &Stumble) -> Option<Diagnostic> {
    let begins = Keyword::from_text(stumble.text).is_some_and(Keyword::begins_item);
    if !begins || !stumble.starts_line || stumble.expected.value() || stumble.expected.name() {
        return None;
    }
    let word = stumble.text;
    let message = format!("`{word}` begins an item, and an item begins in column 1");
    let error = Diagnostic::error(codes::UNEXPECTED, stumble.span, message);
    if stumble.expected.line() {
        let outer = stumble.item.text();
        return Some(
            error.help(format!("close the `{outer}` with `}}` first, and begin the line with `{word}`")),
        );
    }
    let line = stumble.source.get(..stumble.span.start as usize)?.rfind('\n').map_or(0, |at| at + 1);
    let blanks = Span::new(stumble.span.file, line as u32, stumble.span.start);
    Some(error.help(format!("remove the blanks before `{word}`")).fix(blanks, ""))
}

/// `rule too-many on …`, `rule too many on …`
fn name_in_pieces(stumble: &Stumble) -> Option<Diagnostic> {
    let [(_, Terminal::Key(Keyword::Rule), _), (start, Terminal::Name(_), _)] = stumble.before else {
        return None;
    };
    let line = stumble.source.get(*start..)?.lines().next()?;
    let written = line.split_once(" on ")?.0.trim_end();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_');
    if !written.chars().all(plain) {
        return None;
    }
    let span = Span::new(stumble.span.file, *start as u32, (*start + written.len()) as u32);
    let name = written.split([' ', '-']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_");
    let error = Diagnostic::error(codes::UNEXPECTED, span, "a name is one word, without blanks and dashes");
    Some(error.help(format!("write `{name}`")).fix(span, name))
}

/// `["a" "b"]`
fn comma(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let value = matches!(found, Terminal::String(_) | Terminal::Number(_) | Terminal::Duration(_));
    if !value || !stumble.expected.has("]") || !stumble.expected.has(",") {
        return None;
    }
    let &(_, _, end) = stumble.before.last()?;
    let at = Span::new(stumble.span.file, end as u32, end as u32);
    let error = Diagnostic::error(codes::UNEXPECTED, stumble.span, "a comma is missing before this");
    Some(error.help("write a comma between the two").fix(at, ","))
}

/// A line of a rule that begins with a word that begins no statement.
fn statement(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let word = match found {
        Terminal::Name(word) => word,
        Terminal::Key(keyword) if keyword.is_reserved() => keyword.text(),
        _ => return None,
    };
    let brace = Terminal::Sign(TokenKind::RightBrace);
    let first = matches!(stumble.last(0), Some(Terminal::BodyOpen | Terminal::Sign(TokenKind::LeftBrace)))
        || stumble.last(0) == Some(brace);
    let begins = stumble.item == Keyword::Rule && stumble.expected.line() && (first || stumble.starts_line);
    begins.then(|| unknown_line(stumble.item, word, stumble.span))
}

/// What to do where something stands in the wrong place of a line.
pub(crate) fn help(stumble: &Stumble) -> Option<&'static str> {
    let expected = &stumble.expected;
    let found = stumble.found?;
    let last = stumble.last(0);
    Some(match (found, last) {
        (
            Terminal::Key(Keyword::Min | Keyword::Max) | Terminal::Name("min" | "max"),
            Some(Terminal::Sign(TokenKind::Comma)),
        ) if expected.has("LabelText") => {
            "how much fits stands right behind the type, without a comma: `String max 40`"
        }
        (Terminal::Sign(TokenKind::Equal), _)
            if expected.has("LabelText") && stumble.item != Keyword::Normalize =>
        {
            "a field has no value of its own; what may be left out has a `?` behind its type: `Int?`"
        }
        (Terminal::Key(Keyword::Or), _) if expected.has("LabelText") => {
            "a field has one type; what may be left out has a `?` behind it: `String?`"
        }
        (Terminal::Sign(TokenKind::LeftBracket), Some(Terminal::Sign(TokenKind::Colon)))
            if expected.name() =>
        {
            "what a list holds stands in `<` and `>`: `List<String>`"
        }
        (
            Terminal::Key(Keyword::And | Keyword::Or) | Terminal::Sign(TokenKind::Comma),
            Some(Terminal::Name(_)),
        ) if stumble.last(1) == Some(Terminal::Key(Keyword::To)) && expected.has("as") => {
            "a `step_up` asks one role; write a second one that asks the other"
        }
        (Terminal::Sign(TokenKind::Comma), _)
            if (expected.has("as") || expected.has("else")) && !expected.has(",") =>
        {
            "conditions are joined by `and`, or by `or`"
        }
        _ if stumble.item == Keyword::Param && expected.has("to") => match stumble.before {
            [
                ..,
                (_, Terminal::Number(_), _),
                (_, Terminal::Sign(TokenKind::Comma), _),
                (_, Terminal::Number(three), _),
                (_, Terminal::Unit(_), _),
            ] if three.len() == 3 => "thousands are written with `_`: `1_000 USD`",
            _ => "a range is written `range LEAST to GREATEST`, such as `range 0 USD to 1_000 USD`",
        },
        (Terminal::Key(Keyword::To | Keyword::Within | Keyword::Quorum | Keyword::Other), _)
            if expected.line() =>
        {
            "who is asked stands before `as`: `step_up when … to ROLE within 15m as CODE`"
        }
        (
            Terminal::Key(Keyword::When) | Terminal::WhenBlock,
            Some(Terminal::Name("approval" | "review" | "confirmation")),
        ) => "who approves is asked by `step_up when … to ROLE as CODE`",
        (Terminal::Key(Keyword::When) | Terminal::WhenBlock, _) if expected.has("else") => {
            "`require` has no `when`: write `when … { require … else CODE }`"
        }
        (Terminal::Sign(TokenKind::Colon), _)
            if stumble.item == Keyword::Rule && expected.has("BodyOpen") =>
        {
            "what a rule says stands between braces: `rule NAME on ACTIONS { … }`"
        }
        (Terminal::Sign(TokenKind::Plus), Some(Terminal::String(_))) => {
            "a message shows values in braces: `\"It is {amount}\"`"
        }
        (Terminal::Name(_), Some(Terminal::Name("any" | "all" | "count" | "sum"))) if expected.operator() => {
            "write what is looked through in parentheses: `any(x in xs: …)`"
        }
        (
            Terminal::Number(_) | Terminal::Percent(_) | Terminal::Name(_),
            Some(Terminal::Sign(TokenKind::Plus)),
        ) if stumble.last(1) == Some(Terminal::Key(Keyword::Risk)) => {
            "points are a whole number: `risk +10 when … as CODE`"
        }
        _ if stumble.item == Keyword::Rule && expected.has("{") => {
            "what holds under a condition stands between braces: `when … { … }`"
        }
        (Terminal::Key(Keyword::Min | Keyword::Max) | Terminal::Name("min" | "max" | "between"), _)
            if stumble.item == Keyword::Param =>
        {
            "what it may be is said by `range LEAST to GREATEST`"
        }
        (Terminal::Number(_) | Terminal::String(_) | Terminal::Name(_), _)
            if stumble.item == Keyword::Param && expected.has("=") =>
        {
            "a parameter has a value: `param NAME: Int = 3`"
        }
        (Terminal::Sign(TokenKind::Equal), _) if stumble.item == Keyword::Enum => {
            "the words of an `enum` stand alone: `enum NAME { good, bad }`"
        }
        (Terminal::Sign(TokenKind::Equal), _) if stumble.item == Keyword::Param && expected.has(":") => {
            "a parameter says its type: `param NAME: Int = 3`"
        }
        (Terminal::AnyAction, Some(Terminal::Sign(TokenKind::LeftParen))) => {
            "how many there are is `size(xs)`"
        }
        _ if expected.has("DurationText") && !expected.value() => {
            "a length of time has its unit: `15m`, `2h`, `1d`"
        }
        _ if expected.has("BodyOpen") && !expected.has("on") => {
            "what belongs to it stands between braces: `NAME { … }`"
        }
        _ if stumble.item == Keyword::Test && expected.line() => {
            "a test begins with `given` and the name of an example, and ends with `expect`"
        }
        _ => return None,
    })
}
