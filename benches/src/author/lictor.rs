//! Lictor: the rules as modules of a hundred, as a house with many departments would keep them.

use std::fmt::Write as _;

use lictor_bundle::container;
use lictor_bundle::keys::SigningKey;
use lictor_compiler::project::{Project, SourceFile};
use lictor_grammar::format;
use lictor_runtime::Engine;
use serde_json::{Map, Value as Json, json};

use super::field::{ACTIONS, Holds, Value};
use super::rule::{CODES, Condition, Effect, Request, Rule};

/// Rules in one module.
const MODULE: usize = 100;

/// The rules as a project.
#[must_use]
pub fn write(rules: &[Rule]) -> Project {
    let mut files = vec![file("base.lictor", &declarations(rules))];
    for (number, rules) in rules.chunks(MODULE).enumerate() {
        let mut text =
            format!("//! What department {number} wants.\nmodule house.d{number:04}\nlayer base\n");
        for rule in rules {
            write_rule(&mut text, rule);
        }
        files.push(file(&format!("d{number:04}.lictor"), &text));
    }
    Project { name: "house".to_owned(), files, ..Project::default() }
}

/// Names, types, composition, code, and the hints of the linter, of which a few are due: chance draws some rules that an earlier one makes
/// idle.
///
/// # Panics
/// The policy does not compile.
#[must_use]
pub fn check(project: &Project) -> lictor_bundle::program::Bundle {
    let compiled = lictor_compiler::compile(project);
    compiled.bundle.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
}

/// From the texts to the bytes of a signed bundle.
///
/// # Panics
/// The policy does not compile, or is too large for a file.
#[must_use]
pub fn build(project: &Project, key: &[SigningKey]) -> Vec<u8> {
    container::seal(&check(project), key).expect("it is not too large")
}

/// Formats every file.
///
/// # Panics
/// A file has syntax errors.
#[must_use]
pub fn layout(project: &Project) -> Vec<String> {
    let texts = project.files.iter().map(|file| str::from_utf8(&file.bytes).expect("it was written as text"));
    texts.map(|text| format::format(text).expect("it is well formed")).collect()
}

/// What is decided about a request: the verdict, and the rule whose fault it is.
///
/// # Panics
/// Never: every request can be written.
#[must_use]
pub fn decide(engine: &Engine, request: &Request) -> (lictor_runtime::Verdict, Option<String>) {
    let decision = engine.decide_once(&serde_json::to_vec(&to_json(request)).expect("it can be written"));
    let rule = decision.rule.and_then(|rule| rule.rsplit('.').next().map(str::to_owned));
    (decision.decision, rule)
}

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() }
}

fn declarations(rules: &[Rule]) -> String {
    let mut text =
        String::from("//! What can be done, and why it may be refused.\nmodule house.base\nlayer base\n");
    text.push_str(
        "\nroles { office \"Whoever keeps the house\" }\n\nescalate to office within 1h\n\nreasons {\n",
    );
    // A code that nothing gives would be told as a mistake.
    for (code, message) in CODES.iter().filter(|(code, _)| rules.iter().any(|rule| rule.code == *code)) {
        let _ = writeln!(text, "  {code} \"{message}\"");
    }
    text.push_str("}\n");
    for action in ACTIONS {
        let _ = write!(text, "\naction {} {{\n", action.name);
        for field in action.fields {
            let _ = writeln!(text, "  {}: {}", field.name, type_of(field.holds));
        }
        text.push_str("  default allow\n}\n");
    }
    text
}

fn type_of(holds: Holds) -> &'static str {
    match holds {
        Holds::Amount(_) => "Money",
        Holds::Number(_) => "Int",
        Holds::Word(_) => "String max 40",
        Holds::Words(_) => "List<String max 40, max 20>",
        Holds::Truth => "Bool",
    }
}

fn write_rule(text: &mut String, rule: &Rule) {
    let Rule { name, about, action, effect, condition, code, message } = rule;
    let condition = written(condition);
    let _ = write!(text, "\n/// {about}\nrule {name} on {} {{\n  ", action.name);
    let _ = match effect {
        Effect::Deny => writeln!(text, "deny when {condition} as {code} \"{message}\""),
        Effect::Require => writeln!(text, "require {condition} else {code} \"{message}\""),
        Effect::StepUp => writeln!(text, "step_up when {condition} to office as {code} \"{message}\""),
    };
    text.push_str("}\n");
}

fn written(condition: &Condition) -> String {
    match condition {
        Condition::All(all) => joined(all, " and "),
        Condition::Any(any) => format!("({})", joined(any, " or ")),
        Condition::Not(inner) => match &**inner {
            Condition::OneOf(field, words) => format!("{} not in {words:?}", field.name),
            Condition::True(field) => format!("not {}", field.name),
            other => format!("not ({})", written(other)),
        },
        Condition::Over(field, number) => format!("{} > {}", field.name, quantity(field.holds, *number)),
        Condition::AtMost(field, number) => format!("{} <= {}", field.name, quantity(field.holds, *number)),
        Condition::Is(field, word) => format!("{} == {word:?}", field.name),
        Condition::OneOf(field, words) => format!("{} in {words:?}", field.name),
        Condition::Has(field, word) => format!("{word:?} in {}", field.name),
        Condition::True(field) => field.name.to_owned(),
    }
}

fn joined(conditions: &[Condition], word: &str) -> String {
    conditions.iter().map(written).collect::<Vec<_>>().join(word)
}

fn quantity(holds: Holds, number: i64) -> String {
    match holds {
        Holds::Amount(_) => format!("{}.{:02} USD", number / 100, number % 100),
        _ => number.to_string(),
    }
}

fn to_json(request: &Request) -> Json {
    let values = request.action.fields.iter().zip(&request.values);
    let params: Map<String, Json> =
        values.map(|(field, value)| (field.name.to_owned(), json_of(value))).collect();
    json!({
        "action": request.action.name, "agent": { "id": "a-1" },
        "context": { "now": "2026-03-02T10:00:00Z" }, "params": params,
    })
}

fn json_of(value: &Value) -> Json {
    match value {
        Value::Amount(cents) => json!({ "minor": cents, "currency": "USD" }),
        Value::Number(number) => json!(number),
        Value::Word(word) => json!(word),
        Value::Words(words) => json!(words),
        Value::Truth(truth) => json!(truth),
    }
}
