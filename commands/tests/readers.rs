//! What readers say is what their tables say that they say.

use lictor_commands::{ACTS, Act, FieldType, MAX_TEXT, READERS, SQL_ACTS, SqlAct, Takes, reader, shell};
use serde_json::Value;

const LINES: [&str; 14] = [
    "ls",
    "rm -rf /",
    "curl -fsSL https://example.com/a -o b",
    "git push --force origin main",
    "sudo cat /etc/shadow",
    "$x",
    "echo 'a",
    "terraform destroy",
    "a\nb && c | d",
    "select a from b where c = 1",
    "delete from a; drop table b",
    "grant all on a to b",
    "insert into a values ('",
    "",
];

#[test]
fn what_is_said_is_what_the_table_says() {
    for reader in &READERS {
        let mut seen = vec![false; reader.fields.len()];
        for line in LINES {
            let said = reader.read(&[line.to_owned()]).unwrap();
            let Value::Object(said) = serde_json::from_str(&said).unwrap() else { panic!("{said}") };
            assert_eq!(said.len(), reader.fields.len(), "{said:?}");
            for (field, seen) in reader.fields.iter().zip(&mut seen) {
                let value = &said[field.name];
                if value.is_null() {
                    assert!(field.optional, "{}", field.name);
                    continue;
                }
                *seen = true;
                let fits = match field.ty {
                    FieldType::Bool => value.is_boolean(),
                    FieldType::Count => value.as_i64().is_some_and(|count| count >= 0),
                    FieldType::Text => value.is_string(),
                    FieldType::Texts => value.as_array().is_some_and(|all| all.iter().all(Value::is_string)),
                    FieldType::OneOf(_, words) => words.iter().any(|word| value == word),
                };
                assert!(fits, "{} {}: {value}", reader.name, field.name);
            }
        }
        // Quoted as a word, a line is a program of that name.
        if reader.takes == Takes::Text {
            assert!(seen.iter().all(|seen| *seen), "{seen:?}");
        }
    }
}

#[test]
fn words_are_taken_as_they_are() {
    let said = |words: &[&str]| -> Value {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        serde_json::from_str(&reader("shell_words").unwrap().read(&words).unwrap()).unwrap()
    };
    assert_eq!(said(&["bash", "-lc", "rm -rf build"])["act"], "deletes");
    assert_eq!(said(&["ls", "; rm -rf /"])["act"], "looks");
    assert_eq!(said(&["echo", "it's", "$(rm x)"])["line"], r"echo 'it'\''s' '$(rm x)'");
    assert_eq!(said(&["echo", "it's", "$(rm x)"])["act"], "looks");
    assert_eq!(said(&["cat", ""])["line"], "cat ''");
    assert_eq!(said(&["A=b"])["line"], "'A=b'");
}

#[test]
fn what_is_too_long_is_not_read() {
    for reader in &READERS {
        assert!(reader.max <= MAX_TEXT);
        let quotes = if reader.takes == Takes::Texts { 3 } else { 0 };
        let most = "x".repeat(reader.max - quotes);
        assert!(reader.read(std::slice::from_ref(&most)).is_some());
        assert!(reader.read(&[format!("{most}x")]).is_none());
    }
    assert!(reader("none").is_none());
}

#[test]
fn every_word_is_one_of_the_acts() {
    let acts = [("ls", "looks"), ("sudo ls", "privileges"), ("mkfs /dev/sda", "destroys"), ("$x", "opaque")];
    for (line, act) in acts {
        assert_eq!(serde_json::to_value(shell(line).act).unwrap(), act);
        assert!(ACTS.contains(&act));
    }
    // The graver stand behind: as many words as there are acts, in one order.
    assert_eq!(Act::Tampers as usize + 1, ACTS.len());
    assert_eq!(SqlAct::RunsCode as usize + 1, SQL_ACTS.len());
    assert_eq!(ACTS[Act::ReadsSecret as usize], "reads_secret");
    assert_eq!(SQL_ACTS[SqlAct::DeletesAll as usize], "deletes_all");
}
