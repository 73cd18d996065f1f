//! A session says of a policy, edit after edit, what a compilation of the same texts says.

#[path = "support/projects.rs"]
mod projects;

use std::collections::BTreeMap;
use std::ops::Range;

use lictor_bundle::delta::Standing;
use lictor_bundle::program::Bundle;
use lictor_compiler::project::{Project, SourceFile};
use lictor_compiler::session::Session;
use lictor_compiler::variant::variant;
use lictor_compiler::{TestCase, compile};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;
use projects::folder;

fn example(name: &str) -> Project {
    folder(&format!("examples/{name}/policy"))
}

/// A generator of the kind x → a·x + c, good enough to stir.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// What is said, with all its places, as lines.
fn shown(found: &[Diagnostic], place: impl Fn(Span) -> Option<(String, Range<usize>)>) -> Vec<String> {
    let each = found.iter().map(|one| {
        let labels: Vec<_> = one.labels.iter().map(|label| (place(label.span), &label.text)).collect();
        let fix = one.fix.as_ref().map(|fix| (place(fix.span), &fix.text));
        format!("{} {} {:?} {labels:?} {fix:?}", one.code, one.message, one.help)
    });
    each.collect()
}

/// What is said of a policy, and what is made of it where there are no mistakes.
type Said = (Vec<String>, Option<Bundle>, Vec<String>);

fn of_session(session: &mut Session, name: &str) -> Said {
    let analysis = session.check();
    let place = |span: Span| analysis.place(span).map(|place| (place.path.to_string(), place.range));
    let said = shown(&analysis.diagnostics, place);
    let variants = |test: &TestCase| analysis.variant(name, &test.settings);
    (said, analysis.bundle(name), tests(&analysis.tests, place, variants))
}

fn of_compiler(project: &Project) -> Said {
    let compiled = compile(project);
    let place = |span: Span| {
        let source = compiled.sources.get(span.file.0 as usize)?;
        Some((source.path.clone(), span.start as usize..span.end as usize))
    };
    let said = shown(&compiled.diagnostics, place);
    let variants = |test: &TestCase| variant(&compiled, &test.settings);
    let tests = tests(&compiled.tests, place, variants);
    (said, compiled.bundle.clone(), tests)
}

/// The tests, with what decides those that set something in the policy, as lines.
fn tests(
    tests: &[TestCase],
    place: impl Fn(Span) -> Option<(String, Range<usize>)>,
    variant: impl Fn(&TestCase) -> Option<Bundle>,
) -> Vec<String> {
    let each = tests.iter().map(|test| {
        let TestCase { name, case, request, history, decision, code, obliged, .. } = test;
        let own = if test.settings.is_empty() { None } else { variant(test) };
        let own = own.map(|bundle| Standing::of(&bundle).unwrap().0.to_string());
        format!(
            "{name} {case:?} {:?} {request} {history:?} {decision} {code:?} {obliged:?} {own:?}",
            place(test.span)
        )
    });
    each.collect()
}

/// A small change of a text, such as somebody makes who writes.
fn edited(text: &str, dice: &mut Dice) -> String {
    const PIECES: [&str; 16] = [
        "\n",
        " ",
        "x",
        "1",
        "}",
        "{",
        "(",
        "\"",
        "\nrule ",
        "\n\n/// Words.\n",
        " and ",
        " not",
        "deny ",
        "// ",
        "\nreasons { AAA \"a\" }\n",
        "\nparam extra: Int = 3 stricter when lower\n",
    ];
    let boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let at = boundary(dice.below(text.len() + 1));
    let mut text = text.to_owned();
    match dice.below(4) {
        0 => text.insert_str(at, PIECES[dice.below(PIECES.len())]),
        1 => text.insert(at, (b'a' + dice.below(26) as u8) as char),
        2 => {
            let end =
                text[at..].char_indices().nth(1 + dice.below(3)).map_or(text.len(), |(end, _)| at + end);
            text.replace_range(at..end, "");
        }
        // A line is copied to another place.
        _ => {
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            let line = lines[dice.below(lines.len())].to_owned();
            let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
            text.insert_str(start, &line);
        }
    }
    text
}

