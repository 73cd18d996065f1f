//! A smaller policy on which the two still part: lines are left out for as long as that is so.

use lictor_reference::generate::Policy;

/// A policy that still `fails`, with as little in it as leaving out modules, rules, items and lines can bring.
pub fn shrink(policy: &Policy, mut fails: impl FnMut(&[(String, String)]) -> bool) -> Vec<(String, String)> {
    let mut files = policy.files();
    let mut smaller = true;
    while smaller {
        smaller = false;
        for file in 0..files.len() {
            let mut without = files.clone();
            without.remove(file);
            if fails(&without) {
                files = without;
                smaller = true;
                break;
            }
        }
        for file in 0..files.len() {
            for size in [12, 6, 3, 2, 1] {
                smaller |= drop_lines(&mut files, file, size, &mut fails);
            }
        }
    }
    files
}

fn drop_lines(
    files: &mut Vec<(String, String)>,
    file: usize,
    size: usize,
    fails: &mut impl FnMut(&[(String, String)]) -> bool,
) -> bool {
    let mut dropped = false;
    let mut at = 0;
    loop {
        let lines: Vec<&str> = files[file].1.lines().collect();
        if at + size > lines.len() {
            return dropped;
        }
        let kept = lines[..at].iter().chain(&lines[at + size..]);
        let text: String = kept.map(|line| format!("{line}\n")).collect();
        let mut without = files.clone();
        without[file].1 = text;
        if fails(&without) {
            *files = without;
            dropped = true;
        } else {
            at += 1;
        }
    }
}
