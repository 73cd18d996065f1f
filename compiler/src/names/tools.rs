//! What members of the input of tools are read as, and what the conditions of normalizers read.

use std::collections::BTreeMap;

use lictor_bundle::marks::Marks;
use lictor_bundle::schema::{Field, RecordId, Type, TypeId};
use lictor_bundle::tools::{Asked, EACH, InputPath, InputRead};
use lictor_commands::{FieldType, reader};
use lictor_grammar::ast::{self, Expr, ExprKind, IsWhat, ItemKind, Normalize};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::DEFAULT_TEXT_MAX;
use super::types::Resolver;
use crate::suggest;

/// What stands for the input of a call.
pub(crate) const INPUT: &str = "input";

/// The most texts of what a reader says that is several, and the most bytes of one.
const MOST_OF_SEVERAL: u32 = 256;
const MOST_BYTES_OF_ONE: u32 = 200;

/// The types of the members of inputs.
#[derive(Default)]
pub(crate) struct Inputs {
    /// The type behind each `as`; a wrong one was reported and is missing.
    pub casts: BTreeMap<Span, TypeId>,
    /// The condition of each normalizer, by the place of its tool.
    pub conditions: BTreeMap<Span, Condition>,
}

/// A condition on the input of a call.
pub(crate) struct Condition {
    /// The condition, in which each thing that it reads is one word.
    pub written: Expr,
    /// What it reads, in the order of the fields.
    pub reads: Vec<(InputRead, Span)>,
    /// A record whose fields are these.
    pub record: RecordId,
    /// Those fields.
    pub fields: Vec<(String, TypeId)>,
}

/// Resolves the types of what normalizers in force read.
pub(super) fn inputs(resolver: &mut Resolver<'_, '_>, out: &mut Vec<Diagnostic>) -> Inputs {
    let mut inputs = Inputs::default();
    let modules = resolver.collected.modules;
    for module in modules.iter().filter(|module| module.in_full) {
        for item in &module.ast.items {
            let ItemKind::Normalize(node) = &item.kind else { continue };
            for mapping in &node.mappings {
                casts(&mapping.source, resolver, &mut inputs.casts, out);
            }
            if let Some(condition) = condition(node, resolver, &inputs.casts, out) {
                inputs.conditions.insert(node.tool.span, condition);
            }
        }
    }
    inputs
}

fn casts(
    source: &Expr,
    resolver: &mut Resolver<'_, '_>,
    into: &mut BTreeMap<Span, TypeId>,
    out: &mut Vec<Diagnostic>,
) {
    match &source.kind {
        ExprKind::As(_, ty) => {
            if let Some(found) = resolver.resolve(ty, out) {
                into.insert(ty.span, found);
            }
        }
        ExprKind::Record(fields) => {
            fields.iter().for_each(|(_, value)| casts(value, resolver, into, out));
        }
        ExprKind::List(parts) => parts.iter().for_each(|part| casts(part, resolver, into, out)),
        _ => {}
    }
}

/// The condition of a normalizer. A member has the type that it is mapped as, and is a text otherwise; what a reader says has the type that
/// it is mapped as, or that of the reader.
fn condition(
    node: &Normalize,
    resolver: &mut Resolver<'_, '_>,
    casts: &BTreeMap<Span, TypeId>,
    out: &mut Vec<Diagnostic>,
) -> Option<Condition> {
    let mut written = node.when.clone()?;
    let mut typed: BTreeMap<InputRead, TypeId> = BTreeMap::new();
    node.mappings.iter().for_each(|mapping| mapped(&mapping.source, casts, &mut typed));
    let mut sought = Vec::new();
    sought_for(&written, &mut sought);
    let mut reads: Vec<(InputRead, Span)> = Vec::new();
    name_reads(&mut written, &typed, &mut reads, out);
    let fields: Vec<(String, TypeId)> = reads
        .iter()
        .map(|(read, _)| {
            let ty = read_as(read, typed.get(read).copied(), resolver);
            let may_be_absent = matches!(read, InputRead::Member(path) if sought.contains(path));
            (read.to_string(), if may_be_absent { resolver.intern(Type::Optional(ty)) } else { ty })
        })
        .collect();
    // A record has a field; a condition that reads nothing is reported when it is checked.
    if fields.is_empty() {
        return Some(Condition { written, reads, record: 0, fields });
    }
    let declared = fields.iter().map(|(name, ty)| Field { name: name.clone(), ty: *ty, marks: Marks::NONE });
    let number = resolver.schema.records.len();
    let record = resolver.add_record(format!("input {number} of {}", node.tool.value), declared.collect());
    Some(Condition { written, reads, record, fields })
}

