//! A small bundle made by hand: one action, two categories, two tiers, a unit of each kind.

#![allow(dead_code, reason = "each test file uses its part")]

pub mod forge;

use lictor_bundle::container::{Trust, open, seal};
use lictor_bundle::currency::Currency;
use lictor_bundle::error::BundleError;
use lictor_bundle::instr::{Comparison, Instr, Kind, TEMPORARIES};
use lictor_bundle::keys::SigningKey;
use lictor_bundle::marks::Marks;
use lictor_bundle::program::*;
use lictor_bundle::schema::*;

/// Registers of the request.
pub const AGENT_TIER: u16 = TEMPORARIES + 1;
pub const AMOUNT: u16 = TEMPORARIES + 8;
pub const CART: u16 = TEMPORARIES + 9;
pub const NOTE_THERE: u16 = TEMPORARIES + 10;
pub const NOTE: u16 = TEMPORARIES + 11;
/// The first register after the request.
pub const BEYOND: u16 = TEMPORARIES + 12;

/// Types of the schema.
pub const TEXT: u16 = 0;
pub const ITEM: u16 = 12;

pub fn key() -> SigningKey {
    SigningKey::from_seed([7; 32])
}

pub fn usd() -> Currency {
    Currency::parse("USD").unwrap()
}

/// Changes the bundle, signs it with the trusted key, and gives the error with which it is refused.
pub fn refused(change: impl FnOnce(&mut Bundle)) -> BundleError {
    let mut changed = bundle();
    change(&mut changed);
    let file = seal(&changed, &[key()]).unwrap();
    match open(&file, Trust::Keys(&[key().verifying_key()])) {
        Err(error) => error,
        Ok(_) => panic!("the bundle was accepted"),
    }
}

/// Changes the first code of the base, which belongs to `cart_is_listed`, and gives the error with which it is refused.
pub fn code_refused(change: impl FnOnce(&mut Code)) -> BundleError {
    refused(|bundle| change(&mut bundle.units[0].code.codes[0]))
}

pub fn bundle() -> Bundle {
    let units = vec![base(), travel(), untrusted(), user()];
    let order = units
        .iter()
        .filter(|unit| !unit.key.is_user())
        .map(|unit| UnitOrder {
            mode: unit.mode,
            unit: unit.key.clone(),
            rules: unit.rules.iter().map(|rule| rule.key.clone()).collect(),
        })
        .collect();
    Bundle {
        manifest: Manifest {
            name: "kiosk".to_owned(),
            release: Release::default(),
            language_version: LANGUAGE_VERSION,
            instruction_set_version: INSTRUCTION_SET_VERSION,
            sources: vec![("base.lictor".to_owned(), [1; 32]), ("travel.lictor".to_owned(), [2; 32])],
            stages: Stage::ALL.to_vec(),
            order,
            tests: TestSummary { run: 3, passed: 3 },
            controls: vec![],
        },
        schema: schema(),
        conditions: vec![Condition { category: 1, action: 0, code: 0 }],
        scores: vec![],
        condition_code: CodeBlock {
            constants: vec![Constant::Scalar(Scalar::Text("flight".to_owned()))],
            codes: vec![Code {
                temporaries: vec![SlotType::Text, SlotType::Bool],
                instrs: vec![
                    Instr::Constant { to: 0, constant: 0 },
                    Instr::Compare { op: Comparison::Equal, kind: Kind::Text, to: 1, left: NOTE, right: 0 },
                    Instr::Answer { from: 1 },
                ],
                sites: vec![],
            }],
        },
        tools: Default::default(),
        units,
    }
}

