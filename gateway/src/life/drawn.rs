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
        // As few times as can be: each time the system is asked costs as much as a hash.
        let (mut names, mut secrets) = ([[0; 16]; 2], [[0; 32]; 2]);
        getrandom::fill(names.as_flattened_mut())?;
        getrandom::fill(secrets.as_flattened_mut())?;
        let ([id, receipt], [binding, record]) = (names, secrets);
        Ok(Drawn { id, receipt, binding, record })
    }
}
