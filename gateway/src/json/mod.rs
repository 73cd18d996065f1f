//! JSON of strangers: refused wherever two readers could take it for different things.
//!
//! A member that stands twice, half of a surrogate pair, or more nesting than anybody needs is refused anywhere in a text, also in parts that nobody reads.

mod strict;
mod split;
mod object;
mod whole;
#[cfg(test)]
mod tests;

pub(crate) use self::object::Object;
pub(crate) use self::strict::check;
pub(crate) use self::whole::whole;

/// Where something is wrong, and what: a path of the body, `body` for all of it, and the end of a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Wrong {
    /// The path.
    pub path: String,
    /// What is wrong, and what to do.
    pub what: String,
}

impl Wrong {
    pub fn at(path: impl Into<String>, what: impl Into<String>) -> Wrong {
        let path: String = path.into();
        Wrong { path: if path.is_empty() { "body".to_owned() } else { path }, what: what.into() }
    }
}

/// A stranger's text as a sentence repeats it: short, and without what cannot be seen.
pub(crate) fn cut(text: &str) -> String {
    const SHOWN: usize = 60;
    let visible = |c: char| if c.is_control() || is_invisible(c) { '\u{fffd}' } else { c };
    let mut shown: String = text.chars().take(SHOWN).map(visible).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// What turns the direction of a line, joins letters, or is not seen at all.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
