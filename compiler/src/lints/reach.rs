//! Conditions that are always or never true: categories no request is in, rules and statements that never fire.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::program::{Effect, UnitKey};
use lictor_bundle::schema::{ActionId, Scalar};
use lictor_grammar::ast::ItemKind;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::Policy;
use super::abs::Abs;
use super::known::Known;
use crate::check::Roots;
use crate::memory::{Memory, Told};
use crate::typed::{Expr, Fires, Statement, Ty};
use crate::visit;

/// How many expressions are looked at for one rule or category.
const FUEL: u32 = 50_000;

/// Reports what never happens, and gives the places of the statements that were reported.
pub(super) fn report(policy: &Policy<'_>, memory: &mut Memory, out: &mut Vec<Diagnostic>) -> BTreeSet<Span> {
    let mut dead = BTreeSet::new();
    categories(policy, out);
    let rules = policy.program.units.iter().flat_map(|unit| &unit.rules);
    let mut roots: BTreeMap<&[ActionId], Roots> = BTreeMap::new();
    for rule in rules {
        roots.entry(&rule.actions).or_insert_with(|| Roots::of(&policy.program.schema, &rule.actions));
    }
    for unit in &policy.program.units {
        for rule in &unit.rules {
            if let Some((name, roots)) = policy.own_name(rule).zip(roots.get(rule.actions.as_slice())) {
                let told = memory.reached(rule, || {
                    let mut rules = Rules { sites: Vec::new(), hard: Vec::new() };
                    let fuel = Cell::new(FUEL);
                    let known = of_layer(policy, &unit.key, roots, &fuel);
                    rules.walk(&rule.body, &mut known.clone(), &mut known.clone(), false);
                    rules.tell(&rule.name, name)
                });
                out.extend(told.found);
                dead.extend(told.given);
            }
        }
    }
    dead
}

fn categories(policy: &Policy<'_>, out: &mut Vec<Diagnostic>) {
    let schema = &policy.program.schema;
    let items = policy.modules.iter().filter(|(_, own)| *own).flat_map(|(m, _)| &m.ast.items);
    let declared: BTreeMap<&str, Span> = items
        .filter_map(|item| match &item.kind {
            ItemKind::Category(node) => Some((node.name.text.as_str(), node.name.span)),
            _ => None,
        })
        .collect();
    for category in &policy.program.categories {
        let Some(name) = schema.categories.get(usize::from(category.id)) else { continue };
        let Some(&at) = declared.get(name.as_str()) else { continue };
        let (roots, fuel) = (category_roots(policy, &category.when), Cell::new(FUEL));
        let known = Known::new(schema, &roots, &fuel);
        if !known.value(&category.when).may_be(true) {
            out.push(
                Diagnostic::warning("W0410", at, format!("no request is ever in the category `{name}`"))
                    .also(category.when.span, "this is never true")
                    .help("correct the condition, or remove the category and its layer"),
            );
        }
    }
}

/// The parts of the requests that a category can be about: those to actions that have what its condition reads.
fn category_roots(policy: &Policy<'_>, when: &Expr) -> Roots {
    let schema = &policy.program.schema;
    let actions: Vec<u16> = schema.asked().collect();
    let mut read = BTreeSet::new();
    visit::first::<()>(when, &mut |expr| {
        if let crate::typed::ExprKind::Root(name) = &expr.kind {
            read.insert(name.clone());
        }
        None
    });
    let has = |action: u16, root: &str| Roots::of(schema, &[action]).common.iter().any(|(n, _)| n == root);
    let able: Vec<u16> =
        actions.into_iter().filter(|action| read.iter().all(|root| has(*action, root))).collect();
    Roots::of(schema, &able)
}

/// What is known about the requests that a layer is asked about.
fn of_layer<'a>(policy: &Policy<'a>, key: &UnitKey, roots: &'a Roots, fuel: &'a Cell<u32>) -> Known<'a> {
    let schema = &policy.program.schema;
    let mut known = Known::new(schema, roots, fuel);
    match key {
        UnitKey::Base => {}
        UnitKey::Category(id) => {
            let found = policy.program.categories.binary_search_by_key(id, |category| category.id);
            if let Some(category) = found.ok().and_then(|at| policy.program.categories.get(at)) {
                known.assume(&category.when, true);
            }
            // A category without requests was reported; its rules are not to blame.
            if known.impossible {
                return Known::new(schema, roots, fuel);
            }
        }
        UnitKey::Agent(tier) => {
            if let Some(tiers) = schema.tiers {
                known.limit("agent.tier", &Abs::constant(&Scalar::Enum(tiers, *tier)));
            }
        }
        UnitKey::User(id) => {
            known.limit("user?", &Abs::truth(true));
            known.limit("user.id?", &Abs::truth(true));
            known.limit("user.id", &Abs::constant(&Scalar::Text(id.clone())));
        }
    }
    known
}

/// A statement with an effect: whether it can ever have it.
struct Site<'a> {
    fires: &'a Fires,
    /// Whether it can, after the statements above it.
    possible: bool,
    /// Whether it could, were they not there.
    alone: bool,
    /// The statement above that alone is enough to keep it from firing.
    because: Option<Span>,
}

