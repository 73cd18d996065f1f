use std::collections::BTreeMap;

use serde::Serialize;

use crate::json::Json;

#[derive(Serialize)]
enum Kind {
    Plain,
    One(i32),
    Two(i32, bool),
    Named { a: u64 },
}

#[derive(Serialize)]
struct Whole<'a> {
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<i64>,
    some: Option<i64>,
    list: Vec<Kind>,
    map: BTreeMap<u8, char>,
    #[serde(flatten)]
    inside: BTreeMap<String, i8>,
}

/// What is written of a value is what is read from its text, in its one form.
#[test]
fn a_value_is_what_its_text_says() {
    let whole = |name: &str| Whole {
        text: "a \"b\"\n",
        left_out: None,
        some: Some(-7),
        list: vec![Kind::Plain, Kind::One(1), Kind::Two(2, true), Kind::Named { a: 3 }],
        map: BTreeMap::from([(4, 'x')]),
        inside: BTreeMap::from([(name.to_owned(), 5)]),
    };
    let plain = serde_json::to_string(&whole("z")).unwrap();
    assert_eq!(
        Json::canonical_of(&whole("z")),
        Json::parse(plain.as_bytes()).and_then(|json| json.canonical())
    );
    let known = Json::canonical_of(&whole("y")).unwrap();
    let text = format!(r#"{{"nested": {}, {}"#, str::from_utf8(&known).unwrap(), &plain[1..]);
    for names in [["a", "b"], ["a", "zz"], ["m", "z-"], ["zy", "zz"]] {
        let text = format!(r#"{{"{}": 1, "{}": [2], {}"#, names[0], names[1], &plain[1..]);
        let with = Json::canonical_with(&whole("z"), &[(names[0], b"1"), (names[1], b"[2]")]);
        assert_eq!(with, Json::parse(text.as_bytes()).and_then(|json| json.canonical()));
    }
    let with = Json::canonical_with(&whole("z"), &[("nested", &known)]);
    assert_eq!(with, Json::parse(text.as_bytes()).and_then(|json| json.canonical()));
    assert!(Json::canonical_with(&whole("z"), &[("text", &known)]).unwrap_err().0.contains("twice"));
    assert!(Json::canonical_of(&whole("text")).unwrap_err().0.contains("twice"));
    assert!(Json::canonical_of(&whole("ä")).unwrap_err().0.contains("ASCII"));
    for (made, text) in [
        (Json::canonical_of(&None::<i64>), "null"),
        (Json::canonical_of(&()), "null"),
        (Json::canonical_of(&1.5), "1.5"),
        (Json::canonical_of(&(1u64 << 53)), "9007199254740992"),
        (Json::canonical_of(&u64::MAX), "18446744073709551615"),
    ] {
        assert!(made.is_err() && Json::parse(text.as_bytes()).is_err(), "{text}");
    }
}
