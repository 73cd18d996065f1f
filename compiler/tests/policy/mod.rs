//! A small policy's declarations, and short ways to write typed expressions over them.

use lictor_bundle::currency::Currency;
use lictor_bundle::instr::{Comparison, Kind};
use lictor_bundle::layout::Layout;
use lictor_bundle::marks::Marks;
use lictor_bundle::program::{Bundle, Code, Effect, Stage, TestSummary, UnitKey};
use lictor_bundle::schema::{
    Action, Described, Direction, Disposition, Fact, Field, Param, ParamValue, Record, RecordId, Scalar,
    Schema, Type, TypeId,
};
use lictor_compiler::origin::Sources;
use lictor_compiler::project::SourceFile;
use lictor_compiler::typed::{
    Expr, ExprKind, Fires, LocalId, Piece, Program, Quantifier, QuantifierKind, Rule, Statement, Ty, Unit,
};
use lictor_compiler::{link, lower};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

pub const CHARGE: u16 = 0;
pub const TRANSFER: u16 = 1;
pub const MAX_AMOUNT: u16 = 1;
pub const USER: RecordId = 1;
pub const ITEM: RecordId = 4;

const TEXT: TypeId = 0;
const BOOL: TypeId = 2;
const MONEY: TypeId = 3;
pub const ITEM_TYPE: TypeId = 13;
pub const SKUS: TypeId = 15;

/// Two actions: a charge has an amount, items and a note; a transfer has a purpose before its amount.
pub fn schema() -> Schema {
    let types = vec![
        Type::Text { max: 64 },
        Type::Timestamp,
        Type::Bool,
        Type::Money { signed: false },
        Type::Optional(BOOL),
        Type::Record(0),
        Type::Record(USER),
        Type::Optional(6),
        Type::Optional(MONEY),
        Type::Record(2),
        Type::Optional(9),
        Type::Record(3),
        Type::Int { signed: false },
        Type::Record(ITEM),
        Type::List { element: ITEM_TYPE, min: 0, max: 100 },
        Type::Set { element: TEXT, min: 0, max: 50 },
    ];
    let request = |own: &[(&str, TypeId)]| {
        let envelope = [("agent", 5), ("user", 7), ("mandate", 10), ("context", 11)];
        record("Request", &[&envelope, own].concat())
    };
    Schema {
        types,
        records: vec![
            record("Agent", &[("id", TEXT)]),
            record("User", &[("id", TEXT), ("age_verified", 4)]),
            record("Mandate", &[("ceiling", 8)]),
            record("Context", &[("now", 1)]),
            record("Item", &[("sku", TEXT), ("price", MONEY)]),
            request(&[("amount", MONEY), ("items", 14)]),
            request(&[("purpose", TEXT), ("amount", MONEY)]),
        ],
        actions: vec![action("payment.charge", 5), action("payment.transfer", 6)],
        facts: vec![Fact {
            name: "is_known".into(),
            params: vec![field(("name", TEXT))],
            result: 4,
            marks: Marks::NONE,
        }],
        params: vec![
            Param {
                name: "allowed".into(),
                ty: SKUS,
                direction: Direction::Subset,
                loosen_by: vec![],
                default: ParamValue::Set(vec![]),
                range: None,
            },
            Param {
                name: "max_amount".into(),
                ty: MONEY,
                direction: Direction::Lower,
                loosen_by: vec![],
                default: ParamValue::Money(vec![Scalar::Money(usd(), 50_000)]),
                range: None,
            },
        ],
        reasons: vec![Described { name: "REFUSED".into(), text: "It is refused".into() }],
        categories: vec!["itemised".into()],
        risk_step_up_at: 40,
        risk_deny_at: 80,
        ..Schema::default()
    }
}

pub fn usd() -> Currency {
    // The letters of the code from the most significant byte on.
    Currency(u64::from_be_bytes(*b"USD\0\0\0\0\0"))
}

fn field((name, ty): (&str, TypeId)) -> Field {
    Field { name: name.into(), ty, marks: Marks::NONE }
}

fn record(name: &str, fields: &[(&str, TypeId)]) -> Record {
    Record { name: name.into(), fields: fields.iter().copied().map(field).collect() }
}

fn action(name: &str, request: RecordId) -> Action {
    Action {
        name: name.into(),
        request,
        flags: vec![],
        default: Disposition::Allow,
        unbound: vec![],
        event: false,
    }
}

pub fn expr(kind: ExprKind, ty: Ty) -> Expr {
    Expr { kind, ty, span: Span::default() }
}

pub fn bool_(kind: ExprKind) -> Expr {
    expr(kind, Ty::Bool)
}

pub fn int(value: i64) -> Expr {
    expr(ExprKind::Scalar(Scalar::Int(value)), Ty::Int)
}

pub fn dollars(amount: i64) -> Expr {
    expr(ExprKind::Scalar(Scalar::Money(usd(), amount * 100)), Ty::Money)
}

pub fn text(value: &str) -> Expr {
    expr(ExprKind::Scalar(Scalar::Text(value.into())), Ty::Text)
}

pub fn amount() -> Expr {
    expr(ExprKind::Root("amount".into()), Ty::Money)
}

