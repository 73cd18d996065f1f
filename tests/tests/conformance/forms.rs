//! How a request is written: the members that it has, and bytes that are none of JSON.

use crate::bundles::Wanted;
use crate::decisions::{AGENT, Case, KNOWN, buy, note, usd};
use crate::form::{Ask, Bytes};

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
