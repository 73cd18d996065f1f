//! What people write between the words of a statement or an item: a word too many, the one of another statement, a name that is left out.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::elsewhere::{between, habit, replaced, text};
use crate::forms;
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::terminal::Terminal;
use crate::words::Stumble;

/// A diagnostic of its own for what is between the values.
pub(crate) fn special(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    nameless(stumble, found)
        .or_else(|| code(stumble, found))
        .or_else(|| comma(stumble, found))
        .or_else(|| condition(stumble, found))
        .or_else(|| too_many(stumble, found))
        .or_else(|| role(stumble, found))
        .or_else(|| described(stumble, found))
        .or_else(|| pieces(stumble, found))
        .or_else(|| imported(stumble, found))
}

fn unexpected(stumble: &Stumble, start: usize, end: usize, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(codes::UNEXPECTED, between(stumble, start, end), message)
}

/// `category when pieces > 3`, `param : Int = 3`, `flag when gift`
fn nameless(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let thing = forms::nameless(stumble)?;
    let word = match found {
        // `rule: limits` has a sign too many.
        Terminal::Sign(TokenKind::Colon) => stumble.last_span()?.end < stumble.span.start,
        Terminal::Key(keyword) => !keyword.is_reserved() || keyword == Keyword::As,
        Terminal::Sign(_) | Terminal::BodyOpen => true,
        _ => false,
    };
    if !word || stumble.starts_line {
        return None;
    }
    let error = Diagnostic::error(codes::UNEXPECTED, stumble.span, format!("the {thing} has no name"));
    Some(error.help(format!("write it like this: `{}`", forms::form(stumble)?)))
}

