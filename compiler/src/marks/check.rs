//! What leaves a policy is held against the marks of what it is made of.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::schema::{ActionId, FactId, Schema};
use lictor_grammar::ast::ItemKind;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::flow::{Carried, Flow, Source};
use crate::ids;
use crate::memory::Memory;
use crate::modules::Module;
use crate::typed::{Amplifier, Category, Expr, ExprKind, Fires, History, Piece, Statement, Unit, Window};
use crate::visit;

/// Everything that is evaluated.
pub(crate) struct Parts<'p> {
    pub modules: &'p [Module],
    pub schema: &'p Schema,
    pub history: &'p [History],
    pub categories: &'p [Category],
    pub amplifiers: &'p [Amplifier],
    pub units: &'p [Unit],
}

/// Reports whatever would let out what is marked, and whatever reads what nothing binds.
pub(crate) fn check(parts: &Parts<'_>, memory: &mut Memory, out: &mut Vec<Diagnostic>) {
    let questions: BTreeSet<FactId> = parts.history.iter().map(|term| term.fact).collect();
    let unbound = OnceCell::new();
    let mut told = Told { parts, unbound: &unbound, questions: &questions, seen: BTreeSet::new(), out };
    let history = told.history(parts.history);
    for category in parts.categories {
        let actions = with_all_roots(parts.schema, &category.when);
        let mut flow = Flow::new(parts.schema, &actions, history.clone());
        flow.of(&category.when);
        told.found(&flow);
    }
    for amplifier in parts.amplifiers {
        let actions = [amplifier.action];
        let mut flow = Flow::new(parts.schema, &actions, history.clone());
        let carried = flow.of(&amplifier.value);
        told.found(&flow);
        if let Some(secret) = carried.secret {
            told.secret(&secret, amplifier.value.span, "the value of an amplifier, which decisions show");
        }
    }
    for rule in parts.units.iter().flat_map(|unit| &unit.rules) {
        let found = memory.marks(rule, || {
            let mut found = Vec::new();
            let seen = BTreeSet::new();
            let mut told = Told { parts, unbound: &unbound, questions: &questions, seen, out: &mut found };
            let mut flow = Flow::new(parts.schema, &rule.actions, history.clone());
            told.statements(&rule.body, &mut flow);
            for exception in &rule.exceptions {
                flow.of(&exception.when);
            }
            told.found(&flow);
            found
        });
        found.into_iter().for_each(|diagnostic| told.report(diagnostic));
    }
}

/// Where actions say of a field that nothing binds it.
fn places(modules: &[Module]) -> BTreeMap<(String, String), Span> {
    let mut places = BTreeMap::new();
    for item in modules.iter().flat_map(|module| &module.ast.items) {
        let ItemKind::Action(action) = &item.kind else { continue };
        for unbound in &action.unbound {
            places.entry((action.name.text(), unbound.field.text.clone())).or_insert(unbound.field.span);
        }
    }
    places
}

/// The actions that have everything an expression reads.
fn with_all_roots(schema: &Schema, expr: &Expr) -> Vec<ActionId> {
    let mut read: BTreeSet<&str> = BTreeSet::new();
    visit::first(expr, &mut |part| {
        if let ExprKind::Root(name) = &part.kind {
            read.insert(name);
        }
        None::<()>
    });
    let has = |action: ActionId| {
        let action = schema.actions.get(usize::from(action));
        let record = action.and_then(|action| schema.records.get(usize::from(action.request)));
        read.iter()
            .all(|root| record.is_some_and(|record| record.fields.iter().any(|field| field.name == **root)))
    };
    ids::numbers(schema.actions.len()).filter(|action| has(*action)).collect()
}

/// What was reported, each place once: functions and wildcards bring one text to many rules.
struct Told<'t> {
    parts: &'t Parts<'t>,
    /// Where it is said of which field of which action that nothing binds it; looked up once it is needed.
    unbound: &'t OnceCell<BTreeMap<(String, String), Span>>,
    /// The facts that are questions about the past.
    questions: &'t BTreeSet<FactId>,
    seen: BTreeSet<(Span, &'static str)>,
    out: &'t mut Vec<Diagnostic>,
}

