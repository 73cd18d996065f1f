//! Text to tokens. Comments are tokens too: the parser does not see them, the formatter and the editor do.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::numerals;
use crate::sink::Sink;
use crate::span::Span;
use logos::Logos;

/// A token with its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
}

/// What a token is. Words are told apart later, since what a word means depends on where it stands.
///
/// Identifiers are ASCII: two names that look alike are alike.
#[derive(Logos, Clone, Copy, PartialEq, Eq, Debug)]
#[logos(skip r"[ \t\r\n]+")]
pub enum TokenKind {
    /// `// …`
    #[regex(r"//[^\r\n]*", priority = 10, allow_greedy = true)]
    Comment,
    /// `/// …`
    #[regex(r"///[^\r\n]*", priority = 20, allow_greedy = true)]
    Doc,
    /// `//! …`
    #[regex(r"//![^\r\n]*", priority = 20, allow_greedy = true)]
    ModuleDoc,
    /// `amount`, `rule`
    #[regex(r"[A-Za-z_][A-Za-z0-9_]*", priority = 10)]
    Word,
    /// `12`, `1_000`, `0.5`
    #[regex(r"[0-9][0-9_]*(\.[0-9][0-9_]*)?", priority = 10)]
    Number,
    /// `2.5%`
    #[regex(r"[0-9][0-9_]*(\.[0-9][0-9_]*)?%", priority = 10)]
    Percent,
    /// `15m`
    #[regex(r"[0-9][0-9_]*[smhdw]", priority = 20)]
    Duration,
    /// `2026-03-01`
    #[regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", priority = 20)]
    Date,
    /// `2026-03-01T10:00:00Z`
    #[regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]*(\.[0-9]+)?([Zz]|[+-][0-9]{2}:?[0-9]{2})?", priority = 20)]
    Timestamp,
    /// `08:00`, `08:00:30`
    #[regex(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?", priority = 20)]
    TimeOfDay,
    /// A number and letters that mean nothing together: `500USD`, `15min`
    #[regex(r"[0-9][0-9_]*(\.[0-9][0-9_]*)?[A-Za-z][A-Za-z0-9_]*", priority = 5)]
    NumberWord,
    /// `"…"`
    #[regex(r#""([^"\\\r\n]|\\[^\r\n])*""#, priority = 10)]
    String,
    /// A string whose line ends before it does.
    #[regex(r#""([^"\\\r\n]|\\[^\r\n])*\\?"#, priority = 5)]
    UnclosedString,
    /// `r"…"`, a regular expression
    #[regex(r#"r"[^"\r\n]*""#, priority = 20)]
    RawString,
    /// `'…'`, `“…”` or one between backticks, which is no string here
    #[regex(r"'[^'\r\n]*'", priority = 10)]
    #[regex("`[^`\r\n]*`", priority = 10)]
    #[regex("[“”„«»][^“”„«»\r\n\"]*[“”„«»]", priority = 10)]
    #[regex("[‚‘’‹][^‚‘’‹›\r\n\"]*[‘’›]", priority = 10)]
    ForeignString,
    /// `# …` or `/* … */`, which is no comment here
    #[regex(r"#[^\r\n]*", priority = 10, allow_greedy = true)]
    #[token("/*", block_comment)]
    ForeignComment,
    /// `(`
    #[token("(")]
    LeftParen,
    /// `)`
    #[token(")")]
    RightParen,
    /// `[`
    #[token("[")]
    LeftBracket,
    /// `]`
    #[token("]")]
    RightBracket,
    /// `{`
    #[token("{")]
    LeftBrace,
    /// `}`
    #[token("}")]
    RightBrace,
    /// `,`
    #[token(",")]
    Comma,
    /// `:`
    #[token(":")]
    Colon,
    /// `.`
    #[token(".")]
    Dot,
    /// `..`
    #[token("..")]
    DotDot,
    /// `..=`
    #[token("..=")]
    DotDotEqual,
    /// `?`
    #[token("?")]
    Question,
    /// `->`
    #[token("->")]
    Arrow,
    /// `=`
    #[token("=")]
    Equal,
    /// `==`
    #[token("==")]
    EqualEqual,
    /// `!=`
    #[token("!=")]
    NotEqual,
    /// `<`
    #[token("<")]
    Less,
    /// `<=`
    #[token("<=")]
    LessEqual,
    /// `>`
    #[token(">")]
    Greater,
    /// `>=`
    #[token(">=")]
    GreaterEqual,
    /// `+`
    #[token("+")]
    Plus,
    /// `-`
    #[token("-")]
    Minus,
    /// `*`
    #[token("*")]
    Star,
    /// `/`
    #[token("/")]
    Slash,
    /// `;`, which is no sign of the language
    #[token(";")]
    Semicolon,
    /// `&` or `&&`, likewise
    #[regex("&&?")]
    Ampersand,
    /// `|` or `||`, likewise
    #[regex(r"\|\|?")]
    Bar,
    /// `!`, likewise
    #[token("!")]
    Bang,
    /// `$`, likewise
    #[token("$")]
    Dollar,
    /// `=>` or `===` or `!==`, likewise
    #[regex("=>|===|!==")]
    ForeignSign,
    /// Characters that have no meaning, all that stand together.
    Unknown,
}

