//! The words of a text, as each dialect divides it. What stands in a string or a comment for one may run for another.

use super::words::same;

/// How a dialect writes strings, names and comments.
pub(super) struct Dialect {
    /// `#` begins a comment.
    hash: bool,
    /// `--` begins a comment only where a blank follows.
    dashes_and_blank: bool,
    /// `//` begins a comment.
    slashes: bool,
    /// Comments stand inside comments.
    nested: bool,
    /// What stands in `/*! … */` runs.
    executable: bool,
    /// A carriage return ends a line.
    returns: bool,
    /// A comment that does not end ends with the text.
    lenient: bool,
    /// A backslash escapes in strings.
    backslash: bool,
    /// `E'…'`, in which it does even so.
    escapes: bool,
    /// `$$ … $$`, and `$tag$ … $tag$`.
    dollars: bool,
    /// `"…"` is a string.
    double_is_text: bool,
    /// `'''…'''`.
    triple: bool,
    /// `[…]` is a name.
    brackets: bool,
    /// `GO` on a line of its own ends a batch.
    batches: bool,
}

const PLAIN: Dialect = Dialect {
    hash: false,
    dashes_and_blank: false,
    slashes: false,
    nested: false,
    executable: false,
    returns: false,
    lenient: false,
    backslash: false,
    escapes: false,
    dollars: false,
    double_is_text: false,
    triple: false,
    brackets: false,
    batches: false,
};

/// PostgreSQL, MySQL with and without its escapes, SQLite, SQL Server, Snowflake, BigQuery.
pub(super) const DIALECTS: [Dialect; 7] = [
    Dialect { nested: true, returns: true, escapes: true, dollars: true, ..PLAIN },
    Dialect {
        hash: true,
        dashes_and_blank: true,
        executable: true,
        backslash: true,
        double_is_text: true,
        ..PLAIN
    },
    Dialect { hash: true, dashes_and_blank: true, executable: true, ..PLAIN },
    Dialect { lenient: true, brackets: true, ..PLAIN },
    Dialect { nested: true, brackets: true, batches: true, ..PLAIN },
    Dialect { slashes: true, backslash: true, dollars: true, ..PLAIN },
    Dialect { hash: true, backslash: true, double_is_text: true, triple: true, ..PLAIN },
];

/// A word, a value or a sign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token {
    /// A word of the language, or a name.
    Word(String),
    /// A name in quotes.
    Name(String),
    /// A string.
    Text(String),
    /// A number.
    Number(String),
    /// What is given when it runs: `?`, `$1`, `:name`, `@name`.
    Given(String),
    /// A sign.
    Sign(&'static str),
}

impl Token {
    pub fn is_sign(&self, text: &str) -> bool {
        matches!(self, Token::Sign(sign) if *sign == text)
    }

    /// Whether it is this word of the language.
    pub fn is(&self, text: &str) -> bool {
        matches!(self, Token::Word(word) if same(word, text))
    }

    /// Whether it is one of these words.
    pub fn is_any(&self, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.is(text))
    }

    /// The word or name.
    pub fn name(&self) -> Option<&str> {
        match self {
            Token::Word(name) | Token::Name(name) => Some(name),
            _ => None,
        }
    }
}

/// A text in its words.
#[derive(Default)]
pub(super) struct Tokens {
    pub tokens: Vec<Token>,
    /// Whether a string, a name or a comment does not end.
    pub cut: bool,
}

/// Signs of several characters, the longest first.
const SIGNS: [&str; 44] = [
    "->>", "#>>", "<=>", "!~*", "||", "&&", "::", ":=", "<>", "!=", "<=", ">=", "==", "=>", "->", "#>", "@>",
    "<@", "!~", "~*", "(", ")", ",", ";", ".", "=", "<", ">", "+", "-", "*", "/", "%", "^", "&", "|", "!",
    "~", "[", "]", "{", "}", "\\", ":",
];

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    dialect: &'t Dialect,
    tokens: Tokens,
    /// Whether nothing but blanks stands before on the line.
    fresh: bool,
    /// Whether the end of a comment that runs is awaited.
    inside: bool,
}

