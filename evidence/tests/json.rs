//! Canonical JSON: one meaning, one form.

use std::collections::BTreeMap;

use lictor_evidence::json::{Json, MAX_INTEGER};
use proptest::prelude::*;

fn canonical(text: &str) -> Option<String> {
    let json = Json::parse(text.as_bytes()).ok()?;
    Some(String::from_utf8(json.canonical().unwrap()).unwrap())
}

#[test]
fn spaces_order_and_escapes_make_no_difference() {
    let canonical = |text: &str| canonical(text).unwrap();
    assert_eq!(
        canonical(" { \"b\" : [ 1 , true ] , \"a\" : \"\\u0041\\/\" } "),
        r#"{"a":"A/","b":[1,true]}"#
    );
    // What is escaped, and how (RFC 8785, section 3.2.2.2).
    assert_eq!(
        canonical(
            r#""\u0000\u0008\u0009\u000a\u000b\u000c\u000d\u001f\u0022\u005c\u007f\u00e9\u20ac\ud83d\ude00""#
        ),
        "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\\"\\\\\u{7f}é€😀\""
    );
    assert_eq!(
        canonical(r#"{"a_":1,"a":2,"aB":3,"B":4,"":5,"1":6,"10":7}"#),
        r#"{"":5,"1":6,"10":7,"B":4,"a":2,"aB":3,"a_":1}"#
    );
    assert_eq!(canonical("9007199254740991"), "9007199254740991");
    assert_eq!(canonical("-9007199254740991"), "-9007199254740991");
}

#[test]
fn what_could_be_read_in_two_ways_is_refused() {
    let deep = "[".repeat(200) + &"]".repeat(200);
    let texts = [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"x":{"a":1,"a":2}}"#,
        r#"{"é":1}"#,
        r#""\ud800""#,
        r#""\udc00\ud800""#,
        r#"{"\ud800":1}"#,
        "9007199254740992",
        "-9007199254740992",
        "18446744073709551615",
        "1e400",
        "1.0",
        "1e0",
        "-0",
        "01",
        "+1",
        "NaN",
        "null",
        r#"{"a":null}"#,
        r#"{"a":1}}"#,
        r#"{"a":1,}"#,
        r#"{a:1}"#,
        "'a'",
        "\u{feff}{}",
        "\"\n\"",
        "{}\0",
        "",
        &deep,
    ];
    for text in texts {
        assert_eq!(canonical(text), None, "{text}");
    }
    assert!(Json::parse(b"\"\xff\"").is_err());
    assert!(Json::parse(b"\"\xed\xa0\x80\"").is_err());
    // Nor is it written.
    assert!(Json::Int(MAX_INTEGER + 1).canonical().is_err());
    assert!(Json::Object(BTreeMap::from([("é".to_owned(), Json::Bool(true))])).canonical().is_err());
    assert!(Json::of(&1.5).is_err());
    assert!(Json::of(&u64::MAX).is_err());
    assert!(Json::of(&None::<bool>).is_err());
}

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Json::Bool),
        (-MAX_INTEGER..=MAX_INTEGER).prop_map(Json::Int),
        any::<i8>().prop_map(|int| Json::Int(int.into())),
        proptest::collection::vec(any::<char>(), 0..12)
            .prop_map(|signs| Json::Text(signs.into_iter().collect())),
    ];
    leaf.prop_recursive(4, 40, 8, |inner| {
        let name = proptest::collection::vec(0u8..128, 0..6);
        let name = name.prop_map(|bytes| bytes.into_iter().map(char::from).collect::<String>());
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Json::List),
            proptest::collection::btree_map(name, inner, 0..8).prop_map(Json::Object),
        ]
    })
}

proptest! {
    /// The canonical form is that of an implementation of RFC 8785 which sorts by UTF-16 and writes numbers as ECMAScript does.
    #[test]
    fn the_form_is_that_of_the_standard(json in json()) {
        let bytes = json.canonical().unwrap();
        prop_assert_eq!(&serde_json_canonicalizer::to_vec(&json).unwrap(), &bytes);
        prop_assert_eq!(Json::parse(&bytes).unwrap(), json);
    }

    /// Any bytes are read or refused, and what is read is written in one form.
    #[test]
    fn bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        if let Ok(json) = Json::parse(&bytes) {
            prop_assert_eq!(Json::parse(&json.canonical().unwrap()).unwrap(), json);
        }
    }
}
