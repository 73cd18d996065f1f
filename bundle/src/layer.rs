//! Layers: which one a unit is, and whether it counts.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::schema::{CategoryId, LayerKind, Schema};

/// Whether a unit counts.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, BorshSerialize, BorshDeserialize,
)]
pub enum Mode {
    /// It does.
    #[default]
    Enforced,
    /// It is evaluated apart, and decides nothing: a decision only tells what it would have done.
    Observed,
}

/// Which layer a unit is. The order of the variants, and within them of their contents, is the order of evaluation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub enum UnitKey {
    /// The base.
    Base,
    /// The category of this number; categories are numbered by name.
    Category(CategoryId),
    /// The tier of this number.
    Agent(u16),
    /// The user with this id.
    User(String),
}

impl UnitKey {
    /// What kind of layer it is.
    pub fn kind(&self) -> LayerKind {
        match self {
            UnitKey::Base => LayerKind::Base,
            UnitKey::Category(_) => LayerKind::Category,
            UnitKey::Agent(_) => LayerKind::Agent,
            UnitKey::User(_) => LayerKind::User,
        }
    }

    /// Whether it is a user's.
    pub fn is_user(&self) -> bool {
        matches!(self, UnitKey::User(_))
    }

    /// Whether an exception in this layer may lift what a rule of that layer says: one of its own, or of a later kind of layer.
    pub fn may_lift(&self, rule: &UnitKey) -> bool {
        self == rule || self.kind() < rule.kind()
    }

    /// The layer as it is called in decisions: `base`, `category gambling`, `agent untrusted`, `user u-4711`.
    pub fn layer(&self, schema: &Schema) -> String {
        match self {
            UnitKey::Base => "base".to_owned(),
            UnitKey::Category(id) => {
                let name = schema.categories.get(usize::from(*id));
                format!("category {}", name.map_or("?", String::as_str))
            }
            UnitKey::Agent(tier) => {
                let tiers = schema.tiers.and_then(|tiers| schema.enums.get(usize::from(tiers)));
                let name = tiers.and_then(|tiers| tiers.values.get(usize::from(*tier)));
                format!("agent {}", name.map_or("?", String::as_str))
            }
            UnitKey::User(id) => format!("user {id}"),
        }
    }

    /// The same where the mode of a unit matters: `category gambling observe`.
    pub fn layer_in(&self, mode: Mode, schema: &Schema) -> String {
        let layer = self.layer(schema);
        match mode {
            Mode::Enforced => layer,
            Mode::Observed => format!("{layer} observe"),
        }
    }
}