impl Told<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        if self.seen.insert((diagnostic.span(), diagnostic.code)) {
            self.out.push(diagnostic);
        }
    }

    /// What the answers to questions about the past are made of.
    fn history(&mut self, terms: &[History]) -> BTreeMap<FactId, Carried> {
        let mut answers = BTreeMap::new();
        for term in terms {
            let mut flow = Flow::new(self.parts.schema, &term.actions, BTreeMap::new());
            let mut kept: Vec<(Carried, Span)> =
                term.keys.iter().chain(&term.field).map(|kept| (flow.of(kept), kept.span)).collect();
            let counts = flow.of(&term.counts);
            let answer = term.field.iter().fold(counts, |answer, field| answer.join(flow.of(field)));
            self.found(&flow);
            if let Window::Since { actions, keys, .. } = &term.window {
                let mut flow = Flow::new(self.parts.schema, actions, BTreeMap::new());
                kept.extend(keys.iter().map(|key| (flow.of(key), key.span)));
                self.found(&flow);
            }
            for (carried, span) in kept {
                if let Some(secret) = carried.secret {
                    let message = format!("`{}` is secret, and history would keep it", secret.path);
                    self.report(Diagnostic::error("E0372", span, message).help(
                        "tell past actions apart by something that is not secret; `where` may test it",
                    ));
                }
            }
            answers.insert(term.fact, answer);
        }
        answers
    }

    fn statements(&mut self, body: &[Statement], flow: &mut Flow<'_>) {
        for statement in body {
            match statement {
                Statement::Let(id, value) => flow.bind(*id, value),
                Statement::When(condition, body) => {
                    flow.of(condition);
                    self.statements(body, flow);
                }
                Statement::Effect(fires) => self.fires(fires, flow),
            }
        }
    }

    fn fires(&mut self, fires: &Fires, flow: &mut Flow<'_>) {
        // A condition only decides; but it binds the variables that the message shows.
        if let Some(condition) = &fires.condition {
            flow.of(condition);
        }
        for piece in &fires.message {
            let Piece::Value(value) = piece else { continue };
            let carried = flow.of(value);
            if let Some(secret) = carried.secret {
                self.secret(&secret, value.span, "a message");
            } else if let Some(person) = carried.pii
                && fires.told_as.is_none()
            {
                self.person(
                    &person,
                    value.span,
                    "a message that an agent is told",
                    "leave it out, or keep the message from the agent: `as CODE told as OTHER \"…\"`",
                );
            }
        }
        if let Some(by) = &fires.by {
            let carried = flow.of(by);
            let what = "the moment of an obligation, which callers are told";
            if let Some(secret) = carried.secret {
                self.secret(&secret, by.span, what);
            } else if let Some(person) = carried.pii {
                self.person(&person, by.span, what, "count from another moment: `by context.now + 30d`");
            }
        }
        self.others(fires, flow);
    }

    /// Those who may not approve are named in the decision, which people read: it may say who a person is, and nothing secret.
    fn others(&mut self, fires: &Fires, flow: &mut Flow<'_>) {
        for other in &fires.other_than {
            if let Some(secret) = flow.of(other).secret {
                self.secret(
                    &secret,
                    other.span,
                    "an id of somebody who may not approve, which decisions show",
                );
            }
        }
    }

    fn secret(&mut self, source: &Source, at: Span, place: &str) {
        let help = "leave it out; a condition may test what is secret, and nothing may show it";
        self.leaves("E0370", "is secret", source, at, place, help);
    }

    fn person(&mut self, source: &Source, at: Span, place: &str, help: &str) {
        self.leaves("E0371", "is about a person", source, at, place, help);
    }

    fn leaves(&mut self, code: &'static str, why: &str, source: &Source, at: Span, place: &str, help: &str) {
        let Source { path, span } = source;
        let diagnostic = if *span == at {
            Diagnostic::error(code, at, format!("`{path}` {why}, and this is {place}"))
        } else {
            Diagnostic::error(code, at, format!("this is made of `{path}`, which {why}, and it is {place}"))
                .also(*span, format!("`{path}` comes in here"))
        };
        self.report(diagnostic.help(help));
    }

    /// Reports what was found on the way through expressions.
    fn found(&mut self, flow: &Flow<'_>) {
        for asked in &flow.asked {
            let Some(fact) = self.parts.schema.facts.get(usize::from(asked.fact)) else { continue };
            // What history is asked with is reported where the question is declared.
            if self.questions.contains(&asked.fact) {
                continue;
            }
            let argument = fact.params.get(asked.argument).map_or("", |param| param.name.as_str());
            let message =
                format!("`{}` is secret, and `{}` would be asked with it", asked.secret.path, fact.name);
            self.report(Diagnostic::error("E0372", asked.span, message).help(format!(
                "if whoever looks it up may know it, declare `{argument}: secret …`; the answer is secret then, too"
            )));
        }
        for unbound in &flow.unbound {
            let Some(action) = self.parts.schema.actions.get(usize::from(unbound.action)) else { continue };
            let message = format!(
                "`{}` is unbound in `{}`: nothing says that it will be the same when the action is done",
                unbound.field, action.name
            );
            let key = (action.name.clone(), unbound.field.clone());
            let declared = self.unbound.get_or_init(|| places(self.parts.modules)).get(&key).copied();
            let error = Diagnostic::error("E0374", unbound.span, message)
                .help(format!("do not read it, or remove `unbound {}` from the action", unbound.field));
            self.report(match declared {
                Some(at) => error.also(at, "said here: its value may be another one when the action is done"),
                None => error,
            });
        }
    }
}
