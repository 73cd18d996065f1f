//! `lictor fmt`: which files it changes, and which it does not.

mod common;

use common::{Dir, POLICY};

const CROOKED: &str = "module shop.crooked\nset   max_amount=5 USD // less\n";
const STRAIGHT: &str = "module shop.crooked\n\nset max_amount = 5 USD  // less\n";

fn read(dir: &Dir, name: &str) -> String {
    String::from_utf8(dir.read(name)).unwrap()
}

#[test]
fn only_what_is_not_formatted_is_written() {
    let dir = Dir::with(&[("p/shop.lictor", POLICY), ("p/users/crooked.lictor", CROOKED)]);
    let check = dir.run(&["fmt", "--check", "p"]).ends_with(1);
    assert_eq!(check.stdout, "not formatted: p/users/crooked.lictor\n");
    assert_eq!(read(&dir, "p/users/crooked.lictor"), CROOKED);

    let run = dir.run(&["fmt", "p"]).ends_with(0);
    assert_eq!(run.stdout, "formatted p/users/crooked.lictor\n");
    assert_eq!(read(&dir, "p/users/crooked.lictor"), STRAIGHT);
    assert_eq!(read(&dir, "p/shop.lictor"), POLICY);

    assert_eq!(dir.run(&["fmt", "--check", "p"]).ends_with(0).stdout, "");
    assert_eq!(dir.run(&["fmt", "p/shop.lictor", "p/users"]).ends_with(0).stdout, "");
    let left: Vec<_> = std::fs::read_dir(dir.path("p/users")).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn line_ends_of_other_systems_are_told() {
    let dir = Dir::with(&[("p/shop.lictor", &POLICY.replace('\n', "\r\n"))]);
    let why = "p/shop.lictor  (only its line ends: LF instead of CR LF)\n";
    assert_eq!(dir.run(&["fmt", "--check", "p"]).ends_with(1).stdout, format!("not formatted: {why}"));
    dir.run(&["check", "p"]).ends_with(0);
    assert_eq!(dir.run(&["fmt", "p"]).ends_with(0).stdout, format!("formatted {why}"));
    assert_eq!(read(&dir, "p/shop.lictor"), POLICY);
    dir.write("p/shop.lictor", CROOKED.replace('\n', "\r\n").as_bytes());
    assert_eq!(dir.run(&["fmt", "--check", "p"]).ends_with(1).stdout, "not formatted: p/shop.lictor\n");
}

#[test]
fn the_standard_input_goes_to_the_standard_output() {
    let dir = Dir::new();
    for argument in ["-", "--stdin"] {
        assert_eq!(dir.run_with(&["fmt", argument], CROOKED.as_bytes()).ends_with(0).stdout, STRAIGHT);
    }
    let check = dir.run_with(&["fmt", "--check", "-"], CROOKED.as_bytes()).ends_with(1);
    assert_eq!(check.stdout, "not formatted: <stdin>\n");
    dir.run(&["fmt"]).ends_with(2);
}

#[test]
fn a_file_with_mistakes_is_left_as_it_is_and_the_others_are_formatted() {
    let broken = "module   shop.broken\nset max_amount = \n";
    let dir = Dir::with(&[("p/a.lictor", broken), ("p/b.lictor", CROOKED)]);
    dir.write("p/c.lictor", b"module caf\xe9\n");
    let run = dir.run(&["fmt", "p"]).ends_with(1);
    assert_eq!(run.stdout, "formatted p/b.lictor\n");
    assert!(run.stderr.contains("p/a.lictor") && run.stderr.contains("p/c.lictor"), "{run:?}");
    assert_eq!(read(&dir, "p/a.lictor"), broken);

    let json = dir.run(&["fmt", "p", "--format", "json"]).ends_with(1).json();
    assert_eq!((&json["ok"], &json["files"]), (&false.into(), &3.into()));
    assert_eq!(json["changed"], serde_json::json!([]));
    assert_eq!(json["diagnostics"].as_array().unwrap().len(), 2);
    assert_eq!(json["diagnostics"][0]["labels"][0]["file"], "p/a.lictor");
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = Dir::with(&[("real.lictor", CROOKED)]);
    std::fs::set_permissions(dir.path("real.lictor"), std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink(dir.path("real.lictor"), dir.path("link.lictor")).unwrap();
    dir.run(&["fmt", "link.lictor"]).ends_with(0);
    assert_eq!(read(&dir, "real.lictor"), STRAIGHT);
    assert!(std::fs::symlink_metadata(dir.path("link.lictor")).unwrap().is_symlink());
    assert_eq!(std::fs::metadata(dir.path("real.lictor")).unwrap().permissions().mode() & 0o777, 0o640);
}
