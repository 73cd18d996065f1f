//! Whatever comes, something that blocks goes back, in time.

use std::io::{self, Read};
use std::time::Duration;

use lictor_hook::{Answer, Gateway, Host, MAX_INPUT, OnAllow, Root, Trust, guarded, read_all};

use crate::forms::written;

fn blocks(host: Host, answer: &Answer, code: &str) {
    assert_eq!(answer.status, 2, "{host}");
    assert!(answer.stderr.contains(code), "{host}: {answer:?}");
    assert_eq!(answer.stdout.matches('\n').count(), 1, "{host}: {answer:?}");
    assert!(answer.stdout.contains("\"deny\""), "{host}: {answer:?}");
}

#[test]
fn what_is_not_known_of_a_host_is_refused() {
    for host in Host::ALL {
        let good = written(host);
        let with = |member: &str| good.replacen('{', &format!("{{{member},"), 1);
        let refused = |text: &str| {
            let trouble = host.read(text.as_bytes(), &Root::default(), &[]).err();
            let trouble = trouble.unwrap_or_else(|| panic!("{host} takes {text}"));
            blocks(host, &host.stopped(&trouble), "HOOK_INPUT");
            trouble.sentence
        };
        // A member that nobody knows may change what happens.
        assert!(refused(&with(r#""also_run":"rm""#)).contains("also_run"));
        assert!(
            host.read(with(r#""also_run":"rm""#).as_bytes(), &Root::default(), &["also_run".to_owned()])
                .is_ok(),
            "{host}"
        );
        for member in host.members() {
            // Nothing says anything twice.
            let twice = with(&format!("\"{member}\":\"x\""));
            if good.contains(&format!("\"{member}\"")) {
                refused(&twice);
            }
        }
        for text in ["", " ", "null", "[]", "7", "\"x\"", "{}", "{", "\u{feff}{}", "{\"a\":}"] {
            refused(text);
        }
        refused(&format!("{good}{good}"));
        refused(&format!("{good} x"));
        refused(good.trim_end().trim_end_matches('}'));
        refused(&good.replacen("/home/ann/shop", "\\ud800", 1).replacen(
            "\"cwd\":\"/\"",
            "\"cwd\":\"\\ud800\"",
            1,
        ));
        refused(&"[".repeat(100_000));
        refused(&with(&format!("\"x\":{}", "[".repeat(100_000))));
        let mut bytes = good.into_bytes();
        bytes.insert(1, 0xff);
        assert!(host.read(&bytes, &Root::default(), &[]).is_err(), "{host}");
    }
    for (host, from, to) in [
        (Host::ClaudeCode, "\"default\"", "\"whatever\""),
        (Host::ClaudeCode, "PreToolUse", "PostToolUse"),
        (Host::Codex, "bypassPermissions", "askNobody"),
        (Host::Codex, "PreToolUse", "Stop"),
        (Host::Gemini, "BeforeTool", "AfterTool"),
        (Host::Cursor, "preToolUse", "beforeShellExecution"),
    ] {
        let text = written(host).replace(from, to);
        assert_eq!(
            host.read(text.as_bytes(), &Root::default(), &[]).unwrap_err().code,
            "HOOK_INPUT",
            "{host} {to}"
        );
    }
}

#[test]
fn there_is_an_answer_in_time() {
    std::panic::set_hook(Box::new(|_| {}));
    for host in Host::ALL {
        let late = guarded(host, Duration::from_millis(20), || {
            loop {
                std::thread::park();
            }
        });
        blocks(host, &late, "HOOK_TIMEOUT");
        let gone = guarded(host, Duration::from_secs(60), || panic!("of itself"));
        blocks(host, &gone, "HOOK_FAILED");
        assert!(!gone.stderr.contains("of itself"), "what went wrong inside is not for a model");
    }
}

#[test]
fn no_more_is_read_than_there_is_room_for() {
    assert_eq!(read_all(io::repeat(b' ')).unwrap_err().code, "HOOK_INPUT");
    assert_eq!(read_all(io::repeat(b' ').take(MAX_INPUT as u64)).unwrap().len(), MAX_INPUT);
}

#[test]
fn a_key_does_not_go_over_the_network_for_everybody_to_see() {
    let trust = Trust { root: None, observed: false, now: 0 };
    let at = |url: &str, key: &str| Gateway::new(url, key, OnAllow::Silent, trust).map(|_| ());
    for url in [
        "http://gateway.example",
        "ftp://gateway.example",
        "gateway.example",
        "",
        "https://",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1@evil.example",
        "https://ann:secret@gateway.example",
        "https://gateway.example?to=elsewhere",
    ] {
        assert_eq!(at(url, "lictor_1").unwrap_err().code, "HOOK_GATEWAY", "{url}");
    }
    for url in
        ["https://gateway.example", "http://127.0.0.1:8420", "http://localhost:8420/", "http://[::1]:8420"]
    {
        assert!(at(url, "lictor_1\n").is_ok(), "{url}");
    }
    assert_eq!(at("https://gateway.example", "a\nb").unwrap_err().code, "HOOK_GATEWAY");
}
