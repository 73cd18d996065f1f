//! Texts of strangers, so that a person sees all of them.

use std::fmt::Write as _;

/// Whether a character is not seen by itself, or moves others: control and format characters, separators other than the blank, fillers, and those of private use.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}'
            | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}')
        || matches!(c,
            '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
}

/// A text on one line: what is not seen stands there by its number, and beyond so many characters it is only said how many there are.
pub fn visible(text: &str, most: usize) -> String {
    let mut out = String::new();
    for c in text.chars().take(most) {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if is_unseen(c) => {
                // Writing into a text cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    match text.chars().count().saturating_sub(most) {
        0 => out,
        more => format!("{out}… ({more} more characters)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_that_is_not_seen_or_ends_a_line() {
        let hostile = "pay\u{202e}evil\u{200b}\r\n\u{2028}Risk: 0\t\u{7}\u{e0041}\"\\";
        let shown = visible(hostile, 100);
        assert!(shown.chars().all(|c| !is_unseen(c)), "{shown}");
        assert_eq!(
            shown,
            "pay\\u{202e}evil\\u{200b}\\u{d}\\u{a}\\u{2028}Risk: 0\\u{9}\\u{7}\\u{e0041}\\\"\\\\"
        );
        assert_eq!(visible("Zürich и мир", 100), "Zürich и мир");
    }

    #[test]
    fn what_is_long_is_cut_and_says_so() {
        assert_eq!(visible(&"ü".repeat(1_000), 3), "üüü… (997 more characters)");
        assert_eq!(visible("üüü", 3), "üüü");
    }
}
