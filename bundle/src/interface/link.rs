//! From a unit in numbers of its own to one in those of the schema that it stands beside.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::declared::{Declared, shown};
use super::export::{Exporter, NOTHING};
use super::references::{self, Visitor};
use super::types::Types;
use super::{Digest, Imports, Kind, digest_of};
use crate::codec;
use crate::currency::Currency;
use crate::encoded;
use crate::error::{BundleError, ErrorKind};
use crate::instr::{Reg, TEMPORARIES};
use crate::program::{Bundle, Unit};
use crate::schema::ActionId;

/// The most instructions that the code of a user's unit may have once it is linked. For another action other registers are read, so that a
/// code may become several.
const MAX_INSTRUCTIONS: usize = 1 << 20;

/// Tables of imports, each looked up in what a bundle declares: what users' units are read through.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Links {
    types: Option<Arc<Types>>,
    tables: BTreeMap<Digest, Result<Arc<Linked>, BundleError>>,
}

/// A table of imports, with the numbers that they have here.
#[derive(PartialEq, Eq, Debug)]
struct Linked {
    /// The numbers, and of each kind where its imports begin.
    numbers: Vec<u16>,
    starts: [usize; Kind::ALL.len() + 1],
    /// Of each field its path's number, its action's among those imported, and its register; sorted.
    fields: Vec<(u16, u16, Reg)>,
    currencies: Vec<Currency>,
    groups: Vec<String>,
    /// Which of the facts are asked with one value at most.
    takes_one: Vec<bool>,
}

impl Links {
    /// Looks tables of imports up in what a bundle declares. Those that are known already are passed over. One that cannot be linked refuses the
    /// units that refer to it.
    ///
    /// # Errors
    /// A table is not sorted, or linking them takes too long.
    pub(crate) fn add<'i>(
        &mut self,
        head: &Bundle,
        tables: impl Iterator<Item = (&'i Digest, &'i Imports)>,
    ) -> Result<(), BundleError> {
        let mut declared = None;
        for (digest, imports) in
            tables.filter(|(digest, _)| !self.tables.contains_key(*digest)).collect::<Vec<_>>()
        {
            let declared = declared.get_or_insert_with(|| Declared::of(head, self.types.take()));
            let linked = match Linked::of(declared, imports) {
                Err(error) if error.kind == ErrorKind::Interface => Err(error),
                linked => Ok(Arc::new(linked?)),
            };
            self.tables.insert(*digest, linked);
        }
        if let Some(declared) = declared {
            self.types = declared.types;
        }
        Ok(())
    }

    /// The same with the tables of a file.
    pub(crate) fn add_encoded(&mut self, head: &Bundle, tables: &[&[u8]]) -> Result<(), BundleError> {
        let read = |bytes: &&[u8]| Ok((digest_of(bytes), codec::decode(bytes, "a table of imports")?));
        let tables: Vec<(Digest, Imports)> = tables.iter().map(read).collect::<Result<_, BundleError>>()?;
        self.add(head, tables.iter().map(|(digest, imports)| (digest, imports)))
    }

    /// Adds what an exporter has written, which is linked to what it was written from.
    ///
    /// # Errors
    /// Linking takes too long.
    pub fn take(&mut self, exporter: Exporter<'_>) -> Result<(), BundleError> {
        self.add(exporter.head(), exporter.tables())
    }

    /// What encodes units for the bundle that these are linked to.
    pub fn exporter<'a>(&self, head: &'a Bundle) -> Exporter<'a> {
        Exporter::with(head, self.types.clone())
    }

    /// Decodes a unit as it stands in a file, and links it where it is a user's. Refuses bytes that it would not be written as again; nothing
    /// else of it is verified.
    ///
    /// # Errors
    /// It is no unit, refers to a table that is not there or does not fit it, or uses what is declared otherwise or not at all.
    pub fn decode(&self, bytes: &[u8]) -> Result<Unit, BundleError> {
        let mut budget = MAX_INSTRUCTIONS;
        self.decode_within(bytes, &mut budget)
    }

    /// The same where so many instructions may be copied in all: what is taken of them is taken from `budget`.
    pub(crate) fn decode_within(&self, bytes: &[u8], budget: &mut usize) -> Result<Unit, BundleError> {
        if encoded::user(bytes).is_none() {
            return encoded::decode(bytes);
        }
        let not_a_unit = || refused("a user's unit does not end with the digest of its imports");
        let (body, digest) = bytes.split_last_chunk::<32>().ok_or_else(not_a_unit)?;
        let mut unit: Unit = codec::decode(body, "a unit")?;
        let linked = match self.tables.get(digest) {
            None => Err(refused("the table of its imports is not there")),
            Some(linked) => linked.clone(),
        };
        let done = linked.and_then(|linked| match references::are_in_order(&unit) {
            true => linked.link(&mut unit, budget),
            false => Err(refused("its codes are not each used, or not numbered in the order of their use")),
        });
        match done {
            Ok(()) => Ok(unit),
            Err(error) => {
                let user = String::from_utf8_lossy(encoded::user(bytes).unwrap_or_default());
                Err(BundleError::new(error.kind, format!("user {}: {}", shown(&user), error.message)))
            }
        }
    }
}

