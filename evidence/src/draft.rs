//! Canonical JSON (RFC 8785) that is put down piece by piece, straight as bytes: nothing is put together first to be written afterwards.
//!
//! Members of an object are written where they come. Where they did not come in the order of their names, their bytes are put in it at its end. Whoever
//! writes opens and ends what lies within each other in turn, and gives each member its name and its value.

use std::borrow::Cow;
use std::fmt::{self, Display, Write as _};

use crate::json::{JsonError, MAX_INTEGER, not_ascii, too_large, twice};
use crate::plain;

/// What is being written.
#[derive(Default, Debug)]
pub struct Draft {
    bytes: Vec<u8>,
    /// The members of the objects that are not at their end yet.
    members: Vec<Member>,
    /// Whether a name of any is not written as it is, or not ASCII: mostly all are.
    is_odd: bool,
}

/// A member of an object that is not at its end yet.
#[derive(Clone, Copy, Debug)]
struct Member {
    /// Where its bytes begin: a comma, the name in quotes, a colon.
    at: usize,
    /// Where its value begins.
    value: usize,
}

/// An object that is being written: where it begins.
#[derive(Clone, Copy, Debug)]
pub struct Object {
    begin: usize,
    first: usize,
}

/// A list that is being written: where it begins.
#[derive(Clone, Copy, Debug)]
pub struct List {
    begin: usize,
}

/// A member that was written: its name, its bytes with a comma before them, and its value.
type Written<'d> = (Cow<'d, [u8]>, &'d [u8], &'d [u8]);

