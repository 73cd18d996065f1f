//! The profiles, as whoever starts from one meets them: written by the command into a new directory, and used there.

mod common;

use common::{Dir, Run};
use lictor_stdlib::PROFILES;

/// What comes of the sample requests of a profile where it counts, in their order.
fn outcomes(profile: &str) -> &'static [&'static str] {
    match profile {
        "observe" | "enforce" => &[
            "allow OK",
            "allow OK",
            "allow OK",
            "step_up FILE_OPENS_DOORS",
            "step_up FILE_RUNS_ITSELF",
            "step_up RISK_STEP_UP",
            "step_up DEFAULT_STEP_UP",
            "deny STRUCTURE_INVALID",
            "deny MONEY_TO_A_STRANGER",
            "deny IRREVERSIBLE_DESTRUCTION",
            "deny SECRETS_TO_OUTSIDERS",
            "deny RULES_FROM_OUTSIDE",
        ],
        "collections" => &[
            "allow OK",
            "allow OK",
            "deny CONTACT_OUTSIDE_8_TO_21_LOCAL",
            "deny CONSUMER_REPRESENTED",
            "deny CEASE_REQUEST_IN_FORCE",
            "deny REQUIRED_FACT_MISSING",
            "deny REQUIRED_FACT_MISSING",
            "allow OK",
            "step_up DEFAULT_STEP_UP",
        ],
        "europe" => &[
            "allow OK",
            "deny DATA_MINIMISATION",
            "deny PURPOSE_MISMATCH",
            "step_up ERASURE_DUE",
            "allow OK",
            "deny AI_DISCLOSURE_MISSING",
            "deny TRANSFER_NOT_COVERED",
            "step_up SOLELY_AUTOMATED_DECISION",
            "deny AGENT_SUSPENDED",
            "step_up DEFAULT_STEP_UP",
        ],
        "finance" => &[
            "allow OK",
            "deny SELF_APPROVAL",
            "step_up DUAL_CONTROL_REQUIRED",
            "deny OFAC_SCREEN_STALE",
            "deny OFAC_MATCH",
            "deny MONEY_TO_A_STRANGER",
            "deny FACT_UNAVAILABLE",
            "deny SELF_APPROVAL",
            "allow OK",
            "step_up DEFAULT_STEP_UP",
        ],
        "health" => &[
            "allow OK",
            "allow OK",
            "deny MINIMUM_NECESSARY_EXCEEDED",
            "deny PHI_ACCESS_CONTROL",
            "step_up RISK_STEP_UP",
            "deny AUTHORIZATION_MISSING",
            "deny ADVERSE_DETERMINATION_NEEDS_CLINICIAN",
            "step_up FILE_OPENS_DOORS",
            "step_up DEFAULT_STEP_UP",
            "deny CLINICIAN_SIGNATURE_REQUIRED",
        ],
        "hiring" => &[
            "allow OK",
            "step_up DEFAULT_STEP_UP",
            "deny ZIP_CODE_PROXY",
            "deny IL_AI_NOTICE_MISSING",
            "step_up HUMAN_DECISION_REQUIRED",
            "deny HUMAN_DECISION_REQUIRED",
            "allow OK",
            "step_up DEFAULT_STEP_UP",
        ],
        "insurance" => &[
            "allow OK",
            "deny CLAIM_DENIAL_UNSUPPORTED",
            "step_up CLAIM_DENIAL_UNSUPPORTED",
            "step_up RISK_STEP_UP",
            "deny OFAC_SCREEN_STALE",
            "deny MONEY_TO_A_STRANGER",
            "deny AIS_PROGRAM_SCOPE",
            "allow OK",
            "step_up DEFAULT_STEP_UP",
        ],
        "law" => &[
            "allow OK",
            "deny ETHICAL_WALL",
            "deny LITIGATION_HOLD",
            "allow OK",
            "allow OK",
            "deny PRIVILEGED_MATERIAL_OUTBOUND",
            "deny UNVERIFIED_AUTHORITY",
            "deny TRUST_ACCOUNT_MOVEMENT",
            "step_up DEFAULT_STEP_UP",
        ],
        other => panic!("{other}: nobody has said what comes of its requests"),
    }
}

/// A directory in which the profile was written to `p`.
fn written(profile: &str) -> Dir {
    let dir = Dir::new();
    dir.run(&["new", "--profile", profile, "p"]).ends_with(0);
    dir
}

fn decide(dir: &Dir) -> Vec<serde_json::Value> {
    let args = ["decide", "p", "--requests", "p/requests.ndjson", "--format", "json"];
    dir.run(&args).ends_with(0).json_lines()
}

fn outcome(decision: &serde_json::Value) -> String {
    format!("{} {}", decision["decision"].as_str().unwrap(), decision["reason_code"].as_str().unwrap())
}

