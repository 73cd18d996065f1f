//! The source map of a rule: its expressions as a tree, and marks in the code that say where the value of each is known.
//!
//! The tree is made once a rule. While code is written, an expression is found in it by its address: an expression that is
//! written several times has several marks, and one that is never evaluated has none.

use std::collections::BTreeMap;

use lictor_bundle::instr::{Pc, Reg};
use lictor_bundle::schema::{Scalar, Schema};
use lictor_bundle::source_map::{Each, Known, MAX_NESTING, Mark, Node, NodeKind, RuleMap, Step, StepKind};

use super::place;
use super::texts::Texts;
use crate::typed::{Expr, ExprKind, Fires, LocalId, QuantifierKind, Rule, Statement};
use crate::visit;

/// The nodes of a rule's expressions, by address.
pub(super) type Numbers = BTreeMap<*const Expr, u16>;

/// A mark before the code is complete.
pub(super) struct Note {
    pub(super) node: u16,
    pub(super) what: Noted,
}

/// What a note says.
pub(super) enum Noted {
    Value { register: Option<Reg>, present: Vec<Reg> },
    Loop,
}

impl Note {
    /// The finished mark.
    pub(super) fn at(self, pc: Pc, falling: bool) -> Mark {
        let what = match self.what {
            Noted::Value { register, present } => Known::Value { register, present, falling },
            Noted::Loop => Known::Loop,
        };
        Mark { pc, node: self.node, what }
    }
}

/// Writes the tree of a rule.
pub(super) struct Tree<'a, 't> {
    schema: &'a Schema,
    texts: &'t mut Texts<'a>,
    map: RuleMap,
    numbers: Numbers,
    /// The node that each name was given to.
    locals: BTreeMap<LocalId, u16>,
    /// The steps of the lets, whose names stand where they are used.
    lets: BTreeMap<LocalId, usize>,
    statement: u16,
}

/// The tree of a rule without its marks, and where each expression stands in it.
pub(super) fn tree<'a>(schema: &'a Schema, texts: &mut Texts<'a>, rule: &'a Rule) -> (RuleMap, Numbers) {
    let mut tree = Tree {
        schema,
        texts,
        map: RuleMap::default(),
        numbers: Numbers::new(),
        locals: BTreeMap::new(),
        lets: BTreeMap::new(),
        statement: 0,
    };
    tree.map.steps.reserve_exact(rule.body.len());
    tree.map.entries.reserve_exact(rule.actions.len());
    tree.statements(&rule.body, 0);
    // They stay until the bundle is written, of every rule.
    tree.map.nodes.shrink_to_fit();
    (tree.map, tree.numbers)
}

