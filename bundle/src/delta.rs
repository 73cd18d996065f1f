//! A change of single users' policies: a small file that makes another bundle of the one that is in force.
//!
//! ```text
//! "LICDLT", version              6 and 2 bytes
//! statement                      section: what is signed (below)
//! signatures                     as in a bundle
//! imports                        as in a bundle
//! number of units                4 bytes, then a section each, sorted by key
//! SHA-256 of all before          32 bytes
//! ```
//!
//! The statement names the bundle that is changed and the one that comes of it, whose id is a hash over every unit: so it says what the
//! units are. Its type is not that of a bundle's statement, and a key that may sign changes of users' policies can sign nothing else.
//! Every unit takes the place of one that is there, of the same user and the same mode, and is held against what was proved of the
//! bundle: what it refers to is declared, and what it costs was counted.

use crate::admission::{Requirements, check_steps};
use crate::codec;
use crate::digest::{BundleId, Fixed, Parts};
use crate::error::{BundleError, ErrorKind};
use crate::frame::{self, Kind, read_section, read_sections, read_signatures, read_units};
use crate::interface::{Exporter, Links, check_tables};
use crate::keys::SigningKey;
use crate::keyset::Purpose;
use crate::program::{Bundle, Manifest, Unit};
use crate::release::Release;
use crate::signature::{self, read_id, read_release, release_lines};
use crate::tree::Tree;
use crate::verify::{Proved, Verifier, prove};

/// The type of the signed payload. A signature over this type means this and nothing else.
pub const PAYLOAD_TYPE: &str = "application/vnd.lictor.delta.v1";

const KIND: Kind = Kind { magic: *b"LICDLT", version: 2, name: "a change of a Lictor bundle" };

/// A change of users' policies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delta {
    /// The bundle that it changes.
    pub from: BundleId,
    /// The bundle that comes of it.
    pub to: BundleId,
    /// The edition that this one is.
    pub release: Release,
    /// The units that take the places of others, sorted by key and mode.
    pub units: Vec<Unit>,
}

/// What a change of a bundle is held against: what was proved of it, and the hashes that its id is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    pub(crate) fixed: Fixed,
    pub(crate) tree: Tree,
    pub(crate) links: Links,
    pub(crate) proved: Proved,
}

/// The units of users of a bundle, as they are in the bundle that begins with `head`: they may be put into it. Where other things are
/// declared there, the numbers in them are others.
///
/// # Errors
/// One uses what is declared otherwise there, or not at all.
pub fn units_for(head: &Bundle, from: &Bundle) -> Result<Vec<Unit>, BundleError> {
    let mut exporter = Exporter::new(from);
    let users = from.units.iter().filter(|unit| unit.key.is_user());
    let encoded = users.map(|unit| exporter.encode(unit)).collect::<Result<Vec<_>, _>>()?;
    let mut links = Links::default();
    links.add(head, exporter.tables())?;
    encoded.iter().map(|unit| links.decode(unit)).collect()
}

impl Standing {
    /// Verifies a bundle in memory; gives its id, and what a change of it is held against.
    pub fn of(bundle: &Bundle) -> Result<(BundleId, Standing), BundleError> {
        let proved = prove(bundle)?;
        let parts = Parts::of(bundle)?;
        let (fixed, tree) = (parts.fixed(), parts.tree());
        let mut links = Links::default();
        let imports: Vec<&[u8]> = parts.imports.iter().map(Vec::as_slice).collect();
        links.add_encoded(bundle, &imports)?;
        Ok((fixed.id(&parts.manifest, &tree), Standing { fixed, tree, links, proved }))
    }

    /// Verifies units that take the places of others in the bundle that begins with `head`, whose units need not be there.
    ///
    /// # Errors
    /// One is no user's, refers to what is not declared, holds what no verified unit holds, or could cost more than `max_steps` allows.
    pub fn verify(&self, head: &Bundle, units: &[Unit], max_steps: Option<u64>) -> Result<(), BundleError> {
        for unit in units {
            if !unit.key.is_user() {
                let layer = unit.layer(&head.schema);
                return Err(BundleError::new(
                    ErrorKind::DeltaLayer,
                    format!("it replaces {layer}, and a change is of users' policies"),
                ));
            }
            let steps = Verifier::new(head)?.replacement(&self.proved, unit)?;
            check_steps(&head.schema, &steps, max_steps)?;
        }
        Ok(())
    }

    /// The tree over the units.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// What users' units are read through.
    pub fn links(&self) -> &Links {
        &self.links
    }

    /// The same with other units, which were verified and are read through these.
    pub fn with(&self, tree: Tree, links: Links) -> Standing {
        Standing { fixed: self.fixed, tree, links, proved: self.proved.clone() }
    }

