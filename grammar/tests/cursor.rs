//! What may stand at a place of a text that is being written.

use lictor_grammar::cursor::{Named, Place, cursor};
use lictor_grammar::span::FileId;

/// What may stand at the `$0` of a text: its place, its words, and whether the item could be read with the mark in it.
fn at(marked: &str) -> (Place, Vec<&'static str>, bool) {
    let at = marked.find("$0").unwrap();
    let source = marked.replace("$0", "");
    let found = cursor(FileId(1), &source, at).unwrap();
    let is_read = found.read.is_some_and(|item| format!("{item:?}").contains("x__here"));
    (found.place, found.words, is_read)
}

fn named(marked: &str) -> Named {
    match at(marked) {
        (Place::Named(named), ..) => named,
        other => panic!("{marked}: {other:?}"),
    }
}

#[test]
fn what_a_name_names_follows_from_what_stands_before_it() {
    let cases = [
        ("import std.$0", Named::Module),
        ("layer category $0", Named::Category),
        ("layer agent tr$0", Named::Tier),
        ("escalate to $0", Named::Role),
        ("extend $0 {", Named::Record),
        ("record R { a: $0 }", Named::Type),
        ("record R { a: List<$0", Named::Type),
        ("fn f(a: $0", Named::Type),
        ("fact f(a: Int) -> $0", Named::Type),
        ("example e = shop.$0", Named::Past),
        ("normalize \"t\" as $0", Named::Action),
        ("normalize \"t\" as a.b {\n  x = input.y as $0", Named::Type),
        ("set $0", Named::Param),
        ("set default $0 = allow", Named::Action),
        ("set default a.b = $0", Named::Decision),
        ("set default a.b = step_up to $0", Named::Role),
        ("promise $0", Named::Action),
        ("except e to $0", Named::Rule),
        ("rule r on $0", Named::Action),
        ("rule r on a.b, a.$0 {", Named::Action),
        ("rule r on a.* except $0", Named::Action),
        ("rule r on a.b at $0 {\n  deny as X\n}", Named::Stage),
        ("rule r on a.b cites gdpr.$0", Named::Control),
        ("rule r on a.b {\n  deny as $0\n}", Named::Reason),
        ("rule r on a.b {\n  deny when x > 5 as X told as $0", Named::Reason),
        ("rule r on a.b {\n  require x else $0\n  deny as X\n}", Named::Reason),
        ("rule r on a.b {\n  step_up to $0 as X\n}", Named::Role),
        ("rule r on a.b {\n  flag $0", Named::Flag),
        ("rule r on a.b {\n  amplify $0", Named::Amplifier),
        ("rule r on a.b {\n  let n = times(allowed $0", Named::Past),
        ("rule r on a.b {\n  let n = total(x of allowed $0", Named::Past),
        ("rule r on a.b {\n  let n = times(allowed a.b since latest executed $0", Named::Past),
        ("action a.b {\n  x: Int\n  flags $0", Named::Flag),
        ("action a.b {\n  x: Int\n  default $0", Named::Decision),
        ("action a.b {\n  x: Int\n  unbound $0", Named::OwnField),
        ("test \"t\" {\n  given $0", Named::Example),
        ("test \"t\" {\n  given e with $0", Named::Given),
        ("test \"t\" {\n  given e with x: 5 USD, $0", Named::Given),
        ("test \"t\" {\n  given e\n  with $0", Named::Given),
        ("test \"t\" {\n  cases $0", Named::CaseField),
        ("test \"t\" {\n  expect deny $0", Named::Reason),
        ("test \"t\" {\n  expect obliged $0", Named::Obligation),
        ("test \"t\" {\n  cases x { 5: deny $0", Named::Reason),
        ("test \"t\" {\n  cases x { 5: $0", Named::Decision),
        ("test \"t\" {\n  after 5 allowed $0", Named::Example),
    ];
    for (marked, expected) in cases {
        assert_eq!(named(marked), expected, "{marked}");
    }
}

