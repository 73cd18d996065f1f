//! JSON as RFC 8259 writes it, and nothing beside it, read from the front.
//!
//! Nothing is built: whoever reads knows what may stand next, asks for that, and gets a place in the text. So what the schema does not ask
//! for costs no more than stepping over it, and a part can be read later, or again, where it stands.

use super::fault::{Fault, What};

/// A text of JSON that is being read, and how far that has come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'i> {
    pub(super) text: &'i str,
    pub(super) at: usize,
}

/// What kind of value stands somewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Null,
    Bool,
    Number,
    Text,
    List,
    Object,
}

impl Kind {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Bool => "true or false",
            Kind::Number => "a number",
            Kind::Text => "a text",
            Kind::List => "a list",
            Kind::Object => "an object",
        }
    }
}

/// Where a value stands that was stepped over. It is JSON, so reading it again does not fail for any other reason than its types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Raw {
    from: usize,
    to: usize,
}

impl<'i> Reader<'i> {
    /// Starts at the front.
    pub fn new(text: &'i str) -> Reader<'i> {
        Reader { text, at: 0 }
    }

    /// Starts at a value that was stepped over.
    pub fn of(text: &'i str, raw: Raw) -> Reader<'i> {
        Reader { text, at: raw.from }
    }

    /// Goes to another place; back to where it was.
    pub fn go_to(&mut self, raw: Raw) -> Raw {
        let back = Raw { from: self.at, to: self.at };
        self.at = raw.from;
        back
    }

    /// A value that was stepped over, as it is written.
    pub fn written(&self, raw: Raw) -> &'i str {
        self.text.get(raw.from..raw.to).unwrap_or_default()
    }

    /// The next byte that is not white space, which is left where it is.
    #[inline]
    pub(super) fn look(&mut self) -> Option<u8> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                byte => return byte.copied(),
            }
        }
    }

    /// The kind of the value that stands next.
    #[inline]
    pub fn kind(&mut self) -> Result<Kind, Fault> {
        match self.look() {
            Some(b'"') => Ok(Kind::Text),
            Some(b'{') => Ok(Kind::Object),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'[') => Ok(Kind::List),
            Some(b'n') => Ok(Kind::Null),
            _ => Err(self.unexpected()),
        }
    }

    /// Goes into the object or the array that stands next.
    #[inline]
    pub fn open(&mut self) {
        self.at += 1;
    }

    /// Whether another member follows in an object, or, where it ends, goes behind it.
    #[inline]
    pub fn member(&mut self, first: bool) -> Result<bool, Fault> {
        self.another(first, b'}')
    }

    /// Whether another element follows in an array, or, where it ends, goes behind it.
    #[inline]
    pub fn element(&mut self, first: bool) -> Result<bool, Fault> {
        self.another(first, b']')
    }

    #[inline]
    fn another(&mut self, first: bool, end: u8) -> Result<bool, Fault> {
        match self.look() {
            Some(byte) if byte == end => {
                self.at += 1;
                Ok(false)
            }
            Some(b',') if !first => {
                self.at += 1;
                Ok(true)
            }
            Some(_) if first => Ok(true),
            _ => Err(self.unexpected()),
        }
    }

    /// Goes past the name of a member, where it is written just like this. A name that is written with escapes is not: [`Reader::name`] reads it.
    #[inline]
    pub fn is_named(&mut self, name: &str) -> bool {
        let Some(quote) = self.look() else { return false };
        let rest = self.text.as_bytes().get(self.at + 1..).unwrap_or_default();
        let Some((start, end)) = rest.split_at_checked(name.len()) else { return false };
        let is_it = quote == b'"' && start == name.as_bytes() && end.first() == Some(&b'"');
        if is_it {
            self.at += name.len() + 2;
        }
        is_it
    }

    /// Goes past the colon behind a member's name.
    #[inline]
    pub fn colon(&mut self) -> Result<(), Fault> {
        match self.look() {
            Some(b':') => {
                self.at += 1;
                Ok(())
            }
            _ => Err(self.unexpected()),
        }
    }

    /// Reads `true` or `false`.
    pub fn bool(&mut self) -> Result<bool, Fault> {
        let value = self.look() == Some(b't');
        self.word(if value { "true" } else { "false" })?;
        Ok(value)
    }

    /// Reads `null`.
    pub fn null(&mut self) -> Result<(), Fault> {
        self.look();
        self.word("null")
    }

    fn word(&mut self, word: &str) -> Result<(), Fault> {
        for byte in word.bytes() {
            if self.text.as_bytes().get(self.at) != Some(&byte) {
                return Err(self.unexpected());
            }
            self.at += 1;
        }
        Ok(())
    }

    /// Reads a number, as it is written.
    #[inline]
    pub fn number(&mut self) -> Result<&'i str, Fault> {
        self.look();
        let start = self.at;
        self.eat(b"-");
        if !self.eat(b"0") {
            self.digits()?;
        } else if matches!(self.text.as_bytes().get(self.at), Some(b'0'..=b'9')) {
            return Err(self.fault(What::LeadingZero));
        }
        if self.eat(b".") {
            self.digits()?;
        }
        if self.eat(b"eE") {
            self.eat(b"+-");
            self.digits()?;
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    #[inline]
    fn eat(&mut self, one_of: &[u8]) -> bool {
        let is_there = self.text.as_bytes().get(self.at).is_some_and(|byte| one_of.contains(byte));
        self.at += usize::from(is_there);
        is_there
    }

    /// Goes past digits, of which there must be one.
    #[inline]
    fn digits(&mut self) -> Result<(), Fault> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += digits;
        if digits == 0 { Err(self.unexpected()) } else { Ok(()) }
    }

    /// Steps over a value that may be nested `room` deep.
    pub fn skip(&mut self, room: u32) -> Result<Raw, Fault> {
        self.look();
        let from = self.at;
        self.step_over(room)?;
        Ok(Raw { from, to: self.at })
    }

    /// What objects and arrays hold is stepped over in turn; `room` says how often that may be.
    fn step_over(&mut self, room: u32) -> Result<(), Fault> {
        let kind = self.kind()?;
        match kind {
            Kind::Null => self.null(),
            Kind::Bool => self.bool().map(drop),
            Kind::Number => self.number().map(drop),
            Kind::Text => self.string().map(drop),
            Kind::List | Kind::Object => {
                let room = room.checked_sub(1).ok_or_else(|| self.fault(What::TooDeep))?;
                self.open();
                let mut first = true;
                while if kind == Kind::List { self.element(first)? } else { self.member(first)? } {
                    if kind == Kind::Object {
                        self.name()?;
                        self.colon()?;
                    }
                    self.step_over(room)?;
                    first = false;
                }
                Ok(())
            }
        }
    }

    /// Nothing but white space may follow.
    pub fn end(&mut self) -> Result<(), Fault> {
        match self.look() {
            None => Ok(()),
            Some(_) => Err(self.fault(What::Trailing)),
        }
    }

    /// What stands here is not what may stand here.
    #[cold]
    pub(super) fn unexpected(&self) -> Fault {
        let at_end = self.at >= self.text.len();
        self.fault(if at_end { What::Unfinished } else { What::Unexpected })
    }

    #[cold]
    pub(super) fn fault(&self, what: What) -> Fault {
        Fault { what, at: self.at }
    }
}
