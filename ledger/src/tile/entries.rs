//! Entries one after another, each after its length: the bundles of entries that logs serve beside their tiles of level 0.

use crate::error::{ErrorKind, LedgerError};
use crate::tile::Tile;

/// The longest entry, in bytes: its length stands in 16 bits.
pub const MAX_ENTRY: usize = u16::MAX as usize;

/// Writes entries one after another.
///
/// # Errors
/// [`ErrorKind::Entries`] where one is longer than [`MAX_ENTRY`].
pub fn encode<'e>(entries: impl IntoIterator<Item = &'e [u8]>) -> Result<Vec<u8>, LedgerError> {
    let mut bytes = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).map_err(|_| {
            refused(format!("an entry has {} bytes, and {MAX_ENTRY} is the most", entry.len()))
        })?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// Reads the entries whose hashes are in this tile of level 0: exactly as many as it is wide.
///
/// # Errors
/// [`ErrorKind::Entries`].
pub fn decode(tile: Tile, bytes: &[u8]) -> Result<Vec<&[u8]>, LedgerError> {
    let width = usize::from(tile.width());
    let mut entries = Vec::with_capacity(width);
    let mut rest = bytes;
    while !rest.is_empty() && entries.len() < width {
        let entry = rest
            .split_first_chunk::<2>()
            .and_then(|(length, rest)| rest.split_at_checked(usize::from(u16::from_be_bytes(*length))));
        let Some((entry, after)) = entry else {
            return Err(refused(format!("entry {} is cut off", entries.len())));
        };
        entries.push(entry);
        rest = after;
    }
    if entries.len() != width || !rest.is_empty() {
        let more = if rest.is_empty() { "" } else { " and more" };
        return Err(refused(format!("here are {} entries{more} instead of {width}", entries.len())));
    }
    Ok(entries)
}

fn refused(message: String) -> LedgerError {
    LedgerError::new(ErrorKind::Entries, message)
}
