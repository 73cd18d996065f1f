//! From a unit in the numbers of its schema to one in numbers of its own, with the table that they refer to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::declared::Declared;
use super::references::{self, Visitor};
use super::types::Types;
use super::{Digest, Field, Import, Imports, Kind};
use crate::currency::Currency;
use crate::encoded;
use crate::error::{BundleError, ErrorKind};
use crate::instr::{Reg, TEMPORARIES};
use crate::program::{Bundle, Unit};
use crate::schema::ActionId;

/// What stands for a number that refers to nothing: no table is so long. Whoever verifies the unit refuses it for that.
pub(super) const NOTHING: u16 = u16::MAX;

/// Encodes the units of a bundle, and collects what they import.
pub struct Exporter<'a> {
    declared: Declared<'a>,
    /// What was found for those that use the same.
    known: BTreeMap<Uses, Arc<Table>>,
    tables: BTreeMap<Digest, Arc<Table>>,
}

/// The numbers that a unit uses.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Uses {
    numbers: BTreeSet<(Kind, u16)>,
    slots: BTreeSet<(ActionId, Reg)>,
    groups: BTreeSet<String>,
}

/// A table of imports, and which of its numbers stands for which of the schema's.
struct Table {
    imports: Imports,
    digest: Digest,
    numbers: BTreeMap<(Kind, u16), u16>,
    slots: BTreeMap<(ActionId, Reg), Reg>,
}

impl<'a> Exporter<'a> {
    /// Of a bundle. Its units need not be there.
    pub fn new(head: &'a Bundle) -> Exporter<'a> {
        Exporter::with(head, None)
    }

    pub(super) fn with(head: &'a Bundle, types: Option<Arc<Types>>) -> Exporter<'a> {
        Exporter { declared: Declared::of(head, types), known: BTreeMap::new(), tables: BTreeMap::new() }
    }

    /// The bundle.
    pub(super) fn head(&self) -> &'a Bundle {
        self.declared.head
    }

    /// Encodes a unit as it stands in a file: a user's in numbers of its own, any other in those of the schema.
    ///
    /// # Errors
    /// It is too large to be written, or uses too much.
    pub fn encode(&mut self, unit: &Unit) -> Result<Vec<u8>, BundleError> {
        if !unit.key.is_user() {
            return encoded::encode(unit);
        }
        let (mut unit, table) = self.table(unit)?;
        references::unit(&mut unit, &mut Renumber { declared: &self.declared, table: &table })?;
        let mut bytes = encoded::encode(&unit)?;
        bytes.extend_from_slice(&table.digest);
        Ok(bytes)
    }

    /// What a user's unit uses.
    ///
    /// # Errors
    /// It uses too much.
    pub fn imports(&mut self, unit: &Unit) -> Result<Imports, BundleError> {
        Ok(self.table(unit)?.1.imports.clone())
    }

    /// The tables that what was encoded refers to, sorted by digest.
    pub fn tables(&self) -> impl Iterator<Item = (&Digest, &Imports)> {
        self.tables.iter().map(|(digest, table)| (digest, &table.imports))
    }

    /// The unit, to be renumbered, and its table.
    fn table(&mut self, unit: &Unit) -> Result<(Unit, Arc<Table>), BundleError> {
        let mut unit = unit.clone();
        let mut collect = Collect { declared: &self.declared, uses: Uses::default() };
        references::unit(&mut unit, &mut collect)?;
        let uses = collect.uses;
        if let Some(known) = self.known.get(&uses) {
            return Ok((unit, known.clone()));
        }
        let table = Arc::new(Table::of(&self.declared, &uses)?);
        self.tables.insert(table.digest, table.clone());
        self.known.insert(uses, table.clone());
        Ok((unit, table))
    }
}

impl Table {
    fn of(declared: &Declared<'_>, uses: &Uses) -> Result<Table, BundleError> {
        let mut found: Vec<(Import, u16)> = Vec::with_capacity(uses.numbers.len());
        for (kind, number) in &uses.numbers {
            found.extend(declared.import(*kind, *number)?.map(|import| (import, *number)));
        }
        found.sort_unstable();
        let mut numbers = BTreeMap::new();
        let mut imports: Vec<Import> = Vec::with_capacity(found.len());
        let mut next = 0;
        for (import, number) in found {
            let kind = import.kind;
            let last = imports.last();
            next = match last {
                // Two types of a schema that are the same are one import.
                Some(last) if *last == import => next,
                Some(last) if last.kind == kind => next + 1,
                _ => 0,
            };
            if last != Some(&import) {
                imports.push(import);
            }
            numbers.insert((kind, number), next);
        }
        let mut fields = Vec::with_capacity(uses.slots.len());
        for (action, register) in &uses.slots {
            let place = declared.place(*action, *register)?;
            let digest = place.as_ref().and_then(|place| declared.field(*action, place));
            if let (Some(place), Some(digest), Some(number)) =
                (place, digest, numbers.get(&(Kind::Action, *action)))
            {
                fields.push((Field { path: place.path, action: *number, digest }, (*action, *register)));
            }
        }
        fields.sort_unstable();
        let mut slots = BTreeMap::new();
        let mut paths = 0;
        for (at, (field, slot)) in fields.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| fields.get(before));
            if before.is_some_and(|(before, _)| before.path != field.path) {
                paths += 1;
            }
            let register = TEMPORARIES.checked_add(paths).filter(|register| *register != NOTHING);
            let register = register.ok_or_else(|| {
                BundleError::new(ErrorKind::TooLarge, "a user's unit reads more fields than can be numbered")
            })?;
            slots.insert(*slot, register);
        }
        let fields = fields.into_iter().map(|(field, _)| field).collect();
        // They are the last kind, and sorted.
        imports.extend(uses.groups.iter().map(|name| declared.group(name)));
        let imports = Imports { declared: imports, fields };
        Ok(Table { digest: imports.digest()?, imports, numbers, slots })
    }
}

