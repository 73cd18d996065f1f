//! Declarations, units and orders that do not fit together are refused, though they were validly signed.

mod builder;

use builder::{refused, usd};
use lictor_bundle::currency::Currency;
use lictor_bundle::disassemble::disassemble;
use lictor_bundle::error::ErrorKind;
use lictor_bundle::marks::Marks;
use lictor_bundle::program::{Bundle, Effect, Mode, Score, Stage, Unit, UnitKey, UnitOrder};
use lictor_bundle::schema::*;
use lictor_bundle::source_map::{Known, Mark, Node, NodeKind, RuleMap, Step, StepKind, Text, UnitMap};
use lictor_bundle::verify::{LayerSteps, Steps, verify};

type Change = fn(&mut Bundle);
type ChangeMap = fn(&mut UnitMap);

fn all_refused(kind: ErrorKind, code: &str, changes: &[(&str, Change)]) {
    for (name, change) in changes {
        let error = refused(change);
        assert_eq!((error.kind, error.code()), (kind, code), "{name}: {error}");
    }
}

#[test]
fn the_hand_made_bundle_is_accepted() {
    assert!(lictor_bundle::verify::verify(&builder::bundle()).is_ok());
}

#[test]
fn declarations_fit_together() {
    all_refused(
        ErrorKind::Schema,
        "B0120",
        &[
            ("a type after the one that uses it", |b| b.schema.types[3] = Type::Optional(4)),
            ("a type that contains itself", |b| b.schema.types[3] = Type::Optional(3)),
            ("a record that contains itself", |b| b.schema.records[4].fields[0].ty = 12),
            ("no such record", |b| b.schema.types[12] = Type::Record(9)),
            ("no such enumeration", |b| b.schema.types[4] = Type::Enum(1)),
            ("a set of records", |b| b.schema.types.push(Type::Set { element: 12, min: 0, max: 1 })),
            ("an optional optional", |b| b.schema.types.push(Type::Optional(3))),
            ("more at least than at most", |b| {
                b.schema.types[13] = Type::List { element: 12, min: 2, max: 1 };
            }),
            ("a record without fields", |b| {
                b.schema.records.push(Record { name: "Empty".to_owned(), fields: vec![] });
            }),
            ("two fields of one name", |b| b.schema.records[4].fields[1].name = "sku".to_owned()),
            ("an enumeration without values", |b| b.schema.enums[0].values.clear()),
            ("a name with a control character", |b| b.schema.reasons[0].name.push('\u{1b}')),
            ("an empty name", |b| b.schema.categories[0].clear()),
            ("categories out of order", |b| b.schema.categories.swap(0, 1)),
            ("a weight below zero", |b| b.schema.flags[0].weight = -1),
            ("a weight over 100", |b| b.schema.flags[0].weight = 100_000_000_001),
            ("an action with a flag that is not declared", |b| b.schema.flags.clear()),
            ("a reason twice", |b| b.schema.reasons[1].name = b.schema.reasons[0].name.clone()),
            ("parameters out of order", |b| b.schema.params.swap(0, 1)),
            ("a currency of the standard", |b| b.schema.currencies[0].0 = usd()),
            ("a currency that is no code", |b| b.schema.currencies[0].0 = Currency(1)),
            ("a currency of 19 decimals", |b| b.schema.currencies[0].1 = 19),
            ("no such enumeration of tiers", |b| b.schema.tiers = Some(1)),
            ("a threshold over 100", |b| b.schema.risk_deny_at = 101),
            ("a fact asked with a record", |b| b.schema.facts[0].params[0].ty = 12),
            ("a fact that answers nothing", |b| b.schema.facts[0].result = 99),
            ("no such request", |b| b.schema.actions[0].request = 9),
            ("sources out of order", |b| b.manifest.sources.swap(0, 1)),
            ("more tests passed than run", |b| b.manifest.tests.passed = 4),
        ],
    );
}

