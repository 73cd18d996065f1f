//! Configurations of hosts: the hook comes in and goes again, and everything else stays as it is written.

use lictor_hook::install::{Command, Fault, found, of_project, of_user, put, removed, shell, unread, words};
use lictor_hook::{Host, install};

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
    "model": "flash",   /* the best */
    "newer": { "than": ["we", "know"] },
    "hooks": {
        "AfterTool": [],
        "BeforeTool": [
            // Formats.
            { "matcher": "write_file", "hooks": [{ "type": "command", "command": "fmt" }] }
        ]
    }
}
"#;
    let host = Host::Gemini;
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
    assert_eq!(removed(host, &changed).unwrap(), settings);
    assert_eq!(removed(host, settings).unwrap(), settings);
}

/// What may stand between the brackets of a list or an object with these in it, in the ways that people write.
fn written(open: &str, items: &[&str], close: &str) -> Vec<String> {
    let mut all = Vec::new();
    if items.is_empty() {
        let inside = ["", " ", "\n", "\n\n  ", " /* nothing */ ", "/**/", "\n  // nothing yet\n", "// x\n"];
        all.extend(inside.map(|inside| format!("{open}{inside}{close}")));
    } else {
        let (lines, line) = (items.join(",\n    "), items.join(", "));
        all.push(format!("{open}{}{close}", items.join(",")));
        all.push(format!("{open} {line} {close}"));
        all.push(format!("{open} {line}, {close}"));
        all.push(format!("{open}{line} /* the last */{close}"));
        all.push(format!("{open}\n    {lines}\n  {close}"));
        all.push(format!("{open}\n\t{lines},\n{close}"));
        all.push(format!("{open}\n    // First.\n    {lines} // the last  \n\n  {close}"));
        all.push(format!("{open}\n    {lines}, // and a comma\n    /* more\n later */ {close}"));
    }
    all
}

