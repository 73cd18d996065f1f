//! What is known about an action before a request comes.

use std::sync::Arc;

use lictor_bundle::instr::{Reg, TEMPORARIES};
use lictor_bundle::layout::Layout;
use lictor_bundle::program::{Bundle, UnitKey};
use lictor_bundle::schema::{Action, ActionId, Disposition, FlagId, Schema, Type};

use super::{AGENT, CONTEXT, ENVELOPE, USER, units_of};
use crate::categories::Categories;
use crate::rules::Rules;
use crate::unit::{LayerUnits, Values};
use crate::value::Loader;

/// What is known about an action before a request comes.
#[derive(Debug)]
pub(crate) struct ActionPlan {
    /// How many slots its requests take.
    pub width: usize,
    /// The register of the request's time.
    pub now: Reg,
    /// The register of the agent's tier, where there are tiers.
    pub tier: Option<Reg>,
    /// The registers that say whether there is a user, and who.
    pub user: Option<(Reg, Reg)>,
    /// The categories that its requests may be in.
    pub categories: Categories,
    /// Its flags, shared with the decisions that list them.
    pub flags: Arc<[String]>,
    /// The same by number.
    pub flag_ids: Vec<FlagId>,
    /// The code that gives its amplifiers their values, where it has any.
    pub score: Option<usize>,
    /// The unit of the base that counts, and which of its rules are those for this action, where no other unit has or may get any.
    pub alone: Option<(usize, usize)>,
    /// Whether its default, or what any layer may set it to, asks or refuses.
    pub objects_by_default: bool,
}

/// The categories that requests to an action may be in. `None` where the arena is full.
pub(super) fn categories_of(
    bundle: &Bundle,
    action: ActionId,
    loader: &mut Loader<'_>,
) -> Option<Categories> {
    let of_action = bundle.conditions.iter().filter(|condition| condition.action == action);
    // A category without a layer changes nothing, so it need not be looked at.
    let conditions = of_action.filter_map(|condition| {
        let units = units_of(bundle, &UnitKey::Category(condition.category));
        units.enforced.or(units.observed)?;
        Some((units, usize::from(condition.code)))
    });
    Categories::of(conditions, &bundle.condition_code, loader)
}

/// The unit that alone of these has rules for an action, and which of its rules they are, where it is the one of the base that counts: this
/// applies to every request.
pub(super) fn alone(
    shared: &[(Values, Rules)],
    base: LayerUnits,
    action: ActionId,
) -> Option<(usize, usize)> {
    let units = (0..).zip(shared);
    let mut with_rules = units.filter_map(|(unit, (_, rules))| Some((unit, rules.number(action)?)));
    let first = with_rules.next().filter(|(unit, _)| base.enforced == Some(*unit))?;
    with_rules.next().is_none().then_some(first)
}

/// `None` where its request does not begin with the envelope.
pub(super) fn action_plan(
    bundle: &Bundle,
    layout: &Layout,
    id: ActionId,
    action: &Action,
    categories: Categories,
    alone: Option<(usize, usize)>,
    has_users: bool,
) -> Option<ActionPlan> {
    let schema = &bundle.schema;
    let request = schema.records.get(usize::from(action.request))?;
    let places = layout.record(action.request)?;
    let start = |field: usize| places.offsets.get(field).map(|offset| TEMPORARIES + offset);
    let inside = |field: usize, name: &str| -> Option<Reg> {
        let record = match schema.types.get(usize::from(request.fields.get(field)?.ty))? {
            Type::Record(record) => *record,
            Type::Optional(inner) => match schema.types.get(usize::from(*inner))? {
                Type::Record(record) => *record,
                _ => return None,
            },
            _ => return None,
        };
        let index =
            schema.records.get(usize::from(record))?.fields.iter().position(|field| field.name == name)?;
        layout.record(record)?.offsets.get(index).copied()
    };
    if request.fields.len() < ENVELOPE {
        return None;
    }
    let tier = match schema.tiers {
        Some(_) => Some(start(AGENT)? + inside(AGENT, "tier")?),
        None => None,
    };
    let user_is_there = start(USER)?;
    let set = bundle.units.iter().flat_map(|unit| &unit.defaults).filter(|(action, _)| *action == id);
    let mut defaults = set.map(|(_, default)| default).chain([&action.default]);
    Some(ActionPlan {
        width: usize::from(places.width),
        now: start(CONTEXT)? + inside(CONTEXT, "now")?,
        tier,
        user: inside(USER, "id").map(|id| (user_is_there, user_is_there + 1 + id)),
        categories,
        flags: action.flags.as_slice().into(),
        flag_ids: action.flags.iter().map(|flag| flag_id(schema, flag)).collect::<Option<_>>()?,
        score: bundle.scores.iter().find(|score| score.action == id).map(|score| usize::from(score.code)),
        alone,
        // What users set may be replaced.
        objects_by_default: has_users || defaults.any(|default| *default != Disposition::Allow),
    })
}

fn flag_id(schema: &Schema, name: &str) -> Option<FlagId> {
    let at = schema.flags.binary_search_by(|flag| flag.name.as_str().cmp(name)).ok()?;
    FlagId::try_from(at).ok()
}