/// Nothing was said on the side, no warning either.
#[track_caller]
fn silent(run: Run) -> Run {
    assert_eq!(run.stderr, "");
    run
}

#[test]
fn each_is_a_project_that_works() {
    for profile in PROFILES {
        let dir = written(profile.name);
        let check = silent(dir.run(&["check", "p"]).ends_with(0));
        assert!(check.stdout.contains("no errors"), "{}", check.stdout);
        let only_observed = check.stdout.contains("only observed: it refuses and holds nothing");
        assert_eq!(only_observed, profile.name == "observe", "{}", check.stdout);
        let tests = silent(dir.run(&["test", "p"]).ends_with(0));
        assert!(tests.stdout.ends_with("tests, all passed\n"), "{}", tests.stdout);
        dir.run(&["fmt", "--check", "p"]).ends_with(0);
        silent(dir.run(&["build", "p", "-o", "p.bundle"]).ends_with(0));
        assert!(!String::from_utf8(dir.read("p/README.md")).unwrap().is_empty());
    }
}

#[test]
fn their_requests_are_decided_as_is_written_here() {
    for profile in PROFILES {
        let decisions = decide(&written(profile.name));
        let expected = outcomes(profile.name);
        assert_eq!(decisions.len(), expected.len(), "{}", profile.name);
        for (decision, expected) in decisions.iter().zip(expected) {
            let counts = if profile.name == "observe" { &decision["observed"] } else { decision };
            assert_eq!(outcome(counts), *expected, "{}: {decision}", profile.name);
        }
        for word in ["allow ", "step_up ", "deny "] {
            assert!(expected.iter().any(|outcome| outcome.starts_with(word)), "{}: {word}", profile.name);
        }
    }
}

#[test]
fn what_observe_allows_enforce_refuses_for_the_same_reasons() {
    let (observed, enforced) = (decide(&written("observe")), decide(&written("enforce")));
    assert_eq!(observed.len(), enforced.len());
    for (observed, enforced) in observed.iter().zip(&enforced) {
        assert_eq!(outcome(observed), "allow OK");
        assert_eq!(observed["observed"]["layers"], serde_json::json!(["base"]));
        for member in ["decision", "reason_code", "reasons"] {
            assert_eq!(observed["observed"][member], enforced[member]);
        }
        for member in ["request_digest", "facts_digest", "call"] {
            assert_eq!(observed[member], enforced[member]);
        }
    }
}

#[test]
fn from_observe_to_enforce_is_one_word_and_back() {
    let dir = written("observe");
    let policy = String::from_utf8(dir.read("p/policy.lictor")).unwrap();
    dir.write("p/policy.lictor", policy.replace("layer base observe", "layer base").as_bytes());
    let decisions = decide(&dir);
    assert_eq!(decisions.iter().map(outcome).collect::<Vec<_>>(), outcomes("enforce"));
    dir.run(&["test", "p"]).ends_with(0);
    for profile in PROFILES.iter().filter(|profile| profile.name != "observe") {
        let dir = written(profile.name);
        let policy = String::from_utf8(dir.read("p/policy.lictor")).unwrap();
        dir.write("p/policy.lictor", policy.replace("layer base\n", "layer base observe\n").as_bytes());
        let decisions = decide(&dir);
        assert!(decisions.iter().all(|decision| outcome(decision) == "allow OK"), "{}", profile.name);
        let told = decisions.iter().map(|decision| outcome(&decision["observed"]));
        assert_eq!(told.collect::<Vec<_>>(), outcomes(profile.name));
        dir.run(&["test", "p"]).ends_with(0);
    }
}

#[test]
fn a_refusal_names_its_rule_and_the_law() {
    let decisions = decide(&written("health"));
    let reason = &decisions[2]["reasons"][0];
    assert_eq!(reason["rule"], "std.health.minimum_necessary.needed_for_reading");
    assert_eq!(reason["cites"][0], "hipaa.s164_502_b_1");
}

#[test]
fn all_packs_stand_together_in_one_project() {
    let dir = written("enforce");
    let policy = String::from_utf8(dir.read("p/policy.lictor")).unwrap();
    let packs = ["collections", "europe", "finance", "health", "hiring", "insurance", "law"];
    let imports: String = packs.map(|pack| format!("import std.{pack}\n")).concat();
    let all = policy.replace("// import std.base\n", &format!("import std.base\n{imports}"));
    assert_ne!(all, policy);
    dir.write("p/policy.lictor", all.as_bytes());
    let check = silent(dir.run(&["check", "p"]).ends_with(0));
    assert!(check.stdout.contains("no errors"), "{}", check.stdout);
}