struct Rules<'a> {
    sites: Vec<Site<'a>>,
    /// The statements so far that end the evaluation.
    hard: Vec<&'a Fires>,
}

impl<'a> Rules<'a> {
    /// Walks a block; `known` learns from its statements, `bare` does not. `goes_on` says whether anybody asks what is known behind it.
    fn walk(&mut self, body: &'a [Statement], known: &mut Known<'a>, bare: &mut Known<'a>, goes_on: bool) {
        let mut statements = body.iter();
        while let Some(statement) = statements.next() {
            let goes_on = goes_on || !statements.as_slice().is_empty();
            match statement {
                Statement::Let(id, value) => {
                    known.bind(*id, value);
                    bare.bind(*id, value);
                }
                Statement::When(condition, body) => {
                    let (mut inside, mut bare_inside) = (known.clone(), bare.clone());
                    inside.assume(condition, true);
                    bare_inside.assume(condition, true);
                    let comes = !inside.impossible;
                    let before = self.hard.len();
                    self.walk(body, &mut inside, &mut bare_inside, goes_on);
                    self.hard.truncate(before);
                    // Where the block always ends the evaluation, whoever comes past it did not enter.
                    if comes && inside.impossible {
                        known.assume(condition, false);
                    }
                }
                Statement::Effect(fires) => {
                    let possible = can_fire(fires, known);
                    // Where less is known, no less can happen.
                    let alone = possible || can_fire(fires, bare);
                    let because = if alone && !possible { self.because(fires, bare) } else { None };
                    self.sites.push(Site { fires, possible, alone, because });
                    if fires.effect == Effect::Deny && goes_on {
                        passed(fires, known);
                        self.hard.push(fires);
                    }
                }
            }
        }
    }

    fn because(&self, fires: &'a Fires, bare: &Known<'a>) -> Option<Span> {
        let enough = |earlier: &&&'a Fires| {
            let mut after = bare.clone();
            passed(earlier, &mut after);
            !can_fire(fires, &after)
        };
        self.hard.iter().find(enough).map(|earlier| earlier.span)
    }

    /// The places of the statements that never do anything, and what is to be said of them.
    fn tell(&self, rule: &str, name: Span) -> Told<BTreeSet<Span>> {
        let never: Vec<&Site<'a>> = self.sites.iter().filter(|site| !site.possible).collect();
        let given = never.iter().map(|site| site.fires.span).collect();
        let mut found = Vec::new();
        let lone_require = matches!(self.sites.as_slice(), [site] if !site.fires.on);
        if !never.is_empty() && never.len() == self.sites.len() && !lone_require {
            found.push(
                Diagnostic::warning("W0411", name, format!("the rule `{rule}` can never fire"))
                    .help(if never.iter().any(|site| compares_money(site.fires)) {
                        "its conditions are never met: correct them, or remove it; all that it can do is to refuse amounts in another currency"
                    } else {
                        "whatever the request, none of its statements does anything: correct its conditions, or remove it"
                    }),
            );
            return Told { given, found };
        }
        for site in never {
            let at = site.fires.span;
            let warning = match (site.alone, site.fires.on) {
                (true, _) => {
                    let message = "this is never reached: what stands above it has refused by then";
                    let warning = Diagnostic::warning("W0413", at, message);
                    let warning = match site.because {
                        Some(earlier) => {
                            warning.also(earlier, "every request that it could be about ends here")
                        }
                        None => warning,
                    };
                    warning.help("remove it, or put it above the other if it should come first")
                }
                (false, false) => Diagnostic::warning("W0412", at, "this `require` can never fail")
                    .here("always true")
                    .help(advice(site.fires)),
                (false, true) => Diagnostic::warning("W0414", at, "this can never happen")
                    .here("its condition is never true")
                    .help(advice(site.fires)),
            };
            found.push(warning);
        }
        Told { given, found }
    }
}

/// Whether a statement can fire in a request of which this is known.
fn can_fire<'a>(fires: &'a Fires, known: &Known<'a>) -> bool {
    !known.impossible
        && fires.condition.as_ref().is_none_or(|condition| known.value(condition).may_be(fires.on))
}

/// What is known behind a statement that ends the evaluation.
fn passed<'a>(fires: &'a Fires, known: &mut Known<'a>) {
    match &fires.condition {
        Some(condition) => known.assume(condition, !fires.on),
        None => known.impossible = true,
    }
}

fn compares_money(fires: &Fires) -> bool {
    let money = |condition| visit::first(condition, &mut |expr| (expr.ty == Ty::Money).then_some(()));
    fires.condition.as_ref().and_then(money).is_some()
}

fn advice(fires: &Fires) -> &'static str {
    if compares_money(fires) {
        "remove it, or write what was meant: amounts are never below zero unless they say `signed`; to accept one currency only, give a parameter a value for that one"
    } else {
        "remove it, or write what was meant: numbers are never below zero unless they say `signed`, and a list has an element unless it says `min 0`"
    }
}
