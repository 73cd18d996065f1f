//! What is declared and that nothing uses.
//!
//! A library offers what its users may need, so that its declarations are not looked at: only what it brings in is.

use std::collections::BTreeMap;

use lictor_bundle::tools::UNCLASSIFIED;
use lictor_grammar::ast::{ItemKind, Name, Path, Rule, Statement, StatementKind};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::Policy;
use super::words::Words;
use crate::modules::Module;

/// What an import brings in is not followed further than so many modules; nothing is said of an import that leads so far.
const FURTHEST: usize = 256;

pub(super) fn report(policy: &Policy<'_>, out: &mut Vec<Diagnostic>) {
    let mut all = Words::default();
    policy.modules.iter().for_each(|(module, _)| all.module(module));
    all.examples.extend(policy.in_tables.iter().map(String::as_str));
    let used = |find: &dyn Fn(&Words) -> bool| find(&all);
    // What each module says by itself is asked for imports only.
    let imports = |(module, own): &(&Module, bool)| {
        *own && module.ast.items.iter().any(|item| matches!(item.kind, ItemKind::Import(_)))
    };
    let each = if policy.modules.iter().any(imports) { policy.modules.as_slice() } else { &[] };
    let words: Vec<Words> = each.iter().map(|(module, _)| Words::of(module)).collect();
    let nothing = Words::default();
    let mut imports = Imports::of(policy);
    for (at, (module, own)) in policy.modules.iter().enumerate() {
        let said = words.get(at).unwrap_or(&nothing);
        if !own {
            continue;
        }
        let layered = module.layer().is_some();
        for item in &module.ast.items {
            match &item.kind {
                ItemKind::Import(path) => imports.check(policy, &words, said, path, item.span, out),
                ItemKind::Example(node) if !used(&|w| w.examples.contains(node.name.text.as_str())) => out
                    .push(
                        Diagnostic::warning(
                            "W0501",
                            node.name.span,
                            format!("no test uses the example `{}`", node.name.text),
                        )
                        .help("write a test that begins with it, or remove it"),
                    ),
                ItemKind::Rule(node) => lets(node, out),
                kind if layered => declaration(kind, &used, out),
                _ => {}
            }
        }
    }
}

/// Whether one of the modules uses a word in some way.
type Used<'u> = &'u dyn Fn(&dyn Fn(&Words) -> bool) -> bool;

fn declaration(kind: &ItemKind, used: Used<'_>, out: &mut Vec<Diagnostic>) {
    let read = |name: &Name| used(&|words| words.names.contains(name.text.as_str()));
    let mut warn = |code, span: Span, message: String, help: &str| {
        out.push(Diagnostic::warning(code, span, message).help(help));
    };
    match kind {
        ItemKind::Param(node) if !read(&node.name) => warn(
            "W0202",
            node.name.span,
            format!("no rule reads the parameter `{}`", node.name.text),
            "changing its value changes no decision: use it in a rule, or remove it",
        ),
        ItemKind::Fn(node) if !read(&node.name) => warn(
            "W0204",
            node.name.span,
            format!("nothing calls the function `{}`", node.name.text),
            "call it, or remove it",
        ),
        ItemKind::Fact(node) if !read(&node.name) => warn(
            "W0206",
            node.name.span,
            format!("no rule asks for the fact `{}`", node.name.text),
            "ask for it in a rule, or remove it: the host need not look it up",
        ),
        ItemKind::Reasons(entries) => {
            for entry in entries.iter().filter(|entry| !used(&|w| w.codes.contains(entry.name.text.as_str())))
            {
                warn(
                    "W0203",
                    entry.name.span,
                    format!("no rule gives the reason code `{}`", entry.name.text),
                    "give it in a rule, after `as` or `else`, or remove it",
                );
            }
        }
        ItemKind::Tiers(names) => {
            let named = |words: &Words| {
                words.fields.contains("tier")
                    || names.iter().any(|name| words.others.contains(name.text.as_str()))
            };
            if let (Some(first), false) = (names.first(), used(&named)) {
                warn(
                    "W0208",
                    first.span,
                    "no layer and no rule looks at an agent's tier".to_string(),
                    "write a `layer agent TIER`, ask for `agent.tier` in a rule, or remove the tiers: while they stand, every request must name one",
                );
            }
        }
        _ => {}
    }
}

/// The modules by name, to follow imports.
struct Imports<'a> {
    modules: BTreeMap<&'a str, (&'a Module, bool)>,
    /// What was found out about imports of the library, which are the same wherever they stand.
    library: BTreeMap<String, bool>,
}

