//! Random requests: of the declared shape, with values around the constants of the policy.

use lictor_bundle::civil::{FIRST_DATE, LAST_DATE, LAST_TIME, LOCAL_TIME, render_date, render_time_of_day};
use lictor_bundle::decimal::render_decimal;
use lictor_bundle::schema::{Schema, Type as Declared};
use lictor_bundle::time::{FIRST_MOMENT, LAST_MOMENT, render_duration, render_timestamp};
use num_traits::Signed;

use super::policy::Policy;
use super::pool::{COUNTRIES, CURRENCIES, Pool, WEEKDAYS, ZONES, plain_amount};
use super::rng::Rng;
use super::scope::KEYS;
use super::types::{Field, Type};
use super::world::Action;
use crate::decide::Asked;
use crate::show::show;
use crate::value::Value;

/// JSON that is put together.
#[derive(Clone, Debug)]
pub enum Tree {
    /// A text that is JSON already.
    Leaf(String),
    /// An object.
    Object(Vec<(String, Tree)>),
    /// An array.
    Array(Vec<Tree>),
}

impl Tree {
    /// The JSON text.
    pub fn text(&self) -> String {
        match self {
            Tree::Leaf(text) => text.clone(),
            Tree::Array(elements) => {
                format!("[{}]", elements.iter().map(Tree::text).collect::<Vec<_>>().join(","))
            }
            Tree::Object(members) => {
                let members = members.iter().map(|(name, tree)| format!("{}:{}", quoted(name), tree.text()));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// A request of the declared shape, without facts.
pub fn request(rng: &mut Rng, policy: &Policy) -> Tree {
    let action = rng.pick(&policy.world.actions);
    shaped(rng, policy, "action", action)
}

/// The report of an event; none where no event is declared.
pub fn report(rng: &mut Rng, policy: &Policy) -> Option<Tree> {
    let event = policy.world.events.get(rng.below(2))?;
    Some(shaped(rng, policy, "event", event))
}

fn shaped(rng: &mut Rng, policy: &Policy, word: &str, action: &Action) -> Tree {
    let mut maker = Maker { rng, policy, canonical: false, vouched: true };
    let fields = policy.world.request_fields(action);
    let (envelope, own) = fields.split_at(4);
    let mut members = vec![(word.to_owned(), Tree::Leaf(quoted(&action.name)))];
    members.extend(maker.members(envelope));
    maker.vouched = word == "event";
    let own = maker.members(own);
    if !own.is_empty() || maker.rng.chance(70) {
        members.push(("params".to_owned(), Tree::Object(own)));
    }
    if rng.chance(10) {
        members.push(("schema_version".to_owned(), Tree::Leaf("1".to_owned())));
    }
    if rng.chance(20) {
        rng.shuffle(&mut members);
    }
    Tree::Object(members)
}

struct Maker<'m> {
    rng: &'m mut Rng,
    policy: &'m Policy,
    /// Whether a value is written in one way only, so that two texts are two values.
    canonical: bool,
    /// Whether it is the host that says this.
    vouched: bool,
}

impl Maker<'_> {
    fn members(&mut self, fields: &[Field]) -> Vec<(String, Tree)> {
        let mut members = Vec::new();
        for field in fields {
            // Who delegates and by which mandate is mostly there.
            let often = if matches!(field.name.as_str(), "user" | "mandate") { 88 } else { 70 };
            let absent = matches!(field.ty, Type::Optional(_)) && !self.rng.chance(often);
            if !absent {
                members.push((field.name.clone(), self.tree(&field.ty)));
            }
        }
        members
    }

    fn tree(&mut self, ty: &Type) -> Tree {
        match ty {
            Type::Optional(inner) => self.tree(inner),
            Type::Record(number) => {
                let fields = &self.policy.world.records[*number].1;
                let mut members = self.members(fields);
                if *number == 1 && self.rng.chance(65) {
                    let id = quoted(self.rng.pick::<&str>(&["u-1", "u-2"]));
                    members
                        .iter_mut()
                        .filter(|(name, _)| name == "id")
                        .for_each(|(_, tree)| *tree = Tree::Leaf(id.clone()));
                }
                Tree::Object(members)
            }
            Type::List(element, min, max) => {
                let count = min + self.rng.below(max.min(&6) - min + 1);
                Tree::Array((0..count).map(|_| self.tree(element)).collect())
            }
            Type::Set(element, min, max) => {
                let count = (*min).max(1) + self.rng.below(max - (*min).max(1) + 1);
                self.canonical = true;
                let mut elements: Vec<String> = (0..count).map(|_| self.tree(element).text()).collect();
                self.canonical = false;
                elements.sort();
                elements.dedup();
                Tree::Array(elements.into_iter().map(Tree::Leaf).collect())
            }
            Type::Map(entry, min, max) => {
                let mut keys = KEYS.to_vec();
                self.rng.shuffle(&mut keys);
                keys.truncate(min + self.rng.below(max - min + 1));
                Tree::Object(keys.into_iter().map(|key| (key.to_owned(), self.tree(entry))).collect())
            }
            Type::Entry(value) => self.tree(value),
            Type::Sourced(value) => self.sourced(value),
            Type::Money(signed) => self.money(*signed),
            scalar => Tree::Leaf(self.scalar(scalar)),
        }
    }

    fn sourced(&mut self, value: &Type) -> Tree {
        // The caller can only say that it is inferred; what else is sent is for `spoil` to try.
        let state = if self.vouched && self.rng.chance(75) {
            *self.rng.pick(&["withheld", "stale", "verified", "verified"])
        } else {
            "inferred"
        };
        let mut members = vec![("state".to_owned(), Tree::Leaf(quoted(state)))];
        if state != "withheld" {
            members.push(("value".to_owned(), self.tree(value)));
            if self.rng.chance(40) {
                let sure = self.rng.pick::<&str>(&["0", "\"0.93\"", "1", "0.5", "0.000000001"]);
                members.push(("confidence".to_owned(), Tree::Leaf((*sure).to_owned())));
            }
        }
        if matches!(state, "stale" | "verified") && self.rng.chance(50) {
            members.push(("verified_at".to_owned(), self.tree(&Type::Timestamp)));
        }
        self.rng.shuffle(&mut members);
        Tree::Object(members)
    }

    fn scalar(&mut self, ty: &Type) -> String {
        let pool = &self.policy.pool;
        match ty {
            Type::Bool => self.rng.chance(50).to_string(),
            Type::Int(sign) => {
                let number = Pool::near(self.rng, &pool.ints).max(0);
                let negative = *sign && self.rng.chance(40);
                (if negative { -number } else { number }).to_string()
            }
            Type::Decimal(sign) => {
                let step = i128::from(*self.rng.pick(&[0, 0, 1, 500_000_000]));
                let number = self
                    .rng
                    .pick(&pool.decimals)
                    .saturating_add(step)
                    .min(999_999_999_999_999_999_999_999_999);
                let text = render_decimal(if *sign && self.rng.chance(40) { -number } else { number });
                if !self.canonical && self.rng.chance(50) { format!("\"{text}\"") } else { text }
            }
            Type::Text(max) => {
                let unseen = !pool.unseen.is_empty() && self.rng.chance(20);
                let mut text = self.rng.pick(if unseen { &pool.unseen } else { &pool.texts }).clone();
                while text.len() > *max {
                    text.pop();
                }
                quoted(&text)
            }
            Type::Timestamp => quoted(&render_timestamp(
                Pool::near(self.rng, &pool.moments).clamp(FIRST_MOMENT, LAST_MOMENT),
            )),
            Type::Duration(sign) => {
                let length = Pool::near(self.rng, &pool.lengths).max(0);
                quoted(&render_duration(if *sign && self.rng.chance(40) { -length } else { length }))
            }
            Type::Form(form) => quoted(super::form::text(self.rng, *form, self.canonical)),
            Type::Country => quoted(self.rng.pick::<&str>(&COUNTRIES)),
            Type::Date => {
                quoted(&render_date(Pool::near(self.rng, &pool.dates).clamp(FIRST_DATE, LAST_DATE)))
            }
            Type::TimeOfDay => {
                quoted(&render_time_of_day(Pool::near(self.rng, &pool.times).clamp(0, LAST_TIME)))
            }
            Type::Weekday => quoted(self.rng.pick::<&str>(&WEEKDAYS)),
            Type::TimeZone => quoted(self.rng.pick::<&str>(&ZONES)),
            Type::Enum(number) => quoted(self.rng.pick::<String>(&self.policy.world.enums[*number].1)),
            other => unreachable!("{other:?} is no scalar with one text"),
        }
    }

    fn money(&mut self, signed: bool) -> Tree {
        // Mostly one currency, so that amounts can meet.
        let currency = if self.rng.chance(90) { 0 } else { self.rng.below(CURRENCIES.len()) };
        let (code, decimals) = CURRENCIES[currency];
        let near = Pool::near(self.rng, &self.policy.pool.minors).max(0);
        let minor = if signed && self.rng.chance(30) { -near } else { near };
        let plain = plain_amount(minor, decimals);
        let (name, amount) = match self.rng.below(3) {
            _ if self.canonical => ("minor", minor.to_string()),
            0 => ("minor", minor.to_string()),
            1 => ("amount", plain),
            _ => ("amount", format!("\"{plain}\"")),
        };
        let mut members =
            vec![(name.to_owned(), Tree::Leaf(amount)), ("currency".to_owned(), Tree::Leaf(quoted(code)))];
        if !self.canonical {
            self.rng.shuffle(&mut members);
        }
        Tree::Object(members)
    }
}

/// Adds what a decision asks for, until it asks for nothing more; now and then the host does not know.
pub fn with_facts(
    rng: &mut Rng,
    policy: &Policy,
    schema: &Schema,
    request: &Tree,
    mut ask: impl FnMut(&str) -> Option<Asked>,
) -> Tree {
    let Tree::Object(members) = request else { return request.clone() };
    let mut facts: Vec<Tree> = Vec::new();
    let with = |facts: &[Tree]| {
        let mut members = members.clone();
        if !facts.is_empty() {
            members.push(("facts".to_owned(), Tree::Array(facts.to_vec())));
        }
        Tree::Object(members)
    };
    while let Some(asked) = ask(&with(&facts).text()) {
        let params = &schema.facts[usize::from(asked.fact)].params;
        let types = params.iter().map(|param| &schema.types[usize::from(param.ty)]);
        let writable = types.zip(&asked.arguments).all(|(ty, value)| is_writable(ty, value));
        if facts.len() == 16 || !writable || rng.chance(8) {
            break;
        }
        facts.push(answer(rng, policy, schema, &asked));
    }
    with(&facts)
}

fn answer(rng: &mut Rng, policy: &Policy, schema: &Schema, asked: &Asked) -> Tree {
    let declared = &schema.facts[usize::from(asked.fact)];
    let arguments = declared.params.iter().zip(&asked.arguments);
    let arguments: Vec<(String, Tree)> = arguments
        .map(|(param, value)| {
            (param.name.clone(), argument(schema, &schema.types[usize::from(param.ty)], value))
        })
        .collect();
    let facts = &policy.world.facts;
    let result = facts.iter().find(|fact| fact.name == declared.name).map(|fact| &fact.result);
    let value = match result {
        Some(Type::Optional(_)) if rng.chance(25) => Tree::Leaf("null".to_owned()),
        Some(ty) => Maker { rng, policy, canonical: false, vouched: true }.tree(ty),
        None if declared.name == LOCAL_TIME => {
            let mut maker = Maker { rng, policy, canonical: false, vouched: true };
            Tree::Object(vec![
                ("date".to_owned(), maker.tree(&Type::Date)),
                ("time".to_owned(), maker.tree(&Type::TimeOfDay)),
                ("table".to_owned(), Tree::Leaf(quoted("2026e"))),
            ])
        }
        None => of_the_past(rng, policy, &schema.types[usize::from(declared.result)]),
    };
    Tree::Object(vec![
        ("fact".to_owned(), Tree::Leaf(quoted(&declared.name))),
        ("args".to_owned(), Tree::Object(arguments)),
        ("value".to_owned(), value),
    ])
}

/// An answer to a question about the past, which nobody declares.
fn of_the_past(rng: &mut Rng, policy: &Policy, result: &Declared) -> Tree {
    let ty = match result {
        Declared::Int { .. } => Type::Int(false),
        Declared::Money { signed } => Type::Money(*signed),
        _ if rng.chance(30) => return Tree::Leaf("null".to_owned()),
        _ => Type::Timestamp,
    };
    Maker { rng, policy, canonical: false, vouched: true }.tree(&ty)
}

/// Whether a value that was computed is one of the declared type: a fact can be asked with what nobody can answer.
fn is_writable(ty: &Declared, value: &Value) -> bool {
    match (value, ty) {
        (Value::Int(number), Declared::Int { signed })
        | (Value::Money(_, number), Declared::Money { signed })
        | (Value::Duration(number), Declared::Duration { signed }) => *signed || *number >= 0,
        (Value::Decimal(number), Declared::Decimal { signed }) => *signed || !number.is_negative(),
        (Value::Text(text), Declared::Text { max }) => text.len() <= *max as usize,
        (Value::Timestamp(moment), _) => (FIRST_MOMENT..=LAST_MOMENT).contains(moment),
        _ => true,
    }
}

/// An argument as JSON.
fn argument(schema: &Schema, ty: &Declared, value: &Value) -> Tree {
    Tree::Leaf(match (value, ty) {
        (Value::Bool(value), _) => value.to_string(),
        (Value::Int(number), _) => number.to_string(),
        (Value::Text(text), _) => quoted(text),
        (Value::Money(currency, minor), _) => {
            format!("{{\"minor\":{minor},\"currency\":{}}}", quoted(&currency.to_string()))
        }
        (Value::Enum(variant), Declared::Enum(id)) => {
            quoted(&schema.enums[usize::from(*id)].values[usize::from(*variant)])
        }
        // The others are shown as they are read.
        (other, _) => quoted(&show(schema, &lictor_compiler::typed::Ty::Bool, other)),
    })
}
