//! The values of parameters: constants of one type, amounts for several currencies, sets of constants.

use std::collections::BTreeMap;

use lictor_bundle::currency::Currency;
use lictor_bundle::schema::{ParamValue, Scalar, Type, TypeId};
use lictor_grammar::ast::{self, ExprKind};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::{FileId, Span};

use super::Files;
use crate::check::{Checker, Roots, Scope, describe, ty_of};
use crate::names::Declared;
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
    let mut checker = Checker { declared, functions: &functions, scope: Scope::new(Roots::default()), out };
    let expr = checker.definite(written, Some(ty))?;
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
            Diagnostic::error("E0404", written.span, format!("the parameter is {want}, and this is {found}"))
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
    for value in written {
        match value {
            ast::ParamValue::File(path) => match lines(&ty, path, span.file, files, out) {
                Some(lines) => values.extend(lines),
                None => wrong = true,
            },
            ast::ParamValue::Expr(expr) => {
                let ExprKind::List(elements) = &expr.kind else {
                    out.push(Diagnostic::error("E0404", expr.span, "a set is written in brackets").help(
                        "write `[\"a\", \"b\"]`, or name a file with one value on each line: `file(\"…\")`",
                    ));
                    wrong = true;
                    continue;
                };
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

/// The lines of a file beside the module; empty ones and those that begin with `#` do not count.
fn lines(
    ty: &Ty,
    path: &ast::Text,
    file: FileId,
    files: &Files<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Vec<Scalar>> {
    let module = files.sources.get(file.0 as usize).map(|source| source.path.as_str()).unwrap_or_default();
    let Some(wanted) = beside(module, &path.value) else {
        out.push(
            Diagnostic::error("E0409", path.span, format!("`{}` leads out of the project", path.value))
                .help("a policy reads only files of its own project: write a path beside this file"),
        );
        return None;
    };
    let Some(data) = files.project.data.iter().find(|data| data.path == wanted) else {
        out.push(
            Diagnostic::error("E0409", path.span, format!("there is no file `{wanted}` in this project"))
                .help("its name ends in `.txt`, and its path is read from the folder of this module"),
        );
        return None;
    };
    let Ok(text) = std::str::from_utf8(&data.bytes) else {
        out.push(
            Diagnostic::error("E0409", path.span, format!("`{wanted}` is not UTF-8 text"))
                .help("save it as UTF-8"),
        );
        return None;
    };
    let mut values = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let value = match ty {
            Ty::Text => Some(Scalar::Text(line.to_string())),
            Ty::Int => line.parse().ok().map(Scalar::Int),
            Ty::Country => lictor_bundle::country::Country::parse(line).map(Scalar::Country),
            Ty::Date => lictor_bundle::civil::parse_date(line).ok().map(Scalar::Date),
            Ty::Weekday => lictor_bundle::civil::parse_weekday(line).map(Scalar::Weekday),
            Ty::TimeZone => lictor_bundle::zone::Zone::parse(line).map(Scalar::TimeZone),
            Ty::Form(form) => match crate::check::form(line, *form, path.span) {
                Ok(value) => Some(value),
                Err(wrong) => {
                    let message = format!("line {} of `{wanted}`: {}", number + 1, wrong.message);
                    out.push(Diagnostic { message, ..wrong });
                    return None;
                }
            },
            _ => None,
        };
        match value {
            Some(value) => values.push(value),
            None => {
                out.push(
                    Diagnostic::error("E0409", path.span, format!("line {} of `{wanted}` is not a value of this set: `{}`", number + 1, line.escape_debug()))
                        .help("a file holds one String, Int, Country, Ip, Cidr, Domain, Url, Email, Digest, Date, Weekday or TimeZone on each line; lines that begin with `#` are comments"),
                );
                return None;
            }
        }
    }
    Some(values)
}

/// The path of a file beside a module, within the project.
pub(super) fn beside(module: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = module.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            ".." => {
                parts.pop()?;
            }
            "." => {}
            "" => return None,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
