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
        let mut drawn = Drawn { id: [0; 16], receipt: [0; 16], binding: [0; 32], record: [0; 32] };
        getrandom::fill(&mut drawn.id)?;
        getrandom::fill(&mut drawn.receipt)?;
        getrandom::fill(&mut drawn.binding)?;
        getrandom::fill(&mut drawn.record)?;
        Ok(drawn)
    }
}