/// Divides a text.
pub(super) fn tokens(text: &str, dialect: &Dialect) -> Tokens {
    let mut lexer = Lexer { text, at: 0, dialect, tokens: Tokens::default(), fresh: true, inside: false };
    while !lexer.tokens.cut && lexer.at < text.len() {
        lexer.token();
    }
    lexer.tokens
}

fn begins_word(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$' || c == '#'
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn starts(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    fn second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    fn push(&mut self, token: Token) {
        self.fresh = false;
        self.tokens.tokens.push(token);
    }

    fn token(&mut self) {
        let Some(c) = self.rest().chars().next() else { return };
        let blank_follows = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || c.is_control());
        if c.is_whitespace() || c == '\0' || c == '\u{feff}' {
            self.fresh |= c == '\n' || c == '\r';
            self.at += c.len_utf8();
        } else if self.starts("--")
            && (!self.dialect.dashes_and_blank || blank_follows(self.rest().chars().nth(2)))
            || c == '#' && self.dialect.hash
            || self.dialect.slashes && self.starts("//")
        {
            self.line();
        } else if self.starts("/*") {
            self.comment();
        } else if self.inside && self.starts("*/") {
            self.inside = false;
            self.at += 2;
        } else if c == '\'' {
            self.quoted(c, self.dialect.backslash, false);
        } else if c == '"' {
            self.quoted(
                c,
                self.dialect.backslash && self.dialect.double_is_text,
                !self.dialect.double_is_text,
            );
        } else if c == '`' {
            self.quoted(c, false, true);
        } else if c == '[' && self.dialect.brackets {
            self.at += 1;
            self.until("]", |name| Token::Name(name.to_owned()));
        } else if c == '$' && self.dialect.dollars && self.dollar() {
        } else if c.is_ascii_digit() || c == '.' && self.second().is_some_and(|c| c.is_ascii_digit()) {
            self.number();
        } else if begins_word(c) {
            self.word();
        } else if c == '?'
            || matches!(c, '$' | ':' | '@')
                && self.second().is_some_and(|c| in_word(c) || c == '@')
                && !self.starts("::")
            || self.starts("%s")
        {
            self.at += c.len_utf8();
            let name = self.take(|c| in_word(c) || c == '@');
            self.push(Token::Given(name));
        } else if let Some(sign) = SIGNS.iter().find(|sign| self.starts(sign)) {
            self.at += sign.len();
            self.push(Token::Sign(sign));
        } else {
            self.at += c.len_utf8();
            self.push(Token::Sign("other"));
        }
    }

    fn take(&mut self, holds: impl Fn(char) -> bool) -> String {
        let length = self.rest().find(|c| !holds(c)).unwrap_or(self.rest().len());
        let taken = self.rest().get(..length).unwrap_or("").to_owned();
        self.at += length;
        taken
    }

    /// A number ends where it ends: in `1OR` a word follows.
    fn number(&mut self) {
        let from = self.at;
        if self.starts("0x") || self.starts("0X") {
            self.at += 2;
            self.take(|c| c.is_ascii_hexdigit());
        } else {
            self.take(|c| c.is_ascii_digit() || c == '.' || c == '_');
            let mut rest = self.rest().chars();
            let exponent = rest.next().is_some_and(|c| c == 'e' || c == 'E');
            let sign = rest.next();
            let digit = if matches!(sign, Some('+' | '-')) { rest.next() } else { sign };
            if exponent && digit.is_some_and(|c| c.is_ascii_digit()) {
                self.at += if digit == sign { 1 } else { 2 };
                self.take(|c| c.is_ascii_digit());
            }
        }
        let number = self.text.get(from..self.at).unwrap_or("").to_owned();
        self.push(Token::Number(number));
    }

    fn word(&mut self) {
        let fresh = self.fresh;
        let word = self.take(in_word);
        let escapes = self.dialect.escapes && same(&word, "e");
        let prefixed = ["e", "n", "x", "b", "r", "rb", "br"].iter().any(|prefix| same(&word, prefix));
        if self.dialect.batches && fresh && same(&word, "go") {
            let line = self.rest().lines().next().unwrap_or("");
            if line.chars().all(|c| c.is_whitespace() || c.is_ascii_digit()) {
                self.push(Token::Sign(";"));
                return self.line();
            }
        }
        if prefixed && self.starts("'") && (escapes || !same(&word, "e")) {
            // In `r'…'` a backslash still keeps the quote behind it from ending the string.
            self.quoted('\'', self.dialect.backslash || escapes, false);
        } else {
            self.push(Token::Word(word));
        }
    }

    fn line(&mut self) {
        let returns = self.dialect.returns;
        self.take(|c| c != '\n' && !(returns && c == '\r'));
    }

    fn comment(&mut self) {
        let executable = self.dialect.executable && (self.starts("/*!") || self.starts("/*M!"));
        if executable {
            self.at += if self.starts("/*!") { 3 } else { 4 };
            // The version from which on it runs.
            self.take(|c| c.is_ascii_digit());
            self.inside = true;
            return;
        }
        self.at += 2;
        let mut depth = 1usize;
        while depth > 0 {
            let rest = self.rest();
            match rest.find(['*', '/']) {
                None => {
                    self.tokens.cut = !self.dialect.lenient;
                    self.at = self.text.len();
                    return;
                }
                Some(length) => self.at += length,
            }
            if self.starts("*/") {
                depth -= 1;
                self.at += 2;
            } else if self.starts("/*") && self.dialect.nested {
                depth += 1;
                self.at += 2;
            } else {
                self.at += 1;
            }
        }
    }

    /// A string or a name up to its quote, which stands in it twice.
    fn quoted(&mut self, quote: char, backslash: bool, name: bool) {
        let triple: String = std::iter::repeat_n(quote, 3).collect();
        if self.dialect.triple && quote != '`' && self.starts(&triple) {
            self.at += 3;
            return self.until(&triple, |text| Token::Text(text.to_owned()));
        }
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let Some(length) = rest.find(|c| c == quote || c == '\\' && backslash) else {
                self.tokens.cut = true;
                return;
            };
            text.push_str(rest.get(..length).unwrap_or(""));
            self.at += length;
            let follows = self.second();
            if self.starts("\\") {
                self.at += 1 + follows.map_or(0, char::len_utf8);
                text.extend(follows);
            } else if follows == Some(quote) {
                self.at += 2;
                text.push(quote);
            } else {
                self.at += 1;
                break;
            }
        }
        self.push(if name { Token::Name(text) } else { Token::Text(text) });
    }

    fn until(&mut self, end: &str, make: impl Fn(&str) -> Token) {
        let rest = self.rest();
        match rest.find(end) {
            Some(length) => {
                let token = make(rest.get(..length).unwrap_or(""));
                self.at += length + end.len();
                self.push(token);
            }
            None => self.tokens.cut = true,
        }
    }

    /// `$tag$ … $tag$`, where that begins here.
    fn dollar(&mut self) -> bool {
        let rest = self.rest();
        let inner = rest.get(1..).unwrap_or("");
        let length = inner.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(inner.len());
        let tagged = inner.get(length..).is_some_and(|behind| behind.starts_with('$'))
            && !inner.starts_with(|c: char| c.is_ascii_digit());
        if tagged {
            let end = rest.get(..length + 2).unwrap_or("$$").to_owned();
            self.at += end.len();
            self.until(&end, |text| Token::Text(text.to_owned()));
        }
        tagged
    }
}