/// The members of which a condition asks whether they are there: those need not be.
fn sought_for(written: &Expr, into: &mut Vec<InputPath>) {
    if let ExprKind::Is(of, IsWhat::Present | IsWhat::Absent) | ExprKind::Otherwise(of, _) = &written.kind {
        into.extend(input_path(of));
    }
    written.children().for_each(|child| sought_for(child, into));
}

/// The type that something is read as, which a field may have said.
fn read_as(read: &InputRead, said: Option<TypeId>, resolver: &mut Resolver<'_, '_>) -> TypeId {
    let field = match read {
        InputRead::Member(_) => None,
        InputRead::Asked(asked) => reader(&asked.reader).and_then(|reader| reader.field(&asked.field)),
    };
    // A word that is read as a text or as another enumeration is still compared with the reader's own words.
    let said = said.filter(|_| field.is_none_or(|field| field.ty == FieldType::Text));
    let ty = said.unwrap_or_else(|| match field.map(|field| field.ty) {
        None | Some(FieldType::Text) => resolver.intern(Type::Text { max: DEFAULT_TEXT_MAX }),
        Some(FieldType::Bool) => resolver.intern(Type::Bool),
        Some(FieldType::Count) => resolver.intern(Type::Int { signed: false }),
        Some(FieldType::Texts) => {
            let element = resolver.intern(Type::Text { max: MOST_BYTES_OF_ONE });
            resolver.intern(Type::List { element, min: 0, max: MOST_OF_SEVERAL })
        }
        Some(FieldType::OneOf(name, words)) => {
            let words = resolver.words(name, words);
            resolver.intern(Type::Enum(words))
        }
    });
    if field.is_some_and(|field| field.optional) { resolver.intern(Type::Optional(ty)) } else { ty }
}

/// What is read as a type.
fn mapped(source: &Expr, casts: &BTreeMap<Span, TypeId>, into: &mut BTreeMap<InputRead, TypeId>) {
    match &source.kind {
        ExprKind::As(of, ty) => {
            let read =
                input_path(of).map(InputRead::Member).or_else(|| Some(InputRead::Asked(question(of)?.ok()?)));
            if let (Some(read), Some(ty)) = (read, casts.get(&ty.span)) {
                into.insert(read, *ty);
            }
        }
        ExprKind::Record(fields) => fields.iter().for_each(|(_, value)| mapped(value, casts, into)),
        ExprKind::List(parts) => parts.iter().for_each(|part| mapped(part, casts, into)),
        _ => {}
    }
}

