//! What is shown beside the words of a policy, on texts beside which the answer stands, as in `fixtures.rs`.

mod support;

use std::fmt::Write;

use lictor_lsp::ide::FileName;
use lictor_lsp::ide::calls::{self, incoming, outgoing};
use lictor_lsp::ide::hints::{Part, Wanted, hints};
use lictor_lsp::ide::names::Found;
use lictor_lsp::ide::setters::{in_words, setters};
use lictor_lsp::ide::signature::signature;
use lictor_lsp::ide::types::types;
use support::case::check;

#[test]
fn what_is_shown_between_words() {
    check("hints", |case| {
        let (mut workspace, file) = case.workspace();
        let (analysis, syntax) = (workspace.analysis(&file).unwrap(), workspace.syntax(&file).unwrap());
        let wanted = Wanted { types: true, parameters: true, stages: true };
        let found = hints(&analysis, &syntax, case.selection.clone(), wanted);
        // A part that leads somewhere is shown as a link.
        let part = |part: &Part| match &part.target {
            Some((file, range)) => format!("[{}]({})", part.text, case.shown_in(file, range)),
            None => part.text.clone(),
        };
        let mut answer = String::new();
        for hint in &found {
            let at = case.text.line_of(hint.at);
            let (before, after) = case.text.line(at).split_at((hint.at - case.text.line_start(at)) as usize);
            let label: String = hint.label.iter().map(part).collect();
            writeln!(answer, "{}‹{label}›{after}\n  {}", before.trim_start(), hint.tooltip).unwrap();
        }
        answer
    });
}

#[test]
fn what_a_function_takes() {
    check("signature", |case| {
        let (mut workspace, file) = case.workspace();
        let (analysis, syntax) = (workspace.analysis(&file).unwrap(), workspace.syntax(&file).unwrap());
        let Some(help) = signature(&analysis, &syntax, case.cursor) else { return String::from("nothing") };
        let mut answer = String::new();
        for (number, one) in help.signatures.iter().enumerate() {
            let mut label = one.label.clone();
            if let Some(active) = one.active.map(|active| one.parameters[active].clone()) {
                label.insert(active.end as usize, '›');
                label.insert(active.start as usize, '‹');
            }
            let active = if number == help.active { "" } else { "or " };
            writeln!(answer, "{active}{label}\n  {}", one.docs).unwrap();
        }
        answer
    });
}

#[test]
fn where_types_are_declared() {
    check("types", |case| {
        let (mut workspace, file) = case.workspace();
        let found = types(&workspace.analysis(&file).unwrap(), &file, case.cursor);
        let shown =
            |found: &Found| format!("{} {}\n", case.shown(&found.range()), case.text.slice(found.range()));
        if found.is_empty() { String::from("nothing") } else { found.iter().map(shown).collect() }
    });
}

#[test]
fn who_uses_what() {
    check("calls", |case| {
        let (mut workspace, file) = case.workspace();
        let analysis = workspace.analysis(&file).unwrap();
        let shown = |found: &calls::Use, file: Option<&FileName>| {
            // What it uses itself stands in its own file.
            let at = |range| case.shown_in(file.unwrap_or(&found.user.file), range);
            let places: Vec<String> = found.places.iter().map(at).collect();
            format!("  {} ({:?}) at {}\n", found.user.name, found.user.sort, places.join(", "))
        };
        let mut answer = String::new();
        for user in calls::prepare(&analysis, &file, case.cursor) {
            writeln!(answer, "{} ({:?}) {}", user.name, user.sort, case.shown(&user.selection)).unwrap();
            answer.push_str("is used by\n");
            incoming(&analysis, &user).iter().for_each(|found| answer.push_str(&shown(found, None)));
            answer.push_str("uses\n");
            let uses = outgoing(&analysis, &user);
            uses.iter().for_each(|found| answer.push_str(&shown(found, Some(&user.file))));
        }
        answer
    });
}

#[test]
fn who_sets_a_parameter() {
    check("setters", |case| {
        let (mut workspace, file) = case.workspace();
        let (analysis, syntax) = (workspace.analysis(&file).unwrap(), workspace.syntax(&file).unwrap());
        let mut answer = String::new();
        for one in setters(&analysis, &syntax) {
            let (words, places) = in_words(&analysis, &file, one.range.start).unwrap();
            let places: Vec<String> = places.iter().map(|(file, range)| case.shown_in(file, range)).collect();
            let name = case.text.slice(one.range.clone());
            writeln!(answer, "{name}: {}\n  {words}\n  {}", one.title, places.join(", ")).unwrap();
        }
        answer
    });
}
