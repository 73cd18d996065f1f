//! What is asked of the input of a call, `shell(input.command).act`, in words for whoever writes it.

use lictor_commands::{Field, FieldType, Reader, Takes, reader};
use lictor_grammar::ast::{Expr, ExprKind, ItemKind, Name};
use lictor_grammar::span::Span;

use super::hover::Hover;
use super::{Analysis, FileName};

/// The reader that an expression asks, with its name as it is written.
pub fn asked(expr: &Expr) -> Option<(&'static Reader, &Name)> {
    match &expr.kind {
        ExprKind::Call(function, _) => Some((reader(&function.text)?, function)),
        _ => None,
    }
}

/// What a reader takes: `input.MEMBER: String`
pub fn takes(reader: &Reader) -> &'static str {
    match reader.takes {
        Takes::Text => "input.MEMBER: String",
        Takes::Texts => "input.MEMBER: List<String>",
    }
}

/// What a reader is for.
pub fn about(reader: &Reader) -> String {
    format!(
        "Says {}. It is asked in a `when` and for a field, about one member of the input of a call, and runs nothing.",
        reader.docs
    )
}

/// The type of something that a reader says.
pub fn type_of(field: &Field) -> String {
    let name = match field.ty {
        FieldType::Bool => "Bool".to_owned(),
        FieldType::Count => "Int".to_owned(),
        FieldType::Text => "String".to_owned(),
        FieldType::Texts => "List<String>".to_owned(),
        FieldType::OneOf(_, words) => format!("one of {} words", words.len()),
    };
    match (field.optional, field.ty) {
        (false, _) => name,
        (true, FieldType::OneOf(..)) => format!("{name}, may be absent"),
        (true, _) => format!("{name}?"),
    }
}

/// What something that a reader says is about, and the words that it may be.
pub fn about_field(reader: &Reader, field: &Field) -> String {
    let mut text = format!("Says {}.", field.docs);
    if let FieldType::OneOf(_, words) = field.ty {
        let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        // Acts are put in order by how grave they are, and conditions may rest on that only by naming them.
        let order = if field.name == "act" { ", the later the graver" } else { "" };
        text.push_str(&format!(" One of {}{order}.", words.join(", ")));
    }
    if field.name == "reason" {
        text.push_str(" Absent where nothing is opaque.");
    }
    text.push_str(&format!("\n\nWhat `{}` says.", reader.name));
    text
}

/// What is told of the reader, or of what it says, at a place of a normalizer.
pub(super) fn hover(analysis: &Analysis, file: &FileName, offset: u32) -> Option<Hover> {
    let at = analysis.span(file, offset)?;
    let items = analysis.modules().iter().flat_map(|module| &module.ast.items);
    let normalizers = items.filter(|item| item.span.file == at.file).filter_map(|item| match &item.kind {
        ItemKind::Normalize(node) => Some(node),
        _ => None,
    });
    let mut exprs = normalizers
        .flat_map(|node| node.when.iter().chain(node.mappings.iter().map(|mapping| &mapping.source)));
    let (span, markdown) = exprs.find_map(|expr| told(expr, at))?;
    Some(Hover { range: analysis.place(span)?.1, markdown })
}

fn told(expr: &Expr, at: Span) -> Option<(Span, String)> {
    let is_here = |name: &Name| name.span.start <= at.start && at.start <= name.span.end;
    if let ExprKind::Field(of, name) = &expr.kind
        && let Some((reader, _)) = asked(of)
        && let Some(field) = reader.field(&name.text)
        && is_here(name)
    {
        let head = format!("{}({}).{}: {}", reader.name, takes(reader), field.name, type_of(field));
        return Some((name.span, page(&head, &about_field(reader, field))));
    }
    if let Some((reader, name)) = asked(expr).filter(|(_, name)| is_here(name)) {
        let head = format!("{}({})", reader.name, takes(reader));
        let fields = reader
            .fields
            .iter()
            .map(|field| format!("- `{}`, {}: {}", field.name, type_of(field), field.docs));
        let fields: Vec<String> = fields.collect();
        return Some((name.span, page(&head, &format!("{}\n\n{}", about(reader), fields.join("\n")))));
    }
    expr.children().find_map(|child| told(child, at))
}

fn page(head: &str, about: &str) -> String {
    format!("```lictor\n{head}\n```\n\n{about}")
}
