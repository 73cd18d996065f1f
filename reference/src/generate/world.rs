//! What a policy declares: the shape of requests, facts, parameters, reasons and roles.

use super::param::Param;
use super::pool::Pool;
use super::rng::Rng;
use super::scope::Way;
use super::types::{Field, Type, field};
use lictor_bundle::form::Form;

/// The records of the envelope, which stand first among all records.
pub const ENVELOPE: [(&str, &str); 4] =
    [("agent", "Agent"), ("user", "User"), ("mandate", "Mandate"), ("context", "Context")];

/// Flags in use.
pub const FLAGS: [&str; 3] = ["financial", "outbound", "unusual"];
/// Amplifiers in use.
pub const AMPLIFIERS: [&str; 2] = ["harm", "reach"];

/// Everything that is declared.
#[derive(Clone, Debug)]
pub struct World {
    /// Enumerations: name and values.
    pub enums: Vec<(String, Vec<String>)>,
    /// The number of the enumeration of tiers, where there are tiers.
    pub tiers: Option<usize>,
    /// Records: name and fields; the first four are those of [`ENVELOPE`].
    pub records: Vec<(String, Vec<Field>)>,
    /// What `extend` adds to the first four.
    pub extensions: Vec<Vec<Field>>,
    /// Actions.
    pub actions: Vec<Action>,
    /// Events, which the host reports: they have fields, and nothing is decided about them.
    pub events: Vec<Action>,
    /// Look-ups of the host.
    pub facts: Vec<Fact>,
    /// Parameters.
    pub params: Vec<Param>,
    /// Functions.
    pub functions: Vec<Function>,
    /// Roles.
    pub roles: Vec<String>,
    /// Reason codes, and their texts where they have one.
    pub reasons: Vec<(String, String)>,
    /// Categories: name and condition.
    pub categories: Vec<(String, String)>,
    /// Whether there is an `escalate` line.
    pub escalates: bool,
    /// The risk model, as it is written.
    pub risk_model: Option<String>,
    /// Whether parameters are used without regard to the way in which they move. The compiler refuses most of such policies; what it
    /// does not refuse must keep to the laws.
    pub wild: bool,
}

/// An action.
#[derive(Clone, Debug)]
pub struct Action {
    /// `pay.charge`
    pub name: String,
    /// Its own fields. Those of one name have one type in most policies.
    pub fields: Vec<Field>,
    /// Its flags.
    pub flags: Vec<String>,
    /// Its amplifiers, each with the expression that says what it is.
    pub amplifiers: Vec<(&'static str, String)>,
    /// Its default, as it is written.
    pub default: String,
}

/// A look-up.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its name.
    pub name: String,
    /// What it is asked with.
    pub params: Vec<Field>,
    /// What it answers.
    pub result: Type,
}

/// A function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// What it takes.
    pub params: Vec<Field>,
    /// What it gives.
    pub result: Type,
    /// Which way that moves when parameters get stricter.
    pub way: Way,
    /// How deep loops stand in one another in it.
    pub loops: usize,
    /// It, as it is written.
    pub body: String,
}

impl World {
    /// A random one, without functions and categories: these are made of expressions.
    pub fn random(rng: &mut Rng, pool: &mut Pool) -> World {
        let mut enums: Vec<(String, Vec<String>)> = (0..1 + rng.below(2))
            .map(|n| (format!("Kind{n}"), (0..2 + rng.below(3)).map(|v| format!("k{n}_{v}")).collect()))
            .collect();
        let tiers = rng.chance(75).then_some(enums.len());
        if tiers.is_some() {
            enums.push(("Tier".to_owned(), (0..2 + rng.below(2)).map(|n| format!("tier{n}")).collect()));
        }
        let mut world = World {
            enums,
            tiers,
            records: Vec::new(),
            extensions: Vec::new(),
            actions: Vec::new(),
            events: Vec::new(),
            facts: Vec::new(),
            params: (0..3 + rng.below(8)).map(|n| Param::random(rng, pool, n)).collect(),
            functions: Vec::new(),
            roles: (0..1 + rng.below(3)).map(|n| format!("role{n}")).collect(),
            reasons: (0..6).map(|n| (format!("CODE_{n}"), reason_text(rng, n))).collect(),
            categories: Vec::new(),
            escalates: rng.chance(70),
            risk_model: rng.chance(60).then(|| risk_model(rng)),
            wild: false,
        };
        world.envelope(rng);
        for number in 0..1 + rng.below(4) {
            let fields = world.fields(rng, 1, 5);
            world.records.push((format!("Part{number}"), fields));
        }
        world.actions(rng);
        for number in 0..1 + rng.below(5) {
            let params = (0..rng.below(3)).map(|n| field(format!("q{n}"), world.scalar(rng))).collect();
            let result = world.ty(rng);
            world.facts.push(Fact { name: format!("fact{number}"), params, result });
        }
        world
    }