/// Checks that the tables of a file are sorted by digest, and that its units name each of them: so it is signed what they hold, and none of them
/// need be read to know it. A table that is named and not there is told with the unit that names it.
pub(crate) fn check_tables<'u>(
    tables: &[&[u8]],
    units: impl Iterator<Item = &'u [u8]>,
) -> Result<(), BundleError> {
    let mut named: Vec<&Digest> = Vec::new();
    for unit in units.filter(|unit| encoded::user(unit).is_some()) {
        // Neighbours often use the same.
        named.extend(unit.last_chunk().filter(|digest| named.last() != Some(digest)));
    }
    named.sort_unstable();
    let digests: Vec<Digest> = tables.iter().map(|table| digest_of(table)).collect();
    let are_named = digests.iter().all(|digest| named.binary_search(&digest).is_ok());
    match are_named && digests.is_sorted_by(|one, other| one < other) {
        true => Ok(()),
        false => Err(BundleError::new(
            ErrorKind::Digest,
            "the tables of imports are not sorted, or one of them is named by no unit",
        )),
    }
}

impl Linked {
    fn of(declared: &Declared<'_>, imports: &Imports) -> Result<Linked, BundleError> {
        let Imports { declared: all, fields } = imports;
        let is_sorted = all.is_sorted_by(|one, other| one < other)
            && fields.is_sorted_by(|one, other| (&one.path, one.action) < (&other.path, other.action));
        if !is_sorted {
            return Err(refused("a table of imports is not sorted, or has one of them twice"));
        }
        let mut linked = Linked {
            numbers: all.iter().map(|import| declared.number(import)).collect::<Result<_, _>>()?,
            starts: [0; Kind::ALL.len() + 1],
            fields: Vec::with_capacity(fields.len()),
            currencies: Vec::new(),
            groups: imports.of(Kind::Group).iter().map(|import| import.name.clone()).collect(),
            takes_one: Vec::new(),
        };
        for (start, kind) in linked.starts.iter_mut().zip(Kind::ALL) {
            *start = all.partition_point(|import| import.kind < kind);
        }
        if let Some(end) = linked.starts.last_mut() {
            *end = all.len();
        }
        let currencies = &declared.head.schema.currencies;
        let currency = |number: &u16| currencies.get(usize::from(*number)).map(|(currency, _)| *currency);
        linked.currencies = linked.of_kind(Kind::Currency).iter().filter_map(currency).collect();
        linked.takes_one =
            linked.of_kind(Kind::Fact).iter().map(|number| declared.takes_one(*number)).collect();
        let mut path = 0u16;
        for (at, field) in fields.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| fields.get(before));
            if before.is_some_and(|before| before.path != field.path) {
                path =
                    path.checked_add(1).ok_or_else(|| refused("a table of imports has too many fields"))?;
            }
            let action = linked.of_kind(Kind::Action).get(usize::from(field.action));
            let action = *action.ok_or_else(|| refused("a field is imported of an action that is not"))?;
            linked.fields.push((path, field.action, declared.register(action, field)?));
        }
        Ok(linked)
    }

    fn of_kind(&self, kind: Kind) -> &[u16] {
        let at = kind as usize;
        let range = self.starts.get(at).zip(self.starts.get(at + 1));
        range.and_then(|(start, end)| self.numbers.get(*start..*end)).unwrap_or_default()
    }

    fn link(&self, unit: &mut Unit, budget: &mut usize) -> Result<(), BundleError> {
        let most = MAX_INSTRUCTIONS.min(*budget);
        let mut linking = Linking {
            linked: self,
            used: vec![false; self.numbers.len()],
            used_fields: vec![false; self.fields.len()],
            left: most,
        };
        references::unit(unit, &mut linking)?;
        *budget -= most - linking.left;
        match linking.used.iter().chain(&linking.used_fields).all(|used| *used) {
            true => Ok(()),
            false => Err(refused("the table of its imports has one that it does not use")),
        }
    }
}

