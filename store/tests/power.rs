//! The power fails: what had not been synced may be on the disk, or not, or half of it. What was acknowledged is there all the same.
//!
//! A process works on a store of SQLite with a small library before the C library (`support/record.c`), which notes every write, cut and sync of
//! its files and every line that it says. From that a disk is put together as it may look at a moment in between: all that was
//! synced, and of the rest each write whole, not at all, or torn at the edge of a sector.

#![cfg(target_os = "linux")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use support::Folder;
use support::life::{Load, check, open};

/// What the other process runs: see [`Load`].
#[test]
fn child() {
    support::life::child();
}

/// One thing that the process did.
enum Act {
    Open(i64, String),
    Write(i64, usize, Vec<u8>),
    Cut(i64, usize),
    /// A sync begins: what was done to the file until now is what it makes last.
    Syncs(i64),
    Synced(i64),
    Removed(String),
    Said(String),
}

fn acts(mut bytes: &[u8]) -> Vec<Act> {
    let mut acts = Vec::new();
    while let Some((head, rest)) = bytes.split_first_chunk::<32>() {
        let number = |at: usize| i64::from_le_bytes(head[at * 8..at * 8 + 8].try_into().unwrap());
        let (file, at, length) = (number(1), number(2) as usize, number(3) as usize);
        // The last one may have been cut off by the kill.
        let Some((data, rest)) = rest.split_at_checked(length) else { break };
        let text = || String::from_utf8_lossy(data).into_owned();
        acts.push(match number(0) as u8 {
            b'O' => Act::Open(file, text()),
            b'W' => Act::Write(file, at, data.to_vec()),
            b'T' => Act::Cut(file, at),
            b'B' => Act::Syncs(file),
            b'S' => Act::Synced(file),
            b'U' => Act::Removed(text()),
            b'A' => Act::Said(text()),
            other => panic!("the record is damaged: {other}"),
        });
        bytes = rest;
    }
    acts
}

/// A file on the disk, and what was done to it that may not have reached the disk.
#[derive(Default, Clone)]
struct OnDisk {
    last: Vec<u8>,
    pending: Vec<Change>,
    /// How many of them a sync that is under way makes last.
    syncing: usize,
}

#[derive(Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

impl OnDisk {
    fn apply(bytes: &mut Vec<u8>, change: &Change) {
        match change {
            Change::Cut(length) => bytes.resize(*length, 0),
            Change::Write(at, data) => {
                bytes.resize(bytes.len().max(at + data.len()), 0);
                bytes[*at..at + data.len()].copy_from_slice(data);
            }
        }
    }

    fn synced(&mut self) {
        let done: Vec<Change> = self.pending.drain(..self.syncing).collect();
        done.iter().for_each(|change| Self::apply(&mut self.last, change));
        self.syncing = 0;
    }

    /// What may be found after the power failed.
    fn after(&self, random: &mut impl FnMut() -> u64) -> Vec<u8> {
        let mut bytes = self.last.clone();
        for change in &self.pending {
            match (random() % 4, change) {
                (0, _) => {}
                (1, Change::Write(at, data)) => {
                    // So many sectors from the beginning, or all but so many.
                    let cut = (random() as usize % (data.len() / 512 + 1)) * 512;
                    let half = if random().is_multiple_of(2) {
                        Change::Write(*at, data[..cut].to_vec())
                    } else {
                        Change::Write(at + cut, data[cut..].to_vec())
                    };
                    Self::apply(&mut bytes, &half);
                }
                _ => Self::apply(&mut bytes, change),
            }
        }
        bytes
    }
}

/// Runs the load and returns all that it did.
fn recorded(folder: &Folder, lines: usize) -> Vec<Act> {
    let library = folder.file("record.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/record.c");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
    assert!(built.unwrap().success());
    std::fs::create_dir(folder.file("data")).unwrap();
    let (data, to) = (folder.file("data"), folder.file("record"));
    let set = [
        ("LD_PRELOAD", library.as_os_str()),
        ("LICTOR_RECORD_FOLDER", data.as_os_str()),
        ("LICTOR_RECORD_TO", to.as_os_str()),
    ];
    let load = Load::start(&format!("sqlite {}", data.join("store.db").display()), &set);
    load.wait_for(lines);
    load.kill();
    acts(&std::fs::read(to).unwrap())
}

