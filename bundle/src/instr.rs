//! The instruction set.
//!
//! A register machine over typed slots. A register is an index into one frame: below [`TEMPORARIES`] it is a temporary
//! of the running code, from there on it is a slot of the request, which no instruction writes. Jumps go forward only; the one way
//! back is [`Instr::Repeat`], to a [`Instr::Loop`] over a collection whose size is bounded. So every code ends, and
//! its longest run can be counted before it starts.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::form::Part;
use crate::schema::{AmplifierId, CalendarId, FactId, ParamId};
use crate::shape::SourcePart;

/// A register.
pub type Reg = u16;
/// The index of an instruction within its code.
pub type Pc = u16;
/// Registers below this number are temporaries; register `TEMPORARIES + n` is slot n of the request.
pub const TEMPORARIES: Reg = 1024;

/// An instruction. The first operand is where the result goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
#[expect(missing_docs, reason = "each variant's line names its operands")]
pub enum Instr {
    /// `to = constants[constant]`
    Constant { to: Reg, constant: u16 },
    /// `to = from`
    Copy { to: Reg, from: Reg },
    /// Goes on at `target`, which lies ahead.
    Jump { target: Pc },
    /// Goes on at `target` where `condition` is true.
    JumpIf { condition: Reg, target: Pc },
    /// Goes on at `target` where `condition` is false.
    JumpUnless { condition: Reg, target: Pc },
    /// Where `index` (an `Int`) has reached the length of `list` (a list, a set, or a map with its entries): goes on at `exit`. Otherwise copies the slots of that element to the
    /// registers from `element` on, and counts `index` up. A constant 0 is loaded to `index` in the straight run of instructions that leads
    /// here, and nothing within the loop writes it. `exit` is the instruction after the loop's `Repeat`.
    Loop { list: Reg, index: Reg, element: Reg, exit: Pc },
    /// Goes back to the `Loop` at `head`.
    Repeat { head: Pc },
    /// `to = not from`
    Not { to: Reg, from: Reg },
    /// `to = left op right`, both of `kind`. Money of two currencies stops with `CurrencyMismatch`.
    Compare { op: Comparison, kind: Kind, to: Reg, left: Reg, right: Reg },
    /// `to = left op right`, exact; what does not fit stops with `Arithmetic`.
    Arith { op: Arith, to: Reg, left: Reg, right: Reg },
    /// `to = -from`, of kind `Int` (also durations), `Decimal` or `Money`.
    Negate { kind: Kind, to: Reg, from: Reg },
    /// The `Int` as a `Decimal`.
    ToDecimal { to: Reg, from: Reg },
    /// What the calendar says of a moment or a day. A moment outside the years that can be written stops with `Arithmetic`.
    Civil { op: CivilOp, to: Reg, from: Reg },
    /// What a calendar says of a Date in `left` and a Date or an Int in `right`. A day that it does not know of stops with `Arithmetic`.
    Business { op: BusinessOp, to: Reg, calendar: CalendarId, left: Reg, right: Reg },
    /// `to = item is in collection`, a list (searched through) or a set (sorted). Money of another currency is not equal.
    Contains { kind: Kind, to: Reg, item: Reg, collection: Reg },
    /// The number of elements, or of entries, as an `Int`.
    Length { to: Reg, collection: Reg },
    /// `to` = whether the map has an entry with this key; the `width` registers after it are its value, or zero.
    Lookup { to: Reg, map: Reg, key: Reg, width: u16 },
    /// The `width` registers from `to` on = this part of a sourced value. The value of what is withheld stops with `Arithmetic`.
    Source { part: SourcePart, to: Reg, from: Reg, width: u16 },
    /// Adds `value` (of kind `Int`, `Decimal` or `Money`) to the running sum in `sum`; for money, `currency` (a Money register that starts as
    /// its zero, which has no currency) takes the first amount's currency, and another currency stops with `CurrencyMismatch`. For other
    /// kinds `currency` is not looked at.
    Accumulate { kind: Kind, sum: Reg, currency: Reg, value: Reg },
    /// The running sum as a value of `kind`; what does not fit stops with `Arithmetic`; money over nothing with `EmptyCollection`.
    Total { kind: Kind, to: Reg, sum: Reg, currency: Reg },
    /// `to = text op part`, by bytes.
    Text { op: TextOp, to: Reg, text: Reg, part: Reg },
    /// `to` = this part of a URL or a mail address.
    Part { part: Part, to: Reg, from: Reg },
    /// `to` = the text with the letters A to Z in lower case.
    LowerAscii { to: Reg, text: Reg },
    /// `to = text op part` for any of the parts in a collection, which is searched through. Only [`TextOp::Below`] and [`TextOp::Inside`].
    Within { op: TextOp, to: Reg, text: Reg, parts: Reg },
    /// The value in force of a parameter that is not money.
    Param { to: Reg, param: ParamId },
    /// The value in force of a money parameter, in the currency of the register `like`; without one stops with `CurrencyMismatch`.
    ParamMoney { to: Reg, param: ParamId, like: Reg },
    /// What the host found for the fact asked with the arguments in the registers from `arguments` on (one each), copied to the
    /// registers from `to` on as its result type is laid out. Not supplied: stops with `FactUnavailable`.
    Fact { to: Reg, fact: FactId, arguments: Reg },
    /// Stops with this failure.
    Fail { failure: Failure },
    /// Refuses, with the outcome described by `sites[site]`, and ends the evaluation.
    Deny { site: u16 },
    /// Asks for approval, and goes on.
    StepUp { site: u16 },
    /// Adds what the statement says to the score: points, a flag, or points of an amplifier. Goes on.
    Risk { site: u16 },
    /// Obliges the caller to do what the statement says, and goes on.
    Oblige { site: u16 },
    /// The amplifier is what the Decimal in `from` says, held within 0 and 100. Stands in the codes of scores only.
    Amplifier { amplifier: AmplifierId, from: Reg },
    /// Ends a condition with its answer.
    Answer { from: Reg },
    /// Ends a rule or a score.
    End,
}

