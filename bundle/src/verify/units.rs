//! The manifest, the conditions of categories, and the units with their rules.

use std::collections::BTreeMap;

use crate::error::{BundleError, ErrorKind};
use crate::program::{Bundle, Effect, Mode, Release, Rule, Stage, Statement, Unit, UnitKey};
use crate::release::MAX_SEQUENCE;
use crate::schema::{ActionId, Direction, Disposition, Schema};
use crate::time::{FIRST_MOMENT, LAST_MOMENT};

use super::code::{Block, Use};
use super::schema::{Declared, verify_approver};
use super::{
    MAX_STEPS, Steps, Within, ensure, exceptions, history, names, over_limit, params, source_map, tools,
};

pub(super) fn verify_manifest(bundle: &Bundle) -> Result<(), BundleError> {
    let manifest = &bundle.manifest;
    names::check(&manifest.name, "the project")?;
    names::check_sorted(manifest.sources.iter().map(|(path, _)| path.as_str()), "source file")?;
    ensure(manifest.tests.passed <= manifest.tests.run, ErrorKind::Schema, || {
        "the manifest counts more tests that passed than were run".to_owned()
    })?;
    let Release { sequence, expires } = manifest.release;
    let is_moment = expires.is_none_or(|expires| (FIRST_MOMENT..=LAST_MOMENT).contains(&expires));
    ensure(sequence <= MAX_SEQUENCE && is_moment, ErrorKind::Schema, || {
        "the manifest's sequence number or the moment at which it expires is out of range".to_owned()
    })?;
    names::check_sorted(manifest.controls.iter().map(|control| control.id.as_str()), "control")?;
    for control in &manifest.controls {
        let texts = [&control.framework, &control.title];
        let said = [&control.source, &control.edition, &control.jurisdiction, &control.superseded_by];
        for text in texts.into_iter().chain(said.into_iter().flatten()) {
            names::check(text, "a control").within(|| control.id.clone())?;
        }
    }
    Ok(())
}

/// Verifies what is decided before any unit is looked at, and adds its steps to the totals.
pub(super) fn verify_conditions(
    bundle: &Bundle,
    declared: &Declared<'_>,
    totals: &mut [Steps],
    budget: &mut usize,
) -> Result<(), BundleError> {
    let sorted = bundle
        .conditions
        .is_sorted_by(|left, right| (left.category, left.action) < (right.category, right.action));
    ensure(sorted, ErrorKind::Unit, || "they are not sorted by category and action".to_owned())?;
    let mut block = Block::verify(declared, &bundle.condition_code)?;
    for condition in &bundle.conditions {
        let category = declared.schema.categories.get(usize::from(condition.category)).ok_or_else(|| {
            BundleError::new(ErrorKind::Unit, format!("category {} is not there", condition.category))
        })?;
        let steps = block
            .verify_use(declared, condition.action, condition.code, Use::Condition, budget)
            .within(|| format!("category {category}, {}", action_name(declared.schema, condition.action)))?;
        ensure_asked(declared.schema, condition.action)?;
        if let Some(total) = totals.get_mut(usize::from(condition.action)) {
            total.conditions = total.conditions.saturating_add(steps);
        }
    }
    let sorted = bundle.scores.is_sorted_by(|left, right| left.action < right.action);
    ensure(sorted, ErrorKind::Unit, || "the scores are not sorted by action".to_owned())?;
    for score in &bundle.scores {
        let steps = block
            .verify_use(declared, score.action, score.code, Use::Score, budget)
            .within(|| format!("score, {}", action_name(declared.schema, score.action)))?;
        ensure_asked(declared.schema, score.action)?;
        if let Some(total) = totals.get_mut(usize::from(score.action)) {
            total.score = total.score.saturating_add(steps);
        }
    }
    history::verify(bundle, declared, &mut block, budget)?;
    tools::verify(bundle, declared, &mut block, totals, budget)?;
    block.verify_all_used()
}

