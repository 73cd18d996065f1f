//! A file of requests is decided by several workers at once, and nobody can tell by what comes out.

mod common;

use common::{Dir, POLICY, charge};

/// So many requests that they are read in several parts, each of which all workers have a share of.
const MANY: usize = 2_500;

#[test]
fn decisions_stand_in_the_order_of_the_requests_however_many_are_made_at_once() {
    let dir = Dir::with(&[("p/shop.lictor", POLICY)]);
    let mut lines: Vec<String> = (0..MANY).map(|n| charge(&format!("{}.{:02}", n % 613, n % 100))).collect();
    lines[17] = "nonsense".to_owned();
    lines[18] = String::new();
    lines[MANY / 2] = "x".repeat(3 << 20);
    dir.write("r.ndjson", lines.join("\n").as_bytes());
    for format in ["human", "json"] {
        let decided = |jobs: &str| {
            let run = dir.run(&["decide", "p", "--requests", "r.ndjson", "--format", format, "--jobs", jobs]);
            let run = run.ends_with(1);
            // How long it took differs from run to run.
            let shown: String = run.stdout.lines().filter(|line| !line.contains(" decided in ")).collect();
            let told: String = run.stderr.lines().filter(|line| line.contains("r.ndjson:")).collect();
            (shown, told)
        };
        let one = decided("1");
        assert!(one.1.contains(&format!("r.ndjson:{}", MANY / 2 + 1)), "{}", one.1);
        for jobs in ["2", "7"] {
            assert!(decided(jobs) == one, "{jobs} at once, as {format}");
        }
    }
    // Each is compared with the earlier decision of its own request.
    let args = ["decide", "p", "--requests", "r.ndjson", "--format", "json", "--jobs", "3"];
    let mut before: Vec<String> = dir.run(&args).ends_with(1).stdout.lines().map(str::to_owned).collect();
    before.insert(MANY / 2 - 1, "{\"decision\":\"deny\"}".to_owned());
    dir.write("before.ndjson", before.join("\n").as_bytes());
    let args =
        ["decide", "p", "--requests", "r.ndjson", "--against", "before.ndjson", "--quiet", "--jobs", "3"];
    let compared = dir.run(&args).ends_with(1);
    // Without the empty line, and the one that is too long.
    assert!(compared.stdout.contains("no decision changed, of 2,498 requests compared"), "{compared:?}");
}

#[test]
fn requests_that_depend_on_those_before_them_wait_for_them() {
    let counts = "
rule often on payment.charge {
  deny when times(allowed payment.charge per agent.id over 1h) >= 40 as AMOUNT_OVER_LIMIT
}
";
    let dir = Dir::with(&[("p/shop.lictor", &format!("{POLICY}{counts}"))]);
    let lines: Vec<String> = (0..200).map(|_| charge("1.00")).collect();
    dir.write("r.ndjson", lines.join("\n").as_bytes());
    let run =
        dir.run(&["decide", "p", "--requests", "r.ndjson", "--format", "json", "--jobs", "8"]).ends_with(0);
    let allowed: Vec<bool> = run.json_lines().iter().map(|line| line["decision"] == "allow").collect();
    assert_eq!(allowed, (0..200).map(|at| at < 40).collect::<Vec<_>>());
}