#[test]
fn types_are_not_nested_endlessly() {
    let error = refused(|bundle| {
        for _ in 0..5_000 {
            let element = (bundle.schema.types.len() - 1) as TypeId;
            bundle.schema.types.push(Type::List { element, min: 0, max: 1 });
        }
    });
    assert_eq!(error.kind, ErrorKind::Schema);
    // Each level twice as wide as the one below it.
    let error = refused(|bundle| {
        for level in 0..30u16 {
            let ty = if level == 0 { 0 } else { bundle.schema.types.len() as TypeId - 1 };
            let field = |name: &str| Field { name: name.to_owned(), ty, marks: Marks::NONE };
            bundle
                .schema
                .records
                .push(Record { name: format!("Level{level}"), fields: vec![field("left"), field("right")] });
            bundle.schema.types.push(Type::Record(bundle.schema.records.len() as RecordId - 1));
        }
    });
    assert_eq!(error.kind, ErrorKind::Schema);
}

#[test]
fn requests_begin_as_requests_begin() {
    all_refused(
        ErrorKind::Envelope,
        "B0121",
        &[
            ("too few fields", |b| b.schema.records[5].fields.truncate(3)),
            ("another name", |b| b.schema.records[5].fields[1].name = "person".to_owned()),
            ("another order", |b| b.schema.records[5].fields.swap(0, 3)),
            ("an agent without an id", |b| b.schema.records[0].fields[0].name = "name".to_owned()),
            ("an id that is no text", |b| b.schema.records[0].fields[0].ty = 2),
            ("an agent without a tier", |b| b.schema.records[0].fields[1].name = "rank".to_owned()),
            ("a user who must be there", |b| b.schema.records[5].fields[1].ty = 7),
            ("a mandate that must be there", |b| b.schema.records[5].fields[2].ty = 9),
            ("no time", |b| b.schema.records[3].fields[0].ty = 0),
            ("an optional time", |b| b.schema.records[3].fields[0].name = "later".to_owned()),
        ],
    );
}

#[test]
fn parameters_have_values_that_they_may_have() {
    all_refused(
        ErrorKind::Parameter,
        "B0122",
        &[
            ("no such type", |b| b.schema.params[0].ty = 99),
            ("a record", |b| b.schema.params[0].ty = 12),
            ("a set that is lower", |b| b.schema.params[0].direction = Direction::Lower),
            ("an amount that is a subset", |b| b.schema.params[1].direction = Direction::Subset),
            ("layers out of order", |b| {
                b.schema.params[1].loosen_by = vec![LayerKind::User, LayerKind::Base]
            }),
            ("a default of another type", |b| {
                b.schema.params[0].default = ParamValue::Scalar(Scalar::Bool(true));
            }),
            ("elements out of order", |b| {
                b.schema.params[0].default =
                    ParamValue::Set(vec![Scalar::Text("b".to_owned()), Scalar::Text("a".to_owned())]);
            }),
            ("an element that is too long", |b| {
                b.schema.params[0].default = ParamValue::Set(vec![Scalar::Text("a".repeat(65))]);
            }),
            ("a currency twice", |b| {
                b.schema.params[1].default =
                    ParamValue::Money(vec![Scalar::Money(usd(), 1), Scalar::Money(usd(), 2)]);
            }),
            ("less than nothing", |b| {
                b.schema.params[1].range = None;
                b.schema.params[1].default = ParamValue::Money(vec![Scalar::Money(usd(), -1)]);
            }),
            ("a default outside the range", |b| {
                b.schema.params[1].default = ParamValue::Money(vec![Scalar::Money(usd(), 500_001)]);
            }),
            ("a currency without a range", |b| {
                let eur = Currency::parse("EUR").unwrap();
                b.schema.params[1].default = ParamValue::Money(vec![Scalar::Money(eur, 1)]);
            }),
            ("a setting outside the range", |b| {
                b.units[1].sets[0].value = ParamValue::Money(vec![Scalar::Money(usd(), 500_001)]);
            }),
            ("a fixed one set by a user", |b| b.schema.params[1].direction = Direction::Fixed),
        ],
    );
}

