//! What comes from outside besides policies: lists, tables of tests, requests, keys. Whatever it is, the command ends with the
//! status that says so, and with a code; nothing panics.

mod common;

use common::{Dir, POLICY, Run, charge};

/// A rule that reads a list.
const LISTED: &str = "
param merchants: Set<String> = file(\"merchants.txt\")
  stricter when subset

rule listed on payment.charge {
  require merchant.id in merchants else AMOUNT_OVER_LIMIT
}
";

const TESTS: &str = "
example coffee = payment.charge {
  merchant: { id: \"m-1\", name: \"Kiosk\", mcc: 5942 }
  amount: 20.00 USD
}
";

fn with_list(bytes: &[u8]) -> Run {
    let dir = Dir::with(&[("p/shop.lictor", &format!("{POLICY}{LISTED}"))]);
    dir.write("p/merchants.txt", bytes);
    dir.run(&["check", "p"])
}

fn with_table(bytes: &[u8]) -> Run {
    let dir = Dir::with(&[("p/shop.lictor", &format!("{POLICY}{TESTS}"))]);
    dir.write("p/orders.test.yaml", bytes);
    dir.run(&["check", "p"])
}

#[test]
fn lists() {
    let many: String = (0..200_000).map(|number| format!("m-{number}\r\n")).collect();
    for good in ["m-1\n", "m-1\r\nm-2\r\n", "# none\n\n", "m-1", "m-1\n  m-1  \nbücher\n", many.as_str()] {
        with_list(good.as_bytes()).ends_with(0);
    }
    let bad: [(&[u8], &str); 7] = [
        (b"m-1\ncaf\xe9\n", "is not UTF-8"),
        (b"\xff\xfem\0-\x001\0", "is not UTF-8"),
        (b"\xef\xbb\xbfm-1\n", "line 1 of `merchants.txt` holds a byte order mark"),
        (b"m-1\nm\0-2\n", "line 2 of `merchants.txt` holds a control character (U+0000)"),
        (b"m-1\rm-2\r", "line 1 of `merchants.txt` holds a carriage return without a line feed"),
        ("m-1\n\nm-\u{202e}2\n".as_bytes(), "line 3 of `merchants.txt` holds a character that turns"),
        (&[b'x'; 1 << 20], "line 1 of `merchants.txt` has 1048576 bytes; a value has at most 4096"),
    ];
    for (bytes, why) in bad {
        let run = with_list(bytes).ends_with(1);
        let told = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
        assert!(told.starts_with("E0409") && told.contains(why), "{why}: {run:?}");
    }
}

#[test]
fn tables() {
    let table = |rest: &str| format!("given: coffee\n{rest}").into_bytes();
    let good = "rows:\n  - { expect: allow }\n";
    with_table(&table(good)).ends_with(0);
    with_table(&table(&good.replace('\n', "\r\n"))).ends_with(0);
    let bomb: String = ('b'..'k')
        .map(|c| format!("{c}: &{c} [{}]\n", format!("*{},", (c as u8 - 1) as char).repeat(9)))
        .collect();
    let bad: [(Vec<u8>, &str); 12] = [
        (table(&format!("rows: {}", "[".repeat(100_000))), "E0626"),
        (table(&format!("rows: {}", "{a: ".repeat(100_000))), "E0626"),
        (table(&format!("a: &a [1]\n{bomb}rows: []\n")), "E0626"),
        (table(&format!("rows:\n  - {{ name: {} }}\n", "x".repeat(1 << 20))), "E0626"),
        (table("a: &a [*a]\nrows: []\n"), "E0625"),
        (table("rows: !!python/object:os.system [{ expect: allow }]\n"), "E0625"),
        (table("rows:\n\t- { expect: allow }\n"), "E0625"),
        (table("rows:\n  - { expect: allow }\n---\nrows: []\n"), "E0625"),
        (table("rows:\n  - { expect: allow, expect: deny }\n"), "E0627"),
        ((0..=255).cycle().take(5_000).collect(), "E0625"),
        (b"\xff\xfeg\0i\0".to_vec(), "E0625"),
        (Vec::new(), "E0625"),
    ];
    for (bytes, code) in bad {
        let run = with_table(&bytes).ends_with(1);
        assert!(run.stderr.starts_with(code), "{code}: {}", run.stderr.chars().take(900).collect::<String>());
    }
}

#[test]
fn requests() {
    let dir = Dir::with(&[("p/shop.lictor", POLICY)]);
    let good = charge("20.00");
    let lines: Vec<Vec<u8>> = vec![
        b"\0".to_vec(),
        b"\xff\xfe{\0}\0".to_vec(),
        [b"\xef\xbb\xbf", good.as_bytes()].concat(),
        good.replace("Kiosk", "K\\ud800").into_bytes(),
        good.replace("Kiosk", "K\u{1}").into_bytes(),
        good.replace("5942", "1e999").into_bytes(),
        good.replace("\"agent\"", "\"agent\":{\"id\":\"b\"},\"agent\"").into_bytes(),
        good.replacen('{', "[", 1).into_bytes(),
        "[".repeat(100_000).into_bytes(),
        "{\"a\":".repeat(100_000).into_bytes(),
        vec![b'9'; 100_000],
        good.as_bytes()[..good.len() - 1].to_vec(),
        [good.as_bytes(), good.as_bytes()].concat(),
        b"null".to_vec(),
        good.as_bytes()[..good.len() / 2].to_vec(),
    ];
    let mut input = lines.join(&b'\n');
    input.push(b'\n');
    input.extend_from_slice(good.as_bytes());
    let arguments = ["decide", "p", "--requests", "-", "--format", "json"];
    let decisions = dir.run_with(&arguments, &input).ends_with(0).json_lines();
    let refused = &decisions[..lines.len()];
    for (number, decision) in refused.iter().enumerate() {
        assert_eq!(
            (&decision["decision"], &decision["reason_code"]),
            (&"deny".into(), &"STRUCTURE_INVALID".into()),
            "{number}"
        );
    }
    assert_eq!(decisions[lines.len()]["decision"], "allow");
    for line in &lines {
        dir.write("one.json", line);
        dir.run(&["decide", "p", "--request", "one.json"]).ends_with(4);
    }
    // A line that no request can have is told and skipped, and those behind it are decided.
    let long = [vec![b' '; 3 << 20], good.into_bytes()].join(&b'\n');
    let run = dir.run_with(&arguments, &long);
    assert!(run.stdout.contains("\"allow\""), "{run:?}");
}

#[test]
fn keys() {
    let dir = Dir::with(&[("p/shop.lictor", POLICY)]);
    dir.run(&["keygen", "-o", "k"]).ends_with(0);
    dir.run(&["build", "p", "-o", "b.bundle", "--key", "k.key"]).ends_with(0);
    let (public, private) = (dir.read("k.pub"), dir.read("k.key"));
    let broken = |good: &[u8]| {
        let text = String::from_utf8(good.to_vec()).unwrap();
        let swapped = text.replacen("KEY-----\n", "KEY-----\nAAAA", 1);
        [
            Vec::new(),
            good[..good.len() / 2].to_vec(),
            swapped.into_bytes(),
            text.replace("BEGIN", "BEGAN").into_bytes(),
            text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            vec![b'A'; 1 << 20],
            [good, good].concat(),
            (0..=255).collect(),
        ]
    };
    for bytes in broken(&public) {
        dir.write("bad", &bytes);
        let run = dir.run(&["verify", "b.bundle", "--key", "bad"]).ends_with(1);
        assert!(run.stderr.starts_with("B01") || run.stderr.starts_with("C01"), "{run:?}");
    }
    for bytes in broken(&private) {
        dir.write("bad", &bytes);
        let run = dir.run(&["build", "p", "-o", "x.bundle", "--key", "bad"]).ends_with(1);
        assert!(run.stderr.starts_with("B01") || run.stderr.starts_with("C01"), "{run:?}");
        assert!(!dir.path("x.bundle").exists());
    }
    // Windows writes other line ends; that is the same key.
    let windows = String::from_utf8(public).unwrap().replace('\n', "\r\n");
    dir.write("k.pub", windows.as_bytes());
    dir.run(&["verify", "b.bundle", "--key", "k.pub"]).ends_with(0);
}