#[test]
fn the_power_fails_at_any_moment() {
    let folder = Folder::new("power");
    let acts = recorded(&folder, 2_500);
    let mut seed = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let said = acts.iter().filter(|act| matches!(act, Act::Said(_))).count();
    let syncs = acts.iter().filter(|act| matches!(act, Act::Synced(_))).count();
    let mut moments: Vec<usize> = (0..60).map(|_| random() as usize % acts.len()).collect();
    // Just after a line is when most can be lost.
    let lines = acts.iter().enumerate().filter(|(_, act)| matches!(act, Act::Said(_))).map(|(at, _)| at);
    moments.extend(lines.step_by(said / 40).map(|at| at + 1));
    moments.sort_unstable();

    let mut names: BTreeMap<i64, String> = BTreeMap::new();
    let mut files: BTreeMap<String, OnDisk> = BTreeMap::new();
    let (mut acknowledged, mut tried, mut lost) = (Vec::new(), 0, 0);
    for (at, act) in acts.into_iter().enumerate() {
        while moments.first() == Some(&at) {
            moments.remove(0);
            lost += usize::from(files.values().any(|file| !file.pending.is_empty()));
            tried += usize::from(after(&folder, &files, &acknowledged, &mut random));
        }
        match act {
            Act::Open(file, path) => {
                let name = Path::new(&path).file_name().unwrap().to_str().unwrap().to_owned();
                files.entry(name.clone()).or_default();
                names.insert(file, name);
            }
            Act::Write(file, at, data) => of(&mut files, &names, file).pending.push(Change::Write(at, data)),
            Act::Cut(file, length) => of(&mut files, &names, file).pending.push(Change::Cut(length)),
            Act::Syncs(file) => {
                let file = of(&mut files, &names, file);
                file.syncing = file.pending.len();
            }
            Act::Synced(file) => of(&mut files, &names, file).synced(),
            Act::Removed(path) => drop(files.remove(Path::new(&path).file_name().unwrap().to_str().unwrap())),
            Act::Said(text) => acknowledged.extend(text.lines().filter_map(|line| {
                let (what, index) = line.strip_prefix("ack ")?.split_once(' ')?;
                Some((what.to_owned(), index.parse().ok()?))
            })),
        }
    }
    assert!(said > 1_000 && syncs > 50, "{said} lines, {syncs} syncs");
    assert!(tried > 80 && lost > 20, "{tried} moments, in {lost} of them something could be lost");
}

fn of<'a>(
    files: &'a mut BTreeMap<String, OnDisk>,
    names: &BTreeMap<i64, String>,
    file: i64,
) -> &'a mut OnDisk {
    files.get_mut(&names[&file]).unwrap()
}

/// Puts a disk together and opens the store on it. False where nothing had been acknowledged yet, not even that there is a store.
fn after(
    folder: &Folder,
    files: &BTreeMap<String, OnDisk>,
    acknowledged: &[(String, u64)],
    random: &mut impl FnMut() -> u64,
) -> bool {
    if acknowledged.is_empty() {
        return false;
    }
    let place = folder.file("after");
    let _ = std::fs::remove_dir_all(&place);
    std::fs::create_dir(&place).unwrap();
    for (name, file) in files {
        std::fs::write(place.join(name), file.after(random)).unwrap();
    }
    let store = open(&format!("sqlite {}", place.join("store.db").display())).unwrap();
    let tenant = store.tenant("acme").unwrap();
    assert!(store.reader().unwrap().head(tenant).unwrap().unwrap().trusted());
    check(&store, tenant, acknowledged);
    true
}
