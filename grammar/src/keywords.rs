//! The words of the language, and where each of them is a word of the language.
//!
//! Only the reserved words can never be names. Every other keyword is one only in the items that use it, so that
//! a field may be called `range` and a parameter `within`.

macro_rules! keywords {
    ($($(#[$doc:meta])* $variant:ident $text:literal,)*) => {
        /// A word with a meaning of its own.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[allow(missing_docs)] // A variant is the word it is named after.
        pub enum Keyword {
            $($variant,)*
        }

        impl Keyword {
            /// All of them.
            pub const ALL: &'static [Keyword] = &[$(Keyword::$variant,)*];

            /// The keyword that is written so.
            pub fn from_text(text: &str) -> Option<Keyword> {
                match text {
                    $($text => Some(Keyword::$variant),)*
                    _ => None,
                }
            }

            /// How it is written.
            pub fn text(self) -> &'static str {
                match self {
                    $(Keyword::$variant => $text,)*
                }
            }
        }
    };
}

keywords! {
    And "and", Or "or", Not "not", In "in", Is "is", If "if", Then "then", Else "else", True "true",
    False "false", As "as", Otherwise "otherwise", Unless "unless", Pii "pii", Secret "secret",
    Attested "attested", Signed "signed",
    Module "module", Layer "layer", Import "import", Tiers "tiers", Roles "roles", Escalate "escalate",
    Reasons "reasons", Enum "enum", Record "record", Extend "extend", Action "action", Fact "fact",
    Category "category", Param "param", Set "set", Risk "risk", Fn "fn", Rule "rule", Fixture "fixture",
    Example "example", Test "test", Promise "promise", Currency "currency", Framework "framework",
    Event "event", Use "use", Normalize "normalize", Ignore "ignore", Tool "tool",
    On "on", Except "except", At "at", Cites "cites", Let "let", When "when", Require "require", Deny "deny",
    StepUp "step_up", To "to", Quorum "quorum", Within "within", Other "other", Than "than",
    Range "range", Stricter "stricter", Fixed "fixed", Loosen "loosen", By "by",
    Flags "flags", Amplifiers "amplifiers", Default "default", Unbound "unbound", Because "because",
    Flag "flag", Amplify "amplify", Oblige "oblige", Told "told", From "from", Until "until",
    Model "model", Given "given", With "with", Agent "agent", User "user", Mandate "mandate",
    Context "context", Cases "cases", Expect "expect", Div "div", Min "min", Max "max",
    Of "of", Per "per", Over "over", Where "where", Since "since", Most "most", After "after",
    Expires "expires", GrantedBy "granted_by", Calendar "calendar", Weekend "weekend",
    Source "source", Verified "verified", Unverified "unverified", Edition "edition", Effect "effect",
    Jurisdiction "jurisdiction", SupersededBy "superseded_by",
}

use Keyword::*;

/// The words that may name nothing.
pub const RESERVED: &[Keyword] = &[
    And, Or, Not, In, Is, If, Then, Else, True, False, As, Otherwise, Unless, Pii, Secret, Attested, Signed,
];

/// The words that begin an item in column 1.
pub const ITEMS: &[Keyword] = &[
    Module, Layer, Import, Tiers, Roles, Escalate, Reasons, Enum, Record, Extend, Action, Fact, Category,
    Param, Set, Risk, Fn, Rule, Fixture, Example, Test, Promise, Except, Currency, Calendar, Framework,
    Event, Use, Normalize,
];

/// The words that begin a statement of a rule.
pub const STATEMENTS: &[Keyword] = &[Let, When, Require, Deny, StepUp, Risk, Flag, Amplify, Oblige];

/// The words that begin a step of a test or a fixture.
pub const STEPS: &[Keyword] = &[Given, With, Agent, User, Mandate, Context, At, After, Cases, Expect];

/// The thirteen stages, in the order in which they are evaluated. A rule may stand at all but the first two.
pub const STAGES: &[&str] = &[
    "schema_version",
    "structure",
    "signature",
    "expiry",
    "issuance",
    "time_window",
    "scope",
    "counterparty",
    "amount",
    "replay",
    "freshness",
    "policy",
    "risk",
];

/// What a text that rules cite does to whoever falls under it, from what forbids to what is dead.
pub const LEGAL_EFFECTS: &[&str] = &[
    "prohibition",
    "duty",
    "presumption",
    "safe_harbor",
    "supervisory",
    "contract",
    "model",
    "voluntary",
    "pending",
    "repealed",
];

impl Keyword {
    /// Whether it is one of the words that may name nothing.
    pub fn is_reserved(self) -> bool {
        RESERVED.contains(&self)
    }

    /// Whether it begins an item.
    pub fn begins_item(self) -> bool {
        ITEMS.contains(&self)
    }

    /// Whether an item of this kind always has braces.
    pub(crate) fn has_braces(self) -> bool {
        matches!(
            self,
            Rule | Action
                | Event
                | Record
                | Extend
                | Enum
                | Tiers
                | Roles
                | Reasons
                | Fixture
                | Test
                | Framework
                | Normalize
        )
    }

    /// The keywords that begin a line of its own inside an item of this kind.
    pub(crate) fn starters(self) -> &'static [Keyword] {
        match self {
            Rule => STATEMENTS,
            Param => &[Range, Stricter, Fixed, Loosen],
            Action | Event => &[Flags, Amplifiers, Default, Unbound],
            Risk => &[StepUp, Deny, Flags, Amplifiers],
            Normalize => &[Ignore],
            Except => &[When, Expires, GrantedBy, Because],
            Fixture | Test => STEPS,
            _ => &[],
        }
    }

    /// The keywords that go on with what a starter, or the item's own keyword, has begun.
    pub(crate) fn clauses(self) -> &'static [Keyword] {
        match self {
            Rule => &[
                On, Except, At, Cites, From, Until, To, Quorum, Within, Other, Than, By, Told, Of, Per, Over,
                Where, Since, Most,
            ],
            // A question about the past stands in rules only, and what is said of one elsewhere should be that.
            Fn => &[Of, Per, Over, Where, Since, Most],
            Param => &[To, When, By],
            Except => &[To, Of, Per, Over, Where, Since, Most],
            Set => &[Default, To, Risk, StepUp, Deny, At],
            Calendar => &[From, Until, Weekend],
            Escalate => &[To, Within],
            Action | Event => &[Because, To],
            Normalize => &[When],
            Category | Promise => &[When, Of, Per, Over, Where, Since, Most],
            Risk => &[Model, At],
            Framework => {
                &[Source, Edition, Effect, Jurisdiction, From, Until, SupersededBy, Verified, Unverified]
            }
            Fixture | Test => &[To, By, Of, Per, Over, Where, Since, Most],
            _ => &[],
        }
    }

    /// Whether a name or a value must follow it, so that the next word is not a keyword even if it looks like one.
    pub(crate) fn wants_operand(self) -> bool {
        let value = matches!(self, True | False | Unverified);
        let item = matches!(self, Tiers | Roles | Escalate | Reasons | Set | Fixture | Test | Risk);
        let clause = matches!(self, Quorum | Within | Other | Stricter | Fixed | Loosen | Amplifiers)
            || matches!(self, Because | Model | Expires | GrantedBy | Source | Edition | Jurisdiction);
        let starter = matches!(self, Deny | StepUp | Agent | User | Mandate | Context);
        !(value || item || clause || starter)
    }
}