impl<'a> Imports<'a> {
    fn of(policy: &Policy<'a>) -> Imports<'a> {
        let modules = policy.modules.iter().map(|(module, own)| (module.name.as_str(), (*module, *own)));
        Imports { modules: modules.collect(), library: BTreeMap::new() }
    }

    /// An import is used where something is named that the module, or one that it brings in, declares; or where such a
    /// module has rules, which are in force by being imported.
    fn check(
        &mut self,
        policy: &Policy<'_>,
        words: &[Words],
        said: &Words,
        path: &Path,
        item: Span,
        out: &mut Vec<Diagnostic>,
    ) {
        let name = path.text();
        let library = self.modules.get(name.as_str()).is_some_and(|(_, own)| !own);
        let known = self.library.get(&name).copied();
        let needed = known.unwrap_or_else(|| self.needed(policy, words, said, &name, library));
        if library {
            self.library.insert(name.clone(), needed);
        }
        if !needed {
            out.push(
                Diagnostic::warning(
                    "W0201",
                    path.span,
                    format!("nothing that `{name}` declares is used here"),
                )
                .help("remove the import")
                .fix(item, ""),
            );
        }
    }

    fn needed(&self, policy: &Policy<'_>, words: &[Words], said: &Words, name: &str, library: bool) -> bool {
        let mut reached = BTreeMap::new();
        self.reach(name, &mut reached);
        if reached.len() >= FURTHEST {
            return true;
        }
        // The library comes in force with the import, for all modules; a module of the project is in force anyway.
        let users: Vec<&Words> = if library {
            let others = policy.modules.iter().zip(words);
            let others = others.filter(|((module, _), _)| !reached.contains_key(module.name.as_str()));
            others.map(|(_, words)| words).collect()
        } else {
            vec![said]
        };
        reached
            .values()
            .flatten()
            .flat_map(|module| &module.ast.items)
            .any(|item| users.iter().any(|words| uses(words, &item.kind)) || (library && acts(&item.kind)))
    }

    /// A module and what it brings in.
    fn reach(&self, name: &str, into: &mut BTreeMap<String, Option<&'a Module>>) {
        let mut open = vec![name.to_string()];
        while let Some(name) = open.pop() {
            if into.len() >= FURTHEST || into.contains_key(&name) {
                continue;
            }
            let module = self.modules.get(name.as_str()).map(|(module, _)| *module);
            into.insert(name, module);
            for item in module.iter().flat_map(|module| &module.ast.items) {
                if let ItemKind::Import(path) | ItemKind::Use(path) = &item.kind {
                    open.push(path.text());
                }
            }
        }
    }
}

/// Whether an item does something by being there.
fn acts(kind: &ItemKind) -> bool {
    // What needs a `use` does something only with one, and whoever leaves it at the import is told that.
    let loosens = matches!(
        kind,
        ItemKind::Set(_) | ItemKind::SetDefault(_) | ItemKind::Except(_) | ItemKind::Normalize(_)
    );
    // Calls that nobody knows become this action, whether or not somebody names it.
    let unknown = matches!(kind, ItemKind::Action(node) if node.name.text() == UNCLASSIFIED);
    loosens || unknown || matches!(kind, ItemKind::Rule(_) | ItemKind::Escalate(_) | ItemKind::RiskModel(_))
}

/// Whether these words name what an item declares.
fn uses(words: &Words, kind: &ItemKind) -> bool {
    match kind {
        ItemKind::Enum(node) => {
            words.types.contains(node.name.text.as_str())
                || node.values.iter().any(|value| words.names.contains(value.text.as_str()))
        }
        ItemKind::Record(node) => words.types.contains(node.name.text.as_str()),
        ItemKind::Extend(node) => {
            node.fields.iter().any(|field| words.fields.contains(field.name.text.as_str()))
        }
        ItemKind::Action(node) | ItemKind::Event(node) => words.names_action(&node.name.text()),
        ItemKind::Fact(node) => {
            words.names.contains(node.name.text.as_str()) || words.stated.contains(node.name.text.as_str())
        }
        ItemKind::Param(node) => {
            words.names.contains(node.name.text.as_str()) || words.others.contains(node.name.text.as_str())
        }
        ItemKind::Fn(node) => words.names.contains(node.name.text.as_str()),
        ItemKind::Category(node) => words.others.contains(node.name.text.as_str()),
        ItemKind::Reasons(entries) => {
            entries.iter().any(|entry| words.codes.contains(entry.name.text.as_str()))
        }
        ItemKind::Roles(entries) => {
            entries.iter().any(|entry| words.others.contains(entry.name.text.as_str()))
        }
        ItemKind::Tiers(names) => names.iter().any(|name| words.others.contains(name.text.as_str())),
        ItemKind::Example(node) => words.examples.contains(node.name.text.as_str()),
        ItemKind::Framework(node) => words.frameworks.contains(node.name.text.as_str()),
        _ => false,
    }
}

/// The `let`s of a rule whose names nothing after them reads.
fn lets(rule: &Rule, out: &mut Vec<Diagnostic>) {
    if !has_let(&rule.body) {
        return;
    }
    let mut words = Words::default();
    words.statements(&rule.body);
    named(&rule.body, &words, out);
}

fn has_let(body: &[Statement]) -> bool {
    body.iter().any(|statement| match &statement.kind {
        StatementKind::Let(_) => true,
        StatementKind::When(node) => has_let(&node.body),
        _ => false,
    })
}

fn named(body: &[Statement], words: &Words, out: &mut Vec<Diagnostic>) {
    for statement in body {
        match &statement.kind {
            StatementKind::Let(node) if !words.names.contains(node.name.text.as_str()) => out.push(
                Diagnostic::warning("W0205", node.name.span, format!("nothing reads `{}`", node.name.text))
                    .help("use it in a statement below, or remove the `let`"),
            ),
            StatementKind::When(node) => named(&node.body, words, out),
            _ => {}
        }
    }
}