impl Draft {
    /// Begins behind these bytes.
    pub fn behind(bytes: Vec<u8>) -> Draft {
        Draft { bytes, members: Vec::with_capacity(32), is_odd: false }
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// How far it is written.
    pub fn place(&self) -> usize {
        self.bytes.len()
    }

    /// What was written from this place on.
    pub fn since(&self, place: usize) -> &[u8] {
        self.bytes.get(place..).unwrap_or_default()
    }

    /// Forgets what was written from this place on: a value, in whose place another comes.
    pub fn cut(&mut self, place: usize) {
        self.bytes.truncate(place);
    }

    /// A value whose canonical bytes are known.
    pub fn known(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// `true` or `false`.
    pub fn bool(&mut self, bool: bool) {
        self.known(if bool { b"true" } else { b"false" });
    }

    /// A whole number.
    ///
    /// # Errors
    /// It is beyond ±(2^53 − 1); nothing was written.
    pub fn int(&mut self, int: impl TryInto<i64> + Display + Copy) -> Result<(), JsonError> {
        match int.try_into() {
            Ok(exact) if (-MAX_INTEGER..=MAX_INTEGER).contains(&exact) => {
                Ok(serde_json::to_writer(&mut self.bytes, &exact)?)
            }
            _ => Err(JsonError(too_large(&int))),
        }
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        let begin = self.place();
        self.bytes.push(b'"');
        if plain::add(&mut self.bytes, text.as_bytes()).is_plain() {
            self.bytes.push(b'"');
        } else {
            self.cut(begin);
            // Memory takes whatever is written.
            let _ = serde_json::to_writer(&mut self.bytes, text);
        }
    }

    /// The text that something is shown as. Digests and names are plain: they need not be put together first.
    ///
    /// # Errors
    /// It cannot be shown.
    pub fn shown(&mut self, value: &(impl Display + ?Sized)) -> Result<(), JsonError> {
        let begin = self.place();
        self.bytes.push(b'"');
        write!(Shown(&mut self.bytes), "{value}").map_err(|error| JsonError(error.to_string()))?;
        let text = self.since(begin + 1);
        if plain::look(text).is_plain() {
            self.bytes.push(b'"');
            return Ok(());
        }
        let text = String::from_utf8_lossy(text).into_owned();
        self.cut(begin);
        self.text(&text);
        Ok(())
    }

    /// Opens a list.
    pub fn list(&self) -> List {
        List { begin: self.place() }
    }

    /// Before each element of a list.
    pub fn element(&mut self) {
        // The first comma becomes the bracket.
        self.bytes.push(b',');
    }

    /// Ends a list.
    pub fn end_list(&mut self, list: List) {
        self.close(list.begin, b"[]");
    }

    /// Opens an object.
    pub fn object(&self) -> Object {
        Object { begin: self.place(), first: self.members.len() }
    }

    /// Before the value of each member of an object.
    pub fn name(&mut self, name: &str) {
        let at = self.place();
        self.bytes.extend_from_slice(b",\"");
        if plain::add(&mut self.bytes, name.as_bytes()).is_plain_ascii() {
            self.bytes.extend_from_slice(b"\":");
        } else {
            self.is_odd = true;
            self.cut(at + 1);
            self.text(name);
            self.bytes.push(b':');
        }
        self.members.push(Member { at, value: self.place() });
    }

    /// Ends an object.
    ///
    /// # Errors
    /// One of its names is not ASCII, or stands twice; it is not ended.
    pub fn end_object(&mut self, object: Object) -> Result<(), JsonError> {
        if self.is_odd
            && let Some((name, ..)) = self.members_of(object).find(|(name, ..)| !name.is_ascii())
        {
            return Err(JsonError(not_ascii(&String::from_utf8_lossy(&name))));
        }
        if self.is_odd || !self.is_in_order(object) {
            let order = self.ordered(object);
            let again = order.windows(2).find_map(|pair| match pair {
                [(one, ..), (next, ..)] if one == next => Some(String::from_utf8_lossy(one)),
                _ => None,
            });
            if let Some(name) = again {
                return Err(JsonError(twice(&name)));
            }
            let mut ordered = Vec::with_capacity(self.since(object.begin).len());
            order.iter().for_each(|(_, member, _)| ordered.extend_from_slice(member));
            self.cut(object.begin);
            self.known(&ordered);
        }
        self.members.truncate(object.first);
        self.close(object.begin, b"{}");
        Ok(())
    }

    /// Ends an object as a list of its members in the order of their names, each a list of its name and its value: so names may be any texts. Where it begins.
    pub fn end_pairs(&mut self, object: Object) -> usize {
        let mut pairs = Draft::behind(Vec::with_capacity(self.since(object.begin).len() * 2));
        let list = pairs.list();
        for (name, _, value) in self.ordered(object) {
            pairs.element();
            let pair = pairs.list();
            pairs.element();
            pairs.text(&String::from_utf8_lossy(&name));
            pairs.element();
            pairs.known(value);
            pairs.end_list(pair);
        }
        pairs.end_list(list);
        self.members.truncate(object.first);
        self.cut(object.begin);
        self.known(&pairs.bytes);
        object.begin
    }

    /// Makes what was written from this place on the only member of an object, which is called so: a name that is ASCII.
    pub fn under(&mut self, name: &str, place: usize) {
        let value = self.since(place).to_vec();
        self.cut(place);
        self.bytes.push(b'{');
        self.text(name);
        self.bytes.push(b':');
        self.known(&value);
        self.bytes.push(b'}');
    }

    fn members_of(&self, object: Object) -> impl Iterator<Item = Written<'_>> {
        let its = self.members.get(object.first..).unwrap_or_default();
        let ends = its.iter().skip(1).map(|next| next.at).chain([self.place()]);
        its.iter().zip(ends).map(|(member, end)| {
            let bytes = |from, to| self.bytes.get(from..to).unwrap_or_default();
            let quoted = bytes(member.at + 1, member.value - 1);
            (self.unquoted(quoted), bytes(member.at, end), bytes(member.value, end))
        })
    }

    /// Whether the members of an object came in the order of their names, none of which is odd.
    fn is_in_order(&self, object: Object) -> bool {
        let mut before: &[u8] = &[];
        for (number, Member { at, value }) in self.members.iter().skip(object.first).enumerate() {
            let name = self.bytes.get(at + 2..value - 2).unwrap_or_default();
            // Mostly the first signs differ.
            let is_behind = before.first() < name.first() || before < name;
            if number > 0 && !is_behind {
                return false;
            }
            before = name;
        }
        true
    }

    /// A name without its quotes.
    fn unquoted<'d>(&self, quoted: &'d [u8]) -> Cow<'d, [u8]> {
        match quoted {
            [_, name @ .., _] if !self.is_odd => Cow::Borrowed(name),
            quoted => Cow::Owned(serde_json::from_slice(quoted).map(String::into_bytes).unwrap_or_default()),
        }
    }

    fn ordered(&self, object: Object) -> Vec<Written<'_>> {
        let mut order: Vec<_> = self.members_of(object).collect();
        order.sort_unstable_by(|(one, ..), (next, ..)| one.cmp(next));
        order
    }

    /// Puts what was written from here on between brackets: the first of them stands in the place of the first comma.
    fn close(&mut self, begin: usize, [open, end]: &[u8; 2]) {
        match self.bytes.get_mut(begin) {
            Some(comma) => *comma = *open,
            None => self.bytes.push(*open),
        }
        self.bytes.push(*end);
    }
}

/// Adds what is shown to bytes.
struct Shown<'t>(&'t mut Vec<u8>);

impl fmt::Write for Shown<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}
