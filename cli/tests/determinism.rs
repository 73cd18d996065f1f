//! The same sources, keys and options give the same bytes: wherever they lie, whoever builds them, and however his machine is set up.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Dir, command, example};

/// How a build is run.
struct Conditions {
    /// Where the project lies, below the test's directory.
    folder: &'static str,
    /// Whether its files are written from the last to the first.
    backwards: bool,
    /// Where the command is run, below the test's directory, and how the project is called there.
    run_in: &'static str,
    path: &'static str,
    /// What the environment says; everything else is taken out of it.
    environment: &'static [(&'static str, &'static str)],
    /// Which permissions new files do not get.
    umask: &'static str,
    /// Whether it has one core only, where the machine can hold it to that.
    one_core: bool,
}

const USUAL: Conditions = Conditions {
    folder: "project",
    backwards: false,
    run_in: ".",
    path: "project",
    environment: &[("LANG", "C"), ("TZ", "UTC"), ("HOME", "/root"), ("USER", "root")],
    umask: "022",
    one_core: false,
};

const OTHERS: [Conditions; 4] = [
    // Another place with letters of its own, another order on the disk, another language and time zone.
    Conditions {
        folder: "Ein anderer Ort/Prüfung ü/x",
        backwards: true,
        run_in: "Ein anderer Ort",
        path: "Prüfung ü/x",
        environment: &[("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati"), ("HOME", "/nonexistent")],
        umask: "077",
        one_core: true,
    },
    // From inside the project, and by a path that goes out and in again.
    Conditions { folder: "a/b", run_in: "a/b", path: "../b/.", ..USUAL },
    // Nothing said at all.
    Conditions { folder: "bare", path: "./bare/", environment: &[], backwards: true, ..USUAL },
    // Everything said that builds of other tools listen to.
    Conditions {
        environment: &[
            ("SOURCE_DATE_EPOCH", "1"),
            ("RAYON_NUM_THREADS", "1"),
            ("RUST_LOG", "trace"),
            ("RUST_BACKTRACE", "full"),
            ("TMPDIR", "/tmp"),
            ("COLUMNS", "20"),
            ("CLICOLOR_FORCE", "1"),
            ("PWD", "/somewhere/else"),
        ],
        ..USUAL
    },
];

fn files(folder: &Path, within: &Path, into: &mut Vec<(PathBuf, Vec<u8>)>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = within.join(path.file_name().unwrap());
        if path.is_dir() {
            files(&path, &name, into);
        } else {
            into.push((name, fs::read(&path).unwrap()));
        }
    }
}

/// Writes the project, builds it, and gives what came out.
fn build(project: &[(PathBuf, Vec<u8>)], key: &[u8], conditions: &Conditions) -> Vec<u8> {
    let dir = Dir::new();
    let order: Vec<_> =
        if conditions.backwards { project.iter().rev().collect() } else { project.iter().collect() };
    for (name, bytes) in order {
        dir.write(&format!("{}/{}", conditions.folder, name.display()), bytes);
    }
    dir.write("sign.key", key);
    let (bundle, sign) = (dir.path("out.bundle"), dir.path("sign.key"));
    let lictor = command(&dir.0, &[]);
    // The shell sets the permissions of new files; nothing else can.
    let script = match conditions.one_core {
        true => {
            "umask $0; if taskset -c 0 true 2>/dev/null; then exec taskset -c 0 \"$@\"; else exec \"$@\"; fi"
        }
        false => "umask $0; exec \"$@\"",
    };
    let mut shell = Command::new("sh");
    shell.current_dir(dir.path(conditions.run_in)).env_clear().envs(conditions.environment.iter().copied());
    shell.args(["-c", script, conditions.umask]).arg(lictor.get_program());
    shell.args(["build", conditions.path, "--sequence", "12", "--expires", "2099-12-31", "-o"]);
    shell.arg(&bundle).arg("--key").arg(&sign);
    let output = shell.output().unwrap();
    assert!(output.status.success(), "{}: {output:?}", conditions.folder);
    fs::read(bundle).unwrap()
}

#[cfg(unix)]
#[test]
fn the_same_sources_give_the_same_bytes() {
    let keys = Dir::new();
    keys.run(&["keygen", "-o", "k"]).ends_with(0);
    let key = keys.read("k.key");
    let mut built = 0;
    for entry in fs::read_dir(example().join("..")).unwrap() {
        let path = entry.unwrap().path();
        // What examples share has no policy.
        if !path.join("policy").is_dir() {
            continue;
        }
        let mut project = Vec::new();
        files(&path, Path::new(""), &mut project);
        let first = build(&project, &key, &USUAL);
        assert_eq!(first, build(&project, &key, &USUAL), "{}: built twice", path.display());
        for conditions in &OTHERS {
            let same = first == build(&project, &key, conditions);
            assert!(same, "{}: built in {}", path.display(), conditions.folder);
        }
        built += 1;
    }
    assert!(built >= 7);
}

#[test]
fn other_sources_keys_or_options_give_other_bytes() {
    let dir = Dir::with(&[("p/shop.lictor", common::POLICY)]);
    dir.run(&["keygen", "-o", "one"]).ends_with(0);
    dir.run(&["keygen", "-o", "two"]).ends_with(0);
    let build = |options: &[&str]| {
        dir.run(&[&["build", "p", "-o", "b.bundle"], options].concat()).ends_with(0);
        dir.read("b.bundle")
    };
    let mut seen = vec![build(&[])];
    for options in [
        &["--key", "one.key"][..],
        &["--key", "two.key"],
        &["--key", "two.key", "--sequence", "1"],
        &["--key", "two.key", "--expires", "2099-12-31"],
    ] {
        seen.push(build(options));
    }
    dir.write(
        "p/shop.lictor",
        common::POLICY.replace("max_amount: Money = 500", "max_amount: Money = 501").as_bytes(),
    );
    seen.push(build(&[]));
    for (number, bytes) in seen.iter().enumerate() {
        assert!(!seen[..number].contains(bytes), "{number}");
    }
    // In whichever order the keys are given, the file is the same.
    let both = build(&["--key", "one.key", "--key", "two.key"]);
    assert_eq!(both, build(&["--key", "two.key", "--key", "one.key"]));
}