/// A unit that is being linked.
struct Linking<'a> {
    linked: &'a Linked,
    used: Vec<bool>,
    used_fields: Vec<bool>,
    /// How many instructions it may still have.
    left: usize,
}

impl Visitor for Linking<'_> {
    fn number(&mut self, kind: Kind, number: &mut u16) -> Result<(), BundleError> {
        let at = usize::from(*number);
        let found = self.linked.of_kind(kind).get(at).copied();
        // What is not in the table is nothing, and refused as that.
        *number = found.unwrap_or(NOTHING);
        let used = self.linked.starts.get(kind as usize).and_then(|start| self.used.get_mut(start + at));
        if let Some(used) = used.filter(|_| found.is_some()) {
            *used = true;
        }
        Ok(())
    }

    fn slot(&mut self, action: ActionId, register: &mut Reg) -> Result<(), BundleError> {
        let path = register.saturating_sub(TEMPORARIES);
        let fields = &self.linked.fields;
        let at = fields.binary_search_by_key(&(path, action), |(path, action, _)| (*path, *action)).ok();
        *register = at.and_then(|at| fields.get(at)).map_or(NOTHING, |(.., register)| *register);
        if let Some(used) = at.and_then(|at| self.used_fields.get_mut(at)) {
            *used = true;
        }
        Ok(())
    }

    fn arguments(&mut self, fact: u16, action: ActionId, register: &mut Reg) -> Result<(), BundleError> {
        if self.linked.takes_one.get(usize::from(fact)).is_some_and(|takes_one| *takes_one) {
            return self.slot(action, register);
        }
        *register = NOTHING;
        Ok(())
    }

    fn group(&mut self, name: &str) -> Result<(), BundleError> {
        match self.linked.groups.binary_search_by(|known| known.as_str().cmp(name)) {
            Ok(at) => self.number(Kind::Group, &mut (at as u16)),
            Err(_) => Err(refused("it names a group of actions that it does not import")),
        }
    }

    fn currency(&mut self, currency: Currency) -> Result<(), BundleError> {
        let at = self.linked.currencies.iter().position(|known| *known == currency);
        match (at, currency.iso_digits()) {
            (Some(at), _) => self.number(Kind::Currency, &mut (at as u16)),
            (None, Some(_)) => Ok(()),
            (None, None) => Err(refused("it has amounts in a currency that it does not import")),
        }
    }

    fn copies(&mut self, instructions: usize) -> Result<(), BundleError> {
        let left = self.left.checked_sub(instructions).ok_or_else(|| {
            let message = "its code has too many instructions for all the actions that it is used for";
            BundleError::new(ErrorKind::Steps, message)
        })?;
        self.left = left;
        Ok(())
    }
}

fn refused(what: &str) -> BundleError {
    BundleError::new(ErrorKind::Encoding, what)
}
