//! A text of JSON, with comments or without, in which something is put in or cut out, and everything else stays as it is to the byte.
//!
//! What was put in can be cut out again so that the text is what it was: it stands between the end of what was before it and the space that was there;
//! a comma behind it says that there was one before; and where it stands right behind the bracket, the brackets were there and held nothing. Whatever is made here together with its
//! brackets has a space there or a new line ([`super::written`]).

use std::ops::Range;

use jsonc_parser::ast::{Object, Value};
use jsonc_parser::tokens::{Token, TokenAndRange};
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};

use super::written::Style;
use crate::call::Trouble;

/// The deepest that a configuration may be nested.
const MAX_DEPTH: usize = 64;

/// A text, and what was read of it.
pub(super) struct Text<'t> {
    text: &'t str,
    tokens: Vec<TokenAndRange<'t>>,
    /// The value, where there is one.
    pub root: Option<Value<'t>>,
}

impl<'t> Text<'t> {
    /// Reads it.
    pub fn read(text: &'t str) -> Result<Text<'t>, Trouble> {
        let deepest = text.chars().fold((0_usize, 0), |(now, most), c| match c {
            '{' | '[' => (now + 1, most.max(now + 1)),
            '}' | ']' => (now.saturating_sub(1), most),
            _ => (now, most),
        });
        if deepest.1 > MAX_DEPTH {
            return Err(Trouble::arguments("the configuration is nested too deeply to be read"));
        }
        let options = ParseOptions {
            allow_comments: true,
            allow_trailing_commas: true,
            allow_loose_object_property_names: false,
            allow_missing_commas: false,
            allow_single_quoted_strings: false,
            allow_hexadecimal_numbers: false,
            allow_unary_plus_numbers: false,
            allow_bare_decimal_point_numbers: false,
            allow_non_finite_numbers: false,
            allow_extended_string_escapes: false,
        };
        let collected = CollectOptions { comments: CommentCollectionStrategy::AsTokens, tokens: true };
        let read = parse_to_ast(text, &collected, &options)
            .map_err(|error| Trouble::arguments(format!("the configuration cannot be read: {error}")))?;
        Ok(Text { text, tokens: read.tokens.unwrap_or_default(), root: read.value })
    }

    /// How it is written.
    pub fn style(&self) -> Style {
        let end = match self.text.find('\n') {
            Some(at) if self.part(0..at).ends_with('\r') => "\r\n",
            _ => "\n",
        };
        // The first thing in it that begins a line is at the first level.
        let step = self.tokens.iter().skip(1).find_map(|token| {
            let indent = self.indent(token.range.start);
            (self.begins_line(token.range.start) && !indent.is_empty()).then(|| indent.to_owned())
        });
        let is_lines = self.text.trim().contains('\n') || self.text.trim().len() < 3;
        Style { end, step: step.unwrap_or_else(|| "  ".to_owned()), is_lines }
    }

    /// The text with something more at the end of what these brackets hold. `written` gives it for lines that begin so, at that level.
    pub fn put(
        &self,
        brackets: Range<usize>,
        last: Option<Range<usize>>,
        written: impl Fn(&Style, &str, usize) -> String,
    ) -> String {
        let style = self.style();
        let close = brackets.end.saturating_sub(1);
        let indent = self.indent(brackets.start).to_owned();
        let end = self.before(close).map_or(close, |token| token.range.end);
        // It holds nothing, not even a comment.
        if end == brackets.start + 1 {
            return self.with(end..end, &written(&style, &indent, 0));
        }
        let lines = Style { is_lines: self.part(brackets.clone()).contains('\n'), ..style };
        let first = self.after(brackets.start + 1).map(|token| token.range.start);
        let (indent, level) = match first.filter(|first| self.begins_line(*first)) {
            Some(first) => (self.indent(first).to_owned(), 0),
            None => (indent, 1),
        };
        let put = format!("{}{}", lines.before(&indent, level), written(&lines, &indent, level));
        match last {
            None => self.with(end..end, &put),
            Some(last) if self.comma(last.end).is_some() => self.with(end..end, &format!("{put},")),
            Some(last) => {
                let behind = self.part(last.end..end);
                self.with(last.end..end, &format!(",{behind}{put}"))
            }
        }
    }

    /// The text without something that stands between brackets, and whether these held nothing before it was put there.
    pub fn cut(&self, brackets: Range<usize>, what: Range<usize>, is_last: bool) -> (String, bool) {
        let before = self.before(what.start);
        let from = before.map_or(what.start, |token| token.range.end);
        let alone = from == brackets.start + 1 && from == what.start;
        let mut cut = from..what.end;
        // The comma behind it; or that before it, which came with it.
        let comma = self.comma(what.end).or_else(|| {
            let mut earlier = self.tokens.iter().rev().skip_while(|token| token.range.end > from);
            let value = earlier.find(|token| !is_comment(token)).filter(|_| is_last)?;
            matches!(value.token, Token::Comma).then(|| value.range.start..value.range.end)
        });
        // What ends with its line must not take in what comes behind.
        let rest = self.after(what.end).map_or(self.text.len(), |token| token.range.start);
        let is_line = before.is_some_and(|token| matches!(token.token, Token::CommentLine(_)));
        if is_line && !self.part(what.end..rest).contains('\n') {
            cut.start = self.part(from..what.start).find('\n').map_or(from, |at| from + at + 1);
        }
        let mut all: Vec<Range<usize>> = comma.into_iter().chain([cut]).collect();
        all.sort_by_key(|range| std::cmp::Reverse(range.start));
        let mut text = self.text.to_owned();
        for range in all {
            text.replace_range(range, "");
        }
        (text, alone)
    }

    /// A text that has no value yet, with this one.
    pub fn begun(&self, written: &str) -> String {
        let end = self.style().end;
        match self.text.is_empty() || self.text.ends_with('\n') {
            true => format!("{}{written}{end}", self.text),
            false => format!("{}{end}{written}", self.text),
        }
    }

    /// What [`Text::begun`] began with.
    pub fn unbegun(&self, value: Range<usize>) -> String {
        let (before, behind) = (self.part(0..value.start), self.part(value.end..self.text.len()));
        if let Some(rest) = behind.strip_prefix("\r\n").or_else(|| behind.strip_prefix('\n')) {
            return format!("{before}{rest}");
        }
        let kept = before.strip_suffix("\r\n").or_else(|| before.strip_suffix('\n')).unwrap_or(before);
        format!("{kept}{behind}")
    }

    /// Whether there is nothing between these brackets, not even a comment.
    pub fn is_bare(&self, brackets: Range<usize>) -> bool {
        self.part(brackets.start + 1..brackets.end.saturating_sub(1)).trim().is_empty()
    }

    /// Whether there are comments in it.
    pub fn is_commented(&self) -> bool {
        self.tokens.iter().any(is_comment)
    }

    /// The text without its comments.
    pub fn uncommented(&self) -> String {
        let mut text = self.text.to_owned();
        for comment in self.tokens.iter().rev().filter(|token| is_comment(token)) {
            text.replace_range(comment.range.start..comment.range.end, " ");
        }
        text
    }

    fn with(&self, range: Range<usize>, put: &str) -> String {
        let mut text = self.text.to_owned();
        text.replace_range(range, put);
        text
    }

    fn part(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    /// The last token that ends there or before.
    fn before(&self, at: usize) -> Option<&TokenAndRange<'t>> {
        self.tokens.iter().rev().find(|token| token.range.end <= at)
    }

    /// The first token that begins there or behind.
    fn after(&self, at: usize) -> Option<&TokenAndRange<'t>> {
        self.tokens.iter().find(|token| token.range.start >= at)
    }

