//! `lictor new`: the starter project works as its README says.

mod common;

use common::Dir;

#[test]
fn the_starter_project_passes_its_own_tests() {
    let dir = Dir::new();
    dir.run(&["new", "shop"]).ends_with(0);
    let check = dir.run(&["check", "shop"]).ends_with(0);
    assert_eq!(check.stderr, "");
    let tests = dir.run(&["test", "shop"]).ends_with(0);
    assert_eq!(tests.stdout, "7 tests, all passed\n");
    let json =
        dir.run(&["decide", "shop", "--requests", "shop/requests.ndjson", "--format", "json"]).ends_with(0);
    let decisions = json.json_lines();
    let shown = decisions
        .iter()
        .map(|decision| (decision["decision"].as_str().unwrap(), decision["reason_code"].as_str().unwrap()));
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            ("allow", "OK"),
            ("step_up", "LARGE_PAYMENT"),
            ("deny", "AMOUNT_OVER_LIMIT"),
            ("deny", "MERCHANT_NOT_LISTED"),
            ("step_up", "DEFAULT_STEP_UP"),
            ("deny", "STRUCTURE_INVALID"),
        ]
    );
}

#[test]
fn nothing_is_overwritten() {
    let dir = Dir::with(&[("full/notes.md", "mine"), ("file", "mine")]);
    for name in ["full", "file"] {
        assert!(dir.run(&["new", name]).ends_with(1).stderr.contains("C0109"));
    }
    assert_eq!(dir.read("full/notes.md"), b"mine");
    std::fs::create_dir(dir.path("empty")).unwrap();
    dir.run(&["new", "empty"]).ends_with(0);
    dir.run(&["new", "deep/down"]).ends_with(0);
}
