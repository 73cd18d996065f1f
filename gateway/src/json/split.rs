//! Where the members of an object stand, in a text that was checked: what is JSON was decided, and what the values hold is not looked at.
//!
//! Each step of a request reads the members of its objects again, and only a few of these. A reader that reads the values to find where they end costs more than all that is
//! done with them.

/// Finds the members of an object: the name of each as it is written, without its quotes, and its value without the blanks around it. Nothing where it is no object; of a text
/// that was not checked the values may be anything.
pub(super) fn members(text: &str) -> Option<Members<'_>> {
    let mut rest = Rest(text.trim_matches(BLANKS).strip_prefix('{')?);
    rest.skip();
    Some(Members { rest, first: true })
}

/// What JSON takes for a blank (RFC 8259, section 2).
const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// The members that were not found yet.
pub(super) struct Members<'a> {
    rest: Rest<'a>,
    first: bool,
}

/// A member, or that there is none where one must be.
impl<'a> Iterator for Members<'a> {
    type Item = Option<(&'a str, &'a str)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.0 == "}" {
            return None;
        }
        let found = self.member();
        if found.is_none() {
            // Nothing is found behind what is none.
            self.rest = Rest("}");
        }
        Some(found)
    }
}

impl<'a> Members<'a> {
    fn member(&mut self) -> Option<(&'a str, &'a str)> {
        let rest = &mut self.rest;
        if !std::mem::take(&mut self.first) {
            rest.take(b',')?;
        }
        let name = rest.text()?;
        rest.take(b':')?;
        let value = rest.value()?;
        rest.skip();
        Some((name.get(1..name.len().checked_sub(1)?)?, value))
    }
}

/// What was not looked at yet.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn skip(&mut self) {
        self.0 = self.0.trim_start_matches(BLANKS);
    }

    /// Passes over this sign and the blanks behind it.
    fn take(&mut self, sign: u8) -> Option<()> {
        self.0 = self.0.strip_prefix(char::from(sign))?;
        self.skip();
        Some(())
    }

    /// The first so many bytes. What stands behind them and is blank is passed over.
    fn cut(&mut self, length: usize) -> Option<&'a str> {
        let (found, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        self.skip();
        Some(found)
    }

    /// A text with its quotes.
    fn text(&mut self) -> Option<&'a str> {
        let length = text_length(self.0.as_bytes())?;
        self.cut(length)
    }

    /// A value: a text, what stands in brackets, or all before the next comma or bracket.
    fn value(&mut self) -> Option<&'a str> {
        let bytes = self.0.as_bytes();
        let length = match bytes.first()? {
            b'"' => text_length(bytes)?,
            b'{' | b'[' => nested_length(bytes)?,
            _ => bytes
                .iter()
                .position(|byte| b",:}]{[\" \t\n\r".contains(byte))
                .filter(|length| *length > 0)?,
        };
        self.cut(length)
    }
}

/// How long the text is that begins here, with its quotes.
fn text_length(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    bytes.first().filter(|first| **first == b'"')?;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// How long what stands in brackets is, with these.
fn nested_length(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0usize);
    loop {
        match bytes.get(at)? {
            b'"' => {
                at += text_length(bytes.get(at..)?)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return Some(at + 1),
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;
    use serde_json::value::RawValue;

    use super::*;

    fn found(text: &str) -> Option<Vec<(&str, &str)>> {
        members(text)?.collect()
    }

    #[test]
    fn members_are_as_they_are_written() {
        assert_eq!(found("{}"), Some(vec![]));
        assert_eq!(found(" \n{ \t}\r "), Some(vec![]));
        assert_eq!(
            found(
                r#" { "a" : 1 ,"b":"x\"}\\", "\u0063,":[ {"d": "]"} , [] ] , "":-1.5e3,"e":{"f":{}}, "g" : null } "#
            ),
            Some(vec![
                ("a", "1"),
                ("b", r#""x\"}\\""#),
                (r"\u0063,", r#"[ {"d": "]"} , [] ]"#),
                ("", "-1.5e3"),
                ("e", r#"{"f":{}}"#),
                ("g", "null"),
            ])
        );
    }

    #[test]
    fn what_is_no_object_has_none_and_what_is_broken_is_told() {
        for none in ["", " ", "[]", "1", "null", "\"{}\"", "\u{feff}{}"] {
            assert!(members(none).is_none(), "{none}");
        }
        for broken in [
            "{",
            "{\"",
            "{\"a",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":}",
            "{\"a\":1",
            "{\"a\":\"",
            "{\"a\":\"\\",
            "{\"a\":\"\\\"",
            "{\"a\":[",
            "{\"a\":[\"]",
            "{\"a\":1,",
            "{,}",
            "{\"a\" 1}",
            "{a:1}",
            "{\"a\":1 2}",
            "{\"a\":1}}",
            "{\"a\":1} x",
            "{}x",
            "{\"a\":1\"b\":2}",
        ] {
            assert_eq!(found(broken), None, "{broken}");
        }
    }

    /// Documents that differ in all that a text of JSON may differ in, from a row of numbers that is always the same.
    fn document(state: &mut u64, depth: usize) -> String {
        let mut draw = |below: u64| {
            *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (*state >> 33) % below
        };
        let blank = [" ", "", "\n", "\t \r"][draw(4) as usize];
        let texts =
            ["", "a", "\\\"", "\\\\", "}", "{[", "é\u{10000}", ",", ":", "\\u007d", "\\ud83d\\ude00", " "];
        let scalars = ["null", "true", "false", "0", "-1", "1.50", "2e-3", "12345678901234567890"];
        let kind = if depth > 3 { draw(2) } else { draw(4) };
        let count = draw(4);
        match kind {
            0 => scalars[draw(8) as usize].to_owned(),
            1 => format!("\"{}{}\"", texts[draw(12) as usize], texts[draw(12) as usize]),
            2 => {
                let all: Vec<String> = (0..count).map(|_| document(state, depth + 1)).collect();
                format!("[{blank}{}{blank}]", all.join(&format!("{blank},")))
            }
            _ => {
                let names: Vec<u64> = (0..count).map(|_| draw(12)).collect();
                let all = names.iter().enumerate().map(|(at, name)| {
                    let value = document(state, depth + 1);
                    format!("\"{at}{}\"{blank}:{blank}{value}", texts[*name as usize])
                });
                let all: Vec<String> = all.collect();
                format!("{{{blank}{}{blank}}}", all.join(&format!("{blank},{blank}")))
            }
        }
    }

    #[test]
    fn members_are_those_that_a_reader_of_json_finds() {
        let (mut state, mut objects) = (7, 0);
        for _ in 0..20_000 {
            let text = document(&mut state, 0);
            let read: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(members(&text).is_some(), read.is_object(), "{text}");
            if !read.is_object() {
                continue;
            }
            objects += 1;
            let theirs: BTreeMap<String, &RawValue> = serde_json::from_str(&text).unwrap();
            let own = found(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(own.len(), theirs.len(), "{text}");
            for (name, value) in own {
                let name: String = serde_json::from_str(&format!("\"{name}\"")).unwrap();
                assert_eq!(value, theirs[&name].get(), "{text}");
            }
        }
        assert!(objects > 3_000, "{objects}");
    }

    #[test]
    fn no_bytes_are_too_hostile() {
        let mut state = 11;
        for _ in 0..5_000 {
            let text = document(&mut state, 0);
            // All that can be left when a text ends too early, or begins too late.
            for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
                let _ = found(&text[..at]);
                let _ = found(&text[at..]);
            }
        }
    }
}
