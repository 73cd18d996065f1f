//! The words of the language that may stand at a place.

use super::place::{Named, Place, Tail};
use crate::expected::Expected;
use crate::feed::Feeder;
use crate::keywords::{Keyword, LEGAL_EFFECTS, STATEMENTS};
use crate::lex::TokenKind;
use crate::sink::Sink;
use crate::terminal::Terminal;

/// The keywords that the parser would take, as far as they would be keywords there.
pub(super) fn keywords(
    feeder: &Feeder<'_, '_>,
    expected: &Expected,
    starts_line: bool,
    sink: &mut Sink,
) -> Vec<&'static str> {
    let mut words: Vec<Keyword> = expected.keywords().filter_map(Keyword::from_text).collect();
    words.sort();
    words.dedup();
    words.retain(|word| match feeder.next_word(word.text(), starts_line, sink) {
        Terminal::Key(key) => expected.has(key.text()),
        Terminal::WhenBlock => expected.has("WhenBlock"),
        // What makes these words of the language stands behind them.
        _ => matches!(word, Keyword::Min | Keyword::Max | Keyword::Tool),
    });
    words.into_iter().map(Keyword::text).collect()
}

/// The clauses that stand once in what they belong to.
const ONCE: [Keyword; 21] = [
    Keyword::On,
    Keyword::Except,
    Keyword::At,
    Keyword::Cites,
    Keyword::From,
    Keyword::Until,
    Keyword::When,
    Keyword::To,
    Keyword::Quorum,
    Keyword::Within,
    Keyword::Other,
    Keyword::By,
    Keyword::Range,
    Keyword::Stricter,
    Keyword::Fixed,
    Keyword::Loosen,
    Keyword::Expires,
    Keyword::GrantedBy,
    Keyword::Because,
    Keyword::Told,
    Keyword::Weekend,
];

/// Whether a clause is there already: the parser would take it again, so as to tell that it is there twice.
pub(super) fn is_there(word: &str, item: Keyword, terminals: &[Terminal]) -> bool {
    let has_clauses = [Keyword::Rule, Keyword::Param, Keyword::Except, Keyword::Escalate, Keyword::Calendar];
    let Some(key) = Keyword::from_text(word).filter(|key| has_clauses.contains(&item) && ONCE.contains(key))
    else {
        return false;
    };
    let begins = |terminal: &Terminal| match terminal {
        Terminal::BodyOpen
        | Terminal::WhenBlock
        | Terminal::Sign(TokenKind::LeftBrace | TokenKind::LeftParen) => true,
        // The `when` of a statement is a clause of it.
        Terminal::Key(key) => item == Keyword::Rule && STATEMENTS.contains(key) && *key != Keyword::When,
        _ => false,
    };
    let start = terminals.iter().rposition(begins).unwrap_or(0);
    let here = terminals.get(start..).unwrap_or_default();
    let has = |key: Keyword| here.contains(&Terminal::Key(key));
    match key {
        Keyword::Stricter | Keyword::Fixed => has(Keyword::Stricter) || has(Keyword::Fixed),
        // Each range of a parameter has two ends.
        Keyword::To if item == Keyword::Param => false,
        // What begins another statement is no clause of the one before.
        Keyword::When => has(key) && !has(Keyword::As),
        key => has(key),
    }
}

/// Whether a word asks or joins conditions where only constants stand: the parser would take it, so as to tell that it has no place there.
pub(super) fn asks_constants(word: &str, item: Keyword, terminals: &[Terminal]) -> bool {
    let asks = ["and", "or", "not", "in", "is", "unless", "otherwise", "div", "if"].contains(&word);
    let in_question = || {
        let count = |sign: TokenKind| terminals.iter().filter(|one| **one == Terminal::Sign(sign)).count();
        count(TokenKind::LeftParen) > count(TokenKind::RightParen)
    };
    // What is not expected is no condition.
    let expects = terminals.last() == Some(&Terminal::Key(Keyword::Expect));
    asks && !expects
        && match item {
            Keyword::Param | Keyword::Set | Keyword::Example | Keyword::Calendar => true,
            Keyword::Test | Keyword::Fixture => !in_question(),
            _ => false,
        }
}

