//! The file that a bundle is shipped as.
//!
//! ```text
//! "LICTOR"                       6 bytes
//! container version              2 bytes
//! statement                      section: what is signed (see `signature`)
//! number of signatures           4 bytes, then 32 bytes of key id and 64 of signature each, sorted by key id
//! manifest, schema, conditions   sections
//! imports                        section: a number in 4 bytes, then a section each, sorted by digest (see `interface`)
//! number of units                4 bytes, then a section each, sorted by key
//! SHA-256 of all before          32 bytes
//! ```
//!
//! A section is its length in 4 bytes and that many bytes; numbers are little-endian. The digest at the end makes any changed byte
//! noticed, also where no signature is asked for. Since anybody can compute it, it is no proof of who wrote the file: the
//! signatures are.

use crate::admission::check_steps;
use crate::beside::both;
use crate::codec;
use crate::delta::Standing;
use crate::digest::{Fixed, Parts};
use crate::encoded;
use crate::error::{BundleError, ErrorKind};
use crate::frame::{self, Kind, read_section, read_sections, read_signatures, read_units};
use crate::interface::{Links, MAX_WORK, check_tables};
use crate::keys::SigningKey;
use crate::keyset::Purpose;
use crate::program::{Bundle, CodeBlock, Condition, Score, Unit};
use crate::signature::{self, PAYLOAD_TYPE, Signature, Statement};
use crate::tools::Tools;
use crate::tree::Tree;
use crate::verify::{Proved, Steps, Verifier, check_versions};

pub use crate::admission::{Requirements, Trust};
pub use crate::beside::Threads;
pub use crate::digest::BundleId;
pub use crate::release::Now;
pub use crate::signature::SignatureInfo;

/// What every bundle file begins with.
pub const MAGIC: [u8; 6] = *b"LICTOR";
/// The version of the container that is written, and the only one that is read.
pub const CONTAINER_VERSION: u16 = 2;
/// The largest file that is read or written, in bytes.
pub const MAX_FILE: usize = 1 << 30;

/// So many units are decoded before it is known whether the rest of the file is in order, at most.
const AHEAD: usize = 64;

const MANIFEST: &str = "the manifest";
const SCHEMA: &str = "the schema";
const CONDITIONS: &str = "the conditions";

const KIND: Kind = Kind { magic: MAGIC, version: CONTAINER_VERSION, name: "a Lictor bundle" };

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
    /// What a change of it is held against.
    pub standing: Standing,
}

/// Writes a bundle as a file, signed with each of the keys; with none, it is not signed. The same bundle and keys give the
/// same bytes. Does not verify the bundle; fails where it is too large for a file.
pub fn seal(bundle: &Bundle, keys: &[SigningKey]) -> Result<Vec<u8>, BundleError> {
    let parts = Parts::of(bundle)?;
    let units = parts.units.iter().map(Vec::as_slice);
    let id = parts.fixed().id(&parts.manifest, &Tree::of(units.clone()));
    let statement = Statement::of(id, &bundle.manifest).to_text();
    let signatures = signature::sign(PAYLOAD_TYPE, statement.as_bytes(), keys);

    let mut file = frame::begin(KIND, &statement, &signatures)?;
    for part in [&parts.manifest, &parts.schema, &parts.conditions] {
        frame::write_section(&mut file, part)?;
    }
    frame::write_sections(&mut file, parts.imports.iter().map(Vec::as_slice))?;
    frame::end(file, units)
}

