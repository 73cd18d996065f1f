//! The words that editors colour are the words of the language. `editors/words.json` is made from `keywords.rs`, and everything else in `editors/`
//! that lists words is made from it (`editors/build`).
//!
//! Where it differs, `UPDATE_EDITOR_WORDS=1 cargo test -p lictor-tests --test editor_words` writes it anew.

use lictor_grammar::keywords::{ITEMS, Keyword, RESERVED, STAGES, STATEMENTS, STEPS};
use serde_json::json;

#[test]
fn editors_know_the_words_of_the_language() {
    let texts = |words: &[Keyword]| words.iter().map(|word| word.text()).collect::<Vec<_>>();
    let told = [RESERVED, ITEMS, STATEMENTS, STEPS].concat();
    let others: Vec<Keyword> = Keyword::ALL.iter().copied().filter(|word| !told.contains(word)).collect();
    let should = json!({
        "reserved": texts(RESERVED),
        "items": texts(ITEMS),
        "statements": texts(STATEMENTS),
        "steps": texts(STEPS),
        "clauses": texts(&others),
        "stages": STAGES,
    });
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../editors/words.json");
    if std::env::var_os("UPDATE_EDITOR_WORDS").is_some() {
        std::fs::write(path, format!("{should:#}\n")).unwrap();
    }
    let is: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(is, should, "write it anew with UPDATE_EDITOR_WORDS=1, then run editors/build");
}
