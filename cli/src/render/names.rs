//! Names of what a bundle holds, in words: layers, stages, values, dispositions.

use lictor_bundle::program::UnitKey;
use lictor_bundle::schema::{Approver, Direction, Disposition, LayerKind, ParamValue, Schema};
use lictor_bundle::time::render_duration;
pub use lictor_bundle::written::{param_value, scalar, type_name};

/// `base`, `category gambling`, `agent untrusted`, `user u-4711`
pub fn layer(key: &UnitKey, schema: &Schema) -> String {
    match key {
        UnitKey::Base => String::from("base"),
        UnitKey::Category(id) => {
            format!("category {}", schema.categories.get(usize::from(*id)).map_or("?", String::as_str))
        }
        UnitKey::Agent(tier) => {
            let tiers = schema.tiers.and_then(|id| schema.enums.get(usize::from(id)));
            let name = tiers.and_then(|tiers| tiers.values.get(usize::from(*tier)));
            format!("agent {}", name.map_or("?", String::as_str))
        }
        UnitKey::User(id) => format!("user {id}"),
    }
}

/// `base`, `category`, `agent` or `user`
pub fn layer_kind(kind: LayerKind) -> &'static str {
    match kind {
        LayerKind::Base => "base",
        LayerKind::Category => "category",
        LayerKind::Agent => "agent",
        LayerKind::User => "user",
    }
}

/// `lower`, `subset` … as policies write it.
pub fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Lower => "stricter when lower",
        Direction::Higher => "stricter when higher",
        Direction::Subset => "stricter when subset",
        Direction::Superset => "stricter when superset",
        Direction::True => "stricter when true",
        Direction::False => "stricter when false",
        Direction::Fixed => "fixed",
    }
}

/// `allow`, `step_up to finance`, `deny`
pub fn disposition(value: &Disposition, schema: &Schema) -> String {
    match value {
        Disposition::Allow => String::from("allow"),
        Disposition::StepUp(who) => format!("step_up to {}", approver(who, schema)),
        Disposition::Deny => String::from("deny"),
    }
}

fn approver(approver: &Approver, schema: &Schema) -> String {
    let role = match approver.role {
        None => "user",
        Some(id) => schema.roles.get(usize::from(id)).map_or("?", |role| role.name.as_str()),
    };
    let mut text = role.to_owned();
    if approver.quorum > 1 {
        text.push_str(&format!(" quorum {}", approver.quorum));
    }
    if let Some(within) = approver.within {
        text.push_str(&format!(" within {}", render_duration(within)));
    }
    text
}

/// `0.00 USD to 5000.00 USD, 0.00 EUR to 4500.00 EUR`
pub fn param_range(low: &ParamValue, high: &ParamValue, schema: &Schema) -> String {
    match (low, high) {
        (ParamValue::Money(low), ParamValue::Money(high)) => {
            let ranges = low
                .iter()
                .zip(high)
                .map(|(low, high)| format!("{} to {}", scalar(low, schema), scalar(high, schema)));
            ranges.collect::<Vec<_>>().join(", ")
        }
        _ => format!("{} to {}", param_value(low, schema), param_value(high, schema)),
    }
}
