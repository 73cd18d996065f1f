//! Which way a condition went. Conditions are written as jumps, so most of them are never in a register: what they came to
//! follows from what was found inside them, in the way in which `and`, `or` and the others are defined.

use lictor_bundle::source_map::{Each, MAX_NESTING, NodeKind, RuleMap};

use super::RuleTrace;

/// What a node came to.
pub(super) fn of(map: &RuleMap, trace: &RuleTrace, node: u16) -> Option<bool> {
    // A constant is what it is also where nobody came to it.
    let size = map.nodes.get(usize::from(node))?.size;
    let inside = usize::from(node)..usize::from(node.saturating_add(size));
    trace.seen.get(inside)?.iter().any(Option::is_some).then(|| at(map, trace, node, MAX_NESTING))?
}

/// The loader has seen that nodes are nested no deeper than `left`.
fn at(map: &RuleMap, trace: &RuleTrace, node: u16, left: u16) -> Option<bool> {
    let left = left.checked_sub(1)?;
    let found = map.nodes.get(usize::from(node))?;
    if found.ty != Some(lictor_bundle::schema::SlotType::Bool) {
        return None;
    }
    if let Some(seen) = trace.seen_at(node) {
        return seen.slot.filter(|_| seen.present).map(|slot| slot.bool());
    }
    let mut children = map.children(node);
    let mut child = || children.next();
    let truth = |node: Option<u16>| at(map, trace, node?, left);
    match &found.kind {
        NodeKind::And => {
            if truth(child())? {
                truth(child())
            } else {
                Some(false)
            }
        }
        NodeKind::Or => {
            if truth(child())? {
                Some(true)
            } else {
                truth(child())
            }
        }
        NodeKind::Bool(value) => Some(*value),
        NodeKind::Not => truth(child()).map(|truth| !truth),
        NodeKind::If => {
            let (condition, then, other) = (child(), child(), child());
            if truth(condition)? { truth(then) } else { truth(other) }
        }
        NodeKind::Let => {
            child();
            truth(child())
        }
        NodeKind::Present => Some(trace.seen_at(child()?)?.present),
        NodeKind::Otherwise => {
            let seen = trace.seen_at(child()?)?;
            if seen.present { seen.slot.map(|slot| slot.bool()) } else { truth(child()) }
        }
        NodeKind::Each(each @ (Each::All | Each::Any)) => {
            let (over, body) = (child(), child());
            trace.seen_at(over?)?;
            if trace.rounds_of(node) == 0 { Some(*each == Each::All) } else { truth(body) }
        }
        _ => None,
    }
}