fn schema() -> Schema {
    let name = str::to_owned;
    let field = |field: &str, ty| Field { name: name(field), ty, marks: Marks::NONE };
    let record = |record: &str, fields| Record { name: name(record), fields };
    let described = |entry: &str, text: &str| Described { name: name(entry), text: name(text) };
    let money = |minor| ParamValue::Money(vec![Scalar::Money(usd(), minor)]);
    Schema {
        types: vec![
            Type::Text { max: 64 },
            Type::Timestamp,
            Type::Money { signed: false },
            Type::Optional(TEXT),
            Type::Enum(0),
            Type::Bool,
            Type::Record(0),
            Type::Record(1),
            Type::Optional(7),
            Type::Record(2),
            Type::Optional(9),
            Type::Record(3),
            Type::Record(4),
            Type::List { element: ITEM, min: 1, max: 20 },
            Type::Set { element: TEXT, min: 0, max: 100 },
        ],
        records: vec![
            record("Agent", vec![field("id", TEXT), field("tier", 4)]),
            record("User", vec![field("id", TEXT)]),
            record("Mandate", vec![field("nonce", 3)]),
            record("Context", vec![field("now", 1)]),
            record("Item", vec![field("sku", TEXT), field("price", 2)]),
            record(
                "payment.charge",
                vec![
                    field("agent", 6),
                    field("user", 8),
                    field("mandate", 10),
                    field("context", 11),
                    field("amount", 2),
                    field("cart", 13),
                    field("note", 3),
                ],
            ),
        ],
        enums: vec![Enum { name: name("Tier"), values: vec![name("untrusted"), name("known")] }],
        currencies: vec![(Currency::parse("USDC").unwrap(), 6)],
        actions: vec![Action {
            name: name("payment.charge"),
            request: 5,
            flags: vec![name("financial")],
            default: Disposition::StepUp(Approver { role: Some(0), quorum: 1, within: None }),
            unbound: vec![],
            event: false,
        }],
        facts: vec![Fact {
            name: name("sanctioned"),
            params: vec![field("name", TEXT)],
            result: 5,
            marks: Marks::NONE,
        }],
        params: vec![
            Param {
                name: name("listed_skus"),
                ty: 14,
                direction: Direction::Subset,
                loosen_by: vec![],
                default: ParamValue::Set(vec![Scalar::Text(name("a-1")), Scalar::Text(name("b-2"))]),
                range: None,
            },
            Param {
                name: name("max_amount"),
                ty: 2,
                direction: Direction::Lower,
                loosen_by: vec![LayerKind::Category],
                default: money(50_000),
                range: Some((money(0), money(500_000))),
            },
        ],
        reasons: vec![
            described("AMOUNT_OVER_LIMIT", "The amount is above the limit in force"),
            described("ITEM_NOT_LISTED", "The item is not on the list"),
            described("NOTE_GIVEN", "Somebody wrote a note"),
        ],
        roles: vec![described("finance", "Finance operations")],
        tiers: Some(0),
        categories: vec![name("gambling"), name("travel")],
        escalate: None,
        flags: vec![Weight { name: name("financial"), weight: 0 }],
        amplifiers: vec![],
        risk_step_up_at: 40,
        risk_deny_at: 80,
        calendars: Vec::new(),
        history: vec![],
    }
}

fn rule(name: &str, stage: Stage, position: u32, code: u16, statements: Vec<Statement>) -> Rule {
    Rule {
        name: name.to_owned(),
        key: RuleKey { stage, module: "kiosk".to_owned(), position },
        docs: String::new(),
        cites: vec![],
        source: ("base.lictor".to_owned(), 10 + position),
        entries: vec![(0, code)],
        statements,
        exceptions: Vec::new(),
    }
}

