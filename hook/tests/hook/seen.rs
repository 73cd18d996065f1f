//! What hosts were seen to do (`hook/hosts/run --keep`) is what the page says of them, of the editions that are tried, and of every trial that there is.

use std::collections::{BTreeMap, BTreeSet};

use lictor_hook::Host;
use lictor_hook::install::unread;
use serde_json::Value;

/// Hosts that nobody could drive here.
const UNSEEN: [Host; 1] = [Host::Cursor];

fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// What was seen of a host: its edition, and what became of each trial.
fn seen(host: Host) -> (String, BTreeMap<String, String>) {
    let all: Value = serde_json::from_str(&read("hosts/seen.json")).unwrap();
    let of = &all[host.name()];
    let trials = of["trials"].as_object().unwrap_or_else(|| panic!("nothing was seen of {host}"));
    let trials =
        trials.iter().map(|(what, told)| (what.clone(), told.as_str().unwrap().to_owned())).collect();
    (of["version"].as_str().unwrap().to_owned(), trials)
}

fn hosts() -> impl Iterator<Item = Host> {
    Host::ALL.into_iter().filter(|host| !UNSEEN.contains(host))
}

/// The cells of a row of the table on the page.
fn cells(line: &str) -> Vec<String> {
    line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

#[test]
fn the_page_shows_what_was_seen() {
    let page = read("../docs/hooks.md");
    let (_, table) = page.split_once("## What hosts really do").unwrap();
    let mut lines =
        table.lines().skip_while(|line| !line.starts_with("| |")).take_while(|line| line.starts_with('|'));
    let heads = cells(lines.next().unwrap());
    let rows: Vec<_> = lines.skip(1).map(cells).collect();
    for (at, host) in hosts().enumerate() {
        let (version, trials) = seen(host);
        let name = host.title().trim_start_matches("GitHub ");
        assert_eq!(heads[at + 1], format!("{name} {version}"));
        let shown: BTreeMap<_, _> = rows.iter().map(|row| (row[0].clone(), row[at + 1].clone())).collect();
        assert_eq!(shown.len(), rows.len(), "a row stands there twice");
        assert_eq!(shown, trials, "{host}");
    }
    assert_eq!(heads.len(), hosts().count() + 1);
}

#[test]
fn every_trial_was_made_with_every_host() {
    let script = read("hosts/drive.py");
    let named = |list: &str| -> BTreeSet<String> {
        let (_, rest) = script.split_once(&format!("\n{list} = [\n")).unwrap();
        let (all, _) = rest.split_once("\n]\n").unwrap();
        all.lines()
            .filter_map(|line| line.trim().strip_prefix("(\"")?.split('"').next().map(str::to_owned))
            .collect()
    };
    let (ours, mut bare) = (named("TRIALS"), named("BARE"));
    let written = named("WRITTEN");
    bare.extend(written);
    assert!(ours.len() > 20 && bare.len() > 5, "{ours:?} {bare:?}");
    let editions: Value = serde_json::from_str(&read("hosts/package.json")).unwrap();
    let editions: Vec<_> = editions["dependencies"].as_object().unwrap().values().cloned().collect();
    for host in hosts() {
        let (version, trials) = seen(host);
        assert!(editions.contains(&Value::from(version.as_str())), "{host} {version} is not what is tried");
        let all: BTreeSet<String> =
            ours.iter().cloned().chain(bare.iter().map(|what| format!("*{what}*"))).collect();
        assert_eq!(trials.keys().cloned().collect::<BTreeSet<_>>(), all, "{host}");
        // A configuration that the host does not read is none that the hook is put into.
        for (what, text) in [
            ("comments in its configuration", "{ // Ours.\n}"),
            ("a comma behind its last member", "{ \"a\": 1, }"),
            ("a mark of the order of bytes before it", "\u{feff}{}"),
        ] {
            let is_read = trials[&format!("*{what}*")] == "stopped";
            assert_eq!(unread(host, text).unwrap().is_none(), is_read, "{host}: {what}");
        }
        // With the hook in place nothing runs but what it allows.
        for what in &ours {
            let wanted = match what.as_str() {
                // Without one, some run no command at all.
                "no shell in the `PATH`, allowed" => continue,
                what if what.ends_with("allowed") => "runs",
                _ => "stopped",
            };
            assert_eq!(trials[what], wanted, "{host}: {what}");
        }
    }
}
