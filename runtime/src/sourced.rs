//! Sourced values: the slots of their parts, where they are kept.

use lictor_bundle::shape::{SourcePart, WITHHELD};

use crate::slot::Slot;

/// The slots from a part on, of all slots of a sourced value; none where there is no such value.
pub(crate) fn part_of(slots: &[Slot], part: SourcePart) -> &[Slot] {
    slots.get(usize::from(part.offset())..).unwrap_or(&[])
}

/// Whether there is no value to be read. What is not there at all is withheld, too.
pub(crate) fn is_withheld(slots: &[Slot]) -> bool {
    slots.first().copied().unwrap_or_default().variant() == WITHHELD
}
