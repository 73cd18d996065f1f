//! What a byte can say about a record, so that those of others need not be looked at.
//!
//! The tags of a million records are so small that they stay near the processor, and only the record that is wanted is fetched from far away. They say
//! it early, too: what comes after need not wait for the record to know that it is the one.

/// The longest distance from home that is told apart from longer ones.
const FAR: usize = 14;
/// The bits of a distance.
const DISTANCE: u8 = 0x0f;

/// Four bits of a hash, and how far from its home the record is; zero where there is no record.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Tag(u8);

impl Tag {
    /// The tag of a record so far behind the home of this hash.
    pub fn of(hash: u64, distance: usize) -> Tag {
        // Homes are told by the upper bits of a hash, so its lowest ones tell something else.
        Tag((hash as u8) << 4 | (distance.min(FAR) as u8 + 1))
    }

    /// Whether nobody comes after it who would be so far from home here: units stand sorted by home.
    pub fn ends_search(self, distance: usize) -> bool {
        let nearer = usize::from(self.0 & DISTANCE);
        nearer <= FAR && nearer <= distance
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_goes_on_while_those_who_are_as_far_from_home_may_come() {
        for distance in 0..40 {
            assert!(Tag::default().ends_search(distance));
            for of in 0..40 {
                let tag = Tag::of(7, of);
                assert_eq!(tag.ends_search(distance), of < distance && of < FAR, "{of} {distance}");
                assert_eq!(tag == Tag::of(23, distance), of.min(FAR) == distance.min(FAR), "{of} {distance}");
                assert_ne!(tag, Tag::of(8, distance));
            }
        }
    }
}
