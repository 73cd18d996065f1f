//! `docs/testing.md` shows what the command prints: its policies are written to files, its commands are run, and the output is compared.

mod common;

use std::path::Path;

use common::Dir;

#[test]
fn the_page_shows_what_the_command_prints() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/testing.md");
    let page = std::fs::read_to_string(page).unwrap();
    let dir = Dir::new();
    let mut runs = 0;
    // What stands between fences, every second part, begins with what it is.
    for block in page.split("```").skip(1).step_by(2) {
        let (info, text) = block.split_once('\n').unwrap();
        if info == "console" {
            for command in text.strip_prefix("$ lictor ").unwrap().split("\n$ lictor ") {
                let (command, expected) = command.split_once('\n').unwrap();
                let run = dir.run(&command.split(' ').collect::<Vec<_>>());
                assert_eq!(format!("{}{}", run.stderr, run.stdout).trim(), expected.trim(), "{command}");
                runs += 1;
            }
        } else if let Some((_, file)) = info.split_once(' ') {
            dir.write(file, text.as_bytes());
        }
    }
    assert!(runs > 1);
}
