//! The values of parameters: constants of one type, amounts for several currencies, sets of constants.

use std::collections::BTreeMap;

use lictor_bundle::currency::Currency;
use lictor_bundle::schema::{ParamValue, Scalar, Type, TypeId};
use lictor_grammar::ast::{self, ExprKind};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::{Files, list};
use crate::check::{Checker, Place, Roots, Scope, describe, ty_of, value_text};
use crate::names::Declared;
use crate::suggest;
use crate::typed::{self, Ty};

/// Reads the values written for a parameter of this type.
pub(crate) fn value(
    declared: &Declared<'_>,
    ty: TypeId,
    written: &[ast::ParamValue],
    span: Span,
    files: &Files<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<ParamValue> {
    match declared.schema.types.get(usize::from(ty))? {
        Type::Money { .. } => money(declared, written, span, out).map(ParamValue::Money),
        Type::Set { element, .. } => set(declared, *element, written, span, files, out).map(ParamValue::Set),
        _ => {
            let [ast::ParamValue::Expr(expr)] = written else {
                out.push(
                    Diagnostic::error("E0404", span, "this parameter has one value")
                        .help("only amounts of Money have several: one for each currency"),
                );
                return None;
            };
            scalar(declared, &ty_of(&declared.schema, ty), expr, out).map(ParamValue::Scalar)
        }
    }
}

/// One constant of this type.
pub(crate) fn scalar(
    declared: &Declared<'_>,
    ty: &Ty,
    written: &ast::Expr,
    out: &mut Vec<Diagnostic>,
) -> Option<Scalar> {
    let functions = BTreeMap::new();
    let mut checker =
        Checker { declared, functions: &functions, scope: Scope::at(Place::Constant, Roots::default()), out };
    let expr = checker.definite(written, Some(ty));
    checker.tell();
    let expr = expr?;
    let expr = if *ty == Ty::Decimal { crate::check::to_decimal(expr) } else { expr };
    let typed::ExprKind::Scalar(value) = expr.kind else {
        out.push(
            Diagnostic::error("E0404", written.span, "this is not a constant")
                .help("a parameter has a fixed value; what depends on the request belongs into a rule"),
        );
        return None;
    };
    if expr.ty != *ty {
        let (want, found) = (describe(&declared.schema, ty), describe(&declared.schema, &expr.ty));
        let help = match (ty, &written.kind) {
            (Ty::Money, ast::ExprKind::Number(number)) => {
                format!("write it with its currency: `{number} USD`")
            }
            (Ty::Duration, ast::ExprKind::Number(number)) => {
                format!("write it with its unit: `{number}m`, `{number}h` or `{number}d`")
            }
            (Ty::Enum(_), ast::ExprKind::String(_)) => {
                "the words of an enum stand without quotes".to_string()
            }
            _ => format!("write {want}"),
        };
        out.push(
            Diagnostic::error("E0404", written.span, format!("this should be {want}, and is {found}"))
                .help(help),
        );
        return None;
    }
    Some(value)
}

fn money(
    declared: &Declared<'_>,
    written: &[ast::ParamValue],
    span: Span,
    out: &mut Vec<Diagnostic>,
) -> Option<Vec<Scalar>> {
    let mut amounts: BTreeMap<Currency, (i64, Span)> = BTreeMap::new();
    let mut wrong = false;
    for value in written {
        let ast::ParamValue::Expr(expr) = value else {
            out.push(
                Diagnostic::error("E0404", span, "amounts are not read from a file")
                    .help("write them here: `= 500 USD, 450 EUR`"),
            );
            return None;
        };
        match scalar(declared, &Ty::Money, expr, out) {
            Some(Scalar::Money(currency, minor)) => {
                if let Some((_, first)) = amounts.insert(currency, (minor, expr.span)) {
                    out.push(
                        Diagnostic::error("E0404", expr.span, format!("there are two amounts of {currency}"))
                            .also(first, "the first stands here")
                            .help("keep one of them"),
                    );
                    wrong = true;
                }
            }
            _ => wrong = true,
        }
    }
    if wrong {
        return None;
    }
    Some(amounts.into_iter().map(|(currency, (minor, _))| Scalar::Money(currency, minor)).collect())
}

pub(super) fn set(
    declared: &Declared<'_>,
    element: TypeId,
    written: &[ast::ParamValue],
    span: Span,
    files: &Files<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Vec<Scalar>> {
    let ty = ty_of(&declared.schema, element);
    let mut values = Vec::new();
    let mut wrong = false;
    if let Some(error) = without_brackets(&ty, written) {
        out.push(error);
        return None;
    }
    for value in written {
        match value {
            ast::ParamValue::File(path) => {
                match list::values(&declared.schema, element, path, span.file, files, out) {
                    Some(lines) => values.extend(lines),
                    None => wrong = true,
                }
            }
            ast::ParamValue::Expr(expr) => {
                let ExprKind::List(elements) = &expr.kind else { continue };
                for element in elements {
                    match scalar(declared, &ty, element, out) {
                        Some(value) => values.push(value),
                        None => wrong = true,
                    }
                }
            }
        }
    }
    if wrong {
        return None;
    }
    values.sort();
    values.dedup();
    Some(values)
}

/// Values of a set that stand without brackets: one mistake, however many they are.
fn without_brackets(ty: &Ty, written: &[ast::ParamValue]) -> Option<Diagnostic> {
    let bare: Vec<&ast::Expr> = written
        .iter()
        .filter_map(|value| match value {
            ast::ParamValue::Expr(expr) if !matches!(expr.kind, ExprKind::List(_) | ExprKind::Error) => {
                Some(expr)
            }
            _ => None,
        })
        .collect();
    let (first, last) = (bare.first()?, bare.last()?);
    if let ExprKind::Call(name, _) = &first.kind
        && suggest::nearest(&name.text, ["file"]).is_some()
    {
        let error = Diagnostic::error("E0404", name.span, format!("there is no `{}` here", name.text));
        return Some(error.did_you_mean("file"));
    }
    let error = Diagnostic::error("E0404", first.span.to(last.span), "a set is written in brackets");
    // A word that nobody declares is a text without its quotes.
    let text = |value: &&ast::Expr| match &value.kind {
        ExprKind::Name(name) if matches!(ty, Ty::Text | Ty::Country | Ty::Form(_)) => {
            Some(format!("\"{name}\""))
        }
        _ => value_text(value),
    };
    let texts: Option<Vec<String>> = bare.iter().map(text).collect();
    Some(match texts {
        Some(texts) if bare.len() == written.len() => {
            let set = format!("[{}]", texts.join(", "));
            error.help(format!("write `{set}`")).fix(first.span.to(last.span), set)
        }
        _ => error.help("write `[\"a\", \"b\"]`, or name a file with one value on each line: `file(\"…\")`"),
    })
}
