//! Lists in files of their own: one value on each line.

use lictor_bundle::schema::{Scalar, Schema, Type, TypeId};
use lictor_grammar::ast;
use lictor_grammar::bytes::hidden;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::FileId;

use super::Files;
use crate::check::ty_of;
use crate::typed::Ty;

/// The values of a file beside the module `file`; lines that are empty or begin with `#` do not count.
pub(super) fn values(
    schema: &Schema,
    element: TypeId,
    path: &ast::Text,
    file: FileId,
    files: &Files<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Vec<Scalar>> {
    let module = files.texts.path(file);
    let mut refuse = |message: String, help: &str| {
        out.push(Diagnostic::error("E0409", path.span, message).help(help));
        None
    };
    let Some(wanted) = beside(module, &path.value) else {
        let message = format!("`{}` leads out of the project", path.value);
        return refuse(
            message,
            "a policy reads only files of its own project: write a path beside this file",
        );
    };
    let Some(data) = files.project.data.iter().find(|data| data.path == wanted) else {
        let message = format!("there is no file `{wanted}` in this project");
        return refuse(
            message,
            "its name ends in `.txt`, and its path is read from the folder of this module",
        );
    };
    let Ok(text) = std::str::from_utf8(&data.bytes) else {
        return refuse(format!("`{wanted}` is not UTF-8 text"), "save it as UTF-8");
    };
    // What nobody sees would make a value another one, which no request has.
    if let Some((at, what)) = hidden(text) {
        let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        let help = "remove it, or save the file as plain UTF-8 text with one value on each line";
        return refuse(format!("line {line} of `{wanted}` holds {what}"), help);
    }
    let mut values = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(Type::Text { max }) = schema.types.get(usize::from(element))
            && line.len() > *max as usize
        {
            let message =
                format!("line {number} of `{wanted}` has {} bytes; a value has at most {max}", line.len());
            return refuse(message, "write one value on each line");
        }
        match read(&ty_of(schema, element), line, path) {
            Ok(value) => values.push(value),
            Err(Some(wrong)) => {
                let message = format!("line {number} of `{wanted}`: {}", wrong.message);
                out.push(Diagnostic { message, ..wrong });
                return None;
            }
            Err(None) => {
                let message =
                    format!("line {number} of `{wanted}` cannot be read: `{}`", line.escape_debug());
                let what = crate::check::describe(schema, &ty_of(schema, element));
                return refuse(
                    message,
                    &format!("write {what} on each line; lines that begin with `#` are comments"),
                );
            }
        }
    }
    Some(values)
}

/// The value on a line; otherwise what is wrong with it, where there is more to say than that it is none.
fn read(ty: &Ty, line: &str, path: &ast::Text) -> Result<Scalar, Option<Diagnostic>> {
    let value = match ty {
        Ty::Text => Some(Scalar::Text(line.to_string())),
        Ty::Int => line.parse().ok().map(Scalar::Int),
        Ty::Country => lictor_bundle::country::Country::parse(line).map(Scalar::Country),
        Ty::Date => lictor_bundle::civil::parse_date(line).ok().map(Scalar::Date),
        Ty::Weekday => lictor_bundle::civil::parse_weekday(line).map(Scalar::Weekday),
        Ty::TimeZone => lictor_bundle::zone::Zone::parse(line).map(Scalar::TimeZone),
        Ty::Form(form) => return crate::check::form(line, *form, path.span).map_err(Some),
        _ => None,
    };
    value.ok_or(None)
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
