//! The file that a bundle is shipped as.
//!
//! ```text
//! "LICTOR"                       6 bytes
//! container version              2 bytes
//! statement                      section: what is signed (see `signature`)
//! number of signatures           4 bytes, then 32 bytes of key id and 64 of signature each, sorted by key id
//! manifest, schema, conditions   sections
//! number of units                4 bytes, then a section each, sorted by key
//! SHA-256 of all before          32 bytes
//! ```
//!
//! A section is its length in 4 bytes and that many bytes; numbers are little-endian. The digest at the end makes any changed byte
//! noticed, also where no signature is asked for. Since anybody can compute it, it is no proof of who wrote the file: the
//! signatures are.

use sha2::{Digest, Sha256};

use crate::admission::check_steps;
use crate::codec;
use crate::digest::{self, Parts};
use crate::encoded;
use crate::error::{BundleError, ErrorKind};
use crate::keys::{KeyId, SigningKey};
use crate::keyset::{KeySet, Purpose};
use crate::program::{Bundle, CodeBlock, Condition, Score, Unit};
use crate::signature::{self, PAYLOAD_TYPE, Signature, Statement};
use crate::tools::Tools;
use crate::verify::{Steps, Verifier, check_versions};

pub use crate::admission::{Requirements, Trust};
pub use crate::digest::BundleId;
pub use crate::release::Now;
pub use crate::signature::SignatureInfo;

/// What every bundle file begins with.
pub const MAGIC: [u8; 6] = *b"LICTOR";
/// The version of the container that is written, and the only one that is read.
pub const CONTAINER_VERSION: u16 = 1;
/// The largest file that is read or written, in bytes.
pub const MAX_FILE: usize = 1 << 30;

const DIGEST: usize = 32;

/// A bundle that passed every check.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed {
    /// What it holds.
    pub bundle: Bundle,
    /// What it is called.
    pub id: BundleId,
    /// Who signed it, sorted by key id.
    pub signatures: Vec<SignatureInfo>,
    /// The most steps that deciding a request can take, for each action.
    pub steps: Vec<Steps>,
}

/// Writes a bundle as a file, signed with each of the keys; with none, it is not signed. The same bundle and keys give the
/// same bytes. Does not verify the bundle; fails where it is too large for a file.
pub fn seal(bundle: &Bundle, keys: &[SigningKey]) -> Result<Vec<u8>, BundleError> {
    let parts = Parts::of(bundle)?;
    let units: Vec<&[u8]> = parts.units.iter().map(Vec::as_slice).collect();
    let id = digest::id(&parts.manifest, &parts.schema, &parts.conditions, &units);
    let statement = Statement::of(id, &bundle.manifest).to_text();
    let signatures = signature::sign(PAYLOAD_TYPE, statement.as_bytes(), keys);

    let mut file = Vec::new();
    file.extend_from_slice(&MAGIC);
    file.extend_from_slice(&CONTAINER_VERSION.to_le_bytes());
    write_section(&mut file, statement.as_bytes())?;
    write_length(&mut file, signatures.len())?;
    for signature in &signatures {
        file.extend_from_slice(&signature.key_id.0);
        file.extend_from_slice(&signature.bytes);
    }
    for part in [&parts.manifest, &parts.schema, &parts.conditions] {
        write_section(&mut file, part)?;
    }
    write_length(&mut file, units.len())?;
    for unit in units {
        write_section(&mut file, unit)?;
    }
    let digest = Sha256::digest(&file);
    file.extend_from_slice(&digest);
    check_size(file.len())?;
    Ok(file)
}

/// Reads a bundle from a file, and verifies everything that the runtime relies on, before any of it can run.
///
/// The checks are made in the order of the variants of [`ErrorKind`]: in particular, nothing of the contents is decoded before a
/// trusted key's signature was verified, and nothing of an old edition or of an expired one.
pub fn open<'a>(file: &[u8], requirements: impl Into<Requirements<'a>>) -> Result<Sealed, BundleError> {
    let mut users = Vec::new();
    let mut sealed = open_apart(file, requirements, |unit, _| {
        users.push(unit);
        Ok(())
    })?;
    sealed.bundle.units.append(&mut users);
    Ok(sealed)
}

