//! Every feature on texts beside which the answer stands: `fixtures/FEATURE.md`.
//!
//! A case is a heading, a policy, and what must come of it. In the policy `$0` marks the cursor, and `$<` and `$>` a selection; a file beside it
//! begins with `//- NAME`. After
//! `UPDATE_FIXTURES=1 cargo test -p lictor-lsp` the answers are those that were given; read the difference before it is kept.

mod support;

use std::fmt::Write;
use std::ops::Range;
use std::rc::Rc;

use lictor_lsp::ide::actions::{Asked, actions};
use lictor_lsp::ide::completion::{Completion, completion};
use lictor_lsp::ide::folding::folds;
use lictor_lsp::ide::highlight::highlights;
use lictor_lsp::ide::hover::hover;
use lictor_lsp::ide::lens::{lenses, rule_at};
use lictor_lsp::ide::links::links;
use lictor_lsp::ide::names::{self, Found, Kind};
use lictor_lsp::ide::outline::{Symbol, outline};
use lictor_lsp::ide::rename::{prepare, rename, reordered};
use lictor_lsp::ide::samples::{Requests, decide, explain, flips};
use lictor_lsp::ide::selection::around;
use lictor_lsp::ide::tests::{Choice, reached, run};
use lictor_lsp::ide::trial::{NotRun, Trial};
use lictor_lsp::ide::{Document, Encoding, FileName, Text, Workspace, findings, format};
use lictor_project::Kind as FileKind;
use support::case::{Case, check};

#[test]
fn outlines() {
    fn line(case: &Case, symbol: &Symbol, depth: usize, into: &mut String) {
        let indent = "  ".repeat(depth);
        let (name, sort, detail) = (&symbol.name, symbol.sort, &symbol.detail);
        let selected = case.text.slice(symbol.selection.clone());
        writeln!(into, "{indent}{name} ({sort:?}; {detail}) {} {selected:?}", case.shown(&symbol.range))
            .unwrap();
        symbol.children.iter().for_each(|child| line(case, child, depth + 1, into));
    }
    check("outline", |case| {
        let mut answer = String::new();
        outline(&case.syntax()).iter().for_each(|symbol| line(case, symbol, 0, &mut answer));
        answer
    });
}

#[test]
fn formatting() {
    check("format", |case| case.after(&format::document(&case.syntax())));
}

#[test]
fn formatting_of_a_range() {
    check("format-range", |case| case.after(&format::range(&case.syntax(), case.selection.clone())));
}

#[test]
fn formatting_while_typing() {
    check("format-typed", |case| case.after(&format::typed(&case.syntax(), case.cursor)));
}

#[test]
fn what_is_told() {
    check("findings", |case| {
        let (mut workspace, file) = case.workspace();
        let mut answer = String::new();
        let told = findings::findings(&workspace.analysis(&file).unwrap());
        for finding in &told[&file] {
            let unused = if finding.unused { " (unused)" } else { "" };
            let place = case.shown(&finding.range);
            writeln!(answer, "{} {:?}{unused} {place}: {}", finding.code, finding.severity, finding.message)
                .unwrap();
            for (file, range, text) in &finding.related {
                writeln!(answer, "  {} {}: {text}", file.last(), case.shown(range)).unwrap();
            }
            if let Some(fix) = &finding.fix {
                writeln!(answer, "  fix {}: {}", case.shown(&fix.range), fix.title).unwrap();
            }
        }
        answer
    });
}

#[test]
fn folding() {
    check("folding", |case| {
        let line = |line: u32| format!("{:>3} {}", line + 1, case.text.line(line));
        let fold = |fold: &lictor_lsp::ide::folding::Fold| {
            format!("{:?}\n{}\n{}\n", fold.kind, line(fold.first), line(fold.last))
        };
        folds(&case.syntax()).iter().map(fold).collect()
    });
}

#[test]
fn growing_a_selection() {
    check("selection", |case| {
        let ranges = around(&case.syntax(), case.cursor);
        let step =
            |range: &Range<u32>| format!("{} {:?}\n", case.shown(range), case.text.slice(range.clone()));
        ranges.iter().map(step).collect()
    });
}

