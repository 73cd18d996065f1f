//! One mistake is told once: what only follows from text that could not be read is not told at all.

use std::collections::{BTreeMap, BTreeSet};

use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::{FileId, Span};

use crate::modules::Module;
use crate::project::Project;
use crate::suggest;
use crate::texts::Texts;

/// Codes that miss something in an item. Where part of the item could not be read, it is likelier that the reader lost
/// it than that the author forgot it.
const MISSING: [&str; 11] =
    ["E0207", "E0210", "E0219", "E0220", "E0222", "E0224", "E0254", "E0405", "E0406", "E0510", "E0511"];

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

/// Codes of what looks for a name and does not find it. Where the name stands in text that could not be read, it was probably
/// declared there, whatever the text begins with now.
const LOOKS: [&str; 14] = [
    "E0207", "E0208", "E0209", "E0212", "E0217", "E0221", "E0225", "E0231", "E0232", "E0240", "E0408",
    "E0451", "E0502", "E0503",
];

/// Takes out what follows from syntax errors; it comes back, if it is true, when they are mended. `project` is what was compiled,
/// `modules` and `texts` what was read of it.
pub(crate) fn drop(
    diagnostics: &mut Vec<Diagnostic>,
    project: &Project,
    modules: &[Module],
    texts: &dyn Texts,
) {
    let mut items: Vec<Span> =
        modules.iter().flat_map(|module| module.ast.items.iter().map(|item| item.span)).collect();
    items.sort();
    let item_of = |place: Span| {
        let after = items.partition_point(|item| (item.file, item.start) <= (place.file, place.start));
        let item = items.get(after.checked_sub(1)?)?;
        (item.file == place.file && place.start < item.end).then_some(*item)
    };
    let (mut broken, mut sought, mut declaring) = (BTreeSet::new(), BTreeSet::new(), false);
    let mut told = BTreeSet::new();
    let mut unread: BTreeMap<(u32, usize), Unread<'_>> = BTreeMap::new();
    for error in diagnostics.iter().filter(|error| error.code.starts_with("E01")) {
        broken.extend(item_of(error.span()));
        told.insert(error.span());
        let (start, keyword) = beginning(texts, error.span());
        let codes = declared_by(keyword);
        declaring |= !codes.is_empty();
        sought.extend(codes);
        let file = error.span().file.0;
        unread.entry((file, start)).or_insert_with(|| Unread::around(texts, start, error.span()));
    }
    let stands_in_it = |name: &str| unread.values().any(|text| text.words.contains(name));
    // Where it is looked for, it stands too, which says nothing.
    let stands_elsewhere = |error: &Diagnostic| {
        let name = named(error);
        unread.values().any(|text| text.words.contains(name) && !text.covers(error.span()))
    };
    // What the library declares is lost with the line that imports it.
    let mut libraries = project.library.iter().filter_map(|file| file.path.split(['/', '.']).next());
    if stands_in_it("import") || libraries.any(stands_in_it) {
        sought.extend(declared_by("import"));
    }
    // A role that is lost takes those with it who are asked where nobody is named.
    let role = |error: &Diagnostic| error.code == "E0209" && stands_elsewhere(error);
    if diagnostics.iter().any(role) {
        sought.insert("E0210");
    }
    diagnostics.retain(|diagnostic| {
        let (code, place) = (diagnostic.code, diagnostic.span());
        let missing = MISSING.contains(&code)
            && item_of(place).is_some_and(|item| broken.contains(&item))
            && (code != "E0207"
                || unread
                    .values()
                    .any(|text| text.covers(place) && text.declares.contains(named(diagnostic))));
        let unknown = sought.contains(&code) || (declaring && (code.starts_with("E05") || code == "E0628"));
        let lost = LOOKS.contains(&code) && stands_elsewhere(diagnostic);
        // A value that could not be read was told there.
        let within =
            |told: &Span| told.file == place.file && told.start <= place.start && place.end <= told.end;
        let again = !code.starts_with("E01") && told.iter().any(within);
        !(missing || unknown || lost || again)
    });
    // Nobody says who is asked: of the many actions of the library that ask, one is enough to say so.
    let library = modules.iter().filter(|module| module.library).flat_map(|module| &module.ast.items);
    let library: BTreeSet<FileId> = library.map(|item| item.span.file).collect();
    let mut told = false;
    diagnostics.retain(|diagnostic| {
        let asks = diagnostic.code == "E0210" && library.contains(&diagnostic.span().file);
        !(asks && std::mem::replace(&mut told, true))
    });
}

/// The last part of the name that a message speaks of: `charge` of "there is no action `payment.charge`"; of a field it says first what
/// does not have it.
fn named(diagnostic: &Diagnostic) -> &str {
    let mut quoted = diagnostic.message.split('`').skip(1).step_by(2);
    let name = if diagnostic.code == "E0208" { quoted.last() } else { quoted.next() };
    let name = name.unwrap_or_default();
    name.trim_end_matches(['.', '*']).rsplit('.').next().unwrap_or_default()
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

/// Where the item around a place begins: with a word in column 1, which is given too.
fn beginning(texts: &dyn Texts, place: Span) -> (usize, &str) {
    let bytes = texts.text(place.file);
    let mut start = bytes.len().min(place.start as usize);
    loop {
        let line = bytes
            .get(..start)
            .and_then(|before| before.iter().rposition(|byte| *byte == b'\n'))
            .map_or(0, |at| at + 1);
        let rest = bytes.get(line..).unwrap_or_default();
        let word = rest.iter().take_while(|byte| is_letter(**byte)).count();
        if word > 0 {
            return (line, std::str::from_utf8(rest.get(..word).unwrap_or_default()).unwrap_or_default());
        }
        if line == 0 {
            return (0, "");
        }
        start = line - 1;
    }
}

/// Text that could not be read: from a word in column 1 to the next such word behind an error.
struct Unread<'s> {
    file: FileId,
    bytes: std::ops::Range<usize>,
    words: BTreeSet<&'s str>,
    /// The words that seem to name a value there.
    declares: BTreeSet<&'s str>,
}

impl<'s> Unread<'s> {
    fn around(texts: &'s dyn Texts, start: usize, error: Span) -> Unread<'s> {
        let (source, from) = (texts.text(error.file), error.end as usize);
        let mut pairs = source.iter().zip(source.iter().skip(1)).skip(from);
        let next = pairs.position(|(end, first)| *end == b'\n' && is_letter(*first));
        let bytes = start..next.map_or(source.len(), |at| from + at);
        let text = std::str::from_utf8(source.get(bytes.clone()).unwrap_or_default()).unwrap_or_default();
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let words = words.filter(|word| !word.is_empty()).collect();
        Unread { file: error.file, bytes, words, declares: declares(text) }
    }

    fn covers(&self, place: Span) -> bool {
        self.file == place.file && self.bytes.contains(&(place.start as usize))
    }
}

/// The words of a text behind `let`, before a single `=`, or before `in`.
fn declares(text: &str) -> BTreeSet<&str> {
    let (mut found, mut rest, mut before) = (BTreeSet::new(), text, "");
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric() || c == '_') {
        let from = rest.get(start..).unwrap_or_default();
        let end = from.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(from.len());
        let (word, behind) = from.split_at(end);
        let next = behind.trim_start();
        let assigned = next.strip_prefix(':').unwrap_or(next);
        if before == "let"
            || next.starts_with("in ")
            || (assigned.starts_with('=') && !assigned.starts_with("=="))
        {
            found.insert(word);
        }
        (rest, before) = (behind, word);
    }
    found
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}
