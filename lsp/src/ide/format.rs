//! Formatting as edits: only what changes, so that the editor keeps its place, its folds and its marks. Where almost everything changes,
//! the edits are fewer and hold what lies between them, too: an editor would be busy with thousands.

use std::ops::Range;

use lictor_grammar::format::{FormatError, format, format_parsed};

use super::Syntax;

/// A change of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What is replaced.
    pub range: Range<u32>,
    /// What stands there afterwards.
    pub text: String,
}

/// What changes when a policy is formatted, in the order of the text. A policy that cannot be read whole is left as it is, and
/// so are line ends: a text in which all lines end with CR LF keeps them.
pub fn document(syntax: &Syntax) -> Vec<Edit> {
    let edits = each(syntax);
    if edits.len() > MANY { joined(&edits, syntax.text().as_str()) } else { edits }
}

/// From so many edits on, an editor is better served by fewer that hold more.
const MANY: usize = 500;

/// Edits with fewer bytes between them than this take longer to write apart than together.
const NEAR: u32 = 100;

/// The same changes in fewer edits: neighbours become one, with what stands between them.
fn joined(edits: &[Edit], source: &str) -> Vec<Edit> {
    let mut all: Vec<Edit> = Vec::new();
    for edit in edits {
        match all.last_mut() {
            Some(last) if edit.range.start - last.range.end < NEAR => {
                let between = last.range.end as usize..edit.range.start as usize;
                last.text.push_str(source.get(between).unwrap_or_default());
                last.text.push_str(&edit.text);
                last.range.end = edit.range.end;
            }
            _ => all.push(edit.clone()),
        }
    }
    all
}

/// Each change by itself.
fn each(syntax: &Syntax) -> Vec<Edit> {
    if syntax.is_sound() { edits(syntax.text().as_str(), format_parsed) } else { Vec::new() }
}

/// What changes in the items that reach into a range of lines.
pub fn range(syntax: &Syntax, range: Range<u32>) -> Vec<Edit> {
    let text = syntax.text();
    let mut touched = range;
    for item in syntax.items().map(|item| syntax.range(item.span)) {
        if item.start <= touched.end && touched.start <= item.end {
            touched = touched.start.min(item.start)..touched.end.max(item.end);
        }
    }
    let start = text.line_start(text.line_of(touched.start));
    let end = text.line_start(text.line_of(touched.end) + 1);
    let within = |edit: &Edit| start <= edit.range.start && edit.range.end <= end;
    each(syntax).into_iter().filter(within).collect()
}

/// What changes in the item that ends at a place, or above it. An item within which something is being typed stays as it is. Whatever
/// stands elsewhere may be broken: the item is formatted by itself.
pub fn typed(syntax: &Syntax, at: u32) -> Vec<Edit> {
    let mut begun = syntax.items().map(|item| syntax.range(item.span)).filter(|item| item.start < at);
    let Some(item) = begun.next_back().filter(|item| item.end <= at) else { return Vec::new() };
    let piece = syntax.piece_at(item.start);
    let start = piece.start;
    // Blank lines above it are not part of what was typed.
    let within = |edit: &Edit| item.start < edit.range.start && edit.range.end <= item.end;
    let moved = |edit: Edit| Edit { range: edit.range.start + start..edit.range.end + start, ..edit };
    edits(syntax.text().slice(piece), format).into_iter().map(moved).filter(within).collect()
}

fn edits(source: &str, format: impl Fn(&str) -> Result<String, FormatError>) -> Vec<Edit> {
    let Ok(formatted) = format(source) else { return Vec::new() };
    let formatted = if has_returns(source) { formatted.replace('\n', "\r\n") } else { formatted };
    difference(source, &formatted)
}

/// Whether every line ends with CR LF.
fn has_returns(source: &str) -> bool {
    let mut ends = source.match_indices('\n').peekable();
    ends.peek().is_some() && ends.all(|(at, _)| source.as_bytes().get(at.wrapping_sub(1)) == Some(&b'\r'))
}

/// The edits that make one text of the other, which differs in blanks, line ends and commas only, as the formatter's does. Should
/// it differ in more, all of it is one edit. Takes time proportional to the length of both.
fn difference(from: &str, to: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let (mut at, mut other) = (0, 0);
    loop {
        let (gap, other_gap) = (gap(from, at), gap(to, other));
        if from.get(gap.clone()) != to.get(other_gap.clone()) {
            edits.push(smallest(from, gap.clone(), to, other_gap.clone()));
        }
        (at, other) = (gap.end, other_gap.end);
        match (from.as_bytes().get(at), to.as_bytes().get(other)) {
            (None, None) => return edits,
            (a, b) if a == b => (at, other) = (at + 1, other + 1),
            _ => {
                return vec![smallest(from, 0..from.len(), to, 0..to.len())];
            }
        }
    }
}

/// The blanks, line ends and commas from `at` on.
fn gap(text: &str, at: usize) -> Range<usize> {
    let rest = text.as_bytes().iter().skip(at);
    at..at + rest.take_while(|byte| b" \t\r\n,".contains(byte)).count()
}

/// The edit from one text to another without what both begin and end with.
pub(super) fn smallest(from: &str, range: Range<usize>, to: &str, other: Range<usize>) -> Edit {
    let (old, new) = (from.get(range.clone()).unwrap_or_default(), to.get(other).unwrap_or_default());
    let same = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| {
        a.zip(b).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum::<usize>()
    };
    let head = same(&mut old.chars(), &mut new.chars());
    let (rest, new) = (old.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
    let tail = same(&mut rest.chars().rev(), &mut new.chars().rev());
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Edit {
        range: place(range.start + head)..place(range.end - tail),
        text: new.get(..new.len() - tail).unwrap_or_default().to_owned(),
    }
}