impl TokenKind {
    /// Whether the parser does not see it.
    pub fn is_comment(self) -> bool {
        matches!(self, TokenKind::Comment | TokenKind::Doc | TokenKind::ModuleDoc | TokenKind::ForeignComment)
    }
}

/// Takes everything up to the end of a comment of another language, or of the text.
fn block_comment(lexer: &mut logos::Lexer<TokenKind>) {
    let rest = lexer.remainder();
    lexer.bump(rest.find("*/").map_or(rest.len(), |at| at + 2));
}

/// All tokens of a source, comments included, in the order of the text.
pub(crate) fn lex(source: &str, sink: &mut Sink) -> Vec<Token> {
    // A token has five bytes or more in the mean, with the blanks before it.
    let mut tokens: Vec<Token> = Vec::with_capacity(source.len() / 5);
    for (kind, range) in TokenKind::lexer(source).spanned() {
        let span = sink.span(range.start, range.end);
        let kind = match kind {
            // Four slashes and more are a line drawn across the page, not documentation.
            Ok(TokenKind::Doc) if source.get(range).is_some_and(|text| text.starts_with("////")) => {
                TokenKind::Comment
            }
            Ok(kind) => kind,
            Err(()) => TokenKind::Unknown,
        };
        match tokens.last_mut() {
            Some(last) if kind == TokenKind::Unknown && last.kind == kind && last.span.end == span.start => {
                last.span.end = span.end;
            }
            _ => tokens.push(Token { kind, span }),
        }
    }
    for token in tokens.iter().filter(|token| token.kind == TokenKind::Unknown) {
        report_unknown(source, token.span, sink);
    }
    // Who writes one comment so writes them all so.
    let mut comments = tokens.iter().filter(|token| token.kind == TokenKind::ForeignComment);
    if let Some(comment) = comments.next() {
        let help = "a comment begins with `//` and ends with the line";
        let start = comment.span.start as usize;
        let hash = source.get(start..).is_some_and(|text| text.starts_with('#'));
        let place = sink.span(start, start + if hash { 1 } else { 2 });
        sink.push(Diagnostic::error(codes::FOREIGN_NOTATION, place, NO_COMMENT).help(help));
    }
    comments.for_each(|comment| sink.note(comment.span));
    tokens
}

/// What is said of the first comment in another notation.
const NO_COMMENT: &str = "this is no comment";

/// Whether this is said once of a file, however many there are.
pub(crate) fn is_said_once(told: &Diagnostic) -> bool {
    told.code == codes::FOREIGN_NOTATION && told.message == NO_COMMENT && told.fix.is_none()
}

/// Signs of mathematics, and how they are written.
const SIGNS: &[(&str, &str)] = &[
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "!="),
    ("×", "*"),
    ("·", "*"),
    ("÷", "/"),
    ("−", "-"),
    ("–", "-"),
    ("∧", "and"),
    ("∨", "or"),
    ("¬", "not "),
];

fn report_unknown(source: &str, span: Span, sink: &mut Sink) {
    let text = source.get(span.start as usize..span.end as usize).unwrap_or_default();
    // Control characters have an error of their own already, and a byte order mark has one too.
    let shown: String =
        text.chars().filter(|&c| !crate::bytes::is_forbidden(c) && c != '\u{feff}').take(20).collect();
    if shown.is_empty() {
        return;
    }
    let message = format!("`{shown}` has no meaning here");
    let error = Diagnostic::error(codes::STRAY_CHARACTER, span, message);
    if let Some((_, meant)) = SIGNS.iter().find(|(sign, _)| *sign == text) {
        sink.push(error.help(format!("write `{meant}`")).fix(span, *meant));
        return;
    }
    if text == "%" {
        let before = source.get(..span.start as usize).unwrap_or_default();
        let number = before.trim_end_matches(' ');
        let behind = source.get(span.end as usize..).unwrap_or_default().trim_start_matches(' ');
        let operand = behind.starts_with(|c: char| c.is_ascii_digit());
        if number.ends_with(|c: char| c.is_ascii_digit()) && number.len() < before.len() && !operand {
            let blank = sink.span(number.len(), span.end as usize);
            sink.push(error.help("a percentage is one word: `10%`").fix(blank, "%"));
        } else {
            sink.push(
                error
                    .help("there is no remainder; a percentage is a number and its sign, in one word: `10%`"),
            );
        }
        return;
    }
    if text.contains(['€', '£', '¥']) {
        sink.push(numerals::money_sign(source, span, error));
        return;
    }
    let help = if text.starts_with(['“', '”', '„', '«', '»', '‚', '‘', '’', '‹', '›', '\'', '`'])
    {
        "a text stands between two straight double quotes: \"…\""
    } else if text.starts_with('@') {
        "remove it; what is to be said of an item stands above it as documentation, behind `///`"
    } else if text.is_ascii() {
        "remove it"
    } else {
        "outside texts and comments only the letters a to z, digits and signs are used; remove it, or put it between quotes"
    };
    sink.push(error.help(help));
}
