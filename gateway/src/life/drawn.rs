//! Random bytes, drawn before a job begins: jobs themselves are pure.

/// What one step may need of random bytes.
#[derive(Clone)]
pub(crate) struct Drawn {
    /// The random part of a token's name, or of that of a request for approval.
    pub id: [u8; 16],
    /// That of a receipt's name.
    pub receipt: [u8; 16],
    /// The secret of a token's binding.
    pub binding: [u8; 32],
    /// The key of a record's commitments.
    pub record: [u8; 32],
}

impl Drawn {
    /// Draws them.
    ///
    /// # Errors
    /// The system gives none.
    pub fn draw() -> Result<Drawn, getrandom::Error> {
        // At once: each time the system is asked costs as much as a hash.
        let mut drawn = [[0; 32]; 3];
        getrandom::fill(drawn.as_flattened_mut())?;
        let [names, binding, record] = drawn;
        let (names, _) = names.as_chunks();
        let (Some(id), Some(receipt)) = (names.first().copied(), names.last().copied()) else {
            return Err(getrandom::Error::UNEXPECTED);
        };
        Ok(Drawn { id, receipt, binding, record })
    }
}