/// Whether a word has no place in what is expected: an obligation asks nobody, only an obligation has a moment, and what is obliged to must
/// follow, even where the parser would take the next line.
pub(super) fn is_not_expected(word: &str, item: Keyword, terminals: &[Terminal]) -> bool {
    let tail = Tail::of(terminals);
    match tail.key {
        Some(Terminal::Key(Keyword::Expect)) if item == Keyword::Test => match tail.names.as_slice() {
            ["obliged"] => true,
            ["obliged", ..] => word == "to",
            _ => word == "by",
        },
        Some(Terminal::Key(Keyword::Not)) => tail.expects_not() && word == "by",
        _ => false,
    }
}

/// What an outcome begins with.
const DECISIONS: &[&str] = &["allow", "step_up", "deny"];
/// What became of actions in the past.
const STATES: &[&str] = &["attempted", "allowed", "executed"];

/// The words that are names to the parser, and of which only some mean something.
pub(super) fn fixed(
    item: Keyword,
    terminals: &[Terminal],
    expected: &Expected,
    place: &Place,
) -> Vec<&'static str> {
    let tail = Tail::of(terminals);
    if matches!(place, Place::Unit) && item == Keyword::Test && tail.since(Keyword::After) {
        return STATES.to_vec();
    }
    // A row of `cases` begins with a value, which may be a name.
    if item == Keyword::Test && expected.has("LabelText") && expected.has("NumberText") {
        return vec!["absent"];
    }
    if !expected.has("NameText") || !tail.path.is_empty() {
        return Vec::new();
    }
    let words: &[&str] = match (item, tail.key, tail.names.as_slice()) {
        (Keyword::Layer, Some(Terminal::Key(Keyword::Layer)), []) => &["base", "category", "agent", "user"],
        (Keyword::Layer, Some(Terminal::Key(Keyword::Layer)), ["base"]) => &["observe"],
        (Keyword::Layer, Some(Terminal::Key(Keyword::Layer)), [_, _]) => &["observe"],
        (Keyword::Layer, Some(Terminal::String(_)), []) => &["observe"],
        (Keyword::Promise, Some(Terminal::Key(Keyword::Is)), []) => &["never"],
        (Keyword::Promise, Some(Terminal::Key(Keyword::Is)), ["never"]) => &["refused", "held"],
        (_, Some(Terminal::Key(Keyword::Is)), []) => &["present", "absent", "empty"],
        (_, Some(Terminal::Key(Keyword::Not)), []) if tail.is_not => &["present", "absent", "empty"],
        (Keyword::Param, Some(Terminal::Key(Keyword::When)), []) => {
            &["lower", "higher", "subset", "superset"]
        }
        (Keyword::Framework, Some(Terminal::Key(Keyword::Effect)), []) => LEGAL_EFFECTS,
        (Keyword::Param, Some(Terminal::Key(Keyword::By)), _) => &["base", "category", "agent", "user"],
        (Keyword::Calendar, Some(Terminal::Key(Keyword::Weekend)), _) if tail.is_next => {
            &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        }
        (Keyword::Test, Some(Terminal::Key(Keyword::Expect)), []) => {
            &["allow", "step_up", "deny", "observed", "obliged"]
        }
        (Keyword::Test, Some(Terminal::Key(Keyword::Not)), []) if tail.expects_not() => &["obliged"],
        (Keyword::Test, Some(Terminal::Key(Keyword::Expect)), ["observed"]) => DECISIONS,
        (_, _, []) if *place == Place::Named(Named::Decision) => DECISIONS,
        (_, Some(Terminal::Key(Keyword::Since)), []) => &["latest"],
        (_, Some(Terminal::Key(Keyword::Since)), ["latest"]) => STATES,
        (_, Some(Terminal::Key(Keyword::Since)), ["latest", _, ..]) if tail.is_next => &["at"],
        (_, Some(Terminal::Key(Keyword::Of)), []) => STATES,
        (_, _, []) if tail.asks_past => STATES,
        (Keyword::Test | Keyword::Fixture | Keyword::Example, _, []) if expected.value() => &["absent"],
        (_, Some(Terminal::Key(Keyword::In)), []) if expected.has("StringText") && !expected.value() => {
            &["UTC"]
        }
        _ => &[],
    };
    words.to_vec()
}