/// What `shell(input.command).act` asks for; or what is wrong with it. Nothing where no reader is asked.
pub(crate) fn question(written: &Expr) -> Option<Result<Asked, Diagnostic>> {
    let (call, field) = match &written.kind {
        ExprKind::Field(of, field) => (&**of, Some(field)),
        _ => (written, None),
    };
    let ExprKind::Call(function, arguments) = &call.kind else { return None };
    let asking = reader(&function.text)?;
    let example = format!("write `{}(input.command).{}`", asking.name, asking.fields.first()?.name);
    let wrong =
        |span, message: String| Some(Err(Diagnostic::error("E0255", span, message).help(example.clone())));
    let Some(field) = field else {
        return wrong(written.span, format!("`{}` says several things", asking.name));
    };
    let of = match arguments.as_slice() {
        [argument] => input_path(argument),
        _ => None,
    };
    let Some(of) = of else {
        return wrong(call.span, format!("`{}` is asked about one member of the input", asking.name));
    };
    if asking.field(&field.text).is_none() {
        let known: Vec<&str> = asking.fields.iter().map(|field| field.name).collect();
        let help = suggest::help(&field.text, known, "ask for something that it says");
        let message = format!("`{}` does not say `{}`", asking.name, field.text);
        return Some(Err(Diagnostic::error("E0208", field.span, message).suggested(help)));
    }
    Some(Ok(Asked { reader: asking.name.to_owned(), of, field: field.text.clone() }))
}

/// The member that `input.a.b` names.
pub(crate) fn input_path(written: &Expr) -> Option<InputPath> {
    match &written.kind {
        ExprKind::Field(of, name) => {
            let mut path = match &of.kind {
                ExprKind::Name(root) if root == INPUT => Vec::new(),
                _ => input_path(of)?,
            };
            path.push(step(&name.text));
            Some(path)
        }
        _ => None,
    }
}

/// A step of a path as it is written: `each` goes from a list to its elements.
pub(crate) fn step(name: &str) -> String {
    if name == "each" { EACH.to_owned() } else { name.to_owned() }
}

/// Makes one word, which nobody can write, of each thing that an expression reads. What stands behind a member of a known type is a part of
/// its value. A question that is wrong is reported, and the expression is none from then on.
fn name_reads(
    expr: &mut Expr,
    typed: &BTreeMap<InputRead, TypeId>,
    reads: &mut Vec<(InputRead, Span)>,
    out: &mut Vec<Diagnostic>,
) {
    let inside = |path: &InputPath| {
        let outer = |end| path.get(..end).map(|outer| InputRead::Member(outer.to_vec()));
        (1..path.len()).filter_map(outer).any(|outer| typed.contains_key(&outer))
    };
    let read = match question(expr) {
        Some(Err(wrong)) => {
            out.push(wrong);
            expr.kind = ExprKind::Error;
            return;
        }
        Some(Ok(asked)) => Some(InputRead::Asked(asked)),
        None => input_path(expr).filter(|path| !inside(path)).map(InputRead::Member),
    };
    if let Some(read) = read {
        expr.kind = ExprKind::Name(read.to_string());
        if !reads.iter().any(|(other, _)| *other == read) {
            reads.push((read, expr.span));
        }
        return;
    }
    for child in children(expr) {
        name_reads(child, typed, reads, out);
    }
}

fn children(expr: &mut Expr) -> Vec<&mut Expr> {
    match &mut expr.kind {
        ExprKind::Field(of, _) | ExprKind::Unary(_, of) | ExprKind::Is(of, _) | ExprKind::As(of, _) => {
            vec![of]
        }
        ExprKind::Index(a, b)
        | ExprKind::Binary(_, _, a, b)
        | ExprKind::In(a, b)
        | ExprKind::Range(a, b, _)
        | ExprKind::Otherwise(a, b)
        | ExprKind::Unless(a, b) => vec![a, b],
        ExprKind::If(a, b, c) => vec![a, b, c],
        ExprKind::Call(_, arguments) | ExprKind::List(arguments) => arguments.iter_mut().collect(),
        ExprKind::Method(of, _, arguments) => std::iter::once(&mut **of).chain(arguments).collect(),
        ExprKind::Record(fields) => fields.iter_mut().map(|(_, value)| value).collect(),
        ExprKind::Quantifier(quantifier) => {
            let ast::Quantifier { over, body, .. } = &mut **quantifier;
            vec![over, body]
        }
        _ => Vec::new(),
    }
}
