//! What people write who come from Rego, Cedar, Python, SQL or JavaScript, where the parser stumbles over it. Each is told in the
//! words that were written, with what to write in their place; and where that is certain, with the change that does it.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::listed;
use crate::outline;
use crate::past;
use crate::span::Span;
use crate::terminal::Terminal;
use crate::words::Stumble;

/// Words before a value that stand for nothing here, with what to write.
const BEFORE: &[(&str, &str)] = &[
    ("some", "ask of any of them: `any(x in xs: …)`"),
    ("exists", "ask of any of them: `any(x in xs: …)`; whether a value is there: `x is present`"),
    ("every", "ask of all of them: `all(x in xs: …)`"),
    ("forall", "ask of all of them: `all(x in xs: …)`"),
    ("case", "a choice is written `if … then … else …`"),
    ("either", "remove it; `or` alone says it"),
    ("both", "remove it; `and` alone says it"),
    ("typeof", "a field has the type that it is declared with: remove the question"),
    ("new", "nothing is made here: the moment of the request is `context.now`"),
    ("lambda", "what is asked of each stands behind a `:`: `any(x in xs: …)`"),
    ("select", "a policy is no query: `count(x in xs: …)` counts, `any(x in xs: …)` asks"),
    ("interval", "a length of time is one word: `1d`, `24h`, `15m`"),
    ("await", "remove it; nothing is waited for"),
    ("return", "remove it; a function gives what stands behind its `=`"),
];

/// A diagnostic of its own for a habit from elsewhere.
pub(crate) fn special(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    outline::special(stumble, found)
        .or_else(|| comprehension(stumble))
        .or_else(|| sign(stumble, found))
        .or_else(|| listed::special(stumble, found))
        .or_else(|| braced(stumble, found))
        .or_else(|| past::special(stumble, found))
        .or_else(|| has(stumble))
        .or_else(|| choice(stumble, found))
        .or_else(|| compared(stumble, found))
        .or_else(|| prefix(stumble, found))
        .or_else(|| written_before(stumble))
}

pub(crate) fn habit(span: Span, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
    Diagnostic::error(codes::FOREIGN_NOTATION, span, message).help(help)
}

/// A habit for which the very text is known that ought to stand there.
pub(crate) fn replaced(span: Span, message: impl Into<String>, with: &str) -> Diagnostic {
    habit(span, message, format!("write `{}`", with.trim())).fix(span, with)
}

pub(crate) fn between(stumble: &Stumble, start: usize, end: usize) -> Span {
    Span::new(stumble.span.file, start as u32, end as u32)
}

pub(crate) fn text<'s>(stumble: &Stumble<'s, '_>, start: usize, end: usize) -> &'s str {
    stumble.source.get(start..end).unwrap_or_default()
}

/// The innermost bracket that is open before the mistake: its number among what the parser was given, and where it stands.
pub(crate) fn open_bracket(stumble: &Stumble) -> Option<(usize, TokenKind, usize)> {
    let mut closed = 0_usize;
    for (index, &(start, terminal, _)) in stumble.before.iter().enumerate().rev() {
        match terminal {
            Terminal::Sign(TokenKind::RightParen | TokenKind::RightBracket) => closed += 1,
            Terminal::Sign(sign @ (TokenKind::LeftParen | TokenKind::LeftBracket)) => match closed {
                0 => return Some((index, sign, start)),
                _ => closed -= 1,
            },
            _ => {}
        }
    }
    None
}

