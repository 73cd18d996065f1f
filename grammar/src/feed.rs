//! What each token of an item is to the grammar.
//!
//! Few words of the language are reserved; the others are keywords only where one can stand. That is decided here,
//! from the kind of the item, the token before and the token behind, so that the grammar need not: after an operand
//! only an operator or a clause can follow, hence a word there is a keyword; where an operand is wanted it is a
//! name. At the start of a line a word that begins a statement does begin one.

use crate::foreign::{Foreign, Translated};
use crate::hints;
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::piles::{Piles, too_high};
use crate::sink::Sink;
use crate::span::Span;
use crate::split::{Chunk, Seen, text_of};
use crate::suggest;
use crate::terminal::Terminal;

/// A terminal between the offsets of its bytes, as the parser wants it.
pub(crate) type Fed<'s> = (usize, Terminal<'s>, usize);

/// The terminals of an item; nothing where operators pile up so high that it is not worth parsing, which is told.
pub(crate) fn feed<'s>(source: &'s str, chunk: &Chunk, sink: &mut Sink) -> Option<Vec<Fed<'s>>> {
    Some(feeder(source, chunk, sink)?.fed)
}

/// The same, with what it takes to tell what would come next.
pub(crate) fn feeder<'s, 'c>(source: &'s str, chunk: &'c Chunk, sink: &mut Sink) -> Option<Feeder<'s, 'c>> {
    let fed = Vec::with_capacity(chunk.tokens.len());
    let mut feeder = Feeder { source, item: chunk.keyword, tokens: &chunk.tokens, open: Vec::new(), fed };
    let mut foreign = Foreign::new(source, &chunk.tokens);
    let mut piles = Piles::default();
    let mut index = 0;
    while let Some(&token) = chunk.tokens.get(index) {
        match foreign.translate(index, feeder.last(), sink) {
            Some(Translated { terminal, count }) => {
                let end = chunk.tokens.get(index + count - 1).map_or(token.span.end, |last| last.span.end);
                if let Some(terminal) = terminal {
                    feeder.push(token, terminal, end);
                }
                index += count;
            }
            None => {
                let terminal = feeder.classify(index, token, sink);
                if !piles.take(terminal, feeder.last(), chunk.keyword) {
                    sink.push(too_high(token.span));
                    return None;
                }
                feeder.push(token, terminal, token.span.end);
                index += 1;
            }
        }
    }
    Some(feeder)
}

/// What was fed of an item so far.
pub(crate) struct Feeder<'s, 'c> {
    source: &'s str,
    item: Keyword,
    tokens: &'c [Seen],
    /// The brackets that are open.
    open: Vec<TokenKind>,
    /// The terminals.
    pub fed: Vec<Fed<'s>>,
}