/// Reads a bundle as [`open`] does, but does not keep the users' units: each is handed to `user`, in their order, with the bytes that it
/// is encoded as. Nothing of them may be used before this function has returned, since the file may yet be refused.
///
/// The checks are made in the order of the variants of [`ErrorKind`]: in particular, nothing of the contents is decoded before a
/// trusted key's signature was verified, and nothing of an old edition or of an expired one.
pub fn open_apart<'a>(
    file: &[u8],
    requirements: impl Into<Requirements<'a>>,
    mut user: impl FnMut(Unit, &[u8]) -> Result<(), BundleError>,
) -> Result<Sealed, BundleError> {
    let Requirements { trust, min_sequence, now, max_steps } = requirements.into();
    check_size(file.len())?;
    let sections = Sections::read(check_frame(file)?).ok_or_else(|| {
        BundleError::new(ErrorKind::Sections, "the lengths in the file do not add up to its size")
    })?;

    let given;
    let trusted = match trust {
        Trust::Set(trusted) => Some(trusted),
        Trust::Keys(keys) => {
            given = KeySet::any_of(keys);
            Some(&given)
        }
        Trust::Integrity => None,
    };
    let verify_signatures =
        |trusted| signature::verify(PAYLOAD_TYPE, sections.statement, &sections.signatures, trusted);
    let verified = trusted.map(verify_signatures).transpose()?;
    let statement = Statement::from_bytes(sections.statement).ok_or_else(|| {
        BundleError::new(
            ErrorKind::Digest,
            "the statement does not name a bundle, its edition and its versions",
        )
    })?;
    let signatures = match verified {
        Some(verified) => verified.suffice(Purpose::Bundle, statement.release.sequence, now)?,
        None => sections
            .signatures
            .iter()
            .map(|signature| SignatureInfo { key_id: signature.key_id, trusted: false })
            .collect(),
    };
    statement.release.check(min_sequence, now)?;

    let id = digest::id(sections.manifest, sections.schema, sections.conditions, &sections.units);
    if statement.id != id {
        return Err(BundleError::new(
            ErrorKind::Digest,
            format!("the file states that it holds the bundle {}, but it holds {id}", statement.id),
        ));
    }
    check_versions(statement.language_version, statement.instruction_set_version)?;

    let (conditions, scores, condition_code, tools): (Vec<Condition>, Vec<Score>, CodeBlock, Tools) =
        codec::decode(sections.conditions, "the conditions")?;
    let mut bundle = Bundle {
        manifest: codec::decode(sections.manifest, "the manifest")?,
        schema: codec::decode(sections.schema, "the schema")?,
        conditions,
        scores,
        condition_code,
        tools,
        units: Vec::new(),
    };
    if statement != Statement::of(id, &bundle.manifest) {
        return Err(BundleError::new(
            ErrorKind::Digest,
            "the statement and the manifest name different editions or versions",
        ));
    }
    let (units, steps) = verify_units(&bundle, &sections.units, &mut user)?;
    bundle.units = units;
    check_steps(&bundle.schema, &steps, max_steps)?;
    Ok(Sealed { bundle, id, signatures, steps })
}

/// Verifies the units, hands over those of users and returns the others, with the steps of each action.
fn verify_units(
    head: &Bundle,
    sections: &[&[u8]],
    user: &mut impl FnMut(Unit, &[u8]) -> Result<(), BundleError>,
) -> Result<(Vec<Unit>, Vec<Steps>), BundleError> {
    let mut verifier = Verifier::new(head)?;
    let mut shared = Vec::new();
    // A user's unit that has code is decoded again when its turn comes.
    let mut with_code: Vec<&[u8]> = Vec::new();
    for section in sections {
        let unit = encoded::decode(section)?;
        verifier.place(&unit)?;
        if !unit.key.is_user() {
            shared.push(unit);
            continue;
        }
        if unit.has_code() {
            with_code.push(section);
        } else {
            verifier.unit(&unit)?;
        }
        user(unit, section)?;
    }
    verifier.placed()?;
    shared.iter().try_for_each(|unit| verifier.unit(unit))?;
    for section in with_code {
        verifier.unit(&encoded::decode(section)?)?;
    }
    Ok((shared, verifier.steps()?))
}

fn check_size(length: usize) -> Result<(), BundleError> {
    if length > MAX_FILE {
        return Err(BundleError::new(
            ErrorKind::TooLarge,
            format!("the file has {length} bytes, and a bundle has {MAX_FILE} at most"),
        ));
    }
    Ok(())
}

/// Checks the beginning and the digest at the end, and returns what lies between.
fn check_frame(file: &[u8]) -> Result<&[u8], BundleError> {
    let Some(after_magic) = file.strip_prefix(&MAGIC) else {
        return Err(BundleError::new(ErrorKind::NotABundle, "the file is not a Lictor bundle"));
    };
    let damaged =
        || BundleError::new(ErrorKind::Damaged, "the file is cut short or was changed after it was written");
    let (version, _) = after_magic.split_first_chunk::<2>().ok_or_else(damaged)?;
    let version = u16::from_le_bytes(*version);
    if version != CONTAINER_VERSION {
        return Err(BundleError::new(
            ErrorKind::ContainerVersion,
            format!(
                "the file is of container version {version}, and only version {CONTAINER_VERSION} is known here"
            ),
        ));
    }
    let (contents, digest) = file.split_last_chunk::<DIGEST>().ok_or_else(damaged)?;
    if Sha256::digest(contents).as_slice() != digest {
        return Err(damaged());
    }
    contents.get(MAGIC.len() + size_of::<u16>()..).ok_or_else(damaged)
}

/// The file, cut into its sections; none of them is decoded.
struct Sections<'a> {
    statement: &'a [u8],
    signatures: Vec<Signature>,
    manifest: &'a [u8],
    schema: &'a [u8],
    conditions: &'a [u8],
    units: Vec<&'a [u8]>,
}

impl<'a> Sections<'a> {
    fn read(bytes: &'a [u8]) -> Option<Sections<'a>> {
        let mut rest = bytes;
        let sections = Sections {
            statement: read_section(&mut rest)?,
            signatures: read_signatures(&mut rest)?,
            manifest: read_section(&mut rest)?,
            schema: read_section(&mut rest)?,
            conditions: read_section(&mut rest)?,
            // What is collected from is not believed to have that many: it stops at the first that is not there.
            units: (0..read_length(&mut rest)?).map(|_| read_section(&mut rest)).collect::<Option<_>>()?,
        };
        rest.is_empty().then_some(sections)
    }
}

fn read_signatures(rest: &mut &[u8]) -> Option<Vec<Signature>> {
    let signatures: Vec<Signature> = (0..read_length(rest)?)
        .map(|_| Some(Signature { key_id: KeyId(read_array(rest)?), bytes: read_array(rest)? }))
        .collect::<Option<_>>()?;
    signatures.is_sorted_by(|left, right| left.key_id < right.key_id).then_some(signatures)
}

fn read_section<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
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

fn write_section(file: &mut Vec<u8>, bytes: &[u8]) -> Result<(), BundleError> {
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
