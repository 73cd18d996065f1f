//! Words as the shell leaves them after it has taken the quotes away.

/// A word of a command, without its quotes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Word {
    /// Its text. What is only known when it runs stands there as it was written: `$HOME/x`.
    pub text: String,
    /// Whether a part of it is only known when it runs: a variable, or what a command prints.
    pub open: bool,
    /// Whether the shell may make several words of it, or other ones: `*`, `?`, `[…]`, `{a,b}`, or an open part outside quotes.
    pub splits: bool,
    /// Whether some of it was quoted, so that it is no word of the grammar.
    pub quoted: bool,
    /// Whether it is a number, whatever happens before it runs.
    pub number: bool,
    /// Whether a `$` stands in it that is a sign and nothing else.
    pub literal: bool,
    /// Whether its open parts are numbers.
    pub value_is_number: bool,
}

impl Word {
    /// A word that is exactly this.
    pub fn known(text: impl Into<String>) -> Word {
        let text = text.into();
        let number = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
        Word { text, number, ..Word::default() }
    }

    /// Whether it is exactly its text, whatever happens before it runs.
    pub fn is_known(&self) -> bool {
        !self.open && !self.splits
    }

    /// Whether every `$` in it is a variable.
    pub fn is_open(&self) -> bool {
        self.open && !self.literal
    }

    /// Whether it is this word of the grammar, which stands without quotes.
    pub fn is_plain(&self, text: &str) -> bool {
        !self.quoted && !self.open && self.text == text
    }

    /// The text with what stands before and behind a `=`, where it assigns a variable: `NAME`, and where the value begins.
    pub fn assigns(&self) -> Option<(&str, &str)> {
        let (name, value) = self.text.split_once('=')?;
        let name = name.strip_suffix('+').unwrap_or(name);
        let name = name.split_once('[').map_or(name, |(name, _)| name);
        let sound = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let starts = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        (starts && name.chars().all(sound)).then_some((name, value))
    }
}

/// A redirection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Redirect {
    /// `>`, `>>`, `<`, …
    pub operator: String,
    /// The file.
    pub target: Word,
}

/// What a command is sent: a here-document or a here-string.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Sent {
    /// The text.
    pub text: String,
    /// Whether a part of it is only known when it runs.
    pub open: bool,
}

/// A simple command as it was written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Written {
    /// The program and its arguments.
    pub words: Vec<Word>,
    /// The variables that are set before it.
    pub variables: Vec<(String, Word)>,
    /// Where it reads from and writes to.
    pub redirects: Vec<Redirect>,
    /// What it is sent by the script itself.
    pub sent: Option<Sent>,
    /// The command before it in a pipeline.
    pub fed_by: Option<usize>,
}

impl Written {
    /// Whether nothing was written yet.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.variables.is_empty() && self.redirects.is_empty() && self.sent.is_none()
    }
}