/// Reads a bundle from a file, and verifies everything that the runtime relies on, before any of it can run.
///
/// The checks are made in the order of the variants of [`ErrorKind`]: in particular, nothing of the contents is decoded before a
/// trusted key's signature was verified, and nothing of an old edition or of an expired one.
pub fn open<'a>(file: &[u8], requirements: impl Into<Requirements<'a>>) -> Result<Sealed, BundleError> {
    let mut users = Vec::new();
    let mut sealed = open_apart(file, requirements, Threads::One, |unit, _| {
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
    threads: Threads,
    mut user: impl FnMut(Unit, &[u8]) -> Result<(), BundleError>,
) -> Result<Sealed, BundleError> {
    let Requirements { trust, min_sequence, now, max_steps } = requirements.into();
    let is_shared = threads.share(file.len());
    let read = |inside| {
        let sections = Sections::read(inside)?;
        Some((is_shared.then(|| sections.hashed()), sections))
    };
    let (hashes, sections) = frame::check(KIND, file, is_shared, read)?.ok_or_else(frame::unequal)?;

    let verified = signature::verify(PAYLOAD_TYPE, sections.statement, &sections.signatures, trust)?;
    let statement = Statement::from_bytes(sections.statement).ok_or_else(|| {
        BundleError::new(
            ErrorKind::Digest,
            "the statement does not name a bundle, its edition and its versions",
        )
    })?;
    let signatures = verified.suffice(Purpose::Bundle, statement.release.sequence, now)?;
    statement.release.check(min_sequence, now)?;

    let (fixed, tree) = hashes.unwrap_or_else(|| sections.hashed());
    let id = fixed.id(sections.manifest, &tree);
    if statement.id != id {
        return Err(BundleError::new(
            ErrorKind::Digest,
            format!("the file states that it holds the bundle {}, but it holds {id}", statement.id),
        ));
    }
    check_tables(&sections.imports, sections.units.iter().copied())?;
    check_versions(statement.language_version, statement.instruction_set_version)?;

    // Where two threads share it, the units are decoded beside the rest, and that the rest is written canonically is checked beside the verification of it. What is
    // wrong is told in the order in which it is found where one thing is done after the other.
    let (ahead, head) = match is_shared {
        true => both(|| sections.decode_units(), || sections.read_head()),
        false => (Vec::new(), sections.read_head()),
    };
    let mut bundle = head?;
    let verify = || {
        if statement != Statement::of(id, &bundle.manifest) {
            return Err(BundleError::new(
                ErrorKind::Digest,
                "the statement and the manifest name different editions or versions",
            ));
        }
        verify_units(&bundle, &sections, ahead, &mut user)
    };
    let is_canonical = || sections.check_head(&bundle);
    let (units, links, proved) = match is_shared {
        true => {
            let (is_canonical, verified) = both(is_canonical, verify);
            is_canonical.and(verified)?
        }
        false => is_canonical().and_then(|()| verify())?,
    };
    bundle.units = units;
    check_steps(&bundle.schema, &proved.steps, max_steps)?;
    let steps = proved.steps.clone();
    Ok(Sealed { bundle, id, signatures, steps, standing: Standing { fixed, tree, links, proved } })
}

/// Links and verifies the units, of which the first may have been decoded `ahead`. Hands over those of users and returns the others, with what
/// users' are read through and what was proved.
fn verify_units(
    head: &Bundle,
    sections: &Sections<'_>,
    ahead: Vec<Result<Unit, BundleError>>,
    user: &mut impl FnMut(Unit, &[u8]) -> Result<(), BundleError>,
) -> Result<(Vec<Unit>, Links, Proved), BundleError> {
    let mut verifier = Verifier::new(head)?;
    let mut links = Links::default();
    links.add_encoded(head, &sections.imports)?;
    let mut budget = MAX_WORK;
    let mut shared = Vec::new();
    // A user's unit that has code is decoded again when its turn comes.
    let mut with_code: Vec<&[u8]> = Vec::new();
    let mut ahead = ahead.into_iter();
    for section in &sections.units {
        let unit = ahead.next().unwrap_or_else(|| links.decode_within(section, &mut budget))?;
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
        verifier.unit(&links.decode_within(section, &mut budget)?)?;
    }
    Ok((shared, links, verifier.proved()?))
}

/// The file, cut into its sections; none of them is decoded.
struct Sections<'a> {
    statement: &'a [u8],
    signatures: Vec<Signature>,
    manifest: &'a [u8],
    schema: &'a [u8],
    conditions: &'a [u8],
    imports: Vec<&'a [u8]>,
    units: Vec<&'a [u8]>,
}

impl<'a> Sections<'a> {
    fn read(bytes: &'a [u8]) -> Option<Sections<'a>> {
        let mut rest = bytes;
        Some(Sections {
            statement: read_section(&mut rest)?,
            signatures: read_signatures(&mut rest)?,
            manifest: read_section(&mut rest)?,
            schema: read_section(&mut rest)?,
            conditions: read_section(&mut rest)?,
            imports: read_sections(&mut rest)?,
            units: read_units(rest)?,
        })
    }

    /// All but the units, of which [`Sections::check_head`] must say that it is written canonically.
    fn read_head(&self) -> Result<Bundle, BundleError> {
        let read: (Vec<Condition>, Vec<Score>, CodeBlock, Tools) = codec::read(self.conditions, CONDITIONS)?;
        // Where a part cannot be read, one before it that is not canonical is told.
        let before = |error| codec::check(&read, self.conditions, CONDITIONS).err().unwrap_or(error);
        let manifest = codec::read(self.manifest, MANIFEST).map_err(before)?;
        let before = |error| codec::check(&manifest, self.manifest, MANIFEST).err().unwrap_or(error);
        let schema = codec::read(self.schema, SCHEMA).map_err(|error| {
            codec::check(&read, self.conditions, CONDITIONS).err().unwrap_or_else(|| before(error))
        })?;
        let (conditions, scores, condition_code, tools) = read;
        Ok(Bundle { manifest, schema, conditions, scores, condition_code, tools, units: Vec::new() })
    }

    /// Refuses what was read where it would not be written so again.
    fn check_head(&self, head: &Bundle) -> Result<(), BundleError> {
        let conditions = (&head.conditions, &head.scores, &head.condition_code, &head.tools);
        codec::check(&conditions, self.conditions, CONDITIONS)?;
        codec::check(&head.manifest, self.manifest, MANIFEST)?;
        codec::check(&head.schema, self.schema, SCHEMA)
    }

    /// The first of the units that come before those of users: to decode them, nothing need be known of the rest.
    fn decode_units(&self) -> Vec<Result<Unit, BundleError>> {
        let shared = self.units.iter().take_while(|unit| encoded::user(unit).is_none()).take(AHEAD);
        shared.map(|unit| encoded::decode(unit)).collect()
    }

    /// The hashes that the id is made of.
    fn hashed(&self) -> (Fixed, Tree) {
        (Fixed::of(self.schema, self.conditions), Tree::of(self.units.iter().copied()))
    }
}
