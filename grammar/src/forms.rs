//! How everything is written: what an author is shown where a mistake has no better name.

use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::terminal::Terminal;
use crate::words::Stumble;

/// How an item of a kind is written.
fn item(item: Keyword) -> Option<&'static str> {
    Some(match item {
        Keyword::Module => "module NAME",
        Keyword::Layer => "layer category NAME",
        Keyword::Import => "import NAME",
        Keyword::Use => "use NAME",
        Keyword::Tiers => "tiers { untrusted, known }",
        Keyword::Roles => "roles { NAME \"who they are\" }",
        Keyword::Escalate => "escalate to ROLE within 15m",
        Keyword::Reasons => "reasons { CODE \"what it means\" }",
        Keyword::Enum => "enum Name { one, another }",
        Keyword::Record => "record Name { field: Type }",
        Keyword::Extend => "extend User { field: Type? }",
        Keyword::Action => "action NAME { field: Type default allow }",
        Keyword::Event => "event NAME { field: Type }",
        Keyword::Fact => "fact NAME(field: Type) -> Type",
        Keyword::Category => "category NAME when CONDITION",
        Keyword::Param => "param NAME: Type = VALUE stricter when lower",
        Keyword::Set => "set NAME = VALUE",
        Keyword::Risk => "risk model { step_up at 40 deny at 80 }",
        Keyword::Fn => "fn NAME(x: Type) -> Type = VALUE",
        Keyword::Rule => "rule NAME on ACTIONS { … }",
        Keyword::Fixture => "fixture { agent { id: \"a-1\" } }",
        Keyword::Example => "example NAME = ACTION { field: value }",
        Keyword::Test => "test \"TITLE\" { given EXAMPLE expect allow }",
        Keyword::Promise => "promise ACTION is never refused",
        Keyword::Except => "except NAME to RULE when CONDITION expires DATE granted_by \"…\" because \"…\"",
        Keyword::Currency => "currency CODE 6",
        Keyword::Calendar => "calendar NAME = [DATE, DATE] from DATE until DATE",
        Keyword::Framework => "framework NAME \"TITLE\" { CONTROL \"TITLE\" effect duty from DATE }",
        Keyword::Normalize => "normalize \"SERVER/TOOL\" as ACTION { field = input.member as Type }",
        _ => return None,
    })
}

/// How a statement is written.
fn of_verb(verb: Keyword) -> Option<&'static str> {
    Some(match verb {
        Keyword::Let => "let NAME = VALUE",
        Keyword::When => "when CONDITION { … }",
        Keyword::Require => "require CONDITION else CODE",
        Keyword::Deny => "deny when CONDITION as CODE",
        Keyword::StepUp => "step_up when CONDITION to ROLE as CODE",
        Keyword::Risk => "risk +10 when CONDITION as CODE",
        Keyword::Flag => "flag NAME when CONDITION",
        Keyword::Amplify => "amplify NAME +10 when CONDITION",
        Keyword::Oblige => "oblige NAME by TIME when CONDITION as CODE",
        _ => return None,
    })
}

/// The word with which the statement began that the mistake stands in; nothing in the head of a rule, and where a new one could begin.
pub(crate) fn verb(stumble: &Stumble) -> Option<Keyword> {
    if stumble.item != Keyword::Rule || stumble.expected.line() {
        return None;
    }
    for &(_, terminal, _) in stumble.before.iter().rev() {
        match terminal {
            Terminal::WhenBlock => return Some(Keyword::When),
            Terminal::BodyOpen => return None,
            // The condition of a statement begins with the same word as one that has a block.
            Terminal::Key(keyword) if keyword != Keyword::When && of_verb(keyword).is_some() => {
                return Some(keyword);
            }
            _ => {}
        }
    }
    None
}

/// How the statement, or else the item, is written in which the mistake stands.
pub(crate) fn form(stumble: &Stumble) -> Option<&'static str> {
    let in_body = stumble.before.iter().any(|(_, terminal, _)| *terminal == Terminal::BodyOpen);
    match verb(stumble) {
        Some(verb) => of_verb(verb),
        None if stumble.item == Keyword::Rule && in_body => of_verb(Keyword::Deny),
        None => item(stumble.item),
    }
}

/// The kind of what has no name: the word that calls for one stands right before the mistake.
pub(crate) fn nameless(stumble: &Stumble) -> Option<&'static str> {
    let Some(Terminal::Key(keyword)) = stumble.last(0) else { return None };
    let thing = match keyword {
        Keyword::Flag => "flag",
        Keyword::Amplify => "amplifier",
        Keyword::Oblige => "obligation",
        Keyword::Let => "value",
        _ if stumble.before.len() > 1 => return None,
        Keyword::Module => "module",
        Keyword::Enum => "enum",
        Keyword::Record => "record",
        Keyword::Action => "action",
        Keyword::Event => "event",
        Keyword::Fact => "fact",
        Keyword::Category => "category",
        Keyword::Param => "parameter",
        Keyword::Fn => "function",
        Keyword::Rule => "rule",
        Keyword::Example => "example",
        Keyword::Except => "exception",
        Keyword::Calendar => "calendar",
        Keyword::Framework => "framework",
        _ => return None,
    };
    (stumble.expected.name() || stumble.expected.has("NameText")).then_some(thing)
}