fn base() -> Unit {
    let argument = |register, ty, present| Argument { register, ty, present };
    let statement = |effect, reason, message| Statement {
        effect,
        reason: Some(reason),
        told_as: None,
        message,
        others: 0,
        line: 1,
    };
    let text = |text: &str| Piece::Text(text.to_owned());
    let cart_is_listed = Code {
        temporaries: vec![
            SlotType::Int,
            SlotType::Text,
            SlotType::Money,
            SlotType::Set(TEXT),
            SlotType::Bool,
        ],
        instrs: vec![
            Instr::Constant { to: 0, constant: 0 },
            Instr::Param { to: 3, param: 0 },
            Instr::Loop { list: CART, index: 0, element: 1, exit: 6 },
            Instr::Contains { kind: Kind::Text, to: 4, item: 1, collection: 3 },
            Instr::JumpUnless { condition: 4, target: 7 },
            Instr::Repeat { head: 2 },
            Instr::End,
            Instr::Deny { site: 0 },
        ],
        sites: vec![Site { statement: 0, arguments: vec![argument(1, SlotType::Text, None)] }],
    };
    let amount_limit = Code {
        temporaries: vec![SlotType::Money, SlotType::Bool],
        instrs: vec![
            Instr::ParamMoney { to: 0, param: 1, like: AMOUNT },
            Instr::Compare { op: Comparison::LessOrEqual, kind: Kind::Money, to: 1, left: AMOUNT, right: 0 },
            Instr::JumpIf { condition: 1, target: 4 },
            Instr::Deny { site: 0 },
            Instr::End,
        ],
        sites: vec![Site {
            statement: 0,
            arguments: vec![argument(AMOUNT, SlotType::Money, None), argument(0, SlotType::Money, None)],
        }],
    };
    let note_given = Code {
        temporaries: vec![],
        instrs: vec![
            Instr::JumpUnless { condition: NOTE_THERE, target: 3 },
            Instr::Risk { site: 0 },
            Instr::StepUp { site: 1 },
            Instr::End,
        ],
        sites: vec![
            Site { statement: 0, arguments: vec![] },
            Site { statement: 1, arguments: vec![argument(NOTE, SlotType::Text, Some(NOTE_THERE))] },
        ],
    };
    let asked = Approver { role: Some(0), quorum: 2, within: Some(900_000) };
    Unit {
        key: UnitKey::Base,
        mode: Mode::Enforced,
        sets: vec![],
        defaults: vec![(0, Disposition::Allow)],
        thresholds: Default::default(),
        rules: vec![
            rule(
                "cart_is_listed",
                Stage::Counterparty,
                1,
                0,
                vec![statement(Effect::Deny, 1, vec![Piece::Argument(0), text(" is not listed")])],
            ),
            rule(
                "amount_limit",
                Stage::Amount,
                0,
                1,
                vec![statement(
                    Effect::Deny,
                    0,
                    vec![Piece::Argument(0), text(" is above "), Piece::Argument(1)],
                )],
            ),
            rule(
                "note_given",
                Stage::Policy,
                2,
                2,
                vec![
                    statement(Effect::Risk(25), 2, vec![]),
                    statement(Effect::StepUp(asked), 2, vec![text("The note says "), Piece::Argument(0)]),
                ],
            ),
        ],
        code: CodeBlock {
            constants: vec![Constant::Scalar(Scalar::Int(0))],
            codes: vec![cart_is_listed, amount_limit, note_given],
        },
        map: Default::default(),
        sources: vec![],
        groups: vec![],
    }
}

fn unit(key: UnitKey, minor: i64) -> Unit {
    let value = ParamValue::Money(vec![Scalar::Money(usd(), minor)]);
    Unit {
        key,
        mode: Mode::Enforced,
        sets: vec![ParamSet { param: 1, value }],
        defaults: vec![],
        thresholds: Default::default(),
        rules: vec![],
        code: CodeBlock::default(),
        map: Default::default(),
        sources: vec![],
        groups: vec![],
    }
}

fn travel() -> Unit {
    unit(UnitKey::Category(1), 200_000)
}

fn untrusted() -> Unit {
    let set = Constant::Set(SlotType::Set(TEXT), vec![Scalar::Text("a-1".to_owned())]);
    Unit {
        rules: vec![rule(
            "only_the_first",
            Stage::Policy,
            0,
            0,
            vec![Statement {
                effect: Effect::Deny,
                reason: Some(2),
                told_as: None,
                message: vec![],
                others: 0,
                line: 4,
            }],
        )],
        code: CodeBlock {
            constants: vec![set],
            codes: vec![Code {
                temporaries: vec![SlotType::Set(TEXT), SlotType::Bool],
                instrs: vec![
                    Instr::Constant { to: 0, constant: 0 },
                    Instr::Contains { kind: Kind::Text, to: 1, item: NOTE, collection: 0 },
                    Instr::JumpIf { condition: 1, target: 4 },
                    Instr::Deny { site: 0 },
                    Instr::End,
                ],
                sites: vec![Site { statement: 0, arguments: vec![] }],
            }],
        },
        ..unit(UnitKey::Agent(0), 5_000)
    }
}

fn user() -> Unit {
    unit(UnitKey::User("u-4711".to_owned()), 80_000)
}
