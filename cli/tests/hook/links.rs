//! A configuration that is a link: it stays one, and what it leads to is what changes.

use std::fs;
use std::os::unix::fs::symlink;

use crate::common::Dir;
use crate::installed::at_home;
use crate::{BY, dir};

/// A home whose configuration of Claude Code leads to `kept/settings.json`, with this text in it or none.
fn linked(text: Option<&str>) -> Dir {
    let dir = dir();
    for folder in ["home/.claude", "kept"] {
        fs::create_dir_all(dir.path(folder)).unwrap();
    }
    if let Some(text) = text {
        fs::write(dir.path("kept/settings.json"), text).unwrap();
    }
    symlink("../../kept/settings.json", dir.path("home/.claude/settings.json")).unwrap();
    dir
}

fn is_link(dir: &Dir) -> bool {
    fs::symlink_metadata(dir.path("home/.claude/settings.json")).unwrap().is_symlink()
}

#[test]
fn the_link_stays_and_the_file_changes_and_is_as_it_was_afterwards() {
    for text in ["{ \"model\": \"opus\" }\n", "{}", ""] {
        let dir = linked(Some(text));
        at_home(&dir, &[&["hook", "install", "claude-code", "--yes"], &BY[..]].concat()).ends_with(0);
        assert!(is_link(&dir), "{text:?}");
        let written = fs::read_to_string(dir.path("kept/settings.json")).unwrap();
        assert!(written.contains(" hook claude-code "), "{written}");
        at_home(&dir, &["hook", "test", "claude-code"]).ends_with(0);
        at_home(&dir, &["hook", "uninstall", "claude-code", "--yes"]).ends_with(0);
        assert!(is_link(&dir), "{text:?}");
        assert_eq!(fs::read_to_string(dir.path("kept/settings.json")).unwrap(), text);
    }
}

#[test]
fn a_link_that_leads_nowhere_is_refused_and_stays() {
    let dir = linked(None);
    let run = at_home(&dir, &[&["hook", "install", "claude-code", "--yes"], &BY[..]].concat()).ends_with(1);
    let told = run.stderr.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
    assert!(told.contains("C0106") && told.contains("it is a link to a file that is not there"), "{run:?}");
    assert!(is_link(&dir) && !dir.path("kept/settings.json").exists());
    assert_eq!(fs::read_dir(dir.path("home/.claude")).unwrap().count(), 1);
}