    /// The fields every request has, with what is added to them.
    fn envelope(&mut self, rng: &mut Rng) {
        let text = || Type::Text(4096);
        let mut agent = vec![field("id", text())];
        agent.extend(self.tiers.map(|tiers| field("tier", Type::Enum(tiers))));
        let mandate = vec![
            field("scope", Type::List(Box::new(text()), 1, 64).optional()),
            field("ceiling", Type::Money(false).optional()),
            field("issued_at", Type::Timestamp.optional()),
            field("expires_at", Type::Timestamp.optional()),
            field("nonce", text().optional()),
        ];
        let context = vec![field("now", Type::Timestamp), field("ip_country", Type::Country.optional())];
        for (part, own) in [agent, vec![field("id", text())], mandate, context].into_iter().enumerate() {
            let count = if rng.chance(50) { rng.below(3) } else { 0 };
            let added: Vec<Field> =
                (0..count).map(|n| field(format!("e{part}_{n}"), self.ty(rng).optional())).collect();
            self.records.push((ENVELOPE[part].1.to_owned(), [own, added.clone()].concat()));
            self.extensions.push(added);
        }
    }

    fn actions(&mut self, rng: &mut Rng) {
        let shared = self.fields(rng, 4, 8);
        let names = ["pay.charge", "pay.move", "data.read", "data.share.out", "note"];
        for name in names.iter().take(1 + rng.below(names.len())) {
            let mut fields: Vec<Field> = shared.iter().filter(|_| rng.chance(65)).cloned().collect();
            for field in &mut fields {
                field.name = field.name.replace('f', "x");
                if rng.chance(1) {
                    field.ty = self.ty(rng);
                }
            }
            let default = match rng.below(6) {
                0 => "deny".to_owned(),
                1 if self.escalates => "step_up".to_owned(),
                1 | 2 => format!("step_up to {}", rng.pick(&self.roles)),
                _ => "allow".to_owned(),
            };
            let flags = FLAGS.into_iter().filter(|_| rng.chance(40)).map(str::to_owned).collect();
            let (name, amplifiers) = ((*name).to_owned(), Vec::new());
            self.actions.push(Action { name, fields, flags, amplifiers, default });
        }
        for name in ["auth.sca", "pay.settled"] {
            if !rng.chance(40) {
                continue;
            }
            let mut fields: Vec<Field> = shared.iter().filter(|_| rng.chance(65)).cloned().collect();
            fields.iter_mut().for_each(|field| field.name = field.name.replace('f', "x"));
            let (name, flags, amplifiers) = (name.to_owned(), Vec::new(), Vec::new());
            self.events.push(Action { name, fields, flags, amplifiers, default: String::new() });
        }
    }

    fn fields(&self, rng: &mut Rng, least: usize, most: usize) -> Vec<Field> {
        let count = least + rng.below(most - least + 1);
        (0..count).map(|n| field(format!("f{n}"), self.ty(rng))).collect()
    }

    /// A scalar type with random bounds.
    pub fn scalar(&self, rng: &mut Rng) -> Type {
        match rng.below(16) {
            0 => Type::Bool,
            1 | 2 => Type::Int(rng.chance(30)),
            3 => Type::Decimal(rng.chance(30)),
            4..=6 => Type::Money(rng.chance(25)),
            7 => Type::Text(*rng.pick(&[8, 64, 4096])),
            8 => Type::Timestamp,
            9 => Type::Duration(rng.chance(30)),
            10 => Type::Country,
            11 => rng.pick(&[Type::Date, Type::Date, Type::TimeOfDay]).clone(),
            12 => rng.pick(&[Type::Weekday, Type::TimeZone]).clone(),
            13 | 14 => Type::Form(*rng.pick(&Form::ALL)),
            _ => Type::Enum(rng.below(self.enums.len())),
        }
    }

