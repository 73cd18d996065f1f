//! Whatever is changed in a log is found, and called what it is.

mod support;

use std::collections::BTreeMap;
use std::io::Cursor;

use lictor_journal::audit::{Audit, Findings, Row};
use lictor_journal::export::{About, ExportedLog, Exporter, Line, RECORDS, Wanted, csv_line, erasures};
use lictor_journal::source::StoredLog;
use lictor_journal::{Kind, Record};
use lictor_ledger::audit::{Anchor, Kept};
use lictor_ledger::{Checkpoint, TreeHead};
use lictor_store::Store;
use serde_json::json;
use support::log::*;
use support::*;

/// The rows of a store, and what its head says.
fn rows(path: &std::path::Path) -> (Vec<Row>, TreeHead) {
    let mut log = StoredLog::open(path, None).unwrap();
    let mut all = Vec::new();
    loop {
        let rows = log.rows().unwrap();
        if rows.is_empty() {
            return (all, log.head());
        }
        all.extend(rows);
    }
}

fn elsewhere(head: TreeHead) -> Anchor {
    Anchor { name: "the notary".to_owned(), head, kept: Kept::Elsewhere }
}

fn verify(rows: &[Row], anchors: Vec<Anchor>) -> Findings {
    let mut audit = Audit::new(TENANT, anchors);
    rows.chunks(5).for_each(|rows| audit.rows(rows));
    audit.finish()
}

#[test]
fn a_log_that_nobody_changed_is_clean_and_says_what_was_erased() {
    let folder = Folder::new("clean");
    let path = store(&folder, one_of_each(&engine()), true);
    let (rows, head) = self::rows(&path);
    assert_eq!(rows.len(), Kind::ALL.len() + 2);
    let findings = verify(&rows, vec![elsewhere(head)]);
    assert!(findings.is_clean(), "{findings}");
    assert_eq!(
        findings.to_string(),
        "record 5 was erased by record 13\nentries 0 to 13 are as logged, by the checkpoint of the notary\nthat entries after the first 14 were cut off cannot be excluded\n"
    );
    // Without a checkpoint from elsewhere it says what it cannot exclude.
    let alone = verify(&rows, Vec::new());
    assert!(alone.is_clean());
    assert!(
        alone.to_string().contains("entries 0 to 13 are vouched for by nothing kept elsewhere"),
        "{alone}"
    );
}

