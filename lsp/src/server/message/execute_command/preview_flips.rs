//! `lictor.previewFlips` with `{ "uri": … }` decides the sample requests beside a policy twice: by the policy as it is on disk, and as editors
//! show it. The answer says which of them are decided otherwise, and how.

use std::fmt::Write;

use lictor_compiler::project::Project;
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::Uri;

use super::decide_sample::place;
use super::{Begun, beside, material};
use crate::ide::samples::{Came, Flip, MAX_REQUESTS, Requests, decide, flips};
use crate::ide::trial::{Material, NotRun, Place, Trial};
use crate::server::requests::Shelf;
use crate::server::state::State;

/// Previews what a change does.
pub const NAME: &str = "lictor.previewFlips";

/// Of which policy.
#[derive(Deserialize)]
pub struct Wanted {
    uri: Uri,
}

/// What a change does to the requests of a file.
pub struct Compared {
    /// The requests.
    pub requests: Requests,
    /// How many were decided.
    pub decided: usize,
    /// Those that are decided otherwise.
    pub flips: Vec<Flip>,
    /// Of each of them the rule that decides now.
    rules: Vec<Option<Place>>,
}

/// Compares.
pub fn begin(state: &mut State, wanted: &Wanted) -> Result<Begun> {
    let (extent, after) = material(state, &wanted.uri)?;
    let (shelf, before) = (state.shelf(&extent), state.workspace.saved(&extent));
    let work = move |is_wanted: &dyn Fn() -> bool| {
        compared(before, &Trial::of(after)?, &shelf, MAX_REQUESTS, is_wanted)
    };
    Ok(beside(state, "Comparing decisions", work, |state, files| Ok(Some(answer(state, &files)))))
}

/// Decides the requests of a project by its policy, and by what that was before. Where it was nothing else, nothing has changed.
///
/// # Errors
///
/// There are no requests, the policy before cannot decide, or nobody wants to know any more.
pub fn compared(
    before: Option<Project>,
    trial: &Trial,
    shelf: &Shelf,
    most: usize,
    is_wanted: &dyn Fn() -> bool,
) -> std::result::Result<Vec<Compared>, NotRun> {
    let all = shelf.all();
    if all.is_empty() {
        return Err(NotRun::NoSamples);
    }
    let saved =
        before.map(|project| Trial::of(Material::of(project))).transpose().map_err(
            |reason| match reason {
                NotRun::Errors => NotRun::Sample(String::from(
                    "the policy has mistakes as it is on disk, so there is nothing to compare with",
                )),
                reason => reason,
            },
        )?;
    let one = |requests: Requests| {
        let now = decide(trial, &requests, most, is_wanted)?;
        let decided = now.len();
        let flips = match &saved {
            Some(saved) => flips(decide(saved, &requests, most, is_wanted)?, now),
            None => Vec::new(),
        };
        let rule = |flip: &Flip| match &flip.after {
            Came::Decided(outcome) => trial.rule(outcome.rule.as_ref()?),
            _ => None,
        };
        let rules = flips.iter().map(rule).collect();
        Ok(Compared { requests, decided, flips, rules })
    };
    all.into_iter().map(one).collect()
}

fn answer(state: &State, files: &[Compared]) -> Value {
    let decided: usize = files.iter().map(|file| file.decided).sum();
    let all = || {
        files
            .iter()
            .flat_map(|file| file.flips.iter().zip(&file.rules).map(move |(flip, rule)| (file, flip, rule)))
    };
    let count = all().count();
    let flipped = all().map(|(file, flip, rule)| {
        json!({
            "sample": place(state, &file.requests, flip.row), "before": came(&flip.before), "after": came(&flip.after),
            "rule": rule.as_ref().and_then(|(file, range)| state.location(file, range.clone())),
        })
    });
    let text = text(files, decided, count);
    json!({
        "title": text.lines().next(), "decided": decided, "flipped": count, "flips": flipped.collect::<Vec<_>>(),
        "cut": files.iter().any(|file| file.requests.is_cut), "text": text,
    })
}

fn came(came: &Came) -> Value {
    match came {
        Came::Decided(outcome) => json!({
            "decision": outcome.decision, "reason_code": outcome.code, "reason": outcome.reason, "rule": outcome.rule,
        }),
        other => json!({ "decision": null, "reason": other.title() }),
    }
}

/// The same for people.
fn text(files: &[Compared], decided: usize, count: usize) -> String {
    let requests =
        if decided == 1 { String::from("1 sample request") } else { format!("{decided} sample requests") };
    let mut text = match count {
        0 => format!("{requests}: every decision is as by the policy on disk\n"),
        count => format!("{requests}: {count} decided otherwise than by the policy on disk\n"),
    };
    for file in files {
        let name = file.requests.file.as_ref().map_or("", |file| file.last());
        if file.requests.is_cut {
            let _ = writeln!(text, "{name}: only the first {MAX_REQUESTS} requests were decided");
        }
        for flip in &file.flips {
            let line =
                file.requests.rows().get(flip.row).map_or(0, |row| file.requests.text.line_of(row.start) + 1);
            let _ = writeln!(text, "\n{name}:{line}  {} → {}", flip.before.title(), flip.after.title());
            if let Came::Decided(outcome) = &flip.after {
                let by = outcome.rule.as_ref().map(|rule| format!("by {rule}"));
                let why = Some(outcome.reason.clone()).filter(|reason| !reason.is_empty());
                let parts: Vec<String> = by.into_iter().chain(why).collect();
                let _ = writeln!(text, "  {}", parts.join(": "));
            }
        }
    }
    text
}
