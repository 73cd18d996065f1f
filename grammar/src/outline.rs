//! The same for what is around values: how statements, rules, names and types are written elsewhere.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::elsewhere::{between, closing, habit, replaced, text};
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::suggest::closest_short;
use crate::terminal::Terminal;
use crate::words::Stumble;

/// A diagnostic of its own for a habit from elsewhere.
pub(crate) fn special(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    assigned(stumble, found)
        .or_else(|| head(stumble, found))
        .or_else(|| unquoted(stumble, found))
        .or_else(|| of_type(stumble, found))
        .or_else(|| call(stumble, found))
}

/// `limit := 3` where a statement could begin.
fn assigned(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let Terminal::Label(name) = found else { return None };
    let meant = match name {
        _ if !stumble.expected.line() || stumble.item != Keyword::Rule => return None,
        "if" | "when" | "unless" => Some("what holds under a condition is written `when … { … }`"),
        "deny" => Some("write `deny when … as CODE`"),
        "require" => Some("write `require … else CODE`"),
        "step_up" => Some("write `step_up when … to ROLE as CODE`"),
        "risk" => Some("write `risk +10 when … as CODE`"),
        _ => None,
    };
    if let Some(help) = meant {
        let end = stumble.source.get(stumble.span.end as usize..)?.find(':')? + stumble.span.end as usize;
        return Some(habit(between(stumble, end, end + 1), format!("no `:` stands behind `{name}`"), help));
    }
    let behind = stumble.source.get(stumble.span.end as usize..)?;
    let blanks = behind.len() - behind.trim_start_matches(' ').len();
    if !behind.get(blanks..)?.starts_with(":=") {
        return None;
    }
    let span = between(stumble, stumble.span.start as usize, stumble.span.end as usize + blanks + 2);
    Some(replaced(span, "a value gets a name with `let`", &format!("let {name} =")))
}

/// `list[str]`, `String[]`, `VARCHAR(40)`: the place is the whole type, of which nothing else need be told.
fn of_type(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let &(start, Terminal::Name(name), _) = stumble.before.last()? else { return None };
    if !stumble.expected.has("?")
        || !matches!(found, Terminal::Sign(TokenKind::LeftParen | TokenKind::LeftBracket))
    {
        return None;
    }
    let open = stumble.span.start as usize;
    let close = closing(stumble.source, open)?;
    let (whole, inside) = (between(stumble, start, close + 1), text(stumble, open + 1, close).trim());
    let is_number = !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit());
    Some(match found {
        Terminal::Sign(TokenKind::LeftParen) if is_number => {
            let mended = format!("String max {inside}");
            habit(whole, "how much fits stands behind the type", format!("write `{mended}`"))
                .fix(whole, mended)
        }
        Terminal::Sign(TokenKind::LeftParen) => habit(
            whole,
            "a type has no parentheses",
            "what a list or a set holds stands in `<` and `>`: `List<String>`",
        ),
        _ if inside.is_empty() => {
            let mended = format!("List<{name}>");
            habit(whole, "`[]` makes no list of a type", format!("write `{mended}`")).fix(whole, mended)
        }
        _ => habit(
            whole,
            "a type has no `[` and `]`",
            match name.to_ascii_lowercase().as_str() {
                "optional" | "option" => "what may be left out has a `?` behind its type: `String?`",
                "dict" | "map" => "write `Map<String, …>`, with what it holds after the comma",
                _ => "what a list holds stands in `<` and `>`: `List<String>`",
            },
        ),
    })
}