#[test]
fn every_change_of_a_row_is_found() {
    let folder = Folder::new("rows");
    let (rows, head) = self::rows(&store(&folder, one_of_each(&engine()), true));
    let codes = |rows: &[Row]| verify(rows, vec![elsewhere(head)]).codes();
    let changed = |at: usize, change: &dyn Fn(&mut Row)| {
        let mut rows = rows.clone();
        change(&mut rows[at]);
        rows
    };
    for at in 0..rows.len() {
        let length = rows[at].body.as_ref().map_or(0, Vec::len);
        // Each byte of the short ones; of those that are long, enough.
        for byte in (0..length).step_by(1 + length / 200) {
            let edited = changed(at, &|row| row.body.as_mut().unwrap()[byte] ^= 1);
            assert!(!codes(&edited).is_empty(), "byte {byte} of record {at}");
        }
        for cut in (0..length).step_by(1 + length / 100) {
            let edited = changed(at, &|row| row.body.as_mut().unwrap().truncate(cut));
            let logged = lictor_journal::Body::logged(rows[at].body.as_ref().unwrap()).len();
            assert!(cut == logged || !codes(&edited).is_empty(), "record {at} cut to {cut}");
        }
        // What opens a record may be destroyed as a whole: nothing that was logged is lost.
        let closed = changed(at, &|row| {
            let logged = row.body.as_deref().map(|body| lictor_journal::Body::logged(body).to_vec());
            row.body = logged;
        });
        assert!(codes(&closed).is_empty(), "{at}");
        assert!(!codes(&changed(at, &|row| row.time += 1)).is_empty(), "{at}");
        assert!(codes(&changed(at, &|row| row.leaf.0[0] ^= 1)).contains(&"L0204"), "{at}");
        assert!(!codes(&changed(at, &|row| row.kind += 1)).is_empty(), "{at}");
        if rows[at].body.is_some() {
            for column in 0..4 {
                let edited = changed(at, &|row| {
                    let columns = row.columns.as_mut().unwrap();
                    match column {
                        0 => columns.agent.push('x'),
                        1 => columns.action.push('x'),
                        2 => columns.decision += 1,
                        _ => columns.cites.push('x'),
                    }
                });
                assert_eq!(codes(&edited), ["L0301"], "column {column} of {at}");
            }
            // The tombstone of record 5 says that it is gone, and nothing says so of others.
            assert!(codes(&changed(at, &|row| row.body = None)).contains(&"L0302"), "{at}");
        }
        let mut removed = rows.clone();
        removed.remove(at);
        let code = if at + 1 == rows.len() { "L0206" } else { "L0202" };
        assert!(codes(&removed).contains(&code), "{at}: {:?}", codes(&removed));
        let mut twice = rows.clone();
        twice.insert(at, rows[at].clone());
        assert!(codes(&twice).contains(&"L0203"), "{at}");
        let cut = &rows[..at];
        assert!(codes(cut).contains(&"L0206"), "{at}");
        for other in 0..at {
            let mut swapped = rows.clone();
            swapped.swap(at, other);
            assert!(!codes(&swapped).is_empty(), "{at} and {other}");
            // And with their indices, so that only the content is at the other's place.
            let indices = (rows[at].index, rows[other].index);
            (swapped[other].index, swapped[at].index) = (indices.1, indices.0);
            assert!(!codes(&swapped).is_empty(), "{at} and {other}");
        }
    }
}

#[test]
fn a_history_that_was_written_anew_fits_together_and_not_with_what_was_kept() {
    let folder = Folder::new("anew");
    let engine = engine();
    let (_, head) = rows(&store(&folder, one_of_each(&engine), false));
    let other = Folder::new("anew-too");
    let mut written = one_of_each(&engine);
    written.remove(3);
    let path = store(&other, written.into_iter().take(8).collect(), false);
    let (rewritten, new) = rows(&path);
    assert!(verify(&rewritten, vec![Anchor { kept: Kept::Here, ..elsewhere(new) }]).is_clean());
    assert_eq!(verify(&rewritten, vec![elsewhere(head)]).codes(), ["L0206"]);
    let mut longer = one_of_each(&engine);
    longer.remove(3);
    longer.extend(one_of_each(&engine).into_iter().take(4));
    let third = Folder::new("anew-three");
    let (rewritten, _) = rows(&store(
        &third,
        longer.into_iter().filter(|one| one.record.kind() != Kind::Erased).collect(),
        false,
    ));
    assert!(verify(&rewritten, vec![elsewhere(head)]).codes().contains(&"L0204"));
}

#[test]
fn an_erasure_that_does_not_fit_is_none() {
    let folder = Folder::new("erased");
    let path = store(&folder, one_of_each(&engine()), false);
    let (rows, head) = self::rows(&path);
    let findings = |rows: &[Row]| verify(rows, vec![elsewhere(head)]);
    // The tombstone's record is there, and says something else of the row.
    let mut other = rows.clone();
    other[5].time += 1;
    assert_eq!(findings(&other).codes(), ["L0303"]);
    let mut other = rows.clone();
    other[5].erased_by = Some(12);
    assert_eq!(findings(&other).codes(), ["L0303"]);
    // What was erased came back.
    let mut back = rows.clone();
    back[5].body = Some(one_of_each(&engine())[5].record.to_bytes().unwrap());
    back[5].columns = Some(Record::from_bytes(back[5].body.as_ref().unwrap()).unwrap().columns());
    assert_eq!(findings(&back).codes(), ["L0304"]);
    // The key of a record, or what opens it, was changed.
    let opened = Folder::new("opened");
    let (mut rows, head) = self::rows(&store(&opened, one_of_each(&engine()), true));
    rows[1].secret.as_mut().unwrap()[0] ^= 1;
    assert_eq!(verify(&rows, vec![elsewhere(head)]).codes(), ["L0305"]);
    rows[1].secret = None;
    assert_eq!(verify(&rows, vec![elsewhere(head)]).codes(), ["L0305"]);
}

