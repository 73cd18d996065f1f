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

/// Runs a line around a script, and gives the status, the documents and what was told.
fn guarded(shell: &str, script: &str, before: &str) -> (Option<i32>, String, String) {
    let words = ["/bin/sh", "-c", script].map(str::to_owned).to_vec();
    let line = Command { host: Host::ClaudeCode, words }.line();
    // In the time of a test, and in either shell that goes by the name.
    let line = line.replacen("/bin/sleep 22", "/bin/sleep 2", 1).replacen("/bin/sh", shell, 1);
    let ran =
        std::process::Command::new("/bin/sh").args(["-c", &format!("{before}\n{line}")]).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ran.status.code(), text(ran.stdout), text(ran.stderr))
}

/// The shells that go by the name `sh` somewhere, as far as they are here.
fn shells() -> impl Iterator<Item = &'static str> {
    ["/bin/sh", "/bin/dash", "/bin/bash"].into_iter().filter(|shell| std::path::Path::new(shell).exists())
}

/// The guard around the program passes on an answer, and whatever else becomes of the program is 2, one document and a word.
#[test]
fn nothing_that_becomes_of_the_program_lets_a_call_pass() {
    for shell in shells() {
        let answered = guarded(shell, r#"printf "{}\n\nlictor 0\n""#, "");
        assert_eq!(answered, (Some(0), "{}\n".to_owned(), String::new()), "{shell}");
        let refused = guarded(shell, r#"printf "{\"a\":\"\\\\n\"}\nwhy\nlictor 2\n"; exit 2"#, "");
        assert_eq!(refused, (Some(2), "{\"a\":\"\\n\"}\n".to_owned(), "why\n".to_owned()), "{shell}");
        for script in [
            // What an empty file does, a file of one newline, and a comment.
            "",
            "exit 0",
            "exec true",
            "echo {}",
            "echo {}; exit 2",
            "echo {}; echo {}",
            "echo hello",
            "exec cat",
            "exec echo {}",
            "echo {}; kill -SEGV $$",
            "printf {; exit 1",
            r#"printf "{}\n\nlictor 0\n{}\n""#,
            r#"printf "{}\n\nlictor 0\n{}""#,
            r#"printf "{}\n{}\n\nlictor 0\n""#,
            r#"printf "{}\n\nlictor 1\n""#,
            r#"printf "\n\nlictor 0\n""#,
            "exit 1",
            "exit 3",
            "exit 64",
            "kill -SEGV $$",
            "kill -KILL $$",
            "kill -TERM $$",
            "kill -HUP $$",
            "kill -INT $$",
            "exec /nonexistent/lictor",
            // It hangs: by itself, in a child, stopped, and with its output closed.
            "exec sleep 9",
            "sleep 9; true",
            "kill -STOP $$",
            "exec >&-; exec sleep 9",
        ] {
            let (status, wrote, told) = guarded(shell, script, "");
            assert!(wrote.contains("\"deny\"") && wrote.lines().count() == 1, "{shell} {script}: {wrote}");
            assert!(status == Some(2) && told.contains("HOOK_FAILED"), "{shell} {script}: {status:?} {told}");
        }
    }
}

#[test]
fn whoever_cannot_be_told_is_refused() {
    for shell in shells() {
        for before in ["exec >&-", "exec >/dev/full", "exec >&- 2>&-", "exec <&-"] {
            let (status, _, _) = guarded(shell, r#"printf "{}\n\nlictor 0\n""#, before);
            assert_eq!(status, Some(2), "{shell} {before}");
        }
        // It rests on no PATH, and on no program that somebody has put into it.
        let (status, wrote, _) =
            guarded(shell, r#"printf "{}\n\nlictor 0\n""#, "PATH=/nonexistent; export PATH");
        assert_eq!((status, wrote.as_str()), (Some(0), "{}\n"), "{shell}");
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
