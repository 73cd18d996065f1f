//! The words of one statement, and which of them stand in the same parentheses.

use super::lexer::Token;

/// A statement.
pub(super) struct Level<'t> {
    pub tokens: &'t [Token],
    /// For each word the parenthesis that it stands in; for a parenthesis, the one around it.
    around: Vec<Option<usize>>,
    /// For each `(` its `)`, and for each `)` its `(`.
    other: Vec<usize>,
    /// Whether rows that are there already are changed by what inserts: `ON CONFLICT DO UPDATE`, `ON DUPLICATE KEY UPDATE`.
    pub upserts: bool,
}

impl<'t> Level<'t> {
    pub fn new(tokens: &'t [Token]) -> Level<'t> {
        let mut around = Vec::with_capacity(tokens.len());
        let mut other = vec![tokens.len(); tokens.len()];
        let mut open: Vec<usize> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            if token.is_sign(")")
                && let Some(begin) = open.pop()
                && let Some(end) = other.get_mut(begin)
            {
                *end = at;
                if let Some(end) = other.get_mut(at) {
                    *end = begin;
                }
            }
            around.push(open.last().copied());
            if token.is_sign("(") {
                open.push(at);
            }
        }
        let upserts = tokens.windows(2).any(
            |pair| matches!(pair, [before, token] if token.is("UPDATE") && before.is_any(&["DO", "KEY"])),
        );
        Level { tokens, around, other, upserts }
    }

    pub fn get(&self, at: usize) -> Option<&'t Token> {
        self.tokens.get(at)
    }

    pub fn before(&self, at: usize) -> Option<&'t Token> {
        self.tokens.get(at.checked_sub(1)?)
    }

    /// The parenthesis around a word.
    pub fn around(&self, at: usize) -> Option<usize> {
        self.around.get(at).copied().flatten()
    }

    /// The end of the parenthesis that begins here.
    pub fn close(&self, at: usize) -> usize {
        self.other.get(at).copied().unwrap_or(self.tokens.len())
    }

    /// The beginning of the parenthesis that ends here.
    pub fn open(&self, at: usize) -> usize {
        self.other.get(at).copied().filter(|open| *open < at).unwrap_or(at)
    }

    /// The places from here to an end that stand in no further parentheses; a `(` is one of them.
    pub fn flat(&self, from: usize, to: usize) -> impl Iterator<Item = usize> + '_ {
        let mut at = from;
        std::iter::from_fn(move || {
            let here = at;
            let token = self.get(here).filter(|_| here < to)?;
            at = if token.is_sign("(") { self.close(here).max(here) + 1 } else { here + 1 };
            Some(here)
        })
    }

    /// The name that begins here, `schema.table`, in small letters, and the place behind it.
    pub fn path(&self, from: usize) -> Option<(String, usize)> {
        let mut path = self.get(from)?.name()?.to_lowercase();
        let mut at = from + 1;
        while self.get(at).is_some_and(|token| token.is_sign(".")) {
            // `db..table`: the schema is left out.
            at += 1;
            if let Some(part) = self.get(at).and_then(Token::name) {
                path.push('.');
                path.push_str(&part.to_lowercase());
                at += 1;
            }
        }
        Some((path.chars().take(200).collect(), at))
    }
}
