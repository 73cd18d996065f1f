//! What members of the input of tools are read as, and what the conditions of normalizers read.

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::marks::Marks;
use lictor_bundle::schema::{Field, RecordId, Type, TypeId};
use lictor_bundle::tools::{EACH, InputPath, written};
use lictor_grammar::ast::{self, Expr, ExprKind, IsWhat, ItemKind, Normalize};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::DEFAULT_TEXT_MAX;
use super::types::Resolver;

/// What stands for the input of a call.
pub(crate) const INPUT: &str = "input";

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
    /// The condition, in which each member that it reads is one word.
    pub written: Expr,
    /// The members, in the order of the fields.
    pub reads: Vec<(InputPath, Span)>,
    /// A record whose fields are the members.
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
            if let Some(condition) = condition(node, resolver, &inputs.casts) {
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

/// The condition of a normalizer. A member has the type that it is mapped as, and is a text otherwise.
fn condition(
    node: &Normalize,
    resolver: &mut Resolver<'_, '_>,
    casts: &BTreeMap<Span, TypeId>,
) -> Option<Condition> {
    let mut written = node.when.clone()?;
    let mut typed: BTreeMap<InputPath, TypeId> = BTreeMap::new();
    node.mappings.iter().for_each(|mapping| members(&mapping.source, casts, &mut typed));
    let mut reads: Vec<(InputPath, Span)> = Vec::new();
    name_members(&mut written, &typed, &mut reads);
    let text = resolver.intern(Type::Text { max: DEFAULT_TEXT_MAX });
    let mut asked = BTreeSet::new();
    tested(&written, &mut asked);
    let fields: Vec<(String, TypeId)> = reads
        .iter()
        .map(|(path, _)| {
            let (word, ty) = (word(path), typed.get(path).copied().unwrap_or(text));
            let ty = if asked.contains(&word) { resolver.intern(Type::Optional(ty)) } else { ty };
            (word, ty)
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

/// The members of which a condition asks whether they are there. Every other one has to be, or it does not hold.
fn tested(expr: &Expr, into: &mut BTreeSet<String>) {
    if let ExprKind::Is(of, IsWhat::Present | IsWhat::Absent) | ExprKind::Otherwise(of, _) = &expr.kind
        && let ExprKind::Name(word) = &of.kind
    {
        into.insert(word.clone());
    }
    expr.children().for_each(|child| tested(child, into));
}

/// The members that are read as a type.
fn members(source: &Expr, casts: &BTreeMap<Span, TypeId>, into: &mut BTreeMap<InputPath, TypeId>) {
    match &source.kind {
        ExprKind::As(of, ty) => {
            if let (Some(path), Some(ty)) = (input_path(of), casts.get(&ty.span)) {
                into.insert(path, *ty);
            }
        }
        ExprKind::Record(fields) => fields.iter().for_each(|(_, value)| members(value, casts, into)),
        ExprKind::List(parts) => parts.iter().for_each(|part| members(part, casts, into)),
        _ => {}
    }
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

/// A member as one word, which nobody can write.
fn word(path: &InputPath) -> String {
    format!("{INPUT}.{}", written(path))
}

/// Makes one word of each member that an expression reads. What stands behind a member of a known type is a part of its value.
fn name_members(expr: &mut Expr, typed: &BTreeMap<InputPath, TypeId>, reads: &mut Vec<(InputPath, Span)>) {
    if let Some(path) = input_path(expr) {
        let inside =
            (1..path.len()).any(|end| path.get(..end).is_some_and(|outer| typed.contains_key(outer)));
        if !inside {
            if !reads.iter().any(|(read, _)| *read == path) {
                reads.push((path.clone(), expr.span));
            }
            expr.kind = ExprKind::Name(word(&path));
            return;
        }
    }
    for child in children(expr) {
        name_members(child, typed, reads);
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
