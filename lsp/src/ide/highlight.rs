//! What each token is, for colours that follow the meaning.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use lictor_compiler::meaning::What;
use lictor_grammar::ast::Item;
use lictor_grammar::keywords::Keyword;
use lictor_grammar::lex::TokenKind;

use super::names::ENVELOPE;
use super::signature::is_built_in;
use super::tree::{Class, Node, walk};
use super::{Analysis, Syntax};

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
    /// Whether it names a value that nothing changes while a request is decided: a parameter, a `let`.
    pub is_readonly: bool,
    /// Whether it is of the language's own.
    pub is_built_in: bool,
}

/// What is known of a name.
#[derive(Clone, Copy)]
struct Known {
    end: u32,
    class: Class,
    is_declaration: bool,
    /// Whether the compiler found it to be of the language's own.
    is_built_in: bool,
}

/// All tokens that have a colour, in the order of the text. What names stand for is told by what the compiler found, and where it
/// found nothing by their places.
pub fn highlights(syntax: &Syntax, analysis: Option<&Analysis>) -> Vec<Painted> {
    let mut names: BTreeMap<u32, Known> = BTreeMap::new();
    let declared = analysis.map(Declared::of).unwrap_or_default();
    let mut items = Vec::new();
    for item in syntax.items() {
        items.push(syntax.range(item.span));
        walk(item, &mut |span, node| {
            if let Node::Name(class, is_declaration) = node {
                let Range { start, end } = syntax.range(span);
                let (class, is_built_in) =
                    declared.look(class, is_declaration, syntax.text().slice(start..end));
                names.insert(start, Known { end, class, is_declaration, is_built_in });
            }
        });
        if let Some(analysis) = analysis {
            mean(analysis, syntax, item, &mut names);
        }
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
                Some(known) => all.push(named(range, *known)),
                None if is_keyword(&range) => all.push(plain(range, Paint::Keyword)),
                None => all.push(plain(range, Paint::Variable)),
            },
            // A message shows values of which the names stand between braces.
            TokenKind::String => {
                let mut from = range.start;
                for (&start, known) in names.range(range.clone()) {
                    all.extend((from < start).then(|| plain(from..start, Paint::String)));
                    all.push(named(start..known.end, *known));
                    from = known.end;
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

/// What a project declares under names that their places tell nothing of.
#[derive(Default)]
struct Declared<'a> {
    /// Its types.
    types: BTreeSet<&'a str>,
    /// The words of its enums, and its tiers.
    words: BTreeSet<&'a str>,
    /// Its parameters.
    params: BTreeSet<&'a str>,
    /// Whether that is known.
    is_known: bool,
}

impl<'a> Declared<'a> {
    fn of(analysis: &'a Analysis) -> Declared<'a> {
        let Some(schema) = analysis.schema() else { return Declared::default() };
        let enums = schema.enums.iter().map(|one| one.name.as_str());
        Declared {
            types: schema.records.iter().map(|one| one.name.as_str()).chain(enums).collect(),
            words: schema.enums.iter().flat_map(|one| &one.values).map(String::as_str).collect(),
            params: schema.params.iter().map(|one| one.name.as_str()).collect(),
            is_known: true,
        }
    }

    /// What a name is, and whether it is of the language's own.
    fn look(&self, class: Class, is_declaration: bool, name: &str) -> (Class, bool) {
        match class {
            Class::Type => (class, self.is_known && !is_declaration && !self.types.contains(name)),
            Class::Function => (class, !is_declaration && is_built_in(name)),
            Class::Value if self.words.contains(name) => (Class::Word, false),
            Class::Value if self.params.contains(name) => (Class::Param, false),
            Class::Stage | Class::Weekday => (class, true),
            _ => (class, false),
        }
    }
}

/// What the compiler found about the names in the expressions of an item.
fn mean(analysis: &Analysis, syntax: &Syntax, item: &Item, names: &mut BTreeMap<u32, Known>) {
    for meaning in analysis.meanings(item.span.file) {
        let range = syntax.range(meaning.span);
        let Some(known) = names.get_mut(&range.start).filter(|known| known.end == range.end) else {
            continue;
        };
        known.is_built_in = false;
        match meaning.what {
            // Whether it is a `let` or a variable, its place has told.
            What::Local(_) | What::Binding(_) => {}
            What::Root => {
                known.class = Class::Field;
                known.is_built_in = ENVELOPE.contains(&syntax.text().slice(range));
            }
            What::Field(..) => known.class = Class::Field,
            What::Param(_) => known.class = Class::Param,
            What::Value(..) => known.class = Class::Word,
            What::Function | What::Fact(_) => known.class = Class::Function,
            What::BuiltIn => known.is_built_in = true,
        }
    }
}

fn named(range: Range<u32>, known: Known) -> Painted {
    let Known { class, is_declaration, is_built_in, .. } = known;
    let is_readonly = matches!(class, Class::Param | Class::Let | Class::Calendar);
    let paint = of_class(class, is_declaration);
    Painted { is_declaration, is_readonly, is_built_in, ..plain(range, paint) }
}

fn plain(range: Range<u32>, paint: Paint) -> Painted {
    Painted {
        range,
        paint,
        is_declaration: false,
        is_documentation: false,
        is_readonly: false,
        is_built_in: false,
    }
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
        Class::Field | Class::Member => Paint::Property,
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
