//! Reading a log from its first entry to its last, against checkpoints that were kept.
//!
//! What is found rests on where a checkpoint was kept. One that was kept elsewhere (in an anchor file, a receipt, with a witness) fixes every
//! entry below its size: none can have been changed, removed, put elsewhere or cut off unseen. One that lies beside the log only shows that the
//! log fits together, since whoever can rewrite the log can rewrite it, too. [`Report::open`] says what is fixed by nothing.

mod report;

use std::ops::Range;

use crate::frontier::{Frontier, TreeHead};
use crate::hash::Hash;

pub use report::{Fault, MAX_FAULTS, Report};

/// A tree that the log had at some time, by a checkpoint whose signature was checked already.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Anchor {
    /// What people call it: a file, a receipt, a witness.
    pub name: String,
    /// Size and root.
    pub head: TreeHead,
    /// Where it was kept.
    pub kept: Kept,
}

/// Where a checkpoint was kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kept {
    /// Where whoever can write to the log cannot write.
    Elsewhere,
    /// Beside the log.
    Here,
}

/// An audit under way. Its memory does not grow with the log.
pub struct Audit {
    /// By size, those of each size side by side.
    anchors: Vec<Anchor>,
    /// How many anchors are passed.
    passed: usize,
    frontier: Frontier,
    /// Up to where the tree is the one of an anchor that was kept elsewhere.
    vouched: Option<(u64, String)>,
    /// Anchors with another root than the tree had at their size.
    differing: Vec<Anchor>,
    report: Report,
    /// Whether the order of the entries is broken: then no later root can be compared.
    broken: bool,
}

impl Audit {
    /// An audit against these anchors, in any order. Without any, it tells what cannot be excluded, and whether all indices are there.
    pub fn new(mut anchors: Vec<Anchor>) -> Audit {
        anchors.sort_by_key(|anchor| anchor.head.size);
        let mut audit = Audit {
            anchors,
            passed: 0,
            frontier: Frontier::new(),
            vouched: None,
            differing: Vec::new(),
            report: Report::default(),
            broken: false,
        };
        audit.compare();
        audit
    }

    /// The next entry, as it is stored: its index, and its hash.
    pub fn entry(&mut self, index: u64, leaf: Hash) {
        if self.broken {
            return;
        }
        let expected = self.frontier.size();
        if index > expected {
            self.report.found(Fault::Missing(expected..index));
            self.broken = true;
        } else if index < expected || self.frontier.append(leaf).is_err() {
            self.report.found(Fault::OutOfOrder { expected, found: index });
            self.broken = true;
        } else {
            self.compare();
        }
    }

    /// The next entry where its content is there, too: its index, the hash that is stored for it, and the hash of what is there. If they differ,
    /// the content was changed, and nothing else need have been.
    pub fn entry_with_content(&mut self, index: u64, stored: Hash, of_content: Hash) {
        if stored != of_content {
            self.report.found(Fault::Content(index));
        }
        self.entry(index, stored);
    }

    /// What was found, once there are no more entries.
    pub fn finish(self) -> Report {
        let Audit { anchors, passed, frontier, vouched, differing, mut report, broken, .. } = self;
        let (vouched, by) = vouched.map_or((0, None), |(size, name)| (size, Some(name)));
        for Anchor { name, head, .. } in differing {
            report.found(match &by {
                Some(by) if head.size <= vouched => {
                    Fault::Forked { anchor: name, size: head.size, by: by.clone() }
                }
                _ => Fault::Altered { entries: vouched..head.size, anchor: name },
            });
        }
        for Anchor { name, head, .. } in anchors.into_iter().skip(passed) {
            let entries = frontier.size()..head.size;
            report.found(if broken {
                Fault::NotCompared { size: head.size, anchor: name }
            } else {
                Fault::Truncated { entries, anchor: name }
            });
        }
        report.head = frontier.head();
        report.vouched = vouched;
        report.by = by;
        report
    }

    /// Compares the tree with the anchors of its size.
    fn compare(&mut self) {
        let size = self.frontier.size();
        let at = self.anchors.iter().skip(self.passed).take_while(|anchor| anchor.head.size == size).count();
        if at == 0 {
            return;
        }
        let root = self.frontier.root();
        for anchor in self.anchors.iter().skip(self.passed).take(at) {
            if anchor.head.root != root {
                self.differing.push(anchor.clone());
            } else if anchor.kept == Kept::Elsewhere && size > 0 {
                self.vouched = Some((size, anchor.name.clone()));
            }
        }
        self.passed += at;
    }
}

impl Report {
    /// The entries of which nothing that was kept elsewhere says what they were: it cannot be excluded that some of them were changed, added or
    /// put elsewhere; nor that others, after the last of them, were cut off.
    pub fn open(&self) -> Range<u64> {
        self.vouched..self.head.size
    }
}
