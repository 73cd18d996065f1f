//! What is taken, what is refused, and with which words.

use super::*;

fn wrong(text: &str) -> String {
    let Wrong { path, what } = check(text.as_bytes()).expect_err(text);
    format!("{path}: {what}")
}

#[test]
fn what_every_reader_takes_for_the_same_is_taken() {
    let many: Vec<String> = (0..500).map(|at| format!("\"m{at}\": {at}")).collect();
    let deep = format!("{}{}", "[".repeat(32), "]".repeat(32));
    for good in [
        "null",
        " [] ",
        r#"{"a": {"a": [{"a": 1}, {"a": -1.5e3}]}, "b": "\ud83d\ude00 \u0000 é"}"#,
        &format!("{{{}}}", many.join(",")),
        &deep,
    ] {
        assert_eq!(check(good.as_bytes()), Ok(()), "{good}");
    }
}

#[test]
fn what_two_readers_could_take_differently_is_refused_with_its_place() {
    assert_eq!(wrong(r#"{"a": 1, "a": 1}"#), "a: stands there twice; send it once");
    assert_eq!(wrong(r#"{"a": [0, {"b": 1, "\u0062": 2}]}"#), "a[1].b: stands there twice; send it once");
    let many: Vec<String> = (0..50).chain([40]).map(|at| format!("\"m{at}\": {at}")).collect();
    assert_eq!(wrong(&format!("{{{}}}", many.join(","))), "m40: stands there twice; send it once");
    assert!(wrong(r#"{"a": "\ud800"}"#).starts_with("a: is not JSON: "));
    assert!(wrong(r#"{"\udfff": 1}"#).starts_with("body: is not JSON: "));
    assert!(wrong(&"[".repeat(33)).ends_with("is nested more than 32 deep; send a flatter value"));
    for bad in ["", "{", "nul", "01", "[1,]", "{\"a\":1,}", "{'a': 1}", "1 2", "\u{feff}1", "NaN", "\"\n\""] {
        assert!(wrong(bad).contains("is not JSON: "), "{bad}");
    }
    assert!(check(b"{\"a\": \"\xff\"}").is_err());
}

#[test]
fn what_is_repeated_of_a_stranger_is_short_and_visible() {
    assert_eq!(cut("a\u{202e}b\nc"), "a\u{fffd}b\u{fffd}c");
    assert_eq!(cut(&"x".repeat(100)).chars().count(), 61);
    assert_eq!(wrong(&format!("{{\"{0}\": 1, \"{0}\": 1}}", "y".repeat(100))).chars().count(), 61 + 2 + 32);
}

#[test]
fn a_whole_number_is_one_however_it_is_written() {
    for (text, number) in [
        ("0", 0),
        ("-7", -7),
        ("29710.0", 29_710),
        ("2.971e4", 29_710),
        ("2971E+1", 29_710),
        ("297100e-1", 29_710),
        ("-0.0", 0),
        ("0e-9", 0),
        ("0.000e99999", 0),
        ("9223372036854775807", i64::MAX),
        ("9223372036854775807.00", i64::MAX),
        ("-9.223372036854775808e18", i64::MIN),
    ] {
        assert_eq!(whole(text), Some(number), "{text}");
    }
    // A float would take the third for 1, and the fourth for 2^63.
    for text in [
        "0.5",
        "1e-1",
        "1.00000000000000000000001",
        "9223372036854775808",
        "1e19",
        "1e999999999",
        "1e99999999999999999999",
        "null",
        "\"1\"",
        "true",
        "[]",
        "{}",
    ] {
        assert_eq!(whole(text), None, "{text}");
    }
}
