//! Giving something another name, everywhere at once.

use std::ops::Range;

use lictor_compiler::scenario::table::OWN;
use lictor_compiler::typed::Rule;
use lictor_grammar::keywords::{Keyword, RESERVED};
use lictor_project::Kind as FileKind;

use super::names::{Found, Kind, Symbol, declaration};
use super::{Analysis, FileName, LIBRARY_SCHEME};

/// What cells of tables say where there is nothing.
const NOTHING: [&str; 2] = ["absent", "null"];

/// Why something cannot be renamed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused(pub String);

/// What can be renamed at a place: where the name stands.
///
/// # Errors
///
/// What stands there is not named by the policy: it belongs to the language or to a library.
pub fn prepare(analysis: &Analysis, file: &FileName, offset: u32) -> Result<Range<u32>, Refused> {
    let (range, symbols) = named(analysis, file, offset)?;
    let last = symbols.first().map(Symbol::last_word).unwrap_or_default();
    // Of a name of several words, the last one is renamed.
    let length = u32::try_from(last.len()).unwrap_or_default();
    Ok(range.end.saturating_sub(length).max(range.start)..range.end)
}

/// The places that change when what stands there is called otherwise, each with its text.
///
/// # Errors
///
/// It cannot be renamed, or the new name is none.
pub fn rename(
    analysis: &Analysis,
    file: &FileName,
    offset: u32,
    to: &str,
) -> Result<Vec<(FileName, Range<u32>, String)>, Refused> {
    let (_, symbols) = named(analysis, file, offset)?;
    let is_word = |word: &str| {
        let mut letters = word.chars();
        letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
            && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    if !is_word(to) {
        return Err(Refused(format!(
            "`{to}` is no name: a name is letters, digits and `_`, and begins with no digit"
        )));
    }
    if Keyword::from_text(to).is_some_and(|word| RESERVED.contains(&word)) {
        return Err(Refused(format!("`{to}` is a word of the language, and names nothing")));
    }
    let last = symbols.first().map(Symbol::last_word).unwrap_or_default();
    for symbol in &symbols {
        let before = symbol.name.strip_suffix(last).unwrap_or_default();
        let other = Symbol { name: format!("{before}{to}"), ..symbol.clone() };
        if declaration(analysis, &other).is_some() {
            return Err(Refused(format!("there is another `{}` already", other.name)));
        }
    }
    let length = u32::try_from(last.len()).unwrap_or_default();
    let places = analysis.names().places(&symbols);
    let in_table = places.iter().any(|found| FileKind::of(found.file.last()) == Some(FileKind::Table));
    if in_table && symbols.iter().any(|symbol| symbol.kind == Kind::RequestField) && OWN.contains(&to) {
        return Err(Refused(format!(
            "a table of tests has a column of this field, and the column `{to}` is something else there"
        )));
    }
    if in_table && NOTHING.contains(&to) {
        return Err(Refused(format!(
            "this stands in a table of tests, in which `{to}` says that nothing is there"
        )));
    }
    let edit = |found: Found| {
        let start = found.end.saturating_sub(length).max(found.start);
        (found.file, start..found.end, to.to_owned())
    };
    Ok(places.into_iter().map(edit).collect())
}

/// What else another name for the module that stands there does, in words: rules of one stage are asked in the order of their modules'
/// names. Nothing where they are asked in the same order, and for what is no module.
pub fn reordered(analysis: &Analysis, file: &FileName, offset: u32, to: &str) -> Option<String> {
    let is_module = |symbol: &&Symbol| symbol.kind == Kind::Module;
    // Where a name stands is a longer question than what it is, and most are no module's.
    analysis.names().at(file, offset)?.1.symbols.iter().find(is_module)?;
    let (_, symbols) = named(analysis, file, offset).ok()?;
    let symbol = symbols.iter().find(is_module)?;
    let before = symbol.name.strip_suffix(symbol.last_word()).unwrap_or_default();
    let other = format!("{before}{to}");
    let called = |rule: &Rule| if rule.module == symbol.name { other.clone() } else { rule.module.clone() };
    analysis.program()?.units.iter().find_map(|unit| {
        let mut neighbours = unit.rules.iter().zip(unit.rules.iter().skip(1));
        let (first, second) = neighbours
            .find(|(first, second)| first.stage == second.stage && called(first) > called(second))?;
        let (stage, first, second) = (first.stage.name(), called(first), called(second));
        Some(format!(
            "rules of one stage are asked in the order of their modules' names: at stage `{stage}` those of `{second}` come before those of `{first}` then. What is decided stays the same; where several rules object, another one may be named first"
        ))
    })
}

fn named(analysis: &Analysis, file: &FileName, offset: u32) -> Result<(Range<u32>, Vec<Symbol>), Refused> {
    let names = analysis.names();
    let nothing = || Refused(String::from("here stands no name that the policy gives"));
    let (range, found) = names.at(file, offset).ok_or_else(nothing)?;
    let symbols = names.together(&found.symbols);
    if symbols.iter().any(|symbol| symbol.kind == Kind::Envelope) {
        return Err(nothing());
    }
    let declared = names.declarations(&symbols);
    if declared.is_empty() {
        return Err(nothing());
    }
    if declared.iter().any(|found| found.file.as_str().starts_with(LIBRARY_SCHEME)) {
        return Err(Refused(String::from("this is declared in the library, which is not yours to change")));
    }
    Ok((range, symbols))
}
