//! Calls of tools, and the actions that the policy makes of them.

use crate::decisions::{AGENT, Case, KNOWN};

fn call(tool: &str, input: &str, facts: &str) -> String {
    format!(r#"{{"tool":"{tool}","input":{input},{AGENT},"facts":[{facts}]}}"#)
}

pub fn tools() -> Vec<Case<'static>> {
    let seller = r#""seller":{"id":"s-1","name":"Nell"}"#;
    let input = |more: &str| format!(r#"{{{seller},"amount":"20.00","currency":"usd"{more}}}"#);
    vec![
        (
            "a purchase",
            "the call is the action, to the digest of the request",
            call("shop/buy", &input(""), KNOWN),
            "allow OK",
        ),
        (
            "what is ignored",
            "the policy says that it does not matter",
            call("shop/buy", &input(r#","trace":{"id":7}"#), KNOWN),
            "allow OK",
        ),
        (
            "what nobody knows",
            "a member that is neither read nor ignored",
            call("shop/buy", &input(r#","tip":1"#), KNOWN),
            "step_up DEFAULT_STEP_UP",
        ),
        (
            "an unknown tool",
            "nobody knows what it does: a person is asked",
            call("shop/steal", "{}", ""),
            "step_up DEFAULT_STEP_UP",
        ),
        (
            "of another type",
            "a member that is read has the wrong type",
            call("shop/buy", &input("").replace("\"20.00\"", "true"), KNOWN),
            "deny STRUCTURE_INVALID",
        ),
        (
            "in cents",
            "an amount in whole cents",
            call("shop/refund", r#"{"charge":"c-1","cents":50001}"#, ""),
            "deny TOO_DEAR",
        ),
        (
            "a member twice",
            "two charges",
            call("shop/refund", r#"{"charge":"c-1","charge":"c-2","cents":1}"#, ""),
            "deny STRUCTURE_INVALID",
        ),
        (
            "to look",
            "a command line that only looks",
            call("bash", r#"{"command":"cat README.md"}"#, ""),
            "allow OK",
        ),
        (
            "to remove",
            "a command line that removes",
            call("bash", r#"{"command":"rm -rf /"}"#, ""),
            "step_up DEFAULT_STEP_UP",
        ),
        (
            "to look and remove",
            "the gravest thing that it would do",
            call("bash", r#"{"command":"cat README.md; rm README.md"}"#, ""),
            "step_up DEFAULT_STEP_UP",
        ),
    ]
}