    /// The comma behind what ends there.
    fn comma(&self, at: usize) -> Option<Range<usize>> {
        let next = self.tokens.iter().find(|token| token.range.start >= at && !is_comment(token))?;
        matches!(next.token, Token::Comma).then(|| next.range.start..next.range.end)
    }

    /// What the line begins with that this stands in.
    fn indent(&self, at: usize) -> &'t str {
        let line = self.line(at);
        line.get(..line.len() - line.trim_start().len()).unwrap_or_default()
    }

    fn begins_line(&self, at: usize) -> bool {
        self.line(at).trim().is_empty() && self.part(0..at).contains('\n')
    }

    /// What stands before it in its line.
    fn line(&self, at: usize) -> &'t str {
        let before = self.part(0..at);
        before.rsplit_once('\n').map_or(before, |(_, line)| line)
    }
}

/// An object that says nothing twice: the host reads one of the two, and nobody knows which.
pub(super) fn object<'v, 't>(value: &'v Value<'t>, what: &str) -> Result<&'v Object<'t>, Trouble> {
    let Value::Object(object) = value else {
        return Err(Trouble::arguments(format!("{what} is not an object")));
    };
    let mut names: Vec<&str> = object.properties.iter().map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|two| two.first() == two.last()) {
        Some(two) => Err(Trouble::arguments(format!(
            "{what} has the member {:?} twice",
            two.first().copied().unwrap_or_default()
        ))),
        None => Ok(object),
    }
}

fn is_comment(token: &TokenAndRange<'_>) -> bool {
    matches!(token.token, Token::CommentLine(_) | Token::CommentBlock(_))
}
