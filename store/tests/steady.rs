//! A store that is written to without a pause: what it writes ahead is copied into its file and begun anew meanwhile, so that it does not grow without an end.

mod support;

use std::collections::VecDeque;

use lictor_store::{Job, Options, Reads, Store, View, Writes};
use support::Folder;
use support::jobs::record;

/// What a record holds, and how many there are: 100 MiB, and half as much again in pages.
const BODY: usize = 8 << 10;
const RECORDS: usize = 12_800;
/// How long the log may become: it is begun anew at 32 MiB, and only a store that could never do so lets it come to 128.
const LONGEST: u64 = 96 << 20;

struct Note;

impl Job for Note {
    type Answer = ();

    fn now(&self) -> i64 {
        0
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none()
    }

    fn run(self, _: &View<'_>) -> (Writes, ()) {
        let mut writes = Writes::none();
        writes.record(record(1, &[b'x'; BODY]));
        (writes, ())
    }
}

#[test]
fn the_log_is_begun_anew_without_a_pause() {
    let folder = Folder::new("steady");
    let store = Store::sqlite(&folder.file("store.db"), &Options::default()).unwrap();
    let tenant = store.tenant("acme").unwrap();
    let mut waiting = VecDeque::new();
    for _ in 0..RECORDS {
        waiting.push_back(store.submit(tenant, Note));
        if waiting.len() == 64 {
            waiting.pop_front().unwrap().wait().unwrap();
        }
    }
    waiting.into_iter().for_each(|pending| pending.wait().unwrap());
    let head = store.reader().unwrap().head(tenant).unwrap().unwrap();
    assert_eq!(head.frontier.size(), RECORDS as u64);
    // It is never cut, so this is the longest that it has been.
    let log = std::fs::metadata(folder.file("store.db-wal")).unwrap().len();
    assert!(log < LONGEST, "{log} bytes");
}
