//! A warning that something never happens is a claim about every request. Here it is held against requests: policies and requests
//! at random, and whatever was said never to fire must not.

use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};
use lictor_runtime::{Engine, Scratch};
use serde_json::{Value, json};

const DECLARED: &str = "module m
layer base
roles { boss \"The boss\" }
reasons {
  REQUIRED \"a\"
  SCORED \"b\"
  ASKED \"c\"
}
enum Colour { red, green, blue }
record Box { weight: Int, lid: Bool? }
action a.b {
  few: Int
  any_number: signed Int
  maybe: Int?
  yes: Bool
  colour: Colour
  text: String
  price: Money
  crate: Box?
  list: List<Int, min 0, max 3>
  filled: List<Int, max 3>
  default allow
}
";

/// A generator of numbers (the constants of MMIX, by Knuth).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }

    fn number(&mut self) -> String {
        let numbers = [
            "few",
            "any_number",
            "maybe otherwise 1",
            "size(list)",
            "size(filled)",
            "crate.weight otherwise 2",
        ];
        match self.below(6) {
            0 => format!("count(x in list: x > {})", self.below(3)),
            1 => "sum(x in filled: x)".to_string(),
            2 => format!(
                "({} {} {})",
                self.one(&["few", "any_number"]),
                self.one(&["+", "-", "*"]),
                self.below(3)
            ),
            3 => format!("(if yes then {} else {})", self.one(&numbers), self.below(3)),
            _ => self.one(&numbers).to_string(),
        }
    }

    fn condition(&mut self, depth: usize) -> String {
        let compare = self.one(&["<", "<=", ">", ">=", "==", "!="]);
        match self.below(if depth == 0 { 10 } else { 14 }) {
            0 | 1 => format!("{} {compare} {}", self.number(), self.below(4) as i64 - 1),
            2 => format!("{} {compare} {}", self.number(), self.number()),
            3 => format!("{} in {}..={}", self.number(), self.below(2), 1 + self.below(3)),
            4 => format!("{} in [{}, {}]", self.number(), self.below(3), self.below(4)),
            5 => format!("colour {} {}", self.one(&["==", "!="]), self.one(&["red", "green", "blue"])),
            6 => format!("colour in [{}, {}]", self.one(&["red", "green"]), self.one(&["green", "blue"])),
            7 => self
                .one(&[
                    "maybe is present",
                    "maybe is absent",
                    "crate is absent",
                    "crate.lid is present",
                    "yes",
                    "crate.lid otherwise false",
                ])
                .to_string(),
            8 => format!("text {} \"{}\"", self.one(&["==", "!="]), self.one(&["a", "b"])),
            9 => match self.below(2) {
                0 => format!("any(x in filled: x {compare} {})", self.below(3)),
                _ => format!("price {compare} {} USD", self.below(3)),
            },
            10 => format!("not ({})", self.condition(depth - 1)),
            11 | 12 => format!("({} and {})", self.condition(depth - 1), self.condition(depth - 1)),
            _ => format!("({} or {})", self.condition(depth - 1), self.condition(depth - 1)),
        }
    }

    fn request(&mut self) -> Value {
        let list = |dice: &mut Dice, least: usize| {
            let length = least + dice.below(4 - least);
            (0..length).map(|_| dice.below(3)).collect::<Vec<_>>()
        };
        let mut params = json!({
            "few": self.below(4), "any_number": self.below(6) as i64 - 2, "yes": self.below(2) == 0,
            "colour": self.one(&["red", "green", "blue"]), "text": self.one(&["a", "b", "c"]),
            "price": { "minor": self.below(4) * 100, "currency": "USD" },
            "list": list(self, 0), "filled": list(self, 1),
        });
        if self.below(2) == 0 {
            params["maybe"] = json!(self.below(4));
        }
        if self.below(2) == 0 {
            params["crate"] = json!({ "weight": self.below(4) });
            if self.below(2) == 0 {
                params["crate"]["lid"] = json!(self.below(2) == 0);
            }
        }
        json!({ "action": "a.b", "agent": { "id": "x" }, "context": { "now": "2026-01-01T00:00:00Z" }, "params": params })
    }
}

/// The codes of what a warning says never to happen, by the line it stands on within the rule.
fn denied(code: &str, line: usize) -> &'static [&'static str] {
    match (code, line) {
        ("W0411", _) => &["REQUIRED", "SCORED", "ASKED"],
        ("W0412" | "W0413" | "W0414", 2) => &["REQUIRED"],
        ("W0413" | "W0414", 4) => &["SCORED"],
        ("W0413" | "W0414", 6) => &["ASKED"],
        _ => panic!("{code} on line {line}"),
    }
}

#[test]
fn what_never_happens_does_not_happen() {
    let (mut dice, mut claims, mut fired) = (Dice(2026), 0, 0);
    for _ in 0..300 {
        let rule = format!(
            "rule r on a.b {{\n  require {} else REQUIRED\n  when {} {{\n    risk +1 when {} as SCORED\n  }}\n  step_up when {} to boss as ASKED\n}}\n",
            dice.condition(2),
            dice.condition(1),
            dice.condition(1),
            dice.condition(2)
        );
        let text = format!("{DECLARED}{rule}");
        let file = SourceFile { path: "m.lictor".to_string(), bytes: text.clone().into_bytes() };
        let compiled = compile(&Project { name: "m".to_string(), files: vec![file], ..Project::default() });
        // Some ask for what is always there, or for nothing, and are refused.
        let Some(bundle) = compiled.bundle else { continue };
        let first = DECLARED.lines().count();
        let never: Vec<&str> = compiled
            .diagnostics
            .iter()
            .filter(|told| told.code.starts_with("W041"))
            .flat_map(|told| {
                let before = &text.as_bytes()[..told.span().start as usize];
                denied(told.code, before.iter().filter(|byte| **byte == b'\n').count() + 1 - first)
            })
            .copied()
            .collect();
        claims += never.len();
        let engine = Engine::from_bundle(bundle).unwrap();
        let mut scratch = Scratch::default();
        for _ in 0..60 {
            let request = dice.request();
            let decision =
                serde_json::to_value(engine.decide(&mut scratch, request.to_string().as_bytes())).unwrap();
            assert_ne!(decision["reason_code"], "STRUCTURE_INVALID", "{decision:#}");
            let points = decision["risk"]["points"].as_array().cloned().unwrap_or_default();
            let reasons = decision["reasons"].as_array().cloned().unwrap_or_default();
            for one in points.iter().chain(&reasons) {
                fired += 1;
                let code = one["code"].as_str().unwrap();
                assert!(!never.contains(&code), "{code} was said never to fire\n{rule}\n{request:#}");
            }
        }
    }
    println!("{claims} claims, {fired} effects");
    assert!(claims > 50 && fired > 5_000, "{claims} claims, {fired} effects");
}
