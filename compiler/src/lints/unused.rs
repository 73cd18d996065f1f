//! What is declared and that nothing uses.
//!
//! A library offers what its users may need, so that its declarations are not looked at: only what it brings in is.

use std::collections::BTreeMap;

use lictor_bundle::tools::UNCLASSIFIED;
use lictor_grammar::ast::{ItemKind, Name, Path, Rule, Statement, StatementKind};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::Policy;
use super::words::{Dictionary, Use, Words};
use crate::memory::Memory;
use crate::modules::Module;

/// What an import brings in is not followed further than so many modules; nothing is said of an import that leads so far.
const FURTHEST: usize = 256;

pub(super) fn report(policy: &Policy<'_>, memory: &mut Memory, out: &mut Vec<Diagnostic>) {
    let said: Vec<Vec<u32>> =
        policy.modules.iter().map(|(module, _)| memory.words(&module.ast.items)).collect();
    let mut all = memory.dictionary.examples(policy.in_tables.iter());
    all.extend(said.iter().flatten());
    let lets: Vec<Diagnostic> = rules(policy).flat_map(|rule| unread(rule, &mut memory.dictionary)).collect();
    out.extend(lets);
    let all = Words::new(&memory.dictionary, all);
    let words: Vec<Words> = said.into_iter().map(|said| Words::new(&memory.dictionary, said)).collect();
    let mut imports = Imports::of(policy);
    for ((module, own), said) in policy.modules.iter().zip(&words) {
        if !own {
            continue;
        }
        let layered = module.layer().is_some();
        for item in &module.ast.items {
            match &item.kind {
                ItemKind::Import(path) if !passes_on(module) => {
                    imports.check(policy, &words, said, path, item.span, out);
                }
                ItemKind::Example(node) if !all.have(Use::Example, &node.name.text) => out.push(
                    Diagnostic::warning(
                        "W0501",
                        node.name.span,
                        format!("no test uses the example `{}`", node.name.text),
                    )
                    .help("write a test that begins with it, or remove it"),
                ),
                kind if layered => declaration(kind, &all, out),
                _ => {}
            }
        }
    }
}

fn declaration(kind: &ItemKind, used: &Words<'_>, out: &mut Vec<Diagnostic>) {
    let read = |name: &Name| used.have(Use::Name, &name.text);
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
            for entry in entries.iter().filter(|entry| !used.have(Use::Code, &entry.name.text)) {
                warn(
                    "W0203",
                    entry.name.span,
                    format!("no rule gives the reason code `{}`", entry.name.text),
                    "give it in a rule, after `as` or `else`, or remove it",
                );
            }
        }
        ItemKind::Tiers(names) => {
            let named =
                used.have(Use::Field, "tier") || names.iter().any(|name| used.have(Use::Other, &name.text));
            if let (Some(first), false) = (names.first(), named) {
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
        words: &[Words<'_>],
        said: &Words<'_>,
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

    fn needed(
        &self,
        policy: &Policy<'_>,
        words: &[Words<'_>],
        said: &Words<'_>,
        name: &str,
        library: bool,
    ) -> bool {
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

/// Whether a module says nothing of its own: it is there so that others import by one name what it imports.
fn passes_on(module: &Module) -> bool {
    let brings_in =
        |kind: &ItemKind| matches!(kind, ItemKind::Module(_) | ItemKind::Import(_) | ItemKind::Use(_));
    module.ast.items.iter().all(|item| brings_in(&item.kind))
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
fn uses(words: &Words<'_>, kind: &ItemKind) -> bool {
    let named = |of, name: &Name| words.have(of, &name.text);
    match kind {
        ItemKind::Enum(node) => {
            named(Use::Type, &node.name) || node.values.iter().any(|value| named(Use::Name, value))
        }
        ItemKind::Record(node) => named(Use::Type, &node.name),
        ItemKind::Extend(node) => node.fields.iter().any(|field| named(Use::Field, &field.name)),
        ItemKind::Action(node) | ItemKind::Event(node) => words.name_action(&node.name.text()),
        ItemKind::Fact(node) => named(Use::Name, &node.name) || named(Use::Stated, &node.name),
        ItemKind::Param(node) => named(Use::Name, &node.name) || named(Use::Other, &node.name),
        ItemKind::Fn(node) => named(Use::Name, &node.name),
        ItemKind::Category(node) => named(Use::Other, &node.name),
        ItemKind::Reasons(entries) => entries.iter().any(|entry| named(Use::Code, &entry.name)),
        ItemKind::Roles(entries) => entries.iter().any(|entry| named(Use::Other, &entry.name)),
        ItemKind::Tiers(names) => names.iter().any(|name| named(Use::Other, name)),
        ItemKind::Example(node) => named(Use::Example, &node.name),
        ItemKind::Calendar(node) => named(Use::Name, &node.name),
        ItemKind::Framework(node) => named(Use::Framework, &node.name),
        _ => false,
    }
}

/// The project's own rules that name values.
fn rules<'a>(policy: &Policy<'a>) -> impl Iterator<Item = &'a Rule> {
    let own = policy.modules.iter().filter(|(_, own)| *own);
    let items = own.flat_map(|(module, _)| &module.ast.items);
    items.filter_map(|item| match &item.kind {
        ItemKind::Rule(node) if has_let(&node.body) => Some(node),
        _ => None,
    })
}

fn has_let(body: &[Statement]) -> bool {
    body.iter().any(|statement| match &statement.kind {
        StatementKind::Let(_) => true,
        StatementKind::When(node) => has_let(&node.body),
        _ => false,
    })
}

/// The `let`s of a rule whose names nothing after them reads.
fn unread(rule: &Rule, dictionary: &mut Dictionary) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    named(&rule.body, &dictionary.words_in(&rule.body), &mut out);
    out
}

fn named(body: &[Statement], words: &Words<'_>, out: &mut Vec<Diagnostic>) {
    for statement in body {
        match &statement.kind {
            StatementKind::Let(node) if !words.have(Use::Name, &node.name.text) => out.push(
                Diagnostic::warning("W0205", node.name.span, format!("nothing reads `{}`", node.name.text))
                    .help("use it in a statement below, or remove the `let`"),
            ),
            StatementKind::When(node) => named(&node.body, words, out),
            _ => {}
        }
    }
}