/// Verifies a unit, and counts the steps of its rules for each action.
pub(super) fn verify_unit(
    bundle: &Bundle,
    declared: &Declared<'_>,
    unit: &Unit,
    budget: &mut usize,
) -> Result<BTreeMap<ActionId, u64>, BundleError> {
    verify_sets(declared.schema, unit)?;
    verify_defaults(declared.schema, unit)?;
    verify_thresholds(declared.schema, unit)?;
    verify_sources(unit)?;
    source_map::verify_unit(bundle, unit, budget)?;
    let mut block = Block::verify(declared, &unit.code)?;
    let mut steps = BTreeMap::new();
    for (number, rule) in unit.rules.iter().enumerate() {
        // Before they stand in a message.
        names::check(&rule.name, "a rule")?;
        names::check(&rule.key.module, "a module")?;
        verify_rule(declared, rule).within(|| describe_rule(rule))?;
        let lifted =
            exceptions::verify(declared, unit, rule, &mut block, budget).within(|| describe_rule(rule))?;
        for (action, counted) in lifted {
            let total: &mut u64 = steps.entry(action).or_default();
            *total = total.saturating_add(counted);
        }
        let map = unit.map.rules.get(number);
        if let Some(map) = map {
            source_map::verify_rule(declared.schema, &unit.map, rule, map, budget)
                .within(|| describe_rule(rule))?;
        }
        for (at, (action, code)) in rule.entries.iter().enumerate() {
            let counted = block
                .verify_use(declared, *action, *code, Use::Rule(&rule.statements), budget)
                .within(|| format!("{}, {}", describe_rule(rule), action_name(declared.schema, *action)))?;
            if let Some((map, marks)) = map.and_then(|map| Some((map, map.entries.get(at)?))) {
                source_map::verify_marks(&block, declared, (*action, *code), map, marks, budget)
                    .within(|| describe_rule(rule))?;
            }
            ensure_asked(declared.schema, *action).within(|| describe_rule(rule))?;
            let total: &mut u64 = steps.entry(*action).or_default();
            *total = total.saturating_add(counted);
            // Soon, rather than after the rest of a file that was made to keep verification busy.
            let steps = *total;
            ensure(steps <= MAX_STEPS, ErrorKind::Steps, || {
                over_limit(&action_name(declared.schema, *action), steps)
            })?;
        }
    }
    block.verify_all_used()?;
    Ok(steps)
}

/// A layer is there. What stands in the base is never apart from it: there, all is observed or nothing is, as the base's unit says.
pub(super) fn verify_layer(schema: &Schema, key: &UnitKey, mode: Mode) -> Result<(), BundleError> {
    verify_key(schema, key)?;
    ensure(mode == Mode::Enforced || *key != UnitKey::Base, ErrorKind::Mode, || {
        "what stands in the base is said to be observed by itself".to_owned()
    })
}

/// A unit's layer is there.
pub(super) fn verify_key(schema: &Schema, key: &UnitKey) -> Result<(), BundleError> {
    let tiers = schema.tiers.and_then(|tiers| schema.enums.get(usize::from(tiers)));
    let exists = match key {
        UnitKey::Base => true,
        UnitKey::Category(category) => usize::from(*category) < schema.categories.len(),
        UnitKey::Agent(tier) => tiers.is_some_and(|tiers| usize::from(*tier) < tiers.values.len()),
        UnitKey::User(id) => return names::check(id, "a user"),
    };
    ensure(exists, ErrorKind::Unit, || "the category or tier is not there".to_owned())
}

fn verify_sets(schema: &Schema, unit: &Unit) -> Result<(), BundleError> {
    ensure(unit.sets.is_sorted_by(|left, right| left.param < right.param), ErrorKind::Unit, || {
        "its settings are not sorted by parameter".to_owned()
    })?;
    for set in &unit.sets {
        let param = schema.params.get(usize::from(set.param)).ok_or_else(|| {
            BundleError::new(ErrorKind::Unit, format!("it sets parameter {}, which is not there", set.param))
        })?;
        let place = || format!("parameter {}", param.name);
        params::verify_value(schema, param, &set.value).within(place)?;
        params::verify_currencies(param, &set.value).within(place)?;
        let may_set = param.direction != Direction::Fixed || unit.key == UnitKey::Base;
        ensure(may_set, ErrorKind::Parameter, || "it is fixed, and set outside the base".to_owned())
            .within(place)?;
    }
    Ok(())
}

fn verify_defaults(schema: &Schema, unit: &Unit) -> Result<(), BundleError> {
    ensure(unit.defaults.is_sorted_by(|left, right| left.0 < right.0), ErrorKind::Unit, || {
        "its defaults are not sorted by action".to_owned()
    })?;
    for (action, default) in &unit.defaults {
        let place = || format!("default of {}", action_name(schema, *action));
        ensure(usize::from(*action) < schema.actions.len(), ErrorKind::Unit, || {
            "the action is not there".to_owned()
        })
        .within(place)?;
        ensure_asked(schema, *action)?;
        if let Disposition::StepUp(approver) = default {
            verify_approver(schema, approver).within(place)?;
        }
    }
    Ok(())
}

