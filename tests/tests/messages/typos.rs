//! One letter is wrong: does the message name the word that was meant? And where a word is near to nothing, is nothing proposed?

use std::collections::{BTreeMap, BTreeSet};

use lictor_compiler::compile;
use lictor_compiler::project::Project;
use lictor_grammar::ast::{Action, Described, Field, ItemKind, Name, Record};
use lictor_grammar::keywords::{Keyword, STAGES};
use lictor_grammar::lex::TokenKind;
use lictor_grammar::parse;
use lictor_grammar::span::FileId;

use crate::project;
use crate::random::Random;

/// What a word is, of which one can be misspelled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Kind {
    Keyword,
    ShortKeyword,
    Field,
    Local,
    Action,
    Code,
    Param,
    Role,
    Tier,
    Function,
    Value,
    Type,
    Stage,
}

/// The types and functions of the language itself that the examples use.
const TYPES: [&str; 18] = [
    "Bool",
    "Int",
    "Decimal",
    "Money",
    "String",
    "Timestamp",
    "Duration",
    "Date",
    "TimeOfDay",
    "Weekday",
    "TimeZone",
    "Country",
    "Domain",
    "Email",
    "List",
    "Set",
    "Map",
    "Sourced",
];
const FUNCTIONS: [&str; 11] = [
    "size",
    "all",
    "any",
    "count",
    "sum",
    "date",
    "time_of_day",
    "weekday",
    "starts_with",
    "ends_with",
    "contains",
];

/// The words of a project that use a name: kind, file, place, and the word.
struct Words {
    kinds: BTreeMap<&'static str, BTreeSet<String>>,
    declared: BTreeSet<(usize, u32)>,
    file: usize,
}

impl Words {
    fn declare(&mut self, kind: &'static str, name: &Name) {
        self.kinds.entry(kind).or_default().insert(name.text.clone());
        self.declared.insert((self.file, name.span.start));
    }

    fn fields(&mut self, fields: &[Field]) {
        fields.iter().for_each(|field| self.declare("field", &field.name));
    }

    fn record(&mut self, record: &Record) {
        self.declare("type", &record.name);
        self.fields(&record.fields);
    }

    fn described(&mut self, kind: &'static str, all: &[Described]) {
        all.iter().for_each(|one| self.declare(kind, &one.name));
    }

    fn action(&mut self, action: &Action) {
        self.kinds.entry("action").or_default().insert(action.name.text());
        self.declared.extend(action.name.names.iter().map(|name| (self.file, name.span.start)));
        self.fields(&action.fields);
    }

    fn item(&mut self, item: &ItemKind) {
        match item {
            ItemKind::Tiers(names) => names.iter().for_each(|name| self.declare("tier", name)),
            ItemKind::Roles(all) => self.described("role", all),
            ItemKind::Reasons(all) => self.described("code", all),
            ItemKind::Enum(node) => {
                self.declare("type", &node.name);
                node.values.iter().for_each(|value| self.declare("value", value));
            }
            ItemKind::Record(node) | ItemKind::Extend(node) => self.record(node),
            ItemKind::Action(node) | ItemKind::Event(node) => self.action(node),
            ItemKind::Fact(node) => {
                self.declare("function", &node.name);
                self.fields(&node.params);
            }
            ItemKind::Fn(node) => {
                self.declare("function", &node.name);
                self.fields(&node.params);
            }
            ItemKind::Param(node) => self.declare("param", &node.name),
            ItemKind::Category(node) => self.declare("category", &node.name),
            ItemKind::Rule(node) => self.declare("rule", &node.name),
            _ => {}
        }
    }

    fn is(&self, kind: &str, word: &str) -> bool {
        self.kinds.get(kind).is_some_and(|all| all.contains(word))
    }

    /// What a word is that is no declaration, where that is beyond doubt.
    fn kind(&self, words: &[&str], at: usize) -> Option<Kind> {
        let (word, before) = (words[at], at.checked_sub(1).map_or("", |at| words[at]));
        let behind = words.get(at + 1).copied().unwrap_or_default();
        if before == "at" && STAGES.contains(&word) {
            return Some(Kind::Stage);
        }
        let dotted = |from: usize, to: usize| {
            words.get(from..=to).is_some_and(|path| self.is("action", &path.concat()))
        };
        if dotted(at, at + 2) || (at >= 2 && dotted(at - 2, at)) {
            return Some(Kind::Action);
        }
        if before == "." {
            let function = FUNCTIONS.contains(&word) && behind == "(";
            return if function {
                Some(Kind::Function)
            } else {
                self.is("field", word).then_some(Kind::Field)
            };
        }
        let names = [
            (self.is("code", word), Kind::Code),
            (self.is("role", word) && before == "to", Kind::Role),
            (self.is("tier", word), Kind::Tier),
            (self.is("param", word), Kind::Param),
            (self.is("function", word) || FUNCTIONS.contains(&word) && behind == "(", Kind::Function),
            (self.is("value", word), Kind::Value),
            (self.is("type", word) || TYPES.contains(&word), Kind::Type),
            (self.is("local", word), Kind::Local),
            (self.is("field", word) || ["context", "agent", "user", "mandate"].contains(&word), Kind::Field),
        ];
        let known: Vec<Kind> = names.iter().filter(|name| name.0).map(|name| name.1).collect();
        match (Keyword::from_text(word), known.as_slice()) {
            (Some(_), []) if word.len() < 3 => Some(Kind::ShortKeyword),
            (Some(_), []) => Some(Kind::Keyword),
            (None, [kind]) => Some(*kind),
            _ => None,
        }
    }
}

