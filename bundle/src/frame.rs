//! What the files that Lictor signs have in common: how they begin and end, and how they are cut into sections.

use sha2::{Digest, Sha256};

use crate::beside::both;
use crate::container::MAX_FILE;
use crate::error::{BundleError, ErrorKind};
use crate::keys::KeyId;
use crate::signature::Signature;

const DIGEST: usize = 32;

/// A kind of file.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    /// What it begins with.
    pub magic: [u8; 6],
    /// The version that is written, and the only one that is read.
    pub version: u16,
    /// What it is called.
    pub name: &'static str,
}

/// Checks that a file of this length may be read or written.
pub(crate) fn check_size(length: usize) -> Result<(), BundleError> {
    if length > MAX_FILE {
        return Err(BundleError::new(
            ErrorKind::TooLarge,
            format!("the file has {length} bytes, and a bundle has {MAX_FILE} at most"),
        ));
    }
    Ok(())
}

/// Begins a file of this kind.
pub(crate) fn begin(kind: Kind, statement: &str, signatures: &[Signature]) -> Result<Vec<u8>, BundleError> {
    let mut file = Vec::new();
    file.extend_from_slice(&kind.magic);
    file.extend_from_slice(&kind.version.to_le_bytes());
    write_section(&mut file, statement.as_bytes())?;
    write_length(&mut file, signatures.len())?;
    for signature in signatures {
        file.extend_from_slice(&signature.key_id.0);
        file.extend_from_slice(&signature.bytes);
    }
    Ok(file)
}

/// Ends a file with its units and its digest.
pub(crate) fn end<'a>(
    mut file: Vec<u8>,
    units: impl ExactSizeIterator<Item = &'a [u8]>,
) -> Result<Vec<u8>, BundleError> {
    write_length(&mut file, units.len())?;
    for unit in units {
        write_section(&mut file, unit)?;
    }
    let digest = Sha256::digest(&file);
    file.extend_from_slice(&digest);
    check_size(file.len())?;
    Ok(file)
}

/// Checks the size, the beginning and the digest at the end, and returns what `read` makes of what lies between. Where two threads share that, it is made
/// while the digest is computed, and is forgotten where the digest is another one: so `read` may cut and hash, and must not believe.
pub(crate) fn check<'a, T>(
    kind: Kind,
    file: &'a [u8],
    is_shared: bool,
    read: impl FnOnce(&'a [u8]) -> T,
) -> Result<T, BundleError> {
    check_size(file.len())?;
    let Some(after_magic) = file.strip_prefix(&kind.magic) else {
        return Err(BundleError::new(ErrorKind::NotABundle, format!("the file is not {}", kind.name)));
    };
    let damaged =
        || BundleError::new(ErrorKind::Damaged, "the file is cut short or was changed after it was written");
    let (version, _) = after_magic.split_first_chunk::<2>().ok_or_else(damaged)?;
    let version = u16::from_le_bytes(*version);
    let known = kind.version;
    if version != known {
        return Err(BundleError::new(
            ErrorKind::ContainerVersion,
            format!("the file is of container version {version}, and only version {known} is known here"),
        ));
    }
    let (contents, digest) = file.split_last_chunk::<DIGEST>().ok_or_else(damaged)?;
    let inside = contents.get(kind.magic.len() + size_of::<u16>()..).ok_or_else(damaged)?;
    let is_whole = || Sha256::digest(contents).as_slice() == digest;
    if !is_shared {
        return if is_whole() { Ok(read(inside)) } else { Err(damaged()) };
    }
    match both(is_whole, || read(inside)) {
        (true, read) => Ok(read),
        (false, _) => Err(damaged()),
    }
}

/// Reads the units at the end; none where the lengths do not add up.
pub(crate) fn read_units(mut rest: &[u8]) -> Option<Vec<&[u8]>> {
    // What is collected from is not believed to have that many: it stops at the first that is not there.
    let units = (0..read_length(&mut rest)?).map(|_| read_section(&mut rest)).collect::<Option<_>>()?;
    rest.is_empty().then_some(units)
}

/// The error where they do not.
pub(crate) fn unequal() -> BundleError {
    BundleError::new(ErrorKind::Sections, "the lengths in the file do not add up to its size")
}

/// Reads the signatures, sorted by key.
pub(crate) fn read_signatures(rest: &mut &[u8]) -> Option<Vec<Signature>> {
    let signatures: Vec<Signature> = (0..read_length(rest)?)
        .map(|_| Some(Signature { key_id: KeyId(read_array(rest)?), bytes: read_array(rest)? }))
        .collect::<Option<_>>()?;
    signatures.is_sorted_by(|left, right| left.key_id < right.key_id).then_some(signatures)
}

/// Reads a section that is made of sections.
pub(crate) fn read_sections<'a>(rest: &mut &'a [u8]) -> Option<Vec<&'a [u8]>> {
    read_units(read_section(rest)?)
}

/// Reads a section.
pub(crate) fn read_section<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = read_length(rest)?;
    let (section, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = after;
    Some(section)
}

fn read_length(rest: &mut &[u8]) -> Option<u32> {
    read_array(rest).map(u32::from_le_bytes)
}

fn read_array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (array, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*array)
}

/// Writes a section that is made of sections, with their number before them.
pub(crate) fn write_sections<'a>(
    file: &mut Vec<u8>,
    sections: impl ExactSizeIterator<Item = &'a [u8]>,
) -> Result<(), BundleError> {
    let mut within = Vec::new();
    write_length(&mut within, sections.len())?;
    for section in sections {
        write_section(&mut within, section)?;
    }
    write_section(file, &within)
}

/// Writes a section.
pub(crate) fn write_section(file: &mut Vec<u8>, bytes: &[u8]) -> Result<(), BundleError> {
    write_length(file, bytes.len())?;
    file.extend_from_slice(bytes);
    Ok(())
}

fn write_length(file: &mut Vec<u8>, length: usize) -> Result<(), BundleError> {
    check_size(length)?;
    // Below the size of a file, which 32 bits count.
    file.extend_from_slice(&(length as u32).to_le_bytes());
    Ok(())
}
