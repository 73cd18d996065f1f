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
        let other = sample.replace("\"Bash\"", "\"Write\"");
        assert_eq!(host.read(other.as_bytes(), &Root::default(), &[]).unwrap().input.get(), input);
        let twice = sample.replace("\"timeout\":9", "\"command\":\"ls\"");
        assert_eq!(host.read(twice.as_bytes(), &Root::default(), &[]).unwrap_err().code, "HOOK_INPUT");
    }
}
