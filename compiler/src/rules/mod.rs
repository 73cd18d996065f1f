//! Rules and categories: which actions they concern, at which stage, and what their statements say.

mod head;
mod statement;
mod message;
mod shown;
mod score;
mod oblige;
mod others;
mod dates;

use std::collections::BTreeMap;
use std::sync::Arc;

use lictor_bundle::schema::{ActionId, Schema};
use lictor_grammar::ast::{self, ItemKind};
use lictor_grammar::diagnostic::Diagnostic;

use crate::both::halves;
use crate::check::{Checker, Function, LookedAt, Place, Roots, Scope};
use crate::ids;
use crate::meaning::Meaning;
use crate::memory::{Memory, Read, Told};
use crate::modules::Module;
use crate::names::Declared;
use crate::polarity;
use crate::typed::{Category, Expr, Rule};
pub(crate) use dates::{first_moment, last_moment};
pub(crate) use head::{actions as rule_actions, asked, first_fact, named};
pub(crate) use score::amplifiers;

/// The rules of each module, in the order of the modules and, within one, of the file. Those that are remembered are not checked again.
pub(crate) fn rules(
    modules: &[Module],
    declared: &Declared<'_>,
    functions: &BTreeMap<String, Function>,
    memory: &mut Memory,
    out: &mut Vec<Diagnostic>,
) -> Vec<Vec<Arc<Rule>>> {
    let written: Vec<Written<'_>> = modules.iter().zip(0..).flat_map(Written::of).collect();
    let new: Vec<&Written<'_>> = written.iter().filter(|rule| !memory.knows(rule.item)).collect();
    let check = |some: &[&Written<'_>], _: usize| -> Vec<Told<Read>> {
        let (roots, out, meanings) = (BTreeMap::new(), Vec::new(), Vec::new());
        let mut checked = Checked { declared, functions, roots, out, meanings };
        let each = some.iter().map(|rule| {
            let rule = checked.rule(rule);
            let given = Read { rule, meanings: std::mem::take(&mut checked.meanings) };
            Told { given, found: std::mem::take(&mut checked.out) }
        });
        each.collect()
    };
    let mut checked = halves(&new, |_| 1, WORTH_A_THREAD, check).into_iter();

    let mut rules: Vec<Vec<Arc<Rule>>> = vec![Vec::new(); modules.len()];
    let mut places = written.iter().map(|rule| rule.module);
    memory.rules(
        written.iter().map(|rule| rule.item),
        || checked.next(),
        |told| {
            out.extend(told.found.iter().cloned());
            let of_module = places.next().and_then(|module| rules.get_mut(module));
            if let (Some(rule), Some(of_module)) = (&mut told.given.rule, of_module) {
                let position = of_module.len() as u32;
                if rule.position != position {
                    Arc::make_mut(rule).position = position;
                }
                of_module.push(rule.clone());
            }
        },
    );
    for module in modules {
        named_once(module, out);
    }
    rules
}

/// A rule as written.
struct Written<'a> {
    /// The place of its module among all.
    module: usize,
    name: &'a str,
    item: &'a Arc<ast::Item>,
    node: &'a ast::Rule,
}

