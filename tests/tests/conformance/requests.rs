//! More requests: their form, marks, tools, layers, bytes that are no text, and the two sides of a request.

use crate::bundles::Wanted;
use crate::decisions::{AGENT, Case, KNOWN, buy, note, usd};
use crate::form::{Ask, Bytes};

fn call(tool: &str, input: &str, facts: &str) -> String {
    format!(r#"{{"tool":"{tool}","input":{input},{AGENT},"facts":[{facts}]}}"#)
}

fn order(params: &str, tier: &str, user: &str) -> String {
    let agent =
        format!(r#""agent":{{"id":"a-1","tier":"{tier}"}},"context":{{"now":"2026-03-01T10:00:00Z"}}"#);
    format!(r#"{{"action":"house.order",{agent},{user}"params":{params}}}"#)
}

fn door(badge: &str, facts: &str) -> String {
    format!(r#"{{"action":"room.open",{AGENT},"params":{{"room":"r-1","badge":{badge}}},"facts":[{facts}]}}"#)
}

pub fn forms() -> Vec<Case<'static>> {
    let twenty = usd("20.00");
    let good = buy(&twenty, "", KNOWN);
    vec![
        (
            "a member twice",
            "a second price would be read by somebody else",
            good.replacen("\"price\":", &format!("\"price\":{twenty},\"price\":"), 1),
            "deny STRUCTURE_INVALID",
        ),
        (
            "twice by an escape",
            "pr\\u0069ce is price",
            good.replacen("\"price\":", &format!("\"pr\\u0069ce\":{twenty},\"price\":"), 1),
            "deny STRUCTURE_INVALID",
        ),
        (
            "an unknown field",
            "what no rule can see decides nothing",
            good.replacen("\"price\":", "\"tip\":1,\"price\":", 1),
            "deny STRUCTURE_INVALID",
        ),
        (
            "an unknown part",
            "beside agent, user, mandate and context there is nothing",
            good.replacen("\"params\":", "\"override\":true,\"params\":", 1),
            "deny STRUCTURE_INVALID",
        ),
        (
            "a missing field",
            "a purchase without a price",
            good.replacen(&format!("\"price\":{twenty},"), "", 1),
            "deny STRUCTURE_INVALID",
        ),
        (
            "nothing for a field",
            "null is nothing, and the price must be there",
            buy("null", "", KNOWN),
            "deny STRUCTURE_INVALID",
        ),
        (
            "nothing for an optional field",
            "what may be left out is left out",
            buy(&twenty, r#","note":null"#, KNOWN),
            "deny STRUCTURE_INVALID",
        ),
        (
            "an unknown action",
            "nothing is said about it",
            good.replacen("market.buy", "market.steal", 1),
            "deny UNKNOWN_ACTION",
        ),
        (
            "another word of an enum",
            "there are two speeds",
            buy(&twenty, r#","speed":"faster""#, KNOWN),
            "deny STRUCTURE_INVALID",
        ),
        (
            "six lines",
            "one more than there may be",
            buy(
                &twenty,
                &format!(
                    r#","lines":[{}]"#,
                    [r#"{"article":"a","pieces":1,"price":{"amount":"1.00","currency":"USD"}}"#; 6].join(",")
                ),
                KNOWN,
            ),
            "deny STRUCTURE_INVALID",
        ),
        (
            "a map",
            "an entry for the seller",
            buy(&twenty, r#","prices":{"s-1":{"amount":"20.00","currency":"USD"}}"#, KNOWN),
            "allow OK",
        ),
        (
            "a key twice",
            "two prices for one seller",
            buy(
                &twenty,
                r#","prices":{"s-1":{"amount":"20.00","currency":"USD"},"s-1":{"amount":"1.00","currency":"USD"}}"#,
                KNOWN,
            ),
            "deny STRUCTURE_INVALID",
        ),
        (
            "told as something else",
            "the agent is told another code than the record has",
            buy(&twenty, r#","prices":{"s-1":{"amount":"19.99","currency":"USD"}}"#, KNOWN),
            "deny TOO_DEAR",
        ),
        (
            "no agent",
            "nobody asks",
            good.replacen(r#""agent":{"id":"a-1"},"#, "", 1),
            "deny STRUCTURE_INVALID",
        ),
        (
            "no time",
            "a moment without a zone is none",
            good.replacen("10:00:00Z", "10:00:00", 1),
            "deny STRUCTURE_INVALID",
        ),
        (
            "an offset",
            "the same moment, written elsewhere, has the same digest",
            good.replacen("2026-03-01T10:00:00Z", "2026-03-01T11:00:00.000+01:00", 1),
            "allow OK",
        ),
        ("version 1", "the version may be said", good.replacen('{', "{\"schema_version\":1,", 1), "allow OK"),
        (
            "version 2",
            "nobody knows what that will mean",
            good.replacen('{', "{\"schema_version\":2,", 1),
            "deny STRUCTURE_INVALID",
        ),
        (
            "two documents",
            "something stands behind the request",
            format!("{good} {{}}"),
            "deny STRUCTURE_INVALID",
        ),
        ("a list", "a request is an object", format!("[{good}]"), "deny STRUCTURE_INVALID"),
        ("nothing at all", "no bytes", String::new(), "deny STRUCTURE_INVALID"),
        (
            "a comma too many",
            "no JSON",
            good.replacen("\"params\":", ",\"params\":", 1),
            "deny STRUCTURE_INVALID",
        ),
    ]
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

pub fn layers() -> Vec<Case<'static>> {
    let params = |shop: &str, total: &str, pieces: &str| {
        format!(r#"{{"shop":"{shop}","total":{},"pieces":{pieces}}}"#, usd(total))
    };
    let user = |id: &str| format!(r#""user":{{"id":"{id}"}},"#);
    let u1 = user("u-1");
    vec![
        (
            "the base",
            "a user who has said nothing, an agent who is tried",
            order(&params("s-1", "200.00", "2"), "regular", &u1),
            "allow OK",
        ),
        (
            "on trial",
            "an observed layer would have asked, and does not count",
            order(&params("s-1", "20.00", "3"), "regular", &u1),
            "allow OK",
        ),
        (
            "no user",
            "there are layers of users, and nobody says whose apply",
            order(&params("s-1", "20.00", "2"), "regular", ""),
            "deny USER_REQUIRED",
        ),
        (
            "a category loosens",
            "furniture may cost more, where the base lets it",
            order(&params("s-2", "750.00", "1"), "regular", &u1),
            "allow OK",
        ),
        (
            "elsewhere it does not",
            "the same price outside of the category",
            order(&params("s-1", "750.00", "1"), "regular", &u1),
            "deny TOO_DEAR",
        ),
        (
            "a tier tightens",
            "a trainee orders little",
            order(&params("s-1", "20.00", "4"), "trainee", &u1),
            "step_up BULK",
        ),
        (
            "a tier adds a rule",
            "a trainee orders no furniture",
            order(&params("s-2", "20.00", "1"), "trainee", &u1),
            "deny NOT_ABLE",
        ),
        (
            "a user tightens",
            "fifty at most, in furniture too",
            order(&params("s-2", "50.01", "1"), "regular", &user("u-7")),
            "deny TOO_DEAR",
        ),
        (
            "a user takes shops away",
            "s-3 is none of theirs",
            order(&params("s-3", "20.00", "1"), "regular", &user("u-7")),
            "deny NOT_HERE",
        ),
        (
            "a user beyond ASCII",
            "ids compare by bytes",
            order(&params("s-1", "20.00", "2"), "regular", &user("ü-1")),
            "step_up BULK",
        ),
        (
            "the same id composed otherwise",
            "u and two dots are another person",
            order(&params("s-1", "20.00", "2"), "regular", &user("u\u{308}-1")),
            "allow OK",
        ),
        (
            "an unknown tier",
            "nobody declared it",
            order(&params("s-1", "20.00", "2"), "chief", &u1),
            "deny STRUCTURE_INVALID",
        ),
        (
            "a parameter in the request",
            "the limits are not the caller's to say",
            order(&params("s-1", "20.00", "2"), "regular", &format!(r#"{u1}"max_total":1,"#)),
            "deny STRUCTURE_INVALID",
        ),
    ]
}

/// Requests that are no text, or too long to be written down.
pub fn raw() -> Vec<Wanted> {
    let begin = format!(r#"{{"action":"ledger.note",{AGENT},"params":{{"whole":1}}"#);
    let spaces = |total: usize| Bytes::Repeated {
        repeated: vec![(begin.clone(), 1), (" ".to_owned(), total - begin.len() - 1), ("}".to_owned(), 1)],
    };
    let deep = |depth: usize| Bytes::Repeated {
        repeated: vec![
            (format!(r#"{{"tool":"shop/steal",{AGENT},"input":{{"a":"#), 1),
            ("[".to_owned(), depth),
            ("]".to_owned(), depth),
            ("}}".to_owned(), 1),
        ],
    };
    let bytes = |bytes: &[u8]| {
        Bytes::of(
            &[note(r#"{"whole":1,"text":"#).trim_end_matches('}').as_bytes(), b"\"", bytes, b"\"}}"].concat(),
        )
    };
    let market = |request| Ask::Decide { bundle: "market".to_owned(), request, said: None };
    [
        ("64 KiB", "as long as a request may be", spaces(65_536), "allow OK"),
        ("a byte more", "one more is not read", spaces(65_537), "deny STRUCTURE_INVALID"),
        (
            "a deep input",
            "a tool nobody knows, with an input that is still read",
            deep(20),
            "step_up DEFAULT_STEP_UP",
        ),
        ("far too deep", "nothing is followed without an end", deep(20_000), "deny STRUCTURE_INVALID"),
        ("no UTF-8", "a byte that no text has", bytes(&[0xff]), "deny STRUCTURE_INVALID"),
        (
            "too long for its character",
            "/ in two bytes is no UTF-8",
            bytes(&[0xc0, 0xaf]),
            "deny STRUCTURE_INVALID",
        ),
        ("a surrogate in bytes", "no UTF-8 either", bytes(&[0xed, 0xa0, 0x80]), "deny STRUCTURE_INVALID"),
        ("a control character", "a line break in a text is escaped", bytes(b"\n"), "deny STRUCTURE_INVALID"),
    ]
    .map(|(name, why, request, want)| {
        (format!("bytes: {name}"), why.to_owned(), market(request), want.to_owned())
    })
    .into()
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
