//! The codes of what this crate reports. A code keeps its meaning for ever; a retired one is not used again.

/// A control character: one that reverses the direction of text, or one that cannot be seen.
pub const CONTROL_CHARACTER: &str = "E0101";
/// A character that has no meaning outside strings and comments.
pub const STRAY_CHARACTER: &str = "E0102";
/// A string that is not closed on its line.
pub const UNCLOSED_STRING: &str = "E0103";
/// A backslash in a string before something that is no escape.
pub const BAD_ESCAPE: &str = "E0104";
/// Braces in a message that hold no path.
pub const BAD_INTERPOLATION: &str = "E0105";
/// A number, percentage, duration, date or time that cannot be read.
pub const BAD_LITERAL: &str = "E0106";
/// A habit from another language: `&&`, `null`, `;` and so on.
pub const FOREIGN_NOTATION: &str = "E0107";
/// Something stands where the grammar expects something else.
pub const UNEXPECTED: &str = "E0110";
/// An item ends before it is complete.
pub const INCOMPLETE: &str = "E0111";
/// A word in column 1 that begins no item.
pub const UNKNOWN_ITEM: &str = "E0112";
/// A word in column 1 that belongs inside the item above it.
pub const NOT_INDENTED: &str = "E0113";
/// A bracket that is never closed.
pub const UNCLOSED_BRACKET: &str = "E0114";
/// A closing bracket that closes nothing, or a bracket of another kind.
pub const UNOPENED_BRACKET: &str = "E0115";
/// Nesting, or a chain of operators, beyond what is allowed.
pub const TOO_DEEP: &str = "E0116";
/// A reserved word where a name is needed.
pub const RESERVED_WORD: &str = "E0117";
/// A clause that stands twice.
pub const TWICE: &str = "E0118";
/// A word where one of a few others is needed.
pub const UNKNOWN_WORD: &str = "E0119";
/// `all`, `any`, `count` or `sum` that is not written `all(x in xs: …)`.
pub const BAD_QUANTIFIER: &str = "E0120";
/// A decision in a test that lacks its reason code, or has one too many.
pub const BAD_OUTCOME: &str = "E0121";
/// A history term that cannot be read: an unknown word, or no window.
pub const BAD_HISTORY: &str = "E0122";
/// An exception without its condition, its expiry, its grantor or its reason.
pub const INCOMPLETE_EXCEPTION: &str = "E0143";
/// Bytes that are not UTF-8.
pub const NOT_UTF8: &str = "E0130";
/// A byte order mark at the start of the file.
pub const BYTE_ORDER_MARK: &str = "E0131";
/// A source that is too large.
pub const TOO_LARGE: &str = "E0132";
/// So many errors that the rest is not told.
pub const TOO_MANY_ERRORS: &str = "E0133";
