//! What a name can refer to.

use lictor_bundle::schema::{EnumId, Schema};

/// Something that has a name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Symbol {
    /// What it is.
    pub kind: Kind,
    /// What it belongs to: the record of a field, the enum of a word, the module of a rule; empty where there is one of the name.
    pub of: String,
    /// Its name.
    pub name: String,
}

/// What something that has a name is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// A module.
    Module,
    /// A framework.
    Framework,
    /// A control of a framework.
    Control,
    /// A record or an enum.
    Type,
    /// A field of a record.
    Field,
    /// A word of an enum.
    Word,
    /// An action or an event.
    Action,
    /// A field of an action.
    RequestField,
    /// `agent`, `user`, `mandate`, `context`
    Envelope,
    /// A function.
    Function,
    /// A fact.
    Fact,
    /// A `let`, the variable of a quantifier, or what a function takes, in the item it stands in.
    Local,
    /// A parameter.
    Param,
    /// A calendar.
    Calendar,
    /// A category.
    Category,
    /// A tier.
    Tier,
    /// A role.
    Role,
    /// A reason code.
    Reason,
    /// A flag.
    Flag,
    /// An amplifier.
    Amplifier,
    /// A rule.
    Rule,
    /// An exception.
    Exception,
    /// An example.
    Example,
    /// A currency that the policy declares.
    Currency,
}

/// The parts of every request, beside the fields of its action.
pub const ENVELOPE: [&str; 4] = ["agent", "user", "mandate", "context"];

impl Symbol {
    /// A word of an enum; the tiers are one.
    pub fn word(schema: &Schema, id: EnumId, word: &str) -> Option<Symbol> {
        if schema.tiers == Some(id) {
            return Some(Symbol::new(Kind::Tier, word));
        }
        Some(Symbol::within(Kind::Word, &schema.enums.get(usize::from(id))?.name, word))
    }

    /// Something of which there is one by its name.
    pub fn new(kind: Kind, name: &str) -> Symbol {
        Symbol::within(kind, "", name)
    }

    /// Something that belongs to something else.
    pub fn within(kind: Kind, of: &str, name: &str) -> Symbol {
        Symbol { kind, of: of.to_owned(), name: name.to_owned() }
    }

    /// The last word of its name; of a local, whose name says which it is, the name itself. It stands wherever the name stands.
    pub fn last_word(&self) -> &str {
        let name = self.name.split(' ').next().unwrap_or_default();
        name.rsplit('.').next().unwrap_or_default()
    }
}