#[test]
fn with_mandates_agents_do_what_a_mandate_names() {
    let dir = written("enforce");
    let policy = String::from_utf8(dir.read("p/policy.lictor")).unwrap();
    dir.write("p/policy.lictor", policy.replace("// import std.base\n", "import std.base\n").as_bytes());
    let bare = r#"{"tool":"Read","input":{"file_path":"a.md"},"agent":{"id":"a-1"},"context":{"now":"2026-03-02T10:00:00Z"}}"#;
    let run = dir.run_with(&["decide", "p", "--request", "-", "--format", "json"], bare.as_bytes());
    assert_eq!(outcome(&run.ends_with(4).json()), "deny MANDATE_MISSING");
    let mandated = r#"{"tool":"Read","input":{"file_path":"a.md"},"agent":{"id":"a-1"},
        "mandate":{"signature_verified":true,"issued_at":"2026-03-02T09:00:00Z","expires_at":"2026-03-02T18:00:00Z","nonce":"n-1","scope":["file.read"]},
        "context":{"now":"2026-03-02T10:00:00Z","facts_as_of":"2026-03-02T10:00:00Z","bundle_as_of":"2026-03-02T10:00:00Z","revocations_as_of":"2026-03-02T10:00:00Z"},
        "facts":[{"fact":"mandate_used","args":{"nonce":"n-1"},"value":false},{"fact":"mandate_revoked","args":{"nonce":"n-1"},"value":false}]}"#;
    let run = dir.run_with(&["decide", "p", "--request", "-", "--format", "json"], mandated.as_bytes());
    assert_eq!(outcome(&run.ends_with(0).json()), "allow OK");
}

#[test]
fn they_are_listed() {
    let dir = Dir::new();
    let list = silent(dir.run(&["new", "--list"]).ends_with(0)).stdout;
    let help = dir.run(&["new", "--help"]).ends_with(0).stdout;
    for profile in PROFILES {
        let line = |line: &str| line.contains(profile.name) && line.contains(profile.about);
        assert!(list.lines().any(line), "{list}");
        assert!(help.contains(&format!("- {}:", profile.name)), "{help}");
    }
    let json = dir.run(&["new", "--list", "--format", "json"]).ends_with(0).json();
    assert_eq!(json["profiles"].as_array().unwrap().len(), PROFILES.len());
    assert_eq!(json["profiles"][0]["profile"], "observe");
    let written = dir.run(&["new", "--profile", "law", "firm", "--format", "json"]).ends_with(0).json();
    assert_eq!((&written["profile"], &written["dir"]), (&"law".into(), &"firm".into()));
    assert!(written["files"].as_array().unwrap().contains(&"policy.lictor".into()));
}

#[test]
fn a_name_that_is_none_is_told_with_those_that_are() {
    let dir = Dir::with(&[("full/notes.md", "mine"), ("file", "mine")]);
    let run = dir.run(&["new", "--profile", "helth", "p"]).ends_with(2);
    assert!(run.stderr.contains("a similar value exists: 'health'"), "{}", run.stderr);
    assert!(PROFILES.iter().all(|profile| run.stderr.contains(profile.name)), "{}", run.stderr);
    assert!(!dir.path("p").exists());
    for name in ["full", "file"] {
        assert!(dir.run(&["new", "--profile", "law", name]).ends_with(1).stderr.contains("C0109"));
    }
    assert_eq!(dir.read("full/notes.md"), b"mine");
    dir.run(&["new"]).ends_with(2);
    dir.run(&["new", "--list", "p"]).ends_with(2);
}

/// What stands in the printed commands of a README can be run where it says.
#[test]
fn the_commands_of_each_readme_work() {
    for profile in PROFILES {
        let dir = written(profile.name);
        let readme = String::from_utf8(dir.read("p/README.md")).unwrap();
        let commands = readme.lines().filter(|line| line.starts_with("lictor "));
        let mut run = 0;
        for command in commands {
            let (command, into) = match command.split_once(" > ") {
                Some((command, file)) => (command, Some(file.trim())),
                None => (command.split('#').next().unwrap(), None),
            };
            let args: Vec<&str> = command.split_whitespace().skip(1).collect();
            let output = std::process::Command::new(env!("CARGO_BIN_EXE_lictor"))
                .args(&args)
                .current_dir(dir.path("p"))
                .output()
                .unwrap();
            // One request may be refused, and its command then says so.
            let status = output.status.code().unwrap();
            let one = args.contains(&"--line");
            assert!(
                status == 0 || one && [3, 4].contains(&status),
                "{}: {command}: {output:?}",
                profile.name
            );
            if let Some(file) = into {
                dir.write(&format!("p/{file}"), &output.stdout);
            }
            run += 1;
        }
        assert!(run >= 9, "{}: {run}", profile.name);
    }
}
