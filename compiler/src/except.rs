//! Exceptions: each is found the rule that it is granted from, held to what it may rest on, and attached to that rule.
//!
//! An exception is the one thing in the language that loosens, so everything about it is narrow. It lifts soft statements only; it
//! stands in the project's own modules, or in a library that the project names with `use`; it stands in the layer of the rule or in a more general one, so that nobody grants
//! himself relief from what was decided above him; it rests on what the host vouches for, never on what the agent says; and not on
//! parameters, whose stricter value could make it hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use lictor_bundle::program::{Effect, UnitKey};
use lictor_bundle::schema::{ActionId, Schema};
use lictor_grammar::ast::{self, ItemKind};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::check::{Checker, Function, Roots, Scope};
use crate::marks::first_unattested;
use crate::modules::Module;
use crate::names::{Declared, LayerId};
use crate::polarity;
use crate::rules::{last_moment, rule_actions};
use crate::suggest;
use crate::typed::{Exception, Expr, Rule, Statement};

/// Where a rule stands: the module's and the rule's place among the typed ones, if it could be read, and its name as written.
struct Target<'a> {
    module: usize,
    name: &'a ast::Name,
    key: &'a UnitKey,
}

/// Attaches the exceptions of all modules to their rules. `rules` are those of each module, in the order of the modules.
pub(crate) fn attach(
    modules: &[Module],
    declared: &Declared<'_>,
    functions: &BTreeMap<String, Function>,
    rules: &mut [Vec<Arc<Rule>>],
    out: &mut Vec<Diagnostic>,
) {
    for (module, layer) in modules.iter().zip(&declared.layers) {
        let mut names: BTreeMap<&str, Span> = BTreeMap::new();
        for item in &module.ast.items {
            let ItemKind::Except(node) = &item.kind else { continue };
            if let Some(first) = names.insert(&node.name.text, node.name.span) {
                out.push(
                    Diagnostic::error(
                        "E0205",
                        node.name.span,
                        format!("this module has two exceptions `{}`", node.name.text),
                    )
                    .also(first, "the first stands here")
                    .help("give one of them another name: it is what decisions refer to"),
                );
            }
            if !module.in_full {
                continue;
            }
            let Some(target) = target(&node.rule, modules, &declared.layers, out) else { continue };
            if !layer.key.may_lift(target.key) {
                out.push(outranked(node, &layer.key, &target, &declared.schema));
                continue;
            }
            let found = rules.get_mut(target.module).and_then(|rules| {
                // A rule that is wrong was reported, and has no meaning to make an exception from.
                rules.iter_mut().find(|rule| rule.name == target.name.text)
            });
            let Some(rule) = found else { continue };
            if !has_soft(&rule.body) {
                out.push(
                    Diagnostic::error(
                        "E0454",
                        node.rule.span,
                        format!("the rule `{}` has only hard statements", node.rule.text()),
                    )
                    .also(target.name.span, "the rule stands here")
                    .help("nothing lifts a `require` or a `deny`: write there for whom it does not hold, or remove the exception"),
                );
                continue;
            }
            let scope = Scope::new(Roots::of(&declared.schema, &rule.actions));
            let mut checker = Checker { declared, functions, scope, out };
            let when = checker.condition(&node.when);
            checker.tell();
            let Some(when) = when else { continue };
            if !rests_on_the_host(&declared.schema, &rule.actions, &when, out) {
                continue;
            }
            // A date that cannot be read was reported.
            let Some(expires) = last_moment(&node.expires) else { continue };
            Arc::make_mut(rule).exceptions.push(Exception {
                name: node.name.text.clone(),
                module: module.name.clone(),
                layer: layer.key.clone(),
                mode: layer.mode,
                when,
                expires,
                granted_by: node.granted_by.value.clone(),
                because: node.because.value.clone(),
                span: node.name.span,
            });
        }
    }
    // Where several hold, the one from the most general layer is the one that is used.
    for rule in rules.iter_mut().flatten().filter(|rule| !rule.exceptions.is_empty()) {
        Arc::make_mut(rule).exceptions.sort_by(|a, b| (&a.layer, &a.module).cmp(&(&b.layer, &b.module)));
    }
}

