//! Cuts a source into pieces that can be parsed one by one: whoever keeps what each came to parses only those that changed.
//!
//! A piece reaches from the comments above an item to those above the next one. Parsed one by one, and put together, pieces come to
//! what the source comes to when it is parsed whole, but for the limit on how many errors are told of one file.

use std::ops::Range;

use crate::keywords::Keyword;

/// The pieces of a source, in its order: together they are the source, and none but the first begins without an item.
///
/// Where it is not plain from one line that an item begins there, whatever stands around it, nothing is cut: pieces may hold several
/// items, and what follows the mark of a foreign comment that can go over lines is one piece.
pub fn cut(source: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    // A comment that goes over lines may hold anything.
    let line_of = |at| source.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let readable = source.find("/*").map_or(source.len(), line_of);
    let (mut start, mut here) = (0, 0);
    // Where the blank lines and comments begin that may belong to the next item.
    let mut above = None;
    // Whether documentation may stand behind what was written last: it is that of the next item.
    let mut documents_next = false;
    for line in source.get(..readable).unwrap_or_default().split_inclusive('\n') {
        if begins_item(line) && !documents_next {
            let end = above.unwrap_or(here);
            if end > start {
                pieces.push(start..end);
                start = end;
            }
        }
        // Only what separates tokens is blank: other spaces are tokens, if unknown ones, of the item above.
        let text = line.trim_matches([' ', '\t', '\r', '\n']);
        // A comment, in our notation or another, ends at a lone carriage return, too, and then there is more on its line.
        let is_comment = text.starts_with("//") || text.starts_with('#');
        if text.is_empty() || (is_comment && !text.contains('\r')) {
            above = above.or(Some(here));
        } else {
            above = None;
            documents_next = text.contains("///");
        }
        here += line.len();
    }
    if start < source.len() {
        pieces.push(start..source.len());
    }
    pieces
}

/// Whether an item begins with this line, whatever stands above it: there is its keyword, and behind it neither what makes the word the
/// name of a field nor what makes it a statement.
fn begins_item(line: &str) -> bool {
    let end =
        line.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || byte == b'_')).unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    let next = rest.trim_start().bytes().next();
    next.is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, b'"' | b'{'))
        && Keyword::from_text(word).is_some_and(Keyword::begins_item)
}