impl<'s> Feeder<'s, '_> {
    /// What a word would be that stood behind all that was fed, and nothing behind it.
    pub fn next_word(&self, word: &'s str, starts_line: bool, sink: &mut Sink) -> Terminal<'s> {
        let token = Seen { kind: TokenKind::Word, span: Span::default(), starts_line };
        self.word(self.tokens.len(), token, word, sink)
    }

    fn last(&self) -> Option<Terminal<'s>> {
        self.fed.last().map(|&(_, terminal, _)| terminal)
    }

    fn push(&mut self, token: Seen, terminal: Terminal<'s>, end: u32) {
        match terminal {
            Terminal::RecordOpen | Terminal::BodyOpen => self.open.push(TokenKind::LeftBrace),
            Terminal::Sign(sign @ (TokenKind::LeftParen | TokenKind::LeftBracket | TokenKind::LeftBrace)) => {
                self.open.push(sign);
            }
            Terminal::BodyClose
            | Terminal::Sign(TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace) => {
                self.open.pop();
            }
            _ => {}
        }
        self.fed.push((token.span.start as usize, terminal, end as usize));
    }

    fn kind(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    fn classify(&self, index: usize, token: Seen, sink: &mut Sink) -> Terminal<'s> {
        let text = text_of(self.source, token.span);
        match token.kind {
            TokenKind::Word => self.word(index, token, text, sink),
            TokenKind::Number => Terminal::Number(text),
            TokenKind::Percent => Terminal::Percent(text.trim_end_matches('%')),
            TokenKind::Duration => Terminal::Duration(text),
            TokenKind::Date => Terminal::Date(text),
            TokenKind::Timestamp => Terminal::Timestamp(text),
            TokenKind::TimeOfDay => Terminal::TimeOfDay(text),
            TokenKind::String | TokenKind::UnclosedString => Terminal::String(text),
            TokenKind::RawString => Terminal::Pattern(text),
            TokenKind::Star if !self.last().is_some_and(Terminal::ends_operand) => Terminal::AnyAction,
            TokenKind::Star if self.counts_all(index) => Terminal::AnyAction,
            TokenKind::LeftBrace if self.open.is_empty() => Terminal::BodyOpen,
            TokenKind::RightBrace if self.open.len() == 1 => Terminal::BodyClose,
            TokenKind::LeftBrace if self.opens_record() => Terminal::RecordOpen,
            sign => Terminal::Sign(sign),
        }
    }

    /// Whether a `*` here stands for all actions of the past, as in `times(allowed * per agent.id over 1h)`: nothing is multiplied
    /// where a word stands before the other factor, or where what follows it begins a clause.
    fn counts_all(&self, index: usize) -> bool {
        let [.., (_, before, _), (_, Terminal::Name(_), _)] = self.fed.as_slice() else { return false };
        let clause = match self.tokens.get(index + 1).map(|next| text_of(self.source, next.span)) {
            Some("per" | "since") => self.kind(index + 2) == Some(TokenKind::Word),
            Some("over") => matches!(self.kind(index + 2), Some(TokenKind::Duration | TokenKind::Number)),
            _ => false,
        };
        match before {
            Terminal::Sign(TokenKind::LeftParen) => clause,
            Terminal::Name(_) | Terminal::Key(Keyword::Of) => true,
            _ => false,
        }
    }

    /// Whether a `{` here begins a record's value: only where a value is wanted, never where a block is.
    fn opens_record(&self) -> bool {
        let signs = [
            TokenKind::Colon,
            TokenKind::Comma,
            TokenKind::LeftBracket,
            TokenKind::LeftParen,
            TokenKind::Equal,
        ];
        matches!(self.last(), Some(Terminal::Sign(sign)) if signs.contains(&sign))
    }

    fn word(&self, index: usize, token: Seen, text: &'s str, sink: &mut Sink) -> Terminal<'s> {
        let keyword = Keyword::from_text(text);
        let next = self.kind(index + 1);
        let Some(last) = self.last() else {
            return keyword.map_or(Terminal::Name(text), Terminal::Key);
        };
        if let Some(reserved) = keyword.filter(|keyword| keyword.is_reserved()) {
            let is_value = matches!(reserved, Keyword::True | Keyword::False);
            if is_value || next != Some(TokenKind::Colon) || !self.begins_entry(last, token.starts_line) {
                return Terminal::Key(reserved);
            }
            // In a rule no entry begins so: what is meant is a statement.
            if self.item != Keyword::Rule {
                sink.push(hints::reserved_word(text, token.span));
            }
            return Terminal::Label(text);
        }
        if last == Terminal::Sign(TokenKind::Dot) {
            return Terminal::Name(text);
        }
        if keyword == Some(Keyword::Tool)
            && last == Terminal::Key(Keyword::Given)
            && next == Some(TokenKind::String)
        {
            return Terminal::Key(Keyword::Tool);
        }
        let key = keyword.filter(|&keyword| {
            self.is_key(keyword, last, token.starts_line, next) || self.is_nameless(index, last, keyword)
        });
        match key {
            Some(Keyword::When)
                if self.item == Keyword::Rule && self.is_statement(index, token.starts_line) =>
            {
                Terminal::WhenBlock
            }
            Some(key) => Terminal::Key(key),
            None if matches!(last, Terminal::Number(_))
                && !token.starts_line
                && self.may_be_unit(text, next) =>
            {
                Terminal::Unit(text)
            }
            None if next == Some(TokenKind::Colon) && self.begins_entry(last, token.starts_line) => {
                Terminal::Label(text)
            }
            // A field of a normalizer is told from a value by what stands behind it, so that none is taken to go on with the line above.
            None if self.item == Keyword::Normalize && self.open.len() == 1 && self.is_mapped(index) => {
                Terminal::Label(text)
            }
            None if token.starts_line && last.ends_operand() && self.may_begin_line() => {
                Terminal::Stray(text)
            }
            None => match self.misspelled_clause(text, last, next) {
                Some(meant) => {
                    sink.push(suggest::unknown_line(self.item, text, token.span));
                    Terminal::Key(meant)
                }
                None => Terminal::Name(text),
            },
        }
    }

    /// The clause of a control that a word between others nearly is. Without it `surce "…"` would be read as one more control.
    fn misspelled_clause(&self, text: &str, last: Terminal, next: Option<TokenKind>) -> Option<Keyword> {
        if self.item != Keyword::Framework
            || last == Terminal::BodyOpen
            || last == Terminal::Key(Keyword::Framework)
        {
            return None;
        }
        let behind_title = matches!(last, Terminal::String(_) | Terminal::Date(_) | Terminal::Name(_))
            || last == Terminal::Key(Keyword::Unverified);
        // What has a text behind it may be a control.
        let takes_text =
            |keyword: &Keyword| matches!(keyword, Keyword::Source | Keyword::Edition | Keyword::Jurisdiction);
        let fits = |keyword: &&Keyword| next != Some(TokenKind::String) || takes_text(keyword);
        let known = || self.item.clauses().iter().filter(fits);
        let meant = suggest::closest(text, known().map(|keyword| keyword.text()))?;
        known().find(|keyword| behind_title && keyword.text() == meant).copied()
    }

    /// Whether `=` or `? =` stands behind the word of this number.
    fn is_mapped(&self, index: usize) -> bool {
        let behind = usize::from(self.kind(index + 1) == Some(TokenKind::Question));
        self.kind(index + 1 + behind) == Some(TokenKind::Equal)
    }

    /// Whether a statement, a step or a clause with a line of its own may begin here.
    fn may_begin_line(&self) -> bool {
        match self.item {
            Keyword::Rule => self.open.last() == Some(&TokenKind::LeftBrace),
            Keyword::Test | Keyword::Fixture => self.open.len() == 1,
            Keyword::Param | Keyword::Except => self.open.is_empty(),
            _ => false,
        }
    }

    /// In tests a row of `cases` may be an amount before a `:`; elsewhere a word before a `:` is a field's name, unless
    /// it looks like a currency. In the risk model a word behind a number is the next flag or amplifier.
    fn may_be_unit(&self, word: &str, next: Option<TokenKind>) -> bool {
        let currency = word.bytes().all(|byte| byte.is_ascii_uppercase());
        let amount = next != Some(TokenKind::Colon) || self.item == Keyword::Test || currency;
        // What begins a clause elsewhere is no currency, whatever it stands behind.
        let goes_on = matches!(word, "allow" | "between" | "because" | "then")
            || Keyword::from_text(word)
                .is_some_and(|keyword| !matches!(keyword, Keyword::Min | Keyword::Max));
        self.item != Keyword::Risk && amount && !goes_on
    }

    fn begins_entry(&self, last: Terminal, starts_line: bool) -> bool {
        let behind_sign = matches!(
            last,
            Terminal::RecordOpen
                | Terminal::BodyOpen
                | Terminal::Sign(TokenKind::LeftBrace | TokenKind::LeftParen | TokenKind::Comma)
        );
        match self.open.last() {
            Some(TokenKind::LeftBrace) => behind_sign || starts_line,
            Some(TokenKind::LeftParen) => behind_sign,
            _ => false,
        }
    }

    fn is_key(&self, keyword: Keyword, last: Terminal, starts_line: bool, next: Option<TokenKind>) -> bool {
        let names = match next {
            Some(TokenKind::Colon | TokenKind::Dot) => true,
            Some(TokenKind::Equal) => matches!(self.item, Keyword::Set | Keyword::Normalize),
            Some(TokenKind::Question) => self.item == Keyword::Normalize,
            _ => false,
        };
        if names {
            return false;
        }
        if matches!(keyword, Keyword::Min | Keyword::Max) {
            return next == Some(TokenKind::Number);
        }
        // `since latest allowed shop.buy, at most 9d` may go on on a new line.
        if keyword == Keyword::At && self.open.last() == Some(&TokenKind::LeftParen) {
            return false;
        }
        let after_operand = last.ends_operand() || self.ends_type(last);
        if keyword == Keyword::Div {
            return after_operand;
        }
        let begins = self.item.starters().contains(&keyword);
        let first = starts_line || matches!(last, Terminal::BodyOpen | Terminal::Sign(TokenKind::LeftBrace));
        (begins && first) || ((begins || self.item.clauses().contains(&keyword)) && after_operand)
    }

    /// Whether a `>` ends the type of a field: `{ lines: List<Line> default allow }`.
    fn ends_type(&self, last: Terminal) -> bool {
        let in_fields = matches!(self.item, Keyword::Action | Keyword::Event) && self.open.len() == 1;
        in_fields && last == Terminal::Sign(TokenKind::Greater)
    }

    /// Whether a `when` in a rule is a statement: it has a block, or begins a line where no condition is waited for
    /// and ought to have one.
    fn is_statement(&self, index: usize, starts_line: bool) -> bool {
        match starts_line {
            true => self.begins_block(index) || !self.awaits_condition(),
            false => self.begins_block(index) && !self.awaits_code(),
        }
    }

    /// Whether a statement has begun that ends in a reason code, and has neither a condition nor its code yet: what follows is no block,
    /// also where somebody writes braces.
    fn awaits_code(&self) -> bool {
        let begins = |terminal: &Terminal| {
            matches!(
                terminal,
                Terminal::Key(
                    Keyword::Deny
                        | Keyword::StepUp
                        | Keyword::Risk
                        | Keyword::Oblige
                        | Keyword::As
                        | Keyword::When
                ) | Terminal::Key(Keyword::Let | Keyword::Require | Keyword::Flag | Keyword::Amplify)
                    | Terminal::WhenBlock
                    | Terminal::Stray(_)
                    | Terminal::BodyOpen
            )
        };
        let last = self.fed.iter().rev().map(|&(_, terminal, _)| terminal).find(begins);
        matches!(last, Some(Terminal::Key(Keyword::Deny | Keyword::StepUp | Keyword::Risk | Keyword::Oblige)))
    }

    /// Whether a `deny`, `step_up` or `risk` has begun and has neither a condition nor its code yet.
    fn awaits_condition(&self) -> bool {
        for &(_, terminal, _) in self.fed.iter().rev() {
            match terminal {
                Terminal::Key(
                    Keyword::Deny
                    | Keyword::StepUp
                    | Keyword::Risk
                    | Keyword::Flag
                    | Keyword::Amplify
                    | Keyword::Oblige,
                ) => return true,
                Terminal::Key(Keyword::As | Keyword::When | Keyword::Let | Keyword::Require)
                | Terminal::WhenBlock
                | Terminal::Stray(_)
                | Terminal::BodyOpen => return false,
                _ => {}
            }
        }
        false
    }

    /// Whether a `when` in a rule has a block behind its condition: a `{` comes before the statement ends.
    fn begins_block(&self, index: usize) -> bool {
        let mut depth = 0_u32;
        for token in self.tokens.iter().skip(index + 1) {
            match token.kind {
                TokenKind::LeftBrace if depth == 0 => return true,
                TokenKind::LeftParen | TokenKind::LeftBracket | TokenKind::LeftBrace => depth += 1,
                TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace => {
                    match depth.checked_sub(1) {
                        Some(less) => depth = less,
                        None => return false,
                    }
                }
                TokenKind::Word => match Keyword::from_text(text_of(self.source, token.span)) {
                    Some(Keyword::When | Keyword::As) => return false,
                    Some(word) if token.starts_line && Keyword::Rule.starters().contains(&word) => {
                        return false;
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        false
    }

    /// Whether a word goes on with what another has begun, and the name between the two is missing. What has the same word behind it is that
    /// name.
    fn is_nameless(&self, index: usize, last: Terminal, keyword: Keyword) -> bool {
        let goes_on = match last {
            Terminal::Key(Keyword::Flag | Keyword::Amplify | Keyword::Category) => keyword == Keyword::When,
            Terminal::Key(Keyword::Oblige) => matches!(keyword, Keyword::By | Keyword::When),
            _ => false,
        };
        let next = self.tokens.get(index + 1).filter(|next| next.kind == TokenKind::Word);
        goes_on && next.is_some_and(|next| text_of(self.source, next.span) != keyword.text())
    }
}
