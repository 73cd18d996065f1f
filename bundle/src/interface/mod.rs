//! What a user's unit uses of what is declared: its imports, each with the digest of that one declaration.
//!
//! A user's policy is compiled by itself and outlives the declarations around it. So its unit refers to nothing by the numbers of a schema,
//! which shift when something is added, but by numbers of its own, into a table of imports: a kind, a name and a digest each, and of the
//! fields of an action that it reads their paths. Who puts it beside a schema *links* it: looks each import up by its name, holds the digest
//! against that of the declaration there, and reads the unit through the table. What comes of it is numbered as that schema is, and is
//! verified like any other unit; what the table of a unit from a stranger says is believed in nothing.
//!
//! Where a used declaration is another one, or is gone, the unit is refused by its name. What a unit does not use may come, go and change.
//!
//! ```text
//! unit    = the unit, encoded with its own numbers, then the digest of its imports
//! digest  = SHA-256( "lictor imports 1\n" ‖ imports )
//! imports = the declarations, sorted by kind, name and digest; the fields, sorted by path and action
//! ```
//!
//! A number stands for the import of that place among those of its kind, a register of a request for the path of that place among the paths.
//! Units that use the same share one table, which stands in the file once; since they name its digest, the id of the bundle covers it. Base, categories and tiers are compiled with the schema they are shipped with, and keep its numbers.

mod types;
mod declared;
mod fields;
mod history;
mod references;
mod export;
mod link;

use borsh::{BorshDeserialize, BorshSerialize};
use sha2::{Digest as _, Sha256};

use crate::codec;
use crate::error::BundleError;

pub(crate) use declared::MAX_WORK;
pub use export::Exporter;
pub use link::Links;
pub(crate) use link::check_tables;

/// The digest of a declaration, or of a table of imports.
pub type Digest = [u8; 32];

/// The kinds of declarations. What others are made of comes first, so that a change is told by what was changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub enum Kind {
    /// A currency beyond ISO 4217, with its digits.
    Currency,
    /// An enumeration, with its values.
    Enum,
    /// A type, with all that it is made of.
    Type,
    /// A fact, or a question to history, with all that it counts.
    Fact,
    /// A parameter whose value is read: with its type, its direction, its default, its range, and who may loosen it.
    Param,
    /// A parameter that is set: with its type and its direction. Range and currencies are held against the value when it is linked.
    Setting,
    /// A reason code, with its text.
    Reason,
    /// A role, with its description.
    Role,
    /// A category, by its name.
    Category,
    /// A tier of agents, by its name.
    Tier,
    /// A flag, with its weight.
    Flag,
    /// An amplifier, with its weight.
    Amplifier,
    /// A calendar, with its days.
    Calendar,
    /// A control that is cited, with all that is said of it.
    Control,
    /// An action, by its name and by whether it is an event. What is read of it are fields.
    Action,
    /// The actions that a star stands for, by their names.
    Group,
}

impl Kind {
    /// All of them, in their order.
    pub const ALL: [Kind; 16] = [
        Kind::Currency,
        Kind::Enum,
        Kind::Type,
        Kind::Fact,
        Kind::Param,
        Kind::Setting,
        Kind::Reason,
        Kind::Role,
        Kind::Category,
        Kind::Tier,
        Kind::Flag,
        Kind::Amplifier,
        Kind::Calendar,
        Kind::Control,
        Kind::Action,
        Kind::Group,
    ];

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Currency => "currency",
            Kind::Enum => "enumeration",
            Kind::Type => "type",
            Kind::Fact => "fact",
            Kind::Param => "parameter",
            Kind::Setting => "setting of the parameter",
            Kind::Reason => "reason code",
            Kind::Role => "role",
            Kind::Category => "category",
            Kind::Tier => "tier",
            Kind::Flag => "flag",
            Kind::Amplifier => "amplifier",
            Kind::Calendar => "calendar",
            Kind::Control => "control",
            Kind::Action => "action",
            Kind::Group => "group of actions",
        }
    }
}

/// A declaration that a unit uses.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct Import {
    /// What it is.
    pub kind: Kind,
    /// What it is called; of a type, what it is.
    pub name: String,
    /// The digest of what is declared.
    pub digest: Digest,
}

/// A field of an action that a unit reads.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct Field {
    /// Its path: `amount`, `merchant.id`; `note?` for whether it is there.
    pub path: String,
    /// Which action's: its place among those that the unit uses.
    pub action: u16,
    /// The digest of its type, its marks, and whether a token binds it.
    pub digest: Digest,
}

/// What a unit uses.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Imports {
    /// Declarations, sorted.
    pub declared: Vec<Import>,
    /// Fields, sorted.
    pub fields: Vec<Field>,
}

impl Imports {
    /// The digest that units name them by.
    pub fn digest(&self) -> Result<Digest, BundleError> {
        Ok(digest_of(&self.encode()?))
    }

    pub(crate) fn encode(&self) -> Result<Vec<u8>, BundleError> {
        codec::encode(self, "imports")
    }

    /// Those of a kind, in their order.
    pub fn of(&self, kind: Kind) -> &[Import] {
        let first = self.declared.partition_point(|import| import.kind < kind);
        let end = self.declared.partition_point(|import| import.kind <= kind);
        self.declared.get(first..end).unwrap_or_default()
    }
}

/// The digest of a table of imports, as it is encoded.
fn digest_of(bytes: &[u8]) -> Digest {
    Sha256::new_with_prefix(b"lictor imports 1\n").chain_update(bytes).finalize().into()
}
