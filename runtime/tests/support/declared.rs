//! What the test policies declare: two actions that use every type.

use lictor_bundle::instr::{Reg, TEMPORARIES};
use lictor_bundle::layout::Layout;
use lictor_bundle::marks::Marks;
use lictor_bundle::schema::*;

use super::{asks, eur, texts, usd};

struct Types(Vec<Type>);

impl Types {
    fn id(&mut self, ty: Type) -> TypeId {
        let at = self.0.iter().position(|known| *known == ty).unwrap_or_else(|| {
            self.0.push(ty);
            self.0.len() - 1
        });
        at as TypeId
    }

    fn optional(&mut self, ty: Type) -> TypeId {
        let inner = self.id(ty);
        self.id(Type::Optional(inner))
    }
}

fn fields(fields: &[(&str, TypeId)]) -> Vec<Field> {
    fields.iter().map(|(name, ty)| Field { name: (*name).to_owned(), ty: *ty, marks: Marks::NONE }).collect()
}

fn described(name: &str, text: &str) -> Described {
    Described { name: name.to_owned(), text: text.to_owned() }
}

pub fn schema() -> Schema {
    let mut types = Types(vec![]);
    let text = types.id(Type::Text { max: 64 });
    let int = types.id(Type::Int { signed: false });
    let money = types.id(Type::Money { signed: false });
    let now = types.id(Type::Timestamp);
    let tier = types.id(Type::Enum(0));
    let boolean = types.id(Type::Bool);
    let texts_set = types.id(Type::Set { element: text, min: 0, max: 4 });
    let record = |name: &str, fields| Record { name: name.to_owned(), fields };
    let mut records = vec![
        record("Agent", fields(&[("id", text), ("tier", tier)])),
        record("User", fields(&[("id", text), ("age", types.optional(Type::Int { signed: false }))])),
        record("Mandate", fields(&[("nonce", types.optional(Type::Text { max: 64 }))])),
        record("Context", fields(&[("now", now), ("ip_country", types.optional(Type::Country))])),
        record("Merchant", fields(&[("id", text), ("mcc", int), ("known", types.optional(Type::Bool))])),
        record("Line", fields(&[("sku", text), ("price", money), ("quantity", int)])),
    ];
    let merchant = types.id(Type::Record(4));
    let line = types.id(Type::Record(5));
    let lines = types.optional(Type::List { element: line, min: 0, max: 5 });
    let signed = types.id(Type::Int { signed: true });
    let envelope = [
        ("agent", types.id(Type::Record(0))),
        ("user", types.optional(Type::Record(1))),
        ("mandate", types.optional(Type::Record(2))),
        ("context", types.id(Type::Record(3))),
    ];
    let own = [
        ("merchant", merchant),
        ("amount", money),
        ("lines", lines),
        ("note", types.optional(Type::Text { max: 16 })),
        ("tags", types.optional(Type::Set { element: text, min: 0, max: 4 })),
        ("counts", types.optional(Type::List { element: signed, min: 1, max: 3 })),
        ("rate", types.optional(Type::Decimal { signed: true })),
        ("fee", types.optional(Type::Decimal { signed: false })),
        ("wait", types.optional(Type::Duration { signed: false })),
        ("shift", types.optional(Type::Duration { signed: true })),
        ("due", types.optional(Type::Timestamp)),
        ("from", types.optional(Type::Country)),
        ("gift", types.optional(Type::Bool)),
        ("refund", types.optional(Type::Money { signed: true })),
        ("prices", types.optional(Type::Set { element: money, min: 1, max: 3 })),
    ];
    records.push(record("payment.charge", fields(&[&envelope[..], &own[..]].concat())));
    records.push(record("payment.refund", fields(&envelope)));

    let action = |name: &str, request| Action {
        name: name.to_owned(),
        request,
        flags: vec!["financial".to_owned(), "outbound".to_owned()],
        default: Disposition::StepUp(asks(Some(0))),
        unbound: vec![],
        event: false,
    };
    let param = |name: &str, ty, direction, default, loosen_by: &[LayerKind]| Param {
        name: name.to_owned(),
        ty,
        direction,
        loosen_by: loosen_by.to_vec(),
        default,
        range: None,
    };
    let fact =
        |name: &str, params, result| Fact { name: name.to_owned(), params, result, marks: Marks::NONE };
    let maybe_text = types.optional(Type::Text { max: 64 });
    Schema {
        actions: vec![action("payment.charge", 6), action("payment.refund", 7)],
        facts: vec![
            fact("known_since", vec![], now),
            fact("screening", fields(&[("name", text), ("mcc", int)]), maybe_text),
        ],
        params: vec![
            param(
                "allowed_tags",
                texts_set,
                Direction::Subset,
                ParamValue::Set(texts(&["a", "b", "c"])),
                &[],
            ),
            param("blocked_tags", texts_set, Direction::Superset, ParamValue::Set(texts(&["x"])), &[]),
            param(
                "max_amount",
                money,
                Direction::Lower,
                ParamValue::Money(vec![eur(45_000), usd(50_000)]),
                &[LayerKind::Category],
            ),
            param(
                "min_age",
                int,
                Direction::Higher,
                ParamValue::Scalar(Scalar::Int(18)),
                &[LayerKind::Category, LayerKind::Agent],
            ),
            param("strict", boolean, Direction::True, ParamValue::Scalar(Scalar::Bool(false)), &[]),
        ],
        types: types.0,
        records,
        enums: vec![Enum {
            name: "Tier".to_owned(),
            values: vec!["untrusted".to_owned(), "known".to_owned()],
        }],
        currencies: vec![(lictor_bundle::currency::Currency::parse("USDC").unwrap(), 6)],
        reasons: vec![
            described("AGE_NOT_VERIFIED", "The age is not verified"),
            described("AMOUNT_OVER_LIMIT", "The amount is above the limit in force"),
            described("NOTED", "Something was noted"),
            described("NOT_LISTED", "Something is not on the list"),
        ],
        roles: vec![described("finance", "Finance operations"), described("risk", "The risk desk")],
        tiers: Some(0),
        categories: vec!["gambling".to_owned(), "travel".to_owned()],
        escalate: Some(Approver { role: Some(1), quorum: 2, within: Some(900_000) }),
        flags: ["financial", "outbound"].map(|name| Weight { name: name.to_owned(), weight: 0 }).to_vec(),
        amplifiers: vec![],
        risk_step_up_at: 40,
        risk_deny_at: 80,
        calendars: Vec::new(),
        history: vec![],
    }
}

/// The id of a type of the schema.
pub fn ty(wanted: Type) -> TypeId {
    schema().types.iter().position(|ty| *ty == wanted).unwrap() as TypeId
}

/// The register of a field of a charge, such as `merchant.mcc`; with `?` after an optional, the register that says whether it is
/// there.
pub fn reg(path: &str) -> Reg {
    let schema = schema();
    let layout = Layout::new(&schema).unwrap();
    let mut record: RecordId = 6;
    let mut at = TEMPORARIES;
    for step in path.split('.') {
        let name = step.trim_end_matches('?');
        let index = schema.records[usize::from(record)].fields.iter().position(|field| field.name == name);
        let index = index.unwrap_or_else(|| panic!("no field {path}"));
        at += layout.record(record).unwrap().offsets[index];
        let mut ty = schema.types[usize::from(schema.records[usize::from(record)].fields[index].ty)];
        if let (Type::Optional(inner), false) = (ty, step.ends_with('?')) {
            at += 1;
            ty = schema.types[usize::from(inner)];
        }
        if let Type::Record(inner) = ty {
            record = inner;
        }
    }
    at
}
