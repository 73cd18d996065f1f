//! Tiles, their paths, and the bundles of entries.

mod support;

use std::cell::RefCell;
use std::collections::BTreeMap;

use lictor_ledger::proof::{consistency, inclusion, root, verify_consistency, verify_inclusion};
use lictor_ledger::tile::{MAX_ENTRY, Tile, TilePath, TileReader, decode_entries, encode_entries};
use lictor_ledger::{ErrorKind, Hash, LedgerError, MAX_SIZE, Node};
use proptest::prelude::*;
use support::{Log, entry};

/// The files that a log of this size serves.
fn files(log: &Log, size: u64) -> BTreeMap<Tile, Vec<u8>> {
    Tile::between(0, size).map(|tile| (tile, tile.write(|node| log.node(node)).unwrap())).collect()
}

fn tile(level: u8, index: u64, width: u16) -> Tile {
    Tile::new(level, index, width).unwrap()
}

/// The examples of the specification.
#[test]
fn which_tiles_a_tree_has() {
    let of = |size| {
        let mut widths = BTreeMap::new();
        for tile in Tile::between(0, size) {
            *widths.entry((tile.level(), tile.width())).or_insert(0) += 1;
        }
        widths.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(of(70_000), [((0, 112), 1), ((0, 256), 273), ((1, 17), 1), ((1, 256), 1), ((2, 1), 1)]);
    assert_eq!(of(256), [((0, 256), 1), ((1, 1), 1)]);
    assert_eq!(of(1), [((0, 1), 1)]);
    assert_eq!(of(0), []);
    let grown: Vec<Tile> = Tile::between(254, 600).collect();
    assert_eq!(grown, [tile(0, 0, 256), tile(0, 1, 256), tile(0, 2, 88), tile(1, 0, 2)]);
    assert_eq!(Tile::between(600, 600).count(), 0);
    assert_eq!(Tile::between(600, 599).count(), 0);
}

#[test]
fn proofs_from_tiles_are_those_from_nodes() {
    let log = Log::of(1_200);
    for size in [1, 2, 255, 256, 257, 511, 512, 700, 1_024, 1_200] {
        let files = files(&log, size);
        let fetched = RefCell::new(0);
        let mut reader = TileReader::new(size, |tile| {
            *fetched.borrow_mut() += 1;
            files
                .get(&tile)
                .cloned()
                .ok_or_else(|| LedgerError { kind: ErrorKind::Tile, message: format!("{tile:?}") })
        });
        let head = log.heads[size as usize];
        assert_eq!(root(size).unwrap().prove(|node| reader.node(node)).unwrap(), [head.root]);
        for index in (0..size).step_by(37).chain([size - 1]) {
            let proof = inclusion(index, size).unwrap().prove(|node| reader.node(node)).unwrap();
            verify_inclusion(index, log.leaves[index as usize], head, &proof).unwrap();
        }
        for old in (0..=size).step_by(31) {
            let proof = consistency(old, size).unwrap().prove(|node| reader.node(node)).unwrap();
            verify_consistency(log.heads[old as usize], head, &proof).unwrap();
        }
        assert!(*fetched.borrow() <= files.len(), "each tile once");
        let beyond = Node { level: 0, index: size };
        assert_eq!(reader.node(beyond).unwrap_err().kind, ErrorKind::Range);
    }
    for length in [0, 31, 33, 64] {
        assert_eq!(tile(0, 0, 1).read(&vec![0; length]).unwrap_err().kind, ErrorKind::Tile);
    }
    let mut short = TileReader::new(300, |_| Ok::<_, LedgerError>(vec![0; 32 * 43]));
    assert_eq!(short.node(Node { level: 0, index: 3 }).unwrap_err().kind, ErrorKind::Tile);
}

#[test]
fn what_paths_look_like() {
    let paths = [
        ("tile/0/000", TilePath::Hashes(tile(0, 0, 256))),
        ("tile/0/x001/x234/067", TilePath::Hashes(tile(0, 1_234_067, 256))),
        ("tile/1/x001/000.p/17", TilePath::Hashes(tile(1, 1_000, 17))),
        ("tile/entries/x999/999.p/255", TilePath::Entries(tile(0, 999_999, 255))),
        ("tile/7/000.p/127", TilePath::Hashes(tile(7, 0, 127))),
    ];
    for (text, path) in &paths {
        assert_eq!(path.to_string(), *text);
        assert_eq!(TilePath::parse(text).as_ref(), Ok(path));
    }
    for text in [
        "",
        "/tile/0/000",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/x001/x000",
        "tile/0/X001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/05",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/1/",
        "tile/0/000.p/1.p/1",
        "tile/0/+00",
        "tile/0/-01",
        "tile/0/٠٠٠",
        "tile/8/000.p/1",
        "tile/63/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/256/000",
        "tile/entry/000",
        "tile/entries",
        "tile/7/000.p/128",
        "tile/7/000",
        "tile/0/000 ",
        "tile/0/000\n",
        "tile//000",
        "tile/0//000",
        "tile/0/x036/x028/x797/x018/963/968",
        "tile/0/x036/x028/x797/x018/x963/968",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999",
    ] {
        assert_eq!(TilePath::parse(text).unwrap_err().kind, ErrorKind::TilePath, "{text:?}");
    }
}

#[test]
fn entries_one_after_another() {
    let seven = tile(0, 3, 7);
    let entries: Vec<Vec<u8>> = (0..7)
        .map(|number| {
            if number == 4 {
                vec![9; MAX_ENTRY]
            } else if number == 5 {
                Vec::new()
            } else {
                entry(number)
            }
        })
        .collect();
    let bytes = encode_entries(entries.iter().map(Vec::as_slice)).unwrap();
    assert_eq!(&bytes[..9], b"\0\x07entry 0");
    assert_eq!(decode_entries(seven, &bytes).unwrap(), entries);
    let refused = |width, bytes: &[u8]| {
        assert_eq!(decode_entries(tile(0, 3, width), bytes).unwrap_err().kind, ErrorKind::Entries);
    };
    refused(6, &bytes);
    refused(8, &bytes);
    refused(7, &bytes[..bytes.len() - 1]);
    refused(7, &[&bytes[..], &[0]].concat());
    refused(1, b"");
    refused(1, b"\0");
    refused(1, b"\0\x02a");
    let long = vec![0; MAX_ENTRY + 1];
    assert_eq!(encode_entries([&long[..]]).unwrap_err().kind, ErrorKind::Entries);
}

proptest! {
    #[test]
    fn a_path_is_read_as_it_is_written(level in 0u8..9, index: u64, small in 0u32..64, width in 0u16..300) {
        if let Ok(tile) = Tile::new(level, index >> small, width) {
            for path in [TilePath::Hashes(tile), TilePath::Entries(tile)] {
                let back = TilePath::parse(&path.to_string()).unwrap();
                let level = if matches!(path, TilePath::Entries(_)) { 0 } else { level };
                prop_assert_eq!((back.tile().level(), back.tile().index(), back.tile().width()), (level, index >> small, width));
            }
            prop_assert!(tile.nodes().all(|node| node.entries().end <= MAX_SIZE));
        }
    }

    #[test]
    fn a_node_is_in_its_tile(level in 0u8..255, index: u64, small in 0u32..64, size: u64) {
        let node = Node { level, index: index >> small };
        if let Ok(tile) = Tile::over(node, size) {
            prop_assert!(node.entries().end <= size);
            let hashes = vec![Hash::EMPTY; usize::from(tile.width())];
            prop_assert!(tile.hash(&hashes, node).is_some());
        }
    }

    #[test]
    fn paths_at_random_are_read_as_written_or_not_at_all(path in "(tile/)?([0-9]{1,2}|entries)/(x[0-9]{3}/){0,4}[0-9]{3}(\\.p/[0-9]{1,3})?") {
        if let Ok(found) = TilePath::parse(&path) {
            prop_assert_eq!(found.to_string(), path);
        }
    }
}
