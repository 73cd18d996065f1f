//! What a name at a place would name, by what stands before it.

use super::MARKER;
use crate::expected::Expected;
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::terminal::Terminal;

/// What may stand at a place, other than words of the language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// An item begins.
    Item,
    /// A value, or a field of one.
    Value,
    /// What an entry between braces begins with.
    Entry,
    /// A currency, or another unit behind a number.
    Unit,
    /// What a message shows: a value, or a field of one.
    Shown,
    /// The name of a file of values.
    File,
    /// The name of a time zone.
    Zone,
    /// The name of a tool.
    Tool,
    /// The code of a currency by itself.
    Currency,
    /// The name of something that is declared elsewhere.
    Named(Named),
    /// What nobody can know: a new name, a text, a number, a sign.
    Other,
}

/// What is named at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // A variant is what it says.
pub enum Named {
    Module,
    Category,
    Tier,
    Role,
    Type,
    Record,
    Action,
    /// The same, or an event: of the past both are asked.
    Past,
    Param,
    Rule,
    Control,
    Stage,
    Reason,
    Flag,
    Amplifier,
    /// What must be done afterwards; rules name it, and nothing declares it.
    Obligation,
    Example,
    /// A field of the action at hand.
    OwnField,
    /// What a step of a test sets: a field of the request, a parameter, a fact.
    Given,
    /// A field of the request that the cases of a test go through.
    CaseField,
    /// `allow`, `step_up` or `deny`; these are words of the language.
    Decision,
}

/// What stands right before a place.
pub(super) struct Tail<'t, 's> {
    /// The words of the path that goes on at the place, each with a dot behind it.
    pub path: Vec<&'s str>,
    /// What stands before the path and before the names and commas before it.
    pub key: Option<Terminal<'s>>,
    /// Those names.
    pub names: Vec<&'s str>,
    /// Whether a comma stands right before the path, or nothing behind the key.
    pub is_next: bool,
    /// Whether it is `is not`.
    pub is_not: bool,
    /// Whether a question about the past begins there, of which a `(` was read.
    pub asks_past: bool,
    before: &'t [Terminal<'s>],
}

impl<'t, 's> Tail<'t, 's> {
    pub fn of(terminals: &'t [Terminal<'s>]) -> Tail<'t, 's> {
        let dot = Terminal::Sign(TokenKind::Dot);
        let comma = Terminal::Sign(TokenKind::Comma);
        let mut rest = terminals;
        let mut path = Vec::new();
        while let [before @ .., Terminal::Name(name), last] = rest
            && *last == dot
        {
            path.insert(0, *name);
            rest = before;
        }
        let is_list = |terminal: &&Terminal| {
            matches!(terminal, Terminal::Name(_) | Terminal::AnyAction)
                || **terminal == dot
                || **terminal == comma
        };
        let count = rest.iter().rev().take_while(is_list).count();
        let (before, list) = rest.split_at_checked(rest.len() - count).unwrap_or((rest, &[]));
        let name =
            |terminal: &Terminal<'s>| if let Terminal::Name(name) = terminal { Some(*name) } else { None };
        let (key, earlier) = match before {
            [earlier @ .., key] => (Some(*key), earlier),
            [] => (None, before),
        };
        let open = Terminal::Sign(TokenKind::LeftParen);
        let question = matches!(earlier.last(), Some(Terminal::Name("times" | "latest")));
        Tail {
            path,
            key,
            names: list.iter().filter_map(name).collect(),
            is_next: list.last().is_none_or(|last| *last == comma),
            is_not: earlier.last() == Some(&Terminal::Key(Keyword::Is)),
            asks_past: key == Some(open) && question,
            before,
        }
    }

    /// Whether the step of a test that is open is a `with`.
    fn in_with(&self) -> bool {
        let steps = self.before.iter().rev().filter_map(|terminal| match terminal {
            Terminal::Key(key @ (Keyword::With | Keyword::Cases)) => Some(*key),
            _ => None,
        });
        steps.into_iter().next() == Some(Keyword::With)
    }

    /// Whether it is `expect not`.
    pub fn expects_not(&self) -> bool {
        self.before.ends_with(&[Terminal::Key(Keyword::Expect), Terminal::Key(Keyword::Not)])
    }

    /// Whether this keyword stands right before the key and what belongs to it, or is the key.
    pub fn since(&self, keyword: Keyword) -> bool {
        self.before.iter().rev().take(3).any(|terminal| *terminal == Terminal::Key(keyword))
    }
}

/// What a name would name behind these terminals, and what it would be to the parser, where the item is to be read with it.
/// `mark` is what a word there is taken for.
pub(super) fn place(
    item: Keyword,
    terminals: &[Terminal],
    expected: &Expected,
    mark: Terminal<'_>,
) -> (Place, Option<Terminal<'static>>) {
    let label = Terminal::Label(MARKER);
    match mark {
        Terminal::Unit(_) if expected.has("UnitText") => return (Place::Unit, None),
        Terminal::Name(_) if expected.has("NameText") => {}
        _ if !expected.has("LabelText") => return (Place::Other, None),
        _ => {
            return if declares(item, terminals) {
                (Place::Other, None)
            } else {
                (Place::Entry, Some(label))
            };
        }
    }
    let tail = Tail::of(terminals);
    match named(item, &tail, expected) {
        // What is meant depends on the rest of the item.
        Some(named @ (Named::Given | Named::CaseField | Named::OwnField)) => {
            (Place::Named(named), Some(Terminal::Name(MARKER)))
        }
        Some(named) => (Place::Named(named), None),
        None if expected.value() || is_field(terminals, &tail) || is_key(&tail) => {
            (Place::Value, Some(Terminal::Name(MARKER)))
        }
        None => (Place::Other, None),
    }
}