/// Where the bracket that stands at `open` is closed, if that is on its line.
pub(crate) fn closing(source: &str, open: usize) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in source.bytes().enumerate().skip(open) {
        match byte {
            b'\n' => return None,
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// `any(line.pieces > 3 for line in lines)`
fn comprehension(stumble: &Stumble) -> Option<Diagnostic> {
    let last = stumble.before.last()?;
    let at = match last.1 {
        Terminal::Unit("for") | Terminal::Name("for") => last.0,
        _ if stumble.text == "for" && !stumble.starts_line => stumble.span.start as usize,
        _ => return None,
    };
    let (index, _, open) = open_bracket(stumble)?;
    let word = between(stumble, at, at + "for".len());
    let general = || {
        let help =
            "what is gone through stands first: `any(x in xs: …)`, `all(x in xs: …)`, `sum(x in xs: …)`";
        habit(word, "`for` is no word of the language", help)
    };
    let of_word = index.checked_sub(1).and_then(|before| stumble.before.get(before));
    let Some((_, Terminal::Name("any" | "all" | "sum" | "count"), _)) = of_word else {
        return Some(general());
    };
    let Some(close) = closing(stumble.source, open) else { return Some(general()) };
    let (asked, over) = (text(stumble, open + 1, at).trim(), text(stumble, at + "for".len(), close).trim());
    if over.contains(" if ") || !over.contains(" in ") {
        return Some(general());
    }
    let span = between(stumble, open + 1, close);
    let mended = format!("{over}: {asked}");
    let error = habit(word, "what is gone through stands first", format!("write `({mended})`"));
    Some(error.fix(span, mended))
}

/// `::`, `:=`, `**`, `++`, `+=`, `??`, `?.`
fn sign(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let touched = stumble.before.last().is_some_and(|last| last.2 == stumble.span.start as usize);
    if found == Terminal::AnyAction && touched && stumble.last(0) == Some(Terminal::Sign(TokenKind::Star)) {
        let both = between(stumble, (stumble.span.start as usize).checked_sub(1)?, stumble.span.end as usize);
        return Some(habit(both, "there are no powers", "multiply: `x * x`"));
    }
    if found == Terminal::BodyOpen && stumble.item == Keyword::Fn && stumble.expected.has("=") {
        let start = stumble.span.start as usize;
        let close = closing(stumble.source, start)?;
        let inside = text(stumble, start + 1, close).trim();
        let mended = format!("= {}", inside.strip_prefix("return ").unwrap_or(inside));
        let error =
            habit(stumble.span, "what a function gives stands behind `=`", format!("write `{mended}`"));
        return Some(error.fix(between(stumble, start, close + 1), mended));
    }
    let Terminal::Sign(sign) = found else { return None };
    let (start, rest) = (stumble.span.start as usize, stumble.source.get(stumble.span.start as usize..)?);
    let both = between(stumble, start, start + 2);
    let is_let = matches!(stumble.last(1), Some(Terminal::Key(Keyword::Let)));
    match sign {
        TokenKind::Colon if rest.starts_with(":=") && is_let => {
            Some(replaced(both, "`:=` is written `=`", "="))
        }
        TokenKind::Colon if rest.starts_with("::") => {
            let help = match stumble.item == Keyword::Rule && stumble.expected.has("on") {
                true => "actions are named as they are declared: `on shop.buy`",
                false => {
                    "a word of an `enum` stands alone, `web`, and an id is a text: `agent.id == \"a-1\"`; what kind of \
                     request it is, is said by the rule's `on`"
                }
            };
            Some(habit(both, "`::` has no meaning here", help))
        }
        TokenKind::Colon if is_let => {
            let error = habit(
                stumble.span,
                "a `let` says no type",
                "write `let name = value`; its type is that of the value",
            );
            let ty = rest.lines().next()?.find('=')?;
            Some(error.fix(between(stumble, start, start + ty), " "))
        }
        TokenKind::Question if rest.starts_with("??") => {
            Some(replaced(both, "`??` is written `otherwise`", "otherwise"))
        }
        TokenKind::Question if rest.starts_with("?.") => {
            let help = "write `.` alone; the value is absent where what it is part of is: ask `is present`, or say `otherwise`";
            Some(habit(both, "`?.` is written `.`", help).fix(both, "."))
        }
        TokenKind::Question if stumble.expected.operator() => Some(habit(
            stumble.span,
            "`… ? … : …` is no choice here",
            "a choice is written `if … then … else …`",
        )),
        TokenKind::Colon if stumble.before.len() == 1 => {
            let message = format!("no `:` stands behind `{}`", stumble.item.text());
            Some(habit(stumble.span, message, "remove it").fix(stumble.span, ""))
        }
        TokenKind::Colon
            if stumble.expected.has("StringText")
                && matches!(stumble.last(0), Some(Terminal::Name(_)))
                && stumble.item == Keyword::Rule =>
        {
            Some(
                habit(stumble.span, "no `:` stands between a code and its text", "remove it")
                    .fix(stumble.span, ""),
            )
        }
        TokenKind::Colon
            if stumble.expected.has("=") && matches!(stumble.item, Keyword::Fn | Keyword::Set) =>
        {
            Some(replaced(stumble.span, "the value stands behind `=`", " ="))
        }
        TokenKind::Minus if stumble.starts_line && stumble.expected.line() && !rest.starts_with("--") => {
            Some(habit(stumble.span, "no `-` stands before a line", "remove it").fix(stumble.span, ""))
        }
        TokenKind::Star | TokenKind::Plus | TokenKind::Minus if stumble.before.last()?.2 == start => {
            let both = between(stumble, start.checked_sub(1)?, start + 1);
            match text(stumble, both.start as usize, both.end as usize) {
                "++" => Some(habit(
                    both,
                    "a value is never changed",
                    "give the new one a name of its own: `let more = n + 1`",
                )),
                _ => None,
            }
        }
        TokenKind::Equal
            if matches!(stumble.last(0), Some(Terminal::Sign(TokenKind::Plus | TokenKind::Minus))) =>
        {
            Some(habit(
                stumble.span,
                "a value is never changed",
                "give the new one a name of its own: `let more = n + 1`",
            ))
        }
        TokenKind::Dot
            if stumble.expected.value() && rest.get(1..2)?.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            let digits = 1 + rest.get(1..)?.bytes().take_while(u8::is_ascii_digit).count();
            let span = between(stumble, start, start + digits);
            let mended = format!("0{}", rest.get(..digits)?);
            Some(replaced(span, "a number begins with a digit", &mended))
        }
        _ => None,
    }
}

/// `deny when { pieces > 3 } as CODE`
fn braced(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let before = stumble.last(0)?;
    let asks = matches!(
        before,
        Terminal::Key(Keyword::When | Keyword::Require | Keyword::Unless) | Terminal::WhenBlock
    );
    if found != Terminal::Sign(TokenKind::LeftBrace) || !asks {
        return None;
    }
    if before == Terminal::WhenBlock {
        let span = between(stumble, stumble.before.last()?.0, stumble.before.last()?.2);
        return Some(habit(span, "this `when` says no condition", "write `when … { … }`"));
    }
    let open = stumble.span.start as usize;
    let close = closing(stumble.source, open)?;
    let inside = text(stumble, open + 1, close).trim();
    let error = habit(stumble.span, "a condition stands without braces", "remove the braces around it");
    let whole = !inside.is_empty() && !inside.contains(';');
    Some(if whole { error.fix(between(stumble, open, close + 1), inside) } else { error })
}

/// `context has ip_country`
fn has(stumble: &Stumble) -> Option<Diagnostic> {
    if stumble.text != "has" || !stumble.expected.operator() {
        return None;
    }
    let &(_, _, from) = stumble.before.last()?;
    let behind = stumble.source.get(stumble.span.end as usize..)?;
    let blanks = behind.len() - behind.trim_start_matches(' ').len();
    let name: String =
        behind.get(blanks..)?.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    if name.is_empty() {
        return None;
    }
    let to = stumble.span.end as usize + blanks + name.len();
    let path = stumble.before.iter().rev().take_while(|(_, terminal, _)| {
        matches!(terminal, Terminal::Name(_) | Terminal::Sign(TokenKind::Dot))
    });
    let asked = text(stumble, path.last().map_or(from, |first| first.0), from);
    let error =
        habit(stumble.span, "`has` is written `is present`", format!("write `{asked}.{name} is present`"));
    Some(error.fix(between(stumble, from, to), format!(".{name} is present")))
}

/// `3 if gift else 5`
fn choice(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let chosen = found == Terminal::Key(Keyword::If) && stumble.expected.operator() && !stumble.starts_line;
    chosen.then(|| habit(stumble.span, "`if` stands first", "a choice is written `if … then … else …`"))
}

/// `gift is true`, `pieces is not 3`
fn compared(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let (back, sign) = match (stumble.last(0)?, stumble.last(1)?) {
        (Terminal::Key(Keyword::Not), Terminal::Key(Keyword::Is)) => (1, "!="),
        (Terminal::Key(Keyword::Is), _) => (0, "=="),
        _ => return None,
    };
    let &(start, _, _) = stumble.before.iter().rev().nth(back)?;
    let &(_, _, end) = stumble.before.last()?;
    let written = text(stumble, start, end);
    found.is_literal().then(|| {
        replaced(between(stumble, start, end), format!("`{written}` compares nothing with a value"), sign)
    })
}

/// `NOT gift`, `some line in lines`
fn prefix(stumble: &Stumble, found: Terminal) -> Option<Diagnostic> {
    let &(start, Terminal::Name(word), end) = stumble.before.last()? else { return None };
    let operand =
        matches!(found, Terminal::Name(_) | Terminal::Unit(_) | Terminal::String(_) | Terminal::Number(_));
    let called = found == Terminal::Sign(TokenKind::LeftParen);
    if !stumble.expected.operator() || stumble.starts_line || !(operand || called) {
        return None;
    }
    let span = between(stumble, start, end);
    if word.eq_ignore_ascii_case("not") {
        return Some(replaced(span, format!("`{word}` is written `not`"), "not"));
    }
    let (_, help) = BEFORE.iter().find(|(before, _)| word.eq_ignore_ascii_case(before))?;
    Some(habit(span, format!("`{word}` is no word of the language"), *help))
}

/// `f"…"`: a letter that touches a text.
fn written_before(stumble: &Stumble) -> Option<Diagnostic> {
    let touches = stumble.source.get(stumble.span.end as usize..)?.starts_with('"');
    if !touches
        || stumble.text.len() > 2
        || stumble.text.is_empty()
        || !stumble.text.bytes().all(|b| b.is_ascii_alphabetic())
    {
        return None;
    }
    let message = format!("no `{}` stands before a text", stumble.text);
    Some(
        habit(
            stumble.span,
            message,
            "remove it; a message shows values in braces anyway: `\"It is {amount}\"`",
        )
        .fix(stumble.span, ""),
    )
}
