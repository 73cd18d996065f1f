//! Programs in C: compiled with the header, linked with both libraries, and run.

#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64ct::{Base64, Encoding};
use lictor_bundle::container;
use lictor_bundle::keys::SigningKey;
use lictor_compiler::project::{Project, SourceFile};
use serde_json::Value;

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

/// Compiles a program with a library, runs it by the files above, and returns what it printed.
fn run(source: &str, library: &(&str, Vec<String>), words: &[&str]) -> String {
    let (program, folder) = compiled(source, library);
    printed(Command::new(program).args(files(&folder)).args(words))
}

fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    printed
}

/// A program that is compiled with a library, and the folder that it lies in.
fn compiled(source: &str, (name, library): &(&str, Vec<String>)) -> (PathBuf, PathBuf) {
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
    (program, folder)
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
            serde_json::from_str::<Value>(lines[line].strip_prefix(word).unwrap()).unwrap()
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

/// The vectors of `conformance/` that C can answer, as `conformance.c` reads them, and how many they are.
fn questions() -> (Vec<u8>, usize) {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/vectors.json");
    let vectors: Value = serde_json::from_slice(&fs::read(vectors).unwrap()).unwrap();
    let unbase64 = |text: &Value| Base64::decode_vec(text.as_str().unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().as_bytes().to_vec();
    let bytes = |value: &Value| match value {
        Value::String(text) => text.clone().into_bytes(),
        Value::Object(members) if members.contains_key("base64") => unbase64(&members["base64"]),
        Value::Object(members) => {
            let parts = members["repeated"].as_array().unwrap().iter();
            parts.flat_map(|part| text(&part[0]).repeat(part[1].as_u64().unwrap() as usize)).collect()
        }
        other => panic!("{other} says no bytes"),
    };
    let key = |name: &str| {
        let keys = vectors["test_keys"].as_array().unwrap();
        text(&keys.iter().find(|key| key["name"] == name).unwrap()["public_key"])
    };
    let number = |value: &Value| Some(value.as_i64().unwrap_or_default().to_string().into_bytes());
    let (mut questions, mut count) = (Vec::new(), 0);
    for vector in vectors["vectors"].as_array().unwrap() {
        let (name, expect) = (text(&vector["name"]), &vector["expect"]);
        let mut fields = vec![Some(name), Some(text(&expect["outcome"]))];
        fields.push(vector.get("bundle").map(|name| unbase64(&vectors["bundles"][name.as_str().unwrap()])));
        let kind = match vector["kind"].as_str().unwrap() {
            "load" => {
                let trusted =
                    vector.get("trusted").map(|name| text(&vectors["documents"][name.as_str().unwrap()]));
                fields.push(trusted);
                fields.extend(["min_sequence", "now", "max_steps"].map(|member| number(&vector[member])));
                let keys = vector["keys"].as_array().into_iter().flatten();
                fields.extend(keys.map(|name| Some(key(name.as_str().unwrap()))));
                'L'
            }
            kind @ ("decide" | "facts_needed") => {
                let said = vector.get("said").map(&bytes);
                fields.extend([
                    Some(text(&expect["text"])),
                    Some(key("release")),
                    Some(bytes(&vector["request"])),
                    said,
                ]);
                if kind == "decide" { 'D' } else { 'F' }
            }
            _ => continue,
        };
        let length =
            |field: &Option<Vec<u8>>| field.as_ref().map_or(-1, |field| field.len() as i64).to_string();
        let lengths: Vec<String> = fields.iter().map(length).collect();
        questions.extend(format!("{kind} {} {}\n", fields.len(), lengths.join(" ")).into_bytes());
        questions.extend(fields.into_iter().flatten().flatten());
        count += 1;
    }
    (questions, count)
}

#[test]
fn the_conformance_vectors_are_answered() {
    let (questions, count) = questions();
    assert!(count > 130, "{count}");
    for library in links() {
        let (program, folder) = compiled("tests/conformance.c", &library);
        let file = folder.join("questions");
        fs::write(&file, &questions).unwrap();
        let printed = printed(Command::new(program).arg(file));
        assert_eq!(printed, format!("{count} answers, 0 of them wrong\n"));
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
