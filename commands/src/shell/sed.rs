//! `sed`: its script is read command by command, since an address or another sign between its parts may hide one that runs or
//! writes something.

use super::Act;
use super::meaning::Effect;
use super::word::Word;
use crate::Reason;

/// What `sed` does.
pub(super) fn sed(arguments: &[Word]) -> Effect {
    let Some(asked) = asked(arguments) else { return Effect::opaque(Reason::Interpreter) };
    if asked.scripts.iter().any(|script| script.open || !is_harmless(&script.text)) {
        return Effect::opaque(Reason::Interpreter);
    }
    Effect::on(if asked.in_place { Act::Writes } else { Act::Looks }, &asked.files)
}

#[derive(Default)]
struct Asked<'w> {
    scripts: Vec<Word>,
    files: Vec<&'w Word>,
    in_place: bool,
}

/// The options; nothing where one stands there that is not known to be harmless, such as `-f`.
fn asked(arguments: &[Word]) -> Option<Asked<'_>> {
    const LONG: [&str; 9] = [
        "quiet",
        "silent",
        "regexp-extended",
        "separate",
        "unbuffered",
        "null-data",
        "posix",
        "sandbox",
        "debug",
    ];
    let mut asked = Asked::default();
    let mut rest = arguments;
    let mut options = true;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        let text = first.text.as_str();
        if !options || !text.starts_with('-') || text == "-" {
            asked.files.push(first);
        } else if text == "--" {
            options = false;
        } else if let Some(long) = text.strip_prefix("--") {
            let (name, value) =
                long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
            match (name, value) {
                ("expression", Some(value)) => {
                    asked.scripts.push(Word { text: value.to_owned(), ..first.clone() })
                }
                ("expression", None) => {
                    asked.scripts.push(rest.first()?.clone());
                    rest = rest.get(1..).unwrap_or(&[]);
                }
                ("in-place", _) => asked.in_place = true,
                ("line-length", Some(_)) => {}
                _ if LONG.contains(&name) => {}
                _ => return None,
            }
        } else {
            for (at, letter) in text.char_indices().skip(1) {
                let own = text.get(at + 1..).unwrap_or("");
                match letter {
                    'n' | 'E' | 'r' | 's' | 'u' | 'z' => continue,
                    'i' => asked.in_place = true,
                    'e' if own.is_empty() => {
                        asked.scripts.push(rest.first()?.clone());
                        rest = rest.get(1..).unwrap_or(&[]);
                    }
                    'e' => asked.scripts.push(Word { text: own.to_owned(), ..first.clone() }),
                    'l' if !own.is_empty() => {}
                    'l' => rest = rest.get(1..).unwrap_or(&[]),
                    _ => return None,
                }
                break;
            }
        }
    }
    if asked.scripts.is_empty() && !asked.files.is_empty() {
        asked.scripts.push(asked.files.remove(0).clone());
    }
    Some(asked)
}

/// Whether no command of a script runs a program, or reads or writes a file.
fn is_harmless(script: &str) -> bool {
    let mut rest = script;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || ";{}".contains(c));
        let Some(behind) = address(rest) else { return false };
        let behind = behind.trim_start_matches(|c: char| c.is_whitespace() || c == '!');
        let mut chars = behind.chars();
        let Some(command) = chars.next() else { return behind.len() == rest.len() };
        let arguments = chars.as_str();
        rest = match command {
            '{' | '}' | ';' | '=' | 'd' | 'D' | 'g' | 'G' | 'h' | 'H' | 'n' | 'N' | 'p' | 'P' | 'x' | 'F'
            | 'z' => arguments,
            'q' | 'Q' | 'l' | 'L' => arguments.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit()),
            's' | 'y' => {
                let Some((flags, behind)) = substitution(arguments) else { return false };
                if !flags.chars().all(|c| c.is_ascii_digit() || "gpiImM".contains(c)) {
                    return false;
                }
                behind
            }
            // A text up to the end of the line, which goes on behind a backslash.
            'a' | 'i' | 'c' => {
                // Two backslashes are one that is a sign, and the line ends.
                let ends = |(at, _): &(usize, &str)| {
                    let before = arguments.get(..*at).unwrap_or_default();
                    before.chars().rev().take_while(|c| *c == '\\').count() % 2 == 0
                };
                let end = arguments.match_indices('\n').find(ends).map_or(arguments.len(), |(at, _)| at);
                arguments.get(end..).unwrap_or("")
            }
            // A name ends at a blank, `;` or `}` for some, and at the end of the line for others: read as it ends first, nothing is passed over.
            'b' | 't' | 'T' | ':' => {
                let name = arguments.trim_start_matches([' ', '\t']);
                name.trim_start_matches(|c: char| c.is_alphanumeric() || "_-.".contains(c))
            }
            '#' => arguments.get(arguments.find('\n').unwrap_or(arguments.len())..).unwrap_or(""),
            _ => return false,
        };
        if rest.is_empty() {
            return true;
        }
    }
}

/// What stands behind an address, or two; nothing where one does not end.
fn address(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        let mut chars = rest.chars();
        rest = match chars.next() {
            Some('/') => behind(chars.as_str(), '/')?,
            Some('\\') => {
                let sign = chars.next()?;
                behind(chars.as_str(), sign)?
            }
            Some(c) if c.is_ascii_digit() || "$,~+ ".contains(c) => chars.as_str(),
            Some('I' | 'M') if rest.len() < text.len() => chars.as_str(),
            _ => return Some(rest),
        };
    }
}

/// What stands behind the next sign that no backslash and no bracket keeps.
fn behind(text: &str, sign: char) -> Option<&str> {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == sign {
            return Some(chars.as_str());
        }
        // In `[/]` the sign is one of the pattern for some, and its end for others: nobody can tell.
        if c == '[' && bracketed(chars.as_str()).contains(sign) {
            return None;
        }
        if c == '\\' {
            chars.next();
        }
    }
    None
}

/// What stands in brackets at the beginning of a text, a `]` that is one of the signs and `[:alpha:]` too.
fn bracketed(text: &str) -> &str {
    let first = text.strip_prefix('^').unwrap_or(text);
    let from = text.len() - first.len() + usize::from(first.starts_with(']'));
    let rest = text.get(from..).unwrap_or_default();
    // Classes have brackets of their own.
    let end =
        rest.rfind(":]").or_else(|| rest.rfind(".]")).or_else(|| rest.rfind("=]")).map_or(0, |at| at + 2);
    let end = if rest.contains("[:") || rest.contains("[.") || rest.contains("[=") { end } else { 0 };
    let close = rest.get(end..).unwrap_or_default().find(']').map_or(rest.len(), |at| end + at);
    text.get(..from + close).unwrap_or(text)
}

/// The flags of `s/a/b/flags`, and what stands behind.
fn substitution(text: &str) -> Option<(&str, &str)> {
    let mut chars = text.chars();
    let sign = chars.next()?;
    let rest = behind(behind(chars.as_str(), sign)?, sign)?;
    let end = rest.find(|c: char| c.is_whitespace() || ";}".contains(c)).unwrap_or(rest.len());
    Some((rest.get(..end)?, rest.get(end..)?))
}
