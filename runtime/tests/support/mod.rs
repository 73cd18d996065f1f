//! Small bundles made by hand, and requests to them.

#![allow(dead_code, unused_imports, reason = "each test file uses its part")]

mod declared;

use lictor_bundle::currency::Currency;
use lictor_bundle::instr::Instr;
use lictor_bundle::program::*;
use lictor_bundle::schema::*;
use lictor_runtime::{Decision, Engine};
use serde_json::{Value, json};

pub use declared::{reg, schema, ty};

/// Reason codes.
pub const AGE: ReasonId = 0;
pub const LIMIT: ReasonId = 1;
pub const NOTED: ReasonId = 2;
pub const LISTED: ReasonId = 3;

/// Parameters.
pub const ALLOWED_TAGS: ParamId = 0;
pub const BLOCKED_TAGS: ParamId = 1;
pub const MAX_AMOUNT: ParamId = 2;
pub const MIN_AGE: ParamId = 3;
pub const STRICT: ParamId = 4;

/// Actions.
pub const CHARGE: ActionId = 0;
pub const REFUND: ActionId = 1;

/// Categories.
pub const GAMBLING: UnitKey = UnitKey::Category(0);
pub const TRAVEL: UnitKey = UnitKey::Category(1);

pub fn usd(minor: i64) -> Scalar {
    Scalar::Money(Currency::parse("USD").unwrap(), minor)
}

pub fn eur(minor: i64) -> Scalar {
    Scalar::Money(Currency::parse("EUR").unwrap(), minor)
}

pub fn texts(texts: &[&str]) -> Vec<Scalar> {
    texts.iter().map(|text| Scalar::Text((*text).to_owned())).collect()
}

/// A rule's or a condition's code with what it needs from its unit.
#[derive(Default)]
pub struct Asm {
    pub temporaries: Vec<SlotType>,
    pub constants: Vec<Constant>,
    pub instrs: Vec<Instr>,
    /// Statements in order, each with the arguments of its message; statement n has site n.
    pub statements: Vec<(Statement, Vec<Argument>)>,
}

/// A statement without a message of its own.
pub fn plain(effect: Effect, reason: ReasonId) -> (Statement, Vec<Argument>) {
    (Statement { effect, reason: Some(reason), told_as: None, message: vec![], others: 0, line: 1 }, vec![])
}

/// Asks one person of this role, or the user.
pub fn asks(role: Option<RoleId>) -> Approver {
    Approver { role, quorum: 1, within: None }
}

/// A rule that always does this.
pub fn always(effect: Effect, reason: ReasonId) -> Asm {
    let instr = match effect {
        Effect::Deny => Instr::Deny { site: 0 },
        Effect::StepUp(_) => Instr::StepUp { site: 0 },
        Effect::Risk(_) | Effect::Flag(_) | Effect::Amplify(..) => Instr::Risk { site: 0 },
        Effect::Oblige { .. } => Instr::Oblige { site: 0 },
    };
    let mut instrs = vec![instr];
    if !matches!(instr, Instr::Deny { .. }) {
        instrs.push(Instr::End);
    }
    Asm { instrs, statements: vec![plain(effect, reason)], ..Asm::default() }
}

/// A policy being put together.
pub struct Policy {
    pub bundle: Bundle,
}

impl Policy {
    /// The declarations, and an empty base that allows charges.
    pub fn new() -> Policy {
        let manifest = Manifest {
            name: "test".to_owned(),
            release: Default::default(),
            language_version: LANGUAGE_VERSION,
            instruction_set_version: INSTRUCTION_SET_VERSION,
            sources: vec![("base.lictor".to_owned(), [0; 32])],
            stages: Stage::ALL.to_vec(),
            order: vec![],
            tests: TestSummary::default(),
            controls: vec![],
        };
        let mut policy = Policy {
            bundle: Bundle {
                manifest,
                schema: schema(),
                conditions: vec![],
                scores: vec![],
                condition_code: CodeBlock::default(),
                tools: Default::default(),
                units: vec![],
            },
        };
        policy.default(UnitKey::Base, CHARGE, Disposition::Allow);
        policy
    }

    fn unit(&mut self, key: UnitKey) -> &mut Unit {
        let units = &mut self.bundle.units;
        let at = units.iter().position(|unit| unit.key == key).unwrap_or_else(|| {
            let code = CodeBlock::default();
            units.push(Unit {
                key,
                mode: Mode::Enforced,
                sets: vec![],
                defaults: vec![],
                thresholds: Default::default(),
                rules: vec![],
                code,
                map: Default::default(),
                sources: vec![],
                groups: Vec::new(),
            });
            units.len() - 1
        });
        &mut units[at]
    }

