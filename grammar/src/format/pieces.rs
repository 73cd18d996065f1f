//! Terminals with the comments that stand at them.

use super::read::Read;
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::split::text_of;
use crate::terminal::Terminal;

/// The items of a file, and the comments behind the last one.
pub(super) struct Pieces<'s> {
    pub items: Vec<Item<'s>>,
    pub tail: Vec<Comment<'s>>,
}

/// An item: its keyword and all of its terminals.
pub(super) struct Item<'s> {
    pub keyword: Keyword,
    pub pieces: Vec<Piece<'s>>,
}

/// A terminal and what stands around it.
pub(super) struct Piece<'s> {
    /// As the author wrote it.
    pub text: &'s str,
    /// What it is.
    pub terminal: Terminal<'s>,
    /// The comments above it, each on a line of its own.
    pub before: Vec<Comment<'s>>,
    /// The comment behind it, on the same line.
    pub after: Option<&'s str>,
    /// Whether a blank line is above it, below its comments.
    pub blank: bool,
    /// Whether it belongs to a type, where `<` and `>` are brackets.
    pub typed: bool,
    /// For a bracket, the one that belongs to it.
    pub partner: Option<usize>,
}

/// A comment on a line of its own.
pub(super) struct Comment<'s> {
    pub text: &'s str,
    /// Whether it documents what follows it.
    pub doc: bool,
    /// Whether a blank line is above it.
    pub blank: bool,
}

/// Gives each comment to a token. A comment that stands behind a token belongs to that one, any other to the next.
/// Documentation always belongs to the next, since that is what it documents.
pub(super) fn pieces<'s>(source: &'s str, read: &Read<'s>) -> Pieces<'s> {
    let mut items: Vec<Item> = Vec::new();
    let mut waiting = read.items.iter();
    let mut terminals = [].iter();
    let mut pending: Vec<Comment> = Vec::new();
    let mut end = 0;
    for token in &read.tokens {
        let gap = source.get(end..token.span.start as usize).unwrap_or_default();
        let breaks = gap.bytes().filter(|&byte| byte == b'\n').count();
        end = token.span.end as usize;
        let text = text_of(source, token.span);
        let documented = pending.last().is_some_and(|comment| comment.doc);
        let blank = breaks > 1 && !documented;
        if token.kind.is_comment() {
            let text = text.trim_end();
            let last = items.last_mut().and_then(|item| item.pieces.last_mut());
            match last {
                Some(last) if breaks == 0 && token.kind == TokenKind::Comment && pending.is_empty() => {
                    last.after = Some(text);
                }
                _ => pending.push(Comment { text, doc: token.kind == TokenKind::Doc, blank }),
            }
            continue;
        }
        let next = terminals.next().or_else(|| {
            let item = waiting.next()?;
            items.push(Item { keyword: item.keyword, pieces: Vec::with_capacity(item.fed.len()) });
            terminals = item.fed.iter();
            terminals.next()
        });
        if let (Some(&(_, terminal, _)), Some(item)) = (next, items.last_mut()) {
            let before = std::mem::take(&mut pending);
            item.pieces.push(Piece {
                text,
                terminal,
                before,
                after: None,
                blank,
                typed: false,
                partner: None,
            });
        }
    }
    for item in &mut items {
        settle_commas(&mut item.pieces);
        match_brackets(&mut item.pieces);
        mark_types(item.keyword, &mut item.pieces);
    }
    Pieces { items, tail: pending }
}

/// Moves comments that stand before a comma behind it, where the comma can follow what it ends. Only documentation holds a
/// comma in its place: moved, it would document what is next.
fn settle_commas(pieces: &mut [Piece]) {
    for index in 1..pieces.len().saturating_sub(1) {
        let Some([last, comma, next]) = pieces.get_mut(index - 1..=index + 1) else { continue };
        if !comma.is_sign(TokenKind::Comma) || comma.before.iter().any(|comment| comment.doc) {
            continue;
        }
        let behind = comma.after.take();
        if comma.before.is_empty() && last.after.is_none() {
            comma.after = behind;
            continue;
        }
        comma.after = last.after.take();
        let mut moved = std::mem::take(&mut comma.before);
        moved.extend(behind.map(|text| Comment { text, doc: false, blank: false }));
        moved.append(&mut next.before);
        next.before = moved;
    }
}

fn match_brackets(pieces: &mut [Piece]) {
    let mut open: Vec<usize> = Vec::new();
    for index in 0..pieces.len() {
        let Some(piece) = pieces.get_mut(index) else { continue };
        if piece.opens() {
            open.push(index);
        } else if piece.closes()
            && let Some(partner) = open.pop()
        {
            piece.partner = Some(partner);
            if let Some(first) = pieces.get_mut(partner) {
                first.partner = Some(index);
            }
        }
    }
}

/// Marks what is part of a type: all of a record, the head of a parameter or a function, the fields of an action.
fn mark_types(item: Keyword, pieces: &mut [Piece]) {
    let mut typed =
        matches!(item, Keyword::Record | Keyword::Extend | Keyword::Fact | Keyword::Param | Keyword::Fn);
    let mut depth = 0_usize;
    for piece in pieces {
        match (item, piece.terminal) {
            (Keyword::Param | Keyword::Fn, Terminal::Sign(TokenKind::Equal)) => typed = false,
            (Keyword::Action | Keyword::Event, Terminal::Label(_)) if depth == 1 => typed = true,
            (Keyword::Action | Keyword::Event, Terminal::Key(word)) if item.starters().contains(&word) => {
                typed = false
            }
            _ => {}
        }
        // The body of a normalizer has types and no comparisons.
        piece.typed = typed || (item == Keyword::Normalize && depth > 0);
        depth += usize::from(piece.opens());
        depth = depth.saturating_sub(usize::from(piece.closes()));
    }
}

impl Piece<'_> {
    /// Whether it is this sign.
    pub fn is_sign(&self, sign: TokenKind) -> bool {
        self.terminal == Terminal::Sign(sign)
    }

    /// Whether it opens a bracket.
    pub fn opens(&self) -> bool {
        self.opens_brace()
            || matches!(self.terminal, Terminal::Sign(TokenKind::LeftParen | TokenKind::LeftBracket))
    }

    /// Whether it is a `{`.
    pub fn opens_brace(&self) -> bool {
        matches!(
            self.terminal,
            Terminal::BodyOpen | Terminal::RecordOpen | Terminal::Sign(TokenKind::LeftBrace)
        )
    }

    /// Whether it closes a bracket.
    pub fn closes(&self) -> bool {
        self.closes_brace()
            || matches!(self.terminal, Terminal::Sign(TokenKind::RightParen | TokenKind::RightBracket))
    }

    /// Whether it is a `}`.
    pub fn closes_brace(&self) -> bool {
        matches!(self.terminal, Terminal::BodyClose | Terminal::Sign(TokenKind::RightBrace))
    }
}