type Files = BTreeMap<String, Vec<u8>>;

/// A log as an export writes it.
fn export(path: &std::path::Path) -> (About, Files) {
    let mut log = StoredLog::open(path, None).unwrap();
    let erased = erasures(&mut log).unwrap();
    let (mut records, mut files) = (Vec::new(), Files::new());
    let mut put = |path: &str, bytes: &[u8]| {
        assert!(files.insert(path.to_owned(), bytes.to_vec()).is_none(), "{path} was written twice");
        Ok(())
    };
    let mut exporter = Exporter::new(TENANT, erased, &mut records, &mut put);
    for row in rows(path).0 {
        exporter.row(row).unwrap();
    }
    let head = exporter.finish().unwrap();
    assert_eq!(head, log.head());
    files.insert(RECORDS.to_owned(), records);
    (About::new(TENANT, None, head), files)
}

fn verify_export(about: &About, files: &Files, head: TreeHead) -> Findings {
    let mut log = ExportedLog::new(about.clone(), Cursor::new(files[RECORDS].clone()));
    let mut audit = Audit::new(&about.tenant, vec![log.anchor(), elsewhere(head)]);
    log.verify(&mut audit, &mut |path| Ok(files.get(path).cloned())).unwrap();
    audit.finish()
}

#[test]
fn every_changed_byte_of_an_export_is_found() {
    let folder = Folder::new("export");
    let (about, files) = export(&store(&folder, one_of_each(&engine()), true));
    let head = about.head();
    let findings = verify_export(&about, &files, head);
    assert!(findings.is_clean(), "{findings}");
    assert_eq!(findings.erased.len(), 1);
    for (name, bytes) in &files {
        // What opens records is nowhere in it.
        assert!(!String::from_utf8_lossy(bytes).contains("u-ada"), "{name}");
        let step = if name == RECORDS { 7 } else { 1 };
        for at in (0..bytes.len()).step_by(step) {
            let mut changed = files.clone();
            changed.get_mut(name).unwrap()[at] ^= 1;
            assert!(!verify_export(&about, &changed, head).is_clean(), "byte {at} of {name}");
        }
        let mut without = files.clone();
        without.remove(name);
        if name != RECORDS {
            assert_eq!(verify_export(&about, &without, head).codes(), ["L0307"], "{name}");
        }
    }
    let bytes = about.to_bytes().unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let clean =
            About::from_bytes(&changed).is_ok_and(|about| verify_export(&about, &files, head).is_clean());
        assert!(!clean, "byte {at} of about.json");
    }
    let lines: Vec<&[u8]> = files[RECORDS].split_inclusive(|byte| *byte == b'\n').collect();
    for at in 0..lines.len() {
        let with = |lines: Vec<&[u8]>| {
            Files::from_iter(files.clone().into_iter().chain([(RECORDS.to_owned(), lines.concat())]))
        };
        let mut removed = lines.clone();
        removed.remove(at);
        assert!(!verify_export(&about, &with(removed), head).is_clean(), "without {at}");
        let mut swapped = lines.clone();
        swapped.swap(at, (at + 1) % lines.len());
        assert!(!verify_export(&about, &with(swapped), head).is_clean(), "{at} swapped");
    }
}