/// A word that uses a name.
#[derive(Clone)]
struct Use {
    kind: Kind,
    project: usize,
    file: usize,
    start: usize,
    word: String,
}

/// The words of a project, each kind and word once; and all words that stand there.
fn uses(number: usize, project: &Project) -> (Vec<Use>, BTreeSet<String>) {
    let mut words = Words { kinds: BTreeMap::new(), declared: BTreeSet::new(), file: usize::MAX };
    for module in &project.library {
        let text = String::from_utf8(module.bytes.clone()).unwrap();
        parse(FileId(0), &text).file.items.iter().for_each(|item| words.item(&item.kind));
    }
    let texts: Vec<String> = (0..project.files.len()).map(|file| project::text(project, file)).collect();
    let parsed: Vec<_> = texts.iter().map(|text| parse(FileId(0), text)).collect();
    let tokens: Vec<Vec<(usize, &str, TokenKind)>> = texts
        .iter()
        .zip(&parsed)
        .map(|(text, parsed)| {
            let seen = parsed.tokens.iter().filter(|token| !token.kind.is_comment());
            let seen = seen
                .map(|t| (t.span.start as usize, &text[t.span.start as usize..t.span.end as usize], t.kind));
            seen.collect()
        })
        .collect();
    for (file, (parsed, tokens)) in parsed.iter().zip(&tokens).enumerate() {
        words.file = file;
        parsed.file.items.iter().for_each(|item| words.item(&item.kind));
        for pair in tokens.windows(3) {
            let (before, (start, word, kind), behind) = (pair[0].1, pair[1], pair[2].1);
            let variable = before == "(" && behind == "in";
            if kind == TokenKind::Word && (before == "let" || variable) {
                words.kinds.entry("local").or_default().insert(word.to_string());
                words.declared.insert((file, start as u32));
            }
        }
    }
    let (mut found, mut all) = (Vec::<Use>::new(), BTreeSet::new());
    for (file, tokens) in tokens.iter().enumerate() {
        let plain: Vec<&str> = tokens.iter().map(|token| token.1).collect();
        for (at, &(start, word, kind)) in
            tokens.iter().enumerate().filter(|(_, token)| token.2 == TokenKind::Word)
        {
            all.insert(word.to_ascii_lowercase());
            if words.declared.contains(&(file, start as u32)) || kind != TokenKind::Word {
                continue;
            }
            let Some(kind) = words.kind(&plain, at) else { continue };
            // The first line of a file says what it is; whoever loses it has lost the file.
            let header = ["module", "layer", "import", "use"].contains(&plain[at.saturating_sub(1)]);
            if header || at < 2 || found.iter().any(|other| other.kind == kind && other.word == word) {
                continue;
            }
            found.push(Use { kind, project: number, file, start, word: word.to_string() });
        }
    }
    (found, all)
}

/// A word with one letter left out, put in, exchanged with the next, or replaced.
fn misspelled(word: &str, way: usize, random: &mut Random) -> String {
    let mut letters: Vec<u8> = word.bytes().collect();
    let capitals = !word.bytes().any(|byte| byte.is_ascii_lowercase());
    let letter =
        *random.pick(if capitals { b"ABCDEFGHIJKLMNOPQRSTUVWXYZ" } else { b"abcdefghijklmnopqrstuvwxyz" });
    let at = random.below(letters.len());
    match way {
        0 if letters.len() > 1 => _ = letters.remove(at),
        1 => letters.insert(at, letter),
        2 if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => letters[at] = letter,
    }
    String::from_utf8(letters).unwrap()
}

/// What is proposed when a word stands in the place of another.
fn proposed(project: &Project, word: &Use, instead: &str) -> Vec<String> {
    let mut project = project.clone();
    let text = project::text(&project, word.file);
    let text = format!("{}{instead}{}", &text[..word.start], &text[word.start + word.word.len()..]);
    project.files[word.file].bytes = text.into_bytes();
    let told = compile(&project).diagnostics;
    let errors = told.into_iter().filter(|told| told.is_error());
    errors.map(|told| format!("{}: {}", told.message, told.help.unwrap_or_default())).collect()
}

