//! What each host writes and gets. The inputs are what the hosts wrote when they were driven with a scripted model, but for names of people and places.

use std::fmt::Write;

use lictor_hook::{Host, Prompts, Root, Said, Trouble};

/// What a host wrote. Nobody has driven Cursor: its sample is what its makers document.
pub fn written(host: Host) -> String {
    let path = format!("{}/tests/inputs/{host}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path)
        .unwrap_or_else(|_| host.sample("Shell", r#"{"command":"echo made > made.txt"}"#))
}

#[test]
fn what_hosts_write_is_a_call() {
    let mut shown = String::new();
    for host in Host::ALL {
        // The folder in which all of them ran.
        let root = Root(Some("/home/ann/shop".to_owned()));
        let call = host.read(written(host).as_bytes(), &root, &[]).unwrap();
        writeln!(shown, "{host}: {} {}", call.tool, call.input).unwrap();
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn each_host_gets_its_own_form() {
    let ask = Said::Ask { reason: "ask ann".into(), refusal: "ann must approve".into() };
    let all = [
        ("nothing stands against it", Said::NoObjection, Prompts::Honoured),
        ("it is permitted", Said::Permit, Prompts::Honoured),
        ("a person is asked", ask.clone(), Prompts::Honoured),
        ("a person would be asked", ask, Prompts::Never),
        ("it is refused", Said::Refuse { reason: "no \"such\"\nthing".into() }, Prompts::Honoured),
    ];
    let mut shown = String::new();
    for host in Host::ALL {
        for (what, said, prompts) in &all {
            let answer = host.answer(said, *prompts);
            assert_eq!(answer.stdout.lines().count(), 1, "one document, on a line");
            writeln!(
                shown,
                "{host}, {what}: status {}\n  {}  {:?}",
                answer.status, answer.stdout, answer.stderr
            )
            .unwrap();
        }
        let trouble = Trouble { code: "HOOK_POLICY", sentence: "there is no file x".into() };
        let answer = host.stopped(&trouble);
        writeln!(
            shown,
            "{host}, nothing is decided: status {}\n  {}  {:?}\n",
            answer.status, answer.stdout, answer.stderr
        )
        .unwrap();
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn tools_of_servers_have_the_names_of_the_library() {
    let tool = |host: Host, name: &str| {
        host.read(host.sample(name, "{}").as_bytes(), &Root::default(), &[]).map(|call| call.tool)
    };
    for host in [Host::ClaudeCode, Host::Codex, Host::Copilot] {
        assert_eq!(tool(host, "mcp__git__git_status").unwrap(), "git/git_status");
        // Cut at the first place, so that nothing else becomes a tool that is known.
        assert_eq!(tool(host, "mcp__git__x__git_status").unwrap(), "git/x__git_status");
        assert_eq!(tool(host, "mcp__git___git_status").unwrap(), "git/_git_status");
        for name in ["mcp__git", "mcp____x", "mcp__git__", "git/git_status", "mcp__a/b__c", ""] {
            assert_eq!(tool(host, name).unwrap_err().code, "HOOK_INPUT", "{host} {name}");
        }
    }
    // Cursor does not say which server it is.
    assert_eq!(tool(Host::Cursor, "MCP:git_status").unwrap(), "MCP:git_status");
    // Where Gemini's name could be cut is not guessed.
    assert_eq!(tool(Host::Gemini, "mcp_git_git_status").unwrap_err().code, "HOOK_INPUT");
    let sample = Host::Gemini.sample("mcp_git_git_status", "{}");
    let told = |context: &str| {
        let text = sample.replace("\"tool_input\"", &format!("\"mcp_context\":{context},\"tool_input\""));
        Host::Gemini.read(text.as_bytes(), &Root::default(), &[]).map(|call| call.tool)
    };
    assert_eq!(
        told(r#"{"server_name":"git","tool_name":"git_status","command":"x"}"#).unwrap(),
        "git/git_status"
    );
    for context in [
        "{}",
        "null",
        "7",
        r#"{"server_name":"a/b","tool_name":"c"}"#,
        r#"{"server_name":"git","server_name":"x","tool_name":"c"}"#,
    ] {
        assert_eq!(told(context).unwrap_err().code, "HOOK_INPUT", "{context}");
    }
}

#[test]
fn arguments_may_be_a_text_that_holds_an_object() {
    for host in [Host::Cursor, Host::Copilot] {
        let call = host
            .read(host.sample("view", r#""{\"path\":\"a\"}""#).as_bytes(), &Root::default(), &[])
            .unwrap();
        assert_eq!(call.input.get(), r#"{"path":"a"}"#);
        for input in [r#""[]""#, r#""{""#, r#""{} {}""#, "\"\"", "[]", "7", "null"] {
            assert_eq!(
                host.read(host.sample("view", input).as_bytes(), &Root::default(), &[]).unwrap_err().code,
                "HOOK_INPUT",
                "{input}"
            );
        }
    }
    for host in [Host::ClaudeCode, Host::Codex, Host::Gemini] {
        assert!(
            host.read(host.sample("Read", r#""{\"path\":\"a\"}""#).as_bytes(), &Root::default(), &[])
                .is_err(),
            "{host}"
        );
    }
}

/// What ran in another folder is read as if it had gone there first: `echo x > settings.json` in `.claude` writes a file that is refused.
#[test]
fn a_command_is_read_from_the_folder_of_the_work() {
    let input = r#"{"command":"echo x > settings.json","timeout":9}"#;
    for host in [Host::ClaudeCode, Host::Codex] {
        let sample = host.sample("Bash", input).replace("\"cwd\":\"/\"", "\"cwd\":\"/home/ann's/.claude\"");
        let read = |root: Option<&str>| {
            let call = host.read(sample.as_bytes(), &Root(root.map(str::to_owned)), &[]).unwrap();
            call.input.get().to_owned()
        };
        let moved = r#"{"command":"cd -- '/home/ann'\\''s/.claude'\necho x > settings.json","timeout":9}"#;
        assert_eq!(read(Some("/home/ann's/.claude")), input, "{host}");
        assert_eq!(read(Some("/home/ann's")), moved, "{host}");
        // Where nobody says where the work began, nothing is taken for granted.
        assert_eq!(read(None), moved, "{host}");
        // Other tools are not commands.
        let other = sample.replace("\"Bash\"", "\"TodoWrite\"");
        assert_eq!(host.read(other.as_bytes(), &Root::default(), &[]).unwrap().input.get(), input);
        let twice = sample.replace("\"timeout\":9", "\"command\":\"ls\"");
        assert_eq!(host.read(twice.as_bytes(), &Root::default(), &[]).unwrap_err().code, "HOOK_INPUT");
    }
}

/// A patch of one file is a call that names it, wherever its paths begin; anything else that a patch could be is left as it is.
#[test]
fn a_patch_of_one_file_names_it() {
    let patch = |lines: &str| format!("*** Begin Patch\n{lines}\n*** End Patch");
    let update = "*** Update File: src/a b.rs\n@@ fn x\n-old\n+new";
    let read = |host: Host, patch: &str, root: &str| {
        let text = serde_json::to_string(patch).unwrap();
        let input = if host == Host::Codex { format!(r#"{{"command":{text}}}"#) } else { text };
        let sample = host.sample("apply_patch", &input).replace("\"cwd\":\"/\"", "\"cwd\":\"/shop\"");
        let call = host.read(sample.as_bytes(), &Root(Some(root.to_owned())), &[]).unwrap();
        (call.tool, serde_json::from_str::<serde_json::Value>(call.input.get()).unwrap())
    };
    for host in [Host::Codex, Host::Copilot] {
        for (lines, tool, member, path) in [
            (update, "write_file", "file_path", "src/a b.rs"),
            ("*** Add File: AGENTS.md\n+x", "write_file", "file_path", "AGENTS.md"),
            ("*** Delete File: /etc/x", "delete_file", "target_file", "/etc/x"),
            ("*** Update File: a\n+x\n*** End of File", "write_file", "file_path", "a"),
        ] {
            let (came, input) = read(host, &patch(lines), "/shop");
            assert_eq!((came.as_str(), input[member].as_str()), (tool, Some(path)), "{host} {lines}");
            assert_eq!(input.as_object().unwrap().len(), if tool == "write_file" { 2 } else { 1 });
        }
        let trailing = format!("{}\n", patch(update));
        assert_eq!(read(host, &trailing, "/shop").0, "write_file");
        for other in [
            &patch(&format!("{update}\n*** Delete File: .env")),
            &patch(&format!("{update}\n *** Delete File: .env")),
            &patch(&format!("{update}\n+*** Delete File: .env")),
            &patch("*** Update File: a\n*** Move to: .claude/settings.json\n+x"),
            &patch("*** Environment ID: x\n*** Add File: a\n+x"),
            &patch("*** Update File: a\n*** End of File\n*** End of File"),
            &patch(" *** Add File: a\n+x"),
            &patch("*** add file: a\n+x"),
            &patch("*** Add File: \n+x"),
            &patch("*** Add File:  a\n+x"),
            &patch("*** Add File: a\r\n+x"),
            &patch("*** Add File: a\tb \n+x"),
            &patch("*** Add File: a\u{b}b\n+x"),
            &patch("*** Add File: a\u{85}*** Add File: b\n+x"),
            &patch(""),
            &format!("{update}\n*** End Patch"),
            &format!("*** Begin Patch\n{update}"),
            &format!("<<'EOF'\n{}\nEOF", patch(update)),
            &format!("{0}\n{0}", patch(update)),
            "",
            "*** Begin Patch",
        ] {
            let (came, input) = read(host, other, "/shop");
            assert_eq!(came, "apply_patch", "{host} {other}");
            assert_eq!(input, serde_json::json!({ "patch": other }), "{host}");
        }
    }
    // Codex says where its paths begin.
    let settings = patch("*** Update File: settings.json\n+x");
    assert_eq!(read(Host::Codex, &settings, "/home").1["file_path"], "/shop/settings.json");
    assert_eq!(read(Host::Codex, &patch("*** Add File: /a\n+x"), "/home").1["file_path"], "/a");
    for input in [
        r#"{"command":"x","more":1}"#,
        r#"{"patch":"x"}"#,
        "{}",
        r#"{"command":7}"#,
        r#"{"command":"x","command":"y"}"#,
    ] {
        let read =
            Host::Codex.read(Host::Codex.sample("apply_patch", input).as_bytes(), &Root::default(), &[]);
        assert_eq!(read.unwrap_err().code, "HOOK_INPUT", "{input}");
    }
}

/// Codex asks no hook about what is typed into a program, so that a call of one which runs what is typed says more than its command.
#[test]
fn a_program_into_which_codex_can_type_is_told() {
    let told = |command: &str| {
        let input = serde_json::json!({ "command": command }).to_string();
        let call =
            Host::Codex.read(Host::Codex.sample("Bash", &input).as_bytes(), &Root(Some("/".to_owned())), &[]);
        call.unwrap().input.get().contains("waits_for_what_is_typed")
    };
    for command in [
        "less a",
        "cat a | less",
        "/usr/bin/less a",
        "nice less a",
        "cd src && more a",
        "man ls",
        "info ls",
        "top",
        "bat a",
        "PAGER=less git log",
        "GIT_PAGER=less git log",
        "env MANPAGER=less man ls",
        "GIT_EDITOR=vim git commit -m x",
        "git commit",
        "git commit --amend",
        "git add -p",
        "git stash --patch",
        "mkdir -m 700 a && git commit",
        "git add sub/git -p",
        "git commit -m x --edit",
        "git help log",
        // Codex has git show what it says with `cat`, and these take that away.
        "unset GIT_PAGER; git log",
        "env -u GIT_PAGER git diff --stat",
        "env -i git show HEAD",
        "env -i git -p status",
        "sudo git log",
        "export -n GIT_PAGER; git branch -a",
        "env -i sh -c 'cd src && git stash list'",
        "exec -c git blame a",
        "env -i git -P -p log",
        "env -i git log > log.txt",
    ] {
        assert!(told(command), "{command}");
    }
    for command in [
        "git status",
        "cat less.txt",
        "cat",
        "git log -p",
        "git -p status",
        "set -e; git branch -a",
        "env -i git --no-pager log -p",
        "env -i git log | head",
        "env -i git branch feature/login",
        "sudo git stash",
        "env -i git rev-parse HEAD",
        "git -P diff",
        "git log | head",
        "git diff | cat",
        "GIT_PAGER=cat git log",
        "git branch feature/login",
        "git stash",
        "env -i git stash",
        "grep -e x a; git commit -m y",
        "git rev-parse HEAD",
        "git commit -m x",
        "git commit --message=x",
        "grep -i more a",
    ] {
        assert!(!told(command), "{command}");
    }
    // The others ask about all that is run.
    for host in [Host::ClaudeCode, Host::Copilot] {
        let sample = host.sample("Bash", r#"{"command":"less a"}"#);
        let call = host.read(sample.as_bytes(), &Root(Some("/".to_owned())), &[]).unwrap();
        assert_eq!(call.input.get(), r#"{"command":"less a"}"#);
    }
}

#[test]
fn a_command_of_cursor_is_read_from_the_only_folder_of_the_workspace() {
    let read = |input: &str, cwd: &str, roots: &str| {
        let sample = Host::Cursor.sample("Shell", input);
        let sample = sample
            .replace("\"cwd\":\"/\"", &format!("\"cwd\":{cwd}"))
            .replace("\"workspace_roots\":[\"/\"]", &format!("\"workspace_roots\":{roots}"));
        let call = Host::Cursor.read(sample.as_bytes(), &Root::default(), &[]);
        call.map(|call| call.input.get().to_owned()).map_err(|trouble| trouble.code)
    };
    let (plain, moved) = (r#"{"command":"ls"}"#, r#"{"command":"cd -- '/b'\nls"}"#);
    let in_a = r#"{"command":"ls","working_directory":"/a"}"#;
    let in_b = r#"{"command":"ls","working_directory":"/b"}"#;
    for (input, cwd, roots, came) in [
        (plain, r#""/a""#, r#"["/a"]"#, Ok(plain)),
        (in_a, r#""/a""#, r#"["/a"]"#, Ok(plain)),
        (in_a, r#""""#, r#"["/a"]"#, Ok(plain)),
        (r#"{"command":"ls","working_directory":null}"#, r#""/a""#, r#"["/a"]"#, Ok(plain)),
        (r#"{"command":"ls","working_directory":""}"#, r#""/a""#, r#"["/a"]"#, Ok(plain)),
        (in_b, r#""/a""#, r#"["/a"]"#, Ok(moved)),
        (in_b, r#""/b""#, r#"["/a"]"#, Ok(moved)),
        (plain, r#""/b""#, r#"["/a"]"#, Ok(moved)),
        // Several folders: nobody knows which one the paths of the policy begin in.
        (in_b, r#""/b""#, r#"["/b","/c"]"#, Ok(moved)),
        (in_b, r#""/b""#, "[]", Ok(moved)),
        // The call and the host do not agree.
        (in_a, r#""/b""#, r#"["/a"]"#, Err("HOOK_INPUT")),
        (r#"{"command":"ls","working_directory":7}"#, r#""/a""#, r#"["/a"]"#, Err("HOOK_INPUT")),
        (plain, r#""/a""#, "7", Err("HOOK_INPUT")),
        (plain, r#""/a""#, "[7]", Err("HOOK_INPUT")),
    ] {
        let read = read(input, cwd, roots);
        assert_eq!(read.as_deref().map_err(|code| *code), came, "{input} {cwd} {roots}");
    }
}

#[test]
fn a_sub_agent_of_copilot_is_heard() {
    let host = Host::Copilot;
    let whose = r#""agentId":"b","agentType":"explore","parentAgentId":"a","toolName""#;
    let sample = host.sample("view", r#"{"path":"a"}"#).replace("\"toolName\"", whose);
    assert_eq!(host.read(sample.as_bytes(), &Root::default(), &[]).unwrap().tool, "view");
}
