//! Reading a log that was written as a directory.

use std::io::{self, BufRead};

use lictor_ledger::audit::{Anchor, Kept};
use lictor_ledger::tile::decode_entries;
use lictor_ledger::{Hash, TreeHead};

use super::about::About;
use super::line::Line;
use super::tiles::{Made, Tiles, paths};
use crate::audit::{Audit, Fault, Row};

/// How many rows are read at a time.
const CHUNK: usize = 4_096;

/// A log that was written as a directory.
pub struct ExportedLog<R> {
    about: About,
    records: R,
    line: u64,
    ended: bool,
}

impl<R: BufRead> ExportedLog<R> {
    /// The log of these records.
    pub fn new(about: About, records: R) -> ExportedLog<R> {
        ExportedLog { about, records, line: 0, ended: false }
    }

    /// Whose it is.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// What it says of itself, as a checkpoint that lies beside it.
    pub fn anchor(&self) -> Anchor {
        Anchor { name: super::ABOUT.to_owned(), head: self.about.head(), kept: Kept::Here }
    }

    /// The next rows, and what is wrong with the line after them; none of both at the end. Nothing is read after a line that is none.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn rows(&mut self) -> io::Result<(Vec<Row>, Option<Fault>)> {
        let mut rows = Vec::new();
        while !self.ended && rows.len() < CHUNK {
            let mut line = Vec::new();
            self.line += 1;
            let most = Line::LONGEST as u64 + 1;
            let read = io::Read::take(&mut self.records, most).read_until(b'\n', &mut line)?;
            if read == 0 {
                self.ended = true;
                break;
            }
            let row = match line.strip_suffix(b"\n") {
                Some(line) => Line::read(line).map_err(|error| error.0),
                None => Err("is cut off".to_owned()),
            };
            match row {
                Ok(row) => rows.push(row),
                Err(why) => {
                    self.ended = true;
                    return Ok((rows, Some(Fault::Line { line: self.line, why })));
                }
            }
        }
        Ok((rows, None))
    }

    /// Verifies all of it, with its files: `file` reads one below the directory of the export, and has nothing where it is not there.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn verify(
        &mut self,
        audit: &mut Audit,
        file: &mut dyn FnMut(&str) -> io::Result<Option<Vec<u8>>>,
    ) -> io::Result<TreeHead> {
        let mut check = Check { tiles: Tiles::default(), leaves: Vec::new(), file };
        loop {
            let (rows, fault) = self.rows()?;
            audit.rows(&rows);
            for row in &rows {
                check.leaves.push(row.leaf);
                let done = check.tiles.add(row.leaf).map_err(io::Error::other)?;
                check.tiles(done, audit)?;
            }
            if let Some(fault) = fault {
                audit.fault(fault);
            }
            if rows.is_empty() {
                break;
            }
        }
        let (rest, head) = std::mem::take(&mut check.tiles).finish().map_err(io::Error::other)?;
        check.tiles(rest, audit)?;
        Ok(head)
    }
}

/// Holds the files of an export against its records.
struct Check<'f> {
    tiles: Tiles,
    /// The hashes of the leaves whose entries are in the next file of entries.
    leaves: Vec<Hash>,
    file: &'f mut dyn FnMut(&str) -> io::Result<Option<Vec<u8>>>,
}

impl Check<'_> {
    fn tiles(&mut self, tiles: Made, audit: &mut Audit) -> io::Result<()> {
        for (tile, bytes) in tiles {
            let (hashes, entries) = paths(tile);
            let there = (self.file)(&hashes)?;
            compare(audit, hashes, there.map(|there| there == bytes));
            if tile.level() == 0 {
                let there = (self.file)(&entries)?;
                let same = there.map(|there| {
                    decode_entries(tile, &there)
                        .is_ok_and(|found| found.into_iter().map(Hash::leaf).eq(self.leaves.iter().copied()))
                });
                compare(audit, entries, same);
                self.leaves.clear();
            }
        }
        Ok(())
    }
}

fn compare(audit: &mut Audit, path: String, same: Option<bool>) {
    let why = match same {
        Some(true) => return,
        Some(false) => "is not what the records give",
        None => "is missing",
    };
    audit.fault(Fault::File { path, why: why.to_owned() });
}