/// A word of which the letters are all capitals, like that of a reason code.
fn is_code(word: &str) -> bool {
    word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// `deny … otherwise CODE`, `require … or else CODE`, `deny … else CODE`, `require … as CODE`, `require … CODE`
fn code(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let verb = forms::verb(stumble)?;
    let meant = match verb {
        Keyword::Require => "else",
        Keyword::Deny | Keyword::StepUp | Keyword::Risk | Keyword::Oblige => "as",
        _ => return None,
    };
    let (start, end) = (stumble.span.start as usize, stumble.span.end as usize);
    if let (Terminal::Key(Keyword::Else), Some(Terminal::Key(Keyword::Or)), "else") =
        (found, stumble.last(0), meant)
    {
        let span = between(stumble, stumble.before.last()?.0, end);
        return Some(replaced(span, "`or else` is written `else`", "else"));
    }
    // In a choice, `else` is waited for by the choice.
    if !stumble.expected.has(meant) || forms::in_choice(stumble) {
        return None;
    }
    let followed = format!("a `{}` is followed by `{meant} CODE`", verb.text());
    match (found, meant) {
        (Terminal::Key(Keyword::Else), "as") | (Terminal::Key(Keyword::As), "else") => {
            let message = format!("expected `{meant}`, but found `{}`", stumble.text);
            return Some(unexpected(stumble, start, end, message).help(followed).fix(stumble.span, meant));
        }
        _ => {}
    }
    let &(at, Terminal::Name(name) | Terminal::Unit(name), _) = stumble.before.last()? else { return None };
    let over =
        matches!(found, Terminal::BodyClose | Terminal::Sign(TokenKind::RightBrace) | Terminal::String(_))
            || stumble.starts_line;
    if !over || !is_code(name) {
        return None;
    }
    match stumble.last(1)? {
        Terminal::Key(Keyword::Otherwise) => {
            let &(from, _, to) = stumble.before.iter().rev().nth(1)?;
            let message = format!("expected `{meant}`, but found `otherwise`");
            let error = unexpected(stumble, from, to, message).help(followed);
            Some(error.fix(between(stumble, from, to), meant))
        }
        // Three capitals behind a number are a currency.
        Terminal::Number(_) if name.len() != 3 => {
            let message = format!("`{meant}` is missing before `{name}`");
            let error = unexpected(stumble, at, at + name.len(), message).help(followed);
            Some(error.fix(between(stumble, at, at), format!("{meant} ")))
        }
        _ => None,
    }
}

/// `require …, else CODE`, `as CODE, "…"`, `let x = 3,`
fn comma(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    if found != Terminal::Sign(TokenKind::Comma) || stumble.item != Keyword::Rule {
        return None;
    }
    let behind = stumble.source.get(stumble.span.end as usize..)?;
    let next = behind.trim_start_matches([' ', '\t']);
    let word: String = next.chars().take_while(|c| c.is_ascii_alphabetic() || *c == '_').collect();
    let whole = |meant: &str| {
        let end = stumble.span.end as usize + behind.len() - next.len() + word.len();
        replaced(
            between(stumble, stumble.span.start as usize, end),
            format!("`, {word}` is written `{meant}`"),
            &format!(" {meant}"),
        )
    };
    let remove = |message: &str| Some(habit(stumble.span, message, "remove it").fix(stumble.span, ""));
    match word.as_str() {
        "otherwise" | "else" if stumble.expected.has("else") => Some(whole("else")),
        "otherwise" | "as" if stumble.expected.has("as") => Some(whole("as")),
        _ if stumble.expected.line() && next.starts_with('"') => {
            remove("no comma stands between a code and its text")
        }
        _ if stumble.expected.line() && (next.starts_with(['\n', '\r', '}']) || next.is_empty()) => {
            remove("no comma stands at the end of a statement")
        }
        _ => None,
    }
}

/// `deny if gift`, `deny where gift`, `category large if gift`, `deny gift as CODE`
fn condition(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    if !stumble.expected.has("when") || stumble.expected.line() || stumble.expected.has("on") {
        return None;
    }
    let message = || match stumble.expected.words() {
        Some(words) => format!("expected {words}, but found `{}`", stumble.text),
        None => format!("expected `when`, but found `{}`", stumble.text),
    };
    let help = match forms::form(stumble) {
        Some(form) if stumble.item == Keyword::Rule => format!("a condition begins with `when`: `{form}`"),
        _ => "write `when`".to_string(),
    };
    let error = || Diagnostic::error(codes::UNEXPECTED, stumble.span, message()).help(help.clone());
    match found {
        Terminal::Key(Keyword::If | Keyword::Where) | Terminal::Name("whenever" | "while" | "wenn") => {
            Some(error().fix(stumble.span, "when"))
        }
        Terminal::Name(name) if stumble.item == Keyword::Rule && !is_code(name) => {
            let line = stumble.source.get(stumble.span.end as usize..)?.lines().next()?;
            let compares =
                line.trim_start().starts_with(['=', '<', '>', '!', '.', '(']) || line.starts_with(" in ");
            let last = matches!(stumble.last(0), Some(Terminal::Key(Keyword::Deny) | Terminal::Number(_)));
            let at = between(stumble, stumble.span.start as usize, stumble.span.start as usize);
            (compares && last).then(|| error().fix(at, "when "))
        }
        _ => None,
    }
}

/// `require when gift`, `require that gift`
fn too_many(stumble: &Stumble, _: Terminal) -> Option<Diagnostic> {
    let [
        ..,
        (_, Terminal::Key(Keyword::Require), _),
        (start, Terminal::Name(word @ ("when" | "that" | "if")), end),
    ] = stumble.before
    else {
        return None;
    };
    if *end as u32 == stumble.span.start {
        return None;
    }
    let whole = between(stumble, *start, stumble.span.start as usize);
    let error = unexpected(stumble, *start, *end, format!("`require` has no `{word}`"));
    Some(error.help("remove it: `require CONDITION else CODE`").fix(whole, ""))
}

/// `step_up boss when …`, `default step_up boss`, `to two of boss`
fn role(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let before = stumble.last(0)?;
    let asks = before == Terminal::Key(Keyword::StepUp) && stumble.item == Keyword::Rule
        || matches!(before, Terminal::Name("step_up"))
            && stumble.last(1) == Some(Terminal::Key(Keyword::Default));
    let at = between(stumble, stumble.span.start as usize, stumble.span.start as usize);
    match found {
        Terminal::Name(role) if asks && !is_code(role) => {
            let line = stumble.source.get(stumble.span.end as usize..)?.lines().next()?.trim_start();
            let goes_on =
                ["when ", "as ", "within ", "quorum ", "}"].iter().any(|word| line.starts_with(word));
            let message = format!("`to` is missing before `{role}`");
            let error = Diagnostic::error(codes::UNEXPECTED, stumble.span, message)
                .help(format!("write `to {role}`"));
            (goes_on || line.is_empty()).then(|| error.fix(at, "to "))
        }
        Terminal::Key(Keyword::Of) if stumble.last(1) == Some(Terminal::Key(Keyword::To)) => {
            let help =
                "who is asked stands behind `to`, and how many of them behind `quorum`: `to ROLE quorum 2`";
            Some(habit(stumble.span, "`of` does not say how many must approve", help))
        }
        _ => None,
    }
}

/// `reasons { SLOW: "…" }`, `reasons { SLOW = "…" }`, `reasons { SLOW, "…" }`
fn described(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    if !matches!(stumble.item, Keyword::Reasons | Keyword::Roles) {
        return None;
    }
    let comma = Terminal::Sign(TokenKind::Comma);
    let (sign, name) = match (found, stumble.last(0)?, stumble.last(1)) {
        (Terminal::Sign(TokenKind::Equal | TokenKind::Colon), Terminal::Name(name), _) => {
            (stumble.span, name)
        }
        (Terminal::String(_), last, Some(Terminal::Name(name))) if last == comma => {
            (stumble.last_span()?, name)
        }
        (Terminal::Label(name), _, _) => {
            let behind = stumble.source.get(stumble.span.end as usize..)?;
            let colon = stumble.span.end as usize + behind.find(':')?;
            (between(stumble, colon, colon + 1), name)
        }
        _ => return None,
    };
    let written = text(stumble, sign.start as usize, sign.end as usize);
    let message = format!("no `{written}` stands between `{name}` and its text");
    let error = Diagnostic::error(codes::UNEXPECTED, sign, message);
    Some(error.help(format!("write `{name} \"what it means\"`")).fix(sign, ""))
}

/// `module my policy`, `reasons { TOO-SLOW "…" }`
fn pieces(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let &(start, Terminal::Name(_), end) = stumble.before.last()? else { return None };
    let gap = text(stumble, end, stumble.span.start as usize);
    let dashed = found == Terminal::Sign(TokenKind::Minus)
        && gap.is_empty()
        && !stumble.expected.value()
        && !stumble.expected.operator();
    let named =
        stumble.before.len() == 2 && matches!(found, Terminal::Name(_) | Terminal::Key(_)) && gap == " ";
    let spaced = named
        && matches!(
            stumble.item,
            Keyword::Module
                | Keyword::Import
                | Keyword::Action
                | Keyword::Record
                | Keyword::Enum
                | Keyword::Example
        );
    if !dashed && !spaced {
        return None;
    }
    let line = stumble.source.get(start..)?.lines().next()?;
    let written = line.split(['{', '=', '"', '/', ':']).next()?.trim_end();
    let mut parts = written.split([' ', '-']).filter(|part| !part.is_empty());
    let plain = |part: &str| {
        part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && !part.starts_with(|c: char| c.is_ascii_digit())
    };
    if !parts.clone().all(plain) || parts.clone().any(|part| part == "as") {
        return None;
    }
    let first = parts.next()?.to_string();
    let mended = parts.fold(first, |name, part| format!("{name}_{part}"));
    let error =
        unexpected(stumble, start, start + written.len(), "a name is one word, without blanks and dashes");
    Some(error.help(format!("write `{mended}`")).fix(between(stumble, start, start + written.len()), mended))
}

/// `import std/payments`, `import std.payments.*`, `import std.payments as p`
fn imported(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    if !matches!(stumble.item, Keyword::Import | Keyword::Use) {
        return None;
    }
    let line = stumble.source.get(stumble.span.start as usize..)?.lines().next()?;
    let rest =
        between(stumble, stumble.span.start as usize, stumble.span.start as usize + line.trim_end().len());
    match found {
        Terminal::Sign(TokenKind::Slash | TokenKind::Minus) => {
            Some(replaced(stumble.span, "the parts of a module's name are joined by points", "."))
        }
        Terminal::AnyAction | Terminal::Sign(TokenKind::Star) => {
            let last = stumble.last_span()?;
            let whole = between(stumble, last.start as usize, stumble.span.end as usize);
            Some(habit(whole, "a module is imported as a whole", "remove `.*`").fix(whole, ""))
        }
        Terminal::Key(Keyword::As) => {
            let error = habit(
                rest,
                "a module has no second name",
                "remove it; what a module declares is used under its own name",
            );
            Some(error.fix(rest, ""))
        }
        _ => None,
    }
}