/// Looks at the condition of one exception, for whoever wants to know what may be written in it.
pub(crate) fn look(
    node: &ast::Exception,
    modules: &[Module],
    declared: &Declared<'_>,
    functions: &BTreeMap<String, Function>,
) {
    let (mut out, schema) = (Vec::new(), &declared.schema);
    let found = target(&node.rule, modules, &declared.layers, &mut out);
    let items =
        found.iter().filter_map(|target| modules.get(target.module)).flat_map(|module| &module.ast.items);
    let rule = items.filter_map(|item| if let ItemKind::Rule(rule) = &item.kind { Some(rule) } else { None });
    let rule = rule.into_iter().find(|rule| found.as_ref().is_some_and(|target| rule.name == *target.name));
    let actions = rule.and_then(|rule| rule_actions(rule, schema, &mut out));
    let scope = Scope::new(Roots::of(schema, &actions.unwrap_or_else(|| schema.asked().collect())));
    let mut checker = Checker { declared, functions, scope, out: &mut out };
    checker.condition(&node.when);
    checker.sought_anyhow();
}

/// The rule that a path names: `module.rule`, or the rule's name alone where no other has it.
fn target<'a>(
    path: &ast::Path,
    modules: &'a [Module],
    layers: &'a [LayerId],
    out: &mut Vec<Diagnostic>,
) -> Option<Target<'a>> {
    let (rule, module) = path.names.split_last()?;
    let module = module.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
    let all = modules.iter().zip(layers).enumerate().flat_map(|(index, (module, layer))| {
        let key = &layer.key;
        module.ast.items.iter().filter_map(move |item| match &item.kind {
            ItemKind::Rule(node) => Some((module, Target { module: index, name: &node.name, key })),
            _ => None,
        })
    });
    let all: Vec<(&Module, Target<'a>)> = all.collect();
    let full = |module: &Module, target: &Target<'_>| format!("{}.{}", module.name, target.name.text);
    let named = |(of, target): &&(&Module, Target<'a>)| {
        target.name.text == rule.text && (module.is_empty() || of.name == module)
    };
    let mut found = all.iter().filter(named);
    match (found.next(), found.next()) {
        (Some((_, target)), None) => Some(Target { ..*target }),
        (Some((first, one)), Some((second, two))) if module.is_empty() => {
            out.push(
                Diagnostic::error("E0452", path.span, format!("there are several rules `{}`", path.text()))
                    .also(one.name.span, "one stands here")
                    .also(two.name.span, "another one here")
                    .help(format!(
                        "say which with its module: `{}` or `{}`",
                        full(first, one),
                        full(second, two)
                    )),
            );
            None
        }
        // Two of one name in one module were reported; the first is as good as the other.
        (Some((_, target)), Some(_)) => Some(Target { ..*target }),
        (None, _) => {
            let simple = all.iter().map(|(_, target)| target.name.text.clone());
            let qualified = all.iter().map(|(module, target)| full(module, target));
            let known: Vec<String> = if module.is_empty() { simple.collect() } else { qualified.collect() };
            let help = suggest::help(
                &path.text(),
                known.iter().map(String::as_str).collect::<Vec<_>>(),
                "name a rule of this policy, or one of a module, as `module.rule`",
            );
            out.push(
                Diagnostic::error("E0451", path.span, format!("there is no rule `{}`", path.text()))
                    .suggested(help),
            );
            None
        }
    }
}

fn outranked(node: &ast::Exception, layer: &UnitKey, target: &Target<'_>, schema: &Schema) -> Diagnostic {
    let (own, other) = (layer.layer(schema), target.key.layer(schema));
    Diagnostic::error(
        "E0453",
        node.rule.span,
        format!("an exception in the layer `{own}` lifts nothing that the layer `{other}` says"),
    )
    .also(target.name.span, "the rule stands here")
    .help("write it in the rule's own layer, or in one before it: base, category, agent, user")
}

/// Whether a rule has a statement that can be lifted.
fn has_soft(body: &[Statement]) -> bool {
    body.iter().any(|statement| match statement {
        Statement::Let(..) => false,
        Statement::When(_, body) => has_soft(body),
        Statement::Effect(fires) => fires.effect != Effect::Deny,
    })
}

/// Checks that a condition reads only what the host asserts, and facts.
fn rests_on_the_host(schema: &Schema, actions: &[ActionId], when: &Expr, out: &mut Vec<Diagnostic>) -> bool {
    if let Some(at) = polarity::first_parameter(when) {
        out.push(
            Diagnostic::error("E0455", at, "an exception does not depend on parameters, and this is one")
                .help("write the value itself: otherwise a stricter parameter could make the exception hold"),
        );
        return false;
    }
    // What a fact is asked with may be the agent's: the answer is the host's, about this very request.
    if let Some(source) = first_unattested(schema, actions, when) {
        out.push(
            Diagnostic::error("E0456", source.span, "an exception does not rest on what the agent says")
                .here(format!("`{}` is a field of the action, and not attested", source.path))
                .help(
                    "ask for a fact about it, or read `agent`, `user`, `mandate` or `context`: whoever asks \
                     must not be able to claim the exception",
                ),
        );
        return false;
    }
    true
}