#[test]
fn an_item_is_read_with_the_mark_whatever_is_missing_behind_it() {
    let values = [
        "rule r on a.b {\n  deny when $0",
        "rule r on a.b {\n  deny when x > $0\n  require y else X\n}",
        "rule r on a.b {\n  deny when (x > 5 and (y in [1, $0",
        "rule r on a.b {\n  when x > $0",
        "rule r on a.b {\n  when x is present {\n    require x.$0",
        "rule r on a.b {\n  deny when any(i in items: i.$0",
        "rule r on a.b {\n  deny when any(i in $0",
        "rule r on a.b {\n  deny when near($0",
        "rule r on a.b {\n  let a = if x then $0",
        "rule r on a.b {\n  let a = x\n  oblige o by $0",
        "rule r on a.b {\n  deny when times(allowed a.b over 1h where $0",
        "rule r on a.b {\n  let n = total($0",
        "rule r on a.b {\n  let n = times(allowed a.b per agent.id, $0",
        "fn f(a: Int) -> Int = a + $0",
        "category c when x.$0",
        "except e to r\n  when agent.$0",
        "param p: Level = $0",
        "set p = $0",
        "test \"t\" {\n  with p = $0",
        "test \"t\" {\n  given e with x: $0",
        "example e = a.b { x: $0",
        "normalize \"t\" as a.b when input.$0",
    ];
    for marked in values {
        let (place, _, is_read) = at(marked);
        assert_eq!((place, is_read), (Place::Value, true), "{marked}");
    }
    for marked in [
        "example e = a.b { $0",
        "example e = a.b {\n  x: 5\n  y: { $0 }\n}",
        "test \"t\" {\n  agent { $0",
        "test \"t\" {\n  cases x { $0",
        "action a.b {\n  amplifiers { $0 }\n}",
    ] {
        let (place, _, is_read) = at(marked);
        assert_eq!((place, is_read), (Place::Entry, true), "{marked}");
    }
}

