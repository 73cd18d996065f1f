//! What is told to a person about a source: plain data, rendered elsewhere.

use crate::span::Span;

/// How grave a diagnostic is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// Nothing is built.
    Error,
    /// The policy is built; it probably does not mean what was meant.
    Warning,
}

/// A place that a diagnostic speaks of, with a few words about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What stands there; may be empty.
    pub text: String,
}

/// A change of the text that mends a mistake without a choice to make: what stands at the place gives way to the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What is replaced; empty where something is put in.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// What to do about a word that is not known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suggestion {
    /// What to do.
    pub help: String,
    /// The word that was most likely meant.
    pub word: Option<String>,
}

impl Suggestion {
    /// The word that is near, or what to do where none is.
    pub fn new(near: Option<&str>, otherwise: impl Into<String>) -> Suggestion {
        match near {
            Some(near) => {
                Suggestion { help: format!("did you mean `{near}`?"), word: Some(near.to_string()) }
            }
            None => otherwise.into().into(),
        }
    }
}

impl<T: Into<String>> From<T> for Suggestion {
    fn from(help: T) -> Suggestion {
        Suggestion { help: help.into(), word: None }
    }
}

/// One mistake or doubt: a code, a sentence, the places it concerns (the first is where it was made), and what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Stable code, such as `E0203`.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// One plain sentence without a full stop: what is wrong.
    pub message: String,
    /// The places, the primary one first.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// The change that does it, where there is only one.
    pub fix: Option<Box<Fix>>,
}

impl Diagnostic {
    /// An error at `span`.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, Severity::Error, span, message)
    }

    /// A warning at `span`.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, Severity::Warning, span, message)
    }

    fn new(code: &'static str, severity: Severity, span: Span, message: impl Into<String>) -> Diagnostic {
        let labels = vec![Label { span, text: String::new() }];
        Diagnostic { code, severity, message: shortened(message.into()), labels, help: None, fix: None }
    }

    /// Says a few words at the primary place.
    pub fn here(mut self, text: impl Into<String>) -> Diagnostic {
        if let Some(first) = self.labels.first_mut() {
            first.text = shortened(text.into());
        }
        self
    }

    /// Points at another place as well.
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: shortened(text.into()) });
        self
    }

    /// Says what to do.
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help = Some(shortened(text.into()));
        self
    }

    /// Offers a change that an editor can make.
    pub fn fix(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.fix = Some(Box::new(Fix { span, text: text.into() }));
        self
    }

    /// Proposes another word for the one at the primary place.
    pub fn did_you_mean(self, word: &str) -> Diagnostic {
        let span = self.span();
        self.help(format!("did you mean `{word}`?")).fix(span, word)
    }

    /// With a primary place that is no more than the rest of a line: marks under several lines point at nothing.
    pub(crate) fn on_one_line(mut self, source: &str) -> Diagnostic {
        if let Some(first) = self.labels.first_mut() {
            let text = source.get(first.span.start as usize..first.span.end as usize).unwrap_or_default();
            let line = text.lines().next().unwrap_or_default().trim_end();
            first.span.end = first.span.start + line.len() as u32;
        }
        self
    }

    /// Where the page about its code stands: see [`page_of`].
    pub fn page(&self) -> String {
        page_of(self.code)
    }

    /// Says what to do about the word at the primary place; where one was most likely meant, a change puts it there.
    pub fn suggested(self, suggestion: Suggestion) -> Diagnostic {
        let place = self.span();
        let told = self.help(suggestion.help);
        match suggestion.word {
            Some(word) => told.fix(place, word),
            None => told,
        }
    }

    /// Whether it stops a build.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The place where the mistake was made.
    pub fn span(&self) -> Span {
        self.labels.first().map(|label| label.span).unwrap_or_default()
    }
}

/// Where the page about a code stands, from the top of this repository: `docs/codes/E0203.md`. It is a relative reference (RFC 3986,
/// section 4.2), so that it is good wherever the documentation is put; `lictor explain E0203` prints the same page. Whatever links a code,
/// links it to this.
pub fn page_of(code: &str) -> String {
    format!("docs/codes/{code}.md")
}

/// The longest word that a sentence repeats; names in a source can be as long as the source.
const LONGEST_WORD: usize = 80;

/// A sentence whose endless words are cut.
fn shortened(sentence: String) -> String {
    if sentence.len() <= LONGEST_WORD {
        return sentence;
    }
    let cut = |word: &str| match word.char_indices().nth(LONGEST_WORD) {
        Some((end, _)) => format!("{}…`", word.get(..end).unwrap_or_default()),
        None => word.to_string(),
    };
    sentence.split(' ').map(cut).collect::<Vec<_>>().join(" ")
}
