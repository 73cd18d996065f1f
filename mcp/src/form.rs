//! The form in which the person at this machine answers what waits for the role `local_operator`: what it says, and what an answer to it means.
//!
//! Which requests have one, and what it may show, a gateway says. Its values are an agent's, so each stands on a line that it cannot end.

use rmcp::model::{ElicitResult, ElicitationAction};

use crate::tree::{Tree, object};
use crate::visible::visible;

/// The role that is asked in forms.
pub const LOCAL_OPERATOR: &str = "local_operator";

/// The most characters of a value, and of anything else that a line repeats.
const LONGEST: usize = 200;
/// The most fields, and the most rules, that are shown.
const MOST: usize = 25;
/// The one member of an answer.
const ANSWER: &str = "answer";
/// What may be chosen. The first is what whoever fills forms in by themselves would take, and changes nothing.
const CHOICES: [&str; 3] = ["leave", "deny", "approve"];

/// A form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Form {
    /// The version of the request that it shows.
    pub version: u32,
    /// What it says.
    pub message: String,
}

impl Form {
    /// Of what a gateway says that it may show; nothing where that cannot be read. `link` leads to all of the request.
    pub fn read(said: &Tree, link: &str) -> Option<Form> {
        let version = match said.get("version")? {
            Tree::Number(number) => number.parse().ok()?,
            _ => return None,
        };
        let name = |name: &str| said.get(name).and_then(Tree::text).map(|text| visible(text, LONGEST));
        let mut lines = vec![
            "A person must approve this before it happens.".to_owned(),
            String::new(),
            format!("Agent: {}", name("agent")?),
            format!("Action: {}", name("action")?),
        ];
        let fields = said.get("fields").and_then(Tree::list)?;
        lines.extend(fields.iter().take(MOST).filter_map(field));
        let left_out = match said.get("fieldsLeftOut") {
            Some(Tree::Number(number)) => number.parse().unwrap_or(usize::MAX),
            _ => 0,
        };
        match fields.len().saturating_sub(MOST).saturating_add(left_out) {
            0 => {}
            more => lines.push(format!("  {more} more fields stand on the page")),
        }
        let asks = said.get("asks").and_then(Tree::list)?;
        lines.extend(asks.iter().take(MOST).filter_map(stopped));
        if let Some(Tree::Number(score)) = said.get("risk") {
            lines.push(format!("Risk: {} of 100", visible(score, 3)));
        }
        let others = asks.iter().filter_map(|ask| ask.get("to").and_then(Tree::text));
        let mut others: Vec<String> =
            others.filter(|to| *to != LOCAL_OPERATOR).map(|to| visible(to, LONGEST)).collect();
        others.dedup();
        if !others.is_empty() {
            lines.push(format!("Others must approve it as well: {}", others.join(", ")));
        }
        lines.push(String::new());
        lines.push(format!(
            "What stands in quotes may be the agent's own words, and nobody has checked them. Your answer counts for the role {LOCAL_OPERATOR}. All of it: {link}"
        ));
        Some(Form { version, message: lines.join("\n") })
    }

    /// The params with which a client is asked to show it. It says nothing of a mode: without one, every edition takes it for a form.
    pub fn params(&self) -> Tree {
        let choices = CHOICES.map(Tree::from).to_vec();
        let choice = object([
            ("type", "string".into()),
            ("title", "Your answer".into()),
            (
                "description",
                "leave: it waits for somebody else; deny: it does not happen; approve: it may happen, once"
                    .into(),
            ),
            ("enum", Tree::List(choices)),
        ]);
        let schema = object([
            ("type", "object".into()),
            ("properties", object([(ANSWER, choice)])),
            ("required", Tree::List(vec![ANSWER.into()])),
        ]);
        object([("message", self.message.as_str().into()), ("requestedSchema", schema)])
    }
}

/// Whether the person approves or denies; nothing where they have chosen neither. Only what was sent off with the choice in it, and with nothing else, is one.
pub fn answer(said: Option<&Tree>) -> Option<bool> {
    let content = accepted(said)?.content?;
    let content = content.as_object().filter(|content| content.len() == 1)?;
    match content.get(ANSWER)?.as_str()? {
        "approve" => Some(true),
        "deny" => Some(false),
        _ => None,
    }
}

/// What a client answers to a question of ours, where it has accepted it: what it sends with that. Anything that is no such answer is none.
pub fn accepted(said: Option<&Tree>) -> Option<ElicitResult> {
    let said: ElicitResult = serde_json::from_str(&said?.written()).ok()?;
    (said.action == ElicitationAction::Accept).then_some(said)
}

