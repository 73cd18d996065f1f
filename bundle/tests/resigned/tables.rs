//! Declarations, parameters, units, the order of evaluation, exceptions and the source map.

use lictor_bundle::program::*;
use lictor_bundle::release::MAX_SEQUENCE;
use lictor_bundle::schema::*;
use lictor_bundle::source_map::{Known, Mark, Node, NodeKind, RuleMap, Step, StepKind, Text, UnitMap};

use crate::Group;
use crate::builder::{BEYOND, usd};

fn money(minor: i64) -> ParamValue {
    ParamValue::Money(vec![Scalar::Money(usd(), minor)])
}

pub const GROUPS: [Group; 4] = [
    Group {
        name: "declarations",
        prepare: |_| (),
        cases: &[
            ("another version of the language", "B0110", |b| b.manifest.language_version = 2),
            ("another instruction set", "B0111", |b| b.manifest.instruction_set_version = 0),
            ("a number over all numbers", "B0120", |b| b.manifest.release.sequence = MAX_SEQUENCE + 1),
            ("an end outside all calendars", "B0109", |b| b.manifest.release.expires = Some(i64::MIN)),
            ("a type that contains itself", "B0120", |b| b.schema.types[3] = Type::Optional(3)),
            ("a type that is not there", "B0120", |b| b.schema.types[12] = Type::Record(9)),
            ("a record without fields", "B0120", |b| b.schema.records[4].fields.clear()),
            ("a name that clears the screen", "B0120", |b| b.schema.reasons[0].name.push('\u{1b}')),
            ("names out of order", "B0120", |b| b.schema.categories.swap(0, 1)),
            ("a weight below zero", "B0120", |b| b.schema.flags[0].weight = -1),
            ("a threshold over 100", "B0120", |b| b.schema.risk_deny_at = 101),
            ("an event with a default", "B0120", |b| b.schema.actions[0].event = true),
            ("a fact that answers nothing", "B0120", |b| b.schema.facts[0].result = 99),
            ("a fact asked with a record", "B0120", |b| b.schema.facts[0].params[0].ty = 12),
            ("more tests passed than run", "B0120", |b| b.manifest.tests.passed = 4),
            ("a request without the time", "B0121", |b| b.schema.records[3].fields[0].ty = 0),
            ("a request in another order", "B0121", |b| b.schema.records[5].fields.swap(0, 3)),
            ("a default above the range", "B0122", |b| b.schema.params[1].default = money(500_001)),
            ("a setting above the range", "B0122", |b| b.units[1].sets[0].value = money(500_001)),
            ("a user's setting above the range", "B0122", |b| b.units[3].sets[0].value = money(500_001)),
            ("a user's setting that opens a currency", "B0122", |b| {
                let eur = lictor_bundle::currency::Currency::parse("EUR").unwrap();
                b.schema.params[1].range = None;
                b.units[3].sets[0].value = ParamValue::Money(vec![Scalar::Money(eur, 1)]);
            }),
            ("a range that ends before its default", "B0122", |b| {
                b.schema.params[1].range = Some((money(0), money(49_999)));
            }),
            ("a range of another currency", "B0122", |b| {
                let eur = lictor_bundle::currency::Currency::parse("EUR").unwrap();
                let range = ParamValue::Money(vec![Scalar::Money(eur, 0)]);
                b.schema.params[1].range = Some((range.clone(), range));
            }),
            ("an amount that is stricter as a subset", "B0122", |b| {
                b.schema.params[1].direction = Direction::Subset
            }),
            ("a fixed parameter set by a category", "B0122", |b| {
                b.schema.params[1].direction = Direction::Fixed
            }),
            ("layers that loosen it out of order", "B0122", |b| {
                b.schema.params[1].loosen_by = vec![LayerKind::User, LayerKind::Base];
            }),
            ("a set of another type", "B0122", |b| {
                b.schema.params[0].default = ParamValue::Set(vec![Scalar::Int(1)])
            }),
        ],
    },
    Group {
        name: "units and their order",
        prepare: |_| (),
        cases: &[
            ("no such category", "B0124", |b| {
                b.units[1].key = UnitKey::Category(60_000);
                b.manifest.order[1].unit = UnitKey::Category(60_000);
            }),
            ("a setting of no parameter", "B0124", |b| b.units[1].sets[0].param = 2),
            ("a default of no action", "B0124", |b| b.units[0].defaults[0].0 = 1),
            ("a threshold that is raised", "B0124", |b| b.units[1].thresholds.deny = Some(81)),
            ("a threshold set by the base", "B0124", |b| b.units[0].thresholds.deny = Some(79)),
            ("no such reason", "B0124", |b| b.units[0].rules[0].statements[0].reason = Some(3)),
            ("a refusal without a reason", "B0124", |b| b.units[0].rules[0].statements[0].reason = None),
            ("nobody to ask", "B0124", |b| {
                b.units[0].defaults[0].1 =
                    Disposition::StepUp(Approver { role: Some(1), quorum: 1, within: None });
            }),
            ("a rule for no action", "B0124", |b| b.units[0].rules[0].entries[0].0 = 1),
            ("a rule without its code", "B0124", |b| b.units[0].rules[0].entries[0].1 = 60_000),
            ("a rule for an action twice", "B0124", |b| b.units[0].rules[0].entries.push((0, 0))),
            ("a code that nothing uses", "B0124", |b| b.units[0].rules[0].entries.clear()),
            ("a rule at a stage of the engine", "B0124", |b| {
                b.units[0].rules[0].key.stage = Stage::Structure;
                b.manifest.order[0].rules[0].stage = Stage::Structure;
            }),
            ("a control that is not listed", "B0124", |b| b.units[0].rules[0].cites.push(0)),
            ("a condition of no category", "B0124", |b| b.conditions[0].category = 2),
            ("a condition without its code", "B0124", |b| b.conditions[0].code = 60_000),
            ("a condition twice", "B0124", |b| b.conditions.push(b.conditions[0])),
            ("a score of no action", "B0124", |b| b.scores.push(Score { action: 1, code: 0 })),
            ("stages exchanged", "B0125", |b| b.manifest.stages.swap(7, 8)),
            ("a stage left out", "B0125", |b| b.manifest.stages.retain(|stage| *stage != Stage::Expiry)),
            ("a stage twice", "B0125", |b| b.manifest.stages.push(Stage::Risk)),
            ("a rule left out of the table", "B0125", |b| drop(b.manifest.order[0].rules.pop())),
            ("a rule twice in the table", "B0125", |b| {
                let again = b.manifest.order[0].rules[0].clone();
                b.manifest.order[0].rules.insert(0, again);
            }),
            ("a rule twice in both places", "B0125", |b| {
                let (rule, entry) = (b.units[0].rules[0].clone(), b.manifest.order[0].rules[0].clone());
                b.units[0].rules.insert(0, rule);
                b.manifest.order[0].rules.insert(0, entry);
            }),
            ("rules exchanged in both places", "B0125", |b| {
                b.units[0].rules.swap(0, 1);
                b.manifest.order[0].rules.swap(0, 1);
            }),
            ("a rule at another stage than the table says", "B0125", |b| {
                b.units[0].rules[0].key.stage = Stage::Policy;
            }),
            ("units exchanged", "B0125", |b| b.units.swap(0, 1)),
            ("a unit left out of the table", "B0125", |b| drop(b.manifest.order.pop())),
            ("a unit left out", "B0125", |b| drop(b.units.remove(1))),
            ("a user twice", "B0125", |b| b.units.push(b.units[3].clone())),
            ("a base that counts and is observed", "B0143", |b| {
                let observed = Unit { mode: Mode::Observed, ..b.units[0].clone() };
                let order = UnitOrder { mode: Mode::Observed, ..b.manifest.order[0].clone() };
                b.units.insert(1, observed);
                b.manifest.order.insert(1, order);
            }),
            ("a base that is observed in one place only", "B0143", |b| b.units[0].mode = Mode::Observed),
            ("a layer that counts in one place only", "B0143", |b| b.units[1].mode = Mode::Observed),
        ],
    },
    Group {
        name: "an exception",
        prepare: |b| {
            b.units[0].rules[2].exceptions.push(Exception {
                name: "known".to_owned(),
                module: "kiosk".to_owned(),
                layer: UnitKey::Base,
                mode: Mode::Enforced,
                granted_by: "the desk".to_owned(),
                because: "a known case".to_owned(),
                expires: 1_800_000_000_000,
                entries: vec![(0, 3)],
            });
            b.units[0].code.codes.push(Code {
                temporaries: vec![SlotType::Bool],
                instrs: vec![lictor_bundle::instr::Instr::Answer { from: 0 }],
                sites: vec![],
            });
        },
        cases: &[
            ("from a layer after that of the rule", "B0124", |b| granted(b).layer = UnitKey::Category(1)),
            ("from a layer that is not there", "B0124", |b| granted(b).layer = UnitKey::Agent(2)),
            ("granted by nobody", "B0124", |b| granted(b).granted_by = " ".to_owned()),
            ("granted for nothing", "B0124", |b| granted(b).because.clear()),
            ("for other actions than its rule", "B0124", |b| granted(b).entries.clear()),
            ("without its code", "B0124", |b| granted(b).entries[0].1 = 60_000),
            ("without a name", "B0120", |b| granted(b).name.clear()),
            ("that ends like a rule", "B0130", |b| {
                b.units[0].code.codes[3].instrs[0] = lictor_bundle::instr::Instr::End;
            }),
            ("observed by itself in the base", "B0143", |b| granted(b).mode = Mode::Observed),
        ],
    },
    Group {
        name: "a source map",
        prepare: map,
        cases: &[
            ("another file", "B0126", |b| mapped(b).files[0] = "../../etc/passwd".to_owned()),
            ("a text in no file", "B0126", |b| mapped(b).texts[0].file = 1),
            ("a setting that is not there", "B0126", |b| mapped(b).sets.push((0, 1))),
            ("a rule too few", "B0126", |b| drop(mapped(b).rules.pop())),
            ("an action too many", "B0126", |b| mapped(b).rules[1].entries.push(vec![])),
            ("a tree that never ends", "B0126", |b| mapped(b).rules[1].nodes[1].size = 2),
            ("a node of no size", "B0126", |b| mapped(b).rules[1].nodes[1].size = 0),
            ("nodes nested beyond all bounds", "B0126", |b| {
                let node = mapped(b).rules[1].nodes[0].clone();
                mapped(b).rules[1].nodes =
                    (0..300).map(|at| Node { size: 300 - at, ..node.clone() }).collect();
            }),
            ("no such text", "B0126", |b| mapped(b).rules[1].nodes[0].text = u32::MAX),
            ("beyond the text", "B0126", |b| mapped(b).rules[1].nodes[0].bytes = (0, 7)),
            ("bytes that end before they begin", "B0126", |b| mapped(b).rules[1].nodes[0].bytes = (6, 0)),
            ("a name that was not given", "B0126", |b| {
                mapped(b).rules[1].nodes[1].kind = NodeKind::Local(1, String::new());
            }),
            ("no such parameter", "B0126", |b| mapped(b).rules[1].nodes[1].kind = NodeKind::Param(99)),
            ("no such fact", "B0126", |b| mapped(b).rules[1].nodes[1].kind = NodeKind::Fact(99)),
            ("no such statement", "B0126", |b| {
                mapped(b).rules[1].steps[0].kind = StepKind::Effect { statement: 1, on: true };
            }),
            ("no such condition", "B0126", |b| mapped(b).rules[1].steps[0].node = Some(2)),
            ("no such instruction", "B0126", |b| mapped(b).rules[1].entries[0][0].pc = u16::MAX),
            ("a mark about nothing", "B0126", |b| mapped(b).rules[1].entries[0][0].node = 2),
            ("a loop that is none", "B0126", |b| mapped(b).rules[1].entries[0][0].what = Known::Loop),
            ("a value of another type", "B0126", |b| mapped(b).rules[1].nodes[1].ty = Some(SlotType::Money)),
            ("no such register", "B0131", |b| {
                mapped(b).rules[1].entries[0][0].what =
                    Known::Value { register: None, present: vec![BEYOND], falling: false };
            }),
        ],
    },
];

