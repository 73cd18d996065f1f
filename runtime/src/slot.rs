//! A slot: 16 untyped bytes that hold any value.
//!
//! Types were checked when the bundle was loaded, so a slot does not say what it holds; whoever reads it knows. The zero
//! slot is a valid value of every type: `false`, 0, no amount of no currency, the empty text, the empty list, the first
//! value of an enumeration. A slot that was filled wrongly therefore reads as some value, never as a crash.

use lictor_bundle::country::Country;
use lictor_bundle::currency::Currency;
use lictor_bundle::zone::Zone;

/// One value of any type. See the module's documentation.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Slot(u64, u64);

/// The highest number of a table.
pub(crate) const MAX_TABLE: u16 = (1 << 15) - 1;

/// An amount in minor units of its currency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Money {
    /// Compared first, so that a sorted set of amounts is grouped by currency.
    pub currency: Currency,
    pub minor: i64,
}

/// A text: where its bytes lie, and what most others are told apart from it by without a look at them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct TextSpan {
    /// The arena, as in a [`Span`].
    pub arena: u32,
    /// The first byte.
    pub at: u32,
    /// How many bytes.
    pub len: u32,
    /// What `crate::index::hash` makes of them: an even number.
    pub hash: u32,
    /// Whether it is known to be one of the policy's own texts, and so the only one of these with its hash (`crate::known`).
    pub is_known: bool,
}

/// Where the slots of a collection lie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Span {
    /// The arena: 0 is the request's own, the others belong to the loaded program.
    pub arena: u32,
    /// The first slot.
    pub at: u32,
    /// How many elements.
    pub len: u32,
    /// How many slots an element takes.
    pub width: u16,
    /// Whether the elements are sorted and distinct: a set.
    pub sorted: bool,
}

impl Slot {
    /// The zero of every type.
    pub const ZERO: Slot = Slot(0, 0);

    /// A truth value, or whether an optional value is there.
    pub const fn from_bool(value: bool) -> Slot {
        Slot(value as u64, 0)
    }

    /// As [`Slot::from_bool`] put it.
    pub const fn bool(self) -> bool {
        self.0 != 0
    }

    /// An integer, a timestamp or a duration; a date, a time of day or a day of the week.
    pub const fn from_int(value: i64) -> Slot {
        Slot(value.cast_unsigned(), 0)
    }

    /// As [`Slot::from_int`] put it.
    pub const fn int(self) -> i64 {
        self.0.cast_signed()
    }

    /// A decimal, scaled by 10^9, or a running sum.
    pub const fn from_wide(value: i128) -> Slot {
        let bits = value.cast_unsigned();
        Slot(bits as u64, (bits >> 64) as u64)
    }

    /// As [`Slot::from_wide`] put it.
    pub const fn wide(self) -> i128 {
        (((self.1 as u128) << 64) | self.0 as u128).cast_signed()
    }

    /// An amount.
    pub const fn from_money(money: Money) -> Slot {
        Slot(money.minor.cast_unsigned(), money.currency.0)
    }

    /// As [`Slot::from_money`] put it.
    pub const fn money(self) -> Money {
        Money { currency: Currency(self.1), minor: self.0.cast_signed() }
    }

    /// A country.
    pub const fn from_country(country: Country) -> Slot {
        Slot(country.0 as u64, 0)
    }

    /// As [`Slot::from_country`] put it.
    pub const fn country(self) -> Country {
        Country(self.0 as u16)
    }

    /// A time zone.
    pub const fn from_zone(zone: Zone) -> Slot {
        Slot(zone.0 as u64, 0)
    }

    /// As [`Slot::from_zone`] put it.
    pub const fn zone(self) -> Zone {
        Zone(self.0 as u16)
    }

    /// The n-th value of an enumeration.
    pub const fn from_variant(number: u16) -> Slot {
        Slot(number as u64, 0)
    }

    /// As [`Slot::from_variant`] put it.
    pub const fn variant(self) -> u16 {
        self.0 as u16
    }

    /// What truth values, countries, time zones and enumerations are compared by.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Two numbers that a table in memory consists of, and no value.
    pub const fn from_pair(pair: [u64; 2]) -> Slot {
        let [first, second] = pair;
        Slot(first, second)
    }

    /// As [`Slot::from_pair`] put them.
    pub const fn pair(self) -> [u64; 2] {
        [self.0, self.1]
    }

