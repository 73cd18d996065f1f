use super::*;

fn compiled(source: &str) -> Result<Pattern, (String, String)> {
    let span = Span { start: 0, end: (source.len() + 3) as u32, ..Span::default() };
    let mut out = Vec::new();
    let pattern = compile(source, span, &mut out);
    match (pattern, out.first()) {
        (Some(pattern), None) => Ok(pattern),
        (None, Some(said)) => {
            let place = said.span().start as usize - 2..said.span().end as usize - 2;
            Err((
                format!("{} {}", said.code, said.message),
                source.get(place).unwrap_or("past the end").to_string(),
            ))
        }
        _ => panic!("{source}: either a pattern or one message"),
    }
}

fn accepts(source: &str, text: &str) -> bool {
    let pattern = compiled(source).unwrap();
    assert!(pattern.is_sound(), "{source}");
    pattern.accepts(text.bytes().fold(Pattern::START, |state, byte| pattern.step(state, byte)))
}

#[test]
fn a_pattern_describes_the_whole_text() {
    for (source, yes, no) in [
        ("abc", &["abc"][..], &["", "ab", "abcd", "xabc", "abc\n"][..]),
        ("a|bc", &["a", "bc"], &["abc", "b", "ac"]),
        ("", &[""], &["a"]),
        ("a*", &["", "a", "aaaa"], &["b", "ab"]),
        ("[A-Z]{2}-\\d{3,4}", &["AB-123", "AB-1234"], &["AB-12", "AB-12345", "ab-123", "AB-12٣"]),
        (".", &["a", "é", "語", "\r"], &["", "ab", "\n"]),
        ("[^a]", &["b", "é", "\n"], &["a", ""]),
        ("\\w+", &["aZ_9"], &["é", "a-b", ""]),
        ("\\D", &["a", "é"], &["1"]),
        ("[\\d.]+", &["1.2"], &["a", "٣"]),
        ("\\s", &[" ", "\t", "\n"], &["\u{a0}", "\u{2003}"]),
        ("é{2}", &["éé"], &["é", "é\u{301}"]),
        ("(?:ab)+?c", &["abc", "ababc"], &["c", "abab"]),
        ("(?P<x>a)b", &["ab"], &["a"]),
        ("[a-z&&[^aeiou]]", &["b"], &["a", "1"]),
        ("\\x41\\u{e9}", &["Aé"], &["A"]),
        ("a\\.b", &["a.b"], &["axb"]),
    ] {
        for text in yes {
            assert!(accepts(source, text), "{source} describes {text:?}");
        }
        for text in no {
            assert!(!accepts(source, text), "{source} does not describe {text:?}");
        }
    }
}

#[test]
fn a_pattern_that_is_wrong_is_told_where() {
    for (source, said, place) in [
        ("a(b", "E0352 this group is not closed", "("),
        ("ab)", "E0352 this closes a group that was never opened", ")"),
        ("x[a-z", "E0352 this class is not closed", "["),
        ("[z-a]", "E0352 this range runs backwards", "z-a"),
        ("*a", "E0352 there is nothing here to repeat", "*"),
        ("a{3,2}", "E0352 this repetition runs backwards", "{3,2}"),
        ("é\\q", "E0352 this means nothing", "\\q"),
        ("^a$", "E0352 a pattern always describes the whole text, from its beginning to its end", "^"),
        ("a\\b", "E0352 a pattern always describes the whole text, from its beginning to its end", "\\b"),
        ("(?i)a", "E0352 a pattern has no flags", "(?i)"),
        ("a(?i:b)", "E0352 a pattern has no flags", "i"),
        ("\\p{L}", "E0352 a pattern has no classes of Unicode", "\\p{L}"),
        ("[\\pN]", "E0352 a pattern has no classes of Unicode", "\\pN"),
        ("(?=a)", "E0352 a pattern does not look ahead or behind", "(?="),
        ("(a)\\1", "E0352 a pattern does not refer to what it has matched", "\\1"),
    ] {
        assert_eq!(compiled(source), Err((said.to_string(), place.to_string())), "{source}");
    }
}

#[test]
fn a_pattern_that_would_blow_up_is_refused() {
    let long = "a".repeat(MAX_SOURCE + 1);
    let deep = "(".repeat(400) + &")".repeat(400);
    let bombs = [
        "(a{1000}){1000}",
        "((a{100}){100}){100}",
        "(a|b)*a(a|b){20}",
        "a{4000}",
        ".{0,700}",
        "(.*a){30}b.{12}",
        "[a-z]{0,900}[0-9]{0,900}[a-z]{0,900}",
        &long,
    ];
    for source in bombs {
        let (said, _) = compiled(source).unwrap_err();
        assert!(said.starts_with("E0353 "), "{source}: {said}");
    }
    let (said, _) = compiled(&deep).unwrap_err();
    assert_eq!(said, "E0352 groups stand too deep within one another here");
}
