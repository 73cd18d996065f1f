//! What a deployment can set: ranges, which way is stricter, and who sets it.

use lictor_bundle::schema::{Param, ParamId, ParamValue as Value};
use lictor_bundle::written;
use lictor_compiler::typed::Program;
use lictor_grammar::ast::{ItemKind, ParamValue};
use lictor_report::Parameter;
use maud::{Markup, html};

use super::Chapter;
use crate::book::{Book, Kind};
use crate::prose::{inline, prose};
use crate::words::{direction, layer_kind};

/// The parameters.
pub fn chapter(book: &Book<'_>) -> Option<Chapter> {
    let program = book.policy.program;
    let params = &program.schema.params;
    if params.is_empty() {
        return None;
    }
    let body = html! {
        h1 { "Parameters" }
        p { "Values that layers set without changing a rule. A layer can make a parameter stricter; looser only where the parameter says so." }
        @for (id, param) in (0..).zip(params) { (one(book, program, id, param)) }
    };
    Some(Chapter::new("parameters.html", "Parameters", Some(params.len()), body))
}

fn one(book: &Book<'_>, program: &Program, id: ParamId, param: &Param) -> Markup {
    let anchor = book.anchor(Kind::Param, &param.name);
    let declared = book.declared(Kind::Param, &param.name);
    let written_value = |value: &Value| written::param_value(value, &program.schema);
    let set = Parameter::new(program, id).set_by();
    html! {
        section.item id=(anchor) {
            h2 { code { (param.name) } " " a.place href={ "#" (anchor) } aria-label="Link to this parameter" { "#" } }
            @if let Some(declared) = declared { (prose(&declared.item.docs)) }
            dl {
                @if let Some(ItemKind::Param(node)) = declared.map(|declared| &declared.item.kind) {
                    dt { "Type" } dd { code { (book.ty(&node.ty)) } }
                    @for value in &node.values {
                        @if let ParamValue::File(path) = value { dt { "Read from" } dd { code { (path.value) } } }
                    }
                }
                dt { "Default" } dd { code { (written_value(&param.default)) } }
                @if let Some((least, greatest)) = &param.range {
                    dt { "Range" } dd { code { (written_value(least)) } " to " code { (written_value(greatest)) } }
                }
                dt { "Direction" } dd { (inline(direction(param.direction))) }
                @if !param.loosen_by.is_empty() {
                    dt { "May be loosened by" }
                    dd { (param.loosen_by.iter().map(|kind| layer_kind(*kind)).collect::<Vec<_>>().join(", ")) }
                }
                dt { "Set by" }
                dd {
                    @if set.is_empty() { "nobody: its default holds" }
                    @else {
                        ul.plain {
                            @for (layer, value) in &set {
                                li { (layer) ": " code { (written_value(&value.value)) } " is in force" }
                            }
                        }
                    }
                }
                @if let Some(declared) = declared { dt { "Module" } dd { (book.name(Kind::Module, &declared.module.name)) } }
            }
        }
    }
}
