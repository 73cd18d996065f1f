//! Tool calls: which action a call is, and where that action's fields come from.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::currency::Currency;
use crate::schema::{ActionId, RecordId, Scalar, TypeId};

/// The action that a call is where nothing says what it is, if it is declared.
pub const UNCLASSIFIED: &str = "unknown.unclassified";
/// Its fields, in their order: the tool, the server it is of, what was sent, and the member of it that nothing reads.
pub const UNCLASSIFIED_FIELDS: [&str; 4] = ["tool", "server", "input_digest", "unread"];
/// The most bytes of a tool's name.
pub const MAX_TOOL: usize = 200;

/// What the calls of tools are.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Tools {
    /// What each tool's calls are; sorted by tool, those with a condition first.
    pub normalizers: Vec<Normalizer>,
    /// The action [`UNCLASSIFIED`].
    pub unclassified: Option<ActionId>,
}

/// Members of the input, one inside the other; at least one. [`EACH`] stands for each element of a list.
pub type InputPath = Vec<String>;
/// The step of a path from a list to each of its elements. No author can write it as the name of a member.
pub const EACH: &str = "[]";

/// What the calls of one tool are.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Normalizer {
    /// `server/tool`, or the name of a tool that is built into the host.
    pub tool: String,
    /// The action.
    pub action: ActionId,
    /// Which calls; all of them without one.
    pub when: Option<InputCondition>,
    /// Where the fields come from, sorted by target. A field that is not among them is absent.
    pub mappings: Vec<Mapping>,
    /// The members that are left aside, sorted.
    pub ignored: Vec<InputPath>,
}

/// Something that is read of a call.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum InputRead {
    /// A member of the input.
    Member(InputPath),
    /// What a reader says of one.
    Asked(Asked),
}

/// What a reader of `lictor-commands` says of a member of the input: `shell(input.command).act`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct Asked {
    /// The reader.
    pub reader: String,
    /// The member.
    pub of: InputPath,
    /// What it is asked for.
    pub field: String,
}

/// Which calls. Where something that is read is not there though the record's field must be, or is of another type, the condition does not
/// hold.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct InputCondition {
    /// What the condition reads, in the order of the record's fields.
    pub reads: Vec<InputRead>,
    /// A record whose fields have the types that this is read as.
    pub record: RecordId,
    /// Its code, among that of the conditions, over that record.
    pub code: u16,
}

/// Where a field comes from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct Mapping {
    /// The number of the action's own field, then those of fields inside it.
    pub target: Vec<u16>,
    /// Where its value comes from.
    pub source: Source,
    /// Whether it may not be there; then the field is absent.
    pub optional: bool,
}

/// Where a value comes from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum Source {
    /// A member of the input, read as this type.
    Input(InputPath, TypeId),
    /// A constant.
    Constant(Scalar),
    /// An amount in two members.
    Money {
        /// The amount, in whole units or in minor ones.
        amount: InputPath,
        /// Whether it is in minor units.
        minor: bool,
        /// The currency.
        currency: CurrencySource,
        /// How many times the amount, a whole number; once without it.
        times: Option<InputPath>,
    },
    /// A text that is put together. It begins and ends with either, and no two of a kind stand beside each other. Different members
    /// give different texts: the sign at either end of what stands between two members may be in neither of them.
    Text(Vec<Piece>),
    /// What a reader says, read as this type.
    Asked(Asked, TypeId),
    /// A list or set that is put together of these, at least one. A member that is not there adds nothing.
    List(Vec<Part>),
    /// How many elements a list has.
    Size(InputPath),
    /// The SHA-256 of a text, in UTF-8.
    Digest(InputPath),
}

/// A part of a list that is put together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum Part {
    /// A member that is an element, read as this type; or, behind [`EACH`], one of each element of a list.
    One(InputPath, TypeId),
    /// A member that is a list of this type: all its elements.
    All(InputPath, TypeId),
}

/// A piece of a text that is put together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum Piece {
    /// What always stands there; not empty.
    Text(String),
    /// A member of the input: a text that is not empty, or a whole number as it is written in decimal.
    Input(InputPath),
}

