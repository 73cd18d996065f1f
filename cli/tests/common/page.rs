//! Pages of `docs/` that show the command at work: what they show is what it does.

use std::path::Path;

use super::Dir;

/// Writes the files of a page, runs its commands in their order, and compares what they print. A fence is called `console`, or by the
/// language and the name of a file. `# exit N` after a command is the status it must have; `…` stands for anything within a line.
pub fn check(name: &str) {
    check_in(&Dir::new(), name);
}

/// The same in a directory in which something is already.
pub fn check_in(dir: &Dir, name: &str) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    let page = std::fs::read_to_string(page).unwrap();
    let mut runs = 0;
    // What stands between fences, every second part, begins with what it is.
    for block in page.split("```").skip(1).step_by(2) {
        let (info, text) = block.split_once('\n').unwrap();
        if info == "console" {
            for command in text.strip_prefix("$ lictor ").unwrap().split("\n$ lictor ") {
                let (command, expected) = command.split_once('\n').unwrap();
                let (command, status) = command.split_once("# exit ").unwrap_or((command, ""));
                let run = dir.run(&command.split_whitespace().collect::<Vec<_>>());
                if !status.is_empty() {
                    assert_eq!(run.status.to_string(), status, "{command}: {run:?}");
                }
                let shown = format!("{}{}", run.stderr, run.stdout);
                let lines = |text: &str| text.trim().lines().map(str::to_owned).collect::<Vec<_>>();
                let (shown, expected) = (lines(&shown), lines(expected));
                let same = shown.len() == expected.len()
                    && shown.iter().zip(&expected).all(|(shown, expected)| is_like(shown, expected));
                assert!(same, "{command} prints\n{}\nand not\n{}", shown.join("\n"), expected.join("\n"));
                runs += 1;
            }
        } else if let Some((_, file)) = info.split_once(' ') {
            dir.write(file, text.as_bytes());
        }
    }
    assert!(runs > 0, "{name}");
}

/// Whether a line has the pieces of another one between its `…`, and begins and ends like it.
pub fn is_like(line: &str, pattern: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('…') else { return line == pattern };
    let Some(mut left) = line.strip_prefix(first) else { return false };
    let pieces: Vec<&str> = rest.split('…').collect();
    let (last, middle) = pieces.split_last().unwrap();
    for piece in middle {
        let Some((_, after)) = left.split_once(piece) else { return false };
        left = after;
    }
    left.ends_with(last)
}