#[test]
fn units_refer_to_what_is_there() {
    all_refused(
        ErrorKind::Unit,
        "B0124",
        &[
            ("no such category", |b| {
                b.units[1].key = UnitKey::Category(2);
                b.manifest.order[1].unit = UnitKey::Category(2);
            }),
            ("no such tier", |b| {
                b.units[2].key = UnitKey::Agent(2);
                b.manifest.order[2].unit = UnitKey::Agent(2);
            }),
            ("a setting of no parameter", |b| b.units[1].sets[0].param = 2),
            ("a setting twice", |b| {
                let set = b.units[1].sets[0].clone();
                b.units[1].sets.push(set);
            }),
            ("files of a layer that is no user's", |b| {
                b.units[1].sources = vec![("t.lictor".into(), [3; 32])]
            }),
            ("a default of no action", |b| b.units[0].defaults[0].0 = 1),
            ("a default that asks nobody", |b| {
                b.units[0].defaults[0].1 =
                    Disposition::StepUp(Approver { role: Some(1), quorum: 1, within: None });
            }),
            ("a quorum of none", |b| {
                b.schema.actions[0].default =
                    Disposition::StepUp(Approver { role: None, quorum: 0, within: None });
            }),
            ("no such reason", |b| b.units[0].rules[0].statements[0].reason = Some(3)),
            ("a statement without a reason", |b| b.units[0].rules[0].statements[0].reason = None),
            ("told as no reason", |b| b.units[0].rules[0].statements[0].told_as = Some(3)),
            ("a flag that is not there", |b| b.units[0].rules[2].statements[0].effect = Effect::Flag(1)),
            ("no such amplifier", |b| b.units[0].rules[2].statements[0].effect = Effect::Amplify(0, 1)),
            ("a score of no action", |b| b.scores.push(Score { action: 1, code: 0 })),
            ("a rule for no action", |b| b.units[0].rules[0].entries[0].0 = 1),
            ("a rule without its code", |b| b.units[0].rules[0].entries[0].1 = 3),
            ("a code that nothing uses", |b| {
                b.units[0].rules[0].entries.clear();
            }),
            ("an action twice", |b| b.units[0].rules[0].entries.push((0, 0))),
            ("a rule at a stage of the engine", |b| {
                b.units[0].rules[0].key.stage = Stage::Structure;
                b.manifest.order[0].rules[0].stage = Stage::Structure;
            }),
            ("a condition of no category", |b| b.conditions[0].category = 2),
            ("a condition of no action", |b| b.conditions[0].action = 1),
            ("a condition without its code", |b| b.conditions[0].code = 1),
            ("a condition twice", |b| b.conditions.push(b.conditions[0])),
        ],
    );
}

