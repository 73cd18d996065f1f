//! Statements that another rule makes unreachable: it comes earlier in the fixed order, for the same requests, and has
//! refused under the same condition by then.

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::program::{Effect, Mode, Stage, UnitKey};
use lictor_bundle::schema::ActionId;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::Policy;
use super::asserted::{Asserted, reads_outside};
use crate::typed::{Expr, ExprKind, Fires, Rule, Statement};

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

pub(super) fn report(policy: &Policy<'_>, dead: &BTreeSet<Span>, out: &mut Vec<Diagnostic>) {
    let mut hard = Drawers::new();
    for (place, layer, rule) in rules(policy) {
        for statement in &rule.body {
            let Statement::Effect(fires) = statement else { continue };
            if fires.effect == Effect::Deny
                && !dead.contains(&fires.span)
                && let Some(under) = fires_under(fires)
            {
                let found = Hard { place, actions: &rule.actions, under, span: fires.span };
                for action in &rule.actions {
                    let drawer = hard.entry((layer, *action)).or_default().entry(under.number).or_default();
                    if drawer.len() < MOST {
                        drawer.push(found.clone());
                    }
                }
            }
        }
    }
    let mut cut_off: BTreeMap<Span, Vec<Span>> = BTreeMap::new();
    for (place, layer, rule) in rules(policy) {
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
        effects(&rule.body, &mut Vec::new(), &earlier, &mut said);
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

/// What must be so for a statement to fire; none where it reads names of its rule.
fn fires_under(fires: &Fires) -> Option<Asserted<'_>> {
    match &fires.condition {
        None => Some(Asserted::always()),
        Some(condition) if reads_outside(condition) => None,
        Some(condition) => Some(Asserted::of(condition, fires.on)),
    }
}

/// The statements of a block that an earlier one makes unreachable. `under` are the conditions around the block.
fn effects<'a>(
    body: &'a [Statement],
    under: &mut Vec<Asserted<'a>>,
    earlier: &impl Fn(&Asserted) -> Option<Span>,
    into: &mut Vec<(Span, Span)>,
) {
    for statement in body {
        let before = under.len();
        match statement {
            Statement::Let(..) => {}
            Statement::When(condition, body) => {
                parts(condition, true, under);
                effects(body, under, earlier, into);
            }
            Statement::Effect(fires) => {
                fires.condition.iter().for_each(|condition| parts(condition, fires.on, under));
                if let Some(span) = under.iter().find_map(earlier) {
                    into.push((fires.span, span));
                }
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
