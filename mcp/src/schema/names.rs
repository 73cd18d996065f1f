//! Names of a policy for those that a server gives.

/// Words that name nothing.
const RESERVED: [&str; 18] = [
    "and",
    "or",
    "not",
    "in",
    "is",
    "if",
    "then",
    "else",
    "true",
    "false",
    "as",
    "otherwise",
    "unless",
    "pii",
    "secret",
    "attested",
    "signed",
    "each",
];
/// Words that are something else where a field of an action stands, or a part that every request has.
const ELSEWHERE: [&str; 12] = [
    "default",
    "flags",
    "amplifiers",
    "unbound",
    "ignore",
    "agent",
    "user",
    "mandate",
    "context",
    "when",
    "params",
    "action",
];

/// Whether a name of somebody else's can stand in a policy as it is.
pub fn is_word(name: &str) -> bool {
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !RESERVED.contains(&name)
}

/// The name of a field for a member of this name, which is a word.
pub fn field(name: &str) -> String {
    if ELSEWHERE.contains(&name) { format!("{name}_") } else { name.to_owned() }
}

/// A name in small letters, as modules and actions have them.
pub fn identifier(name: &str) -> String {
    let mut word: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    if !word.starts_with(|c: char| c.is_ascii_lowercase()) {
        word.insert_str(0, "t_");
    }
    if RESERVED.contains(&word.as_str()) {
        word.push('_');
    }
    word
}

/// A name of a type: `files_write` and `mode` are `FilesWriteMode`.
pub fn type_name(parts: &[&str]) -> String {
    let mut name = String::new();
    for part in parts {
        let mut upper = true;
        for c in part.chars() {
            if c.is_ascii_alphanumeric() {
                name.push(if upper { c.to_ascii_uppercase() } else { c });
                upper = false;
            } else {
                upper = true;
            }
        }
    }
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("T{name}") }
}
