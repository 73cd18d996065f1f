//! What a rule says, statement by statement, from the source map; or from its effects, where a bundle comes without a map.

use lictor_bundle::program::{Effect as Does, Rule, Statement};
use lictor_bundle::schema::{Approver, Disposition, Schema};
use lictor_bundle::source_map::{Node, NodeKind, RuleMap, Step, StepKind, UnitMap};

use super::Effect;
use super::layers::Layer;
use crate::render::names::disposition;

/// A statement: its text, and everything that it is made of.
#[derive(Clone, PartialEq, Eq)]
pub struct Said {
    /// As it is read: indented by the conditions it stands under.
    pub text: String,
    /// The functions that it uses, as they are defined.
    pub uses: Vec<String>,
    /// How many conditions it stands under.
    depth: u8,
    /// Whether others stand under it.
    is_condition: bool,
    /// Every expression in it, with names for numbers.
    parts: Vec<String>,
    /// Whether all of it is known.
    whole: bool,
}

/// The statements of a rule, in their order.
pub fn said(layer: Layer<'_>, rule: &Rule) -> Vec<Said> {
    let number = layer.unit.rules.iter().position(|one| std::ptr::eq(one, rule));
    match number.and_then(|number| layer.unit.map.rules.get(number)) {
        Some(map) if !map.steps.is_empty() => {
            map.steps.iter().map(|step| of_step(&layer.bundle.schema, &layer.unit.map, map, step)).collect()
        }
        _ => rule.statements.iter().map(|statement| of_effect(&layer.bundle.schema, statement)).collect(),
    }
}

fn of_step(schema: &Schema, unit: &UnitMap, map: &RuleMap, step: &Step) -> Said {
    let text = unit.texts.get(step.text as usize).map_or("", |text| text.text.as_str());
    let text = match &step.kind {
        StepKind::When => format!("when {text}"),
        StepKind::Let(name) if name.is_empty() => format!("let {text}"),
        StepKind::Let(name) => format!("let {name} = {text}"),
        StepKind::Effect { .. } => text.to_owned(),
    };
    let first = step.node.map_or(0, usize::from);
    let size =
        step.node.and_then(|node| map.nodes.get(usize::from(node))).map_or(0, |node| usize::from(node.size));
    let nodes = map.nodes.get(first..first.saturating_add(size)).unwrap_or(&[]);
    let mut uses = Vec::new();
    for node in nodes.iter().filter(|node| node.text != step.text) {
        let body = unit.texts.get(node.text as usize).map_or("", |text| text.text.as_str());
        if !uses.iter().any(|used| used == body) {
            uses.push(body.to_owned());
        }
    }
    Said {
        text: format!("{}{text}", "  ".repeat(usize::from(step.depth))),
        uses,
        depth: step.depth,
        is_condition: matches!(step.kind, StepKind::When),
        parts: nodes.iter().map(|node| part(schema, unit, node, first)).collect(),
        whole: nodes.iter().all(|node| node.size > 1 || is_leaf(&node.kind)),
    }
}

/// A node without the numbers that depend on what else there is in the bundle.
fn part(schema: &Schema, unit: &UnitMap, node: &Node, first: usize) -> String {
    let kind = match &node.kind {
        NodeKind::Param(id) => {
            let name = schema.params.get(usize::from(*id)).map_or("?", |param| param.name.as_str());
            format!("param {name}")
        }
        NodeKind::Fact(id) => {
            let name = schema.facts.get(usize::from(*id)).map_or("?", |fact| fact.name.as_str());
            format!("fact {name}")
        }
        // Names of the same statement count from it; those of others are told by their own text.
        NodeKind::Local(to, path) => match usize::from(*to).checked_sub(first) {
            Some(inside) => format!("local {inside} {path}"),
            None => format!("local {path}"),
        },
        kind => format!("{kind:?}"),
    };
    format!("{kind} {} {}", node.size, unit.text_of(node))
}

/// Whether a node of this kind has none inside it, unless the map left them out.
fn is_leaf(kind: &NodeKind) -> bool {
    matches!(
        kind,
        NodeKind::Path(_)
            | NodeKind::Local(..)
            | NodeKind::Param(_)
            | NodeKind::Fact(_)
            | NodeKind::Bool(_)
            | NodeKind::Constant
    )
}

