//! The pages of the gateway and of hooks show what happens: their commands are run, in their order, in one shell.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use crate::common::Dir;
use crate::common::page::is_like;

/// What stands between the output of two commands.
const BETWEEN: &str = "--- the next command ---";

#[test]
fn the_page_of_the_gateway() {
    check("gateway.md");
}

#[test]
fn the_page_of_whoever_keeps_records() {
    check("keeping.md");
}

#[test]
fn the_page_of_requests_that_agents_sign() {
    check("signed-requests.md");
}

#[test]
fn the_page_of_facts_and_mandates() {
    check("mandates.md");
}

#[test]
fn the_page_of_hooks() {
    check("hooks.md");
}

fn check(name: &str) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    let page = std::fs::read_to_string(page).unwrap();
    let mut script = "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n".to_owned();
    let mut wanted: Vec<(String, Vec<String>)> = Vec::new();
    let dir = Dir::new();
    // What stands between fences, every second part, begins with what it is.
    for block in page.split("```").skip(1).step_by(2) {
        let (info, block) = block.split_once('\n').unwrap();
        if let Some((_, file)) = info.split_once(' ') {
            dir.write(file, block.as_bytes());
        }
        let mut lines = block.lines().filter(|_| info == "console");
        while let Some(line) = lines.next() {
            if let Some(command) = line.strip_prefix("$ ") {
                let mut command = command.to_owned();
                while command.ends_with('\\') {
                    write!(command, "\n{}", lines.next().unwrap()).unwrap();
                }
                write!(script, "echo '{BETWEEN}'\n{command}\n").unwrap();
                wanted.push((command, Vec::new()));
            } else {
                wanted.last_mut().unwrap().1.push(line.to_owned());
            }
        }
    }
    assert!(wanted.len() > 5);
    // Free ports in the place of those of the page.
    let free =
        [(); 5].map(|()| TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string());
    for (port, free) in ["8420", "8421", "8422", "8423", "8424"].iter().zip(&free) {
        script = script.replace(port, free);
        for line in wanted.iter_mut().flat_map(|(_, lines)| lines) {
            *line = line.replace(port, free);
        }
    }
    let bin = Path::new(env!("CARGO_BIN_EXE_lictor")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut bash = Command::new("bash");
    bash.arg("-c").arg(&script).current_dir(&dir.0).env("PATH", path).env("NO_COLOR", "1");
    // What is put into somebody's home directory stays here; its name is one that has to be quoted.
    let home = dir.path("her own home");
    std::fs::create_dir(&home).unwrap();
    bash.env("HOME", home);
    let output = bash.output().unwrap();
    let (shown, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{shown}{errors}");
    let shown: Vec<&str> = shown.split(&format!("{BETWEEN}\n")).skip(1).collect();
    assert_eq!(shown.len(), wanted.len());
    for (shown, (command, wanted)) in shown.iter().zip(&wanted) {
        let shown: Vec<&str> = shown.lines().collect();
        let same = shown.len() == wanted.len()
            && shown.iter().zip(wanted).all(|(shown, wanted)| is_like(shown, wanted));
        assert!(same, "{command} prints\n{}\nand not\n{}\n{errors}", shown.join("\n"), wanted.join("\n"));
    }
}
