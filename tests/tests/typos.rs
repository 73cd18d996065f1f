//! One letter is wrong: does the message name the word that was meant? Every word of the example's rules is misspelled in turn.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};

/// The files whose words are misspelled: those that use names. What is declared stands in `base.lictor`.
const FILES: [&str; 6] = [
    "mandate.lictor",
    "purchase.lictor",
    "risk.lictor",
    "gambling.lictor",
    "travel.lictor",
    "tiers/untrusted.lictor",
];

fn project() -> Project {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/agent-payments/policy");
    let mut project = Project { name: "example".to_string(), ..Project::default() };
    for folder in ["", "tiers", "users"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                continue;
            }
            let name = Path::new(folder).join(path.file_name().unwrap()).display().to_string();
            let file = SourceFile { path: name, bytes: fs::read(&path).unwrap() };
            match file.path.rsplit('.').next() {
                Some("lictor") => project.files.push(file),
                _ => project.data.push(file),
            }
        }
    }
    let library = lictor_stdlib::MODULES.iter();
    project.library = library
        .map(|module| SourceFile { path: module.path.to_string(), bytes: module.text.as_bytes().to_vec() })
        .collect();
    project
}

/// The words of a module that use a name, each once, with where they stand: no comments, no texts, no words that name something
/// themselves; and no currencies, which are near to one another.
fn words(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let (mut line_start, mut declares) = (0, false);
    for line in text.split_inclusive('\n') {
        declares = (declares && !line.starts_with('}')) || line.starts_with("reasons");
        let code = line.split("//").next().unwrap();
        let (mut at, mut quoted, mut before) = (0, false, String::new());
        let bytes = code.as_bytes();
        while at < bytes.len() {
            if bytes[at] == b'"' {
                quoted = !quoted;
            }
            let letter = |at: usize| bytes.get(at).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
            if !letter(at) {
                at += 1;
                continue;
            }
            let start = at;
            while bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_') {
                at += 1;
            }
            let word = &code[start..at];
            let touches_number = start > 0 && bytes[start - 1].is_ascii_digit();
            let names = ["rule", "module", "let", "fn", "layer", "import"].contains(&before.as_str())
                || line.starts_with("module")
                || line.starts_with("fn");
            let variable = code[at..].trim_start().starts_with("in ") && code[..start].ends_with('(');
            if !quoted
                && !declares
                && !names
                && !variable
                && !touches_number
                && word.len() >= 3
                && !["USD", "EUR", "GBP", "JPY"].contains(&word)
                && found.iter().all(|(_, other)| other != word)
            {
                found.push((line_start + start, word.to_string()));
            }
            before = word.to_string();
        }
        line_start += line.len();
    }
    found
}

/// A word with one letter left out, doubled, exchanged with the next, or another one.
fn misspelled(word: &str, way: usize) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let middle = letters.len() / 2;
    match way {
        0 => {
            letters.remove(middle);
        }
        1 => letters.insert(middle, letters[middle]),
        2 if letters[middle] != letters[middle - 1] => letters.swap(middle - 1, middle),
        _ => letters[middle] = if word.chars().all(|c| !c.is_ascii_lowercase()) { 'Q' } else { 'q' },
    }
    letters.into_iter().collect()
}

#[test]
fn nine_in_ten_misspelled_words_are_recognized() {
    let project = project();
    assert!(compile(&project).bundle.is_some());
    let (mut right, mut missed, mut wrong) = (0, Vec::new(), Vec::new());
    let mut tried = BTreeSet::new();
    for file in FILES {
        let index = project.files.iter().position(|source| source.path == file).unwrap();
        let text = String::from_utf8(project.files[index].bytes.clone()).unwrap();
        for (at, word) in words(&text) {
            if !tried.insert(word.clone()) {
                continue;
            }
            for way in 0..4 {
                let slip = misspelled(&word, way);
                let mut project = project.clone();
                let text = format!("{}{slip}{}", &text[..at], &text[at + word.len()..]);
                project.files[index].bytes = text.into_bytes();
                let compiled = compile(&project);
                let helps: Vec<&str> =
                    compiled.diagnostics.iter().filter_map(|told| told.help.as_deref()).collect();
                let said = format!("`{file}`: {word} as {slip}: {helps:?}");
                // An action is proposed with its whole name.
                let meant = |help: &&str| {
                    let mut quoted = help.split('`').skip(1).step_by(2);
                    help.contains("did you mean")
                        && quoted.any(|one| one == word || one.split('.').any(|part| part == word))
                };
                if helps.iter().any(meant) {
                    right += 1;
                } else if helps.iter().any(|help| help.contains("did you mean")) {
                    wrong.push(said);
                } else {
                    missed.push(said);
                }
            }
        }
    }
    let all = right + missed.len() + wrong.len();
    assert!(all >= 300, "only {all} words were tried");
    println!("{right} of {all} are recognized, {} wrongly", wrong.len());
    assert!(
        right * 10 >= all * 9,
        "{right} of {all} are recognized\nwrong:\n{}\nmissed:\n{}",
        wrong.join("\n"),
        missed.join("\n")
    );
}

#[test]
fn what_is_near_to_nothing_is_not_guessed() {
    let mut project = project();
    let index = project.files.iter().position(|source| source.path == "gambling.lictor").unwrap();
    let text = String::from_utf8(project.files[index].bytes.clone()).unwrap();
    for foreign in ["xylophone", "zz", "Q", "customer_segment"] {
        project.files[index].bytes = text.replace("user.age_verified", foreign).into_bytes();
        for told in compile(&project).diagnostics {
            let help = told.help.unwrap_or_default();
            assert!(!help.contains("did you mean"), "{foreign}: {help}");
        }
    }
}
