//! Code as a bundle holds it: instructions, the constants that they load, and the places at which they have effects.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::instr::{Instr, Reg};
use crate::schema::{Scalar, SlotType};

/// Codes with the constants they share.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct CodeBlock {
    /// Constants, each once.
    pub constants: Vec<Constant>,
    /// Codes, each once.
    pub codes: Vec<Code>,
}

/// A constant as code loads it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum Constant {
    /// One value.
    Scalar(Scalar),
    /// Distinct values of one type, sorted: the element type is the type of the slot that the constant loads.
    Set(SlotType, Vec<Scalar>),
}

/// The code of a rule for an action, or of a condition.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Code {
    /// The types of its temporaries, from register 0 on. Each starts as the zero of its type.
    pub temporaries: Vec<SlotType>,
    /// Its instructions.
    pub instrs: Vec<Instr>,
    /// Where it has effects.
    pub sites: Vec<Site>,
}

/// A place in a code where a statement has its effect.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct Site {
    /// The statement of the rule.
    pub statement: u16,
    /// The values that its message shows.
    pub arguments: Vec<Argument>,
}

/// A value shown in a message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub struct Argument {
    /// Where it is.
    pub register: Reg,
    /// The type of that register: a scalar.
    pub ty: SlotType,
    /// A Bool register that says whether it is there; shown as `(absent)` where it is not.
    pub present: Option<Reg>,
}
