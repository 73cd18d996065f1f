//! Currencies: a code of up to eight upper-case letters or digits, packed, and the minor units of those of ISO 4217.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};

/// A currency code, its bytes packed from the most significant end, so that codes sort as their text does.
///
/// `Currency(0)` is no currency: the zero of a money register, before an amount was written to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub struct Currency(pub u64);

/// The most decimals a currency may have: 10^18 is the greatest power of ten that 64 bits hold.
pub const MAX_DIGITS: u8 = 18;

/// Active currencies of ISO 4217:2015, list one as published by its maintenance agency on 2026-01-01, grouped by the
/// number of decimals of their minor unit. Codes for which the list gives no minor unit (metals, bond-market units,
/// testing) are not currencies one can pay in and are left out. Frozen for instruction set 1: a later list comes with a
/// later instruction set, so that an old bundle keeps its meaning.
const ISO_4217: [(u8, &[&str]); 4] = [
    (
        0,
        &[
            "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV",
            "XAF", "XOF", "XPF",
        ],
    ),
    (
        2,
        &[
            "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BMD", "BND",
            "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHE", "CHF", "CHW", "CNY",
            "COP", "COU", "CRC", "CUP", "CVE", "CZK", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD",
            "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS",
            "INR", "IRR", "JMD", "KES", "KGS", "KHR", "KPW", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL",
            "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MXV", "MYR",
            "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR",
            "RON", "RSD", "RUB", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP",
            "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "USD",
            "USN", "UYU", "UZS", "VED", "VES", "WST", "XAD", "XCD", "XCG", "YER", "ZAR", "ZMW", "ZWG",
        ],
    ),
    (3, &["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]),
    (4, &["CLF", "UYW"]),
];

impl Currency {
    /// No currency.
    pub const NONE: Currency = Currency(0);

    /// The codes of ISO 4217 that are currencies, by their numbers of decimals.
    pub fn all_iso() -> impl Iterator<Item = &'static str> {
        ISO_4217.iter().flat_map(|(_, codes)| codes.iter().copied())
    }

    /// Reads a code of one to eight upper-case letters and digits that starts with a letter. Whether such a currency exists is
    /// what [`Currency::digits`] tells.
    pub fn parse(text: &str) -> Option<Currency> {
        let bytes = text.as_bytes();
        // As nearly all are.
        if let &[a @ b'A'..=b'Z', b @ b'A'..=b'Z', c @ b'A'..=b'Z'] = bytes {
            return Some(Currency(u64::from_be_bytes([a, b, c, 0, 0, 0, 0, 0])));
        }
        let mut packed = [0u8; 8];
        packed.get_mut(..bytes.len())?.copy_from_slice(bytes);
        let currency = Currency(u64::from_be_bytes(packed));
        (currency.is_well_formed() && !bytes.contains(&0)).then_some(currency)
    }

    /// Whether this is [`Currency::NONE`].
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether the packed bytes are a code that [`Currency::parse`] could have given.
    pub fn is_well_formed(self) -> bool {
        let packed = self.0.to_be_bytes();
        let length = packed.iter().position(|byte| *byte == 0).unwrap_or(packed.len());
        let (code, padding) = packed.split_at(length);
        code.first().is_some_and(u8::is_ascii_uppercase)
            && code.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            && padding.iter().all(|byte| *byte == 0)
    }

    /// How many decimals its amounts have, for a currency of ISO 4217 or one of `extra` (as in
    /// [`Schema::currencies`](crate::schema::Schema::currencies)).
    pub fn digits(self, extra: &[(Currency, u8)]) -> Option<u8> {
        self.iso_digits()
            .or_else(|| extra.iter().find(|(currency, _)| *currency == self).map(|(_, digits)| *digits))
    }

    /// How many decimals ISO 4217 gives it. Every amount of a request asks, so the codes of the table are packed once, when this
    /// crate is compiled.
    pub fn iso_digits(self) -> Option<u8> {
        // Nearly all have two.
        if self.has_two_digits() {
            return Some(2);
        }
        const ZERO: [u64; ISO_4217[0].1.len()] = packed(ISO_4217[0].1);
        const THREE: [u64; ISO_4217[2].1.len()] = packed(ISO_4217[2].1);
        const FOUR: [u64; ISO_4217[3].1.len()] = packed(ISO_4217[3].1);
        let groups: [(u8, &[u64]); 3] = [(0, &ZERO), (3, &THREE), (4, &FOUR)];
        groups.into_iter().find(|(_, codes)| codes.binary_search(&self.0).is_ok()).map(|(digits, _)| digits)
    }

    /// Whether ISO 4217 gives it two decimals.
    fn has_two_digits(self) -> bool {
        const THIRDS: [u32; 26 * 26] = thirds(ISO_4217[1].1);
        let [first, second, third, 0, 0, 0, 0, 0] = self.0.to_be_bytes() else { return false };
        let [first, second, third] = [first, second, third].map(|letter| letter.wrapping_sub(b'A'));
        let pair = usize::from(first) * 26 + usize::from(second);
        second < 26 && third < 26 && THIRDS.get(pair).is_some_and(|thirds| thirds >> third & 1 == 1)
    }
}

/// For each pair of first letters the third ones of codes that start with it, a bit each.
#[expect(clippy::indexing_slicing, reason = "it runs while this crate is compiled, over the table above")]
const fn thirds(codes: &[&str]) -> [u32; 26 * 26] {
    let mut all = [0; 26 * 26];
    let mut index = 0;
    while index < codes.len() {
        let code = codes[index].as_bytes();
        all[(code[0] - b'A') as usize * 26 + (code[1] - b'A') as usize] |= 1 << (code[2] - b'A');
        index += 1;
    }
    all
}

/// Codes of three letters as [`Currency`] packs them.
#[expect(clippy::indexing_slicing, reason = "it runs while this crate is compiled, over the table above")]
const fn packed<const N: usize>(codes: &[&str]) -> [u64; N] {
    let mut all = [0; N];
    let mut index = 0;
    while index < N {
        let code = codes[index].as_bytes();
        all[index] = u64::from_be_bytes([code[0], code[1], code[2], 0, 0, 0, 0, 0]);
        index += 1;
    }
    all
}

/// The code as text; nothing for [`Currency::NONE`].
impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.to_be_bytes() {
            if byte != 0 {
                write!(f, "{}", char::from(byte))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_of_the_size_of_the_list() {
        for (_, codes) in ISO_4217 {
            assert!(codes.is_sorted());
        }
        assert_eq!(ISO_4217.iter().map(|(_, codes)| codes.len()).sum::<usize>(), 165);
        // Every code of three letters, and its neighbours on either side of the letters.
        let letters = || b'@'..=b'[';
        for (a, b, c) in
            letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| (a, b, c))))
        {
            let code = String::from_utf8(vec![a, b, c]).unwrap();
            let listed = ISO_4217.iter().find(|(_, codes)| codes.contains(&code.as_str()));
            let currency = Currency(u64::from_be_bytes([a, b, c, 0, 0, 0, 0, 0]));
            assert_eq!(currency.iso_digits(), listed.map(|(digits, _)| *digits), "{code}");
            assert_eq!(
                Currency::parse(&code).is_some(),
                code.bytes().all(|letter| letter.is_ascii_uppercase())
            );
        }
    }

    #[test]
    fn decimals_are_those_of_the_standard_or_declared() {
        let digits = |code: &str| Currency::parse(code).unwrap().digits(&[]);
        assert_eq!(digits("USD"), Some(2));
        assert_eq!(digits("JPY"), Some(0));
        assert_eq!(digits("KWD"), Some(3));
        assert_eq!(digits("CLF"), Some(4));
        assert_eq!(digits("XAU"), None);
        assert_eq!(digits("USDC"), None);
        let usdc = Currency::parse("USDC").unwrap();
        assert_eq!(usdc.digits(&[(usdc, 6)]), Some(6));
    }

    #[test]
    fn only_codes_are_codes() {
        for text in ["", "usd", "US D", "1INCH", "USDCUSDCX", "ÜSD", "U\0D", "USD\0"] {
            assert_eq!(Currency::parse(text), None, "{text:?}");
        }
        assert_eq!(Currency::parse("USDC2").unwrap().to_string(), "USDC2");
        assert!(Currency::parse("EUR") < Currency::parse("EURC"));
        assert!(Currency::NONE.is_zero() && !Currency::NONE.is_well_formed());
        assert!(!Currency(u64::from_be_bytes(*b"US\0D\0\0\0\0")).is_well_formed());
    }
}