pub fn agent_id() -> Expr {
    expr(ExprKind::Field(Box::new(expr(ExprKind::Root("agent".into()), Ty::Record(0))), 0, 0), Ty::Text)
}

/// `user.age_verified`, absent where the user is.
pub fn age_verified() -> Expr {
    let user = expr(ExprKind::Root("user".into()), Ty::Optional(Box::new(Ty::Record(USER))));
    expr(ExprKind::Field(Box::new(user), USER, 1), Ty::Optional(Box::new(Ty::Bool)))
}

pub fn items() -> Expr {
    expr(ExprKind::Root("items".into()), Ty::List { element: ITEM_TYPE, max: 100 })
}

pub fn item_field(variable: u32, number: u16) -> Expr {
    let item = expr(ExprKind::Local(LocalId(variable)), Ty::Record(ITEM));
    expr(ExprKind::Field(Box::new(item), ITEM, number), if number == 0 { Ty::Text } else { Ty::Money })
}

/// A quantifier over the items of a charge.
pub fn each_item(kind: QuantifierKind, variable: u32, refuse_empty: bool, body: Expr) -> ExprKind {
    ExprKind::Quantifier(Box::new(Quantifier {
        kind,
        variable: LocalId(variable),
        element: Ty::Record(ITEM),
        over: items(),
        body,
        refuse_empty,
    }))
}

pub fn compare(op: Comparison, kind: Kind, left: Expr, right: Expr) -> Expr {
    bool_(ExprKind::Compare(op, kind, Box::new(left), Box::new(right)))
}

pub fn at_most(left: Expr, right: Expr) -> Expr {
    compare(Comparison::LessOrEqual, Kind::Money, left, right)
}

pub fn and(left: Expr, right: Expr) -> Expr {
    bool_(ExprKind::And(Box::new(left), Box::new(right)))
}

pub fn or(left: Expr, right: Expr) -> Expr {
    bool_(ExprKind::Or(Box::new(left), Box::new(right)))
}

fn fires(effect: Effect, on: bool, condition: Expr, message: Vec<Piece>) -> Statement {
    let condition = Some(condition);
    let (reason, span) = (Some(0), Span::default());
    Statement::Effect(Fires {
        condition,
        on,
        effect,
        reason,
        told_as: None,
        message,
        by: None,
        by_at_loosest: None,
        other_than: vec![],
        span,
    })
}

pub fn require(condition: Expr, message: Vec<Piece>) -> Statement {
    fires(Effect::Deny, false, condition, message)
}

pub fn deny_when(condition: Expr) -> Statement {
    fires(Effect::Deny, true, condition, vec![])
}

pub fn risk_when(points: u8, condition: Expr) -> Statement {
    fires(Effect::Risk(points), true, condition, vec![])
}

/// A policy with one rule in its base.
pub fn policy(actions: &[u16], body: Vec<Statement>) -> Program {
    let rule = Rule {
        name: "checked".into(),
        module: "acme.payments".into(),
        position: 0,
        stage: Stage::Policy,
        actions: actions.to_vec(),
        cites: vec![],
        docs: String::new(),
        body,
        exceptions: vec![],
        span: Span::default(),
        name_at: Span::default(),
    };
    let unit = Unit {
        key: UnitKey::Base,
        mode: Default::default(),
        sets: vec![],
        set_at: vec![],
        defaults: vec![],
        thresholds: Default::default(),
        groups: Vec::new(),
        rules: vec![rule.into()],
    };
    Program {
        schema: schema(),
        history: vec![],
        categories: vec![],
        amplifiers: vec![],
        units: vec![unit],
        mode: Default::default(),
        controls: vec![],
        tools: Default::default(),
    }
}

pub fn lower(program: &Program) -> (lower::Lowered, Vec<Diagnostic>) {
    let layout = Layout::new(&program.schema).expect("the schema has a layout");
    let source = SourceFile { path: "payments.lictor".into(), bytes: vec![] };
    lower::lower(program, &layout, &lower::Places::new(&[source]))
}

/// Lowers and links what has no errors, and has it verified.
pub fn build(program: &Program) -> Bundle {
    let (lowered, diagnostics) = lower(program);
    assert_eq!(diagnostics, []);
    let shared = vec![("payments.lictor".into(), [7; 32]), ("gambling.lictor".into(), [9; 32])];
    let sources = Sources { shared, users: Default::default() };
    let bundle =
        link::link("acme".into(), sources, TestSummary::default(), program.schema.clone(), vec![], lowered);
    if let Err(error) = link::prove(program, &bundle) {
        panic!(
            "{error:?}\n{}",
            bundle.units.iter().flat_map(|unit| &unit.code.codes).map(show).collect::<String>()
        );
    }
    bundle
}

/// Writes a code down: its temporaries, its instructions, its sites.
pub fn show(code: &Code) -> String {
    let mut shown = format!("{:?}\n", code.temporaries);
    for (pc, instr) in code.instrs.iter().enumerate() {
        shown += &format!("{pc:>3}  {instr:?}\n");
    }
    for site in &code.sites {
        shown += &format!("{site:?}\n");
    }
    shown
}
