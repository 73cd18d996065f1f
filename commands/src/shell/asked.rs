//! Programs that are asked how something is, and options with which they change it.

use super::programs::{letter, operands};
use super::word::Word;

/// Whether the journal is only shown: by options that neither write a file, nor change what is kept.
pub(super) fn shows_journal(arguments: &[Word]) -> bool {
    let changes = ["--cu", "--fl", "--sy", "--se", "--up", "--root", "--im", "--fo"];
    let harmless = |word: &Word| {
        let text = word.text.as_str();
        matches!(text, "--follow" | "--cursor" | "--system")
            || !changes.iter().any(|start| text.starts_with(start))
    };
    arguments.iter().all(harmless)
}

/// Whether a program that says how something is sets it this time: `date -s`, `hostname new`, `ifconfig eth0 down`.
pub(super) fn sets_it(name: &str, arguments: &[Word]) -> bool {
    let begins = |starts: &[&str]| {
        arguments.iter().any(|word| starts.iter().any(|start| word.text.starts_with(start)))
    };
    match name {
        "date" => {
            begins(&["-s", "--s"])
                || !letter(arguments, &['j'])
                    && operands(arguments, "-d -f -r -v").iter().any(|word| !word.text.starts_with('+'))
        }
        "hostname" => begins(&["-F", "-b", "--file", "--boot"]) || !operands(arguments, "").is_empty(),
        "ifconfig" => operands(arguments, "").len() > 1,
        "arp" => letter(arguments, &['d', 's', 'f']) || begins(&["--del", "--set", "--file"]),
        "ss" => letter(arguments, &['K', 'D', 'F']) || begins(&["--kill", "--diag", "--filter"]),
        // What it shows goes into a file.
        "info" => letter(arguments, &['o']) || begins(&["--o"]),
        _ => false,
    }
}

/// Whether a tool for disks only says which there are, and how they are.
pub(super) fn shows_disks(name: &str, arguments: &[Word]) -> bool {
    let words: Vec<&str> = arguments.iter().map(|word| word.text.as_str()).collect();
    let device = |word: &&str| word.starts_with("/dev/");
    match (name, words.as_slice()) {
        ("fdisk" | "sfdisk" | "gdisk" | "parted", ["-l" | "--list", rest @ ..]) => rest.iter().all(device),
        ("parted", [disk, "print"]) | ("parted", ["-s", disk, "print"]) => device(disk),
        ("diskutil", ["list" | "info", ..])
        | ("zpool", ["list" | "status" | "iostat", ..])
        | ("cryptsetup", ["status" | "isLuks", ..])
        | ("mdadm", ["--detail" | "-D" | "--examine" | "-E", ..])
        | ("hdparm", ["-I" | "-i" | "-g", _]) => true,
        _ => false,
    }
}

/// Whether a tool for packages is only asked what there is, which runs nothing of the project.
pub(super) fn asks(name: &str, arguments: &[Word]) -> bool {
    let asked: &[&str] = match name {
        "cargo" => &["tree", "metadata", "locate-project", "pkgid", "version", "--list"],
        "npm" => &["ls", "list", "why", "root", "prefix"],
        "pip" | "pip3" => &["list", "show", "freeze"],
        "go" => &["version", "env"],
        "rustup" => &["show"],
        "gem" => &["list"],
        _ => return false,
    };
    // Settings, or packages, from elsewhere; and what is written.
    let elsewhere: &[&str] = match name {
        "go" => &["-w", "-u", "-C"],
        "pip" | "pip3" => &["-i", "--index", "--extra", "-f", "--find", "--python", "--path", "--target"],
        _ => {
            &["--config", "--prefix", "-C", "--userconfig", "--globalconfig", "--manifest", "--cwd", "--dir"]
        }
    };
    let plain =
        |word: &Word| word.is_known() && !elsewhere.iter().any(|option| word.text.starts_with(option));
    arguments.first().is_some_and(|word| asked.contains(&word.text.as_str())) && arguments.iter().all(plain)
}