#[test]
fn words_are_offered_where_they_are_words() {
    let words = |marked: &str| at(marked).1;
    let has = |marked: &str, expected: &[&str]| {
        let words = words(marked);
        expected.iter().for_each(|word| assert!(words.contains(word), "{marked}: {words:?} lacks {word}"));
    };
    let lacks = |marked: &str, unexpected: &[&str]| {
        let words = words(marked);
        unexpected.iter().for_each(|word| assert!(!words.contains(word), "{marked}: {words:?} has {word}"));
    };
    has("$0", &["rule", "module", "test"]);
    has("module m\n\nru$0", &["rule", "param"]);
    has("rule r $0", &["on", "except", "at", "cites", "from", "until"]);
    has("rule r on a.b {\n  $0\n}", &["deny", "when", "require", "step_up", "let", "risk"]);
    has("rule r on a.b {\n  deny as X\n  $0\n}", &["deny", "when", "told"]);
    has("rule r on a.b {\n  deny $0\n}", &["when", "as"]);
    lacks("rule r on a.b {\n  deny $0\n}", &["require", "let", "else"]);
    has("rule r on a.b {\n  deny when x $0", &["as", "and", "or", "unless", "in", "not", "is", "otherwise"]);
    has("rule r on a.b {\n  deny when x is $0", &["present", "absent", "empty", "not"]);
    has("rule r on a.b {\n  deny when x is not $0", &["present", "absent", "empty"]);
    has("rule r on a.b {\n  deny when $0", &["not", "true", "false", "if"]);
    lacks("rule r on a.b {\n  deny when $0", &["as", "and", "when"]);
    has("rule r on a.b {\n  step_up when x $0", &["to", "quorum", "within", "other", "as"]);
    lacks("rule r on a.b at amount $0", &["on", "at"]);
    lacks("rule r on a.b {\n  step_up when x to boss $0\n}", &["when", "to"]);
    has("rule r on a.b {\n  deny when x as X\n  $0\n}", &["when", "deny"]);
    lacks("test \"t\" {\n  expect deny $0\n}", &["given", "to"]);
    has("test \"t\" {\n  expect deny X $0\n}", &["given", "to"]);
    lacks("example e = a.b {\n  x: 5\n  $0\n}", &["and", "is"]);
    lacks("param p: Int = 5\n  fixed\n  $0", &["stricter", "fixed"]);
    has("param p: Int = 5 range 1 $0", &["to"]);
    has("param p: Money = 5 USD\n  range 1 USD to 5 USD, 1 EUR $0", &["to"]);
    has("param p: Int = 5\n  $0", &["range", "stricter", "fixed", "loosen"]);
    has("param p: Int = 5\n  stricter when $0", &["lower", "higher", "subset", "superset", "true", "false"]);
    has("param p: Int = 5\n  loosen by $0", &["base", "category", "agent", "user"]);
    has("layer $0", &["base", "category", "agent", "user"]);
    has("layer agent t $0", &["observe"]);
    has("promise a.b is $0", &["never"]);
    has("promise a.b is never $0", &["refused", "held"]);
    has("test \"t\" {\n  $0", &["given", "with", "agent", "at", "after", "cases", "expect"]);
    has("test \"t\" {\n  expect $0", &["allow", "step_up", "deny", "observed", "obliged", "not"]);
    has("test \"t\" {\n  expect not $0", &["obliged"]);
    lacks("test \"t\" {\n  expect not $0", &["allow", "given", "by"]);
    lacks("test \"t\" {\n  expect obliged $0", &["given", "to", "by"]);
    has("test \"t\" {\n  expect not obliged $0", &["given"]);
    lacks("test \"t\" {\n  expect not obliged $0", &["by"]);
    has("test \"t\" {\n  expect obliged keep_it $0", &["by", "given"]);
    lacks("test \"t\" {\n  expect obliged keep_it $0", &["to"]);
    lacks("test \"t\" {\n  expect step_up X $0", &["by"]);
    has("test \"t\" {\n  after 5 $0", &["attempted", "allowed", "executed"]);
    has("set default a.b = $0", &["allow", "step_up", "deny"]);
    has("set $0", &["default", "risk"]);
    has("calendar c = [2026-01-01] from 2026-01-01 until 2026-12-31 weekend $0", &["saturday"]);
    has("rule r on a.b {\n  let n = times($0", &["allowed", "attempted", "executed"]);
    has("rule r on a.b {\n  let n = times(allowed a.b $0", &["per", "over", "since", "where"]);
    has("action a.b {\n  x: $0", &["pii", "secret", "attested", "signed"]);
    has("action a.b {\n  x: Int\n  $0", &["flags", "default", "unbound", "amplifiers"]);
}

#[test]
fn nothing_stands_in_comments_and_texts_and_behind_digits() {
    for marked in
        ["// rule$0", "rule r on a.b { // $0", "rule r on a.b {\n  deny as X \"no$0\n}", "set p = 15$0"]
    {
        let at = marked.find("$0").unwrap();
        assert_eq!(cursor(FileId(1), &marked.replace("$0", ""), at), None, "{marked}");
    }
}

#[test]
fn the_word_at_a_place_is_what_is_written_there_so_far() {
    let word = |marked: &str| {
        let at = marked.find("$0").unwrap();
        let source = marked.replace("$0", "");
        source[cursor(FileId(1), &source, at).unwrap().word].to_owned()
    };
    assert_eq!(word("rule r on pay$0 {"), "pay");
    assert_eq!(word("rule r on pa$0y {"), "pay");
    assert_eq!(word("rule r on $0pay {"), "");
    assert_eq!(word("rule r on pay.$0"), "");
    assert_eq!(word("ru$0"), "ru");
}
