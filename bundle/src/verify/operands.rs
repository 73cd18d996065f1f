//! The types of what operators take and give.

use crate::form::Form;
use crate::instr::{Arith, CivilOp, TextOp};
use crate::schema::SlotType;

/// The types of the result and of the operand.
pub(super) fn civil_types(op: CivilOp) -> (SlotType, SlotType) {
    match op {
        CivilOp::Date => (SlotType::Date, SlotType::Timestamp),
        CivilOp::TimeOfDay => (SlotType::TimeOfDay, SlotType::Timestamp),
        CivilOp::Weekday => (SlotType::Weekday, SlotType::Date),
    }
}

/// The type of what a text is asked about.
pub(super) fn part_of(op: TextOp) -> SlotType {
    match op {
        TextOp::StartsWith | TextOp::EndsWith | TextOp::Contains => SlotType::Text,
        TextOp::Matches => SlotType::Pattern,
        TextOp::Below => SlotType::Form(Form::Domain),
        TextOp::Inside => SlotType::Form(Form::Cidr),
    }
}

/// The types of the result and of the two operands.
pub(super) fn arith_types(op: Arith) -> [SlotType; 3] {
    use SlotType::{Date, Decimal, Duration, Int, Money, Timestamp};
    match op {
        Arith::AddInt | Arith::SubInt | Arith::MulInt | Arith::DivInt => [Int, Int, Int],
        Arith::AddDecimal | Arith::SubDecimal | Arith::MulDecimal | Arith::DivDecimal => {
            [Decimal, Decimal, Decimal]
        }
        Arith::AddMoney | Arith::SubMoney => [Money, Money, Money],
        Arith::MulMoney | Arith::DivMoney => [Money, Money, Decimal],
        Arith::RatioMoney => [Decimal, Money, Money],
        Arith::AddTime | Arith::SubTime => [Timestamp, Timestamp, Duration],
        Arith::Elapsed => [Duration, Timestamp, Timestamp],
        Arith::AddDuration | Arith::SubDuration => [Duration, Duration, Duration],
        Arith::MulDuration => [Duration, Duration, Int],
        Arith::AddDays | Arith::SubDays | Arith::AddMonths | Arith::SubMonths => [Date, Date, Int],
        Arith::DaysBetween => [Int, Date, Date],
    }
}