impl<'a> Tree<'a, '_> {
    fn statements(&mut self, statements: &'a [Statement], depth: u8) {
        for statement in statements {
            match statement {
                Statement::Let(id, value) => {
                    let text = self.texts.of(value.span);
                    let node = self.expr(value, text, 0);
                    if let Some(node) = node {
                        self.locals.insert(*id, node);
                    }
                    self.lets.insert(*id, self.map.steps.len());
                    // A name that is never used stays empty, and so does what is said of it.
                    self.map.steps.push(Step { kind: StepKind::Let(String::new()), depth, text, node });
                }
                Statement::When(condition, body) => {
                    let text = self.texts.of(condition.span);
                    let node = self.expr(condition, text, 0);
                    self.map.steps.push(Step { kind: StepKind::When, depth, text, node });
                    self.statements(body, depth.saturating_add(1));
                }
                Statement::Effect(fires) => self.effect(fires, depth),
            }
        }
    }

    fn effect(&mut self, fires: &'a Fires, depth: u8) {
        let text = self.texts.of(fires.span);
        let node = fires.condition.as_ref().and_then(|condition| self.expr(condition, text, 0));
        let kind = StepKind::Effect { statement: self.statement, on: fires.on };
        self.map.steps.push(Step { kind, depth, text, node });
        // A rule with more statements than can be numbered is refused while its code is written.
        self.statement = self.statement.saturating_add(1);
    }

    /// Adds an expression with all inside it. `text` is what it is a piece of, unless it stands elsewhere: in a function.
    fn expr(&mut self, expr: &'a Expr, text: u32, depth: u16) -> Option<u16> {
        let number = u16::try_from(self.map.nodes.len()).ok()?;
        if depth >= MAX_NESTING {
            return None;
        }
        let path = self.path(expr);
        // What is known to be there is what it is.
        if let (ExprKind::Known(inner), None) = (&expr.kind, &path) {
            let number = self.expr(inner, text, depth)?;
            self.numbers.insert(expr, number);
            return Some(number);
        }
        let (text, bytes) = self.texts.piece(text, expr.span);
        let is_leaf = path.is_some();
        let kind = path.unwrap_or_else(|| kind(expr));
        let slots = place::slots(self.schema, &expr.ty);
        let is_single = slots.len() == 1 + usize::from(place::is_optional(&expr.ty));
        let ty = slots.last().copied().filter(|_| is_single);
        let secret = self.reads_secret(expr, &kind);
        self.map.nodes.push(Node { kind, ty, secret, size: 1, text, bytes });
        self.numbers.insert(expr, number);
        match &expr.kind {
            _ if is_leaf => {}
            // The amount whose currency it takes is only looked at.
            ExprKind::MoneyParam(..) => {}
            ExprKind::Let(id, value, body) => {
                if let Some(value) = self.expr(value, text, depth + 1) {
                    self.locals.insert(*id, value);
                }
                self.expr(body, text, depth + 1);
            }
            ExprKind::Quantifier(quantifier) => {
                self.locals.insert(quantifier.variable, number);
                self.expr(&quantifier.over, text, depth + 1);
                self.expr(&quantifier.body, text, depth + 1);
            }
            _ => {
                for child in visit::children(expr) {
                    self.expr(child, text, depth + 1);
                }
            }
        }
        let size = self.map.nodes.len() - usize::from(number);
        let inside = self.map.nodes.get(usize::from(number)..).unwrap_or_default();
        let secret = inside.iter().any(|node| node.secret);
        if let Some(node) = self.map.nodes.get_mut(usize::from(number)) {
            node.secret = secret;
            node.size = u16::try_from(size).unwrap_or(u16::MAX);
        }
        Some(number)
    }

    /// Whether an expression by itself, without what is inside it, reads what is marked `secret`.
    fn reads_secret(&self, expr: &Expr, kind: &NodeKind) -> bool {
        let of_schema = match &expr.kind {
            ExprKind::Field(of, record, number) => {
                let record = self.schema.records.get(usize::from(*record));
                let field = record.and_then(|record| record.fields.get(usize::from(*number)));
                field.is_none_or(|field| field.marks.secret) || self.reads_secret(of, kind)
            }
            ExprKind::Known(inner) => self.reads_secret(inner, kind),
            // Which action is being decided is not known here, so what is secret in one is so in all.
            ExprKind::Root(name) => self.schema.actions.iter().any(|action| {
                let record = self.schema.records.get(usize::from(action.request));
                let mut fields = record.into_iter().flat_map(|record| &record.fields);
                fields.any(|field| field.name == *name && field.marks.secret)
            }),
            ExprKind::Fact(fact, _) => {
                self.schema.facts.get(usize::from(*fact)).is_none_or(|fact| fact.marks.secret)
            }
            _ => false,
        };
        let NodeKind::Local(to, _) = kind else { return of_schema };
        let given = self.map.nodes.get(usize::from(*to));
        let size = given.map_or(1, |node| usize::from(node.size));
        let nodes = self.map.nodes.get(usize::from(*to)..usize::from(*to) + size);
        // A quantifier is still open while its body is written: then all that was written of it counts.
        of_schema
            || nodes.unwrap_or_default().iter().any(|node| node.secret)
            || self
                .map
                .nodes
                .get(usize::from(*to)..)
                .unwrap_or_default()
                .iter()
                .any(|node| matches!(given.map(|node| &node.kind), Some(NodeKind::Each(_))) && node.secret)
    }

    /// A field of the request, or of what a name stands for.
    fn path(&mut self, expr: &'a Expr) -> Option<NodeKind> {
        if let ExprKind::Root(name) = &expr.kind {
            return Some(NodeKind::Path(name.clone()));
        }
        let mut fields = Vec::new();
        let mut at = expr;
        loop {
            match &at.kind {
                ExprKind::Field(of, record, number) => {
                    let record = self.schema.records.get(usize::from(*record))?;
                    fields.push(record.fields.get(usize::from(*number))?.name.as_str());
                    at = of;
                }
                ExprKind::Known(inner) => at = inner,
                ExprKind::Root(name) => {
                    fields.push(name);
                    fields.reverse();
                    return Some(NodeKind::Path(fields.join(".")));
                }
                ExprKind::Local(id) => {
                    if let (Some(step), Some(name)) = (self.lets.get(id), self.texts.word(at.span))
                        && let Some(Step { kind: StepKind::Let(named), .. }) = self.map.steps.get_mut(*step)
                    {
                        *named = name.to_owned();
                    }
                    fields.reverse();
                    return Some(NodeKind::Local(*self.locals.get(id)?, fields.join(".")));
                }
                _ => return None,
            }
        }
    }
}

fn kind(expr: &Expr) -> NodeKind {
    match &expr.kind {
        ExprKind::And(..) => NodeKind::And,
        ExprKind::Or(..) => NodeKind::Or,
        ExprKind::Not(_) => NodeKind::Not,
        ExprKind::If(..) => NodeKind::If,
        ExprKind::Let(..) => NodeKind::Let,
        ExprKind::Present(_) => NodeKind::Present,
        ExprKind::Otherwise(..) => NodeKind::Otherwise,
        ExprKind::Compare(op, ..) => NodeKind::Compare(*op),
        ExprKind::Between(between) => NodeKind::Between { closed: between.closed },
        ExprKind::Contains(..) => NodeKind::In,
        ExprKind::Text(op, ..) => NodeKind::Text(*op),
        ExprKind::Quantifier(quantifier) => NodeKind::Each(match quantifier.kind {
            QuantifierKind::All => Each::All,
            QuantifierKind::Any => Each::Any,
            QuantifierKind::Count => Each::Count,
            QuantifierKind::Sum(_) => Each::Sum,
        }),
        ExprKind::Param(param) | ExprKind::MoneyParam(param, _) => NodeKind::Param(*param),
        ExprKind::Fact(fact, _) => NodeKind::Fact(*fact),
        ExprKind::Scalar(Scalar::Bool(value)) => NodeKind::Bool(*value),
        ExprKind::Scalar(_) | ExprKind::Set(_) => NodeKind::Constant,
        _ => NodeKind::Other,
    }
}
