//! Any bytes are a file: there is a tree or there are errors, and every error points into the file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lictor_grammar::span::FileId;

fuzz_target!(|bytes: &[u8]| {
    let parsed = lictor_grammar::parse_bytes(FileId(0), bytes);
    for told in &parsed.diagnostics {
        assert!(!told.message.is_empty() && !told.labels.is_empty(), "{told:?}");
        for label in &told.labels {
            let (start, end) = (label.span.start as usize, label.span.end as usize);
            assert!(start <= end && end <= bytes.len(), "{told:?} points out of the file");
        }
    }
});