#[test]
fn the_order_of_evaluation_is_the_one_laid_down() {
    all_refused(
        ErrorKind::Order,
        "B0125",
        &[
            ("stages exchanged", |b| b.manifest.stages.swap(7, 8)),
            ("a stage left out", |b| {
                b.manifest.stages.pop();
            }),
            ("units exchanged", |b| b.units.swap(0, 1)),
            ("units exchanged in both places", |b| {
                b.units.swap(1, 2);
                b.manifest.order.swap(1, 2);
            }),
            ("a unit twice", |b| {
                b.units.insert(1, b.units[0].clone());
                b.manifest.order.insert(1, b.manifest.order[0].clone());
            }),
            ("a unit left out of the table", |b| {
                b.manifest.order.pop();
            }),
            ("a user in the table", |b| {
                let user = UnitOrder { unit: b.units[3].key.clone(), mode: Mode::Enforced, rules: vec![] };
                b.manifest.order.push(user);
            }),
            ("a unit in the table that is not there", |b| {
                b.units.remove(2);
            }),
            ("users exchanged", |b| {
                let user = Unit { key: UnitKey::User("u-4710".to_owned()), ..b.units[3].clone() };
                b.units.push(user);
            }),
            ("rules exchanged", |b| b.units[0].rules.swap(0, 1)),
            ("rules exchanged in both places", |b| {
                b.units[0].rules.swap(0, 1);
                b.manifest.order[0].rules.swap(0, 1);
            }),
            ("a rule left out of the table", |b| {
                b.manifest.order[0].rules.pop();
            }),
        ],
    );
    assert_eq!(ErrorKind::Order.reason_code(), "EVALUATION_ORDER_UNSTABLE");
    assert_eq!(ErrorKind::Register.reason_code(), "POLICY_CONFIG_ERROR");
}

/// Puts what is observed of the first category behind what counts of it.
fn observe(b: &mut Bundle) {
    let unit = Unit { mode: Mode::Observed, ..b.units[1].clone() };
    let entry = UnitOrder { mode: Mode::Observed, ..b.manifest.order[1].clone() };
    b.units.insert(2, unit);
    b.manifest.order.insert(2, entry);
}

#[test]
fn a_layer_may_be_observed_beside_one_that_counts_and_costs_a_second_run() {
    let mut bundle = builder::bundle();
    let once = verify(&bundle).unwrap()[0];
    assert_eq!(once.observed, None);
    observe(&mut bundle);
    let twice = verify(&bundle).unwrap()[0];
    // One layer more that may set a parameter, which a rule of the base asks for.
    let base = once.enforced.base + 1;
    assert_eq!(twice.enforced, LayerSteps { base, ..once.enforced });
    let once = Steps { enforced: twice.enforced, ..once };
    assert_eq!(twice.total() - twice.conditions, 2 * (once.total() - once.conditions));
    assert!(disassemble(&bundle).contains("\ncategory travel observe\n"));
}

#[test]
fn a_base_that_is_observed_is_verified_like_one_that_counts() {
    let bundle = builder::bundle();
    let mut observed = bundle.clone();
    observed.units[0].mode = Mode::Observed;
    observed.manifest.order[0].mode = Mode::Observed;
    assert_eq!((bundle.mode(), observed.mode()), (Mode::Enforced, Mode::Observed));
    assert_eq!(verify(&observed).unwrap(), verify(&bundle).unwrap());
    assert_eq!(observed.enforced(), bundle);
}

#[test]
fn what_counts_is_said_once_and_the_base_is_there_once() {
    all_refused(
        ErrorKind::Mode,
        "B0143",
        &[
            ("a base that counts in one place only", |b| b.units[0].mode = Mode::Observed),
            ("a base that counts and is observed", |b| {
                b.units.insert(1, Unit { mode: Mode::Observed, ..b.units[0].clone() });
                let entry = UnitOrder { mode: Mode::Observed, ..b.manifest.order[0].clone() };
                b.manifest.order.insert(1, entry);
            }),
            ("a unit that no longer counts", |b| b.units[1].mode = Mode::Observed),
            ("a unit that counts after all", |b| {
                observe(b);
                b.units[2].mode = Mode::Enforced;
                b.units.remove(1);
                b.manifest.order.remove(1);
            }),
        ],
    );
    all_refused(
        ErrorKind::Order,
        "B0125",
        &[
            ("observed before it counts", |b| {
                observe(b);
                b.units.swap(1, 2);
                b.manifest.order.swap(1, 2);
            }),
            ("observed twice", |b| {
                observe(b);
                observe(b);
            }),
        ],
    );
    // A mode that nobody knows is no mode.
    let mut bytes = borsh::to_vec(&Mode::Observed).unwrap();
    bytes[0] = 2;
    assert!(borsh::from_slice::<Mode>(&bytes).is_err());
}