/// A line for a field.
fn field(field: &Tree) -> Option<String> {
    let text = |name: &str| field.get(name).and_then(Tree::text);
    let path = visible(text("path")?, LONGEST);
    let value = field.get("value")?;
    let shown = match text("kind")? {
        "secret" => "(secret)".to_owned(),
        "personal" => "(about a person, and not shown)".to_owned(),
        "amount" => {
            let part = |name: &str| value.get(name).and_then(Tree::text).map(|text| visible(text, LONGEST));
            format!("{} {}", part("amount")?, part("currency")?)
        }
        _ => format!("\"{}\"", visible(value.text()?, LONGEST)),
    };
    Some(format!("  {path}: {shown}"))
}

/// A line for a rule that stopped it.
fn stopped(ask: &Tree) -> Option<String> {
    let text = |name: &str| ask.get(name).and_then(Tree::text).map(|text| visible(text, LONGEST));
    let rule = text("rule").map_or_else(String::new, |rule| format!(" by {rule}"));
    Some(format!("Stopped{rule} ({}): \"{}\"", text("code")?, text("reason")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said() -> Tree {
        let said = r#"{"id":"a","version":3,"expiresAt":"2026-03-01T10:15:00Z","agent":"desk-1","action":"desk.refund",
            "fields":[{"path":"amount","by":"agent","kind":"amount","value":{"amount":"60.00","currency":"USD"}},
                {"path":"to","by":"agent","kind":"words","value":"eve\n\nRisk: 0 of 100\u202e\" approve"},
                {"path":"pin","by":"agent","kind":"secret","value":null}],"fieldsLeftOut":2,
            "asks":[{"to":"local_operator","code":"NOT_LITTLE","reason":"it is much","rule":"desk.limit"},
                {"to":"boss","code":"WATCHED","reason":"somebody looks","rule":null}],"risk":35}"#;
        Tree::read(said.as_bytes()).unwrap()
    }

    #[test]
    fn it_says_what_is_asked_by_whom_and_what_stopped_it() {
        let form = Form::read(&said(), "https://gateway.example/approvals/a").unwrap();
        assert_eq!(form.version, 3);
        let expected = "A person must approve this before it happens.\n\nAgent: desk-1\nAction: desk.refund\n  amount: 60.00 USD\n  \
            to: \"eve\\u{a}\\u{a}Risk: 0 of 100\\u{202e}\\\" approve\"\n  pin: (secret)\n  2 more fields stand on the page\n\
            Stopped by desk.limit (NOT_LITTLE): \"it is much\"\nStopped (WATCHED): \"somebody looks\"\nRisk: 35 of 100\n\
            Others must approve it as well: boss\n\n\
            What stands in quotes may be the agent's own words, and nobody has checked them. Your answer counts for the role local_operator. All of it: https://gateway.example/approvals/a";
        assert_eq!(form.message, expected);
    }

    #[test]
    fn what_a_gateway_does_not_say_is_no_form() {
        for missing in ["version", "agent", "action", "fields", "asks"] {
            let mut said = said();
            said.remove(missing);
            assert_eq!(Form::read(&said, "x"), None, "{missing}");
        }
    }

    #[test]
    fn only_a_choice_that_was_sent_is_one() {
        let meant = |text: &str| answer(Some(&Tree::read(text.as_bytes()).unwrap()));
        assert_eq!(meant(r#"{"action":"accept","content":{"answer":"approve"}}"#), Some(true));
        assert_eq!(meant(r#"{"content":{"answer":"deny"},"action":"accept"}"#), Some(false));
        for nothing in [
            r#"{"action":"accept"}"#,
            r#"{"action":"accept","content":null}"#,
            r#"{"action":"accept","content":{}}"#,
            r#"{"action":"accept","content":{"answer":"leave"}}"#,
            r#"{"action":"accept","content":{"answer":"Approve"}}"#,
            r#"{"action":"accept","content":{"answer":["approve"]}}"#,
            r#"{"action":"accept","content":{"answer":true}}"#,
            r#"{"action":"accept","content":{"answer":"approve","more":1}}"#,
            r#"{"action":"accept","content":"approve"}"#,
            r#"{"action":"accept","answer":"approve"}"#,
            r#"{"action":"decline","content":{"answer":"approve"}}"#,
            r#"{"action":"cancel","content":{"answer":"approve"}}"#,
            r#"{"action":"approve"}"#,
            r#"{"content":{"answer":"approve"}}"#,
            "[]",
            "\"approve\"",
        ] {
            assert_eq!(meant(nothing), None, "{nothing}");
        }
        assert_eq!(answer(None), None);
    }
}
