//! What every message keeps to, whatever it is about.

use lictor_grammar::diagnostic::Diagnostic;

use crate::project;

/// The most alternatives of a syntax error.
const MOST: usize = 5;

/// Names that the grammar has for its symbols, and signs of its notation. None is a word of the language.
const SYMBOLS: [&str; 26] = [
    "NameText",
    "LabelText",
    "StrayText",
    "UnitText",
    "NumberText",
    "PercentText",
    "DurationText",
    "TimestampText",
    "DateText",
    "TimeOfDayText",
    "StringText",
    "PatternText",
    "WhenBlock",
    "AnyAction",
    "RecordOpen",
    "BodyOpen",
    "BodyClose",
    "Unread",
    "Some(",
    "None)",
    "Terminal",
    "Keyword::",
    "TokenKind",
    "@L",
    "@R",
    "::",
];

/// What is wrong with the form of a message about `source`, the first of the sources.
pub fn faults(source: &str, told: &Diagnostic) -> impl Iterator<Item = String> {
    let mut faults = Vec::new();
    let mut fault = |what: String| faults.push(format!("{}: {}: {what}", told.code, told.message));
    if !project::root().join("docs/codes").join(format!("{}.md", told.code)).is_file() {
        fault("the code has no page".to_string());
    }
    if told.message.ends_with('.') || told.message.is_empty() {
        fault("a message is a sentence without a full stop".to_string());
    }
    let alternatives = alternatives(&told.message);
    if alternatives > MOST {
        fault(format!("{alternatives} alternatives"));
    }
    if told.help.as_ref().is_none_or(String::is_empty) && alternatives == 0 {
        fault("it says neither what to do nor what could stand there".to_string());
    }
    let labels = told.labels.iter().map(|label| label.text.as_str());
    for text in labels.chain([told.message.as_str()]).chain(told.help.as_deref()) {
        // What the author wrote may be repeated.
        for symbol in SYMBOLS.iter().filter(|symbol| text.contains(**symbol) && !source.contains(**symbol)) {
            fault(format!("`{symbol}` is no word of the language"));
        }
    }
    if told.span().file.0 == 0 {
        let (start, end) = (told.span().start as usize, told.span().end as usize);
        match source.get(start..end) {
            None => fault(format!("{start}..{end} is no place in the source")),
            Some("") if !source[start..].trim().is_empty() => fault(format!("nothing stands at {start}")),
            Some(text) if text.contains('\n') => fault(format!("`{text}` is more than a line")),
            Some(_) => {}
        }
    }
    faults.into_iter()
}

/// How many things a message says were expected.
pub fn alternatives(message: &str) -> usize {
    let Some((_, list)) = message.split_once("expected ") else { return 0 };
    let list = list.split(", but found ").next().unwrap_or_default();
    let list = list.split(" before ").next().unwrap_or_default();
    list.split(", ").flat_map(|part| part.split(" or ")).count()
}
