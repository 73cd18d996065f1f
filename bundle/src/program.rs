//! What a bundle holds: the manifest, the schema and the units, each unit one layer compiled by itself.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::schema::{
    ActionId, AmplifierId, Approver, CategoryId, Disposition, FlagId, ParamId, ParamValue, ReasonId, Schema,
};
use crate::source_map::UnitMap;
use crate::time::render_timestamp;
use crate::tools::Tools;

pub use crate::code::{Argument, Code, CodeBlock, Constant, Site};
pub use crate::layer::{Mode, UnitKey};
pub use crate::release::Release;

/// The version of the language that this compiler reads and this runtime knows the meaning of.
pub const LANGUAGE_VERSION: u16 = 1;
/// The version of the instruction set: of the instructions, and of the tables they rest on.
pub const INSTRUCTION_SET_VERSION: u16 = 1;

/// A whole policy, ready to be signed, or loaded and verified.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Bundle {
    /// What it is and what it came from.
    pub manifest: Manifest,
    /// What is declared.
    pub schema: Schema,
    /// One condition a category and action, sorted by (category, action); a pair that is missing never matches.
    pub conditions: Vec<Condition>,
    /// The code that gives an action's amplifiers their values, sorted by action; an action without amplifiers has none.
    pub scores: Vec<Score>,
    /// The code and constants of the conditions and scores.
    pub condition_code: CodeBlock,
    /// What tool calls are; the code of its conditions is among that of the conditions.
    pub tools: Tools,
    /// The units, sorted by key and mode.
    pub units: Vec<Unit>,
}

impl Bundle {
    /// All source files with their digests, sorted by path: those that the manifest names and those of users.
    pub fn sources(&self) -> Vec<&(String, [u8; 32])> {
        let of_users = self.units.iter().flat_map(|unit| &unit.sources);
        let mut all: Vec<_> = self.manifest.sources.iter().chain(of_users).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether what it decides counts. Where its base is observed, everything that stands on it is, too: it decides all the same, and nothing
    /// is refused or held for it.
    pub fn mode(&self) -> Mode {
        let base = self.manifest.order.first().filter(|entry| entry.unit == UnitKey::Base);
        base.map_or(Mode::Enforced, |base| base.mode)
    }

    /// The same bundle, in which what it decides counts: what it would be without `observe` behind `layer base`.
    pub fn enforced(mut self) -> Bundle {
        let bases = self.manifest.order.iter_mut().filter(|entry| entry.unit == UnitKey::Base);
        bases.for_each(|entry| entry.mode = Mode::Enforced);
        let bases = self.units.iter_mut().filter(|unit| unit.key == UnitKey::Base);
        bases.for_each(|unit| unit.mode = Mode::Enforced);
        self
    }
}

/// What a bundle is and what it came from.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Manifest {
    /// The project's name.
    pub name: String,
    /// Which edition it is, and until when it may be loaded.
    pub release: Release,
    /// The version of the language it was written in.
    pub language_version: u16,
    /// The version of the instruction set it was compiled to.
    pub instruction_set_version: u16,
    /// Each source file's path within the project (or the library) and the SHA-256 of its bytes, sorted by path; but for those that only
    /// a user's unit comes from, which says so itself.
    pub sources: Vec<(String, [u8; 32])>,
    /// The stages in the order in which they are evaluated; a bundle with another order is refused.
    pub stages: Vec<Stage>,
    /// The order in which units and their rules are evaluated; a bundle whose units stand otherwise is refused. Users are not in it: they
    /// come last, by id, so that the manifest stays the same where one of a million is replaced.
    pub order: Vec<UnitOrder>,
    /// How many in-language tests were run when it was built, and how many of them passed.
    pub tests: TestSummary,
    /// The controls that its rules cite, sorted by id.
    pub controls: Vec<Control>,
}

/// Something that rules cite: a section of a regulation, a control of a standard.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Control {
    /// The framework and the control: `soc2.CC6_1`
    pub id: String,
    /// The title of the framework.
    pub framework: String,
    /// Its own title.
    pub title: String,
    /// Where its words stand, where that was said.
    pub source: Option<String>,
    /// Which of several texts of that name it is, where that was said.
    pub edition: Option<String>,
    /// What it does to whoever falls under it, where that was said.
    pub effect: Option<LegalEffect>,
    /// Where it applies: a country or `EU`, with its subdivision behind it (`US-NY`); none where that was not said.
    pub jurisdiction: Option<String>,
    /// The first moment at which it is in force, in milliseconds; none where it always was.
    pub from: Option<i64>,
    /// The last moment at which it is in force; none where no end is known.
    pub until: Option<i64>,
    /// The id of the control that is cited in its place; the manifest need not list that one.
    pub superseded_by: Option<String>,
    /// The day on which somebody compared it with its source, as its first moment; none where it is unconfirmed.
    pub verified: Option<i64>,
}

