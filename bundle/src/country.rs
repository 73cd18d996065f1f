//! Countries: an ISO 3166-1 alpha-2 code, packed.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};

/// A country's two letters, the first in the higher byte.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize)]
pub struct Country(pub u16);

/// The officially assigned alpha-2 codes of ISO 3166-1:2020, 249 of them, each two letters, sorted. Frozen for
/// instruction set 1, as currencies are.
const ISO_3166: &[u8] = b"\
ADAEAFAGAIALAMAOAQARASATAUAWAXAZ\
BABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZ\
CACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZ\
DEDJDKDMDODZ\
ECEEEGEHERESET\
FIFJFKFMFOFR\
GAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGY\
HKHMHNHRHTHU\
IDIEILIMINIOIQIRISIT\
JEJMJOJP\
KEKGKHKIKMKNKPKRKWKYKZ\
LALBLCLILKLRLSLTLULVLY\
MAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZ\
NANCNENFNGNINLNONPNRNUNZ\
OM\
PAPEPFPGPHPKPLPMPNPRPSPTPWPY\
QA\
RERORSRURW\
SASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZ\
TCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZ\
UAUGUMUSUYUZ\
VAVCVEVGVIVNVU\
WFWS\
YEYT\
ZAZMZW";

impl Country {
    /// Reads the two upper-case letters of an officially assigned code.
    pub fn parse(text: &str) -> Option<Country> {
        let letters = <[u8; 2]>::try_from(text.as_bytes()).ok()?;
        Some(Country(u16::from_be_bytes(letters))).filter(|country| country.is_assigned())
    }

    /// Whether this is a code that [`Country::parse`] could have given.
    pub fn is_assigned(self) -> bool {
        let [first, second] = self.0.to_be_bytes().map(|letter| letter.wrapping_sub(b'A'));
        second < 26 && ASSIGNED.get(usize::from(first)).is_some_and(|seconds| seconds >> second & 1 == 1)
    }
}

/// For each first letter the second ones, a bit each. Requests carry countries, so the codes of the table are spread out once, when this crate
/// is compiled.
const ASSIGNED: [u32; 26] = spread();

#[expect(clippy::indexing_slicing, reason = "it runs while this crate is compiled, over the table above")]
const fn spread() -> [u32; 26] {
    let mut all = [0; 26];
    let mut at = 0;
    while at < ISO_3166.len() {
        all[(ISO_3166[at] - b'A') as usize] |= 1 << (ISO_3166[at + 1] - b'A');
        at += 2;
    }
    all
}

/// The two letters.
impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.0.to_be_bytes();
        write!(f, "{}{}", char::from(first), char::from(second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_assigned_code_and_nothing_else() {
        let (codes, rest) = ISO_3166.as_chunks::<2>();
        assert!(codes.is_sorted() && rest.is_empty());
        assert_eq!(codes.len(), 249);
        for text in ["US", "DE", "AD", "ZW", "AX"] {
            assert_eq!(Country::parse(text).unwrap().to_string(), text);
        }
        let all = (0..=u16::MAX).map(Country).filter(|country| country.is_assigned());
        assert!(all.map(|country| country.0.to_be_bytes()).eq(codes.iter().copied()));
        for text in ["", "us", "USA", "UK", "EU", "XX", "ZZ", "é"] {
            assert_eq!(Country::parse(text), None, "{text:?}");
        }
    }
}
