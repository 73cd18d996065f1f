//! CEL: one program a rule, compiled once; lists are keys of maps in a context that is built once; the host stops at the first hard
//! rule that refuses and adds the points of the soft ones.

use std::collections::HashMap;

use cel::{Context, Program, Value};

use super::lists::{self, LIMIT, LIMITS, RISKY_COUNTRIES, RISKY_GOODS};
use super::outcome::{Outcome, SOFT};
use super::request::Request;

const POLICY: &str = include_str!("../../policies/payment/peers/payment.cel");

/// What is made once.
pub struct Cel {
    hard: Vec<(&'static str, Program)>,
    soft: Vec<(&'static str, i64, Program)>,
    lists: Context<'static, 'static>,
    limits: HashMap<&'static str, i64>,
}

/// A request as CEL takes it.
pub struct Prepared<'p>(Context<'p, 'static>);

impl Cel {
    /// Compiles the expressions once.
    ///
    /// # Panics
    /// One of them is not CEL.
    #[must_use]
    pub fn new() -> Cel {
        let (mut hard, mut soft) = (Vec::new(), Vec::new());
        for line in POLICY.lines().filter(|line| !line.starts_with("//") && !line.is_empty()) {
            let (code, expression) = line.split_once(": ").expect("a rule is a code and an expression");
            let program = Program::compile(expression).expect("the expression is CEL");
            match SOFT.iter().find(|(soft, _)| *soft == code) {
                Some((_, points)) => soft.push((code, *points, program)),
                None => hard.push((code, program)),
            }
        }
        let yes = |all: &mut dyn Iterator<Item = &'static str>| {
            all.map(|one| (one.to_owned(), true)).collect::<HashMap<String, bool>>()
        };
        let mut lists = Context::default();
        lists.add_variable_from_value("merchants", yes(&mut lists::merchants()));
        lists.add_variable_from_value("allowed_skus", yes(&mut lists::skus()));
        lists.add_variable_from_value("risky_countries", yes(&mut RISKY_COUNTRIES.into_iter()));
        lists.add_variable_from_value("risky_goods", yes(&mut RISKY_GOODS.into_iter()));
        Cel { hard, soft, lists, limits: LIMITS.into_iter().collect() }
    }

    /// Builds the context of the request from the struct.
    #[must_use]
    pub fn prepare(&self, request: &Request<'_>) -> Prepared<'_> {
        let Request { mandate, context, params, .. } = request;
        let texts = |all: &[&str]| all.iter().map(|&one| Value::from(one)).collect::<Vec<_>>();
        let limit = self.limits.get(params.merchant.category).copied().unwrap_or(LIMIT);
        let mut scope = self.lists.new_inner_scope();
        let mut add = |name: &str, value: Value| scope.add_variable_from_value(name, value);
        add("agent_verified", Value::from(context.agent_verified));
        add("now", Value::from(context.now));
        add("expires_at", Value::from(mandate.expires_at));
        add("minute_of_day", Value::from(context.minute_of_day));
        add("scope", Value::from(texts(&mandate.scope)));
        add("merchant", Value::from(params.merchant.id));
        add("currency", Value::from(params.amount.currency));
        add("amount", Value::from(params.amount.minor));
        add("category", Value::from(params.merchant.category));
        add("limit", Value::from(limit));
        add("ceiling_currency", Value::from(mandate.ceiling.currency));
        add("ceiling", Value::from(mandate.ceiling.minor));
        add("recent_nonces", Value::from(texts(&context.recent_nonces)));
        add("nonce", Value::from(mandate.nonce));
        add("skus", Value::from(texts(&params.skus)));
        add("spent_currency", Value::from(context.spent_today.currency));
        add("spent_today", Value::from(context.spent_today.minor));
        add("attempts_last_hour", Value::from(context.attempts_last_hour));
        add("ip_country", Value::from(context.ip_country));
        add("merchant_country", Value::from(params.merchant.country));
        add("agent_since", Value::from(context.agent_since));
        Prepared(scope)
    }

    /// Decides a request that was built before.
    #[must_use]
    pub fn decide(&self, Prepared(scope): &Prepared<'_>) -> Outcome<'static> {
        for (code, program) in &self.hard {
            match program.execute(scope) {
                Ok(Value::Bool(false)) => {}
                Ok(Value::Bool(true)) => return Outcome::deny(code),
                _ => return Outcome::deny("EVALUATION_ERROR"),
            }
        }
        let (mut score, mut asked) = (0, None);
        for (code, points, program) in &self.soft {
            match program.execute(scope) {
                Ok(Value::Bool(false)) => {}
                Ok(Value::Bool(true)) if *points == 0 => asked = Some(*code),
                Ok(Value::Bool(true)) => score += points,
                _ => return Outcome::deny("EVALUATION_ERROR"),
            }
        }
        Outcome::soft(score, asked)
    }
}

impl Default for Cel {
    fn default() -> Cel {
        Cel::new()
    }
}
