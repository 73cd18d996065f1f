//! Texts with a form: how policies and requests write them, and what is asked about them.

use lictor_bundle::form::Form;

use super::condition::{Condition, silent};
use super::rng::Rng;
use super::scope::Writer;
use super::types::Type;

/// Texts of a form, each in the ways in which it can be written; the first is the canonical one. Some lie within others.
fn written(form: Form) -> &'static [&'static [&'static str]] {
    match form {
        Form::Ip => &[
            &["10.0.0.1", "::ffff:10.0.0.1", "::FFFF:A00:1"],
            &["10.1.255.255", "::ffff:10.1.255.255"],
            &["11.0.0.0"],
            &["2001:db8::1", "2001:DB8:0:0::1"],
            &["2001:db8:8000::"],
            &["::"],
        ],
        Form::Cidr => &[
            &["10.0.0.0/8", "::ffff:10.0.0.0/104"],
            &["10.1.0.0/16"],
            &["10.0.0.1/32"],
            &["0.0.0.0/0", "::ffff:0:0/96"],
            &["::/0", "0::/0"],
            &["2001:db8::/33", "2001:DB8::/33"],
        ],
        Form::Domain => &[
            &["example.com", "EXAMPLE.com.", "ｅxample.com"],
            &["api.example.com", "Api.Example.Com"],
            &["badexample.com"],
            &["com"],
            &["xn--bcher-kva.example", "Bücher.example", "bücher。example"],
            &["a.xn--bcher-kva.example"],
        ],
        Form::Url => &[
            &["https://example.com/", "HTTPS://example.com.:443", "https://example.com/a/.."],
            &["https://api.example.com/a/b?c=d", "https://api.example.com/x/../a/%62?c=d"],
            &["http://badexample.com:8080/%2F#/"],
            &["ftp://xn--bcher-kva.example/", "ftp://Bücher.example:21/"],
        ],
        Form::Email => &[
            &["Ann@example.com", "Ann@EXAMPLE.com."],
            &["ann@example.com"],
            &["a.b+c@api.example.com"],
            &["x@xn--bcher-kva.example", "x@bücher.example"],
        ],
        Form::Digest => &[
            &["sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"],
            &[
                "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
            ],
        ],
    }
}

/// Patterns that mean the same to whoever reads them.
const PATTERNS: [&str; 8] =
    ["[a-z]*", ".*", "m-[0-9]+", "(?:ab?|kiosk)+", "[^a-z].*", "\\w{1,3}", "(a|b|-|[0-9]){2,9}", ".ï|.{3}"];

/// A text of a form, in one of its ways; in its canonical one where that is asked for.
pub fn text(rng: &mut Rng, form: Form, canonical: bool) -> &'static str {
    let ways = *rng.pick(written(form));
    if canonical { ways[0] } else { rng.pick::<&str>(ways) }
}

/// The same as a policy writes it.
pub fn literal(rng: &mut Rng, form: Form) -> String {
    format!("\"{}\"", text(rng, form, false))
}

impl Writer<'_> {
    /// A question to a text that has a form, or about a part of it.
    pub(super) fn form_question(&mut self, depth: usize) -> Condition {
        let path = self.path(|ty| matches!(ty, Type::Form(_)));
        let Some(path) = path else { return self.text_question(depth) };
        let Type::Form(form) = path.ty else { return silent("true") };
        let (text, form) = match form {
            Form::Url if self.rng.chance(60) => (format!("{}.host", path.text), Form::Domain),
            Form::Email if self.rng.chance(60) => (format!("{}.domain", path.text), Form::Domain),
            _ => (path.text, form),
        };
        let question = match form {
            Form::Ip | Form::Cidr => self.within(Form::Cidr),
            Form::Domain => self.within(Form::Domain),
            Form::Url => {
                let part = *self.rng.pick(&["scheme", "path"]);
                let ask = *self.rng.pick(&[
                    ".starts_with(\"/a\")",
                    " == \"https\"",
                    ".ends_with(\"/\")",
                    ".lower_ascii() == \"/\"",
                ]);
                return silent(format!("{text}.{part}{ask}"));
            }
            Form::Email => {
                let ask = *self.rng.pick(&[".lower_ascii() == \"ann\"", " == \"ann\"", ".contains(\"+\")"]);
                return silent(format!("{text}.local{ask}"));
            }
            Form::Digest => format!("!= {}", literal(self.rng, form)),
        };
        silent(format!("{text} {question}"))
    }

    /// `in` and what follows it.
    fn within(&mut self, outer: Form) -> String {
        let not = if self.rng.chance(25) { "not " } else { "" };
        let count = 1 + self.rng.below(3);
        match self.rng.below(3) {
            0 => format!("{not}in {}", literal(self.rng, outer)),
            1 => {
                let elements: Vec<String> = (0..count).map(|_| literal(self.rng, outer)).collect();
                format!("{not}in [{}]", elements.join(", "))
            }
            _ => {
                let kind = Type::Form(outer);
                match self.path(|ty| *ty == kind || ty.element() == Some(&kind)) {
                    Some(path) => format!("{not}in {}", path.text),
                    None => format!("{not}in {}", literal(self.rng, outer)),
                }
            }
        }
    }

    /// `s.matches(r"…")`
    pub(super) fn matching(&mut self, text: &str) -> Condition {
        let pattern = *self.rng.pick(&PATTERNS);
        silent(format!("{text}.matches(r\"{pattern}\")"))
    }
}