#[test]
fn what_tokens_are() {
    check("highlight", |case| {
        let mut answer = String::new();
        let (mut workspace, file) = case.workspace();
        let (analysis, syntax) = (workspace.analysis(&file).unwrap(), workspace.syntax(&file).unwrap());
        for token in highlights(&syntax, Some(&analysis)) {
            let declares = if token.is_declaration { " declared" } else { "" };
            let documents = if token.is_documentation { " documentation" } else { "" };
            let readonly = if token.is_readonly { " readonly" } else { "" };
            let built_in = if token.is_built_in { " defaultLibrary" } else { "" };
            let text = case.text.slice(token.range.clone());
            writeln!(
                answer,
                "{} {:?}{declares}{documents}{readonly}{built_in} {text}",
                case.shown(&token.range),
                token.paint
            )
            .unwrap();
        }
        answer
    });
}

#[test]
fn where_places_lead() {
    check("links", |case| {
        let (mut workspace, file) = case.workspace();
        let line = |link: &lictor_lsp::ide::links::Link| {
            let text = case.text.slice(link.range.clone());
            format!("{} {text} -> {:?} ({})\n", case.shown(&link.range), link.target, link.tooltip)
        };
        links(&mut workspace, &file).iter().map(line).collect()
    });
}

#[test]
fn what_is_offered() {
    for page in ["actions", "inline"] {
        check(page, actions_of);
    }
}

/// What is offered, and what each of it changes.
fn actions_of(case: &Case) -> String {
    let (mut workspace, file) = case.workspace();
    let syntax = workspace.syntax(&file).unwrap();
    let analysis = workspace.analysis(&file).unwrap();
    let told = findings::findings(&analysis).remove(&file).unwrap();
    let asked = Asked { analysis: &analysis, file: &file, syntax: &syntax, findings: &told };
    let mut answer = String::new();
    for action in actions(asked, case.selection.clone()) {
        let codes: Vec<&str> = action.mends.iter().map(|finding| finding.code).collect();
        let preferred = if action.is_preferred { " preferred" } else { "" };
        writeln!(answer, "{:?}{preferred}: {} {codes:?}", action.kind, action.title).unwrap();
        if let Some(why) = &action.disabled {
            writeln!(answer, "  not here: {why}").unwrap();
            continue;
        }
        let change = action.change().unwrap();
        let before = workspace.text(&change.file).unwrap();
        let mut after = Text::clone(before);
        for edit in change.edits.iter().rev() {
            after.replace(edit.range.clone(), &edit.text);
        }
        if change.file != file {
            writeln!(answer, "  in {}", change.file.last()).unwrap();
        }
        answer.push_str(&differing(before.as_str(), after.as_str()));
        let (mut changed, _) = case.workspace();
        let before = errors(&mut changed, &change.file);
        changed.set_disk(&change.file, FileKind::Policy, None);
        let document = Document { text: Rc::new(after), version: 2 };
        changed.open(&change.file, FileKind::Policy, document);
        assert!(errors(&mut changed, &change.file) <= before, "{}: {answer}", action.title);
    }
    answer
}

/// How many mistakes are told of a project.
fn errors(workspace: &mut Workspace, file: &FileName) -> usize {
    let analysis = workspace.analysis(file).unwrap();
    analysis.diagnostics().iter().filter(|told| told.is_error()).count()
}