impl<'a> Written<'a> {
    /// The rules of a module.
    fn of((module, at): (&'a Module, usize)) -> impl Iterator<Item = Written<'a>> {
        module.ast.items.iter().filter_map(move |item| match &item.kind {
            ItemKind::Rule(node) => Some(Written { module: at, name: &module.name, item, node }),
            _ => None,
        })
    }
}

/// Refuses two rules of one name in a module.
fn named_once(module: &Module, out: &mut Vec<Diagnostic>) {
    let mut names: BTreeMap<&str, &ast::Name> = BTreeMap::new();
    for item in &module.ast.items {
        let ItemKind::Rule(node) = &item.kind else { continue };
        if let Some(first) = names.insert(&node.name.text, &node.name) {
            out.push(
                Diagnostic::error(
                    "E0205",
                    node.name.span,
                    format!("this module has two rules `{}`", node.name.text),
                )
                .also(first.span, "the first stands here")
                .help("give one of them another name: it is what decisions and approvals refer to"),
            );
        }
    }
}

/// So many rules are checked in the time that it takes to begin a thread, and some more.
pub(crate) const WORTH_A_THREAD: usize = 128;

/// What all rules are checked with.
struct Checked<'r, 'a> {
    declared: &'r Declared<'a>,
    functions: &'r BTreeMap<String, Function>,
    /// What requests have, by the actions of a rule: many rules are about the same ones.
    roots: BTreeMap<Vec<ActionId>, Arc<Roots>>,
    out: Vec<Diagnostic>,
    meanings: Vec<Meaning>,
}

impl Checked<'_, '_> {
    /// A rule, if it means something. Its place among those of its module is not known yet.
    fn rule(&mut self, written: &Written<'_>) -> Option<Rule> {
        let rule = self.read(written)?;
        polarity::check(self.declared, &rule, &mut self.out);
        Some(rule)
    }

    fn read(&mut self, written: &Written<'_>) -> Option<Rule> {
        let Written { item, node, .. } = *written;
        let Checked { declared, functions, .. } = *self;
        let stage = head::stage(node, &mut self.out);
        let actions = head::actions(node, &declared.schema, &mut self.out)?;
        let scope = Scope::new(self.roots(&actions));
        let out = &mut self.out;
        let before = out.len();
        let mut checker = Checker { declared, functions, scope, out };
        let body = checker.statements(&node.body);
        self.meanings = std::mem::take(&mut checker.scope.meanings);
        if node.body.is_empty() && out.len() == before {
            out.push(
                Diagnostic::error(
                    "E0224",
                    node.name.span,
                    format!("the rule `{}` says nothing", node.name.text),
                )
                .help("write what it requires, refuses or asks: `require … else CODE`"),
            );
        }
        let body = dates::within(node, body, &declared.schema, out);
        Some(Rule {
            name: node.name.text.clone(),
            module: written.name.to_owned(),
            position: 0,
            stage: stage?,
            actions,
            cites: cites(node, declared),
            docs: item.docs.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" "),
            body,
            exceptions: Vec::new(),
            span: item.span,
            name_at: node.name.span,
        })
    }

    fn roots(&mut self, actions: &[ActionId]) -> Arc<Roots> {
        if let Some(known) = self.roots.get(actions) {
            return known.clone();
        }
        let roots = Arc::new(Roots::of(&self.declared.schema, actions));
        self.roots.insert(actions.to_vec(), roots.clone());
        roots
    }
}

/// Looks at one rule, for whoever wants to know what may be written in it. A rule that does not say yet which actions it is about is
/// looked at as one about all.
pub(crate) fn look(node: &ast::Rule, declared: &Declared<'_>, functions: &BTreeMap<String, Function>) {
    let (mut out, schema) = (Vec::new(), &declared.schema);
    let actions = head::actions(node, schema, &mut out).unwrap_or_else(|| schema.asked().collect());
    let mut scope = Scope::new(Roots::of(schema, &actions));
    scope.looked_at = Some(LookedAt { actions, bindings: Vec::new() });
    let mut checker = Checker { declared, functions, scope, out: &mut out };
    checker.statements(&node.body);
    checker.sought_anyhow();
}

/// The controls that a rule cites, each once.
fn cites(node: &ast::Rule, declared: &Declared<'_>) -> Vec<u16> {
    let mut cites = Vec::with_capacity(node.cites.len());
    for path in &node.cites {
        let id = path.text();
        if let Ok(at) = declared.controls.binary_search_by(|control| control.id.cmp(&id))
            && !cites.contains(&ids::number(at))
        {
            cites.push(ids::number(at));
        }
    }
    cites
}

/// The actions whose requests have what a category reads; all, where none has. A request without those fields is not in the category.
fn actions_of_category(written: &ast::Expr, schema: &Schema) -> Vec<ActionId> {
    let read = head::roots_read(written);
    let has = |action: ActionId, root: &str| {
        Roots::of(schema, &[action]).common.iter().any(|(name, _)| name == root)
    };
    let all: Vec<ActionId> = schema.asked().collect();
    // A word that no action has is a value of an enum, or a mistake that is told elsewhere.
    let read: Vec<&String> = read.iter().filter(|root| all.iter().any(|action| has(*action, root))).collect();
    let actions: Vec<ActionId> =
        all.iter().copied().filter(|action| read.iter().all(|root| has(*action, root))).collect();
    if actions.is_empty() { all } else { actions }
}

/// Looks at the condition of one category, for whoever wants to know what may be written in it: what any of the actions has.
pub(crate) fn look_at_category(
    written: &ast::Expr,
    declared: &Declared<'_>,
    functions: &BTreeMap<String, Function>,
) {
    let (mut out, schema) = (Vec::new(), &declared.schema);
    let mut roots = Roots::default();
    for action in actions_of_category(written, schema) {
        for (name, ty) in Roots::of(schema, &[action]).common {
            if !roots.common.iter().any(|(known, _)| *known == name) {
                roots.common.push((name, ty));
            }
        }
    }
    let mut checker = Checker { declared, functions, scope: Scope::new(roots), out: &mut out };
    checker.condition(written);
    checker.sought_anyhow();
}

/// Looks at the condition of a promise likewise.
pub(crate) fn look_at_promise(
    promise: &ast::Promise,
    declared: &Declared<'_>,
    functions: &BTreeMap<String, Function>,
) {
    let Some(when) = &promise.when else { return };
    promised_when(promise, when, declared, functions, &mut Vec::new());
}

/// The condition of a promise, over what all its actions have.
pub(crate) fn promised_when(
    promise: &ast::Promise,
    when: &ast::Expr,
    declared: &Declared<'_>,
    functions: &BTreeMap<String, Function>,
    out: &mut Vec<Diagnostic>,
) -> Option<Expr> {
    // A pattern without actions is told where the promise is held against the layers.
    let actions = named(&promise.action, &declared.schema, &mut Vec::new());
    let roots = Roots::of(&declared.schema, &actions);
    of_the_request(when, roots, &PROMISE, declared, functions, out)
}

/// What is said of a condition that reads more than the request.
struct Alone {
    parameter: [&'static str; 2],
    fact: [&'static str; 2],
}

const CATEGORY: Alone = Alone {
    parameter: [
        "the condition of a category does not depend on parameters, and this is one",
        "write the value itself: otherwise a stricter parameter could take a request out of a stricter category",
    ],
    fact: [
        "which category a request is in is read from the request alone",
        "ask for the fact in a rule, under `when`; or have the host put it into the request: `extend User { … }`",
    ],
};

const PROMISE: Alone = Alone {
    parameter: [
        "what is promised does not depend on parameters, and this is one",
        "write the value itself: a promise holds whatever layers set",
    ],
    fact: [
        "to which requests a promise applies is read from the request alone",
        "promise it for what the request says; or have the host put it into the request: `extend User { … }`",
    ],
};

/// A condition that reads the request and nothing else.
fn of_the_request(
    written: &ast::Expr,
    roots: Roots,
    told: &Alone,
    declared: &Declared<'_>,
    functions: &BTreeMap<String, Function>,
    out: &mut Vec<Diagnostic>,
) -> Option<Expr> {
    let mut checker = Checker { declared, functions, scope: Scope::at(Place::RequestAlone, roots), out };
    let when = checker.condition(written);
    checker.tell();
    let when = when?;
    let (code, at, [message, help]) = match (polarity::first_parameter(&when), head::first_fact(&when)) {
        (Some(at), _) => ("E0402", at, told.parameter),
        (None, Some(at)) => ("E0403", at, told.fact),
        (None, None) => return Some(when),
    };
    out.push(Diagnostic::error(code, at, message).help(help));
    None
}

/// The conditions of the categories, in the order of their ids.
pub(crate) fn categories(
    declared: &Declared<'_>,
    functions: &BTreeMap<String, Function>,
    out: &mut Vec<Diagnostic>,
) -> Vec<Category> {
    let schema = &declared.schema;
    let mut categories = Vec::new();
    for (id, name) in schema.categories.iter().enumerate() {
        let Some(declaration) = declared.categories.get(name.as_str()) else { continue };
        let written = &declaration.when;
        let actions = actions_of_category(written, schema);
        let roots = Roots::of(schema, &actions);
        let Some(when) = of_the_request(written, roots, &CATEGORY, declared, functions, out) else {
            continue;
        };
        categories.push(Category { id: ids::number(id), when });
    }
    categories
}