#[test]
fn an_export_is_read_with_the_tools_of_the_log() {
    use lictor_ledger::proof::{inclusion, verify_inclusion};
    use lictor_ledger::tile::{TilePath, TileReader, decode_entries};
    use lictor_ledger::{Hash, LedgerError};

    let folder = Folder::new("tiles");
    let engine = engine();
    let path = folder.file("store.db");
    let store = Store::sqlite(&path, &Default::default()).unwrap();
    let tenant = store.tenant(TENANT).unwrap();
    for _ in 0..46 {
        let released = one_of_each(&engine).into_iter().filter(|one| one.record.kind() != Kind::Erased);
        append(&store, tenant, released.take(6).collect(), false);
    }
    drop(store);
    let (about, files) = export(&path);
    let size = about.head().size;
    assert_eq!(size, 276);
    assert!(
        files.contains_key("tile/0/000")
            && files.contains_key("tile/0/001.p/20")
            && files.contains_key("tile/1/000.p/1"),
        "{:?}",
        files.keys()
    );
    let mut reader = TileReader::new(size, |tile| {
        let path = TilePath::Hashes(tile).to_string();
        files.get(&path).cloned().ok_or(LedgerError { kind: lictor_ledger::ErrorKind::Tile, message: path })
    });
    for index in [0, 255, 256, 275] {
        let tile =
            TilePath::parse(if index < 256 { "tile/entries/000" } else { "tile/entries/001.p/20" }).unwrap();
        let entries = decode_entries(tile.tile(), &files[&tile.to_string()]).unwrap();
        let leaf = Hash::leaf(entries[index as usize % 256]);
        let proof = inclusion(index, size).unwrap().prove(|node| reader.node(node)).unwrap();
        verify_inclusion(index, leaf, about.head(), &proof).unwrap();
    }
}

#[test]
fn what_is_wanted_is_found_by_what_records_say() {
    let folder = Folder::new("wanted");
    let engine = engine();
    let (rows, _) = self::rows(&store(&folder, one_of_each(&engine), true));
    let takes =
        |wanted: Wanted| rows.iter().filter(|row| wanted.takes(row)).map(|row| row.index).collect::<Vec<_>>();
    let all = Wanted::default();
    assert_eq!(takes(all.clone()).len(), rows.len());
    assert_eq!(takes(Wanted { since: Some(NOW + 3), until: Some(NOW + 6), ..all.clone() }), [3, 4, 5]);
    assert_eq!(takes(Wanted { kind: Some(Kind::Burned), ..all.clone() }), [2]);
    assert_eq!(takes(Wanted { agent: Some("host".to_owned()), ..all.clone() }), [12]);
    assert_eq!(
        takes(Wanted {
            agent: Some("writer-7".to_owned()),
            action: Some("letter.send".to_owned()),
            ..all.clone()
        }),
        [1, 2, 3, 4, 6, 7, 8, 9, 10, 11]
    );
    assert_eq!(
        takes(Wanted { decision: Some(lictor_evidence::receipt::Verdict::Allow), ..all.clone() }),
        [1, 2, 9, 11]
    );
    // Of what was erased only time and kind are known.
    assert_eq!(takes(Wanted { kind: Some(Kind::Decided), ..all }), [1, 5, 9]);
}