    /// A type: a scalar, a collection, or a record that is declared by now; some of them optional.
    fn ty(&self, rng: &mut Rng) -> Type {
        let own = self.records.len().saturating_sub(ENVELOPE.len());
        let record = |rng: &mut Rng| Type::Record(ENVELOPE.len() + rng.below(own));
        let ty = match rng.below(12) {
            10 => {
                let value = if own > 0 && rng.chance(30) { record(rng) } else { self.scalar(rng) };
                Type::Map(Box::new(Type::Entry(Box::new(value))), rng.below(2), 1 + rng.below(5))
            }
            11 => {
                let value = if own > 0 && rng.chance(30) { record(rng) } else { self.scalar(rng) };
                Type::Sourced(Box::new(value))
            }
            0 | 1 if own > 0 => record(rng),
            2 if own > 0 => Type::List(Box::new(record(rng)), rng.below(2), 1 + rng.below(4)),
            3 => {
                let element = if rng.chance(10) { self.scalar(rng).optional() } else { self.scalar(rng) };
                Type::List(Box::new(element), rng.below(2), 1 + rng.below(5))
            }
            4 => Type::Set(Box::new(self.scalar(rng)), rng.below(2), 1 + rng.below(5)),
            _ => self.scalar(rng),
        };
        if rng.chance(35) { ty.optional() } else { ty }
    }

    /// A type as it is written.
    pub fn written(&self, ty: &Type) -> String {
        let signed =
            |signed: bool, name: &str| if signed { format!("signed {name}") } else { name.to_owned() };
        match ty {
            Type::Bool => "Bool".to_owned(),
            Type::Int(sign) => signed(*sign, "Int"),
            Type::Decimal(sign) => signed(*sign, "Decimal"),
            Type::Money(sign) => signed(*sign, "Money"),
            Type::Duration(sign) => signed(*sign, "Duration"),
            Type::Text(max) => format!("String max {max}"),
            Type::Timestamp => "Timestamp".to_owned(),
            Type::Country => "Country".to_owned(),
            Type::Date => "Date".to_owned(),
            Type::TimeOfDay => "TimeOfDay".to_owned(),
            Type::Weekday => "Weekday".to_owned(),
            Type::TimeZone => "TimeZone".to_owned(),
            Type::Form(form) => form.name().to_owned(),
            Type::Enum(number) => self.enums[*number].0.clone(),
            Type::Record(number) => self.records[*number].0.clone(),
            Type::List(element, min, max) => format!("List<{}, min {min}, max {max}>", self.written(element)),
            Type::Set(element, min, max) => format!("Set<{}, min {min}, max {max}>", self.written(element)),
            Type::Map(entry, min, max) => {
                format!("Map<String max 20, {}, min {min}, max {max}>", self.written(entry))
            }
            // A map is written with what its entries hold.
            Type::Entry(value) => self.written(value),
            Type::Sourced(inner) => format!("Sourced<{}>", self.written(inner)),
            Type::State => "SourceState".to_owned(),
            Type::Optional(inner) => format!("{}?", self.written(inner)),
        }
    }

    /// The members of a request to an action: the envelope's, then its own.
    pub fn request_fields(&self, action: &Action) -> Vec<Field> {
        let parts = ENVELOPE.iter().enumerate().map(|(number, (name, _))| {
            let record = Type::Record(number);
            field(*name, if matches!(number, 1 | 2) { record.optional() } else { record })
        });
        parts.chain(action.fields.iter().cloned()).collect()
    }
}

fn risk_model(rng: &mut Rng) -> String {
    let mut text = String::from("risk model {\n");
    if rng.chance(70) {
        let weights: Vec<String> = FLAGS
            .iter()
            .map(|flag| format!("{flag} {}", rng.pick(&["0", "1", "2.5", "10", "0.000000001"])))
            .collect();
        text.push_str(&format!("  flags {{ {} }}\n", weights.join(", ")));
    }
    if rng.chance(70) {
        let weights: Vec<String> = AMPLIFIERS
            .iter()
            .map(|name| format!("{name} {}", rng.pick(&["0", "0.2", "0.333333333", "1", "100"])))
            .collect();
        text.push_str(&format!("  amplifiers {{ {} }}\n", weights.join(", ")));
    }
    if rng.chance(50) {
        text.push_str("  step_up at 20\n  deny at 60\n");
    }
    format!("{text}}}")
}

fn reason_text(rng: &mut Rng, number: usize) -> String {
    if rng.chance(15) { String::new() } else { format!("reason {number} in words") }
}
