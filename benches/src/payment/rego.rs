//! Rego with regorus: the policy compiled once, lists as objects in the data, the input built from a struct.

use std::collections::BTreeMap;
use std::sync::Arc;

use regorus::rvm::RegoVM;
use regorus::{Engine, Value};

use super::lists::{self, LIMITS, RISKY_COUNTRIES, RISKY_GOODS};
use super::outcome::{Outcome, SOFT};
use super::request::Request;

const POLICY: &str = include_str!("../../policies/payment/peers/payment.rego");
const DECISION: &str = "data.payment.decision";

/// The lists, as the policy looks them up.
fn data() -> Value {
    let yes = |all: &mut dyn Iterator<Item = &'static str>| {
        Value::from(all.map(|one| (Value::from(one), Value::from(true))).collect::<BTreeMap<_, _>>())
    };
    let limits = LIMITS.iter().map(|&(name, limit)| (Value::from(name), Value::from(limit)));
    object([
        ("merchants", yes(&mut lists::merchants())),
        ("skus", yes(&mut lists::skus())),
        ("risky_countries", yes(&mut RISKY_COUNTRIES.into_iter())),
        ("risky_goods", yes(&mut RISKY_GOODS.into_iter())),
        ("limits", Value::from(limits.collect::<BTreeMap<_, _>>())),
    ])
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::from(
        members.into_iter().map(|(name, value)| (Value::from(name), value)).collect::<BTreeMap<_, _>>(),
    )
}

fn engine() -> Engine {
    let mut engine = Engine::new();
    engine.add_policy("payment.rego".to_owned(), POLICY.to_owned()).expect("the policy is Rego");
    engine.add_data(data()).expect("the data is an object");
    engine
}

/// Builds the input from the struct.
#[must_use]
pub fn prepare(request: &Request<'_>) -> Value {
    let Request { mandate, context, params, .. } = request;
    let texts = |all: &[&str]| Value::from(all.iter().map(|&one| Value::from(one)).collect::<Vec<_>>());
    object([
        ("agent_verified", Value::from(context.agent_verified)),
        ("now", Value::from(context.now)),
        ("expires_at", Value::from(mandate.expires_at)),
        ("minute_of_day", Value::from(context.minute_of_day)),
        ("scope", texts(&mandate.scope)),
        ("merchant", Value::from(params.merchant.id)),
        ("currency", Value::from(params.amount.currency)),
        ("amount", Value::from(params.amount.minor)),
        ("category", Value::from(params.merchant.category)),
        ("ceiling_currency", Value::from(mandate.ceiling.currency)),
        ("ceiling", Value::from(mandate.ceiling.minor)),
        ("recent_nonces", texts(&context.recent_nonces)),
        ("nonce", Value::from(mandate.nonce)),
        ("skus", texts(&params.skus)),
        ("spent_currency", Value::from(context.spent_today.currency)),
        ("spent_today", Value::from(context.spent_today.minor)),
        ("attempts_last_hour", Value::from(context.attempts_last_hour)),
        ("ip_country", Value::from(context.ip_country)),
        ("merchant_country", Value::from(params.merchant.country)),
        ("agent_since", Value::from(context.agent_since)),
    ])
}

/// The interpreter.
pub struct Interpreter(Engine);

impl Interpreter {
    /// Reads the policy once.
    #[must_use]
    pub fn new() -> Interpreter {
        Interpreter(engine())
    }

    /// Decides an input.
    ///
    /// # Panics
    /// The policy cannot be evaluated.
    #[must_use]
    pub fn decide(&mut self, input: &Value) -> Outcome<'static> {
        self.0.set_input(input.clone());
        outcome(&self.0.eval_rule(DECISION.to_owned()).expect("the policy can be evaluated"))
    }
}

impl Default for Interpreter {
    fn default() -> Interpreter {
        Interpreter::new()
    }
}

/// The virtual machine.
pub struct Machine(RegoVM);

impl Machine {
    /// Compiles the policy once.
    ///
    /// # Panics
    /// It does not compile.
    #[must_use]
    pub fn new() -> Machine {
        let policy = engine().compile_with_entrypoint(&DECISION.into()).expect("the policy compiles");
        let program = regorus::languages::rego::compiler::Compiler::compile_from_policy(&policy, &[DECISION]);
        let mut vm = RegoVM::new();
        vm.load_program(program.expect("the policy compiles to a program"));
        vm.set_data(data()).expect("the data is an object");
        vm.set_max_instructions(usize::MAX);
        Machine(vm)
    }

    /// Decides an input.
    ///
    /// # Panics
    /// The policy cannot be evaluated.
    #[must_use]
    pub fn decide(&mut self, input: &Value) -> Outcome<'static> {
        self.0.set_input(input.clone());
        outcome(&self.0.execute().expect("the policy can be evaluated"))
    }
}

impl Default for Machine {
    fn default() -> Machine {
        Machine::new()
    }
}

/// What the policy says: the hard rule that refuses, or the soft ones that hold.
fn outcome(value: &Value) -> Outcome<'static> {
    let object = value.as_object().expect("the policy answers with an object");
    if let Some(code) = object.get(&Value::from("hard")) {
        let code: &Arc<str> = match code {
            Value::String(code) => code,
            other => panic!("{other:?}"),
        };
        let own = ["CURRENCY_MISMATCH"];
        let code = super::outcome::HARD.iter().chain(&own).find(|known| ***known == **code);
        return Outcome::deny(code.copied().unwrap_or("?"));
    }
    let (mut score, mut asked) = (0, None);
    let soft = object.get(&Value::from("soft")).and_then(|soft| soft.as_set().ok());
    for code in soft.expect("the policy answers with a set") {
        let found = SOFT.iter().find(|(soft, _)| code.as_string().is_ok_and(|code| &**code == *soft));
        match found {
            Some((code, 0)) => asked = Some(*code),
            Some((_, points)) => score += points,
            None => {}
        }
    }
    Outcome::soft(score, asked)
}
