//! The runtime and the reference decide alike.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lictor_bundle::time::{FIRST_MOMENT, LAST_MOMENT, render_duration, render_timestamp};
use lictor_compiler::project::{Project, SourceFile};
use lictor_reference::generate::Rng;

use super::case::{Case, stream};
use super::pair;

/// Enough for ten thousand decisions.
const POLICIES: u64 = 220;
const REQUESTS: usize = 50;

#[test]
fn random_policies_and_requests_are_decided_alike() {
    let mut compiled = 0;
    let mut allowed = 0;
    for seed in 1..=POLICIES {
        let mut case = match Case::new(seed) {
            Ok(case) => case,
            Err(refused) => {
                assert_eq!(refused.by_loader(), None, "seed {seed}");
                continue;
            }
        };
        compiled += 1;
        for _ in 0..REQUESTS {
            match case.agree() {
                Ok(code) => allowed += usize::from(code == "OK"),
                Err(difference) => panic!("{difference}"),
            }
        }
    }
    // Policies that are refused, and requests that are all refused, would prove nothing.
    assert!(compiled * 100 >= POLICIES * 90, "only {compiled} of {POLICIES} policies compile");
    assert!(compiled as usize * REQUESTS >= 10_000);
    assert!(allowed >= 300, "only {allowed} requests were allowed");
}

#[test]
fn what_happened_before_is_counted_alike() {
    let mut decided = 0;
    for seed in 30_001..=30_060 {
        let Ok(mut case) = Case::new(seed) else { continue };
        if !case.pair.program.history.is_empty() {
            decided += stream(&mut case, REQUESTS).unwrap_or_else(|difference| panic!("{difference}"));
        }
    }
    assert!(decided >= 500, "only {decided}");
}

#[test]
fn the_requests_of_the_example_are_decided_alike() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/agent-payments");
    let policy = example.join("policy");
    let mut files = Vec::new();
    collect(&policy, &mut files);
    let named = |end: &str| -> Vec<SourceFile> {
        let fitting = files.iter().filter(|path| path.extension().is_some_and(|found| found == end));
        let source = |path: &PathBuf| SourceFile {
            path: path.strip_prefix(&policy).unwrap().to_str().unwrap().to_owned(),
            bytes: fs::read(path).unwrap(),
        };
        fitting.map(source).collect()
    };
    let library = lictor_stdlib::MODULES
        .iter()
        .map(|module| SourceFile { path: module.path.to_owned(), bytes: module.text.as_bytes().to_vec() });
    let project = Project {
        name: "agent-payments".to_owned(),
        files: named("lictor"),
        data: named("txt"),
        tables: Vec::new(),
        library: library.collect(),
    };
    let mut pair = pair::build(&project).unwrap();
    let requests = fs::read_to_string(example.join("requests.ndjson")).unwrap();
    assert!(requests.lines().count() >= 1_000);
    for request in requests.lines() {
        if let Err(difference) = pair.compare(request) {
            panic!("{difference}\n{request}");
        }
    }
}

fn collect(directory: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, into) } else { into.push(path) }
    }
}

/// Moments that computations lead just up to the ends of the years that can be written, and just beyond them.
const MOMENTS: &str = r#"module moments
layer base
reasons { KEPT "It is kept" }
param time_to_answer: Duration = 2d
  range 1h to 30d
  stricter when lower
fact is_holiday(moment: Timestamp) -> Bool
action pay {
  start: Timestamp
  length: signed Duration
  what: Int
  default allow
}
rule due on pay {
  oblige keep_it by start + length when what == 0 as KEPT "by {start}"
  oblige answer by start + time_to_answer when what == 1 as KEPT
  deny when what == 2 and is_holiday(start + length) as KEPT
  deny when what == 3 and date(start - length, "UTC") > 2026-01-01 as KEPT
  let end = start + length
  flag outbound when what == 4
  step_up when what == 5 to user as KEPT "{end}"
}
"#;

#[test]
fn moments_outside_the_years_that_can_be_written_are_decided_alike() {
    let mut pair = pair::compile(&[("moments.lictor".to_owned(), MOMENTS.to_owned())]).unwrap();
    let mut rng = Rng::new(9_999);
    let mut seen = BTreeMap::new();
    for _ in 0..1_500 {
        let ends = [FIRST_MOMENT, LAST_MOMENT];
        let (at, to) = (*rng.pick(&ends), *rng.pick(&ends));
        let start = (at + rng.between(-(1 << 32), 1 << 32)).clamp(FIRST_MOMENT, LAST_MOMENT);
        let length = to - start + rng.between(-2, 2);
        let request = format!(
            r#"{{"action":"pay","agent":{{"id":"a"}},"user":{{"id":"u"}},"context":{{"now":"2026-01-01T00:00:00Z"}},"params":{{"start":"{}","length":"{}","what":{}}}}}"#,
            render_timestamp(start),
            render_duration(length),
            rng.below(6),
        );
        let code = pair.compare(&request).unwrap_or_else(|difference| panic!("{difference}\n{request}"));
        *seen.entry(code).or_insert(0) += 1;
    }
    for code in ["OK", "EVALUATION_ERROR", "FACT_UNAVAILABLE", "KEPT"] {
        assert!(seen.get(code).is_some_and(|times| *times > 50), "{code}: {seen:?}");
    }
}
