//! What is taken out of collections, maps and sourced values: it has the type that they say, and goes where it fits.

use crate::error::{BundleError, ErrorKind};
use crate::instr::Reg;
use crate::schema::{SlotType, TypeId};
use crate::shape::SourcePart;

use super::ensure;
use super::types::{Check, Place};
use super::values::Slot;

impl Place<'_> {
    /// The type of what a loop over a collection meets.
    pub(super) fn element_of(&self, collection: Reg) -> Result<TypeId, BundleError> {
        let element = self.type_of(collection)?.element();
        element.ok_or_else(|| wrong(collection, "a collection"))
    }

    /// The type of a map's values.
    pub(super) fn map_value(&self, map: Reg) -> Result<TypeId, BundleError> {
        let entry = match self.type_of(map)? {
            SlotType::Map(entry) => self.declared.schema.entry(entry),
            _ => None,
        };
        entry.map(|(_, value)| value).ok_or_else(|| wrong(map, "a map"))
    }

    /// The type of a part of a sourced value.
    pub(super) fn source_part(&self, part: SourcePart, from: Reg) -> Result<TypeId, BundleError> {
        let source = match self.type_of(from)? {
            SlotType::Sourced(record) => self.declared.schema.source(record),
            _ => None,
        };
        source.map(|source| source.part(part)).ok_or_else(|| wrong(from, "a sourced value"))
    }
}

impl Check<'_> {
    /// A look-up says whether there is an entry, then gives its value.
    pub(super) fn look_up(&mut self, to: Reg, map: Reg, key: Reg, width: u16) -> Result<(), BundleError> {
        let value = self.place.map_value(map)?;
        self.read(key, SlotType::Text)?;
        self.write(to, SlotType::Bool)?;
        let first = to.checked_add(1).ok_or_else(|| wrong(to, "followed by others"))?;
        self.write_value(first, value, width)
    }

    /// A part of a sourced value.
    pub(super) fn source(
        &mut self,
        part: SourcePart,
        to: Reg,
        from: Reg,
        width: u16,
    ) -> Result<(), BundleError> {
        let ty = self.place.source_part(part, from)?;
        self.write_value(to, ty, width)
    }

    fn write_value(&mut self, first: Reg, ty: TypeId, width: u16) -> Result<(), BundleError> {
        let slots: Vec<Slot> = self.place.slots_to_write(ty)?;
        ensure(slots.len() == usize::from(width), ErrorKind::Operand, || {
            format!("it takes {width} registers, and the value has {}", slots.len())
        })?;
        for (offset, slot) in (0..width).zip(slots) {
            let register =
                first.checked_add(offset).ok_or_else(|| wrong(first, "followed by so many others"))?;
            self.write(register, slot.ty)?;
        }
        Ok(())
    }
}

fn wrong(register: Reg, what: &str) -> BundleError {
    BundleError::new(ErrorKind::Register, format!("register {register} is not {what}"))
}
