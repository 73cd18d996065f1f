//! Values: amounts, numbers and texts, which ones there are, and that each has one meaning.

use crate::decisions::{Case, KNOWN, buy, note, usd};

pub fn amounts() -> Vec<Case<'static>> {
    let money = |text: &str| buy(text, "", KNOWN);
    vec![
        (
            "as a number",
            "an amount may be a number of JSON, read exactly",
            money(r#"{"amount":19.99,"currency":"USD"}"#),
            "allow OK",
        ),
        (
            "in cents",
            "the same amount in minor units has the same digest",
            money(r#"{"minor":1999,"currency":"USD"}"#),
            "allow OK",
        ),
        (
            "as a text",
            "the same amount as a text has the same digest",
            money(r#"{"amount":"19.99","currency":"USD"}"#),
            "allow OK",
        ),
        (
            "with zeros",
            "zeros behind the point change nothing",
            money(r#"{"amount":"19.9900","currency":"USD"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "with an exponent",
            "an amount is written plainly",
            money(r#"{"amount":1.999e1,"currency":"USD"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "a decimal too many",
            "there is no tenth of a cent",
            money(r#"{"amount":"19.999","currency":"USD"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "another currency",
            "the parameter has an amount for it",
            money(r#"{"amount":"19.99","currency":"EUR"}"#),
            "allow OK",
        ),
        (
            "a currency without decimals",
            "the yen has none; one parameter says nothing of it",
            money(r#"{"amount":"1999","currency":"JPY"}"#),
            "deny CURRENCY_MISMATCH",
        ),
        (
            "a currency without a limit",
            "what no parameter has an amount for is refused",
            money(r#"{"amount":"19.99","currency":"CHF"}"#),
            "deny CURRENCY_MISMATCH",
        ),
        (
            "no currency",
            "letters that are no currency",
            money(r#"{"amount":"19.99","currency":"XYZ"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "small letters",
            "a currency is written in capitals",
            money(r#"{"amount":"19.99","currency":"usd"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "negative",
            "amounts are not, unless they say signed",
            money(r#"{"amount":"-0.01","currency":"USD"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "both ways",
            "two members say how much",
            money(r#"{"amount":"1.00","minor":100,"currency":"USD"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "beyond 2^53",
            "9007199254740993 is not 9007199254740992: a reader with floats would lose a cent",
            money(r#"{"minor":9007199254740993,"currency":"USD"}"#),
            "deny TOO_DEAR",
        ),
        (
            "beyond 2^53, signed",
            "the same below zero, where it may be",
            note(r#"{"whole":1,"amount":{"minor":-9007199254740993,"currency":"USD"}}"#),
            "allow OK",
        ),
        (
            "the most",
            "the largest of 64 bits",
            note(r#"{"whole":1,"amount":{"minor":9223372036854775807,"currency":"USD"}}"#),
            "allow OK",
        ),
        (
            "more than the most",
            "one more has no room",
            note(r#"{"whole":1,"amount":{"minor":9223372036854775808,"currency":"USD"}}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "lines that add up",
            "two at 5.00 and one at 10.00 are 20.00",
            buy(
                &usd("20.00"),
                r#","lines":[{"article":"a","pieces":2,"price":{"amount":"5.00","currency":"USD"}},{"article":"b","pieces":1,"price":{"minor":1000,"currency":"USD"}}]"#,
                KNOWN,
            ),
            "allow OK",
        ),
        (
            "lines that do not",
            "a cent is missing",
            buy(
                &usd("20.01"),
                r#","lines":[{"article":"a","pieces":4,"price":{"amount":"5.00","currency":"USD"}}]"#,
                KNOWN,
            ),
            "deny WRONG_SUM",
        ),
        (
            "lines that overflow",
            "a sum without room for it is refused, and does not begin again below zero",
            buy(
                &usd("20.00"),
                r#","lines":[{"article":"a","pieces":9223372036854775807,"price":{"amount":"5.00","currency":"USD"}}]"#,
                KNOWN,
            ),
            "deny EVALUATION_ERROR",
        ),
    ]
}

pub fn numbers() -> Vec<Case<'static>> {
    vec![
        ("2^53", "what a float still tells apart", note(r#"{"whole":9007199254740992}"#), "allow OK"),
        (
            "2^53 + 1",
            "what a float does not: the limit is passed by one",
            note(r#"{"whole":9007199254740993}"#),
            "step_up NEEDS_A_LOOK",
        ),
        ("the least", "the smallest of 64 bits", note(r#"{"whole":-9223372036854775808}"#), "allow OK"),
        (
            "less than the least",
            "it has no room",
            note(r#"{"whole":-9223372036854775809}"#),
            "deny STRUCTURE_INVALID",
        ),
        ("one as 1.0", "a whole number is written whole", note(r#"{"whole":1.0}"#), "deny STRUCTURE_INVALID"),
        ("one as a text", "a text is no number", note(r#"{"whole":"1"}"#), "deny STRUCTURE_INVALID"),
        (
            "a decimal of nine places",
            "0.1 and 0.2 are exact",
            note(r#"{"whole":1,"share":0.300000001}"#),
            "allow OK",
        ),
        (
            "a decimal of ten places",
            "more places than there are",
            note(r#"{"whole":1,"share":0.3000000001}"#),
            "deny STRUCTURE_INVALID",
        ),
        ("not a number", "NaN is no JSON", note(r#"{"whole":NaN}"#), "deny STRUCTURE_INVALID"),
        ("a leading zero", "01 is no JSON", note(r#"{"whole":01}"#), "deny STRUCTURE_INVALID"),
    ]
}

pub fn texts() -> Vec<Case<'static>> {
    let kinds = r#"{"whole":1,"share":"0.5","day":"2026-02-28","time":"09:30","span":"1d 12h","host":"Bücher.Example.","page":"HTTPS://Example.com:443/a/../b","address":"::ffff:192.0.2.1","network":"192.0.2.0/24","mail":"Ann@Example.COM","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000","tags":["b","a"]}"#;
    vec![
        (
            "beyond ASCII",
            "texts of any script, shown as they were written",
            note(r#"{"whole":9007199254740993,"text":"Ω 你好 👩‍👩‍👧 é"}"#),
            "step_up NEEDS_A_LOOK",
        ),
        ("as an escape", "Stra\\u00dfe is Straße", note(r#"{"whole":1,"text":"Stra\u00dfe"}"#), "deny ODD"),
        (
            "as a pair",
            "two escapes are one character",
            note(r#"{"whole":1,"text":"\ud83d\ude00"}"#),
            "allow OK",
        ),
        (
            "half of a pair",
            "half a character is none",
            note(r#"{"whole":1,"text":"\ud83d"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "other bytes of the same letters",
            "texts compare by bytes: two letters that look alike are two",
            note(r#"{"whole":1,"text":"Straſse"}"#),
            "allow OK",
        ),
        (
            "200 bytes",
            "as long as it may be",
            note(&format!(r#"{{"whole":1,"text":"{}"}}"#, "é".repeat(100))),
            "allow OK",
        ),
        (
            "201 bytes",
            "length is counted in bytes",
            note(&format!(r#"{{"whole":1,"text":"x{}"}}"#, "é".repeat(100))),
            "deny STRUCTURE_INVALID",
        ),
        ("every kind", "what can be written in several ways is read into one", note(kinds), "allow OK"),
        (
            "a host in other letters",
            "a domain is read before it is compared",
            note(r#"{"whole":1,"host":"SHOP.ＯＤＤ.example"}"#),
            "deny ODD",
        ),
        (
            "the 29th of February",
            "2026 has none",
            note(r#"{"whole":1,"day":"2026-02-29"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "a network with more bits",
            "what is behind the prefix says something else",
            note(r#"{"whole":1,"network":"10.0.0.1/8"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "a name in the address",
            "two readers would go to two hosts",
            note(r#"{"whole":1,"page":"https://example.com@evil.example/"}"#),
            "deny STRUCTURE_INVALID",
        ),
        (
            "a tag twice",
            "a set has each of its values once",
            note(r#"{"whole":1,"tags":["a","a"]}"#),
            "deny STRUCTURE_INVALID",
        ),
    ]
}
