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
        let (codes, _) = ISO_3166.as_chunks::<2>();
        codes.binary_search(&self.0.to_be_bytes()).is_ok()
    }
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
        for text in ["", "us", "USA", "UK", "EU", "XX", "ZZ", "é"] {
            assert_eq!(Country::parse(text), None, "{text:?}");
        }
    }
}