/// A map of the base's second rule, which the small bundle is accepted with.
fn mapped(change: impl FnOnce(&mut UnitMap)) -> impl FnOnce(&mut Bundle) {
    let node =
        |kind, size| Node { kind, ty: Some(SlotType::Bool), secret: false, size, text: 0, bytes: (0, 6) };
    let value = Known::Value { register: Some(1), present: vec![], falling: false };
    move |bundle| {
        let base = &mut bundle.units[0];
        let text = Text { file: 0, line: 3, text: "not ok".to_owned() };
        let empty = |entries| RuleMap { entries: vec![vec![]; entries], ..RuleMap::default() };
        let mut map = UnitMap {
            files: vec!["base.lictor".to_owned()],
            texts: vec![text],
            sets: vec![],
            rules: base.rules.iter().map(|rule| empty(rule.entries.len())).collect(),
        };
        let register = base.code.codes[1].temporaries.iter().position(|ty| *ty == SlotType::Bool).unwrap();
        let mut known = value;
        if let Known::Value { register: Some(at), .. } = &mut known {
            *at = register as u16;
        }
        map.rules[1].nodes = vec![node(NodeKind::Not, 2), node(NodeKind::Constant, 1)];
        map.rules[1].steps = vec![Step {
            kind: StepKind::Effect { statement: 0, on: true },
            depth: 0,
            text: 0,
            node: Some(0),
        }];
        map.rules[1].entries[0] = vec![Mark { pc: 1, node: 1, what: known }];
        change(&mut map);
        base.map = map;
    }
}

#[test]
fn a_source_map_fits_the_code() {
    let mut bundle = builder::bundle();
    mapped(|_| ())(&mut bundle);
    lictor_bundle::verify::verify(&bundle).unwrap();
    let changes: &[(&str, ChangeMap)] = &[
        ("another file", |map| map.files[0] = "other.lictor".to_owned()),
        ("a text in no file", |map| map.texts[0].file = 1),
        ("a setting without a place", |map| map.sets.push((0, 1))),
        ("a rule too few", |map| drop(map.rules.pop())),
        ("an action too many", |map| map.rules[1].entries.push(vec![])),
        ("a tree that never ends", |map| map.rules[1].nodes[1].size = 2),
        ("a node of no size", |map| map.rules[1].nodes[1].size = 0),
        ("a node too many inside", |map| {
            let constant = map.rules[1].nodes[1].clone();
            map.rules[1].nodes.push(constant);
            map.rules[1].nodes[0].size = 3;
        }),
        ("no such text", |map| map.rules[1].nodes[0].text = 1),
        ("beyond the text", |map| map.rules[1].nodes[0].bytes = (0, 7)),
        ("a name that was not given", |map| map.rules[1].nodes[1].kind = NodeKind::Local(1, String::new())),
        ("no such parameter", |map| map.rules[1].nodes[1].kind = NodeKind::Param(99)),
        ("no such statement", |map| {
            map.rules[1].steps[0].kind = StepKind::Effect { statement: 1, on: true };
        }),
        ("no such condition", |map| map.rules[1].steps[0].node = Some(2)),
        ("no such instruction", |map| map.rules[1].entries[0][0].pc = 999),
        ("a loop that is none", |map| map.rules[1].entries[0][0].what = Known::Loop),
        ("a register of another type", |map| map.rules[1].nodes[1].ty = Some(SlotType::Money)),
        ("no such register", |map| {
            map.rules[1].entries[0][0].what =
                Known::Value { register: None, present: vec![builder::BEYOND], falling: false };
        }),
    ];
    for (name, change) in changes {
        let error = refused(mapped(change));
        let kinds = [ErrorKind::SourceMap, ErrorKind::Register];
        assert!(kinds.contains(&error.kind), "{name}: {error}");
    }
}