/// Configurations of all kinds, for hosts that call the event so.
fn configurations(event: &str) -> Vec<String> {
    let one = r#"{ "matcher": "Write", "hooks": [{ "type": "command", "command": "fmt // \\" }] }"#;
    let lists: Vec<String> =
        [written("[", &[], "]"), written("[", &[one], "]"), written("[", &[one, "{}"], "]")].concat();
    let lists = lists.iter().map(|list| format!("\"{event}\": {list}"));
    let other = r#""Stop": []"#;
    let hooks =
        lists.flat_map(|list| [written("{", &[&list], "}"), written("{", &[other, &list], "}")].concat());
    let hooks = hooks.chain(written("{", &[], "}")).chain(written("{", &[other], "}"));
    let hooks: Vec<String> = hooks.map(|hooks| format!("\"hooks\": {hooks}")).collect();
    let (model, version) = (r#""model": "ünï, {[\"""#, r#""version": 1"#);
    let tops = hooks.iter().enumerate().flat_map(|(at, hooks)| {
        // All ways with each of a few, and each with one way.
        let all =
            [written("{", &[version, hooks], "}"), written("{", &[version, hooks, model], "}")].concat();
        let few = if at % 7 == 0 { all.len() } else { 3 };
        all.into_iter().cycle().skip(at).take(few).collect::<Vec<_>>()
    });
    let tops = tops.chain(written("{", &[], "}")).chain(written("{", &[model], "}"));
    let tops: Vec<String> =
        tops.chain(written("{", &[version], "}")).chain(written("{", &[version, model], "}")).collect();
    let mut all: Vec<String> = ["", "\n", "\n\n", "  ", "// Nothing yet.", "// Nothing yet.\n", "\u{feff}"]
        .map(str::to_owned)
        .to_vec();
    for (at, top) in tops.iter().enumerate() {
        all.push(match at % 5 {
            0 => top.clone(),
            1 => format!("{top}\n"),
            2 => format!("\u{feff}// Ours.\n{top} // and so on\n\n"),
            3 => format!("{top}\n").replace('\n', "\r\n"),
            _ => format!("\n\n  {top}"),
        });
    }
    all
}

#[test]
fn what_was_put_in_goes_and_leaves_every_byte() {
    for host in Host::ALL {
        let event = match host {
            Host::ClaudeCode | Host::Codex => "PreToolUse",
            Host::Gemini => "BeforeTool",
            Host::Cursor | Host::Copilot => "preToolUse",
        };
        let all = configurations(event);
        assert!(all.len() > 400, "{}", all.len());
        let mut tried = 0;
        for text in all {
            if let Some(why) = unread(host, &text).unwrap() {
                // It would run none of the hooks in it.
                let refused = put(host, &text, &command(host)).unwrap_err();
                assert_eq!((refused.code, refused.sentence), ("HOOK_ARGUMENTS", why));
                continue;
            }
            tried += 1;
            let with =
                put(host, &text, &command(host)).unwrap_or_else(|error| panic!("{host} {text}: {error:?}"));
            let entries = found(host, &with).unwrap();
            assert!(entries.len() == 1 && entries[0].whole, "{host} {text}: {with}");
            assert_eq!(put(host, &with, &command(host)).unwrap(), with, "once more changes nothing");
            assert_eq!(removed(host, &with).unwrap(), text, "{host}, with the hook:\n{with}");
            // Another one in its place goes as the first one would.
            let mut other = command(host);
            other.words.push("--no-prompt".to_owned());
            let other = put(host, &with, &other).unwrap();
            assert_eq!(removed(host, &other).unwrap(), text, "{host}, with another hook:\n{other}");
            // Whoever reads JSON alone reads the same besides.
            if let (Ok(before), Ok(mut after)) = (json(&text), json(&with)) {
                let hooks = after["hooks"][event].as_array_mut().unwrap();
                hooks.pop();
                if hooks.is_empty() && before["hooks"].get(event).is_none() {
                    after["hooks"].as_object_mut().unwrap().remove(event);
                }
                if before.get("hooks").is_none() {
                    after.as_object_mut().unwrap().remove("hooks");
                }
                if before.get("version").is_none() {
                    after.as_object_mut().unwrap().remove("version");
                }
                assert_eq!(after, before);
            }
        }
        assert!(tried > if host.reads_comments() { 400 } else { 100 }, "{host}: {tried}");
    }
}

#[test]
fn what_a_host_does_not_read_is_no_place_for_its_hook() {
    let cases = [
        ("{}\n", [true; 5]),
        ("{ \"a\": [1, 2.5e3, \"ü\\u00e4\", null, true] }", [true; 5]),
        // In the order of the hosts: Claude Code, Codex, Cursor, Gemini CLI, Copilot CLI.
        ("\u{feff}{}", [true, false, false, false, false]),
        ("{ // Ours.\n}", [false, false, false, true, false]),
        ("{}\n/* Ours. */", [false, false, false, true, false]),
        ("{ \"a\": 1, }", [false; 5]),
        ("{ \"a\": [1,] }", [false; 5]),
        ("\u{feff}\u{feff}{}", [false; 5]),
    ];
    for (text, reads) in cases {
        for (host, reads) in Host::ALL.into_iter().zip(reads) {
            let put = put(host, text, &command(host));
            assert_eq!(put.is_ok(), reads, "{host} {text:?}: {put:?}");
            if let Err(trouble) = put {
                assert_eq!(trouble.code, "HOOK_ARGUMENTS");
            }
        }
    }
    // What somebody wrote into it since is found out, and the hook can be taken away all the same.
    for host in Host::ALL {
        let with = put(host, "", &command(host)).unwrap();
        assert_eq!(unread(host, &with), Ok(None));
        let commented = with.replacen('{', "{ // Ours.", 1);
        assert_eq!(unread(host, &commented).unwrap().is_some(), !host.reads_comments());
        assert!(found(host, &removed(host, &commented).unwrap()).unwrap().is_empty());
    }
}

fn json(text: &str) -> serde_json::Result<serde_json::Value> {
    serde_json::from_str(text.trim_start_matches('\u{feff}'))
}

#[test]
fn what_somebody_changed_since_stays() {
    let host = Host::ClaudeCode;
    let with = put(host, "", &command(host)).unwrap();
    // Another hook behind ours, and one before it.
    let list = "\"PreToolUse\": [";
    let theirs = r#"{ "matcher": "Write", "hooks": [] }"#;
    let before = with.replacen(list, &format!("{list}\n      {theirs}, // mine"), 1);
    let left = removed(host, &before).unwrap();
    assert!(
        left.contains(theirs) && left.contains("// mine") && json(&left.replace("// mine", "")).is_ok(),
        "{left}"
    );
    let behind = with.replacen("\n    ]\n", &format!(",\n      {theirs}\n    ]\n"), 1);
    let left = removed(host, &behind).unwrap();
    assert!(json(&left).unwrap()["hooks"]["PreToolUse"].as_array().unwrap().len() == 1, "{left}");
    // A comment keeps what it stands in, and a line that ends with one takes in nothing.
    let said = with.replacen(list, &format!("{list} // ours"), 1).replace("\n    ]", "]");
    let left = removed(host, &said).unwrap();
    assert!(found(host, &left).unwrap().is_empty() && left.contains("// ours\n"), "{left}");
    // Written anew by the host, it goes with what holds nothing.
    let anew = serde_json::to_string(&json(&with).unwrap()).unwrap();
    let left = removed(host, &anew).unwrap();
    assert_eq!(json(&left).unwrap(), serde_json::json!({ "hooks": { "PreToolUse": [] } }), "{left}");
    // Two of ours: both go.
    let line = command(host).line();
    let twice = with.replacen(list, &format!("{list} {{ \"matcher\": \"*\", \"hooks\": [{{ \"type\": \"command\", \"command\": {}, \"timeout\": 30 }}] }},", serde_json::to_string(&line).unwrap()), 1);
    assert_eq!(found(host, &twice).unwrap().len(), 2);
    assert_eq!(found(host, &removed(host, &twice).unwrap()).unwrap(), []);
    assert_eq!(found(host, &put(host, &twice, &command(host)).unwrap()).unwrap().len(), 1);
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
    let without = words(&Fault::Missing.put_into(&line).unwrap()).unwrap();
    assert_eq!(without[..5], read[..5]);
    assert_eq!(without[5], "/nonexistent/lictor");
    assert_eq!(without[6..], read[6..]);
    // What a shell would do something with, and what has no end.
    for line in ["a $b", "a \"b\"", "a `b`", "a; b", "a 'b", "a > b", "a\\b", "a\nb", "*"] {
        assert_eq!(words(line), None, "{line}");
    }
    for fault in Fault::ALL {
        assert_eq!(fault.put_into("lictor hook codex"), None, "{fault:?}");
        assert_eq!(fault.put_into("/bin/sh -c true lictor {} lictor hook codex"), None, "{fault:?}");
        assert_ne!(fault.put_into(&line).unwrap(), line, "{fault:?}");
    }
    assert_eq!(words("a  '' b'c'").unwrap(), ["a", "", "bc"]);
}

#[test]
fn no_host_finds_a_variable_in_the_line() {
    let words = ["/home/$HOME/${x}/a$", "hook", "gemini"].map(str::to_owned).to_vec();
    for host in Host::ALL {
        let line = Command { host, words: words.clone() }.line();
        for (at, _) in line.match_indices('$') {
            let next = line[at + 1..].chars().next().unwrap();
            assert!(!next.is_alphanumeric() && !"_{".contains(next), "{host}: {}", &line[at..]);
        }
        assert_eq!(install::words(&line).unwrap()[5..], words);
    }
    // One that was written otherwise is not whole there, and is written anew.
    let host = Host::Gemini;
    let with = put(host, "", &command(host)).unwrap();
    let plain = with.replace("$''", "$");
    assert_eq!((found(host, &plain).unwrap()[0].whole, found(host, &with).unwrap()[0].whole), (false, true));
    assert_eq!(put(host, &plain, &command(host)).unwrap(), with);
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
            "(sleep 9; kill -KILL $$) </dev/null >/dev/null 2>&1 & kill -STOP $$",
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
