//! What each token is, for colours that follow the meaning.

use std::collections::BTreeMap;
use std::ops::Range;

use lictor_grammar::keywords::Keyword;
use lictor_grammar::lex::TokenKind;

use super::Syntax;
use super::tree::{Class, Node, walk};

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Paint {
    /// A word of the language.
    Keyword,
    /// A comment that documents something, or one that does not.
    Comment,
    /// A text.
    String,
    /// A pattern.
    Regexp,
    /// A number, an amount, a moment.
    Number,
    /// A sign.
    Operator,
    /// A name of a module or a framework.
    Namespace,
    /// A name of a type.
    Type,
    /// A name of an action.
    Class,
    /// A name of a function.
    Function,
    /// A name that a function or a quantifier gives.
    Parameter,
    /// A name of a parameter, a rule, a value.
    Variable,
    /// A name of a field.
    Property,
    /// A word of a list.
    EnumMember,
    /// A mark before a type.
    Decorator,
}

/// A token that has a colour.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Painted {
    /// Where; within one line.
    pub range: Range<u32>,
    /// What it is.
    pub paint: Paint,
    /// Whether it is where something is declared.
    pub is_declaration: bool,
    /// Whether it documents something.
    pub is_documentation: bool,
}

/// All tokens that have a colour, in the order of the text.
pub fn highlights(syntax: &Syntax) -> Vec<Painted> {
    let mut names: BTreeMap<u32, (u32, Class, bool)> = BTreeMap::new();
    let mut items = Vec::new();
    for item in syntax.items() {
        items.push(syntax.range(item.span));
        walk(item, &mut |span, node| {
            if let Node::Name(class, is_declaration) = node {
                let range = syntax.range(span);
                names.insert(range.start, (range.end, class, is_declaration));
            }
        });
    }
    // A word of an item that could be read, and that names nothing, is a word of the language there.
    let is_read = |at: u32| {
        let after = items.partition_point(|item| item.start <= at);
        after.checked_sub(1).and_then(|before| items.get(before)).is_some_and(|item| at < item.end)
    };
    let is_keyword = |range: &Range<u32>| {
        is_read(range.start) || Keyword::from_text(syntax.text().slice(range.clone())).is_some()
    };
    let mut all = Vec::new();
    for (kind, range) in syntax.tokens() {
        match kind {
            TokenKind::Word => match names.get(&range.start) {
                Some(&(_, class, is_declaration)) => {
                    all.push(Painted { is_declaration, ..plain(range, of_class(class, is_declaration)) })
                }
                None if is_keyword(&range) => all.push(plain(range, Paint::Keyword)),
                None => all.push(plain(range, Paint::Variable)),
            },
            // A message shows values of which the names stand between braces.
            TokenKind::String => {
                let mut from = range.start;
                for (&start, &(end, class, _)) in names.range(range.clone()) {
                    all.extend((from < start).then(|| plain(from..start, Paint::String)));
                    all.push(plain(start..end, of_class(class, false)));
                    from = end;
                }
                all.push(plain(from..range.end, Paint::String));
            }
            // Comments of other languages may go over many lines, and are mistakes anyway.
            TokenKind::Comment => all.push(plain(range, Paint::Comment)),
            TokenKind::Doc | TokenKind::ModuleDoc => {
                all.push(Painted { is_documentation: true, ..plain(range, Paint::Comment) });
            }
            kind => all.extend(of_sign(kind).map(|paint| plain(range, paint))),
        }
    }
    all
}

fn plain(range: Range<u32>, paint: Paint) -> Painted {
    Painted { range, paint, is_declaration: false, is_documentation: false }
}

fn of_class(class: Class, is_declaration: bool) -> Paint {
    match class {
        Class::Module | Class::Framework => Paint::Namespace,
        Class::Type => Paint::Type,
        Class::Action => Paint::Class,
        Class::Function | Class::Fact => Paint::Function,
        Class::Input => Paint::Parameter,
        Class::Let
        | Class::Param
        | Class::Calendar
        | Class::Rule
        | Class::Exception
        | Class::Example
        | Class::Value => Paint::Variable,
        Class::Field => Paint::Property,
        Class::Word
        | Class::Control
        | Class::Category
        | Class::Tier
        | Class::Role
        | Class::Reason
        | Class::Flag
        | Class::Amplifier
        | Class::Obligation
        | Class::Stage
        | Class::Weekday => Paint::EnumMember,
        Class::Currency if is_declaration => Paint::EnumMember,
        Class::Currency => Paint::Number,
        Class::Mark => Paint::Decorator,
    }
}

fn of_sign(kind: TokenKind) -> Option<Paint> {
    match kind {
        TokenKind::Number
        | TokenKind::Percent
        | TokenKind::Duration
        | TokenKind::Date
        | TokenKind::Timestamp
        | TokenKind::TimeOfDay
        | TokenKind::NumberWord => Some(Paint::Number),
        TokenKind::UnclosedString | TokenKind::ForeignString => Some(Paint::String),
        TokenKind::RawString => Some(Paint::Regexp),
        TokenKind::EqualEqual
        | TokenKind::NotEqual
        | TokenKind::Less
        | TokenKind::LessEqual
        | TokenKind::Greater
        | TokenKind::GreaterEqual
        | TokenKind::Plus
        | TokenKind::Minus
        | TokenKind::Star
        | TokenKind::Slash
        | TokenKind::DotDot
        | TokenKind::DotDotEqual
        | TokenKind::Equal
        | TokenKind::Question => Some(Paint::Operator),
        _ => None,
    }
}