/// Finds out what a unit uses, and changes nothing.
struct Collect<'a> {
    declared: &'a Declared<'a>,
    uses: Uses,
}

impl Visitor for Collect<'_> {
    fn number(&mut self, kind: Kind, number: &mut u16) -> Result<(), BundleError> {
        self.uses.numbers.insert((kind, *number));
        Ok(())
    }

    fn slot(&mut self, action: ActionId, register: &mut Reg) -> Result<(), BundleError> {
        self.uses.slots.insert((action, *register));
        Ok(())
    }

    fn arguments(&mut self, fact: u16, action: ActionId, register: &mut Reg) -> Result<(), BundleError> {
        if self.declared.takes_one(fact) { self.slot(action, register) } else { Ok(()) }
    }

    fn group(&mut self, name: &str) -> Result<(), BundleError> {
        self.uses.groups.insert(name.to_owned());
        Ok(())
    }

    fn currency(&mut self, currency: Currency) -> Result<(), BundleError> {
        self.uses.numbers.extend(self.declared.currency(currency).map(|number| (Kind::Currency, number)));
        Ok(())
    }
}

/// Puts a unit into numbers of its own.
struct Renumber<'a> {
    declared: &'a Declared<'a>,
    table: &'a Table,
}

impl Visitor for Renumber<'_> {
    fn number(&mut self, kind: Kind, number: &mut u16) -> Result<(), BundleError> {
        *number = self.table.numbers.get(&(kind, *number)).copied().unwrap_or(NOTHING);
        Ok(())
    }

    fn slot(&mut self, action: ActionId, register: &mut Reg) -> Result<(), BundleError> {
        *register = self.table.slots.get(&(action, *register)).copied().unwrap_or(NOTHING);
        Ok(())
    }

    fn arguments(&mut self, fact: u16, action: ActionId, register: &mut Reg) -> Result<(), BundleError> {
        if self.declared.takes_one(fact) {
            return self.slot(action, register);
        }
        *register = NOTHING;
        Ok(())
    }

    fn group(&mut self, _: &str) -> Result<(), BundleError> {
        Ok(())
    }

    fn currency(&mut self, _: Currency) -> Result<(), BundleError> {
        Ok(())
    }
}