impl Control {
    /// Whether it is in force at this moment.
    pub fn in_force(&self, now: i64) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now <= until)
    }
}

/// What a text that rules cite does to whoever falls under it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum LegalEffect {
    /// The text forbids an act.
    Prohibition,
    /// The text orders an act.
    Duty,
    /// Crossing the line is presumed to be unlawful, and staying inside to be lawful; either can be rebutted.
    Presumption,
    /// Following it protects; not following it is no breach by itself.
    SafeHarbor,
    /// What examiners expect. It is no law.
    Supervisory,
    /// It binds those who agreed to it, such as the members of a network.
    Contract,
    /// A model text: law only where somebody has adopted it.
    Model,
    /// Chosen by whoever follows it.
    Voluntary,
    /// Adopted, and not applicable yet.
    Pending,
    /// No longer in force.
    Repealed,
}

impl LegalEffect {
    /// All of them, in the order in which they are listed.
    pub const ALL: [LegalEffect; 10] = [
        LegalEffect::Prohibition,
        LegalEffect::Duty,
        LegalEffect::Presumption,
        LegalEffect::SafeHarbor,
        LegalEffect::Supervisory,
        LegalEffect::Contract,
        LegalEffect::Model,
        LegalEffect::Voluntary,
        LegalEffect::Pending,
        LegalEffect::Repealed,
    ];

    /// How it is written.
    pub fn name(self) -> &'static str {
        match self {
            LegalEffect::Prohibition => "prohibition",
            LegalEffect::Duty => "duty",
            LegalEffect::Presumption => "presumption",
            LegalEffect::SafeHarbor => "safe_harbor",
            LegalEffect::Supervisory => "supervisory",
            LegalEffect::Contract => "contract",
            LegalEffect::Model => "model",
            LegalEffect::Voluntary => "voluntary",
            LegalEffect::Pending => "pending",
            LegalEffect::Repealed => "repealed",
        }
    }
}

/// How the tests went when a bundle was built.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct TestSummary {
    /// How many were run.
    pub run: u32,
    /// How many passed.
    pub passed: u32,
}

/// A unit and the order of its rules.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct UnitOrder {
    /// The unit.
    pub unit: UnitKey,
    /// Whether it counts. What is signed says so, and the unit says it again.
    pub mode: Mode,
    /// Stage, module and position in the module of each of its rules, ascending.
    pub rules: Vec<RuleKey>,
}

/// Where a rule stands in the order within its unit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct RuleKey {
    /// Its stage.
    pub stage: Stage,
    /// Its module.
    pub module: String,
    /// Its position among the rules of its module, from 0.
    pub position: u32,
}

/// The thirteen stages, in their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub enum Stage {
    /// The engine's own: is the request of a version it knows.
    SchemaVersion,
    /// The engine's own: does the request have the declared shape.
    Structure,
    /// Who signed.
    Signature,
    /// Is it still valid.
    Expiry,
    /// When and how it was issued.
    Issuance,
    /// Is this the time for it.
    TimeWindow,
    /// Does the mandate cover it.
    Scope,
    /// With whom.
    Counterparty,
    /// How much.
    Amount,
    /// Was it seen before.
    Replay,
    /// Is what it rests on fresh.
    Freshness,
    /// Everything else.
    Policy,
    /// The score and the default.
    Risk,
}

impl Stage {
    /// All of them, in their order.
    pub const ALL: [Stage; 13] = [
        Stage::SchemaVersion,
        Stage::Structure,
        Stage::Signature,
        Stage::Expiry,
        Stage::Issuance,
        Stage::TimeWindow,
        Stage::Scope,
        Stage::Counterparty,
        Stage::Amount,
        Stage::Replay,
        Stage::Freshness,
        Stage::Policy,
        Stage::Risk,
    ];

    /// Its name in policies and decisions.
    pub fn name(self) -> &'static str {
        match self {
            Stage::SchemaVersion => "schema_version",
            Stage::Structure => "structure",
            Stage::Signature => "signature",
            Stage::Expiry => "expiry",
            Stage::Issuance => "issuance",
            Stage::TimeWindow => "time_window",
            Stage::Scope => "scope",
            Stage::Counterparty => "counterparty",
            Stage::Amount => "amount",
            Stage::Replay => "replay",
            Stage::Freshness => "freshness",
            Stage::Policy => "policy",
            Stage::Risk => "risk",
        }
    }
}

/// Whether a request to an action is in a category.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Condition {
    /// The category.
    pub category: CategoryId,
    /// The action.
    pub action: ActionId,
    /// Index into the codes of [`Bundle::condition_code`]; the code ends with `Answer`.
    pub code: u16,
}

/// What an action's amplifiers are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Score {
    /// The action.
    pub action: ActionId,
    /// Index into the codes of [`Bundle::condition_code`]; the code ends with `End`.
    pub code: u16,
}

