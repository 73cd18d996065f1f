//! Expressions with what they came to, and where the values that they read came from.

use lictor_bundle::schema::{ParamId, SlotType, TypeId};
use lictor_bundle::shape::SourcePart;
use lictor_bundle::source_map::{Each, NodeKind, RuleMap, UnitMap};
use serde::Serialize;

use crate::arena::Arenas;
use crate::plan::Program;
use crate::render::render;
use crate::scratch::Layer;
use crate::slot::Slot;
use crate::sourced::{is_withheld, part_of};
use crate::trace::RuleTrace;
use crate::value::Value;

/// How many elements of a collection are written out.
const ELEMENTS: usize = 6;

/// An expression with what it came to.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Explained {
    /// As it was written.
    pub text: String,
    /// `and`, `unless` (a conjunction whose second side, a `not`, was written without one), `or`, `not`, `if`, `let` (a function's argument and its body), `present`, `otherwise`, `compare`, `between`, `in`, `text`, `all`,
    /// `any`, `count`, `sum`, `path`, `local`, `parameter`, `fact`, `constant` or `computed`.
    pub kind: &'static str,
    /// Whether it was evaluated at all.
    pub evaluated: bool,
    /// Whether it was true; nothing for what is no condition, or was not evaluated.
    pub truth: Option<bool>,
    /// What it came to, as messages show it; `(absent)` for what was not there.
    pub value: Option<String>,
    /// Where a value that was read came from.
    pub from: Option<Origin>,
    /// Of a quantifier: the number of the last element that was looked at, from 1. What stands inside is about that one.
    pub element: Option<u32>,
    /// What it was found from.
    pub inside: Vec<Explained>,
}

/// Where a value came from.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Origin {
    /// `request`, `default` (of a parameter), `layer` (one that set the parameter), `fact` or `history`.
    pub source: &'static str,
    /// The layers that set it to this.
    pub layers: Vec<String>,
    /// Where those layers do, as `file:line`.
    pub places: Vec<String>,
}

/// A rule that ran, with all that is needed to show it.
pub(super) struct View<'a> {
    pub program: &'a Program,
    pub layers: &'a [Layer],
    pub arenas: Arenas<'a>,
    pub unit: &'a UnitMap,
    pub map: &'a RuleMap,
    pub ran: &'a RuleTrace,
}

