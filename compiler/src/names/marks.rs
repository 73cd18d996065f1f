//! Marks as written: `pii`, `secret` and `attested` stand before the type of a field, or of what a fact answers.

use lictor_bundle::marks::Marks;
use lictor_bundle::schema::{RecordId, Schema, Type, TypeId};
use lictor_grammar::ast::TypeExpr;
use lictor_grammar::diagnostic::Diagnostic;

/// The marks of a type, and whether it is `signed`; none where they are wrong, which is reported.
pub(super) fn read(written: &TypeExpr, out: &mut Vec<Diagnostic>) -> Option<(Marks, bool)> {
    let (mut marks, mut signed) = (Marks::NONE, false);
    for mark in &written.marks {
        let slot = match mark.text.as_str() {
            "pii" => &mut marks.pii,
            "secret" => &mut marks.secret,
            "attested" => &mut marks.attested,
            _ => &mut signed,
        };
        if std::mem::replace(slot, true) {
            let message = format!("`{}` stands here twice", mark.text);
            out.push(Diagnostic::error("E0373", mark.span, message).help("remove one of them"));
            return None;
        }
    }
    if signed && !matches!(written.name.text.as_str(), "Int" | "Decimal" | "Money" | "Duration") {
        out.push(
            Diagnostic::error("E0218", written.span, format!("`{}` has no sign", written.name.text))
                .help("remove `signed`"),
        );
        return None;
    }
    Some((marks, signed))
}

/// Refuses marks where they mean nothing.
pub(super) fn none(marks: Marks, written: &TypeExpr, out: &mut Vec<Diagnostic>) -> Option<()> {
    if marks == Marks::NONE {
        return Some(());
    }
    let first = written.marks.iter().find(|mark| mark.text != "signed")?;
    out.push(
        Diagnostic::error("E0373", first.span, format!("the mark `{}` has no place here", first.text))
            .help("marks stand before the type of a field or of what a fact answers, as in `pin: secret String`; from there they follow the data by themselves"),
    );
    None
}

/// Refuses `attested` where whoever could say something else is not the caller anyway.
pub(super) fn not_attested(marks: Marks, written: &TypeExpr, what: &str, out: &mut Vec<Diagnostic>) {
    if let Some(mark) = written.marks.iter().find(|mark| marks.attested && mark.text == "attested") {
        out.push(
            Diagnostic::error("E0373", mark.span, format!("{what}, so `attested` says nothing here"))
                .help("remove it; it stands before the fields of records and actions"),
        );
    }
}

/// A field inside a record, however deep, that is attested.
pub(super) fn attested_inside(schema: &Schema, record: RecordId) -> Option<String> {
    let fields = &schema.records.get(usize::from(record))?.fields;
    fields.iter().find_map(|field| {
        if field.marks.attested {
            return Some(field.name.clone());
        }
        let ty = match schema.types.get(usize::from(field.ty))? {
            Type::Optional(inner) => schema.types.get(usize::from(*inner))?,
            ty => ty,
        };
        if let Type::Record(inner) = ty { attested_inside(schema, *inner) } else { None }
    })
}

/// Refuses something attested inside what a List, a Map or a Sourced value holds.
pub(super) fn whole(
    schema: &Schema,
    held: TypeId,
    written: &TypeExpr,
    holder: &str,
    out: &mut Vec<Diagnostic>,
) -> Option<()> {
    let Some(Type::Record(id)) = schema.types.get(usize::from(held)) else { return Some(()) };
    let Some(name) = attested_inside(schema, *id) else { return Some(()) };
    let message = format!("`{name}` is attested, and this is a {holder} of it");
    out.push(Diagnostic::error("E0376", written.span, message).help(
        "the host cannot vouch for a part of something that the caller counts: mark the whole field, `lines: attested List<…>`, and not what is inside",
    ));
    None
}
