//! Statements that another rule makes unreachable: it comes earlier in the fixed order, for the same requests, and has
//! refused under the same condition by then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lictor_bundle::program::{Effect, Mode, Stage, UnitKey};
use lictor_bundle::schema::ActionId;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::Policy;
use super::asserted::{Asserted, reads_outside};
use crate::memory::Memory;
use crate::typed::{Expr, ExprKind, Rule, Statement};

/// Where a statement stands in the fixed order: its stage, the position of its layer, and that of its rule there.
type Place = (Stage, usize, usize);

/// Where to look for a statement that refuses first: by its layer and one of the actions of its rule, then by the number of its condition.
type Drawers<'a> = BTreeMap<(Home<'a>, ActionId), Drawer<'a>>;
type Drawer<'a> = BTreeMap<(u64, bool), Vec<Hard<'a>>>;

/// A layer, and whether it counts: what counts never waits for what is only observed.
type Home<'a> = (&'a UnitKey, Mode);

/// So many statements of a drawer are looked at. They refuse the same requests, so that the first is found unless their rules
/// concern different actions.
const MOST: usize = 64;

/// A statement that ends the evaluation, of the first level of a rule.
#[derive(Clone)]
struct Hard<'a> {
    place: Place,
    actions: &'a [ActionId],
    /// When it refuses.
    under: Asserted<'a>,
    span: Span,
}

/// The numbers of a rule's conditions: they tell which rules need not be looked at, since no other has a condition of the same number.
pub(crate) struct Conditions {
    /// Those under which it refuses, with statements of the first level.
    refusing: Vec<(u64, bool)>,
    /// Those that must be so for one of its statements to fire.
    all: Vec<(u64, bool)>,
}

impl Conditions {
    /// The conditions of a rule.
    pub fn of(rule: &Rule) -> Conditions {
        let refusing = refusing(&rule.body).map(|(_, under)| under.number).collect();
        let (mut under, mut all) = (Vec::new(), Vec::new());
        each(&rule.body, &mut under, &mut |_, under| all.extend(under.iter().map(|one| one.number)));
        Conditions { refusing, all }
    }
}

/// The numbers of conditions under which one rule refuses and that another has, too.
struct Shared(BTreeSet<(u64, bool)>);

impl Shared {
    fn of(all: &[Arc<Conditions>]) -> Shared {
        let refusing =
            all.iter().enumerate().flat_map(|(at, rule)| rule.refusing.iter().map(move |one| (*one, at)));
        let mut refusing: Vec<((u64, bool), usize)> = refusing.collect();
        refusing.sort_unstable();
        refusing.dedup();
        let elsewhere = |number: &(u64, bool), at: usize| {
            let from = refusing.partition_point(|(other, _)| other < number);
            let same = refusing.iter().skip(from).take_while(|(other, _)| other == number);
            same.take(2).any(|(_, other)| *other != at)
        };
        let mut shared = BTreeSet::new();
        for (at, rule) in all.iter().enumerate() {
            shared.extend(rule.all.iter().filter(|number| elsewhere(number, at)));
        }
        let always = Asserted::always().number;
        shared.extend(refusing.iter().map(|(number, _)| *number).filter(|number| *number == always));
        Shared(shared)
    }

    /// Whether a rule can make others unreachable.
    fn refuses(&self, rule: &Conditions) -> bool {
        rule.refusing.iter().any(|number| self.0.contains(number))
    }

    /// Whether another rule can make this one, or one of its statements, unreachable.
    fn may_end(&self, rule: &Conditions) -> bool {
        self.0.contains(&Asserted::always().number) || rule.all.iter().any(|number| self.0.contains(number))
    }
}

