//! The canonical encoding of a bundle's parts: borsh, read strictly.
//!
//! Borsh has one encoding for each value: little-endian integers, a 32-bit length before texts and lists, one byte for the
//! variant of an enumeration, `bool` and `Option` as 0 or 1 and nothing else. A length is not believed before as many elements
//! have been read, so a hostile one reserves no more than a few KiB (1 MiB for a text).

use borsh::{BorshDeserialize, BorshSerialize};

use crate::error::{BundleError, ErrorKind};

/// Encodes one part. Fails for a text or list that is longer than 32 bits can count.
pub(crate) fn encode<T: BorshSerialize>(value: &T, what: &str) -> Result<Vec<u8>, BundleError> {
    borsh::to_vec(value)
        .map_err(|error| BundleError::new(ErrorKind::TooLarge, format!("{what} cannot be written: {error}")))
}

/// Decodes one part from all of `bytes`, and refuses bytes that it would not be written as again.
pub(crate) fn decode<T>(bytes: &[u8], what: &str) -> Result<T, BundleError>
where
    T: BorshSerialize + BorshDeserialize,
{
    let value = read(bytes, what)?;
    check(&value, bytes, what)?;
    Ok(value)
}

/// Reads one part from all of `bytes`, which [`check`] must be asked about before it is believed.
pub(crate) fn read<T: BorshDeserialize>(bytes: &[u8], what: &str) -> Result<T, BundleError> {
    T::try_from_slice(bytes)
        .map_err(|error| BundleError::new(ErrorKind::Encoding, format!("{what} cannot be read: {error}")))
}

/// Refuses bytes that the part which was read from them would not be written as again.
pub(crate) fn check<T: BorshSerialize>(value: &T, bytes: &[u8], what: &str) -> Result<(), BundleError> {
    let mut rest = Expected(bytes);
    if value.serialize(&mut rest).is_err() || !rest.0.is_empty() {
        return Err(BundleError::new(ErrorKind::Encoding, format!("{what} is not written canonically")));
    }
    Ok(())
}

/// Takes what is written as long as it is what is expected: comparing so needs no second copy of it.
struct Expected<'a>(&'a [u8]);

impl borsh::io::Write for Expected<'_> {
    fn write(&mut self, written: &[u8]) -> borsh::io::Result<usize> {
        let other = || borsh::io::Error::from(borsh::io::ErrorKind::InvalidData);
        self.0 = self.0.strip_prefix(written).ok_or_else(other)?;
        Ok(written.len())
    }

    fn flush(&mut self) -> borsh::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Approver, LayerKind, Scalar};

    fn refused<T: BorshSerialize + BorshDeserialize + std::fmt::Debug>(bytes: &[u8]) {
        let error = decode::<T>(bytes, "the test's value").unwrap_err();
        assert_eq!(error.kind, ErrorKind::Encoding);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let approver = Approver { role: Some(3), quorum: 2, within: None };
        let bytes = encode(&approver, "an approver").unwrap();
        assert_eq!(decode::<Approver>(&bytes, "an approver").unwrap(), approver);
    }

    #[test]
    fn reading_is_strict() {
        refused::<bool>(&[2]);
        refused::<Option<bool>>(&[2, 1]);
        refused::<LayerKind>(&[4]);
        refused::<Scalar>(&[9, 0, 0, 0, 0]);
        refused::<String>(&[1, 0, 0, 0, 0xff]);
        refused::<String>(&[0xff, 0xff, 0xff, 0xff, b'a']);
        refused::<Vec<Scalar>>(&[0xff, 0xff, 0xff, 0xff, 0, 0]);
        refused::<Vec<u16>>(&[1, 0, 0, 0, 7]);
        refused::<u16>(&[7, 0, 0]);
    }
}