/// Where the currency of an amount comes from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum CurrencySource {
    /// A member of the input, a code in capitals or in small letters.
    Input(InputPath),
    /// Always this one.
    Constant(Currency),
}

impl Source {
    /// The members that it reads.
    pub fn reads(&self) -> Vec<&InputPath> {
        match self {
            Source::Input(path, _) => vec![path],
            Source::Constant(_) => Vec::new(),
            Source::Asked(asked, _) => vec![&asked.of],
            Source::Money { amount, currency, times, .. } => {
                let currency = match currency {
                    CurrencySource::Input(currency) => Some(currency),
                    CurrencySource::Constant(_) => None,
                };
                [Some(amount), currency, times.as_ref()].into_iter().flatten().collect()
            }
            Source::Text(pieces) => pieces.iter().filter_map(Piece::input).collect(),
            Source::List(parts) => parts.iter().map(Part::path).collect(),
            Source::Size(path) | Source::Digest(path) => vec![path],
        }
    }
}

impl InputRead {
    /// The member of the input that it is read from.
    pub fn member(&self) -> &InputPath {
        match self {
            InputRead::Member(path) => path,
            InputRead::Asked(asked) => &asked.of,
        }
    }
}

impl Part {
    /// The member that it reads.
    pub fn path(&self) -> &InputPath {
        match self {
            Part::One(path, _) | Part::All(path, _) => path,
        }
    }
}

impl Asked {
    /// Whether both are answered by asking once.
    pub fn is_together_with(&self, other: &Asked) -> bool {
        self.reader == other.reader && self.of == other.of
    }

    /// The question, without what it is asked for: `shell(input.command)`.
    pub fn question(&self) -> String {
        format!("{}(input.{})", self.reader, written(&self.of))
    }
}

impl fmt::Display for InputRead {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InputRead::Member(path) => write!(out, "input.{}", written(path)),
            InputRead::Asked(asked) => asked.fmt(out),
        }
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.question(), self.field)
    }
}

/// A path as authors write it: `attendees.each.email`.
pub fn written(path: &[String]) -> String {
    let steps = path.iter().map(|step| if step == EACH { "each" } else { step.as_str() });
    steps.collect::<Vec<_>>().join(".")
}

impl Piece {
    /// The member, where it is one.
    pub fn input(&self) -> Option<&InputPath> {
        match self {
            Piece::Text(_) => None,
            Piece::Input(path) => Some(path),
        }
    }
}

/// The bytes that a text has at least that is put together of these: each member has one.
pub fn least(pieces: &[Piece]) -> usize {
    let bytes = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => text.len(),
        Piece::Input(_) => 1,
    });
    bytes.fold(0, usize::saturating_add)
}

/// The signs that the member at a place of a text may not have: those that stand between it and another member.
pub fn between(pieces: &[Piece], at: usize) -> impl Iterator<Item = char> {
    let text = |at: Option<usize>| match pieces.get(at?)? {
        Piece::Text(text) => Some(text.as_str()),
        Piece::Input(_) => None,
    };
    let before = text(at.checked_sub(1)).filter(|_| at >= 2).and_then(|text| text.chars().next_back());
    let behind = text(at.checked_add(1)).filter(|_| at.saturating_add(2) < pieces.len());
    before.into_iter().chain(behind.and_then(|text| text.chars().next()))
}

impl Normalizer {
    /// What readers are asked for, by the condition and by the fields.
    pub fn asks(&self) -> impl Iterator<Item = &Asked> {
        let reads = self.when.iter().flat_map(|when| &when.reads).filter_map(|read| match read {
            InputRead::Member(_) => None,
            InputRead::Asked(asked) => Some(asked),
        });
        reads.chain(self.mappings.iter().filter_map(|mapping| match &mapping.source {
            Source::Asked(asked, _) => Some(asked),
            _ => None,
        }))
    }

    /// The members whose whole value is read or left aside. Every other member of the input, and of the objects that lead to one of
    /// these, is one that nothing reads.
    pub fn leaves(&self) -> impl Iterator<Item = &InputPath> {
        self.mappings.iter().flat_map(|mapping| mapping.source.reads()).chain(&self.ignored)
    }
}
