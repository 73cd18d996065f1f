//! Numbers for pieces: in the order of the text, and with room between them, so that a piece that is written later finds one.

use lictor_grammar::span::FileId;

/// How far apart pieces are numbered.
pub(super) struct Numbers {
    gap: u32,
}

impl Default for Numbers {
    fn default() -> Numbers {
        Numbers { gap: 1 << 12 }
    }
}

/// The fewest bytes of most items: a project of so many bytes has hardly more than a piece for each.
const BYTES_OF_A_PIECE: usize = 32;

impl Numbers {
    /// Numbers for a project of so many bytes, and for as much again.
    pub fn for_bytes(bytes: usize) -> Numbers {
        let pieces = bytes / BYTES_OF_A_PIECE + 1;
        let room = (1_usize << 30) / pieces;
        Numbers { gap: u32::try_from(room).unwrap_or(u32::MAX).clamp(1, 1 << 16) }
    }

    /// The numbers of the pieces of a file, in their order: those that are kept, and new ones for the others. All lie between the two that
    /// are given. Nothing where there is not enough room.
    pub fn between(&self, (before, after): (u32, u32), kept: &[Option<FileId>]) -> Option<Vec<FileId>> {
        let mut numbers = Vec::with_capacity(kept.len());
        let (mut last, mut rest) = (before, kept);
        while !rest.is_empty() {
            let new = rest.iter().position(Option::is_some).unwrap_or(rest.len());
            let (these, others) = rest.split_at(new);
            let next = others.first().copied().flatten();
            let end = next.map_or(after, |kept| kept.0);
            let count = u32::try_from(these.len()).ok()?;
            let step = (end.checked_sub(last)? / (count + 1)).min(self.gap);
            if count > 0 && step == 0 {
                return None;
            }
            numbers.extend((1..=count).map(|at| FileId(last + at * step)));
            numbers.extend(next);
            last = numbers.last().map_or(last, |number| number.0);
            rest = others.get(1..).unwrap_or_default();
        }
        Some(numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::Numbers;
    use lictor_grammar::span::FileId;

    #[test]
    fn numbers_ascend_and_those_that_are_kept_stay() {
        let numbers = Numbers::default();
        let kept = [None, Some(FileId(5_000)), None, None, Some(FileId(5_003)), None];
        let given = numbers.between((10, 1 << 31), &kept).unwrap();
        assert_eq!(given[1], FileId(5_000));
        assert_eq!(given[2..4], [FileId(5_001), FileId(5_002)]);
        assert_eq!(given[4], FileId(5_003));
        assert!(given.windows(2).all(|two| two[0] < two[1]), "{given:?}");
        assert!(given[0].0 > 10 && given[5].0 < 1 << 31);
    }

    #[test]
    fn where_there_is_no_room_nothing_is_given() {
        let kept = [Some(FileId(7)), None, None, Some(FileId(9))];
        assert_eq!(Numbers::default().between((0, 100), &kept), None);
    }

    #[test]
    fn the_largest_project_has_room() {
        let numbers = Numbers::for_bytes(1 << 30);
        let given = numbers.between((0, 1 << 31), &vec![None; (1 << 30) / 64]);
        assert!(given.is_some());
    }
}
