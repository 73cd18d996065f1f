//! One mistake is told once: what only follows from text that could not be read is not told at all.

use std::collections::BTreeSet;

use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::modules::Module;
use crate::project::SourceFile;
use crate::suggest;

/// Codes that miss something in an item. Where part of the item could not be read, it is likelier that the reader lost
/// it than that the author forgot it.
const MISSING: [&str; 9] = ["E0207", "E0210", "E0220", "E0222", "E0224", "E0405", "E0406", "E0510", "E0511"];

/// What each kind of item declares, as the codes of those who look for it elsewhere and do not find it. Tests are written
/// against declarations, so theirs (`E05`) belong to each.
const DECLARES: [(&str, &[&str]); 18] = [
    ("module", &["E0203"]),
    ("layer", &[]),
    ("import", &["E0203", "E0207", "E0208", "E0217", "E0221", "E0240"]),
    ("tiers", &["E0207", "E0212"]),
    ("roles", &["E0209"]),
    ("escalate", &["E0210"]),
    ("reasons", &["E0225"]),
    ("enum", &["E0207", "E0217"]),
    ("record", &["E0207", "E0208", "E0217"]),
    ("extend", &["E0208"]),
    ("action", &["E0207", "E0208", "E0221"]),
    ("fact", &["E0207"]),
    ("category", &["E0212"]),
    ("param", &["E0207", "E0408"]),
    ("fn", &["E0207"]),
    ("risk", &["E0231", "E0232"]),
    ("rule", &["E0451"]),
    ("framework", &["E0240"]),
];

/// Items that declare nothing that others look for.
const OTHERS: [&str; 6] = ["set", "promise", "except", "fixture", "example", "test"];

/// Takes out what follows from syntax errors; it comes back, if it is true, when they are mended.
pub(crate) fn drop(diagnostics: &mut Vec<Diagnostic>, modules: &[Module], sources: &[SourceFile]) {
    let mut items: Vec<Span> =
        modules.iter().flat_map(|module| module.ast.items.iter().map(|item| item.span)).collect();
    items.sort();
    let item_of = |place: Span| {
        let after = items.partition_point(|item| (item.file, item.start) <= (place.file, place.start));
        let item = items.get(after.checked_sub(1)?)?;
        (item.file == place.file && place.start < item.end).then_some(*item)
    };
    let (mut broken, mut sought, mut declaring) = (BTreeSet::new(), BTreeSet::new(), false);
    let mut unread = BTreeSet::new();
    for error in diagnostics.iter().filter(|error| error.code.starts_with("E01")) {
        broken.extend(item_of(error.span()));
        unread.insert(error.span());
        let codes = declared_by(keyword(sources, error.span()));
        declaring |= !codes.is_empty();
        sought.extend(codes);
    }
    diagnostics.retain(|diagnostic| {
        let (code, place) = (diagnostic.code, diagnostic.span());
        let missing = MISSING.contains(&code) && item_of(place).is_some_and(|item| broken.contains(&item));
        let unknown = sought.contains(&code) || (declaring && (code.starts_with("E05") || code == "E0628"));
        // A value that could not be read was told there.
        let again = !code.starts_with("E01") && unread.contains(&place);
        !(missing || unknown || again)
    });
}

/// The codes that do not find what an item with this keyword declares; for an unknown keyword those of its nearest one.
fn declared_by(keyword: &str) -> Vec<&'static str> {
    let known = || DECLARES.iter().map(|(word, _)| *word);
    let meant = if OTHERS.contains(&keyword) || known().any(|word| word == keyword) {
        Some(keyword)
    } else {
        suggest::nearest(keyword, known().chain(OTHERS))
    };
    match meant {
        Some(word) => DECLARES
            .iter()
            .filter(|(item, _)| *item == word)
            .flat_map(|(_, codes)| codes.iter().copied())
            .collect(),
        None => DECLARES.iter().flat_map(|(_, codes)| codes.iter().copied()).collect(),
    }
}

/// The word in column 1 that begins the item around a place.
fn keyword(sources: &[SourceFile], place: Span) -> &str {
    let bytes = sources.get(place.file.0 as usize).map(|source| source.bytes.as_slice()).unwrap_or_default();
    let mut start = bytes.len().min(place.start as usize);
    loop {
        let line = bytes
            .get(..start)
            .and_then(|before| before.iter().rposition(|byte| *byte == b'\n'))
            .map_or(0, |at| at + 1);
        let rest = bytes.get(line..).unwrap_or_default();
        let word = rest.iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'_').count();
        if word > 0 {
            return std::str::from_utf8(rest.get(..word).unwrap_or_default()).unwrap_or_default();
        }
        if line == 0 {
            return "";
        }
        start = line - 1;
    }
}