/// What to write where one thing is missing.
pub(crate) fn advice(stumble: &Stumble) -> Option<String> {
    let expected = &stumble.expected;
    let last = stumble.last(0);
    let head = stumble.item == Keyword::Rule && !expected.line() && verb(stumble).is_none();
    let help = match last {
        Some(Terminal::Sign(sign)) if expected.name() => match sign {
            TokenKind::Dot if head => "name the action: `on shop.buy`, or `on shop.*` for all of them",
            TokenKind::Dot => "write the name that belongs behind the point, or remove the point",
            TokenKind::Colon => "say its type, such as `String`, `Int`, `Money` or `Bool`",
            TokenKind::Less => "say what it holds: `List<String>`",
            _ => return of_form(stumble),
        },
        Some(Terminal::Key(Keyword::On | Keyword::Except)) if head => {
            "name the actions: `on shop.buy`, `on shop.*`, or `on *` for all of them"
        }
        Some(Terminal::Key(Keyword::At)) if head => {
            "name the stage, such as `at amount`; without `at` the rule stands at `policy`"
        }
        Some(Terminal::Key(Keyword::At)) if stumble.item == Keyword::Test => {
            "say the moment: `at 2026-03-01T10:00:00Z`"
        }
        Some(Terminal::Key(Keyword::Cites)) if head => "name the control: `cites FRAMEWORK.CONTROL`",
        Some(Terminal::Key(Keyword::SupersededBy)) => {
            "name the control that is cited now: `superseded_by FRAMEWORK.CONTROL`"
        }
        Some(Terminal::Key(Keyword::Effect)) => {
            "say what it does to whoever falls under it, such as `effect duty` or `effect prohibition`"
        }
        Some(Terminal::Key(Keyword::Edition)) => "say which, as a text: `edition \"2022\"`",
        Some(Terminal::Key(Keyword::Jurisdiction)) => {
            "say where it applies, as a text: `jurisdiction \"US-NY\"`"
        }
        Some(Terminal::Key(Keyword::Default)) => {
            "say the least that happens: `default allow`, `default step_up` or `default deny`"
        }
        Some(Terminal::Key(Keyword::Flags)) => "list the flags without braces: `flags financial, outbound`",
        Some(Terminal::Key(Keyword::With)) => {
            "say what is set: `with FIELD: value`, `with PARAMETER = value` or `with FACT(…) = value`"
        }
        Some(Terminal::Key(Keyword::From | Keyword::Until | Keyword::Expires)) => {
            "a date is written year, month, day: `2026-03-01`"
        }
        Some(Terminal::Key(Keyword::When | Keyword::Require | Keyword::Unless) | Terminal::WhenBlock)
            if expected.value() =>
        {
            "write the condition there, such as `amount > 5 USD`"
        }
        Some(Terminal::Key(Keyword::And | Keyword::Or | Keyword::Not)) if expected.value() => {
            "write another condition there, or remove the word before it"
        }
        Some(Terminal::Sign(TokenKind::DotDot | TokenKind::DotDotEqual)) => {
            "a range has two ends: `3..5` leaves 5 out, `3..=5` takes it in"
        }
        _ if expected.value() => return value(stumble),
        _ => return of_form(stumble),
    };
    Some(help.to_string())
}

/// Where a value is missing.
fn value(stumble: &Stumble) -> Option<String> {
    use TokenKind::*;
    let help = match (stumble.last(0), stumble.found) {
        (_, Some(Terminal::Sign(DotDot | DotDotEqual))) => {
            "a range has two ends: `3..5` leaves 5 out, `3..=5` takes it in"
        }
        (Some(Terminal::Sign(EqualEqual | NotEqual | Less | LessEqual | Greater | GreaterEqual)), found) => {
            match found {
                Some(Terminal::Sign(_)) => "remove one of the two signs, or write a value between them",
                _ => "write there what it is compared with",
            }
        }
        (Some(Terminal::Key(Keyword::In)), _) => {
            "write there what it is in: a list, `[1, 2]`, or a range, `1..=9`"
        }
        (Some(Terminal::Sign(Equal)), Some(Terminal::BodyOpen | Terminal::Sign(LeftBrace))) => {
            "a list or a set stands between `[` and `]`"
        }
        (Some(Terminal::Sign(Plus | Minus | Star | Slash) | Terminal::Key(Keyword::Div)), _) => {
            "write a value there, or remove the sign before it"
        }
        _ => "write a value there: a name, a number, or a text between quotes",
    };
    Some(help.to_string())
}

fn of_form(stumble: &Stumble) -> Option<String> {
    form(stumble).map(|form| format!("write it like this: `{form}`"))
}

/// Whether the mistake stands in a choice that is not complete: what is waited for there is its own.
pub(crate) fn in_choice(stumble: &Stumble) -> bool {
    let mut closed = 0_usize;
    for &(_, terminal, _) in stumble.before.iter().rev() {
        match terminal {
            Terminal::Key(Keyword::Else) => closed += 1,
            Terminal::Key(Keyword::If) => match closed {
                0 => return true,
                _ => closed -= 1,
            },
            Terminal::Key(Keyword::Require | Keyword::Deny) | Terminal::BodyOpen => return false,
            _ => {}
        }
    }
    false
}