#[test]
fn a_record_is_a_line() {
    let folder = Folder::new("lines");
    let (mut rows, _) = self::rows(&store(&folder, one_of_each(&engine()), true));
    rows[5].erased_by = Some(13);
    let mut csv = String::new();
    for row in &rows {
        let line = Line::write(row).unwrap();
        let read = Line::read(&line).unwrap();
        assert_eq!((read.index, read.leaf, read.time, read.kind), (row.index, row.leaf, row.time, row.kind));
        csv.push_str(&csv_line(row).unwrap());
    }
    let columns = lictor_journal::export::CSV_HEADER.split(',').count();
    assert!(csv.lines().all(|line| line.matches(',').count() + 1 == columns), "{csv}");
    assert!(!csv.contains("ada"), "{csv}");
    let bundle = engine().id().to_string();
    insta::assert_snapshot!("csv", csv.replace("\r\n", "\n").replace(&bundle, "sha256:…"));
    // What an evaluation said yes to has an outcome that nobody tells; what it refused has none.
    for (pages, end) in [(2, ",,,unknown,trace-9,"), (12, ",,,,trace-9,")] {
        let made = decide(&engine(), &letter("2026-03-01T10:00:00Z", pages, json!({})), 1);
        rows[9].body = Some(evaluated(&made, 9).to_bytes().unwrap());
        let line = csv_line(&rows[9]).unwrap();
        assert!(line.ends_with(&format!("{end}\r\n")), "{line}");
    }
    // A name that a spreadsheet would take for a formula.
    let mut strange = one_of_each(&engine()).remove(12).record;
    if let lictor_journal::Step::Operator(step) = &mut strange.step {
        step.by = "=HYPERLINK(\"x\")".to_owned();
    }
    rows[12].body = Some(strange.to_bytes().unwrap());
    assert!(csv_line(&rows[12]).unwrap().contains(r#","'=HYPERLINK(""x"")","#));
}

#[test]
fn a_checkpoint_of_the_store_is_what_an_anchor_says() {
    let folder = Folder::new("anchor");
    let path = store(&folder, one_of_each(&engine()), false);
    let (_, head) = rows(&path);
    let text = Checkpoint::new("gateway.example/clinic-1", head).unwrap().to_string();
    assert_eq!(Checkpoint::parse(&text).unwrap().head, head);
}

#[test]
fn what_cannot_have_happened_is_found_though_nothing_was_edited() {
    use lictor_evidence::receipt::State;
    use lictor_journal::Step;
    use lictor_journal::record::{Released, Settled};

    let engine = engine();
    // Two decisions with a token each, 1 and 9, and then what is said of them.
    let found = |steps: &[Step]| {
        let folder = Folder::new("lives");
        let mut written = one_of_each(&engine);
        written.extend(
            steps.iter().map(|step| Written { record: Record::new("later", step.clone()), covering: None }),
        );
        let (rows, head) = self::rows(&store(&folder, written, false));
        let findings = verify(&rows, vec![elsewhere(head)]);
        findings.faults.iter().map(|fault| format!("{}: {fault}", fault.code())).collect::<Vec<_>>()
    };
    let burned = |of| {
        let record = &one_of_each(&engine)[2].record;
        let mut step = record.step.clone();
        if let Step::Burned(burned) = &mut step {
            (burned.of, burned.token) = (of, token(of));
        }
        step
    };
    let settled = |of| {
        let (token, about) = (token(of), about());
        Step::Settled(Settled { of, token, about, outcome: State::Executed, by: None, amounts: None })
    };
    let released = |of| Step::Released(Released { of, token: token(of), about: about() });
    let granted = |index, approval| {
        let mut record = decided(&decide(&engine, &letter("2026-03-01T10:00:00Z", 2, json!({})), 1), index);
        if let Step::Decided(decided) = &mut record.step {
            decided.approval = Some(approval);
        }
        record.step
    };
    assert_eq!(found(&[]), [""; 0]);
    // What was evaluated is spent with its answer: nothing comes after it.
    let spent =
        |pages| evaluated(&decide(&engine, &letter("2026-03-01T10:00:00Z", pages, json!({})), 1), 14).step;
    assert_eq!(found(&[spent(2), spent(12)]), [""; 0]);
    for after in [burned(14), settled(14), released(14)] {
        assert_eq!(
            found(&[spent(2), after]),
            ["L0310: record 15 cannot follow record 14: it issued no token"]
        );
    }
    assert_eq!(found(&[granted(14, 6), burned(14), settled(14), granted(17, 5), released(17)]), [""; 0]);
    insta::assert_snapshot!(
        [
            found(&[burned(1)]),
            found(&[burned(9)]),
            found(&[burned(3), settled(3)]),
            found(&[settled(1), released(1), settled(9), released(9)]),
            found(&[granted(14, 6), granted(15, 6)]),
            found(&[granted(14, 6), settled(14), burned(14)]),
            found(&[burned(500)]),
        ]
        .concat()
        .join("\n")
    );
}