/// One layer, compiled by itself.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Unit {
    /// Which layer.
    pub key: UnitKey,
    /// Whether it counts. A layer may have a unit of each mode.
    pub mode: Mode,
    /// The parameters it sets, sorted by parameter.
    pub sets: Vec<ParamSet>,
    /// The defaults it sets, sorted by action.
    pub defaults: Vec<(ActionId, Disposition)>,
    /// The thresholds of the score that it lowers.
    pub thresholds: Thresholds,
    /// Its rules, sorted by [`RuleKey`].
    pub rules: Vec<Rule>,
    /// Of a user's unit, the groups of actions that its rules and defaults name by a star, as they are written (`pay.*`, or `*` for all), sorted: it
    /// depends on which actions these are. Empty for others.
    pub groups: Vec<String>,
    /// Their code.
    pub code: CodeBlock,
    /// Where the code comes from; empty where nobody is to know.
    pub map: UnitMap,
    /// Of a user's unit, the source files it comes from, as in [`Manifest::sources`]; empty for others.
    pub sources: Vec<(String, [u8; 32])>,
}

/// The thresholds of the score that a layer sets, none above those of the schema. In force is the lowest of all layers that apply.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Thresholds {
    /// The score from which a person is asked, 1 to 100.
    pub step_up: Option<u8>,
    /// The score from which an action is refused, 1 to 100.
    pub deny: Option<u8>,
}

/// A parameter that a layer sets.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct ParamSet {
    /// The parameter.
    pub param: ParamId,
    /// Its value.
    pub value: ParamValue,
}

/// A rule.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Rule {
    /// Its name within its module.
    pub name: String,
    /// Where it stands in the order.
    pub key: RuleKey,
    /// The documentation above it.
    pub docs: String,
    /// The controls it cites, as they are numbered in [`Manifest::controls`]; each once, in the order in which it cites them.
    pub cites: Vec<u16>,
    /// The source file, as in [`Manifest::sources`], and the line it starts on.
    pub source: (String, u32),
    /// Its code for each action it concerns, sorted by action: index into the codes of the unit.
    pub entries: Vec<(ActionId, u16)>,
    /// Its statements that have an effect, in order.
    pub statements: Vec<Statement>,
    /// What lifts its soft statements; where several hold, the first does.
    pub exceptions: Vec<Exception>,
}

/// What lifts the soft statements of a rule for a while.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Exception {
    /// Its name within its module.
    pub name: String,
    /// Its module.
    pub module: String,
    /// The layer it stands in: it holds only where that one applies.
    pub layer: UnitKey,
    /// Whether that layer counts: what is granted in an observed one lifts only what is observed.
    pub mode: Mode,
    /// Who granted it.
    pub granted_by: String,
    /// Why.
    pub because: String,
    /// The last millisecond in which it holds, since 1970 UTC.
    pub expires: i64,
    /// Its condition for each action that the rule concerns, sorted by action: index into the codes of the unit; a code ends with `Answer`.
    pub entries: Vec<(ActionId, u16)>,
}

impl Unit {
    /// The layer as it is called where its mode matters: `category gambling observe`.
    pub fn layer(&self, schema: &Schema) -> String {
        self.key.layer_in(self.mode, schema)
    }

    /// Whether it counts among the layers. The base does: where it is observed, so are all layers together, and the bundle says so.
    pub fn counts(&self) -> Mode {
        if self.key == UnitKey::Base { Mode::Enforced } else { self.mode }
    }

    /// Whether anything of it runs.
    pub fn has_code(&self) -> bool {
        !self.rules.is_empty() || !self.code.codes.is_empty()
    }
}

impl Exception {
    /// The last day on which it holds, as `2027-03-31`.
    pub fn last_day(&self) -> String {
        let moment = render_timestamp(self.expires);
        moment.split('T').next().unwrap_or_default().to_owned()
    }
}

/// A statement that has an effect.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Statement {
    /// Which effect.
    pub effect: Effect,
    /// The reason code it gives; none for `flag` and `amplify`, which give none.
    pub reason: Option<ReasonId>,
    /// The code that the agent is told instead.
    pub told_as: Option<ReasonId>,
    /// Its message; empty where the code's own text serves.
    pub message: Vec<Piece>,
    /// How many of the site's arguments, the last ones, are the ids of those whose approval does not count: texts.
    pub others: u8,
    /// The line it starts on.
    pub line: u32,
}

/// What a statement does when it fires.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Effect {
    /// Refuses: `require` and `deny`.
    Deny,
    /// Asks.
    StepUp(Approver),
    /// Adds points to the score.
    Risk(u8),
    /// Raises a flag.
    Flag(FlagId),
    /// Adds points to an amplifier.
    Amplify(AmplifierId, u8),
    /// Obliges the caller to do something.
    Oblige {
        /// What must be done, by name.
        id: String,
        /// Which of the site's arguments, a timestamp, is the moment until when.
        by: Option<u8>,
    },
}

/// A piece of a message.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Piece {
    /// Text.
    Text(String),
    /// The site's argument of this number.
    Argument(u8),
}
