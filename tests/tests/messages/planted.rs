//! Six separate mistakes in a sound policy are six messages, each in the item where the mistake was made.

use lictor_compiler::compile;
use lictor_compiler::project::Project;
use lictor_grammar::ast::{Item, ItemKind};
use lictor_grammar::parse;
use lictor_grammar::span::FileId;

use crate::project;
use crate::random::Random;

/// How many mistakes a policy gets.
const MISTAKES: usize = 6;

/// How many policies get them.
const POLICIES: usize = 60;

/// Statements with one mistake each, to be put at the beginning of a rule: `CODE` is a reason code that there is.
const STATEMENTS: [&str; 30] = [
    // How it is written.
    "deny when 1 < 2",
    "deny when 1 = 2 as CODE",
    "deny when 1 < 2 && 2 < 3 as CODE",
    "deny when (1 < 2 as CODE",
    "deny when 1 < 2) as CODE",
    "deny when \"open == \"b\" as CODE",
    "reqire 1 < 2 else CODE",
    "require 1 < 2 as CODE",
    "if 1 < 2 { deny as CODE }",
    "let five 5",
    "allow when 1 < 2",
    "deny when 1 < 2 < 3 as CODE",
    "deny when context.ip_country is null as CODE",
    "deny as CODE \"open {1 + 2}\"",
    "deny when 1 < 2 as CODE;",
    // Names.
    "deny when no_such_name > 1 as CODE",
    "deny when context.no_such_field > 1 as CODE",
    "deny when 1 < 2 as NO_SUCH_REASON",
    "step_up when 1 < 2 to no_such_role as CODE",
    "deny when no_such_function(1) as CODE",
    "deny as CODE \"{no_such_value}\"",
    // Types and values.
    "deny when 1 < \"a\" as CODE",
    "deny when 1 as CODE",
    "deny when 1 + true > 2 as CODE",
    "deny when 5.123 USD > 1 USD as CODE",
    "deny when 5 DOLLARS > 1 USD as CODE",
    "deny when context.ip_country == \"US\" as CODE",
    "deny when date(context.now, \"UTC\") > 2026-02-30 as CODE",
    "deny when context.now > 5 as CODE",
    "deny when context.now > 25:00 as CODE",
];

/// Clauses with one mistake each, to be put behind the name of a rule that has none of the kind; the first in the place of all others.
const HEADS: [&str; 3] = ["on no_such.action", "at no_such_stage", "cites no_such.control"];

/// A mistake that was made: the file, and where in the changed text its item begins and ends.
struct Planted {
    file: usize,
    item: (usize, usize),
    what: &'static str,
}

#[test]
fn six_mistakes_are_six_messages_each_in_its_place() {
    let projects = ["agent-payments", "deploys", "debt-calls"].map(project::example);
    let mut wrong = Vec::new();
    for seed in 0..POLICIES {
        let project = &projects[seed % projects.len()];
        let (changed, planted) = plant(project, &mut Random(seed as u64));
        let compiled = compile(&changed);
        let errors: Vec<_> = compiled.diagnostics.iter().filter(|told| told.is_error()).collect();
        let each = planted.iter().all(|one| {
            let here = errors.iter().filter(|error| {
                let (span, path) = (error.span(), &changed.files[one.file].path);
                let inside = (one.item.0..one.item.1).contains(&(span.start as usize));
                inside && compiled.sources[span.file.0 as usize].path == *path
            });
            here.count() == 1
        });
        if errors.len() != MISTAKES || !each {
            let made: Vec<String> = planted.iter().map(|one| format!("    made: {}\n", one.what)).collect();
            let told: Vec<String> =
                errors.iter().map(|error| format!("    told: {} {}\n", error.code, error.message)).collect();
            wrong.push(format!("{} with seed {seed}\n{}{}", project.name, made.concat(), told.concat()));
        }
    }
    assert!(wrong.is_empty(), "{} of {POLICIES}\n{}", wrong.len(), wrong.join("\n"));
}

/// Puts mistakes into as many rules.
fn plant(project: &Project, random: &mut Random) -> (Project, Vec<Planted>) {
    let mut changed = project.clone();
    let texts: Vec<String> = (0..project.files.len()).map(|file| project::text(project, file)).collect();
    let parsed: Vec<_> = texts.iter().map(|text| parse(FileId(0), text).file).collect();
    let code = parsed.iter().flat_map(|file| &file.items).find_map(|item| match &item.kind {
        ItemKind::Reasons(all) => all.first().map(|code| code.name.text.clone()),
        _ => None,
    });
    let code = code.unwrap();
    let items = parsed
        .iter()
        .enumerate()
        .flat_map(|(file, parsed)| parsed.items.iter().map(move |item| (file, &**item)));
    let mut rules: Vec<(usize, &Item)> =
        items.filter(|(_, item)| matches!(item.kind, ItemKind::Rule(_))).collect();
    assert!(rules.len() >= MISTAKES, "{} has {} rules", project.name, rules.len());
    random.shuffle(&mut rules);
    rules.truncate(MISTAKES);
    // From behind, so that places before them stay what they are.
    rules.sort_by_key(|(file, item)| (*file, std::cmp::Reverse(item.span.start)));
    let mut kinds: Vec<&'static str> = STATEMENTS.iter().chain(&HEADS).copied().collect();
    random.shuffle(&mut kinds);
    let mut planted: Vec<Planted> = Vec::new();
    let mut texts = texts.clone();
    for ((file, item), what) in rules.into_iter().zip(kinds) {
        let ItemKind::Rule(rule) = &item.kind else { unreachable!() };
        let text = &mut texts[file];
        let before = text.len();
        let brace = item.span.start as usize + text[item.span.start as usize..].find('{').unwrap();
        let name = rule.name.span.end as usize;
        let has = |clause: &str| match clause {
            "at" => rule.at.is_some(),
            _ => !rule.cites.is_empty(),
        };
        if what.starts_with("on ") || HEADS.contains(&what) && has(what.split(' ').next().unwrap()) {
            text.replace_range(name..brace, &format!(" {} ", HEADS[0]));
        } else if HEADS.contains(&what) {
            text.insert_str(name, &format!(" {what}"));
        } else {
            text.insert_str(brace + 1, &format!("\n  {}\n", what.replace("CODE", &code)));
        }
        let (start, end) = (item.span.start as usize, item.span.end as usize);
        let longer = text.len() as isize - before as isize;
        let moved = |at: usize| at.checked_add_signed(longer).unwrap();
        for other in planted.iter_mut().filter(|other| other.file == file) {
            other.item = (moved(other.item.0), moved(other.item.1));
        }
        planted.push(Planted { file, item: (start, moved(end)), what });
    }
    for (file, text) in changed.files.iter_mut().zip(texts) {
        file.bytes = text.into_bytes();
    }
    (changed, planted)
}
