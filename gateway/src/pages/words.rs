//! Words of strangers on a page: escaped, in a frame of their own, cut, and with what cannot be seen made visible.
//!
//! A page shows what an agent wrote as the agent's words and never as its own. What turns the direction of a line, is not seen, or ends a line stands there
//! by its number, so that nobody approves a text that looks like another one.

use maud::{Markup, html};

/// The most characters that are shown at once.
const SHOWN: usize = 400;

/// Words of an agent, in their frame. `beyond` says how many more characters there were than are kept.
pub(super) fn framed(text: &str, beyond: usize) -> Markup {
    let count = text.chars().count();
    let (first, rest) = match text.char_indices().nth(SHOWN) {
        Some((at, _)) => text.split_at(at),
        None => (text, ""),
    };
    html! {
        div.words {
            p { (visible(first)) @if !rest.is_empty() { "…" } }
            @if !rest.is_empty() {
                details {
                    summary { "All " (count) " characters" }
                    p { (visible(text)) }
                }
            }
            @if beyond > 0 {
                p.aside { (beyond) " more characters are not shown. The digest of the request is over all of them." }
            }
            @if mixes_scripts(text) {
                p.warn { "Letters of several scripts that look alike stand side by side here." }
            }
        }
    }
}

/// Words in a line of our own: short, and never taken for markup.
pub(super) fn inline(text: &str) -> Markup {
    let (first, cut) = match text.char_indices().nth(SHOWN) {
        Some((at, _)) => (text.split_at(at).0, true),
        None => (text, false),
    };
    html! { bdi { (visible(first)) @if cut { "…" } } }
}

/// A text in which everything can be seen.
fn visible(text: &str) -> Markup {
    let mut pieces: Vec<(bool, String)> = Vec::new();
    for c in text.chars() {
        let unseen = is_unseen(c);
        let shown = if unseen { format!("U+{:04X}", u32::from(c)) } else { c.to_string() };
        match pieces.last_mut() {
            // Each that is not seen stands for itself.
            Some((false, last)) if !unseen => last.push_str(&shown),
            _ => pieces.push((unseen, shown)),
        }
    }
    html! {
        @for (unseen, piece) in &pieces {
            @if *unseen { span.unseen title="A character that cannot be seen" { (piece) } } @else { (piece) }
        }
    }
}

/// Whether a character is not seen by itself, or moves others: control and format characters, separators other than the blank, fillers, what joins or selects
/// (Unicode categories Cc, Cf, Zl, Zp, Co, and `Default_Ignorable_Code_Point`), and blanks that are none.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}'
            | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Whether one word has Latin letters beside Greek or Cyrillic ones.
fn mixes_scripts(text: &str) -> bool {
    let has = |word: &str, range: &dyn Fn(char) -> bool| word.chars().any(range);
    text.split(|c: char| !c.is_alphabetic()).any(|word| {
        let latin = has(word, &|c| c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}'));
        latin && has(word, &|c| matches!(c, '\u{370}'..='\u{52f}'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_not_seen_is_left() {
        let shown = visible("pay\u{202e}evil\u{200b}\n<script>alert(1)</script>\"'&").into_string();
        for unseen in ["202E", "200B", "000A"] {
            assert!(shown.contains(&format!("U+{unseen}</span>")), "{shown}");
        }
        assert!(shown.contains("&lt;script&gt;"), "{shown}");
        assert!(!shown.contains("<script"), "{shown}");
        assert!(shown.chars().all(|c| !is_unseen(c)), "{shown}");
    }

    #[test]
    fn long_words_are_cut_and_can_be_opened() {
        let text = format!("{}END", "a".repeat(1000));
        let shown = framed(&text, 17).into_string();
        assert_eq!(shown.matches("END").count(), 1);
        assert!(shown.contains("All 1003 characters"), "{shown}");
        assert!(shown.contains("17 more characters"), "{shown}");
        assert!(!framed("short", 0).into_string().contains("details"));
        assert!(!inline(&text).into_string().contains("END"));
    }

    #[test]
    fn look_alikes_are_pointed_at() {
        assert!(mixes_scripts("p\u{430}ypal"));
        assert!(mixes_scripts("at \u{3c1}aypal"));
        assert!(!mixes_scripts("paypal и \u{43c}\u{438}\u{440}"));
        assert!(!mixes_scripts("Zürich"));
    }
}