fn of_effect(schema: &Schema, statement: &Statement) -> Said {
    let does = match &statement.effect {
        Does::Deny => "deny".to_owned(),
        Does::StepUp(approver) => disposition(&Disposition::StepUp(approver.clone()), schema),
        Does::Risk(points) => format!("risk +{points}"),
        Does::Flag(flag) => {
            format!("flag {}", schema.flags.get(usize::from(*flag)).map_or("?", |flag| flag.name.as_str()))
        }
        Does::Amplify(amplifier, points) => {
            let amplifier = schema.amplifiers.get(usize::from(*amplifier));
            format!("amplify {} +{points}", amplifier.map_or("?", |amplifier| amplifier.name.as_str()))
        }
        Does::Oblige { id, .. } => format!("oblige {id}"),
    };
    let reason = statement.reason.and_then(|reason| schema.reasons.get(usize::from(reason)));
    let text = reason.map_or_else(|| does.clone(), |reason| format!("{does} as {}", reason.name));
    Said { text, uses: Vec::new(), depth: 0, is_condition: false, parts: Vec::new(), whole: false }
}

/// The lines of statements, each with the functions that it uses.
pub fn lines(said: &[Said]) -> Vec<String> {
    let mut lines = Vec::new();
    for said in said {
        lines.push(said.text.clone());
        let indent = said.text.chars().take_while(|c| *c == ' ').count() + 4;
        lines.extend(said.uses.iter().map(|body| format!("{}where it uses: {body}", " ".repeat(indent))));
    }
    lines
}

/// What it does that a rule says the second in the place of the first, as far as its statements alone show it: more of them can only refuse
/// more, and fewer only less.
pub fn effect(before: &[Said], after: &[Said]) -> Effect {
    if before.iter().chain(after).any(|said| !said.whole) {
        return Effect::Unclear;
    }
    match (adds_only(before, after), adds_only(after, before)) {
        (true, false) => Effect::Tightens,
        (false, true) => Effect::Loosens,
        _ => Effect::Unclear,
    }
}

/// Whether the second is the first with statements added, none of which now stands over one of the first.
fn adds_only(these: &[Said], those: &[Said]) -> bool {
    let mut left = these.iter().peekable();
    let mut under: Option<u8> = None;
    for said in those {
        under = under.filter(|condition| said.depth > *condition);
        if under.is_none() && left.peek().is_some_and(|next| *next == said) {
            left.next();
        } else if under.is_none() && said.is_condition {
            under = Some(said.depth);
        }
    }
    left.peek().is_none()
}

/// What it does that statements have these effects in the place of those, with the same conditions.
pub fn effects_alone(before: (&Rule, &Schema), after: (&Rule, &Schema)) -> Effect {
    let ((before, old), (after, new)) = (before, after);
    if before.statements.len() != after.statements.len() {
        return Effect::Unclear;
    }
    let pairs = before.statements.iter().zip(&after.statements);
    pairs.fold(Effect::Neither, |all, (before, after)| {
        let others = if before.others == after.others { Effect::Neither } else { Effect::Unclear };
        all.and(one_effect((&before.effect, old), (&after.effect, new))).and(others)
    })
}

fn one_effect((before, old): (&Does, &Schema), (after, new): (&Does, &Schema)) -> Effect {
    let more = |before: u8, after: u8| match after.cmp(&before) {
        std::cmp::Ordering::Greater => Effect::Tightens,
        std::cmp::Ordering::Less => Effect::Loosens,
        std::cmp::Ordering::Equal => Effect::Neither,
    };
    let amplifier = |schema: &Schema, id: u16| {
        schema.amplifiers.get(usize::from(id)).map(|amplifier| amplifier.name.clone())
    };
    let flag = |schema: &Schema, id: u16| schema.flags.get(usize::from(id)).map(|flag| flag.name.clone());
    match (before, after) {
        (Does::Deny, Does::Deny) => Effect::Neither,
        // A refusal ends the rule, and whatever it said after that is at most as bad.
        (Does::StepUp(_), Does::Deny) => Effect::Tightens,
        (Does::Deny, Does::StepUp(_)) => Effect::Loosens,
        (Does::StepUp(before), Does::StepUp(after)) => {
            let asked =
                |approver: &Approver, schema| disposition(&Disposition::StepUp(approver.clone()), schema);
            if asked(before, old) == asked(after, new) { Effect::Neither } else { Effect::Unclear }
        }
        (Does::Risk(before), Does::Risk(after)) => more(*before, *after),
        (Does::Amplify(one, before), Does::Amplify(other, after))
            if amplifier(old, *one) == amplifier(new, *other) =>
        {
            more(*before, *after)
        }
        (Does::Flag(before), Does::Flag(after)) if flag(old, *before) == flag(new, *after) => Effect::Neither,
        (Does::Oblige { id: before, by: old }, Does::Oblige { id: after, by: new })
            if (before, old) == (after, new) =>
        {
            Effect::Neither
        }
        _ => Effect::Unclear,
    }
}
