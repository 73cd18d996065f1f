//! What a unit sets parameters to, in a row of slots: what sets a parameter and what it is set to lie side by side in memory.
//!
//! A row begins with an entry for each setting, two of them a slot, sorted by parameter; then come the values.

use lictor_bundle::schema::{ParamId, ParamValue};

use crate::slot::Slot;
use crate::value::{Loader, Value};

/// How many bits of an entry say where in the row the value begins, and how many, how many amounts it is; the rest is the parameter.
const PLACE_BITS: u32 = 24;
/// What does not fit into so many bits.
const PLACES: usize = 1 << PLACE_BITS;

/// Parameters and what they are set to.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Settings<'a> {
    count: usize,
    /// The row, which may be followed by what does not belong to it.
    row: &'a [Slot],
}

/// What is known about a setting besides its value.
#[derive(Clone, Copy)]
struct Entry {
    param: ParamId,
    /// How many amounts it is; none for what is not money.
    amounts: Option<usize>,
    /// Where in the row its value begins.
    at: usize,
}

impl<'a> Settings<'a> {
    /// So many settings, in the row that begins here.
    pub fn new(count: usize, row: &'a [Slot]) -> Settings<'a> {
        Settings { count, row }
    }

    /// What a parameter is set to.
    pub fn get(self, param: ParamId) -> Option<Value<'a>> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = (low + high) / 2;
            let entry = self.entry(middle)?;
            if entry.param == param {
                return self.value(entry);
            }
            (low, high) = if entry.param < param { (middle + 1, high) } else { (low, middle) };
        }
        None
    }

    /// The value of this number.
    pub fn at(self, number: usize) -> Option<Value<'a>> {
        self.value(self.entry(number)?)
    }

    /// The parameters that are set, sorted.
    pub fn params(self) -> impl Iterator<Item = ParamId> {
        (0..self.count).filter_map(move |number| Some(self.entry(number)?.param))
    }

    fn entry(self, number: usize) -> Option<Entry> {
        if number >= self.count {
            return None;
        }
        let [even, odd] = self.row.get(number / 2)?.pair();
        Some(Entry::from_bits(if number.is_multiple_of(2) { even } else { odd }))
    }

    fn value(self, entry: Entry) -> Option<Value<'a>> {
        Some(match entry.amounts {
            None => Value::One(*self.row.get(entry.at)?),
            Some(amounts) => Value::Money(self.row.get(entry.at..entry.at.checked_add(amounts)?)?),
        })
    }
}

impl Entry {
    fn to_bits(self) -> Option<u64> {
        let amounts = self.amounts.map_or(0, |amounts| amounts + 1);
        let fits = amounts < PLACES && self.at < PLACES;
        fits.then_some((u64::from(self.param) << PLACE_BITS | amounts as u64) << PLACE_BITS | self.at as u64)
    }

    fn from_bits(bits: u64) -> Entry {
        let place = |bits: u64| (bits as usize) & (PLACES - 1);
        Entry {
            param: (bits >> (2 * PLACE_BITS)) as ParamId,
            amounts: place(bits >> PLACE_BITS).checked_sub(1),
            at: place(bits),
        }
    }
}

/// Adds the row of these settings to the slots, and says how many they are. They are sorted by parameter. `None` where the row or the
/// arena would be too long.
pub(crate) fn write<'v>(
    settings: impl ExactSizeIterator<Item = (ParamId, &'v ParamValue)>,
    loader: &mut Loader<'_>,
    slots: &mut Vec<Slot>,
) -> Option<usize> {
    let (count, first) = (settings.len(), slots.len());
    slots.resize(first + count.div_ceil(2), Slot::ZERO);
    for (number, (param, value)) in settings.enumerate() {
        let at = slots.len() - first;
        let amounts = loader.value(value, slots)?;
        let slot = slots.get_mut(first + number / 2)?;
        let mut pair = slot.pair();
        *pair.get_mut(number % 2)? = Entry { param, amounts, at }.to_bits()?;
        *slot = Slot::from_pair(pair);
    }
    Some(count)
}

/// Settings in memory of their own.
#[derive(Debug)]
pub(crate) struct KeptSettings {
    count: usize,
    row: Box<[Slot]>,
}

impl KeptSettings {
    /// Of these, which are sorted by parameter. `None` where the row or the arena would be too long.
    pub fn of<'v>(
        settings: impl ExactSizeIterator<Item = (ParamId, &'v ParamValue)>,
        loader: &mut Loader<'_>,
    ) -> Option<KeptSettings> {
        let mut row = Vec::new();
        let count = write(settings, loader, &mut row)?;
        Some(KeptSettings { count, row: row.into() })
    }

    /// The settings.
    pub fn view(&self) -> Settings<'_> {
        Settings::new(self.count, &self.row)
    }
}

#[cfg(test)]
mod tests {
    use lictor_bundle::currency::Currency;
    use lictor_bundle::schema::Scalar;

    use super::*;
    use crate::arena::Arena;

    #[test]
    fn every_setting_is_found_and_no_other_one() {
        let amount = |code: u64| Scalar::Money(Currency(code), 100 * code as i64);
        let value = |param: ParamId| match param % 3 {
            0 => ParamValue::Money((1..=u64::from(param)).map(amount).collect()),
            1 => ParamValue::Scalar(Scalar::Int(i64::from(param))),
            _ => ParamValue::Set(vec![Scalar::Text("a".to_owned()), Scalar::Text("b".to_owned())]),
        };
        for count in [0, 1, 2, 3, 10, 21] {
            let values: Vec<(ParamId, ParamValue)> =
                (0..count).map(|number| (2 * number, value(2 * number))).collect();
            let mut arena = Arena::default();
            let mut loader = Loader { arena: &mut arena, number: 1, known: None };
            let kept = KeptSettings::of(values.iter().map(|(param, value)| (*param, value)), &mut loader);
            let kept = kept.unwrap();
            let settings = kept.view();
            assert!(settings.params().eq(values.iter().map(|(param, _)| *param)));
            for (number, (param, value)) in values.iter().enumerate() {
                let found = settings.get(*param).unwrap();
                assert_eq!(settings.at(number), Some(found));
                assert_eq!(settings.get(param + 1), None);
                match value {
                    ParamValue::Scalar(Scalar::Int(int)) => {
                        assert_eq!(found.slot(Currency::NONE).unwrap().int(), *int)
                    }
                    ParamValue::Money(amounts) => {
                        let Value::Money(slots) = found else { panic!("{found:?}") };
                        assert_eq!(slots.len(), amounts.len());
                        for code in 1..=u64::from(*param) {
                            let money = found.slot(Currency(code)).unwrap().money();
                            assert_eq!((money.currency, money.minor), (Currency(code), 100 * code as i64));
                        }
                        assert_eq!((found.slot(Currency(99)), found.slot(Currency::NONE)), (None, None));
                    }
                    _ => assert_eq!(found.slot(Currency::NONE).unwrap().span().len, 2),
                }
            }
            assert_eq!(settings.at(values.len()), None);
        }
    }
}
