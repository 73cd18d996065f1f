//! The source map of a unit: every number in it refers to something, its trees are trees, and its registers hold what it says.

use crate::error::{BundleError, ErrorKind};
use crate::program::{Bundle, Rule, Unit};
use crate::schema::Schema;
use crate::source_map::{Each, Known, MAX_NESTING, Mark, Node, NodeKind, RuleMap, Step, StepKind, UnitMap};

use super::code::Block;
use super::schema::Declared;
use super::steps::spend;
use super::{Within, ensure};

fn refused(what: &str) -> BundleError {
    BundleError::new(ErrorKind::SourceMap, format!("source map: {what}"))
}

fn holds(condition: bool, what: &str) -> Result<(), BundleError> {
    ensure(condition, ErrorKind::SourceMap, || format!("source map: {what}"))
}

/// Verifies what a unit's map says of the unit itself. Its rules are verified with [`verify_rule`] and [`verify_marks`].
pub(super) fn verify_unit(bundle: &Bundle, unit: &Unit, budget: &mut usize) -> Result<(), BundleError> {
    let map = &unit.map;
    spend(budget, map.files.len() + map.texts.len() + map.sets.len())?;
    for file in &map.files {
        let is_among =
            |sources: &[(String, [u8; 32])]| sources.binary_search_by(|(path, _)| path.cmp(file)).is_ok();
        let known = is_among(&unit.sources) || is_among(&bundle.manifest.sources);
        holds(known, "it names a file that neither it nor the manifest comes from")?;
    }
    let is_file = |file: u16| usize::from(file) < map.files.len();
    holds(map.texts.iter().all(|text| is_file(text.file)), "a text stands in no file")?;
    holds(map.sets.iter().all(|(file, _)| is_file(*file)), "a setting stands in no file")?;
    holds(map.sets.is_empty() || map.sets.len() == unit.sets.len(), "it has not one place for each setting")?;
    holds(map.rules.is_empty() || map.rules.len() == unit.rules.len(), "it has not one entry for each rule")
}

/// Verifies the tree and the steps of a rule.
pub(super) fn verify_rule(
    schema: &Schema,
    unit: &UnitMap,
    rule: &Rule,
    map: &RuleMap,
    budget: &mut usize,
) -> Result<(), BundleError> {
    spend(budget, map.nodes.len() + map.steps.len())?;
    holds(map.entries.len() == rule.entries.len(), "it has not one list of marks for each action")?;
    verify_tree(&map.nodes)?;
    for (number, node) in map.nodes.iter().enumerate() {
        verify_node(schema, unit, map, number, node).within(|| format!("node {number}"))?;
    }
    for step in &map.steps {
        verify_step(unit, rule, map, step)?;
    }
    Ok(())
}

/// Each node lies wholly inside the one that it began in, and none too deep.
fn verify_tree(nodes: &[Node]) -> Result<(), BundleError> {
    let mut open: Vec<usize> = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        while open.last().is_some_and(|end| *end <= at) {
            open.pop();
        }
        let end = at.saturating_add(usize::from(node.size));
        let within = open.last().copied().unwrap_or(nodes.len());
        holds(node.size > 0 && end <= within, "a node reaches beyond the one it is in")?;
        open.push(end);
        holds(open.len() <= usize::from(MAX_NESTING), "its nodes are nested too deep")?;
    }
    Ok(())
}

fn verify_node(
    schema: &Schema,
    unit: &UnitMap,
    map: &RuleMap,
    number: usize,
    node: &Node,
) -> Result<(), BundleError> {
    let text = unit.texts.get(node.text as usize).ok_or_else(|| refused("its text is not there"))?;
    let bytes = usize::from(node.bytes.0)..usize::from(node.bytes.1);
    holds(text.text.get(bytes).is_some(), "it is no piece of its text")?;
    let own = u16::try_from(number).map_err(|_| refused("there are too many nodes"))?;
    let inside = map.children(own).count();
    let (least, most) = match &node.kind {
        NodeKind::Path(_)
        | NodeKind::Local(..)
        | NodeKind::Param(_)
        | NodeKind::Constant
        | NodeKind::Bool(_) => (0, 0),
        NodeKind::Not | NodeKind::Present => (1, 1),
        NodeKind::Or | NodeKind::And | NodeKind::Let | NodeKind::Otherwise => (2, 2),
        NodeKind::Compare(_) | NodeKind::In | NodeKind::Text(_) => (2, 2),
        NodeKind::Each(Each::All | Each::Any | Each::Count | Each::Sum) => (2, 2),
        NodeKind::If | NodeKind::Between { .. } => (3, 3),
        NodeKind::Fact(fact) => {
            let declared =
                schema.facts.get(usize::from(*fact)).ok_or_else(|| refused("its fact is not there"))?;
            (declared.params.len(), declared.params.len())
        }
        NodeKind::Other => (0, usize::MAX),
    };
    // What lies deeper than a map goes is left out of it.
    holds(inside == 0 || (least..=most).contains(&inside), "it has not as many nodes inside as its kind")?;
    match &node.kind {
        NodeKind::Local(to, _) => holds(*to < own, "a name is given after it is used"),
        NodeKind::Param(param) => {
            holds(usize::from(*param) < schema.params.len(), "its parameter is not there")
        }
        _ => Ok(()),
    }
}

fn verify_step(unit: &UnitMap, rule: &Rule, map: &RuleMap, step: &Step) -> Result<(), BundleError> {
    holds((step.text as usize) < unit.texts.len(), "the text of a step is not there")?;
    let is_node = step.node.is_none_or(|node| usize::from(node) < map.nodes.len());
    holds(is_node, "the condition of a step is not there")?;
    match &step.kind {
        StepKind::Effect { statement, .. } => {
            holds(usize::from(*statement) < rule.statements.len(), "a step belongs to no statement")
        }
        StepKind::Let(_) | StepKind::When => Ok(()),
    }
}

/// Verifies the marks of a rule for an action: they are sorted, and what they say lies in a register does.
pub(super) fn verify_marks(
    block: &Block<'_>,
    declared: &Declared<'_>,
    entry: (u16, u16),
    map: &RuleMap,
    marks: &[Mark],
    budget: &mut usize,
) -> Result<(), BundleError> {
    holds(marks.is_sorted_by_key(|mark| mark.pc), "its marks are not sorted")?;
    let (action, code) = entry;
    for mark in marks {
        let node = map.nodes.get(usize::from(mark.node)).ok_or_else(|| refused("a mark is about no node"))?;
        holds(block.has_instruction(code, mark.pc), "a mark stands at no instruction")?;
        let Known::Value { register, present, .. } = &mark.what else {
            holds(matches!(node.kind, NodeKind::Each(_)), "a loop is not that of a quantifier")?;
            continue;
        };
        spend(budget, present.len() + 1)?;
        let ty = |register| block.type_of(declared, action, code, register);
        for register in present {
            let says = ty(*register)? == crate::schema::SlotType::Bool;
            holds(says, "a register does not say whether a value is there")?;
        }
        if let Some(register) = register {
            holds(Some(ty(*register)?) == node.ty, "a register does not hold the value of its node")?;
        }
    }
    Ok(())
}
