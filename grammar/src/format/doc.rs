//! What stands on a line, and where the line may be broken.
//!
//! A document is built once and written once. Each part knows how wide it is on one line and how far its text goes before
//! it could break, so that whether a group fits is a comparison and not a search.

/// A document.
pub(super) struct Doc<'s> {
    pub kind: Kind<'s>,
    /// Columns on one line.
    pub width: usize,
    /// Columns before the first place where it may break.
    pub head: usize,
    /// Whether there is such a place.
    pub breaks: bool,
    /// Whether it cannot be on one line: it holds a comment, or lines that must be parted.
    pub forced: bool,
}

/// What a document is made of.
pub(super) enum Kind<'s> {
    /// Text that is never broken.
    Text(&'s str),
    /// This many blanks.
    Blanks(usize),
    /// A blank, or a line break where the group is broken.
    Line,
    /// Nothing, or a line break where the group is broken.
    Soft,
    /// A line break.
    Hard,
    /// A comment on a line of its own.
    Own(&'s str),
    /// A comment behind what was written last; what follows goes on the next line.
    Trailing(&'s str),
    /// One after another.
    Concat(Vec<Doc<'s>>),
    /// Its line breaks stand this many columns further in.
    Nest(usize, Box<Doc<'s>>),
    /// On one line if it fits; else all its own line breaks are taken.
    Group(Box<Doc<'s>>),
    /// Elements with a [`Kind::Line`] between each two, broken only where the next would not fit.
    Fill(Vec<Doc<'s>>),
}

impl<'s> Doc<'s> {
    fn leaf(kind: Kind<'s>, width: usize, breaks: bool, forced: bool) -> Doc<'s> {
        Doc { kind, width, head: if breaks { 0 } else { width }, breaks, forced }
    }

    /// Text that is never broken.
    pub fn text(text: &'s str) -> Doc<'s> {
        Doc::leaf(Kind::Text(text), columns(text), false, false)
    }

    /// Blanks between two words.
    pub fn blanks(count: usize) -> Doc<'s> {
        Doc::leaf(Kind::Blanks(count), count, false, false)
    }

    /// A blank that may be a line break.
    pub fn line() -> Doc<'s> {
        Doc::leaf(Kind::Line, 1, true, false)
    }

    /// Nothing, that may be a line break.
    pub fn soft() -> Doc<'s> {
        Doc::leaf(Kind::Soft, 0, true, false)
    }

    /// A line break.
    pub fn hard() -> Doc<'s> {
        Doc::leaf(Kind::Hard, 0, true, true)
    }

    /// A comment on a line of its own.
    pub fn own(text: &'s str) -> Doc<'s> {
        Doc::leaf(Kind::Own(text), 0, true, true)
    }

    /// A comment at the end of the line.
    pub fn trailing(text: &'s str) -> Doc<'s> {
        Doc::leaf(Kind::Trailing(text), 0, true, true)
    }

    /// Documents one after another.
    pub fn concat(parts: Vec<Doc<'s>>) -> Doc<'s> {
        let width = parts.iter().map(|part| part.width).sum();
        let breaks = parts.iter().any(|part| part.breaks);
        let mut head = 0;
        for part in &parts {
            head += part.head;
            if part.breaks {
                break;
            }
        }
        let forced = parts.iter().any(|part| part.forced);
        Doc { kind: Kind::Concat(parts), width, head, breaks, forced }
    }

    /// The document with its line breaks further in.
    pub fn nest(self, columns: usize) -> Doc<'s> {
        let Doc { width, head, breaks, forced, .. } = self;
        Doc { kind: Kind::Nest(columns, Box::new(self)), width, head, breaks, forced }
    }

    /// The document, on one line if it fits.
    pub fn group(self) -> Doc<'s> {
        let Doc { width, head, breaks, forced, .. } = self;
        Doc { kind: Kind::Group(Box::new(self)), width, head, breaks, forced }
    }

    /// Elements that fill lines.
    pub fn fill(elements: Vec<Doc<'s>>) -> Doc<'s> {
        let width = elements.iter().map(|element| element.width + 1).sum::<usize>().saturating_sub(1);
        let head = elements.first().map_or(0, |first| first.head);
        let breaks = elements.len() > 1 || elements.iter().any(|element| element.breaks);
        let forced = elements.iter().any(|element| element.forced);
        Doc { kind: Kind::Fill(elements), width, head, breaks, forced }
    }
}

/// How many columns a text takes.
pub(super) fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}
