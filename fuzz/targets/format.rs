//! What is formatted stays as it is when it is formatted again, and the formatter never has to give up on what it wrote.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lictor_grammar::format::{FormatError, format};

fuzz_target!(|source: &str| {
    match format(source) {
        Ok(once) => assert_eq!(format(&once).as_ref(), Ok(&once), "formatting twice changes something"),
        Err(FormatError::Syntax(told)) => assert!(!told.is_empty()),
        Err(FormatError::Unproven) => panic!("the formatted text does not say the same"),
    }
});