/// The thresholds of the base stand in the schema; other layers only lower them.
fn verify_thresholds(schema: &Schema, unit: &Unit) -> Result<(), BundleError> {
    let lower = |set: Option<u8>, base: u8| {
        set.is_none_or(|set| unit.key != UnitKey::Base && (1..=base).contains(&set))
    };
    ensure(
        lower(unit.thresholds.step_up, schema.risk_step_up_at)
            && lower(unit.thresholds.deny, schema.risk_deny_at),
        ErrorKind::Unit,
        || "it sets a threshold of the score, and does not lower it".to_owned(),
    )
}

/// Of a user's unit it is the unit that says which files it comes from and which groups of actions it names; of all others the manifest does, and
/// nobody need know.
fn verify_sources(unit: &Unit) -> Result<(), BundleError> {
    names::check_sorted(unit.sources.iter().map(|(path, _)| path.as_str()), "source file")?;
    ensure(unit.sources.is_empty() || unit.key.is_user(), ErrorKind::Unit, || {
        "it names source files, which the manifest does for it".to_owned()
    })?;
    names::check_sorted(unit.groups.iter().map(String::as_str), "group of actions")?;
    ensure(unit.groups.is_empty() || unit.key.is_user(), ErrorKind::Unit, || {
        "it names groups of actions, which only users' units have to".to_owned()
    })
}

fn verify_rule(declared: &Declared<'_>, rule: &Rule) -> Result<(), BundleError> {
    ensure(rule.key.stage > Stage::Structure, ErrorKind::Unit, || {
        "it stands at a stage that is the engine's own".to_owned()
    })?;
    ensure(rule.entries.is_sorted_by(|left, right| left.0 < right.0), ErrorKind::Unit, || {
        "its actions are not sorted".to_owned()
    })?;
    ensure(rule.cites.iter().all(|cited| usize::from(*cited) < declared.controls), ErrorKind::Unit, || {
        "it cites a control that the manifest does not list".to_owned()
    })?;
    for (number, statement) in rule.statements.iter().enumerate() {
        verify_statement(declared.schema, statement).within(|| format!("statement {number}"))?;
    }
    Ok(())
}

fn verify_statement(schema: &Schema, statement: &Statement) -> Result<(), BundleError> {
    let unit = |holds: bool, message: &str| ensure(holds, ErrorKind::Unit, || message.to_owned());
    for reason in statement.reason.iter().chain(&statement.told_as) {
        ensure(usize::from(*reason) < schema.reasons.len(), ErrorKind::Unit, || {
            format!("reason code {reason} is not there")
        })?;
    }
    let has_reason = statement.reason.is_some();
    match &statement.effect {
        Effect::Flag(flag) => unit(usize::from(*flag) < schema.flags.len(), "the flag is not there"),
        Effect::Amplify(amplifier, points) => unit(
            usize::from(*amplifier) < schema.amplifiers.len() && *points <= 100,
            "the amplifier is not there, or is raised by more than 100",
        ),
        Effect::Oblige { id, .. } => {
            unit(has_reason, "it gives no reason code")?;
            names::check(id, "an obligation")
        }
        Effect::StepUp(approver) => {
            unit(has_reason, "it gives no reason code")?;
            verify_approver(schema, approver)
        }
        Effect::Deny | Effect::Risk(_) => unit(has_reason, "it gives no reason code"),
    }
}

/// Refuses what would be decided of an event.
fn ensure_asked(schema: &Schema, action: ActionId) -> Result<(), BundleError> {
    let event = schema.actions.get(usize::from(action)).is_some_and(|action| action.event);
    ensure(!event, ErrorKind::Unit, || {
        format!("{} is an event, which is never decided", action_name(schema, action))
    })
}

fn describe_rule(rule: &Rule) -> String {
    format!("rule {}.{}", rule.key.module, rule.name)
}

fn action_name(schema: &Schema, action: ActionId) -> String {
    match schema.actions.get(usize::from(action)) {
        Some(action) => format!("action {}", action.name),
        None => format!("action {action}"),
    }
}
