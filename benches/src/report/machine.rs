//! What the numbers were measured on and with. Nothing that says whose machine it is.

use std::process::Command;

/// The processor and how many cores of it there are.
#[must_use]
pub fn processor() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let known = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = known.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("an unknown processor", |(_, model)| model.trim());
    format!("{model}, {cores} cores")
}

/// The compiler that everybody was compiled with.
#[must_use]
pub fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    let version = output.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    // Without the hash and the date, which say the same again.
    let words: Vec<&str> = version.as_deref().unwrap_or("rustc").split(' ').take(2).collect();
    words.join(" ")
}

/// The peers and their versions, as this workspace has locked them.
#[must_use]
pub fn peers() -> String {
    let lock = include_str!("../../Cargo.lock");
    let version = |name: &str| {
        let (_, package) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
        Some(format!("{name} {}", package.split('"').next()?))
    };
    let versions: Vec<String> = ["cedar-policy", "cel", "regorus"].into_iter().filter_map(version).collect();
    versions.join(", ")
}
