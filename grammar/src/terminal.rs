//! The alphabet of the grammar: tokens after it was decided what each word is.

use crate::keywords::Keyword;
use crate::lex::TokenKind;

/// A terminal symbol of the grammar. Literals carry their text as written, strings with their quotes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Terminal<'s> {
    /// A word that is a name here.
    Name(&'s str),
    /// A name that a `:` follows, at the place where an entry begins: in `{ amount: Money }` and `(a: Money)`. It
    /// lets the parser find the next entry after a mistake.
    Label(&'s str),
    /// A word that begins a line where a statement, a step or a clause begins, but is none of their keywords.
    Stray(&'s str),
    /// The word right behind a number: `USD`, `months`.
    Unit(&'s str),
    /// `12`
    Number(&'s str),
    /// `2.5%`
    Percent(&'s str),
    /// `15m`
    Duration(&'s str),
    /// `2026-03-01T10:00:00Z`
    Timestamp(&'s str),
    /// `2026-03-01`
    Date(&'s str),
    /// `08:00`
    TimeOfDay(&'s str),
    /// `"…"`
    String(&'s str),
    /// `r"…"`
    Pattern(&'s str),
    /// A keyword, where it is one.
    Key(Keyword),
    /// The `when` of `when E { … }`, a statement; the one of `deny when E` is a [`Terminal::Key`].
    WhenBlock,
    /// A sign.
    Sign(TokenKind),
    /// The star of `payment.*` and `on *`; the one of `a * b` is a [`Terminal::Sign`].
    AnyAction,
    /// The `{` of a record's value.
    RecordOpen,
    /// The `{` of the item's own body; any other is a [`Terminal::Sign`]. After a mistake the parser drops tokens, and
    /// must not take the end of a block it dropped the beginning of for the end of the item.
    BodyOpen,
    /// The `}` of the item's own body.
    BodyClose,
    /// Something that was reported already and stands where a value does.
    Unread,
}

impl Terminal<'_> {
    /// Whether a value or a name ends with it, so that an operator or a clause may come next.
    pub fn ends_operand(self) -> bool {
        match self {
            Terminal::Key(keyword) => !keyword.wants_operand(),
            Terminal::Sign(sign) => matches!(
                sign,
                TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace | TokenKind::Question
            ),
            Terminal::WhenBlock | Terminal::RecordOpen | Terminal::BodyOpen => false,
            _ => true,
        }
    }

    /// Whether a value or a name begins with it.
    pub fn begins_operand(self) -> bool {
        self.is_literal() || matches!(self, Terminal::Name(_) | Terminal::Key(Keyword::If | Keyword::Not))
    }

    /// Whether it is a value that says itself what it is, or an amount begins with it.
    pub fn is_literal(self) -> bool {
        matches!(
            self,
            Terminal::Number(_)
                | Terminal::Percent(_)
                | Terminal::Duration(_)
                | Terminal::Timestamp(_)
                | Terminal::Date(_)
                | Terminal::TimeOfDay(_)
                | Terminal::String(_)
                | Terminal::Key(Keyword::True | Keyword::False)
        )
    }
}
