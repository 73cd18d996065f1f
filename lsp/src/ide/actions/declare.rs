//! Declaring what is used and declared nowhere, where all of the declaration is certain.

use std::ops::Range;

use lictor_compiler::typed::Ty;
use lictor_grammar::ast::{BinaryOp, Expr, ExprKind, Item, ItemKind};
use lictor_grammar::span::Span;

use super::{Action, ActionKind, Asked, place, tree};
use crate::ide::findings::Finding;

/// A reason code, a role and a name that is not declared.
const REASON: &str = "E0225";
const ROLE: &str = "E0209";
const NAME: &str = "E0207";

/// Where something that a finding is about could be declared.
pub(super) fn declarations<'a>(asked: Asked<'a>, finding: &'a Finding) -> Vec<Action<'a>> {
    match finding.code {
        REASON => described(asked, finding, "reasons", is_code),
        ROLE => described(asked, finding, "roles", |_| true),
        NAME => word(asked, finding).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn is_code(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A reason code or a role, with a text: in this file, and where most of the others are.
fn described<'a>(
    asked: Asked<'a>,
    finding: &'a Finding,
    list: &'static str,
    is_name: impl Fn(&str) -> bool,
) -> Vec<Action<'a>> {
    let name = asked.syntax.text().slice(finding.range.clone());
    if name.is_empty() || !is_name(name) {
        return Vec::new();
    }
    let entry = format!("{name} {:?}", sentence(name));
    let words = |item: &Item| match &item.kind {
        ItemKind::Reasons(words) if list == "reasons" => Some(words.len()),
        ItemKind::Roles(words) if list == "roles" => Some(words.len()),
        _ => None,
    };
    let mut lists: Vec<_> = place::own_modules(asked.analysis)
        .flat_map(|(file, module)| module.ast.items.iter().map(move |item| (file, module, item)))
        .filter_map(|(file, module, item)| Some((words(item)?, file, module, item)))
        .collect();
    lists.sort_by_key(|(count, ..)| std::cmp::Reverse(*count));
    let here = lists.iter().find(|(_, file, ..)| *file == asked.file);
    let elsewhere = lists.iter().find(|(_, file, ..)| *file != asked.file);
    let add = |title: String, item: &'a Item, entry: String| {
        let change = move || place::with_entry(asked.analysis, item, &entry);
        Action::new(ActionKind::Fix, title, change).mending(finding)
    };
    let in_this_file = format!("Declare `{name}` in this file");
    let mut actions = Vec::new();
    match here {
        Some((.., item)) => actions.push(add(in_this_file, item, entry.clone())),
        None => {
            let item = place::laid_out(&format!("{list} {{\n  {entry}\n}}"));
            let change = move || Some(place::at_top(asked.file, asked.syntax, &item));
            actions.push(Action::new(ActionKind::Fix, in_this_file, change).mending(finding));
        }
    }
    if let Some((.., module, item)) = elsewhere {
        let action = add(format!("Declare `{name}` in `{}`", module.name), item, entry);
        // Where this file declares none, they stand there.
        actions.insert(if here.is_none() { 0 } else { actions.len() }, action);
    }
    if let Some(first) = actions.first_mut() {
        first.is_preferred = finding.fix.is_none();
    }
    actions
}

/// `NOT_OUR_SHOP` as words: a first text for the author to go on from.
pub(super) fn sentence(name: &str) -> String {
    let words = name.to_ascii_lowercase().replace('_', " ");
    let words = words.trim();
    let first = words.get(..1).unwrap_or_default().to_ascii_uppercase();
    format!("{first}{}", words.get(1..).unwrap_or_default())
}

/// A value that an enum does not have: it is compared with one that has its type.
fn word<'a>(asked: Asked<'a>, finding: &'a Finding) -> Option<Action<'a>> {
    let name = asked.syntax.text().slice(finding.range.clone());
    let other = compared_with(asked, &finding.range)?;
    let Ty::Enum(id) = asked.meaning(other)?.ty.present() else { return None };
    let declared = &asked.analysis.schema()?.enums.get(usize::from(*id))?.name;
    let items = place::own_modules(asked.analysis).flat_map(|(_, module)| &module.ast.items);
    let mut items =
        items.filter(|item| matches!(&item.kind, ItemKind::Enum(node) if node.name.text == *declared));
    let item = items.next()?;
    let entry = format!(", {name}");
    let change = move || {
        let at = last_value(item)?;
        place::rewritten(asked.analysis, item, &[(at, entry.clone())])
    };
    let title = format!("Add `{name}` to the values of `{declared}`");
    Some(Action::new(ActionKind::Fix, title, change).mending(finding).preferred(finding.fix.is_none()))
}

/// The place behind the last value of an enum.
fn last_value(item: &Item) -> Option<Span> {
    let ItemKind::Enum(node) = &item.kind else { return None };
    let last = node.values.last()?.span;
    Some(Span { start: last.end, ..last })
}

/// What a name is compared with, or looked for in a list with.
fn compared_with<'a>(asked: Asked<'a>, name: &Range<u32>) -> Option<&'a Expr> {
    let (_, around) = tree::found(asked.syntax, name)?;
    let at = around.last().filter(|expr| matches!(expr.kind, ExprKind::Name(_)))?;
    let mut outside = around.iter().rev().skip(1);
    let is_it = |expr: &Expr| std::ptr::eq(expr, *at);
    match &outside.next()?.kind {
        ExprKind::Binary(BinaryOp::Equal | BinaryOp::NotEqual, _, a, b) => {
            Some(if is_it(a) { b.as_ref() } else { a.as_ref() })
        }
        ExprKind::List(_) => match &outside.next()?.kind {
            ExprKind::In(item, _) => Some(item),
            _ => None,
        },
        _ => None,
    }
}
