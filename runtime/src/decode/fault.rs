//! Why a text is not JSON, or is nested too deep.

/// The deepest that objects and arrays may be nested.
pub(crate) const MAX_DEPTH: u32 = 32;

/// What is wrong with a text that should be JSON, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    pub what: What,
    /// The first byte that cannot stand there.
    pub at: usize,
}

/// What is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum What {
    /// It ends before it is whole.
    Unfinished,
    /// Something else must stand there.
    Unexpected,
    /// A member without a name in quotes.
    NoName,
    /// A number that starts with a zero too many.
    LeadingZero,
    /// A control character within a string.
    Control,
    /// An escape that there is not.
    Escape,
    /// A surrogate without the other half of its pair.
    Surrogate,
    /// Something behind the end.
    Trailing,
    /// Too many values, one inside the other.
    TooDeep,
}

impl Fault {
    /// The sentence that says so, where this is the whole text. Columns count characters.
    pub fn sentence(self, text: &str) -> String {
        let what = match self.what {
            What::TooDeep => {
                return format!("is nested more than {MAX_DEPTH} deep; send a flatter value");
            }
            What::Unfinished => "it ends in the middle",
            What::Unexpected => "something else was expected",
            What::NoName => "the name of a member, in quotes, was expected",
            What::LeadingZero => "a number has a leading zero",
            What::Control => "a control character in a text is not escaped",
            What::Escape => "there is no such escape",
            What::Surrogate => "an escape is only half of a surrogate pair",
            What::Trailing => "something follows its end",
        };
        let before = text.get(..self.at).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!("is not JSON: {what} at line {line} column {column}")
    }
}