impl View<'_> {
    /// A node and all inside it. The loader bounds how deep that goes.
    pub fn node(&self, number: u16) -> Explained {
        let Some(node) = self.map.nodes.get(usize::from(number)) else { return Explained::nothing() };
        let seen = self.ran.seen_at(number);
        // A comparison with something secret has decided, and that is no secret; what was read is.
        let is_read = matches!(node.kind, NodeKind::Path(_) | NodeKind::Local(..) | NodeKind::Fact(_));
        let truth = self.ran.truth(self.map, number).filter(|_| !(is_read && node.secret));
        let value = match (seen, node.ty) {
            (Some(_), _) if node.secret => Some("(secret)".to_owned()),
            (Some(seen), _) if !seen.present => Some("(absent)".to_owned()),
            (Some(seen), Some(ty)) => seen.slot.map(|slot| self.shown(ty, slot)),
            _ => None,
        };
        let is_unless = node.kind == NodeKind::And && self.unit.is_unless(self.map, number);
        let kind = if is_unless { "unless" } else { word(&node.kind) };
        let rounds = self.ran.rounds_of(number);
        Explained {
            text: self.unit.text_of(node).to_owned(),
            kind,
            evaluated: self.ran.is_evaluated(self.map, number),
            truth,
            value: value.or_else(|| truth.filter(|_| !node.secret).map(|truth| truth.to_string())),
            from: seen.and_then(|seen| self.origin(&node.kind, seen.slot)),
            element: matches!(node.kind, NodeKind::Each(_)).then_some(rounds).filter(|rounds| *rounds > 0),
            inside: self.inside(number),
        }
    }

    /// What a node was found from. `sku in prices` asks whether a look-up has found something: there the same words stand for
    /// both, and only whether it has is told.
    fn inside(&self, number: u16) -> Vec<Explained> {
        let asked = self.map.nodes.get(usize::from(number)).filter(|node| node.kind == NodeKind::Present);
        let text = asked.map(|node| self.unit.text_of(node));
        let children = self.map.children(number).map(|child| self.node(child));
        children
            .flat_map(|child| if Some(child.text.as_str()) == text { child.inside } else { vec![child] })
            .collect()
    }

    /// The one place where a value becomes something that people read.
    fn shown(&self, ty: SlotType, slot: Slot) -> String {
        let schema = &self.program.bundle.schema;
        if let SlotType::Sourced(record) = ty {
            return self.sourced(record, slot);
        }
        let Some(element) = ty.element() else { return render(schema, self.arenas, ty, slot) };
        let mut slots = Vec::new();
        schema.slots(element, &mut slots);
        let width = usize::from(slot.span().width).max(1);
        let elements = self.arenas.elements(slot).chunks_exact(width);
        let count = elements.len();
        let [single] = slots.as_slice() else {
            let one = if matches!(ty, SlotType::Map(_)) { "entry" } else { "element" };
            let many = if matches!(ty, SlotType::Map(_)) { "entries" } else { "elements" };
            return format!("{count} {}", if count == 1 { one } else { many });
        };
        let shown = elements.take(ELEMENTS).filter_map(<[Slot]>::first);
        let shown: Vec<String> = shown.map(|slot| render(schema, self.arenas, *single, *slot)).collect();
        let more = count.saturating_sub(ELEMENTS);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        format!("[{}{more}]", shown.join(", "))
    }

    /// The state of a sourced value, and the value where it is a single one that is not withheld: `verified: gold`.
    fn sourced(&self, record: TypeId, slot: Slot) -> String {
        let schema = &self.program.bundle.schema;
        let Some(source) = schema.source(record) else { return String::new() };
        let slots = self.arenas.elements(slot);
        let shown = |part| {
            let mut types = Vec::new();
            schema.slots(source.part(part), &mut types);
            let ([ty], Some(slot)) = (types.as_slice(), part_of(slots, part).first()) else { return None };
            Some(self.shown(*ty, *slot))
        };
        let state = shown(SourcePart::State).unwrap_or_default();
        match shown(SourcePart::Value).filter(|_| !is_withheld(slots)) {
            Some(value) => format!("{state}: {value}"),
            None => state,
        }
    }

    fn origin(&self, kind: &NodeKind, slot: Option<Slot>) -> Option<Origin> {
        let plain = |source| Some(Origin { source, layers: Vec::new(), places: Vec::new() });
        match kind {
            NodeKind::Path(_) => plain("request"),
            NodeKind::Param(param) => Some(self.set_by(*param, slot?)),
            NodeKind::Fact(fact) if self.program.history(*fact).is_some() => plain("history"),
            NodeKind::Fact(_) => plain("fact"),
            _ => None,
        }
    }

    /// The layers that set a parameter to the value in force: of a set, which may be what several have in common, all that set it.
    fn set_by(&self, param: ParamId, slot: Slot) -> Origin {
        let mut origin = Origin { source: "default", layers: Vec::new(), places: Vec::new() };
        let Some(plan) = self.program.params.get(usize::from(param)) else { return origin };
        for layer in self.layers {
            let Some(unit) = self.program.unit(layer.unit) else { continue };
            let Some(at) = unit.sets.params().position(|set| set == param) else { continue };
            let Some(value) = unit.sets.at(at) else { continue };
            let is_it = match value {
                Value::Money(amounts) => amounts.contains(&slot),
                Value::One(_) if self.is_collection(param) => true,
                Value::One(value) => self.arenas.order(plan.kind, value, slot).is_eq(),
            };
            if let Some((layer, place)) = super::set_at(self.program, layer.unit, at).filter(|_| is_it) {
                origin.source = "layer";
                origin.layers.push(layer);
                origin.places.extend(place);
            }
        }
        origin
    }

    fn is_collection(&self, param: ParamId) -> bool {
        use lictor_bundle::schema::Type;
        let param = self.program.bundle.schema.params.get(usize::from(param));
        let ty = param.and_then(|param| self.program.ty(param.ty));
        matches!(ty, Some(Type::Set { .. } | Type::List { .. }))
    }
}

impl Explained {
    fn nothing() -> Explained {
        Explained {
            text: String::new(),
            kind: "computed",
            evaluated: false,
            truth: None,
            value: None,
            from: None,
            element: None,
            inside: Vec::new(),
        }
    }
}

fn word(kind: &NodeKind) -> &'static str {
    match kind {
        NodeKind::And => "and",
        NodeKind::Or => "or",
        NodeKind::Not => "not",
        NodeKind::If => "if",
        NodeKind::Let => "let",
        NodeKind::Present => "present",
        NodeKind::Otherwise => "otherwise",
        NodeKind::Compare(_) => "compare",
        NodeKind::Between { .. } => "between",
        NodeKind::In => "in",
        NodeKind::Text(_) => "text",
        NodeKind::Each(Each::All) => "all",
        NodeKind::Each(Each::Any) => "any",
        NodeKind::Each(Each::Count) => "count",
        NodeKind::Each(Each::Sum) => "sum",
        NodeKind::Path(_) => "path",
        NodeKind::Local(..) => "local",
        NodeKind::Param(_) => "parameter",
        NodeKind::Fact(_) => "fact",
        NodeKind::Bool(_) | NodeKind::Constant => "constant",
        NodeKind::Other => "computed",
    }
}
