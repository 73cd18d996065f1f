//! Programs in C: compiled with the header, linked with both libraries, and run.

#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lictor_bundle::container;
use lictor_bundle::keys::SigningKey;
use lictor_compiler::project::{Project, SourceFile};

const POLICY: &str = include_str!("../../runtime/examples/shop.lictor");
/// The same in one request: allowed by the policy, and held by the stricter one.
const PURCHASE: &str = r#"{"action": "shop.buy", "agent": {"id": "a-1"}, "context": {"now": "2026-03-02T10:00:00Z"},
  "params": {"seller": "s-1", "price": {"amount": "9.00", "currency": "USD"}},
  "facts": [{"fact": "seller_blocked", "args": {"seller": "s-1"}, "value": false}]}"#;

/// Where the libraries of this build lie.
fn libraries() -> PathBuf {
    let folder = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    assert!(folder.join(shared()).is_file(), "{} has no {}", folder.display(), shared());
    folder
}

fn shared() -> &'static str {
    if cfg!(target_os = "macos") { "liblictor.dylib" } else { "liblictor.so" }
}

/// A bundle, its key, and the bundle of a policy that takes a tenth of that only.
fn files(folder: &Path) -> [PathBuf; 3] {
    let [bundle, key, other] =
        ["shop.bundle", "release.pub", "stricter.bundle"].map(|name| folder.join(name));
    let signer = SigningKey::from_seed([3; 32]);
    fs::write(&key, signer.verifying_key().to_pem().unwrap()).unwrap();
    for (path, limit) in [(&bundle, "100 USD"), (&other, "10 USD")] {
        let policy = POLICY.replace("100 USD", limit);
        let files = vec![SourceFile { path: "shop.lictor".to_owned(), bytes: policy.into_bytes() }];
        let compiled =
            lictor_compiler::compile(&Project { name: "shop".to_owned(), files, ..Project::default() });
        let sealed = container::seal(&compiled.bundle.unwrap(), std::slice::from_ref(&signer)).unwrap();
        fs::write(path, sealed).unwrap();
    }
    [bundle, key, other]
}

/// Compiles a program with a library, runs it, and returns what it printed.
fn run(source: &str, (name, library): &(&str, Vec<String>), words: &[&str]) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(source.replace(['/', '.'], "-")).join(name);
    fs::create_dir_all(&folder).unwrap();
    let program = folder.join("program");
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let compiled = Command::new("cc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-UNDEBUG", "-I"])
        .arg(crate_folder.join("include"))
        .arg(crate_folder.join(source))
        .args(library)
        .args(["-lpthread", "-o"])
        .arg(&program)
        .output()
        .unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let output = Command::new(program).args(files(&folder)).args(words).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// How a program is linked with the shared library, and how with the static one.
fn links() -> [(&'static str, Vec<String>); 2] {
    let folder = libraries();
    let folder = folder.display();
    let shared = vec![format!("{folder}/{}", shared()), format!("-Wl,-rpath,{folder}")];
    let all = vec![format!("{folder}/liblictor.a"), "-ldl".to_owned(), "-lm".to_owned()];
    [("shared", shared), ("static", all)]
}

#[test]
fn the_example_decides() {
    for library in links() {
        let printed = run("examples/shop.c", &library, &[]);
        let lines: Vec<&str> = printed.lines().collect();
        let part = |line: usize, word: &str| {
            serde_json::from_str::<serde_json::Value>(lines[line].strip_prefix(word).unwrap()).unwrap()
        };
        let decided = |line: usize| (lines[line], part(line + 1, "decision: ")["reason_code"].clone());

        // Nothing is known of the seller yet.
        assert_eq!(part(0, "needed: ")[0]["fact"], "seller_blocked");
        assert_eq!(decided(1), ("refused", "FACT_UNAVAILABLE".into()));
        assert_eq!(part(3, "needed: "), serde_json::json!([]));
        assert_eq!(decided(4), ("allowed", "OK".into()));
        assert_eq!(decided(7), ("somebody must be asked", "NEEDS_A_LOOK".into()));
        assert_eq!(decided(10), ("refused", "TOO_DEAR".into()));
        // What is no bundle leaves the old one in force; the stricter one refuses what was allowed.
        assert!(lines[12].starts_with("error: B0102"), "{}", lines[12]);
        assert_eq!(decided(14), ("refused", "TOO_DEAR".into()));
        let explained = part(16, "explained: ");
        assert_eq!(explained["decision"], "deny");
        assert_eq!(explained["explanation"]["layers"], serde_json::json!(["base"]));
        assert_eq!(lines.len(), 17);
    }
}

#[test]
fn what_is_called_wrongly_is_told_so() {
    for library in links() {
        assert_eq!(run("tests/misuse.c", &library, &[PURCHASE]), "as the header says\n");
    }
}

#[test]
fn what_the_page_shows_stands_in_the_examples() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| fs::read_to_string(folder.join(path)).unwrap();
    let page = read("docs/embedding.md");
    let documentation = read("runtime/src/lib.rs").replace("\n//! ", "\n");
    let mut shown = 0;
    for (language, example) in [("rust", documentation), ("c", read("capi/examples/shop.c"))] {
        for block in page.split(&format!("```{language}\n")).skip(1) {
            let (block, _) = block.split_once("```").unwrap();
            assert!(example.contains(block), "no example has this any more:\n{block}");
            shown += 1;
        }
    }
    assert_eq!(shown, 5);
}
