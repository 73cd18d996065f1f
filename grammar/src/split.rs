//! Cuts the tokens of a file into items, and sees to it that the brackets of each close.
//!
//! An item starts with a word in column 1 and reaches to the next one. Each is parsed by itself, so that a mistake
//! never reaches the next item, and so that an editor can parse one item again.

use crate::brackets::Brackets;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::keywords::{self, Keyword};
use crate::lex::{Token, TokenKind};
use crate::sink::Sink;
use crate::span::Span;
use crate::suggest;

/// A token that the parser sees.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
    /// Whether it is the first of its line.
    pub starts_line: bool,
}

/// The tokens of one item.
pub(crate) struct Chunk {
    /// Its keyword.
    pub keyword: Keyword,
    /// Its tokens, the keyword included; brackets balance.
    pub tokens: Vec<Seen>,
    /// From where on brackets were put in or left out: what the parser finds wrong there is most likely due to that.
    pub patched: Option<u32>,
}

/// The items of a file, and its documentation: for each documented token the offset at which it starts and the
/// lines above it.
pub(crate) struct Split {
    pub chunks: Vec<Chunk>,
    pub docs: Docs,
    pub module_docs: Vec<String>,
}

/// Documentation lines by the offset of the token below them, in ascending order.
#[derive(Default, PartialEq)]
pub(crate) struct Docs(Vec<(u32, Vec<String>)>);

impl Docs {
    /// The lines above the token that starts at `offset`.
    pub fn above(&self, offset: u32) -> Vec<String> {
        let found = self.0.binary_search_by_key(&offset, |&(start, _)| start).ok();
        found.and_then(|index| self.0.get(index)).map(|(_, lines)| lines.clone()).unwrap_or_default()
    }

    /// The same lines above tokens that are counted otherwise; `place` is asked in ascending order and ascends too.
    pub fn placed(self, mut place: impl FnMut(u32) -> u32) -> Docs {
        Docs(self.0.into_iter().map(|(offset, lines)| (place(offset), lines)).collect())
    }
}

/// Cuts the tokens of `source`.
pub(crate) fn split(source: &str, tokens: &[Token], sink: &mut Sink) -> Split {
    let (seen, docs, module_docs) = without_comments(source, tokens);
    let mut splitter = Splitter { source, sink, chunks: Vec::new(), open: Open::Nothing };
    for (index, &token) in seen.iter().enumerate() {
        splitter.take(token, seen.get(index + 1).copied());
    }
    splitter.close();
    Split { chunks: splitter.chunks, docs, module_docs }
}

fn without_comments(source: &str, tokens: &[Token]) -> (Vec<Seen>, Docs, Vec<String>) {
    let (mut seen, mut docs, mut module_docs) =
        (Vec::with_capacity(tokens.len()), Docs::default(), Vec::new());
    let mut pending: Vec<String> = Vec::new();
    let mut line_from = 0;
    for token in tokens {
        match token.kind {
            TokenKind::Comment | TokenKind::ForeignComment => {}
            TokenKind::Doc => pending.push(uncomment(text_of(source, token.span))),
            TokenKind::ModuleDoc => module_docs.push(uncomment(text_of(source, token.span))),
            kind => {
                let gap = source.as_bytes().get(line_from..token.span.start as usize).unwrap_or_default();
                let starts_line = line_from == 0 || gap.contains(&b'\n');
                line_from = token.span.end as usize;
                if !pending.is_empty() {
                    docs.0.push((token.span.start, std::mem::take(&mut pending)));
                }
                seen.push(Seen { kind, span: token.span, starts_line });
            }
        }
    }
    (seen, docs, module_docs)
}

/// A documentation line without its three signs and the blank behind them.
fn uncomment(line: &str) -> String {
    let text = line.get(3..).unwrap_or_default();
    text.strip_prefix(' ').unwrap_or(text).trim_end().to_string()
}

/// The text that a span covers.
pub(crate) fn text_of(source: &str, span: Span) -> &str {
    source.get(span.start as usize..span.end as usize).unwrap_or_default()
}

/// How many tokens most items have at most.
const USUAL: usize = 64;

/// What the tokens at hand belong to.
enum Open {
    /// To nothing: the file has not begun.
    Nothing,
    /// To something that was reported as unknown; it is skipped up to the next item.
    Unknown,
    /// To an item.
    Item(Item),
}

struct Item {
    keyword: Keyword,
    tokens: Vec<Seen>,
    brackets: Brackets,
    /// Whether a word that ought to be indented was reported.
    outdented: bool,
}

