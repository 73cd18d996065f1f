//! Cedar: each rule is a `forbid` for its action, with its name, code and words as annotations; the schema types the context.

use std::fmt::Write as _;
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Entities, EntityUid, PolicyId, PolicySet, Request as CedarRequest,
    RestrictedExpression as Cedar, Schema, ValidationMode, Validator,
};
use std::collections::BTreeMap;

use super::field::{ACTIONS, Holds, Value};
use super::rule::{Condition, Effect, Request, Rule};

/// The rules as one text of policies, the schema as another.
#[must_use]
pub fn write(rules: &[Rule]) -> (String, String) {
    let mut policies = String::from("permit (principal, action, resource);\n");
    for rule in rules {
        write_rule(&mut policies, rule);
    }
    (policies, schema())
}

/// Parses the policies.
///
/// # Panics
/// They are not Cedar.
#[must_use]
pub fn parse(policies: &str) -> PolicySet {
    PolicySet::from_str(policies).expect("the policies are Cedar")
}

/// Parses policies and schema, and holds the one against the other.
///
/// # Panics
/// They are not Cedar, or do not fit together.
#[must_use]
pub fn parse_and_validate(policies: &str, schema: &str) -> PolicySet {
    let (schema, _) = Schema::from_cedarschema_str(schema).expect("the schema is Cedar");
    let policies = parse(policies);
    let found = Validator::new(schema).validate(&policies, ValidationMode::Strict);
    assert!(found.validation_passed(), "{:?}", found.validation_errors().next());
    policies
}

/// The same policies for decisions.
pub struct Decider {
    policies: PolicySet,
    /// Each policy's place among the rules; the one that permits has none.
    places: BTreeMap<PolicyId, usize>,
}

impl Decider {
    /// Takes what was parsed from these rules.
    #[must_use]
    pub fn new(policies: PolicySet, rules: &[Rule]) -> Decider {
        let place = |name: Option<&str>| rules.iter().position(|rule| Some(rule.name.as_str()) == name);
        let places = policies
            .policies()
            .filter_map(|policy| Some((policy.id().clone(), place(policy.annotation("id"))?)));
        let places = places.collect();
        Decider { policies, places }
    }

    /// The rules that hold for a request, by their places and in their order.
    ///
    /// # Panics
    /// A policy cannot be evaluated.
    #[must_use]
    pub fn holding(&self, request: &Request) -> Vec<usize> {
        let uid = |text: &str| EntityUid::from_str(text).expect("the names are Cedar");
        let values = request.action.fields.iter().zip(&request.values);
        let context =
            Context::from_pairs(values.map(|(field, value)| (field.name.to_owned(), cedar_of(value))));
        let request = CedarRequest::new(
            uid(r#"Agent::"a-1""#),
            uid(&format!(r#"Action::"{}""#, request.action.name)),
            uid(r#"House::"ours""#),
            context.expect("names are distinct"),
            None,
        );
        let request = request.expect("without a schema every request will do");
        let response = Authorizer::new().is_authorized(&request, &self.policies, &Entities::empty());
        assert!(response.diagnostics().errors().next().is_none(), "all policies can be evaluated");
        let mut holding: Vec<_> =
            response.diagnostics().reason().filter_map(|id| self.places.get(id).copied()).collect();
        holding.sort_unstable();
        holding
    }
}

fn schema() -> String {
    let mut text = String::from("entity Agent;\nentity House;\n");
    for action in ACTIONS {
        let _ = write!(
            text,
            "action \"{}\" appliesTo {{ principal: Agent, resource: House, context: {{",
            action.name
        );
        for field in action.fields {
            let _ = write!(text, " {}: {},", field.name, type_of(field.holds));
        }
        text.push_str(" } };\n");
    }
    text
}

fn type_of(holds: Holds) -> &'static str {
    match holds {
        Holds::Amount(_) | Holds::Number(_) => "Long",
        Holds::Word(_) => "String",
        Holds::Words(_) => "Set<String>",
        Holds::Truth => "Bool",
    }
}

fn write_rule(text: &mut String, rule: &Rule) {
    let Rule { name, about, action, effect, condition, code, message } = rule;
    let (condition, action) = (written(condition), action.name);
    let word = if *effect == Effect::Require { "unless" } else { "when" };
    let _ = write!(
        text,
        "\n// {about}\n@id(\"{name}\") @code(\"{code}\") @reason(\"{message}\")\n\
         forbid (principal, action == Action::\"{action}\", resource)\n{word} {{ {condition} }};\n"
    );
}

fn written(condition: &Condition) -> String {
    match condition {
        Condition::All(all) => joined(all, " && "),
        Condition::Any(any) => format!("({})", joined(any, " || ")),
        Condition::Not(inner) => match &**inner {
            atom @ (Condition::OneOf(..) | Condition::True(_)) => format!("!{}", written(atom)),
            other => format!("!({})", written(other)),
        },
        Condition::Over(field, number) => format!("context.{} > {number}", field.name),
        Condition::AtMost(field, number) => format!("context.{} <= {number}", field.name),
        Condition::Is(field, word) => format!("context.{} == {word:?}", field.name),
        Condition::OneOf(field, words) => format!("{words:?}.contains(context.{})", field.name),
        Condition::Has(field, word) => format!("context.{}.contains({word:?})", field.name),
        Condition::True(field) => format!("context.{}", field.name),
    }
}

fn joined(conditions: &[Condition], word: &str) -> String {
    conditions.iter().map(written).collect::<Vec<_>>().join(word)
}

fn cedar_of(value: &Value) -> Cedar {
    let text = |text: &str| Cedar::new_string(text.to_owned());
    match value {
        Value::Amount(number) | Value::Number(number) => Cedar::new_long(*number),
        Value::Word(word) => text(word),
        Value::Words(words) => Cedar::new_set(words.iter().map(|word| text(word))),
        Value::Truth(truth) => Cedar::new_bool(*truth),
    }
}
