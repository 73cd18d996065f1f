//! Lists of numbers of 16 bits, written and read many at a time, in the encoding that `codec` has for each of them. The tables of patterns are most of a
//! large bundle, and whoever waits for a decision waits for all of them to be read.

use borsh::io::{Error, ErrorKind, Read, Result, Write};

/// How many are turned into bytes, or out of them, at once.
const AT_ONCE: usize = 2048;
/// How many are expected to come where so many are announced: no more room is made before they have.
const BELIEVED: u32 = 65_536;

/// Writes them: how many they are, and each.
pub(crate) fn write<W: Write>(numbers: &[u16], writer: &mut W) -> Result<()> {
    let length = u32::try_from(numbers.len()).map_err(|_| Error::from(ErrorKind::InvalidInput))?;
    writer.write_all(&length.to_le_bytes())?;
    let mut bytes = [0; 2 * AT_ONCE];
    for some in numbers.chunks(AT_ONCE) {
        let (written, _) = bytes.split_at_mut(2 * some.len());
        for (two, number) in written.as_chunks_mut().0.iter_mut().zip(some) {
            *two = number.to_le_bytes();
        }
        writer.write_all(written)?;
    }
    Ok(())
}

/// Reads what was written so.
pub(crate) fn read<R: Read>(reader: &mut R) -> Result<Vec<u16>> {
    // As it is said of all other lists that end too soon.
    let short = |_| Error::new(ErrorKind::InvalidData, "Unexpected length of input");
    let mut length = [0; 4];
    reader.read_exact(&mut length).map_err(short)?;
    let length = u32::from_le_bytes(length);
    let mut numbers = Vec::with_capacity(length.min(BELIEVED) as usize);
    let mut bytes = [0; 2 * AT_ONCE];
    let mut left = length as usize;
    while left > 0 {
        let some = left.min(AT_ONCE);
        let (wanted, _) = bytes.split_at_mut(2 * some);
        reader.read_exact(wanted).map_err(short)?;
        numbers.extend(wanted.as_chunks().0.iter().map(|two| u16::from_le_bytes(*two)));
        left -= some;
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_written_as_each_of_them_is() {
        for length in [0, 1, 2, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE + 7, 70_000] {
            let numbers: Vec<u16> = (0..length).map(|number| (number * 7919) as u16).collect();
            let mut written = Vec::new();
            write(&numbers, &mut written).unwrap();
            assert_eq!(written, borsh::to_vec(&numbers).unwrap());
            let mut rest = written.as_slice();
            assert_eq!(read(&mut rest).unwrap(), numbers);
            assert!(rest.is_empty());
            for cut in [0, 3, written.len() / 2, written.len() - 1] {
                if cut < written.len() {
                    let error = read(&mut &written[..cut]).unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::InvalidData);
                    let plain = borsh::from_slice::<Vec<u16>>(&written[..cut]).unwrap_err();
                    assert_eq!(error.to_string(), plain.to_string(), "{length} {cut}");
                }
            }
        }
        // As many as can be announced, and none of them there.
        assert!(read(&mut &[0xff_u8, 0xff, 0xff, 0xff, 1, 0][..]).is_err());
    }
}