/// Edits files of a project at random, takes edits back, takes files away and brings them back; each time both must say the same.
fn holds(mut project: Project, edits: usize, seed: u64) {
    project.files.sort_by(|a, b| a.path.cmp(&b.path));
    let original = project.clone();
    let mut session = Session::new(project.clone());
    assert_eq!(of_session(&mut session, &project.name), of_compiler(&project));
    let mut dice = Dice(seed);
    let mut removed: Option<SourceFile> = None;
    for edit in 0..edits {
        if let Some(file) = removed.take() {
            session.set(&file.path, Some(&file.bytes));
            project.files.push(file);
            project.files.sort_by(|a, b| a.path.cmp(&b.path));
        }
        let at = dice.below(project.files.len());
        match dice.below(10) {
            0 => {
                let file = project.files.remove(at);
                session.set(&file.path, None);
                removed = Some(file);
            }
            // What was broken is mended.
            1..=4 => {
                project.files[at].bytes = original.files[at].bytes.clone();
                session.set(&project.files[at].path, Some(&project.files[at].bytes));
            }
            _ => {
                let text = String::from_utf8(project.files[at].bytes.clone()).unwrap();
                project.files[at].bytes = edited(&text, &mut dice).into_bytes();
                session.set(&project.files[at].path, Some(&project.files[at].bytes));
            }
        }
        let (said, expected) = (of_session(&mut session, &project.name), of_compiler(&project));
        if said != expected {
            let only = |these: &Said, those: &Said| -> Vec<String> {
                let (these, those) = ([&these.0[..], &these.2].concat(), [&those.0[..], &those.2].concat());
                these.iter().filter(|one| !those.contains(one)).cloned().collect()
            };
            panic!(
                "seed {seed}, edit {edit}, {}, bundles {}:\nonly the session says {:#?}\nonly the compiler says {:#?}\n{}",
                project.files.get(at).map_or("", |file| &file.path),
                if said.1 == expected.1 { "equal" } else { "differ" },
                only(&said, &expected),
                only(&expected, &said),
                project
                    .files
                    .get(at)
                    .map_or(String::new(), |file| String::from_utf8_lossy(&file.bytes).into_owned()),
            );
        }
    }
}

#[test]
fn a_session_says_what_a_compilation_says() {
    for (seed, name) in (1..).zip(["agent-payments", "debt-calls", "deploys", "ward-charts"]) {
        holds(example(name), 60, seed);
    }
}

#[test]
fn pieces_are_numbered_anew_where_there_is_no_room() {
    let mut project = example("deploys");
    let mut session = Session::new(project.clone());
    // Rules are written above one another, so that the room between two numbers is halved each time.
    for number in 0..40 {
        let text = String::from_utf8(project.files[0].bytes.clone()).unwrap();
        let text = text.replacen("\nrule ", &format!("\nfn added{number}(n: Int) -> Int = n\n\nrule "), 1);
        project.files[0].bytes = text.into_bytes();
        session.set(&project.files[0].path, Some(&project.files[0].bytes));
        assert_eq!(of_session(&mut session, &project.name), of_compiler(&project), "{number}");
    }
}

#[test]
fn files_beside_the_policy_count() {
    let mut project = example("agent-payments");
    let mut session = Session::new(project.clone());
    for text in ["m-1\nm-1\n", "", "m-1\u{202e}\n", "m-1001\n"] {
        let file = project.data.iter_mut().find(|file| file.path.ends_with("allowed_merchants.txt")).unwrap();
        file.bytes = text.as_bytes().to_vec();
        session.set_beside(&file.path, Some(&file.bytes), false);
        assert_eq!(of_session(&mut session, &project.name), of_compiler(&project), "{text:?}");
    }
    let path =
        project.data.iter().find(|file| file.path.ends_with("allowed_merchants.txt")).unwrap().path.clone();
    project.data.retain(|file| file.path != path);
    session.set_beside(&path, None, false);
    assert_eq!(of_session(&mut session, &project.name), of_compiler(&project));
    assert!(!of_compiler(&project).0.is_empty());
}

#[test]
fn places_are_found_both_ways() {
    let project = example("ward-charts");
    let mut session = Session::new(project.clone());
    let analysis = session.check();
    let mut texts: BTreeMap<&str, &[u8]> = BTreeMap::new();
    for file in &project.files {
        texts.insert(&file.path, &file.bytes);
        for at in (0..=file.bytes.len()).step_by(7) {
            let place = analysis.place(analysis.span(&file.path, at).unwrap()).unwrap();
            assert_eq!((&*place.path, place.range), (file.path.as_str(), at..at));
        }
    }
    for item in analysis.modules.iter().filter(|module| !module.library).flat_map(|module| &module.ast.items)
    {
        let place = analysis.place(item.span).unwrap();
        assert!(texts[&*place.path][place.range][0].is_ascii_alphabetic());
    }
}
