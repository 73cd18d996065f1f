//! Noting down edits of one file.

use lictor_grammar::span::Span;

use super::Mutant;

/// Collects the changes of one file.
pub(super) struct Editor<'t> {
    text: &'t str,
    path: &'t str,
    module: &'t str,
    /// The rule that changes are in now, as `module.rule`.
    rule: Option<String>,
    mutants: Vec<Mutant>,
}

impl<'t> Editor<'t> {
    /// Nothing is noted down yet.
    pub fn new(text: &'t str, path: &'t str, module: &'t str) -> Editor<'t> {
        Editor { text, path, module, rule: None, mutants: Vec::new() }
    }

    /// Whether what follows is in a rule of this name, or in none.
    pub fn within(&mut self, rule: Option<&str>) {
        self.rule = rule.map(|rule| format!("{}.{rule}", self.module));
    }

    /// What was noted down.
    pub fn into_mutants(self) -> Vec<Mutant> {
        self.mutants
    }

    /// The text of a span; empty where there is none.
    pub fn text(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Notes down that `after` takes the place of what stands at `span`.
    pub fn replace(&mut self, kind: &'static str, span: Span, after: impl Into<String>) {
        let (before, after) = (self.text(span).to_owned(), after.into());
        if !span.is_empty() && before != after {
            let (path, rule) = (self.path.to_owned(), self.rule.clone());
            self.mutants.push(Mutant { path, rule, span, before, after, kind });
        }
    }

    /// Where a word or sign stands between two places. Comments there are no part of the policy and are passed over.
    pub fn find(&self, from: u32, to: u32, like: Span, word: &str) -> Option<Span> {
        let mut at = from;
        while at < to {
            let rest = self.text(Span::new(like.file, at, to));
            if rest.starts_with("//") {
                at += u32::try_from(rest.find('\n').map_or(rest.len(), |end| end + 1)).ok()?;
                continue;
            }
            let end = u32::try_from(word.len()).ok()?;
            let alone = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
            let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic());
            if rest.starts_with(word) && (!is_word || rest[word.len()..].chars().next().is_none_or(alone)) {
                return Some(Span::new(like.file, at, at + end));
            }
            // A word is passed over as a whole, or `in` would be found in `within`.
            let inside = rest.find(alone).filter(|end| *end > 0);
            let step = inside.unwrap_or_else(|| rest.chars().next().map_or(1, char::len_utf8));
            at += u32::try_from(step).ok()?;
        }
        None
    }
}