/// What the calendar is asked, in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub enum CivilOp {
    /// The Date of a Timestamp
    Date,
    /// The TimeOfDay of a Timestamp
    TimeOfDay,
    /// The Weekday of a Date
    Weekday,
}

/// What a calendar of working days is asked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub enum BusinessOp {
    /// How many working days lie after a Date and not after another, an Int
    Between,
    /// The Date that is so many working days after a Date
    Add,
}

/// What two operands are compared as. `Int` also stands for timestamps, durations, dates, times of day and days of the week; `Bits` for
/// Bool, Country, TimeZone and Enum.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub enum Kind {
    /// As they are: Bool, Country, TimeZone, Enum (order: that of the declaration).
    Bits,
    /// As signed 64-bit integers: Int, Timestamp, Duration, Date, TimeOfDay, Weekday.
    Int,
    /// As decimals.
    Decimal,
    /// As amounts of one currency.
    Money,
    /// As bytes: texts, also those of a form.
    Text,
}

/// A comparison; the other two are these with their operands exchanged.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
}

/// Arithmetic with its operand types. Everything is checked; decimals and money round half to even.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub enum Arith {
    /// Int + Int
    AddInt,
    /// Int - Int
    SubInt,
    /// Int * Int
    MulInt,
    /// Int div Int, towards zero
    DivInt,
    /// Decimal + Decimal
    AddDecimal,
    /// Decimal - Decimal
    SubDecimal,
    /// Decimal * Decimal
    MulDecimal,
    /// Decimal / Decimal
    DivDecimal,
    /// Money + Money
    AddMoney,
    /// Money - Money
    SubMoney,
    /// Money * Decimal
    MulMoney,
    /// Money / Decimal
    DivMoney,
    /// Money / Money, a Decimal
    RatioMoney,
    /// Timestamp + Duration
    AddTime,
    /// Timestamp - Duration
    SubTime,
    /// Timestamp - Timestamp, a Duration
    Elapsed,
    /// Duration + Duration
    AddDuration,
    /// Duration - Duration
    SubDuration,
    /// Duration * Int
    MulDuration,
    /// Date + Int days
    AddDays,
    /// Date - Int days
    SubDays,
    /// Date + Int months, the last day of the month where it is shorter
    AddMonths,
    /// Date - Int months, likewise
    SubMonths,
    /// Date - Date, an Int of days
    DaysBetween,
}

/// What is asked of a text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub enum TextOp {
    /// Whether it starts with the part.
    StartsWith,
    /// Whether it ends with the part.
    EndsWith,
    /// Whether the part stands anywhere in it.
    Contains,
    /// Whether the whole of it is one of the texts that a pattern describes.
    Matches,
    /// Of two domains: whether it is the other or below it.
    Below,
    /// Of an address or a network, and a network: whether it is in the network.
    Inside,
}

/// Why an evaluation could not go on. Each refuses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum Failure {
    /// A number does not fit, a division by zero, or what is withheld was read: `EVALUATION_ERROR`.
    Arithmetic,
    /// `CURRENCY_MISMATCH`.
    CurrencyMismatch,
    /// `FACT_UNAVAILABLE`.
    FactUnavailable,
    /// `EMPTY_COLLECTION`.
    EmptyCollection,
}
