//! Where files lie: a policy knows those of the work by their names there, however a host names them.

use lictor_hook::{Host, Root};
use serde_json::{Value, json};

/// What the library hears of a call: the member of its input.
fn told(host: Host, tool: &str, member: &str, text: &str, cwd: &str, root: &str) -> String {
    let input = json!({ member: text, "more": 1 }).to_string();
    let sample = host.sample(tool, &input).replace("\"cwd\":\"/\"", &format!("\"cwd\":{}", json!(cwd)));
    let sample =
        sample.replace("\"workspace_roots\":[\"/\"]", &format!("\"workspace_roots\":[{}]", json!(root)));
    let call = host.read(sample.as_bytes(), &Root(Some(root.to_owned())), &[]).unwrap();
    let input: Value = serde_json::from_str(call.input.get()).unwrap();
    assert_eq!(input["more"], 1);
    input[member].as_str().unwrap().to_owned()
}

const SHOP: &str = "/home/ann/shop";

#[test]
fn a_file_of_the_work_has_its_name_there() {
    for (host, tool, member) in [
        (Host::ClaudeCode, "Read", "file_path"),
        (Host::ClaudeCode, "Grep", "path"),
        (Host::Codex, "view_image", "path"),
        (Host::Cursor, "Write", "path"),
        (Host::Gemini, "read_file", "absolute_path"),
        (Host::Gemini, "list_directory", "dir_path"),
        (Host::Copilot, "view", "path"),
    ] {
        for (path, name) in [
            ("/home/ann/shop/refused.txt", "refused.txt"),
            ("/home/ann/shop/a/../refused.txt", "a/../refused.txt"),
            ("/home/ann/./shop//refused.txt", "refused.txt"),
            ("/home/ann/shop/../shop/refused.txt", "refused.txt"),
            ("/home/ann/shop", "."),
            ("/home/ann/shop/", "."),
            ("refused.txt", "refused.txt"),
            ("./refused.txt", "./refused.txt"),
            // What lies elsewhere is called what it was called.
            ("/home/ann/shop2/a", "/home/ann/shop2/a"),
            ("/home/ann/shop/../b", "/home/ann/shop/../b"),
            ("/home/ann/.ssh/id_rsa", "/home/ann/.ssh/id_rsa"),
            ("/etc/passwd", "/etc/passwd"),
            ("~/a", "~/a"),
            ("", ""),
            // Without what stands before it, this would be somebody's home.
            ("/home/ann/shop/~b", "/home/ann/shop/~b"),
        ] {
            assert_eq!(told(host, tool, member, path, SHOP, SHOP), name, "{host} {tool} {path}");
        }
    }
}

/// Claude Code goes where the last command went, and so do the names of its files.
#[test]
fn a_name_begins_where_the_host_is() {
    let told =
        |path: &str, cwd: &str, root: &str| told(Host::ClaudeCode, "Write", "file_path", path, cwd, root);
    assert_eq!(told("settings.json", "/home/ann/shop/.claude", SHOP), ".claude/settings.json");
    assert_eq!(told("../a", "/home/ann/shop/src", SHOP), "src/../a");
    assert_eq!(told("a", "/home/ann", SHOP), "/home/ann/a");
    assert_eq!(told("/home/ann/shop/a", "/home/ann", SHOP), "a");
    // In these folders, where a file lies says more than its name.
    for root in [
        "/",
        "/home/ann",
        "/root",
        "/etc",
        "/home/ann/.config/x",
        "/usr/src/x",
        "/var/log/x",
        "/home/ann/a$b",
        "relative",
    ] {
        let path = format!("{}/a", root.trim_end_matches('/'));
        assert_eq!(told(&path, root, root), path, "{root}");
    }
    for root in [
        "/home/ann/shop",
        "/Users/ann/shop",
        "/root/shop",
        "/workspace",
        "/srv/app",
        "/tmp/x",
        "/home/ann/my shop",
    ] {
        assert_eq!(told(&format!("{root}/a"), root, root), "a", "{root}");
    }
    // Where nobody says which folder is that of the work, it is known by what was sent; and what says two things is nobody's to change.
    for input in [r#"{"file_path":"a"}"#, r#"{"file_path":"/b/a","file_path":"c"}"#] {
        let sample = Host::ClaudeCode.sample("Write", input).replace("\"cwd\":\"/\"", "\"cwd\":\"/b\"");
        let call = Host::ClaudeCode.read(sample.as_bytes(), &Root::default(), &[]).unwrap();
        assert_eq!(call.input.get(), input);
    }
}

