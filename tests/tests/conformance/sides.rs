//! Who says what of a request, what deciding it needs to be told, and what is told to nobody.

use crate::bundles::Wanted;
use crate::decisions::{AGENT, Case, KNOWN, buy, usd};
use crate::form::{Ask, Bytes};

fn door(badge: &str, facts: &str) -> String {
    format!(r#"{{"action":"room.open",{AGENT},"params":{{"room":"r-1","badge":{badge}}},"facts":[{facts}]}}"#)
}

pub fn marks() -> Vec<Case<'static>> {
    let lost = |value: &str| format!(r#"{{"fact":"badge_lost","args":{{"number":"123"}},"value":{value}}}"#);
    let ada = r#"{"number":"123","holder":"Ada","checked":true}"#;
    vec![
        ("a good badge", "a secret may be tested", door(ada, &lost("false")), "allow OK"),
        ("a lost badge", "the message shows nothing secret", door(ada, &lost("true")), "deny LOST"),
        (
            "nobody checked",
            "the holder is named in the record, and another code is for the agent",
            door(&ada.replace("true", "false"), &lost("false")),
            "deny NOT_NOW",
        ),
        (
            "a secret of another type",
            "it is refused without a word of it",
            door(&ada.replace("\"123\"", "123"), &lost("false")),
            "deny STRUCTURE_INVALID",
        ),
    ]
}

/// Where who asks is not who vouches; and what deciding needs to know.
pub fn sides() -> Vec<Wanted> {
    let said = format!(r#"{{{AGENT},"facts":[{KNOWN}]}}"#);
    let params = format!(
        r#""params":{{"seller":{{"id":"s-1","name":"Nell"}},"price":{},"speed":"normal"}}"#,
        usd("20.00")
    );
    let asked = format!(r#"{{"action":"market.buy",{params}}}"#);
    let badge = |checked: &str| {
        format!(
            r#"{{"action":"room.open","params":{{"room":"r-1","badge":{{"number":"123","holder":"Ada"{checked}}}}}}}"#
        )
    };
    let host = r#"{"agent":{"id":"a-1"},"context":{"now":"2026-03-01T10:00:00Z"},"params":{"badge":{"checked":true}},"facts":[{"fact":"badge_lost","args":{"number":"123"},"value":false}]}"#;
    let decide = |request: &str, said: &str| Ask::Decide {
        bundle: "market".to_owned(),
        request: request.into(),
        said: Some(said.into()),
    };
    let needed = |request: String| Ask::FactsNeeded {
        bundle: "market".to_owned(),
        request: Bytes::Text(request),
        said: None,
    };
    let cases = [
        ("apart", "the same decision as of both in one, to the digest", decide(&asked, &said), "allow OK"),
        (
            "the caller says who it is",
            "that is the host's to say",
            decide(&asked.replacen('{', r#"{"agent":{"id":"boss"},"#, 1), &said),
            "deny STRUCTURE_INVALID",
        ),
        (
            "the caller says what is known",
            "facts are the host's",
            decide(&asked.replacen('{', &format!(r#"{{"facts":[{KNOWN}],"#), 1), &said),
            "deny STRUCTURE_INVALID",
        ),
        (
            "the host says what is asked",
            "the action is the caller's",
            decide(&format!("{{{params}}}"), &said.replacen('{', r#"{"action":"market.buy","#, 1)),
            "deny STRUCTURE_INVALID",
        ),
        (
            "the host attests",
            "a field that is attested comes from the host",
            decide(&badge(""), host),
            "allow OK",
        ),
        (
            "the caller attests",
            "and from nobody else",
            decide(&badge(r#","checked":true"#), host),
            "deny STRUCTURE_INVALID",
        ),
        (
            "what a purchase needs",
            "one fact is asked for a small price",
            needed(buy(&usd("20.00"), "", "")),
            "OK",
        ),
        ("what a dear purchase needs", "and two for a large one", needed(buy(&usd("60.00"), "", "")), "OK"),
        ("what is known already", "is not asked for again", needed(buy(&usd("20.00"), "", KNOWN)), "OK"),
        ("what an unreadable request needs", "is nothing", needed("{".to_owned()), "OK"),
    ];
    let about = |(name, why, ask, want): (&str, &str, Ask, &str)| {
        (format!("sides: {name}"), why.to_owned(), ask, want.to_owned())
    };
    cases.map(about).into()
}
