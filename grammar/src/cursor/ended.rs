//! Ends an item that is being written, the shortest way that the parser takes.

use crate::ast::ItemKind;
use crate::expected::Expected;
use crate::feed::Fed;
use crate::grammar::ItemParser;
use crate::keywords::Keyword;
use crate::lex::TokenKind;
use crate::parse::parse_terminals;
use crate::sink::Sink;
use crate::span::FileId;
use crate::terminal::Terminal;
use lalrpop_util::ParseError;

/// So much is put behind an item at most: brackets nest as deep as [`MAX_NESTING`](crate::MAX_NESTING), and what ends a statement is short.
const MOST: usize = 2 * crate::MAX_NESTING;

/// The name of whatever is missing. It is a decision, too, so that a row of `cases` can be read that lacks one.
const NAME: &str = "allow";

/// What ends something, in the order in which it is tried; the terminal by the parser's name for it.
const ENDS: [(&str, Terminal<'static>); 27] = [
    (")", Terminal::Sign(TokenKind::RightParen)),
    ("]", Terminal::Sign(TokenKind::RightBracket)),
    ("}", Terminal::Sign(TokenKind::RightBrace)),
    (">", Terminal::Sign(TokenKind::Greater)),
    ("BodyClose", Terminal::BodyClose),
    ("as", Terminal::Key(Keyword::As)),
    ("then", Terminal::Key(Keyword::Then)),
    ("else", Terminal::Key(Keyword::Else)),
    ("{", Terminal::Sign(TokenKind::LeftBrace)),
    ("BodyOpen", Terminal::BodyOpen),
    ("->", Terminal::Sign(TokenKind::Arrow)),
    ("=", Terminal::Sign(TokenKind::Equal)),
    (":", Terminal::Sign(TokenKind::Colon)),
    ("to", Terminal::Key(Keyword::To)),
    ("of", Terminal::Key(Keyword::Of)),
    ("over", Terminal::Key(Keyword::Over)),
    ("from", Terminal::Key(Keyword::From)),
    ("until", Terminal::Key(Keyword::Until)),
    ("expires", Terminal::Key(Keyword::Expires)),
    ("because", Terminal::Key(Keyword::Because)),
    ("NameText", Terminal::Name(NAME)),
    ("LabelText", Terminal::Label(NAME)),
    ("DurationText", Terminal::Duration("1h")),
    ("NumberText", Terminal::Number("1")),
    ("DateText", Terminal::Date("2000-01-01")),
    ("StringText", Terminal::String("\"x\"")),
    ("UnitText", Terminal::Unit("days")),
];

/// The clauses without which an exception is none.
const CLAUSES: [Terminal<'static>; 6] = [
    Terminal::Key(Keyword::Expires),
    Terminal::Date("2000-01-01"),
    Terminal::Key(Keyword::GrantedBy),
    Terminal::String("\"x\""),
    Terminal::Key(Keyword::Because),
    Terminal::String("\"x\""),
];

/// What the terminals of an item that breaks off come to; nothing where it cannot be ended.
pub(super) fn ended(file: FileId, item: Keyword, mut terminals: Vec<Fed<'_>>) -> Option<ItemKind> {
    let parser = ItemParser::new();
    let mut whole = false;
    for _ in 0..MOST {
        let mut sink = Sink::new(file);
        let (kind, errors) = parse_terminals(&parser, item, &terminals, &Default::default(), &mut sink);
        let missing = errors.iter().find_map(|error| match error {
            ParseError::UnrecognizedEof { expected, .. } => Some(Expected::new(expected)),
            _ => None,
        });
        let at = terminals.last().map_or(0, |&(_, _, end)| end);
        let Some(missing) = missing else {
            if kind.is_none() && item == Keyword::Except && !whole {
                whole = true;
                terminals.extend(CLAUSES.map(|terminal| (at, terminal, at)));
                continue;
            }
            return kind.map(|kind| *kind);
        };
        let question = question(&terminals);
        let next = if missing.has(":") && question == Some(Question::OfEach) {
            Terminal::Sign(TokenKind::Colon)
        } else if missing.has("over") && question == Some(Question::WithoutWindow) {
            Terminal::Key(Keyword::Over)
        } else {
            ENDS.iter().find(|(name, _)| missing.has(name))?.1
        };
        terminals.push((at, next, at));
    }
    None
}

/// What lacks more than its bracket.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Question {
    /// `any(x in xs`, or one like it: what is asked of each follows.
    OfEach,
    /// One about the past, which does not say yet how far back it looks.
    WithoutWindow,
}

/// What the innermost bracket that is open belongs to, where that is such a question.
fn question(terminals: &[Fed<'_>]) -> Option<Question> {
    let (mut depth, mut window) = (0_usize, false);
    for (index, (_, terminal, _)) in terminals.iter().enumerate().rev() {
        match terminal {
            Terminal::Sign(TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace) => {
                depth += 1
            }
            Terminal::Key(Keyword::Over | Keyword::Since) if depth == 0 => window = true,
            Terminal::Sign(TokenKind::LeftParen) if depth == 0 => {
                let name = index.checked_sub(1).and_then(|before| terminals.get(before));
                let second = terminals.get(index + 2).map(|&(_, terminal, _)| terminal);
                return match name {
                    Some((_, Terminal::Name("any" | "all" | "count" | "sum"), _)) => {
                        (second == Some(Terminal::Key(Keyword::In))).then_some(Question::OfEach)
                    }
                    _ => (!window).then_some(Question::WithoutWindow),
                };
            }
            Terminal::Sign(TokenKind::LeftParen | TokenKind::LeftBracket | TokenKind::LeftBrace)
            | Terminal::RecordOpen
            | Terminal::BodyOpen => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}
