//! Any bytes are a file: there is a tree or there are errors, every error points into the file, and parsed in pieces it comes to the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lictor_grammar::span::{FileId, Span};
use lictor_grammar::{MAX_ERRORS, Parsed, cut, parse, told};

fuzz_target!(|bytes: &[u8]| {
    let parsed = lictor_grammar::parse_bytes(FileId(0), bytes);
    for found in &parsed.diagnostics {
        assert!(!found.message.is_empty() && !found.labels.is_empty(), "{found:?}");
        for label in &found.labels {
            let (start, end) = (label.span.start as usize, label.span.end as usize);
            assert!(start <= end && end <= bytes.len(), "{found:?} points out of the file");
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && parsed.diagnostics.len() < MAX_ERRORS
        && parsed.diagnostics.iter().all(|found| found.code != "E0132")
    {
        in_pieces(text, &parsed);
    }
});

/// A language server parses an item by itself: what it finds is what is found in the whole.
fn in_pieces(text: &str, whole: &Parsed) {
    let pieces = cut(text);
    assert_eq!(pieces.iter().map(|range| &text[range.clone()]).collect::<String>(), text);
    let mut all = Parsed::default();
    for (number, range) in (0..).map(FileId).zip(&pieces) {
        let piece = parse(number, &text[range.clone()]);
        all.tokens.extend(piece.tokens);
        all.file.items.extend(piece.file.items);
        all.diagnostics.extend(piece.diagnostics);
    }
    all.diagnostics = told(FileId(0), all.diagnostics);
    let starts: Vec<usize> = pieces.iter().map(|range| range.start).collect();
    assert_eq!(shown(&all, &starts), shown(whole, &[0]));
}

/// The tokens, the items and the mistakes, with the places at which they begin.
fn shown(parsed: &Parsed, starts: &[usize]) -> [Vec<(usize, String)>; 3] {
    let at = |span: Span| starts[span.file.0 as usize] + span.start as usize;
    let tokens = parsed.tokens.iter().map(|token| (at(token.span), format!("{:?}", token.kind)));
    let items = parsed.file.items.iter().map(|item| (at(item.span), format!("{:?}", item.docs)));
    let told = parsed.diagnostics.iter();
    let told = told.map(|told| (at(told.span()), format!("{} {}", told.code, told.message)));
    let mut all = [tokens.collect(), items.collect(), told.collect::<Vec<_>>()];
    all.iter_mut().for_each(|some| some.sort());
    all
}