/// The lines that differ between two texts, from the first to the last of them.
fn differing(before: &str, after: &str) -> String {
    let (mut old, mut new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    old.drain(..same);
    new.drain(..same);
    let same = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    old.truncate(old.len() - same);
    new.truncate(new.len() - same);
    let lines = |mark: &str, lines: &[&str]| {
        lines.iter().map(|line| format!("  {mark} {line}").trim_end().to_owned() + "\n").collect::<String>()
    };
    lines("-", &old) + &lines("+", &new)
}

#[test]
fn where_names_are_declared_and_stand() {
    check("names", |case| {
        let (mut workspace, file) = case.workspace();
        let analysis = workspace.analysis(&file).unwrap();
        let all = analysis.names();
        let Some((range, found)) = all.at(&file, case.cursor) else { return String::from("no name") };
        let shown = |found: &Found| {
            let declared = if found.is_declaration { " declared" } else { "" };
            format!("{} {}{declared}\n", case.shown(&found.range()), case.text.slice(found.range()))
        };
        let places: String = all.places(&found.symbols).iter().map(shown).collect();
        let symbol = |symbol: &names::Symbol| match symbol.kind {
            // What it belongs to is a number.
            Kind::Local => format!("{:?} {}", symbol.kind, symbol.name),
            kind => format!("{kind:?} {} of {:?}", symbol.name, symbol.of),
        };
        let symbols: Vec<String> = found.symbols.iter().map(symbol).collect();
        format!("{} {}\n{places}", case.shown(&range), symbols.join(", "))
    });
}

#[test]
fn what_is_told_about_a_name() {
    check("hover", |case| {
        let (mut workspace, file) = case.workspace();
        let told = hover(&workspace.analysis(&file).unwrap(), &file, case.cursor);
        told.map_or(String::from("nothing"), |told| {
            // What is shown holds blocks of its own, and so does this page.
            format!("{}\n{}", case.shown(&told.range), told.markdown.replace("```", "~~~"))
        })
    });
}

#[test]
fn another_name() {
    check("rename", |case| {
        let (mut workspace, file) = case.workspace();
        let analysis = workspace.analysis(&file).unwrap();
        let asked = match prepare(&analysis, &file, case.cursor) {
            Ok(range) => format!("{} {}", case.shown(&range), case.text.slice(range)),
            Err(refused) => return refused.0,
        };
        let changes = match rename(&analysis, &file, case.cursor, "renamed") {
            Ok(changes) => changes,
            Err(refused) => return refused.0,
        };
        let mut text = case.text.clone();
        for (_, range, new) in changes.iter().rev() {
            text.replace(range.clone(), new);
        }
        let lines = case.text.as_str().lines().zip(text.as_str().lines());
        let changed: Vec<&str> =
            lines.filter(|(before, after)| before != after).map(|(_, after)| after).collect();
        let also = reordered(&analysis, &file, case.cursor, "renamed").map(|what| format!("\n! {what}"));
        format!("{asked}\n{}{}", changed.join("\n"), also.unwrap_or_default())
    });
}

/// The policy of a case, ready to decide.
fn trial(case: &Case) -> Result<Trial, NotRun> {
    let (mut workspace, file) = case.workspace();
    let extent = workspace.extent_of(&file).unwrap();
    Trial::of(workspace.material(&extent).unwrap())
}

#[test]
fn what_can_be_run() {
    check("lens", |case| {
        let counts = trial(case).and_then(|trial| reached(&trial, &|| true)).ok();
        let lens = |lens: &lictor_lsp::ide::lens::Lens| {
            let text = case.text.slice(lens.range.clone());
            format!("{} {text}: {}\n", case.shown(&lens.range), lens.title)
        };
        lenses(&case.syntax(), counts.as_ref()).iter().map(lens).collect()
    });
}

#[test]
fn what_comes_of_tests() {
    check("tests", |case| {
        // The selection names a rule: those that reach it are run.
        let chosen = case.text.slice(case.selection.clone());
        let choice = if chosen.len() < case.text.len() as usize && !chosen.is_empty() {
            Choice::Reaching(chosen.to_owned())
        } else {
            Choice::All
        };
        let outcomes = match trial(case).and_then(|trial| run(&trial, &choice, &|| true)) {
            Ok(outcomes) => outcomes,
            Err(reason) => return reason.to_string(),
        };
        let mut answer = String::new();
        for outcome in outcomes {
            let place = outcome.place.map(|(_, range)| case.shown(&range)).unwrap_or_default();
            let passed = if outcome.passed { "passed" } else { "FAILED" };
            writeln!(answer, "{place} {}: {passed}", outcome.title).unwrap();
            if !outcome.passed {
                let (expected, actual) = (outcome.expected, outcome.actual);
                writeln!(answer, "  expected {expected}, and it is {actual}: {}", outcome.because).unwrap();
                outcome.account.lines().for_each(|line| writeln!(answer, "  {line}").unwrap());
            }
            for ((file, range), says) in outcome.rules {
                writeln!(answer, "  {} {}: {says}", file.last(), case.shown(&range)).unwrap();
            }
        }
        answer
    });
}

/// The requests that stand in a policy behind `//`, one on a line.
fn requests(case: &Case) -> Requests {
    let lines = case.text.as_str().lines().filter_map(|line| line.strip_prefix("// {"));
    let text = lines.map(|line| format!("{{{line}\n")).collect();
    Requests::new(Some(FileName::new("/w/requests.ndjson")), text)
}

#[test]
fn what_comes_of_samples() {
    check("samples", |case| {
        let requests = requests(case);
        let trial = match trial(case) {
            Ok(trial) => trial,
            Err(reason) => return reason.to_string(),
        };
        let mut answer = String::new();
        for came in decide(&trial, &requests, usize::MAX, &|| true).unwrap() {
            writeln!(answer, "{}", came.title()).unwrap();
        }
        // The cursor says of which more is told: the line with it is the request with that number.
        let line = Encoding::Utf32.position(&case.text, case.cursor).line as usize;
        let before = case.text.as_str().lines().take(line).filter(|line| line.starts_with("// {")).count();
        match explain(&trial, &requests, before, &|| true) {
            Ok(shown) => {
                let rule = shown.rule.map(|(_, range)| case.shown(&range)).unwrap_or_default();
                write!(answer, "\n{} {rule}\n{}", shown.title, shown.text).unwrap();
            }
            Err(reason) => writeln!(answer, "\n{reason}").unwrap(),
        }
        answer
    });
}

#[test]
fn what_a_change_does_to_samples() {
    check("flips", |case| {
        // On disk a 9 stands where the selection is.
        let mut saved = case.text.clone();
        saved.replace(case.selection.clone(), "9");
        let saved = Case { text: saved, beside: case.beside.clone(), cursor: 0, selection: 0..0 };
        let requests = requests(case);
        let all = |case: &Case| decide(&trial(case).unwrap(), &requests, usize::MAX, &|| true).unwrap();
        let flips = flips(all(&saved), all(case));
        let line = |flip: &lictor_lsp::ide::samples::Flip| {
            format!("{}: {} → {}\n", flip.row + 1, flip.before.title(), flip.after.title())
        };
        flips.iter().map(line).collect()
    });
}

#[test]
fn what_is_run_for_a_rule() {
    check("instructions", |case| {
        let Some(rule) = rule_at(&case.syntax(), case.cursor) else { return String::from("no rule") };
        trial(case).map_or_else(
            |reason| reason.to_string(),
            |trial| lictor_bundle::disassemble::disassemble_rule(&trial.bundle(), &rule),
        )
    });
}

#[test]
fn what_is_completed() {
    for page in ["completion", "completion-texts"] {
        check(page, |case| {
            let (mut workspace, file) = case.workspace();
            let found = completion(&mut workspace, &file, case.cursor);
            found.map_or(String::from("nothing"), |found| listed(case, &found))
        });
    }
}

/// What is offered: its rank, what is shown, what it writes where that is something else, and what is told about it.
fn listed(case: &Case, found: &Completion) -> String {
    let mut answer = format!("{} {:?}\n", case.shown(&found.range), case.text.slice(found.range.clone()));
    // Of a list of hundreds the first few tell what it is like.
    let count = if found.items.len() > 100 { 8 } else { found.items.len() };
    for item in &found.items[..count] {
        let detail = if item.detail.is_empty() { String::new() } else { format!(": {}", item.detail) };
        writeln!(answer, "{} {}{detail}", item.rank, item.label).unwrap();
        let text = item.snippet.as_ref().unwrap_or(&item.text);
        if *text != item.label && !text.contains('\n') {
            writeln!(answer, "    writes {text}").unwrap();
        }
        let told = item.documentation.replace("\n\n", " / ");
        if !told.is_empty() && !told.contains("```") {
            writeln!(answer, "    {}", told.replace('\n', " ")).unwrap();
        }
        for edit in &item.edits {
            writeln!(answer, "    and {} {:?}", case.shown(&edit.range), edit.text).unwrap();
        }
    }
    if count < found.items.len() {
        writeln!(answer, "… and {} more", found.items.len() - count).unwrap();
    }
    answer
}