    /// The id of the bundle with this manifest.
    pub fn id(&self, manifest: &Manifest) -> Result<BundleId, BundleError> {
        Ok(self.fixed.id(&codec::encode(manifest, "the manifest")?, &self.tree))
    }
}

impl Delta {
    /// Writes it as a file, signed with each of the keys. `head` is what the bundle begins with that it changes.
    pub fn seal(&self, head: &Bundle, keys: &[SigningKey]) -> Result<Vec<u8>, BundleError> {
        let statement = self.statement();
        let signatures = signature::sign(PAYLOAD_TYPE, statement.as_bytes(), keys);
        let mut exporter = Exporter::new(head);
        let units: Vec<Vec<u8>> =
            self.units.iter().map(|unit| exporter.encode(unit)).collect::<Result<_, _>>()?;
        let imports =
            exporter.tables().map(|(_, imports)| imports.encode()).collect::<Result<Vec<_>, _>>()?;
        let mut file = frame::begin(KIND, &statement, &signatures)?;
        frame::write_sections(&mut file, imports.iter().map(Vec::as_slice))?;
        frame::end(file, units.iter().map(Vec::as_slice))
    }

    /// What is signed: lines that a person can read.
    fn statement(&self) -> String {
        let Delta { from, to, release, .. } = self;
        format!("delta {from}\nto {to}\n{}", release_lines(*release))
    }
}

/// The file of a change that was signed by whom it must be. What its units hold is not looked at yet.
pub struct Received<'a> {
    /// The bundle that it changes.
    pub from: BundleId,
    to: BundleId,
    release: Release,
    imports: Vec<&'a [u8]>,
    units: Vec<&'a [u8]>,
}

impl<'a> Received<'a> {
    /// Reads the file of a change, and verifies who signed it and that it is no old one.
    ///
    /// Nothing of the units is decoded before a signature by a key that may sign changes was verified.
    pub fn open<'r>(
        file: &'a [u8],
        requirements: impl Into<Requirements<'r>>,
    ) -> Result<Received<'a>, BundleError> {
        let Requirements { trust, min_sequence, now, .. } = requirements.into();
        let sections = |mut rest: &'a [u8]| {
            let (statement, signatures) = (read_section(&mut rest)?, read_signatures(&mut rest)?);
            Some((statement, signatures, read_sections(&mut rest)?, read_units(rest)?))
        };
        let (statement, signatures, imports, units) =
            frame::check(KIND, file, false, sections)?.ok_or_else(frame::unequal)?;

        let verified = signature::verify(PAYLOAD_TYPE, statement, &signatures, trust)?;
        let (from, to, release) = read_statement(statement).ok_or_else(|| {
            BundleError::new(ErrorKind::Digest, "the statement does not name two bundles and an edition")
        })?;
        verified.suffice(Purpose::UserLayer, release.sequence, now)?;
        release.check(min_sequence, now)?;
        let named = Delta { from, to, release, units: Vec::new() };
        match named.statement().as_bytes() == statement {
            true => Ok(Received { from, to, release, imports, units }),
            false => Err(BundleError::new(ErrorKind::Digest, "the statement is not written canonically")),
        }
    }

    /// Links its units to the bundle that begins with `head`, and gives them with what units of that bundle are read through from then on. What they
    /// hold is verified with [`Standing::verify`].
    ///
    /// # Errors
    /// There are none, they are not sorted, or one is no unit or uses what is not declared so.
    pub fn link(self, head: &Bundle, standing: &Standing) -> Result<(Delta, Links), BundleError> {
        let Received { from, to, release, imports, units } = self;
        check_tables(&imports, units.iter().copied())?;
        let mut links = standing.links.clone();
        links.add_encoded(head, &imports)?;
        let units: Vec<Unit> = units.into_iter().map(|unit| links.decode(unit)).collect::<Result<_, _>>()?;
        if units.is_empty() {
            return Err(BundleError::new(ErrorKind::DeltaLayer, "it changes no user's policy"));
        }
        if !units.is_sorted_by(|left, right| (&left.key, left.mode) < (&right.key, right.mode)) {
            return Err(BundleError::new(
                ErrorKind::Order,
                "the units are not sorted by user, or one is there twice",
            ));
        }
        Ok((Delta { from, to, release, units }, links))
    }
}

fn read_statement(bytes: &[u8]) -> Option<(BundleId, BundleId, Release)> {
    let mut lines = std::str::from_utf8(bytes).ok()?.lines();
    Some((
        read_id(lines.next()?.strip_prefix("delta ")?)?,
        read_id(lines.next()?.strip_prefix("to ")?)?,
        read_release(&mut lines)?,
    ))
}