pub(super) fn report(
    policy: &Policy<'_>,
    dead: &BTreeSet<Span>,
    memory: &mut Memory,
    out: &mut Vec<Diagnostic>,
) {
    let conditions: Vec<Arc<Conditions>> = rules(policy).map(|(.., rule)| memory.conditions(rule)).collect();
    let shared = Shared::of(&conditions);
    if shared.0.is_empty() {
        return;
    }
    let all = || rules(policy).zip(&conditions);
    let mut hard = Drawers::new();
    for ((place, layer, rule), _) in all().filter(|(_, conditions)| shared.refuses(conditions)) {
        for (span, under) in refusing(&rule.body).filter(|(span, _)| !dead.contains(span)) {
            let found = Hard { place, actions: &rule.actions, under, span };
            for action in &rule.actions {
                let drawer = hard.entry((layer, *action)).or_default().entry(under.number).or_default();
                if drawer.len() < MOST {
                    drawer.push(found.clone());
                }
            }
        }
    }
    let mut cut_off: BTreeMap<Span, Vec<Span>> = BTreeMap::new();
    for ((place, layer, rule), _) in all().filter(|(_, conditions)| shared.may_end(conditions)) {
        let Some(name) = policy.own_name(rule) else { continue };
        let Some(action) = rule.actions.first() else { continue };
        let base = Some((&UnitKey::Base, Mode::Enforced)).filter(|base| *base != layer);
        let drawers = base.into_iter().chain([layer]).filter_map(|layer| hard.get(&(layer, *action)));
        let drawers: Vec<&Drawer> = drawers.collect();
        let earlier = |under: &Asserted| {
            let mut all = drawers.iter().filter_map(|drawer| drawer.get(&under.number)).flatten();
            let before = all.find(|other| {
                other.place < place
                    && rule.actions.iter().all(|action| other.actions.binary_search(action).is_ok())
                    && other.under.is(under)
            });
            before.map(|other| other.span)
        };
        if let Some(span) = earlier(&Asserted::always()) {
            cut_off.entry(span).or_default().push(name);
            continue;
        }
        let mut said = Vec::new();
        each(&rule.body, &mut Vec::new(), &mut |at, under| {
            said.extend(under.iter().find_map(earlier).map(|span| (at, span)));
        });
        for (at, span) in said.into_iter().filter(|(at, _)| !dead.contains(at)) {
            out.push(
                Diagnostic::warning(
                    "W0413",
                    at,
                    "this is never reached: an earlier rule has refused by then, under the same condition",
                )
                .also(span, "every request that it could be about ends here")
                .help("remove one of the two"),
            );
        }
    }
    for (span, names) in cut_off {
        let rules = match names.len() {
            1 => "one rule".to_string(),
            many => format!("{many} rules"),
        };
        let warning = Diagnostic::warning(
            "W0413",
            span,
            format!("this refuses every request, so that {rules} after it can never be reached"),
        );
        let warning = match names.first() {
            Some(first) => warning.also(*first, "the first of them"),
            None => warning,
        };
        out.push(warning.help("give it a condition, or remove what it replaces"));
    }
}

/// All rules with their places in the fixed order.
fn rules<'a>(policy: &Policy<'a>) -> impl Iterator<Item = (Place, Home<'a>, &'a Rule)> {
    policy.program.units.iter().enumerate().flat_map(|(layer, unit)| {
        let rules = unit.rules.iter().enumerate();
        rules.map(move |(position, rule)| ((rule.stage, layer, position), (&unit.key, unit.mode), &**rule))
    })
}

/// The statements of the first level that refuse, with what must be so for them to do so; without those that read names of their rule.
fn refusing(body: &[Statement]) -> impl Iterator<Item = (Span, Asserted<'_>)> {
    body.iter().filter_map(|statement| {
        let Statement::Effect(fires) = statement else { return None };
        let under = match &fires.condition {
            None => Asserted::always(),
            Some(condition) if reads_outside(condition) => return None,
            Some(condition) => Asserted::of(condition, fires.on),
        };
        (fires.effect == Effect::Deny).then_some((fires.span, under))
    })
}

/// Tells of each statement of a block where it stands, and what must be so for it to fire. `under` are the conditions around the block.
fn each<'a>(
    body: &'a [Statement],
    under: &mut Vec<Asserted<'a>>,
    tell: &mut impl FnMut(Span, &[Asserted<'a>]),
) {
    for statement in body {
        let before = under.len();
        match statement {
            Statement::Let(..) => {}
            Statement::When(condition, body) => {
                parts(condition, true, under);
                each(body, under, tell);
            }
            Statement::Effect(fires) => {
                fires.condition.iter().for_each(|condition| parts(condition, fires.on, under));
                tell(fires.span, under);
            }
        }
        under.truncate(before);
    }
}

/// Everything that must be so where a condition has come out as `outcome`.
fn parts<'a>(condition: &'a Expr, outcome: bool, into: &mut Vec<Asserted<'a>>) {
    if !reads_outside(condition) {
        into.push(Asserted::of(condition, outcome));
    }
    match &condition.kind {
        ExprKind::Not(inner) => parts(inner, !outcome, into),
        ExprKind::And(a, b) if outcome => [a, b].into_iter().for_each(|part| parts(part, true, into)),
        ExprKind::Or(a, b) if !outcome => [a, b].into_iter().for_each(|part| parts(part, false, into)),
        _ => {}
    }
}
