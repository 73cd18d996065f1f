//! Rules and categories: which actions they concern, at which stage, and what their statements say.

mod head;
mod statement;
mod message;
mod score;
mod oblige;
mod others;
mod dates;

use std::collections::BTreeMap;
use std::sync::Arc;

use lictor_bundle::schema::ActionId;
use lictor_grammar::ast::{self, ItemKind};
use lictor_grammar::diagnostic::Diagnostic;

use crate::both::halves;
use crate::check::{Checker, Function, Roots, Scope};
use crate::ids;
use crate::modules::Module;
use crate::names::Declared;
use crate::polarity;
use crate::typed::{Category, Rule};
pub(crate) use dates::{first_moment, last_moment};
pub(crate) use head::{asked, first_fact, named};
pub(crate) use score::amplifiers;

/// The rules of each module, in the order of the modules and, within one, of the file.
pub(crate) fn rules(
    modules: &[Module],
    declared: &Declared<'_>,
    functions: &BTreeMap<String, Function>,
    out: &mut Vec<Diagnostic>,
) -> Vec<Vec<Rule>> {
    let check = |modules: &[Module], _: usize| -> Vec<(Vec<Rule>, Vec<Diagnostic>)> {
        let mut checked = Checked { declared, functions, roots: BTreeMap::new(), out: Vec::new() };
        modules.iter().map(|module| (checked.module(module), std::mem::take(&mut checked.out))).collect()
    };
    let all = halves(modules, |module| module.ast.items.len(), WORTH_A_THREAD, check);
    let each = all.into_iter().map(|(rules, found)| {
        out.extend(found);
        rules
    });
    each.collect()
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
}

impl Checked<'_, '_> {
    /// The rules of a module that mean something.
    fn module(&mut self, module: &Module) -> Vec<Rule> {
        let mut rules: Vec<Rule> = Vec::with_capacity(module.ast.items.len());
        let mut names: BTreeMap<&str, &ast::Name> = BTreeMap::new();
        for item in &module.ast.items {
            let ItemKind::Rule(node) = &item.kind else { continue };
            if let Some(first) = names.insert(&node.name.text, &node.name) {
                self.out.push(
                    Diagnostic::error(
                        "E0205",
                        node.name.span,
                        format!("this module has two rules `{}`", node.name.text),
                    )
                    .also(first.span, "the first stands here")
                    .help("give one of them another name: it is what decisions and approvals refer to"),
                );
            }
            let position = rules.len() as u32;
            if let Some(rule) = self.rule(module, item, node, position) {
                polarity::check(&self.declared.schema, &rule, &mut self.out);
                rules.push(rule);
            }
        }
        rules
    }

    fn rule(&mut self, module: &Module, item: &ast::Item, node: &ast::Rule, position: u32) -> Option<Rule> {
        let Checked { declared, functions, .. } = *self;
        let stage = head::stage(node, &mut self.out);
        let actions = head::actions(node, &declared.schema, &mut self.out)?;
        let scope = Scope::new(self.roots(&actions));
        let out = &mut self.out;
        let before = out.len();
        let mut checker = Checker { declared, functions, scope, out };
        let body = checker.statements(&node.body);
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
            module: module.name.clone(),
            position,
            stage: stage?,
            actions,
            cites: cites(node, declared),
            docs: item.docs.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" "),
            body,
            exceptions: Vec::new(),
            span: item.span,
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
        // A category is about the requests that have what it reads; a request without those fields is not in it.
        let read = head::roots_read(written);
        let has = |action: ActionId, root: &str| {
            Roots::of(schema, &[action]).common.iter().any(|(name, _)| name == root)
        };
        let all: Vec<ActionId> = schema.asked().collect();
        // A word that no action has is a value of an enum, or a mistake that is told below.
        let read: Vec<&String> =
            read.iter().filter(|root| all.iter().any(|action| has(*action, root))).collect();
        let actions: Vec<ActionId> =
            all.iter().copied().filter(|action| read.iter().all(|root| has(*action, root))).collect();
        let roots = Roots::of(schema, if actions.is_empty() { &all } else { &actions });
        let mut checker = Checker { declared, functions, scope: Scope::new(roots), out };
        let Some(when) = checker.condition(written) else { continue };
        if let Some(at) = polarity::first_parameter(&when) {
            out.push(
                Diagnostic::error("E0402", at, "the condition of a category does not depend on parameters, and this is one")
                    .help("write the value itself: otherwise a stricter parameter could take a request out of a stricter category"),
            );
            continue;
        }
        if let Some(at) = head::first_fact(&when) {
            out.push(
                Diagnostic::error(
                    "E0403",
                    at,
                    "which category a request is in is read from the request alone",
                )
                .help("ask for the fact in a rule, under `when`; or have the host put it into the request: `extend User { … }`"),
            );
            continue;
        }
        categories.push(Category { id: ids::number(id), when });
    }
    categories
}
