//! Configurations of hosts: the hook comes in and goes again, and everything else stays as it is written.

use lictor_hook::Host;
use lictor_hook::install::{Command, found, of_project, of_user, put, removed, shell, words};

fn command(host: Host) -> Command {
    let words = ["/opt/lictor/bin/lictor", "hook", host.name(), "--bundle", "/etc/it's here/a.bundle"];
    Command { host, words: words.map(str::to_owned).to_vec() }
}

#[test]
fn a_new_file_has_the_hook_and_nothing_else() {
    let all = Host::ALL.map(|host| format!("== {host}\n{}", put(host, "", &command(host)).unwrap()));
    insta::assert_snapshot!(all.concat());
}

#[test]
fn what_was_there_stays_as_it_is_written() {
    let settings = r#"// Ours. Ask Ann before you change it.
{
    "model": "opus",   /* the best */
    "newer": { "than": ["we", "know"], },
    "hooks": {
        "PostToolUse": [],
        "PreToolUse": [
            // Formats.
            { "matcher": "Write", "hooks": [{ "type": "command", "command": "fmt" }] }
        ]
    }
}
"#;
    let host = Host::ClaudeCode;
    let with = put(host, settings, &command(host)).unwrap();
    insta::assert_snapshot!(with);
    assert_eq!(found(host, &with).unwrap().len(), 1);
    // Once more changes nothing.
    assert_eq!(put(host, &with, &command(host)).unwrap(), with);
    // Another policy takes its place.
    let mut other = command(host);
    other.words.push("--no-prompt".to_owned());
    let changed = put(host, &with, &other).unwrap();
    assert_eq!(found(host, &changed).unwrap().len(), 1);
    assert!(changed.contains("--no-prompt"));
    // One that was made narrower is made whole.
    let narrow = with.replace("\"*\"", "\"Bash\"");
    assert!(!found(host, &narrow).unwrap()[0].whole);
    assert!(found(host, &put(host, &narrow, &command(host)).unwrap()).unwrap()[0].whole);
    // And it goes, with nothing but itself.
    let without = removed(host, &changed).unwrap();
    assert_eq!(found(host, &without).unwrap(), []);
    for line in settings.lines() {
        assert!(without.contains(line.trim().trim_end_matches(',')), "{line} went, too:\n{without}");
    }
    assert_eq!(removed(host, settings).unwrap(), settings);
}

#[test]
fn what_cannot_be_read_is_left_alone() {
    for host in Host::ALL {
        for text in [
            "[]",
            "7",
            "{",
            "{ 'a': 1 }",
            "{ \"a\" 1 }",
            "{ \"hooks\": [] }",
            "{ \"hooks\": {}, \"hooks\": {} }",
            "{ \"hooks\": { \"PreToolUse\": {}, \"preToolUse\": {}, \"BeforeTool\": {} } }",
            &"[".repeat(10_000),
        ] {
            assert_eq!(
                put(host, text, &command(host)).unwrap_err().code,
                "HOOK_ARGUMENTS",
                "{host} {text:.40}"
            );
        }
    }
}

#[test]
fn words_stay_words() {
    for word in ["", "a b", "it's", "$(rm x)", "`x`", "a\nb", "*", "~", "a;b", "\\"] {
        let echoed = std::process::Command::new("sh")
            .args(["-c", &format!("printf %s {}", shell(word))])
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(echoed.stdout).unwrap(), word);
    }
}

#[test]
fn a_line_is_read_as_the_shell_reads_it() {
    let folder = "/home/o'hook ann hook x/.lictor";
    let said = [&format!("{folder}/lictor"), "hook", "codex", "--bundle", &format!("{folder}/a.bundle")]
        .map(str::to_owned);
    let line = Command { host: Host::Codex, words: said.to_vec() }.line();
    let read = words(&line).unwrap();
    assert_eq!(read[5..], said);
    let echoed = std::process::Command::new("sh")
        .args(["-c", &format!("printf '%s\\n' {}", line.split_once(" lictor ").unwrap().1)])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(echoed.stdout).unwrap().lines().skip(1).collect::<Vec<_>>(), said);
    let without = words(&Command::without_program(&line).unwrap()).unwrap();
    assert_eq!(without[..5], read[..5]);
    assert_eq!(without[5], "/nonexistent/lictor");
    assert_eq!(without[6..], read[6..]);
    // What a shell would do something with, and what has no end.
    for line in ["a $b", "a \"b\"", "a `b`", "a; b", "a 'b", "a > b", "a\\b", "a\nb", "*"] {
        assert_eq!(words(line), None, "{line}");
    }
    assert_eq!(Command::without_program("lictor hook codex"), None);
    assert_eq!(words("a  '' b'c'").unwrap(), ["a", "", "bc"]);
}

/// The guard around the program: whatever becomes of it, a shell ends with 0 after an answer, and else with 2 and a word.
#[test]
fn nothing_that_becomes_of_the_program_lets_a_call_pass() {
    for (script, status, told) in [
        ("exit 0", 0, false),
        ("echo why >&2; exit 2", 2, true),
        ("exit 1", 2, true),
        ("exit 3", 2, true),
        ("kill -SEGV $$", 2, true),
        ("kill -KILL $$", 2, true),
        ("/nonexistent/lictor", 2, true),
    ] {
        let words = ["sh", "-c", script].map(str::to_owned).to_vec();
        let line = Command { host: Host::ClaudeCode, words }.line();
        let ran = std::process::Command::new("sh").args(["-c", &line]).output().unwrap();
        // Whoever has answered has written a document; here nobody else has.
        let wrote = String::from_utf8(ran.stdout.clone()).unwrap();
        assert_eq!(
            wrote.contains("\"deny\"") && wrote.lines().count() == 1,
            told && !script.contains("exit 2"),
            "{script}: {wrote}"
        );
        assert_eq!((ran.status.code(), !ran.stderr.is_empty()), (Some(status), told), "{script}: {ran:?}");
    }
}

#[test]
fn each_host_has_its_places() {
    let dir = std::path::Path::new("/home/ann");
    let places = Host::ALL.map(|host| {
        format!("{host}: {} {}\n", of_user(host, dir).display(), of_project(host, dir).display())
    });
    insta::assert_snapshot!(places.concat());
}
