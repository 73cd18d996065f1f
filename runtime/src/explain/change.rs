//! The smallest change of one field that would have made a request pass.
//!
//! It is searched for, not worked out: every candidate is put into the request, and the changed request is decided with the same facts and
//! the same past. Only what passed is told. Where one number passes and another does not, those between are tried
//! by halves, so that what is told is the nearest that passes, as far as the rules ask for more or for less and not for both.

use lictor_bundle::schema::SlotType;
use serde::Serialize;
use serde_json::Value;

use super::candidates::{self, Candidate, Field};
use super::nodes::View;
use super::request;
use crate::arena::Arenas;
use crate::decision::{Decision, Verdict};
use crate::decode::Input;
use crate::history::Past;
use crate::plan::Program;
use crate::scratch::Scratch;
use crate::slot::Slot;
use crate::trace::{Nobody, RuleEnd, RuleTrace, Trace};

/// The most requests that are decided in a search.
const MAX_TRIES: u32 = 2_000;
/// The most changes that are told.
const MAX_FOUND: usize = 3;

/// What was found.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Changes {
    /// One change a field, the best first: one that allows before one that asks, one that the agent could make before one that it could
    /// not, another value before one left out. Empty where no change of a single field was found.
    pub found: Vec<Change>,
    /// How many changed requests were decided.
    pub tried: u32,
    /// Whether the search ended before it had tried all that it would have.
    pub cut_short: bool,
    /// Whether nothing was tried because a rule in force for the request may read what is marked `secret`.
    pub withheld: bool,
}

/// A change of one field, and what would have been decided.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Change {
    /// The field: `params.amount`, `params.lines[2].pieces`.
    pub field: String,
    /// The same, one name or position after the other.
    pub place: Vec<String>,
    /// What the request says; `null` where it says nothing.
    pub from: Value,
    /// What it would have to say; `null` where it would have to say nothing.
    pub to: Value,
    /// What would have been decided.
    pub decision: Verdict,
    /// The code of that decision.
    pub reason_code: String,
    /// Whether it is a field of the action, which the agent says. Who the agent and the user are, what the mandate says and what the time
    /// is are not for the agent to choose: of those this only says what the rule depends on.
    pub of_the_action: bool,
}

/// Looks for changes. Nothing for what was allowed.
pub(super) fn find(
    program: &Program,
    scratch: &Scratch,
    request: &[u8],
    past: Option<&dyn Past>,
    decision: &Decision,
    trace: &Trace,
) -> Option<Changes> {
    if decision.decision == Verdict::Allow {
        return None;
    }
    let mut search = Search {
        program,
        past,
        scratch: Scratch::default(),
        request: serde_json::from_slice(request).unwrap_or_default(),
        before: decision.decision,
        changes: Changes { found: Vec::new(), tried: 0, cut_short: false, withheld: false },
    };
    // A number with more digits than a float keeps would come back as another request.
    let again = serde_json::to_vec(&search.request).unwrap_or_default();
    let same = crate::decide::judge(program, &mut search.scratch, Input::Whole(&again), past, &mut Nobody);
    if same.request_digest != decision.request_digest || same.facts_digest != decision.facts_digest {
        return Some(search.changes);
    }
    // Which values pass would tell what a secret one is.
    if may_read_secrets(program, scratch) {
        search.changes.withheld = true;
        return Some(search.changes);
    }
    for ran in trace.rules.iter().filter(|ran| counts(program, ran, decision)) {
        let Some(unit) = program.whole(ran.unit) else { continue };
        let Some(map) = unit.map.rules.get(ran.rule) else { continue };
        let arenas = Arenas { request: &scratch.arena, program: &program.arenas };
        let view = View { program, layers: &scratch.layers, arenas, unit: &unit.map, map, ran };
        for field in candidates::fields(&view) {
            search.field(&view, &field);
        }
    }
    let Search { mut changes, .. } = search;
    changes.found.sort_by_key(|change| (change.decision, !change.of_the_action, change.to.is_null()));
    changes.found.truncate(MAX_FOUND);
    Some(changes)
}