#[test]
fn tools_that_are_not_about_files_stay_as_they_are() {
    for tool in ["Skill", "mcp__filesystem__write_file", "memory", "unheard_of"] {
        assert_eq!(
            told(Host::ClaudeCode, tool, "path", "/home/ann/shop/a", SHOP, SHOP),
            "/home/ann/shop/a",
            "{tool}"
        );
    }
}

#[test]
fn a_command_has_the_names_of_the_work() {
    for (host, tool) in [
        (Host::ClaudeCode, "Bash"),
        (Host::Codex, "Bash"),
        (Host::Gemini, "run_shell_command"),
        (Host::Copilot, "bash"),
        (Host::Cursor, "Shell"),
    ] {
        for (command, is) in [
            ("cat /home/ann/shop/refused.txt", "cat ./refused.txt"),
            ("cat '/home/ann/shop/a b'", "cat './a b'"),
            ("cat \"/home/ann/shop\"", "cat \".\""),
            ("echo x >/home/ann/shop/refused.txt", "echo x >./refused.txt"),
            ("grep -rn x /home/ann/shop", "grep -rn x ."),
            ("grep -rn x /home/ann/shop; ls", "grep -rn x .; ls"),
            ("cd /home/ann/shop && git status", "cd . && git status"),
            ("cd \"/home/ann/shop\"; cat /home/ann/shop/a", "cd .; cat ./a"),
            ("cd /home/ann/shop/src && git status", "cd 'src' && git status"),
            ("cd -- /home/ann/shop/src\nls", "cd 'src'\nls"),
            ("cat /home/ann/../ann/shop/a", "cat ./a"),
            ("cat /home/ann/shop/./a/../b", "cat ././a/../b"),
            ("ls /home/ann/shop/*.rs", "ls ./*.rs"),
            ("ls /home/ann/shop/src/$x", "ls ./src/$x"),
            (
                "curl --output=/home/ann/shop/a https://b/home/ann/shop",
                "curl --output=./a https://b/home/ann/shop",
            ),
            // Words that go on.
            ("ls /home/ann/shop*", "ls /home/ann/shop*"),
            ("ls '/home/ann/shop'x", "ls '/home/ann/shop'x"),
            ("ls x'/home/ann/shop/a'", "ls x'/home/ann/shop/a'"),
            ("ls $x/home/ann/shop/a", "ls $x/home/ann/shop/a"),
            // Nobody knows what these names would be.
            ("cd /home/ann/shop/src && cat /home/ann/shop/a", "cd 'src' && cat /home/ann/shop/a"),
            ("cd src && cat /home/ann/shop/a", "cd src && cat /home/ann/shop/a"),
            ("git -C src show /home/ann/shop/a", "git -C src show /home/ann/shop/a"),
            ("ssh b cat /home/ann/shop/a", "ssh b cat /home/ann/shop/a"),
            ("find . -execdir cat /home/ann/shop/a ';'", "find . -execdir cat /home/ann/shop/a ';'"),
            // Another folder.
            ("cat /home/ann/shop2/a", "cat /home/ann/shop2/a"),
            ("cat /mnt/home/ann/shop/a", "cat /mnt/home/ann/shop/a"),
            ("cd /home/ann && git status", "cd /home/ann && git status"),
            ("cd /home/ann/shop/.. && git status", "cd /home/ann/shop/.. && git status"),
            ("cd /home/ann/shop || git status", "cd /home/ann/shop || git status"),
            ("cd $x/home/ann/shop && ls", "cd $x/home/ann/shop && ls"),
        ] {
            assert_eq!(told(host, tool, "command", command, SHOP, SHOP), is, "{host} {command}");
        }
    }
    let elsewhere = |cwd: &str| told(Host::ClaudeCode, "Bash", "command", "git status", cwd, SHOP);
    assert_eq!(elsewhere("/home/ann/shop/src"), "cd -- 'src'\ngit status");
    assert_eq!(elsewhere("/home/ann"), "cd -- '/home/ann'\ngit status");
}
