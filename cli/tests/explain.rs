//! `lictor explain`, and `lictor check --format sarif`, which carries the same pages.

mod common;

use common::{Dir, POLICY};
use serde_json::Value;

#[test]
fn every_page_is_within_the_command() {
    let dir = Dir::new();
    let list = dir.run(&["explain"]).ends_with(0).stdout;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/codes");
    let mut pages = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let code = path.file_stem().unwrap().to_string_lossy().into_owned();
        if code != "README" {
            pages += 1;
            assert!(list.lines().any(|line| line.starts_with(&format!("{code}  "))), "{code} is not listed");
        }
    }
    assert_eq!(list.lines().count(), pages);
}

#[test]
fn a_page_is_printed_and_a_wrong_code_has_a_nearest() {
    let dir = Dir::new();
    insta::assert_snapshot!(dir.run(&["explain", "E0302"]).ends_with(0).stdout);
    assert_eq!(dir.run(&["explain", "e0302"]).ends_with(0), dir.run(&["explain", "E0302"]));
    insta::assert_snapshot!(dir.run(&["explain", "E03O2"]).ends_with(1).stderr);
    let page = dir.run(&["explain", "B0107", "--format", "json"]).ends_with(0).json();
    assert_eq!(page["title"], "Signed by somebody else");
}

const MISTAKES: &str = "
rule odd on payment.charge {
  require amount <= max_amuont else AMOUNT_OVER_LIMIT
}

rule odd on payment.charge {
  deny when amount > 5 as AMOUNT_OVER_LIMIT
}
";

#[test]
fn what_is_wrong_is_told_to_code_hosts() {
    let dir = Dir::with(&[("p 1/shop.lictor", &format!("{POLICY}{MISTAKES}"))]);
    let mut log = dir.run(&["check", "p 1", "--format", "sarif"]).ends_with(1).json();
    valid(&log);
    // The pages are tested as such.
    for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap() {
        assert!(rule["help"]["markdown"].as_str().unwrap().starts_with("# E0"));
        rule["help"] = Value::from("(the page)");
        rule["fullDescription"] = Value::from("(its first lines)");
    }
    log["runs"][0]["tool"]["driver"]["version"] = Value::from("(the version)");
    insta::assert_snapshot!(serde_json::to_string_pretty(&log).unwrap());
}

#[test]
fn a_policy_without_errors_gives_an_empty_log_and_only_check_writes_one() {
    let dir = Dir::with(&[("shop.lictor", POLICY)]);
    let log = dir.run(&["check", ".", "--format", "sarif"]).ends_with(0).json();
    valid(&log);
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
    assert!(dir.run(&["test", ".", "--format", "sarif"]).ends_with(1).stderr.contains("C0118"));
}

/// What SARIF 2.1.0 requires of the members that we write (sections 3.13, 3.14, 3.19, 3.27, 3.30 and 3.49 of the standard).
fn valid(log: &Value) {
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].is_string());
    for run in log["runs"].as_array().unwrap() {
        assert!(run["tool"]["driver"]["name"].is_string());
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        for rule in rules {
            assert!(rule["id"].is_string() && rule["shortDescription"]["text"].is_string());
        }
        for result in run["results"].as_array().unwrap() {
            assert!(result["message"]["text"].is_string());
            assert!(["error", "warning"].contains(&result["level"].as_str().unwrap()));
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            let empty = Vec::new();
            let related = result["relatedLocations"].as_array().unwrap_or(&empty);
            for location in result["locations"].as_array().unwrap().iter().chain(related) {
                let place = &location["physicalLocation"];
                assert!(!place["artifactLocation"]["uri"].as_str().unwrap().contains(' '));
                let number = |name: &str| place["region"][name].as_u64().unwrap();
                assert!(number("startLine") >= 1 && number("startColumn") >= 1);
                assert!(
                    number("endLine") > number("startLine") || number("endColumn") >= number("startColumn")
                );
            }
        }
    }
}