    pub fn default(&mut self, key: UnitKey, action: ActionId, default: Disposition) -> &mut Policy {
        let unit = self.unit(key);
        unit.defaults.push((action, default));
        unit.defaults.sort_by_key(|(action, _)| *action);
        self
    }

    pub fn set(&mut self, key: UnitKey, param: ParamId, value: ParamValue) -> &mut Policy {
        let unit = self.unit(key);
        unit.sets.push(ParamSet { param, value });
        unit.sets.sort_by_key(|set| set.param);
        self
    }

    /// Adds a rule for charges.
    pub fn rule(&mut self, key: UnitKey, stage: Stage, name: &str, asm: Asm) -> &mut Policy {
        let unit = self.unit(key);
        let position = unit.rules.len() as u32;
        let statements = asm.statements.iter().map(|(statement, _)| statement.clone()).collect();
        let code = add_code(&mut unit.code, asm);
        unit.rules.push(Rule {
            name: name.to_owned(),
            key: RuleKey { stage, module: "acme.rules".to_owned(), position },
            docs: String::new(),
            cites: vec![],
            source: ("base.lictor".to_owned(), position + 1),
            entries: vec![(CHARGE, code)],
            statements,
            exceptions: vec![],
        });
        self
    }

    /// Adds a category's condition for charges, and a unit for it.
    pub fn category(&mut self, key: UnitKey, asm: Asm) -> &mut Policy {
        let UnitKey::Category(category) = key else { panic!("not a category") };
        let code = add_code(&mut self.bundle.condition_code, asm);
        self.bundle.conditions.push(Condition { category, action: CHARGE, code });
        self.bundle.conditions.sort_by_key(|condition| condition.category);
        self.unit(key);
        self
    }

    /// The whole policy, sorted, verified and loaded.
    pub fn engine(&self) -> Engine {
        let mut bundle = self.bundle.clone();
        bundle.units.sort_by(|left, right| left.key.cmp(&right.key));
        for unit in &mut bundle.units {
            unit.rules.sort_by(|left, right| left.key.cmp(&right.key));
            let rules = unit.rules.iter().map(|rule| rule.key.clone()).collect();
            if !unit.key.is_user() {
                bundle.manifest.order.push(UnitOrder { unit: unit.key.clone(), mode: unit.mode, rules });
            }
        }
        Engine::from_bundle(bundle).unwrap()
    }
}

fn add_code(block: &mut CodeBlock, asm: Asm) -> u16 {
    let places: Vec<u16> = asm
        .constants
        .into_iter()
        .map(|constant| {
            let at = block.constants.iter().position(|known| *known == constant).unwrap_or_else(|| {
                block.constants.push(constant);
                block.constants.len() - 1
            });
            at as u16
        })
        .collect();
    let instrs = asm
        .instrs
        .into_iter()
        .map(|instr| match instr {
            Instr::Constant { to, constant } => {
                Instr::Constant { to, constant: places[usize::from(constant)] }
            }
            other => other,
        })
        .collect();
    let sites =
        (0..).zip(asm.statements).map(|(statement, (_, arguments))| Site { statement, arguments }).collect();
    let code = Code { temporaries: asm.temporaries, instrs, sites };
    let at = block.codes.iter().position(|known| *known == code).unwrap_or_else(|| {
        block.codes.push(code);
        block.codes.len() - 1
    });
    at as u16
}

/// A good charge of 20 USD.
pub fn charge() -> Value {
    json!({
        "action": "payment.charge",
        "agent": { "id": "shopper-7", "tier": "known" },
        "user": { "id": "u-4711" },
        "context": { "now": "2026-03-01T10:00:00Z", "ip_country": "US" },
        "params": {
            "merchant": { "id": "m-1", "mcc": 5942 },
            "amount": { "amount": "20.00", "currency": "USD" },
        },
    })
}

/// The charge with one member changed, given by its JSON pointer; null takes it away.
pub fn charge_with(changes: &[(&str, Value)]) -> Value {
    let mut request = charge();
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = request.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        if value.is_null() {
            parent.remove(name);
        } else {
            parent.insert(name.to_owned(), value.clone());
        }
    }
    request
}

pub fn decide(engine: &Engine, request: &Value) -> Decision {
    engine.decide_once(request.to_string().as_bytes())
}

/// The decision and its code in one line.
pub fn outcome(decision: &Decision) -> String {
    let verdict = serde_json::to_value(decision.decision).unwrap();
    format!("{} {}", verdict.as_str().unwrap(), decision.reason_code)
}

/// The checks in one line, leaving out what passed.
pub fn checks(decision: &Decision) -> String {
    let results = decision.checks.iter().map(|check| {
        let result = serde_json::to_value(check.result).unwrap();
        format!("{}={}", check.stage.name(), result.as_str().unwrap())
    });
    results.filter(|result| !result.ends_with("=pass")).collect::<Vec<_>>().join(" ")
}
