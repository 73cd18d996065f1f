//! What a new function is called, until its author has a better name.

use lictor_grammar::ast::ItemKind;
use lictor_grammar::keywords::Keyword;

use super::place::Place;
use crate::ide::actions::Asked;
use crate::ide::actions::tree::{self, Happens, Role};

/// So many names are tried.
const MOST: u32 = 100;

/// A name that nothing in the policy has: what the condition is the reason for, or what it is a condition of.
pub(super) fn of(asked: Asked<'_>, place: &Place<'_>) -> Option<String> {
    let is_whole = place.top.expr.span == place.expr.span;
    let is_reason = matches!(place.top.role, Role::When(happens) if happens != Happens::Block);
    let reason = place.top.statement.and_then(tree::reason).filter(|_| is_whole && is_reason);
    let owner = match &place.top.item.kind {
        ItemKind::Rule(node) => &node.name.text,
        ItemKind::Fn(node) => &node.name.text,
        _ => return None,
    };
    let name = match reason {
        Some(reason) => reason.code.text.to_ascii_lowercase(),
        None => format!("{owner}_condition"),
    };
    free(asked, &name)
}

/// This name, or with a number behind it, so that nothing in the policy has it.
pub(in crate::ide::actions) fn free(asked: Asked<'_>, name: &str) -> Option<String> {
    let numbered = (2..MOST).map(|number| format!("{name}_{number}"));
    [name.to_owned()].into_iter().chain(numbered).find(|name| is_free(asked, name))
}

/// Whether no word of the policy is this, but in texts and comments.
fn is_free(asked: Asked<'_>, name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let stands_in = |text: &str| {
        text.match_indices(name).any(|(at, _)| {
            let before = text.get(..at).unwrap_or_default();
            let after = text.get(at + name.len()..).unwrap_or_default();
            let line = before.rsplit('\n').next().unwrap_or_default();
            let is_code = line.matches('"').count() % 2 == 0 && !line.contains("//");
            is_code && !before.ends_with(is_letter) && !after.starts_with(is_letter)
        })
    };
    let mut items = asked.analysis.modules().iter().flat_map(|module| &module.ast.items);
    Keyword::from_text(name).is_none() && !items.any(|item| stands_in(asked.analysis.text(item.span)))
}

/// Whether no function has this name.
pub(super) fn is_no_function(asked: Asked<'_>, name: &str) -> bool {
    let mut items = asked.analysis.modules().iter().flat_map(|module| &module.ast.items);
    !items.any(|item| matches!(&item.kind, ItemKind::Fn(node) if node.name.text == name))
}
