//! What tool calls are: normalizers, checked against the actions that calls become.
//!
//! Every field that must be there comes from somewhere, and every member of the input that is spoken of is either read or ignored. What
//! is not spoken of is found when a call comes: it makes the call unclassified.

mod fields;
mod listed;
mod members;

use std::collections::BTreeMap;

use lictor_bundle::schema::ActionId;
use lictor_bundle::tools::{InputPath, MAX_TOOL, UNCLASSIFIED, UNCLASSIFIED_FIELDS};
use lictor_bundle::verify::is_unclassified;
use lictor_grammar::ast::{ActionPattern, ItemKind, Normalize, Text};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::check::{Checker, Function, Place, Roots, Scope};
use crate::modules::Module;
use crate::names::{Condition, Declared, step};
use crate::polarity;
use crate::rules::{asked, first_fact};
use crate::typed::{InputWhen, Normalizer, Tools};
use fields::Fields;

/// Checks the normalizers in force.
pub(crate) fn check(
    modules: &[Module],
    declared: &Declared<'_>,
    functions: &BTreeMap<String, Function>,
    out: &mut Vec<Diagnostic>,
) -> Tools {
    let mut normalizers = Vec::new();
    let mut whole: BTreeMap<&str, Span> = BTreeMap::new();
    let items = modules.iter().filter(|module| module.in_full).flat_map(|module| &module.ast.items);
    for item in items {
        let ItemKind::Normalize(node) = &item.kind else { continue };
        if node.when.is_none()
            && let Some(first) = whole.insert(&node.tool.value, node.tool.span)
        {
            out.push(
                Diagnostic::error(
                    "E0251",
                    node.tool.span,
                    format!("it is said twice what `{}` is", node.tool.value),
                )
                .also(first, "the first stands here")
                .help("say with `when` which calls each of them is about, or keep one of them"),
            );
            continue;
        }
        normalizers.extend(normalizer(node, declared, functions, out));
    }
    normalizers.sort_by(|a, b| (&a.tool, a.when.is_none(), a.span).cmp(&(&b.tool, b.when.is_none(), b.span)));
    Tools { normalizers, unclassified: unclassified(modules, declared, out) }
}

/// The action for calls of which nothing says what they are, where it is declared.
fn unclassified(modules: &[Module], declared: &Declared<'_>, out: &mut Vec<Diagnostic>) -> Option<ActionId> {
    let actions = &declared.schema.actions;
    let id = actions.binary_search_by(|action| action.name.as_str().cmp(UNCLASSIFIED)).ok()?;
    let action = actions.get(id)?;
    if !action.event && is_unclassified(&declared.schema, action.request, &action.name) {
        return ActionId::try_from(id).ok();
    }
    let items = modules.iter().flat_map(|module| &module.ast.items);
    let node = items.filter_map(|item| match &item.kind {
        ItemKind::Action(node) | ItemKind::Event(node) if node.name.text() == UNCLASSIFIED => Some(node),
        _ => None,
    });
    let span = node.map(|node| node.name.span).next().unwrap_or_default();
    let fields = UNCLASSIFIED_FIELDS.join("`, `");
    out.push(
        Diagnostic::error("E0249", span, format!("`{UNCLASSIFIED}` has the fields `{fields}`"))
            .help("it is what unknown tool calls become: write `import std.unknown`, which declares it"),
    );
    None
}

fn normalizer(
    node: &Normalize,
    declared: &Declared<'_>,
    functions: &BTreeMap<String, Function>,
    out: &mut Vec<Diagnostic>,
) -> Option<Normalizer> {
    let before = out.len();
    named(&node.tool, out);
    let names = node.action.names.clone();
    let pattern = ActionPattern { names, wildcard: false, span: node.action.span };
    let action = asked(&pattern, &declared.schema, out).first().copied();
    let condition = declared.inputs.conditions.get(&node.tool.span);
    let when = condition.and_then(|condition| when(condition, node, declared, functions, out));
    let mut fields = Fields { declared, mappings: Vec::new(), members: Vec::new(), out };
    if let Some(action) = action {
        fields.of(node, action);
    }
    let Fields { mut mappings, members, .. } = fields;
    mappings.sort();
    let mut ignored: Vec<(InputPath, Span)> = Vec::new();
    for path in &node.ignored {
        // `input.` may stand before it, as elsewhere.
        let mut names: Vec<String> = path.names.iter().map(|name| step(&name.text)).collect();
        if names.len() > 1 && names.first().is_some_and(|first| first == "input") {
            names.remove(0);
        }
        ignored.push((names, path.span));
    }
    let reads = condition.into_iter().flat_map(|condition| &condition.reads);
    let reads: Vec<_> = reads.map(|(read, span)| (read.member().clone(), *span)).collect();
    members::check(&members, &ignored, &reads, out);
    ignored.sort();
    if out.get(before..).unwrap_or(&[]).iter().any(Diagnostic::is_error)
        || when.is_none() != node.when.is_none()
    {
        return None;
    }
    Some(Normalizer {
        tool: node.tool.value.clone(),
        action: action?,
        when,
        mappings,
        ignored: ignored.into_iter().map(|(path, _)| path).collect(),
        span: node.tool.span,
    })
}

/// Refuses what can be no tool's name.
fn named(tool: &Text, out: &mut Vec<Diagnostic>) {
    let name = tool.value.as_str();
    let parts: Vec<&str> = name.split('/').collect();
    let sound = name.len() <= MAX_TOOL
        && parts.len() <= 2
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.chars().all(|c| !c.is_whitespace() && !c.is_control()));
    if !sound {
        out.push(
            Diagnostic::error("E0250", tool.span, "this is no name of a tool").help(format!(
                "write the server and the tool, `\"mail/send\"`, or the bare name of a tool that the host itself has; {MAX_TOOL} bytes at most, without blanks"
            )),
        );
    }
}

/// The condition, over the members that it reads and nothing else.
fn when(
    condition: &Condition,
    node: &Normalize,
    declared: &Declared<'_>,
    functions: &BTreeMap<String, Function>,
    out: &mut Vec<Diagnostic>,
) -> Option<InputWhen> {
    let roots = Roots { common: condition.fields.clone(), partial: Vec::new() };
    let mut checker = Checker { declared, functions, scope: Scope::at(Place::Call, roots), out };
    let holds = checker.condition(&condition.written)?;
    let other = polarity::first_parameter(&holds).or_else(|| first_fact(&holds));
    if let Some(at) = other.or(condition.reads.is_empty().then_some(holds.span)) {
        let message = "which call this is about is read from its input alone";
        let tool = &node.tool.value;
        out.push(
            Diagnostic::error("E0259", at, message)
                .help(format!("compare members of the input of `{tool}`: `when input.mode == \"read\"`; what may happen is said in rules")),
        );
        return None;
    }
    let reads = condition.reads.iter().map(|(read, _)| read.clone()).collect();
    Some(InputWhen { reads, record: condition.record, holds })
}
