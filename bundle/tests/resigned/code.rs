//! Instructions, registers, jumps, loops and operands.

use std::sync::Arc;

use lictor_bundle::instr::{Arith, BusinessOp, CivilOp, Comparison, Instr, Kind, TextOp};
use lictor_bundle::marks::Marks;
use lictor_bundle::program::*;
use lictor_bundle::schema::*;
use lictor_bundle::shape::SourcePart;

use crate::Group;
use crate::builder::{AMOUNT, BEYOND, CART, NOTE, NOTE_THERE, TEXT};

/// Changes one instruction of the rule `cart_is_listed`:
/// `0 r0 = 0 | 1 r3 = param | 2 for r1.. in cart by r0 | 3 r4 = r1 in r3 | 4 unless r4 goto 7 | 5 repeat | 6 end | 7 deny`.
fn put(bundle: &mut Bundle, pc: usize, instr: Instr) {
    first(bundle).instrs[pc] = instr;
}

fn first(bundle: &mut Bundle) -> &mut Code {
    &mut bundle.units[0].code.codes[0]
}

pub const GROUPS: [Group; 3] = [
    Group {
        name: "code",
        prepare: |_| (),
        cases: &[
            ("an end in the middle of nowhere", "B0130", |b| put(b, 7, Instr::Copy { to: 4, from: 4 })),
            ("no instruction at all", "B0130", |b| first(b).instrs.clear()),
            ("an answer in a rule", "B0130", |b| put(b, 6, Instr::Answer { from: 4 })),
            ("an amplifier in a rule", "B0130", |b| {
                b.schema.amplifiers.push(Weight { name: "amount".to_owned(), weight: 0 });
                first(b).temporaries.push(SlotType::Decimal);
                put(b, 1, Instr::Amplifier { amplifier: 0, from: 5 });
            }),
            ("a refusal in a condition", "B0130", |b| {
                b.condition_code.codes[0].sites.push(Site { statement: 0, arguments: vec![] });
                b.condition_code.codes[0].instrs[2] = Instr::Deny { site: 0 };
            }),
            ("a parameter in a condition", "B0130", |b| {
                b.condition_code.codes[0].temporaries.push(SlotType::Set(TEXT));
                b.condition_code.codes[0].instrs[0] = Instr::Param { to: 2, param: 0 };
            }),
            ("more instructions than can be numbered", "B0130", |b| {
                first(b).instrs.resize(65_536, Instr::End);
            }),
            ("a register out of range", "B0131", |b| put(b, 3, Instr::Copy { to: 5, from: 4 })),
            ("the last register of all", "B0131", |b| put(b, 3, Instr::Not { to: 4, from: u16::MAX })),
            ("a slot behind the request", "B0131", |b| put(b, 3, Instr::Not { to: 4, from: BEYOND })),
            ("a slot of the request written", "B0131", |b| put(b, 1, Instr::Copy { to: AMOUNT, from: 2 })),
            ("a register of another type", "B0131", |b| put(b, 3, Instr::Not { to: 4, from: 0 })),
            ("a result of another type", "B0131", |b| put(b, 1, Instr::Length { to: 4, collection: CART })),
            ("compared as another kind", "B0131", |b| {
                put(
                    b,
                    3,
                    Instr::Compare { op: Comparison::Equal, kind: Kind::Text, to: 4, left: 2, right: 2 },
                );
            }),
            ("two operands of two types", "B0131", |b| {
                put(
                    b,
                    3,
                    Instr::Compare { op: Comparison::Equal, kind: Kind::Money, to: 4, left: 2, right: 1 },
                );
            }),
            ("texts added up", "B0131", |b| {
                put(b, 1, Instr::Arith { op: Arith::AddMoney, to: 2, left: 1, right: 1 })
            }),
            ("the day of no moment", "B0131", |b| {
                put(b, 1, Instr::Civil { op: CivilOp::Date, to: 0, from: 0 })
            }),
            ("a sum that is none", "B0131", |b| {
                put(b, 1, Instr::Accumulate { kind: Kind::Int, sum: 0, currency: 2, value: 0 });
            }),
            ("a pattern that is a text", "B0131", |b| {
                put(b, 3, Instr::Text { op: TextOp::Matches, to: 4, text: 1, part: 1 });
            }),
            ("an element put over other registers", "B0131", |b| {
                put(b, 2, Instr::Loop { list: CART, index: 0, element: 4, exit: 6 });
            }),
            ("a temporary of a type that is not there", "B0131", |b| {
                first(b).temporaries.push(SlotType::List(99));
            }),
            ("too many temporaries", "B0131", |b| first(b).temporaries.resize(1_025, SlotType::Bool)),
            ("a message with a register that is not there", "B0131", |b| {
                first(b).sites[0].arguments[0].register = 99;
            }),
            ("a message with a collection", "B0131", |b| {
                first(b).sites[0].arguments[0] =
                    Argument { register: 3, ty: SlotType::Set(TEXT), present: None };
            }),
            ("arguments beyond the last register", "B0131", |b| {
                put(b, 1, Instr::Fact { to: 4, fact: 0, arguments: u16::MAX });
            }),
            ("an answer beyond the last register", "B0131", |b| {
                put(b, 1, Instr::Fact { to: u16::MAX, fact: 0, arguments: 1 });
            }),
            ("an element beyond the last register", "B0131", |b| {
                put(b, 2, Instr::Loop { list: CART, index: 0, element: u16::MAX, exit: 6 });
            }),
            ("a jump back", "B0132", |b| put(b, 4, Instr::Jump { target: 3 })),
            ("a jump to itself", "B0132", |b| put(b, 4, Instr::Jump { target: 4 })),
            ("a jump past the end", "B0132", |b| put(b, 4, Instr::JumpIf { condition: 4, target: 8 })),
            ("a jump as far as can be", "B0132", |b| {
                put(b, 4, Instr::JumpUnless { condition: 4, target: u16::MAX });
            }),
            ("a jump into a loop", "B0132", |b| put(b, 1, Instr::Jump { target: 3 })),
            ("a loop without an end", "B0133", |b| put(b, 5, Instr::Copy { to: 4, from: 4 })),
            ("a way back without a loop", "B0133", |b| put(b, 1, Instr::Repeat { head: 0 })),
            ("a way back to another place", "B0133", |b| put(b, 5, Instr::Repeat { head: 1 })),
            ("a way out to another place", "B0133", |b| {
                put(b, 2, Instr::Loop { list: CART, index: 0, element: 1, exit: 7 });
            }),
            ("a loop that does not begin at zero", "B0133", |b| put(b, 0, Instr::End)),
            ("a loop that begins anew at each turn", "B0133", |b| {
                put(b, 3, Instr::Constant { to: 0, constant: 0 })
            }),
            ("a loop that sometimes begins at zero", "B0133", |b| put(b, 1, Instr::Jump { target: 2 })),
            ("loops nested too deep", "B0133", |b| {
                let code = first(b);
                code.temporaries.resize(9, SlotType::Int);
                code.instrs.clear();
                for level in 0..4u16 {
                    code.instrs.push(Instr::Constant { to: 5 + level, constant: 0 });
                    let exit = 12 - level;
                    code.instrs.push(Instr::Loop { list: CART, index: 5 + level, element: 1, exit });
                }
                code.instrs.extend([7, 5, 3, 1].map(|head| Instr::Repeat { head }));
                code.instrs.push(Instr::Deny { site: 0 });
            }),
            ("no such constant", "B0134", |b| put(b, 0, Instr::Constant { to: 0, constant: 1 })),
            ("no such parameter", "B0134", |b| put(b, 1, Instr::Param { to: 3, param: 2 })),
            ("an amount read as a single value", "B0134", |b| put(b, 1, Instr::Param { to: 2, param: 1 })),
            ("a set read as an amount", "B0134", |b| {
                put(b, 1, Instr::ParamMoney { to: 2, param: 0, like: AMOUNT });
            }),
            ("no such fact", "B0134", |b| put(b, 1, Instr::Fact { to: 4, fact: 1, arguments: 1 })),
            ("no such site", "B0134", |b| put(b, 7, Instr::Deny { site: 1 })),
            ("no such calendar", "B0134", |b| {
                put(b, 1, Instr::Business { op: BusinessOp::Add, to: 0, calendar: 0, left: 0, right: 0 });
            }),
            ("an effect that is another", "B0135", |b| put(b, 1, Instr::Risk { site: 0 })),
            ("a site of no statement", "B0135", |b| first(b).sites[0].statement = 1),
            ("a message with more than it is given", "B0135", |b| first(b).sites[0].arguments.clear()),
            ("approvers that are no texts", "B0135", |b| {
                b.units[0].rules[2].statements[1].others = 1;
                b.units[0].code.codes[2].sites[1].arguments.push(Argument {
                    register: NOTE_THERE,
                    ty: SlotType::Bool,
                    present: None,
                });
            }),
            ("a time limit that is no moment", "B0135", |b| {
                b.units[0].rules[0].statements[0].effect =
                    Effect::Oblige { id: "log".to_owned(), by: Some(0) };
                put(b, 6, Instr::Oblige { site: 0 });
                put(b, 7, Instr::End);
            }),
            ("more steps than may be taken", "B0136", |b| {
                b.schema.types[13] = Type::List { element: 12, min: 1, max: u32::MAX };
            }),
        ],
    },
    Group {
        name: "code over a map and a sourced value",
        prepare: keyed,
        cases: &[
            ("a value wider than it is", "B0134", |b| {
                put(b, 3, Instr::Lookup { to: 4, map: BEYOND, key: 1, width: 2 })
            }),
            ("a value of no width", "B0134", |b| {
                put(b, 3, Instr::Lookup { to: 4, map: BEYOND, key: 1, width: 0 })
            }),
            ("a list looked up as a map", "B0131", |b| {
                put(b, 3, Instr::Lookup { to: 4, map: CART, key: 1, width: 1 })
            }),
            ("a key that is no text", "B0131", |b| {
                put(b, 3, Instr::Lookup { to: 4, map: BEYOND, key: 2, width: 1 })
            }),
            ("a result beyond all registers", "B0131", |b| {
                put(b, 3, Instr::Lookup { to: u16::MAX, map: BEYOND, key: 1, width: 1 });
            }),
            ("a part wider than it is", "B0134", |b| {
                put(b, 3, Instr::Source { part: SourcePart::Value, to: 5, from: BEYOND + 1, width: 2 });
            }),
            ("another part than there is room for", "B0131", |b| {
                put(b, 3, Instr::Source { part: SourcePart::State, to: 5, from: BEYOND + 1, width: 1 });
            }),
            ("the part of a value without a source", "B0131", |b| {
                put(b, 3, Instr::Source { part: SourcePart::Value, to: 5, from: NOTE, width: 1 });
            }),
            ("a map of what is no entry", "B0120", |b| {
                b.schema.records[6].fields[0].name = "name".to_owned()
            }),
            ("a key that may be absent", "B0120", |b| b.schema.records[6].fields[1].ty = 3),
            ("a source with another state", "B0120", |b| b.schema.enums[1].values.swap(0, 3)),
            ("a source without its parts", "B0120", |b| drop(b.schema.records[7].fields.pop())),
        ],
    },
    Group {
        name: "a pattern and a calendar",
        prepare: |b| {
            let pattern = lictor_bundle::pattern::Pattern {
                source: "a".to_owned(),
                columns: (0..=255).map(|byte| u8::from(byte == b'a')).collect(),
                width: 2,
                next: vec![0, 0, 0, 2, 0, 0],
                accepting: vec![2],
            };
            b.units[0].code.constants.push(Constant::Scalar(Scalar::Pattern(Arc::new(pattern))));
            b.schema.calendars.push(Calendar {
                name: "bank".to_owned(),
                from: 20_454,
                until: 20_818,
                weekend: vec![5, 6],
                holidays: vec![20_454],
            });
        },
        cases: &[
            ("a state that is not there", "B0123", |b| pattern(b).next[3] = 3),
            ("a column that is not there", "B0123", |b| pattern(b).columns[0] = 2),
            ("a byte without a column", "B0123", |b| pattern(b).columns.truncate(255)),
            ("no columns", "B0123", |b| pattern(b).width = 0),
            ("a table that is cut off", "B0123", |b| pattern(b).next.truncate(5)),
            ("a dead state that lives", "B0123", |b| pattern(b).next[0] = 1),
            ("one state only", "B0123", |b| pattern(b).next.truncate(2)),
            ("an end in no state", "B0123", |b| pattern(b).accepting[0] = 3),
            ("an end in the dead state", "B0123", |b| pattern(b).accepting[0] = 0),
            ("ends that are not sorted", "B0123", |b| pattern(b).accepting = vec![2, 1]),
            ("more states than may be", "B0123", |b| pattern(b).next = vec![0; 2 * 2_001]),
            ("a pattern as long as a book", "B0123", |b| pattern(b).source = "a".repeat(1_001)),
            ("a country that is none", "B0123", |b| {
                constant(b, Scalar::Country(lictor_bundle::country::Country(0)))
            }),
            ("a currency that is none", "B0123", |b| {
                constant(b, Scalar::Money(lictor_bundle::currency::Currency(1), 0));
            }),
            ("a zone that is none", "B0123", |b| {
                constant(b, Scalar::TimeZone(lictor_bundle::zone::Zone(u16::MAX)))
            }),
            ("a value of an enumeration that is not there", "B0123", |b| constant(b, Scalar::Enum(0, 2))),
            ("a day outside all calendars", "B0123", |b| constant(b, Scalar::Date(i64::MAX))),
            ("a time of day after midnight", "B0123", |b| constant(b, Scalar::TimeOfDay(86_400_000))),
            ("an eighth day of the week", "B0123", |b| constant(b, Scalar::Weekday(7))),
            ("an address that is not canonical", "B0123", |b| {
                constant(b, Scalar::Form(lictor_bundle::form::Form::Domain, "Example.com".to_owned()));
            }),
            ("a set of two types", "B0123", |b| {
                let mixed = vec![Scalar::Int(1), Scalar::Text("a".to_owned())];
                b.units[0].code.constants.push(Constant::Set(SlotType::Set(TEXT), mixed));
            }),
            ("a set that is not sorted", "B0123", |b| {
                let texts = ["b", "a"].map(|text| Scalar::Text(text.to_owned())).to_vec();
                b.units[0].code.constants.push(Constant::Set(SlotType::Set(TEXT), texts));
            }),
            ("a calendar that ends before it begins", "B0120", |b| b.schema.calendars[0].until = 20_000),
            ("a calendar without a working day", "B0120", |b| {
                b.schema.calendars[0].weekend = (0..7).collect()
            }),
            ("a holiday outside the calendar", "B0120", |b| b.schema.calendars[0].holidays[0] = 20_453),
            ("holidays that are not sorted", "B0120", |b| {
                b.schema.calendars[0].holidays = vec![20_456, 20_455]
            }),
        ],
    },
];

