//! Where the code of a unit comes from: what lets a decision be explained in the words in which its policy was written.
//!
//! Deciding never looks at it, and a unit may come without one. What it adds to a bundle are the texts of statements (without comments)
//! and, for each rule and action, the places in the code at which the value of an expression is known. A
//! file is named by its path within the project, whose digest stands in the manifest.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::instr::{Comparison, Pc, Reg, TextOp};
use crate::schema::{FactId, ParamId, SlotType};

/// How deep expressions may nest in a map; what lies deeper is left out of it.
pub const MAX_NESTING: u16 = 200;

/// The map of a unit.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct UnitMap {
    /// The files that the unit's lines stand in, as in [`Manifest::sources`](crate::program::Manifest::sources).
    pub files: Vec<String>,
    /// Texts that nodes are pieces of.
    pub texts: Vec<Text>,
    /// Where each parameter is set, in the order of the unit's settings: file and line.
    pub sets: Vec<(u16, u32)>,
    /// The unit's rules, in their order. Empty where there is no map.
    pub rules: Vec<RuleMap>,
}

/// A piece of a source: a statement, a condition, the body of a function. White space is one blank, comments are left out.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Text {
    /// Index into [`UnitMap::files`].
    pub file: u16,
    /// The line on which it begins.
    pub line: u32,
    /// What stands there.
    pub text: String,
}

/// The map of a rule.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct RuleMap {
    /// Its expressions: a node stands before those inside it.
    pub nodes: Vec<Node>,
    /// Its statements in their order, those inside a `when` after it.
    pub steps: Vec<Step>,
    /// The marks in the code of each action, in the order of the rule's entries; each sorted by instruction.
    pub entries: Vec<Vec<Mark>>,
}

/// An expression.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// The type of its value, where that is a single one; of an optional, what it holds.
    pub ty: Option<SlotType>,
    /// Whether it reads what is marked `secret`, or what was made of that: its value is shown to nobody.
    pub secret: bool,
    /// How many nodes it has, itself included: those inside it follow it.
    pub size: u16,
    /// Index into [`UnitMap::texts`].
    pub text: u32,
    /// The bytes of that text that it is.
    pub bytes: (u16, u16),
}

/// What an expression is.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum NodeKind {
    /// Both; the second is evaluated only where the first is true.
    And,
    /// Either; the second is evaluated only where the first is false.
    Or,
    /// The opposite.
    Not,
    /// A condition, and two values of which one is taken.
    If,
    /// A function's argument, then what it is used in.
    Let,
    /// Whether what stands inside is there.
    Present,
    /// A value, or a second one where it is absent.
    Otherwise,
    /// Two sides.
    Compare(Comparison),
    /// An item, the lower end and the upper end.
    Between {
        /// Whether the upper end counts.
        closed: bool,
    },
    /// An item and a collection.
    In,
    /// A text and a part.
    Text(TextOp),
    /// A collection, then what is asked of each element.
    Each(Each),
    /// A field of the request, by its path: `amount`, `agent.id`.
    Path(String),
    /// What a name stands for, or a field of it: the node that the name was given to (for an element, the quantifier), and the path from there.
    Local(u16, String),
    /// A parameter.
    Param(ParamId),
    /// A fact, with its arguments.
    Fact(FactId),
    /// `true` or `false`: often no more than a way to go on.
    Bool(bool),
    /// Another constant.
    Constant,
    /// Anything else, with what it is computed from.
    Other,
}

/// A quantifier.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Each {
    /// True for all elements; ends at the first of which it is not.
    All,
    /// True for one element; ends at it.
    Any,
    /// Of how many it is true.
    Count,
    /// The sum.
    Sum,
}

/// A statement.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Step {
    /// What it is.
    pub kind: StepKind,
    /// How many `when` it stands in.
    pub depth: u8,
    /// Its text: of a `let` its value, of a `when` its condition, of others the whole. Index into [`UnitMap::texts`].
    pub text: u32,
    /// Its condition, or the value of a `let`.
    pub node: Option<u16>,
}

/// What a statement is.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum StepKind {
    /// A value with a name.
    Let(String),
    /// What holds under a condition.
    When,
    /// A statement with an effect.
    Effect {
        /// Index into the rule's statements.
        statement: u16,
        /// The value of its condition for which it fires.
        on: bool,
    },
}

/// A place in a code.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Mark {
    /// The instruction that stands there. The mark holds before it runs.
    pub pc: Pc,
    /// The node that it is about.
    pub node: u16,
    /// What is known there.
    pub what: Known,
}

/// What is known at a mark.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Known {
    /// The node's value.
    Value {
        /// Where it lies, where it is a single one.
        register: Option<Reg>,
        /// It is there where all these Bools are true.
        present: Vec<Reg>,
        /// Whether this holds only where the instruction before has just run, and not where a jump leads here.
        falling: bool,
    },
    /// The instruction is the node's loop: what is known of the nodes inside it belongs to the element before.
    Loop,
}

impl UnitMap {
    /// The text of a node.
    pub fn text_of(&self, node: &Node) -> &str {
        let text = self.texts.get(node.text as usize).map_or("", |text| text.text.as_str());
        text.get(usize::from(node.bytes.0)..usize::from(node.bytes.1)).unwrap_or("")
    }

    /// Whether a conjunction was written `a unless b`: the `not` that its second side is was not written then.
    pub fn is_unless(&self, map: &RuleMap, node: u16) -> bool {
        let text = |node: u16| map.nodes.get(usize::from(node)).map(|node| self.text_of(node));
        let sides = text(node).zip(map.children(node).nth(1).and_then(text));
        let before = sides.and_then(|(whole, right)| whole.get(..whole.rfind(right)?));
        before.is_some_and(|before| before.trim_end_matches(['(', ' ']).ends_with("unless"))
    }

    /// The file and the line of a text.
    pub fn place_of(&self, text: u32) -> Option<(&str, u32)> {
        let text = self.texts.get(text as usize)?;
        Some((self.files.get(usize::from(text.file))?, text.line))
    }
}

impl RuleMap {
    /// The nodes right inside one.
    pub fn children(&self, node: u16) -> impl Iterator<Item = u16> + '_ {
        let end = self.nodes.get(usize::from(node)).map_or(node, |of| node.saturating_add(of.size));
        let mut next = node.saturating_add(1);
        std::iter::from_fn(move || {
            let child = (next < end).then_some(next)?;
            next = next.saturating_add(self.nodes.get(usize::from(child))?.size.max(1));
            Some(child)
        })
    }
}
