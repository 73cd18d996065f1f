//! What was acknowledged is there, and nothing twice: a process that is killed at any moment under load, many times over; a server that is.

mod support;

use std::time::Duration;

use lictor_store::TokenState;
use support::Folder;
use support::jobs::{Authorize, Burn, Burned, counter};
use support::life::{Load, NOW, WINDOW, check, open, whole};

/// What the other process runs: see [`Load`].
#[test]
fn child() {
    support::life::child();
}

fn killed(place: &str, times: u64, mut meanwhile: impl FnMut(u64)) {
    let mut acknowledged = Vec::new();
    let mut seed = 0x2545_f491_4f6c_dd1du64;
    for n in 0..times {
        let load = Load::start(place, &[]);
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        load.wait_for(1 + (seed >> 33) as usize % 400);
        meanwhile(n);
        let mut lines = load.kill();
        whole(&mut lines);
        acknowledged.extend(lines);
        let store = open(place).unwrap();
        let tenant = store.tenant("acme").unwrap();
        // A server may still be at the last transaction of the process that was killed. Whoever writes waits for it, and then nothing moves while we look.
        if let Some((_, index)) = acknowledged.iter().find(|(what, _)| what == "burned") {
            let again = Burn { now: NOW, index: *index, key: None };
            assert_eq!(store.submit(tenant, again).wait(), Ok(Burned::Replay));
        }
        check(&store, tenant, &acknowledged);
        assert!(store.reader().unwrap().head(tenant).unwrap().unwrap().trusted());
    }
    assert!(acknowledged.len() as u64 > 20 * times, "{}", acknowledged.len());
}

#[test]
fn a_process_on_sqlite_is_killed_many_times() {
    let folder = Folder::new("killed");
    killed(&format!("sqlite {}", folder.file("store.db").display()), 25, |_| {});
}

#[test]
fn a_process_on_postgres_is_killed_many_times() {
    let Some(cluster) = support::cluster::shared() else { return };
    killed(&format!("postgres {}", cluster.database("killed")), 15, |_| {});
}

/// The gateway goes on while its server is killed and comes back: what it was told at the moment of the kill is the truth.
#[test]
fn postgres_is_killed_under_its_gateways() {
    let Some(cluster) = support::cluster::Cluster::start() else { return };
    let place = format!("postgres {}", cluster.database("server"));
    killed(&place, 5, |_| {
        cluster.kill();
        cluster.up();
        std::thread::sleep(Duration::from_millis(300));
    });
}

#[test]
fn a_restored_file_revives_no_token() {
    let folder = Folder::new("restored");
    let place = format!("sqlite {}", folder.file("store.db").display());
    let store = open(&place).unwrap();
    let tenant = store.tenant("acme").unwrap();
    let pay = || Authorize { now: NOW, counter: counter("killed"), minor: 1, budget: 100, window: WINDOW };
    let index = store.submit(tenant, pay()).wait().unwrap().unwrap();
    drop(store);
    let files = ["store.db", "store.db-wal"];
    let copy = |from: &str, to: &str| {
        for file in files {
            let (from, to) = (folder.file(&format!("{from}{file}")), folder.file(&format!("{to}{file}")));
            let _ = std::fs::remove_file(&to);
            if from.exists() {
                std::fs::copy(from, to).unwrap();
            }
        }
    };
    copy("", "snapshot-");
    let store = open(&place).unwrap();
    assert_eq!(store.submit(tenant, Burn { now: NOW, index, key: None }).wait(), Ok(Burned::Now));
    drop(store);
    copy("snapshot-", "");
    let store = open(&place).unwrap();
    assert_eq!(store.reader().unwrap().token(tenant, index).unwrap().unwrap().state, TokenState::Issued);
    assert_eq!(store.submit(tenant, Burn { now: NOW, index, key: None }).wait(), Ok(Burned::Replay));
    assert!(!store.reader().unwrap().head(tenant).unwrap().unwrap().trusted());
    drop(store);
    // It rises once, and what comes later is as good as ever.
    let store = open(&place).unwrap();
    assert_eq!(store.reader().unwrap().head(tenant).unwrap().unwrap().generation, 2);
    let index = store.submit(tenant, pay()).wait().unwrap().unwrap();
    assert_eq!(store.submit(tenant, Burn { now: NOW, index, key: None }).wait(), Ok(Burned::Now));
    drop(store);
    // Another store under the same anchor is refused.
    files.iter().for_each(|file| drop(std::fs::remove_file(folder.file(file))));
    assert!(open(&place).err().unwrap().message.contains("another store"));
}