struct Splitter<'a> {
    source: &'a str,
    sink: &'a mut Sink,
    chunks: Vec<Chunk>,
    open: Open,
}

impl Splitter<'_> {
    fn take(&mut self, token: Seen, next: Option<Seen>) {
        let column_1 = self.in_column_1(token.span);
        if column_1 && token.kind == TokenKind::Word && self.begins_item(token, next) {
            self.close();
            self.begin(token);
            return;
        }
        match &mut self.open {
            Open::Item(item) => item.brackets.take(token, column_1, &mut item.tokens, self.sink),
            Open::Nothing if token.kind != TokenKind::Unknown => self.unknown_item(token),
            // It was told when the text was cut into tokens; what follows it belongs to it.
            Open::Nothing if column_1 => self.open = Open::Unknown,
            Open::Nothing | Open::Unknown => {}
        }
    }

    fn in_column_1(&self, span: Span) -> bool {
        match (span.start as usize).checked_sub(1) {
            None => true,
            Some(before) => {
                self.source.as_bytes().get(before) == Some(&b'\n')
                    || (before == 2 && self.source.starts_with('\u{feff}'))
            }
        }
    }

    /// Whether this word in column 1 begins an item. A word that can only go on with the item above does not: it
    /// is reported as badly indented, and read as if it were indented well.
    fn begins_item(&mut self, token: Seen, next: Option<Seen>) -> bool {
        let text = text_of(self.source, token.span);
        let keyword = Keyword::from_text(text);
        let next_kind = next.map(|next| next.kind);
        let item = match &mut self.open {
            Open::Item(item) => item,
            // A clause in column 1 goes on with what is skipped.
            Open::Unknown => return keyword.is_none_or(Keyword::begins_item),
            Open::Nothing => return true,
        };
        let inside = item.brackets.is_open();
        let goes_on = match keyword {
            Some(Keyword::Risk) => inside && next_kind == Some(TokenKind::Plus),
            Some(keyword) if keyword.begins_item() => inside && next_kind == Some(TokenKind::Colon),
            Some(_) => true,
            None => inside && suggest::closest(text, keywords::ITEMS.iter().map(|k| k.text())).is_none(),
        };
        if goes_on && !item.outdented {
            item.outdented = true;
            let message = format!("`{text}` stands in column 1, where only an item begins");
            let help = format!("indent it, so that it belongs to the `{}` above", item.keyword.text());
            let error = Diagnostic::error(codes::NOT_INDENTED, token.span, message).help(help);
            let start = Span { end: token.span.start, ..token.span };
            // Only a statement belongs there as it is.
            let statement = inside && item.keyword == Keyword::Rule;
            self.sink.push(if statement { error.fix(start, "  ") } else { error });
        }
        !goes_on
    }

    fn begin(&mut self, token: Seen) {
        let text = text_of(self.source, token.span);
        match Keyword::from_text(text).filter(|keyword| keyword.begins_item()) {
            Some(keyword) => {
                let mut tokens = Vec::with_capacity(USUAL);
                tokens.push(token);
                let brackets = Brackets::default();
                self.open = Open::Item(Item { keyword, tokens, brackets, outdented: false });
            }
            None => self.unknown_item(token),
        }
    }

    fn unknown_item(&mut self, token: Seen) {
        let text = text_of(self.source, token.span);
        if Keyword::from_text(text).is_some_and(Keyword::begins_item) {
            let before = self.source.get(..token.span.start as usize).unwrap_or_default();
            let line = before.rfind('\n').map_or(0, |end| end + 1);
            let blanks = self.sink.span(line, token.span.start as usize);
            let message = format!("`{text}` begins an item, and an item begins in column 1");
            let error = Diagnostic::error(codes::UNKNOWN_ITEM, token.span, message);
            self.sink.push(error.help(format!("remove the blanks before `{text}`")).fix(blanks, ""));
        } else if !self.sink.is_full() {
            self.sink.push(suggest::unknown_item(text, token.span));
        }
        self.open = Open::Unknown;
    }

    fn close(&mut self) {
        if let Open::Item(mut item) = std::mem::replace(&mut self.open, Open::Unknown) {
            let whole = item.brackets.finish(item.keyword, self.source, &mut item.tokens, self.sink);
            if let Some(patched) = whole {
                self.chunks.push(Chunk { keyword: item.keyword, tokens: item.tokens, patched });
            }
        }
    }
}
