//! Requests and facts in canonical form: what is recorded of them follows from them alone.

use lictor_bundle::program::Bundle;
use lictor_compiler::project::{Project, SourceFile};
use serde_json::{Map, Value, json};

pub fn bundle() -> Bundle {
    let bytes = include_bytes!("orders.lictor").to_vec();
    let files = vec![SourceFile { path: "orders.lictor".to_owned(), bytes }];
    let compiled =
        lictor_compiler::compile(&Project { name: "orders".to_owned(), files, ..Project::default() });
    let errors: Vec<_> = compiled.diagnostics.iter().filter(|found| found.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    compiled.bundle.unwrap()
}

/// A request without anything special.
pub fn plain() -> Value {
    let line = json!({ "article": "a-1", "price": { "amount": "4.50", "currency": "USD" }, "sizes": {} });
    json!({
        "action": "order.place", "agent": { "id": "a-1" }, "user": { "id": "u-1" },
        "context": { "now": "2026-03-01T10:00:00Z" },
        "params": {
            "account": "u-1", "at": "2026-03-01T10:00:00.250Z", "fast": true, "lines": [line], "number": 3,
            "people": {}, "pin": 4, "speed": "express", "zone": "z-1",
        },
    })
}

/// All facts that are read of a request, in the order of their names.
pub fn facts(request: &Value) -> Vec<Value> {
    answered(request, &[Value::Null, Value::Null, Value::Null, json!({}), json!({}), Value::Null])
}

fn answered(request: &Value, answers: &[Value]) -> Vec<Value> {
    let params = &request["params"];
    let of = |name: &str, args: Value, value: &Value| json!({ "fact": name, "args": args, "value": value });
    let [known, friend, profile, one, other, seen] = answers else { unreachable!() };
    let mut said = [(&params["account"], one), (&params["zone"], other)];
    // As facts are sorted: by what they are asked with, the shorter texts first.
    said.sort_by_key(|(text, _)| (text.as_str().unwrap().len(), text.as_str().unwrap()));
    let [first, second] = said.map(|(text, value)| of("said", json!({ "text": text }), value));
    vec![
        of("friend", json!({ "code": params["pin"] }), friend),
        of("known", json!({ "text": params["account"] }), known),
        of("profile", json!({ "zone": params["zone"], "account": params["account"] }), profile),
        first,
        second,
        of("seen", json!({ "number": params["number"] }), seen),
    ]
}

/// Draws numbers: a case is a row of them, so that it is made smaller when it fails.
pub struct Dice<'d>(pub std::slice::Iter<'d, u64>);

impl Dice<'_> {
    fn below(&mut self, most: u64) -> u64 {
        self.0.next().copied().unwrap_or_default() % most
    }

    fn of<T: Copy>(&mut self, some: &[T]) -> T {
        some[self.below(some.len() as u64) as usize]
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(3) > 0).then(|| make(self))
    }

    fn some<T>(&mut self, most: u64, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(most + 1)).map(|_| make(self)).collect()
    }

    /// Texts of which several are the same, with whatever JSON writes in a way of its own.
    fn text(&mut self) -> String {
        match self.below(4) {
            0 => {
                let chars = ['"', '\\', '\n', '$', '\u{1}', '\u{7f}', 'ä', '\u{fffd}', '😀', '/', ','];
                self.some(5, |dice| dice.of(&chars)).into_iter().collect()
            }
            _ => self.of(&["u-1", "z-1", "a-1", "4.50", "10", "normal", "\",\"", ""]).to_owned(),
        }
    }

    /// Keys of maps: any.
    fn key(&mut self) -> String {
        let own = ["$committed", "$null", "$int", "$map", "a", "b", "Zürich", "value", "A"];
        if self.below(3) > 0 { self.of(&own).to_owned() } else { self.text() }
    }

    fn int(&mut self) -> i64 {
        let edges = [0, -1, (1 << 53) - 1, 1 << 53, 1 - (1 << 53), -(1 << 53), i64::MAX, i64::MIN];
        let any = self.below(u64::MAX) as i64;
        if self.below(3) == 0 { any } else { self.of(&edges) }
    }

    fn map(&mut self, mut value: impl FnMut(&mut Self) -> Value) -> Value {
        let entries = self.some(3, |dice| (dice.key(), value(dice)));
        Value::Object(entries.into_iter().collect::<Map<_, _>>())
    }

    fn contact(&mut self) -> Value {
        object([
            ("name", Some(self.text().into())),
            ("zip", Some(self.text().into())),
            ("code", self.maybe(Dice::int).map(Value::from)),
            ("aliases", Some(self.some(3, Dice::text).into())),
        ])
    }

    fn line(&mut self) -> Value {
        let amount = format!("{}.{:02}", self.below(99), self.below(100));
        object([
            ("price", Some(json!({ "amount": amount, "currency": self.of(&["USD", "EUR"]) }))),
            ("article", Some(self.text().into())),
            ("remark", self.maybe(Dice::text).map(Value::from)),
            ("sizes", Some(self.map(|dice| format!("{}.5", dice.below(500)).into()))),
        ])
    }

    fn sourced(&mut self, value: impl FnOnce(&mut Self) -> Value) -> Value {
        match self.maybe(value) {
            None => json!({ "state": "withheld" }),
            Some(value) => {
                json!({ "state": "verified", "verified_at": "2026-03-01T09:00:00Z", "confidence": "0.5", "value": value })
            }
        }
    }

    /// A request, and all facts that are read of it.
    pub fn asked(&mut self) -> (Value, Vec<Value>) {
        let mut request = plain();
        match self.maybe(Dice::text) {
            Some(user) => request["user"]["id"] = user.into(),
            None => _ = request.as_object_mut().unwrap().remove("user"),
        }
        // Asked twice with the same, a fact is one.
        let account = self.text();
        let zone = Some(self.text()).filter(|zone| *zone != account).unwrap_or_else(|| format!("{account}."));
        let more = object([
            ("account", Some(account.into())),
            ("zone", Some(zone.into())),
            ("number", Some(self.int().into())),
            ("pin", Some(self.int().into())),
            ("fast", Some((self.below(2) == 0).into())),
            ("lines", Some(self.some(3, Dice::line).into())),
            ("people", Some(self.map(Dice::contact))),
            ("whole", self.maybe(Dice::contact)),
            ("hidden", self.maybe(|dice| dice.map(Dice::line))),
            ("counted", self.maybe(Dice::int).map(Value::from)),
            ("offer", self.maybe(|dice| dice.sourced(Dice::line))),
        ]);
        request["params"].as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answers = [
            self.maybe(|dice| dice.sourced(Dice::contact)).unwrap_or_default(),
            self.maybe(Dice::text).map_or(Value::Null, Value::from),
            self.maybe(Dice::contact).unwrap_or_default(),
            self.map(Dice::contact),
            self.map(Dice::contact),
            self.maybe(|dice| dice.below(6)).map_or(Value::Null, Value::from),
        ];
        let facts = answered(&request, &answers);
        (request, facts)
    }
}

fn object<const COUNT: usize>(members: [(&str, Option<Value>); COUNT]) -> Value {
    let members = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(members.collect())
}