/// Whether a rule has a part in what was decided: it refused, or it asked or raised the score and nothing refused.
fn counts(program: &Program, ran: &RuleTrace, decision: &Decision) -> bool {
    let ended = decision.risk.is_none();
    if ended {
        return ran.end != RuleEnd::Passed;
    }
    let rule = program.unit(ran.unit).and_then(|unit| unit.does.rules.get(ran.rule));
    rule.is_some() && !ran.fired.is_empty()
}

/// Whether any rule that could run for the request reads what is marked `secret`.
fn may_read_secrets(program: &Program, scratch: &Scratch) -> bool {
    scratch.layers.iter().any(|layer| {
        let unit = program.whole(layer.unit).zip(program.unit(layer.unit));
        let Some((unit, plan)) = unit else { return false };
        let rules = scratch.action.map(|action| plan.rules.for_action(action)).unwrap_or_default().iter();
        let maps = rules.filter_map(|entry| unit.map.rules.get(entry.rule));
        maps.flat_map(|map| &map.nodes).any(|node| node.secret)
    })
}

struct Search<'a> {
    program: &'a Program,
    past: Option<&'a dyn Past>,
    scratch: Scratch,
    request: Value,
    before: Verdict,
    changes: Changes,
}

impl Search<'_> {
    /// Tries what a field could be, the nearest first.
    fn field(&mut self, view: &View<'_>, field: &Field) {
        if self.changes.found.iter().any(|change| change.place == field.place) {
            return;
        }
        let mut best: Option<(Change, Option<Slot>)> = None;
        for candidate in &field.candidates {
            let (value, slot) = match candidate {
                Candidate::Absent => (Some(Value::Null), None),
                Candidate::Json(value) => (Some(value.clone()), None),
                Candidate::Slot(slot) => {
                    let ty = field.ty;
                    (ty.and_then(|ty| candidates::json_of(view, ty, *slot)), Some(*slot))
                }
            };
            let Some(value) = value else { continue };
            let Some(change) = self.passes(field, value) else { continue };
            if best.as_ref().is_none_or(|(best, _)| change.decision < best.decision) {
                best = Some((change, slot));
            }
            if best.as_ref().is_some_and(|(best, _)| best.decision == Verdict::Allow) {
                break;
            }
        }
        let Some((change, slot)) = best else { return };
        let nearer = match (field.ty, field.now, slot) {
            (Some(ty), Some(now), Some(slot)) if candidates::is_number(ty) => {
                self.nearest(view, field, ty, (now, slot), change.decision)
            }
            _ => None,
        };
        self.changes.found.push(nearer.unwrap_or(change));
    }

    /// Of the numbers between one that does not pass and one that does, the nearest found that does.
    fn nearest(
        &mut self,
        view: &View<'_>,
        field: &Field,
        ty: SlotType,
        (now, passing): (Slot, Slot),
        decision: Verdict,
    ) -> Option<Change> {
        let (mut fails, mut passes) = (candidates::number(ty, now), candidates::number(ty, passing));
        let mut found = None;
        while passes.abs_diff(fails) > 1 {
            let middle = fails + (passes - fails) / 2;
            let slot = candidates::slot_of(ty, middle, Some(passing))?;
            let value = candidates::json_of(view, ty, slot)?;
            match self.passes(field, value).filter(|change| change.decision <= decision) {
                Some(change) => {
                    passes = middle;
                    found = Some(change);
                }
                None => fails = middle,
            }
        }
        found
    }

    /// The change, if the request passes with it.
    fn passes(&mut self, field: &Field, value: Value) -> Option<Change> {
        if self.changes.tried >= MAX_TRIES {
            self.changes.cut_short = true;
            return None;
        }
        let to = Some(&value).filter(|value| !value.is_null());
        let changed = request::set(&self.request, &field.place, to)?;
        self.changes.tried += 1;
        let changed = serde_json::to_vec(&changed).ok()?;
        let mut prepared =
            crate::decide::prepare(self.program, &mut self.scratch, Input::Whole(&changed)).ok()?;
        let evaluated = prepared.evaluate(self.past);
        (evaluated.would_be() < self.before).then(|| Change {
            field: request::shown(&field.place),
            place: field.place.clone(),
            from: request::get(&self.request, &field.place).cloned().unwrap_or_default(),
            to: value,
            decision: evaluated.would_be(),
            reason_code: evaluated.code_would_be().to_owned(),
            of_the_action: field.place.first().is_some_and(|first| first == "params"),
        })
    }
}