    /// A text.
    pub const fn from_text(text: TextSpan) -> Slot {
        let hash = text.hash as u64 | text.is_known as u64;
        Slot((text.at as u64) << 32 | text.len as u64, (text.arena as u64) << 32 | hash)
    }

    /// As [`Slot::from_text`] put it.
    pub const fn text(self) -> TextSpan {
        TextSpan {
            arena: (self.1 >> 32) as u32,
            at: (self.0 >> 32) as u32,
            len: self.0 as u32,
            hash: self.1 as u32 & !1,
            is_known: self.1 & 1 == 1,
        }
    }

    /// Whether two texts have the same length and the same hash: texts that are the same do, and hardly any others.
    pub const fn resembles(self, other: Slot) -> bool {
        self.0 as u32 == other.0 as u32 && (self.1 ^ other.1) as u32 <= 1
    }

    /// Whether both are known texts: then those that resemble each other are the same.
    pub const fn both_known(self, other: Slot) -> bool {
        self.1 & other.1 & 1 == 1
    }

    /// What a known text is told by: an odd number that no other one of them has.
    pub const fn known_by(self) -> Option<u32> {
        if self.1 & 1 == 1 { Some(self.1 as u32) } else { None }
    }

    /// The same text, known.
    pub const fn known(self) -> Slot {
        Slot(self.0, self.1 | 1)
    }

    /// A collection.
    pub const fn from_span(span: Span) -> Slot {
        Slot(
            (span.at as u64) << 32 | span.len as u64,
            (span.arena as u64) << 32 | (span.width as u64) << 16 | span.sorted as u64,
        )
    }

    /// The same collection with the number of the table by which its texts are found. Only as many tables can be named as fit.
    pub const fn with_table(self, table: u16) -> Slot {
        Slot(self.0, self.1 | ((table & MAX_TABLE) as u64) << 1)
    }

    /// As [`Slot::with_table`] put it; 0 where it has none.
    pub const fn table(self) -> u16 {
        (self.1 >> 1) as u16 & MAX_TABLE
    }

    /// As [`Slot::from_span`] put it.
    pub const fn span(self) -> Span {
        Span {
            arena: (self.1 >> 32) as u32,
            at: (self.0 >> 32) as u32,
            len: self.0 as u32,
            width: (self.1 >> 16) as u16,
            sorted: self.1 & 1 == 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_comes_back_as_it_went_in() {
        for value in [i128::MIN, -1, 0, 1, 1 << 64, i128::MAX] {
            assert_eq!(Slot::from_wide(value).wide(), value);
        }
        for value in [i64::MIN, -1, 0, i64::MAX] {
            assert_eq!(Slot::from_int(value).int(), value);
            let money = Money { currency: Currency(u64::MAX - 7), minor: value };
            assert_eq!(Slot::from_money(money).money(), money);
        }
        let span =
            Span { arena: u32::MAX, at: u32::MAX - 1, len: u32::MAX - 2, width: u16::MAX - 3, sorted: true };
        assert_eq!(Slot::from_span(span).span(), span);
        let with_table = Slot::from_span(span).with_table(MAX_TABLE);
        assert_eq!((with_table.span(), with_table.table()), (span, MAX_TABLE));
        assert_eq!(Slot::from_span(span).table(), 0);
        for is_known in [false, true] {
            let (at, len, hash) = (u32::MAX - 1, u32::MAX - 2, u32::MAX - 3);
            let text = TextSpan { arena: u32::MAX, at, len, hash, is_known };
            assert_eq!(Slot::from_text(text).text(), text);
            assert_eq!(Slot::from_text(text).known().text(), TextSpan { is_known: true, ..text });
            let (this, same) = (Slot::from_text(text), Slot::from_text(TextSpan { arena: 0, at: 0, ..text }));
            assert!(this.resembles(same) && this.known().resembles(same) && this.resembles(same.known()));
            assert!(!this.resembles(Slot::from_text(TextSpan { hash: 0, ..text })));
            assert!(!this.resembles(Slot::from_text(TextSpan { len: 0, ..text })));
            assert_eq!(this.both_known(same.known()), is_known);
        }
        assert_eq!(Slot::from_country(Country(0x5553)).country(), Country(0x5553));
        assert!(Slot::from_bool(true).bool() && !Slot::ZERO.bool());
    }
}