/// `rule limits for shop.buy`, `rule limits shop.buy`, `rule limits on shop.buy and shop.return`
fn head(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    if stumble.item != Keyword::Rule || !stumble.expected.has("on") || !stumble.expected.has("BodyOpen") {
        return None;
    }
    let error =
        |message: String, help: &str| Diagnostic::error(codes::UNEXPECTED, stumble.span, message).help(help);
    // A name of several words, which `on` follows, is told as such.
    let line = stumble.source.get(stumble.span.end as usize..).and_then(|behind| behind.lines().next());
    let in_pieces = line.is_some_and(|line| line.contains(" on "));
    match (stumble.before, found) {
        ([_, (start, Terminal::Name("on"), end)], _) => {
            let span = between(stumble, *start, *end);
            let error = Diagnostic::error(codes::UNEXPECTED, span, "the rule has no name");
            Some(error.help("write `rule NAME on ACTIONS { … }`"))
        }
        ([_, _], Terminal::Name("for" | "to" | "of" | "about" | "upon")) => {
            let message = format!("`{}` does not say which actions the rule concerns", stumble.text);
            Some(error(message, "write `on`").fix(stumble.span, "on"))
        }
        ([_, _], Terminal::Name(word)) if !in_pieces && closest_short(word, "", ["on"]).is_none() => {
            let at = between(stumble, stumble.span.start as usize, stumble.span.start as usize);
            let message = format!("`on` is missing before `{}`", stumble.text);
            Some(error(message, "write `rule NAME on ACTIONS { … }`").fix(at, "on "))
        }
        (_, Terminal::Key(Keyword::And | Keyword::Or)) => Some(
            error("several actions are listed with commas".to_string(), "write `,`")
                .fix(between(stumble, stumble.last_span()?.end as usize, stumble.span.end as usize), ","),
        ),
        (_, Terminal::Key(Keyword::When | Keyword::If) | Terminal::WhenBlock) => {
            let help = "a rule says `on` which actions it holds, and its conditions stand in it: `rule NAME on ACTIONS { deny when … as CODE }`";
            Some(error("a rule has no condition of its own".to_string(), help))
        }
        _ => None,
    }
}

/// `rule "no more" on shop.buy`, `on "shop.buy"`
fn unquoted(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let Terminal::String(quoted) = found else { return None };
    if !stumble.expected.name() || stumble.expected.has("StringText") {
        return None;
    }
    let inside = quoted.trim_matches('"');
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let begins = inside.starts_with(|c: char| c.is_ascii_alphabetic());
    let error = Diagnostic::error(codes::UNEXPECTED, stumble.span, "a name stands without quotes");
    let is_text = matches!(stumble.last(0), Some(Terminal::Key(Keyword::As | Keyword::Else)))
        && inside.bytes().any(|byte| byte.is_ascii_lowercase());
    let mended = match stumble.last(0) {
        _ if !is_text && begins && inside.chars().all(plain) => inside.to_string(),
        Some(Terminal::Key(Keyword::Rule)) if begins && inside.chars().all(|c| plain(c) || c == ' ') => {
            inside.split_whitespace().collect::<Vec<_>>().join("_").to_ascii_lowercase()
        }
        Some(Terminal::Key(Keyword::As | Keyword::Else)) => {
            let error = Diagnostic::error(codes::UNEXPECTED, stumble.span, "a text is no reason code");
            return Some(error.help("the reason code comes first, then the text: `CODE \"…\"`"));
        }
        _ => return Some(error.help("a name is one word of letters, digits and `_`")),
    };
    Some(error.help(format!("write `{mended}`")).fix(stumble.span, mended))
}

/// `deny(pieces > 3, CODE)`
fn call(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let (word, help) = match (stumble.last(0)?, found) {
        (Terminal::Key(Keyword::Deny), Terminal::Sign(TokenKind::LeftParen)) => {
            ("deny", "write `deny when … as CODE`")
        }
        (Terminal::Key(Keyword::StepUp), Terminal::Sign(TokenKind::LeftParen)) => {
            ("step_up", "write `step_up when … to ROLE as CODE`")
        }
        (Terminal::Name(_), Terminal::Sign(TokenKind::LeftParen)) if stumble.expected.has("StringText") => {
            let help = "the message stands behind the code, without parentheses: `as CODE \"…\"`";
            return Some(habit(stumble.span, "no parentheses stand behind a reason code", help));
        }
        _ => return None,
    };
    Some(habit(stumble.span, format!("no parentheses stand behind `{word}`"), help))
}