/// Whether a help proposes this word; an action is proposed with its whole name.
fn proposes(help: &str, word: &str) -> bool {
    let Some((_, help)) = help.split_once("did you mean") else { return false };
    let mut quoted = help.split('`').skip(1).step_by(2);
    quoted.any(|one| one == word || one.split('.').any(|part| part == word))
}

/// How many slips of each kind are tried.
const TRIES: usize = 48;

/// The projects, the words to misspell in mixed order by kind, and every word that stands anywhere.
fn material(random: &mut Random) -> (Vec<Project>, BTreeMap<Kind, Vec<Use>>, BTreeSet<String>) {
    let projects: Vec<Project> =
        ["agent-payments", "debt-calls", "ward-charts", "deploys"].map(project::example).to_vec();
    let (mut kinds, mut all) = (BTreeMap::<Kind, Vec<Use>>::new(), BTreeSet::new());
    for (number, project) in projects.iter().enumerate() {
        assert!(compile(project).bundle.is_some(), "{} is not sound", project.name);
        let (found, words) = uses(number, project);
        found.into_iter().for_each(|word| kinds.entry(word.kind).or_default().push(word));
        all.extend(words);
    }
    kinds.values_mut().for_each(|words| random.shuffle(words));
    (projects, kinds, all)
}

#[test]
fn nine_in_ten_misspelled_words_of_each_kind_are_recognized() {
    let mut random = Random(5);
    let (projects, kinds, all) = material(&mut random);
    let mut weak = Vec::new();
    for (kind, words) in kinds {
        let (mut right, mut tried, mut missed) = (0, BTreeSet::new(), Vec::new());
        for way in 0..TRIES * 4 {
            if tried.len() == TRIES {
                break;
            }
            let word = &words[way / 4 % words.len()];
            let slip = misspelled(&word.word, way % 4, &mut random);
            // What is a word as well, nobody can tell from one that was meant.
            let known = all.contains(&slip.to_ascii_lowercase()) || Keyword::from_text(&slip).is_some();
            if known || !slip.starts_with(|c: char| c.is_ascii_alphabetic()) || !tried.insert(slip.clone()) {
                continue;
            }
            let helps = proposed(&projects[word.project], word, &slip);
            if helps.iter().any(|help| proposes(help, &word.word)) {
                right += 1;
            } else {
                missed.push(format!("  {} as {slip}: {helps:?}", word.word));
            }
        }
        println!("{kind:?}: {right} of {} are recognized", tried.len());
        if right * 10 < tried.len() * 9 {
            weak.push(format!("{kind:?}: {right} of {} are recognized\n{}", tried.len(), missed.join("\n")));
        }
    }
    assert!(weak.is_empty(), "{}", weak.join("\n"));
}

#[test]
fn what_is_near_to_nothing_is_not_guessed() {
    let mut random = Random(7);
    let (projects, kinds, all) = material(&mut random);
    for (kind, words) in kinds {
        let (mut tried, mut guessed) = (0, Vec::new());
        for word in words.iter().cycle().take(TRIES / 2) {
            let capitals = !word.word.bytes().any(|byte| byte.is_ascii_lowercase());
            let foreign = foreign(&mut random, &all);
            let foreign = if capitals { foreign.to_ascii_uppercase() } else { foreign };
            tried += 1;
            let helps = proposed(&projects[word.project], word, &foreign);
            guessed.extend(
                helps
                    .into_iter()
                    .filter(|help| help.contains("did you mean"))
                    .map(|help| format!("  {} as {foreign}: {help}", word.word)),
            );
        }
        assert!(
            guessed.len() * 20 <= tried,
            "{kind:?}: {} of {tried}\n{}",
            guessed.len(),
            guessed.join("\n")
        );
    }
}

/// A word that is far from all of these: as many letters as the longer of the two, but for a few, are others.
fn foreign(random: &mut Random, all: &BTreeSet<String>) -> String {
    loop {
        let length = 5 + random.below(6);
        let word: String =
            (0..length).map(|_| char::from(*random.pick(b"bcdfghjklmnpqrstvwxzaeiou"))).collect();
        let far = |other: &String| far(&word, other);
        if all.iter().all(far) && TYPES.iter().chain(&FUNCTIONS).all(|other| far(&other.to_ascii_lowercase()))
        {
            return word;
        }
    }
}

/// Whether two words have less than half of their letters in common, each counted as often as it stands.
fn far(a: &str, b: &str) -> bool {
    let mut left: Vec<u8> = b.bytes().collect();
    let common = a.bytes().filter(|letter| {
        let found = left.iter().position(|other| other == letter);
        found.map(|at| left.swap_remove(at)).is_some()
    });
    common.count() * 2 < a.len().max(b.len())
}
