//! What stands in a pattern, read by `regex-syntax` and held against what is allowed.

use regex_syntax::ast::parse::ParserBuilder;
use regex_syntax::ast::{
    Ast, ClassAscii, ClassAsciiKind, ClassBracketed, ClassPerl, ClassPerlKind, ClassSet, ClassSetBinaryOp,
    ClassSetItem, ErrorKind, Span,
};
use regex_syntax::hir::Hir;
use regex_syntax::hir::translate::TranslatorBuilder;

use super::Wrong;

/// How deep groups and repetitions may stand within one another.
const MAX_NESTING: u32 = 50;

/// Reads a pattern.
pub(super) fn parse(source: &str) -> Result<Hir, Wrong> {
    let mut parser = ParserBuilder::new().nest_limit(MAX_NESTING).build();
    let mut ast = parser.parse(source).map_err(|error| {
        let (message, help) = explained(error.kind());
        wrong(error.span(), message, help)
    })?;
    restrict(&mut ast)?;
    TranslatorBuilder::new().utf8(true).build().translate(source, &ast).map_err(|error| {
        wrong(
            error.span(),
            "this part of the pattern cannot be matched with a text",
            "write the characters that are meant",
        )
    })
}

fn wrong(place: &Span, message: &str, help: &str) -> Wrong {
    let place = place.start.offset..place.end.offset;
    Wrong { code: "E0352", message: message.to_string(), help: help.to_string(), place }
}

fn explained(kind: &ErrorKind) -> (&'static str, &'static str) {
    const CLASS: &str = "a class is written `[a-z0-9]`; put `\\` before a sign that is meant as such";
    match kind {
        ErrorKind::GroupUnclosed => {
            ("this group is not closed", "write `)` where it ends, or `\\(` for the sign itself")
        }
        ErrorKind::GroupUnopened => {
            ("this closes a group that was never opened", "write `\\)` for the sign itself")
        }
        ErrorKind::ClassUnclosed => {
            ("this class is not closed", "write `]` where it ends, or `\\[` for the sign itself")
        }
        ErrorKind::ClassRangeInvalid => ("this range runs backwards", "write the smaller end first: `[a-z]`"),
        ErrorKind::ClassRangeLiteral | ErrorKind::ClassEscapeInvalid => ("this is no class", CLASS),
        ErrorKind::RepetitionMissing => {
            ("there is nothing here to repeat", "put what is repeated before it, or `\\` for the sign itself")
        }
        ErrorKind::RepetitionCountInvalid => {
            ("this repetition runs backwards", "write the smaller number first: `{2,5}`")
        }
        ErrorKind::RepetitionCountUnclosed
        | ErrorKind::RepetitionCountDecimalEmpty
        | ErrorKind::DecimalEmpty
        | ErrorKind::DecimalInvalid => {
            ("this is no repetition", "write `{3}`, `{2,5}` or `{2,}`; `\\{` is the sign itself")
        }
        ErrorKind::EscapeUnexpectedEof | ErrorKind::EscapeUnrecognized => (
            "this means nothing",
            "`\\d`, `\\w`, `\\s` are classes; before a sign, `\\` takes its meaning away",
        ),
        ErrorKind::NestLimitExceeded(_) => {
            ("groups stand too deep within one another here", "write it flatter")
        }
        ErrorKind::UnsupportedLookAround => (
            "a pattern does not look ahead or behind",
            "match the text a second time with another pattern: `… and not x.matches(r\"…\")`",
        ),
        ErrorKind::UnsupportedBackreference => {
            ("a pattern does not refer to what it has matched", "write what is meant once more")
        }
        _ => ("this part of the pattern cannot be read", CLASS),
    }
}

/// Refuses what is not allowed, and makes classes such as `\d` those of ASCII. The parser has bounded how deep this goes.
fn restrict(ast: &mut Ast) -> Result<(), Wrong> {
    match ast {
        Ast::Empty(_) | Ast::Literal(_) | Ast::Dot(_) => Ok(()),
        Ast::Flags(flags) => Err(flag(&flags.span)),
        Ast::Assertion(assertion) => Err(wrong(
            &assertion.span,
            "a pattern always describes the whole text, from its beginning to its end",
            "leave this out; write `.*` where anything may stand",
        )),
        Ast::ClassUnicode(class) => Err(unicode(&class.span)),
        Ast::ClassPerl(class) => {
            let item = ClassSetItem::Ascii(ascii(class));
            *ast = Ast::class_bracketed(ClassBracketed {
                span: class.span,
                negated: false,
                kind: ClassSet::Item(item),
            });
            Ok(())
        }
        Ast::ClassBracketed(class) => set(&mut class.kind),
        Ast::Repetition(repetition) => restrict(&mut repetition.ast),
        Ast::Group(group) => match group.flags() {
            Some(flags) if !flags.items.is_empty() => Err(flag(&flags.span)),
            _ => restrict(&mut group.ast),
        },
        Ast::Alternation(alternation) => alternation.asts.iter_mut().try_for_each(restrict),
        Ast::Concat(concat) => concat.asts.iter_mut().try_for_each(restrict),
    }
}

fn set(class: &mut ClassSet) -> Result<(), Wrong> {
    match class {
        ClassSet::Item(found) => item(found),
        ClassSet::BinaryOp(ClassSetBinaryOp { lhs, rhs, .. }) => {
            set(lhs)?;
            set(rhs)
        }
    }
}

fn item(found: &mut ClassSetItem) -> Result<(), Wrong> {
    match found {
        ClassSetItem::Empty(_)
        | ClassSetItem::Literal(_)
        | ClassSetItem::Range(_)
        | ClassSetItem::Ascii(_) => Ok(()),
        ClassSetItem::Unicode(class) => Err(unicode(&class.span)),
        ClassSetItem::Perl(class) => {
            *found = ClassSetItem::Ascii(ascii(class));
            Ok(())
        }
        ClassSetItem::Bracketed(class) => set(&mut class.kind),
        ClassSetItem::Union(union) => union.items.iter_mut().try_for_each(item),
    }
}

fn ascii(class: &ClassPerl) -> ClassAscii {
    let kind = match class.kind {
        ClassPerlKind::Digit => ClassAsciiKind::Digit,
        ClassPerlKind::Space => ClassAsciiKind::Space,
        ClassPerlKind::Word => ClassAsciiKind::Word,
    };
    ClassAscii { span: class.span, kind, negated: class.negated }
}

fn flag(place: &Span) -> Wrong {
    wrong(
        place,
        "a pattern has no flags",
        "for letters of either case, match `x.lower_ascii()` with small letters",
    )
}

fn unicode(place: &Span) -> Wrong {
    wrong(
        place,
        "a pattern has no classes of Unicode",
        "write the characters that are meant: `[a-z]`, `[äöü]`, `\\d`",
    )
}
