//! The members of a parameter that is always the same set, told without a look at the set itself.

use lictor_bundle::instr::Kind;

use crate::index::KnownTexts;
use crate::slot::Slot;

/// What tells whether something is a member.
#[derive(Debug)]
pub(crate) enum Members {
    /// Of texts, those that are known: about others the set is asked.
    Texts(KnownTexts),
    /// What is compared as bits: countries, time zones, values of an enumeration, truth values.
    Bits(Bits),
}

impl Members {
    /// The members of a set of this kind. None where it must be asked itself: for what is neither a text nor bits, or where every way to
    /// arrange its texts would make some search too long.
    pub fn of(kind: Kind, elements: &[Slot]) -> Option<Members> {
        match kind {
            Kind::Text => KnownTexts::of(elements).map(Members::Texts),
            Kind::Bits => Bits::of(elements).map(Members::Bits),
            Kind::Int | Kind::Decimal | Kind::Money => None,
        }
    }
}

/// From the least value of a set to its greatest, a bit each, which says whether it is in the set.
#[derive(Debug)]
pub(crate) struct Bits {
    least: u64,
    rows: Box<[u64]>,
}

/// So far apart may the least and the greatest be. No type's values are further: the bits of a country are its two letters.
const MOST: u64 = 1 << u16::BITS;

impl Bits {
    /// Of these values. None where there are none, or they lie too far apart.
    fn of(values: &[Slot]) -> Option<Bits> {
        let values = || values.iter().map(|value| value.bits());
        let least = values().min()?;
        let furthest = values().max()? - least;
        if furthest >= MOST {
            return None;
        }
        let (last, _) = place(furthest);
        let mut rows = vec![0; last + 1].into_boxed_slice();
        for value in values() {
            let (row, bit) = place(value - least);
            *rows.get_mut(row)? |= bit;
        }
        Some(Bits { least, rows })
    }

    /// Whether a value is one of them.
    #[inline(always)]
    pub fn hold(&self, value: u64) -> bool {
        let (row, bit) = place(value.wrapping_sub(self.least));
        self.rows.get(row).is_some_and(|row| row & bit != 0)
    }
}

/// Where the bit of the n-th value stands: in which row, and there alone.
#[inline(always)]
fn place(number: u64) -> (usize, u64) {
    let width = u64::from(u64::BITS);
    ((number / width) as usize, 1 << (number % width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_a_set_is_found_and_no_other_one() {
        for values in [&[0][..], &[7], &[0, 63, 64], &[1, 2, 4, 800], &[0x4142, 0x5A5A], &[0, 0xFFFF]] {
            let slots: Vec<Slot> = values.iter().map(|value| Slot::from_variant(*value)).collect();
            let Some(Members::Bits(bits)) = Members::of(Kind::Bits, &slots) else { panic!("{values:?}") };
            for value in 0..=u16::MAX {
                assert_eq!(bits.hold(value.into()), values.contains(&value), "{value} in {values:?}");
            }
            assert!(!bits.hold(u64::MAX) && !bits.hold(1 << 16));
        }
    }

    #[test]
    fn values_too_far_apart_have_no_rows() {
        let [least, greatest] = [0, 1 << 16].map(Slot::from_int);
        assert!(Members::of(Kind::Bits, &[least, greatest]).is_none());
        assert!(Members::of(Kind::Bits, &[]).is_none());
    }
}