/// Whether what begins an entry is a new name: fields as they are declared.
fn declares(item: Keyword, terminals: &[Terminal]) -> bool {
    let in_amplifiers = terminals.contains(&Terminal::Key(Keyword::Amplifiers));
    match item {
        Keyword::Action | Keyword::Event => !in_amplifiers,
        Keyword::Record | Keyword::Extend | Keyword::Fn | Keyword::Fact => true,
        _ => false,
    }
}

/// Whether a field of a value stands there.
fn is_field(terminals: &[Terminal], tail: &Tail<'_, '_>) -> bool {
    let behind_dot = terminals.last() == Some(&Terminal::Sign(TokenKind::Dot));
    behind_dot && !matches!(tail.key, Some(Terminal::Key(Keyword::Ignore)))
}

/// Whether a field stands there that a question about the past has in common with what is asked now.
fn is_key(tail: &Tail<'_, '_>) -> bool {
    tail.is_next && tail.key == Some(Terminal::Key(Keyword::Per))
}

fn named(item: Keyword, tail: &Tail<'_, '_>, expected: &Expected) -> Option<Named> {
    use Keyword as K;
    if expected.has("pii") {
        return Some(Named::Type);
    }
    if expected.value() {
        return None;
    }
    if matches!(item, K::Test | K::Fixture) && expected.has("LabelText") && tail.in_with() {
        return Some(Named::Given);
    }
    let key = match tail.key? {
        Terminal::Key(key) => key,
        Terminal::Sign(TokenKind::Equal) => {
            return match item {
                K::Example => Some(Named::Past),
                K::Set if tail.is_next => Some(Named::Decision),
                _ => None,
            };
        }
        // A row of `cases`.
        Terminal::Sign(TokenKind::Colon) if item == K::Test => {
            return match tail.names.as_slice() {
                [] => Some(Named::Decision),
                ["deny" | "step_up"] => Some(Named::Reason),
                _ => None,
            };
        }
        Terminal::Unit(_) if item == K::Test && tail.since(K::After) => return Some(Named::Example),
        // Behind the word that says what became of the actions.
        Terminal::Sign(TokenKind::LeftParen)
            if tail.names.len() == 1 || tail.is_next && !tail.names.is_empty() =>
        {
            return Some(Named::Past);
        }
        _ => return None,
    };
    let first = tail.is_next.then_some(());
    match (item, key) {
        (K::Import | K::Use, _) => Some(Named::Module),
        (K::Layer, K::Layer) => match tail.names.as_slice() {
            ["category"] => Some(Named::Category),
            ["agent"] => Some(Named::Tier),
            _ => None,
        },
        (K::Extend, K::Extend) => Some(Named::Record),
        (K::Normalize, K::As) => Some(Named::Action),
        (K::Set, K::Set) => first.map(|()| Named::Param),
        (K::Set, K::Default) | (K::Promise, K::Promise) => first.map(|()| Named::Action),
        (K::Except, K::To) => Some(Named::Rule),
        (K::Escalate | K::Set | K::Action | K::Rule | K::Test, K::To) => first.map(|()| Named::Role),
        (K::Rule, K::On | K::Except) => first.map(|()| Named::Action),
        (K::Rule, K::At) => first.map(|()| Named::Stage),
        (K::Rule, K::Cites) | (K::Framework, K::SupersededBy) => first.map(|()| Named::Control),
        (K::Rule, K::As | K::Else) => first.map(|()| Named::Reason),
        (K::Rule, K::Oblige) => first.map(|()| Named::Obligation),
        (K::Rule, K::Flag) => first.map(|()| Named::Flag),
        (K::Rule, K::Amplify) => first.map(|()| Named::Amplifier),
        (K::Action, K::Flags) => first.map(|()| Named::Flag),
        (K::Action, K::Default) => first.map(|()| Named::Decision),
        (K::Action, K::Unbound) => first.map(|()| Named::OwnField),
        (K::Test | K::Fixture, K::Given) => first.map(|()| Named::Example),
        (K::Test | K::Fixture, K::With) => first.map(|()| Named::Given),
        (K::Test, K::Cases) => first.map(|()| Named::CaseField),
        (K::Test, K::Expect) => match tail.names.as_slice() {
            ["deny" | "step_up"] | ["observed", "deny" | "step_up"] => Some(Named::Reason),
            ["obliged"] => Some(Named::Obligation),
            _ => None,
        },
        (_, K::Of) => {
            (tail.names.len() == 1 || tail.is_next && !tail.names.is_empty()).then_some(Named::Past)
        }
        (_, K::Since) => match tail.names.as_slice() {
            ["latest", _] => Some(Named::Past),
            _ => None,
        },
        _ => None,
    }
}
