//! Rules and approvers by the names under which people know them.

use lictor_bundle::program::{Manifest, Rule};
use lictor_bundle::schema::{Approver, Schema};
use lictor_bundle::time::render_duration;

use crate::decision::Approval;

/// `acme.payments.amount_limit`
pub(crate) fn rule_name(rule: &Rule) -> String {
    format!("{}.{}", rule.key.module, rule.name)
}

/// The controls that a rule cites and that are in force at this moment.
pub(crate) fn cites(manifest: &Manifest, rule: &Rule, now: i64) -> Vec<String> {
    let cited = rule.cites.iter().filter_map(|cited| manifest.controls.get(usize::from(*cited)));
    cited.filter(|control| control.in_force(now)).map(|control| control.id.clone()).collect()
}

/// Who must approve.
pub(crate) fn approval(schema: &Schema, approver: &Approver) -> Approval {
    let role = approver.role.and_then(|role| schema.roles.get(usize::from(role)));
    Approval {
        to: role.map_or("user", |role| role.name.as_str()).to_owned(),
        quorum: approver.quorum,
        within: approver.within.map(render_duration),
        other_than: Vec::new(),
    }
}
