//! What tiles are called: `tile/LEVEL/INDEX`, with `.p/WIDTH` where they are not full.

use std::fmt;

use crate::error::{ErrorKind, LedgerError};
use crate::text;
use crate::tile::{Tile, WIDTH};

/// A file that a log serves, as its path below the log's address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TilePath {
    /// `tile/LEVEL/…`: hashes.
    Hashes(Tile),
    /// `tile/entries/…`: the entries whose hashes are in this tile of level 0.
    Entries(Tile),
}

impl TilePath {
    /// The tile that it is about.
    pub fn tile(self) -> Tile {
        match self {
            TilePath::Hashes(tile) | TilePath::Entries(tile) => tile,
        }
    }

    /// Reads a path, without a `/` before it.
    ///
    /// # Errors
    /// [`ErrorKind::TilePath`] where it is written in another way than [`TilePath`] is shown, or no log has such a tile.
    pub fn parse(path: &str) -> Result<TilePath, LedgerError> {
        read(path).filter(|found| found.to_string() == path).ok_or_else(|| {
            let shown: String = path.chars().take(80).collect();
            LedgerError::new(ErrorKind::TilePath, format!("{shown:?} is not the path of a tile"))
        })
    }
}

/// Reads a path, and some that are written in other ways.
fn read(path: &str) -> Option<TilePath> {
    let (level, place) = path.strip_prefix("tile/")?.split_once('/')?;
    let (place, width) = match place.split_once(".p/") {
        Some((place, width)) => {
            (place, u16::try_from(text::number(width)?).ok().filter(|width| *width < WIDTH)?)
        }
        None => (place, WIDTH),
    };
    let mut index = 0u64;
    for part in place.split('/') {
        let digits = part.strip_prefix('x').unwrap_or(part);
        if digits.len() != 3 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1_000)?.checked_add(digits.parse().ok()?)?;
    }
    let level = if level == "entries" { None } else { Some(u8::try_from(text::number(level)?).ok()?) };
    let tile = Tile::new(level.unwrap_or(0), index, width).ok()?;
    Some(if level.is_some() { TilePath::Hashes(tile) } else { TilePath::Entries(tile) })
}

/// The path, without a `/` before it. The index stands in groups of three digits, all but the last after an `x`, so that no folder is called
/// like a file.
impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TilePath::Hashes(tile) => write!(f, "tile/{}/", tile.level())?,
            TilePath::Entries(_) => f.write_str("tile/entries/")?,
        }
        let tile = self.tile();
        let mut groups = vec![tile.index() % 1_000];
        let mut left = tile.index() / 1_000;
        while left > 0 {
            groups.push(left % 1_000);
            left /= 1_000;
        }
        for (number, group) in groups.iter().enumerate().rev() {
            if number > 0 {
                write!(f, "x{group:03}/")?;
            } else {
                write!(f, "{group:03}")?;
            }
        }
        if tile.width() < WIDTH {
            write!(f, ".p/{}", tile.width())?;
        }
        Ok(())
    }
}