fn granted(bundle: &mut Bundle) -> &mut Exception {
    &mut bundle.units[0].rules[2].exceptions[0]
}

fn mapped(bundle: &mut Bundle) -> &mut UnitMap {
    &mut bundle.units[0].map
}

/// A map of the base, in which the second rule has a tree of two nodes.
fn map(bundle: &mut Bundle) {
    let base = &mut bundle.units[0];
    let node =
        |kind, size| Node { kind, ty: Some(SlotType::Bool), secret: false, size, text: 0, bytes: (0, 6) };
    let empty = |rule: &Rule| RuleMap { entries: vec![vec![]; rule.entries.len()], ..RuleMap::default() };
    let mut rules: Vec<RuleMap> = base.rules.iter().map(empty).collect();
    rules[1] = RuleMap {
        nodes: vec![node(NodeKind::Not, 2), node(NodeKind::Constant, 1)],
        steps: vec![Step {
            kind: StepKind::Effect { statement: 0, on: true },
            depth: 0,
            text: 0,
            node: Some(0),
        }],
        entries: vec![vec![Mark {
            pc: 2,
            node: 1,
            what: Known::Value { register: Some(1), present: vec![], falling: false },
        }]],
    };
    base.map = UnitMap {
        files: vec!["base.lictor".to_owned()],
        texts: vec![Text { file: 0, line: 3, text: "not ok".to_owned() }],
        sets: vec![],
        rules,
    };
}