fn constant(bundle: &mut Bundle, scalar: Scalar) {
    bundle.units[0].code.constants.push(Constant::Scalar(scalar));
}

fn pattern(bundle: &mut Bundle) -> &mut lictor_bundle::pattern::Pattern {
    match &mut bundle.units[0].code.constants[1] {
        Constant::Scalar(Scalar::Pattern(pattern)) => Arc::make_mut(pattern),
        other => panic!("{other:?}"),
    }
}

/// Gives requests a map of amounts and a sourced amount, and reads both.
fn keyed(bundle: &mut Bundle) {
    let field = |name: &str, ty| Field { name: name.to_owned(), ty, marks: Marks::NONE };
    let schema = &mut bundle.schema;
    schema.enums.push(Enum {
        name: "SourceState".to_owned(),
        values: lictor_bundle::shape::STATES.map(str::to_owned).to_vec(),
    });
    schema
        .records
        .push(Record { name: "Price".to_owned(), fields: vec![field("key", TEXT), field("value", 2)] });
    let parts = [("state", 17), ("verified_at", 18), ("confidence", 20), ("value", 2)];
    let parts = parts.map(|(name, ty)| field(name, ty)).to_vec();
    schema.records.push(Record { name: "SourcedMoney".to_owned(), fields: parts });
    schema.types.extend([
        Type::Record(6),
        Type::Map { entry: 15, min: 0, max: 9 },
        Type::Enum(1),
        Type::Optional(1),
        Type::Decimal { signed: false },
        Type::Optional(19),
        Type::Record(7),
        Type::Sourced(21),
    ]);
    schema.records[5].fields.extend([field("prices", 16), field("total", 22)]);
    let code = first(bundle);
    code.temporaries.push(SlotType::Money);
    code.instrs[3] = Instr::Lookup { to: 4, map: BEYOND, key: 1, width: 1 };
    code.instrs.insert(1, Instr::Source { part: SourcePart::Value, to: 5, from: BEYOND + 1, width: 1 });
    code.instrs.remove(2);
}
