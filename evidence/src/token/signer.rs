//! Whoever signs tokens.

use crate::base64url;
use crate::keys::{SigningKey, Token, VerifyingKey};

use super::jws;
use super::reason::TokenError;

/// A key for tokens, and what all tokens begin with that it signs: that is put together once.
pub struct TokenSigner {
    key: SigningKey<Token>,
    /// The header in base64url, and the dot behind it.
    head: String,
}

impl TokenSigner {
    /// Signs with this key.
    pub fn new(key: SigningKey<Token>) -> TokenSigner {
        let mut head = base64url::encode(jws::header(key.verifying_key().thumbprint()).as_bytes());
        head.push('.');
        TokenSigner { key, head }
    }

    /// The public key.
    pub fn verifying_key(&self) -> VerifyingKey<Token> {
        self.key.verifying_key()
    }

    /// The token with this payload.
    pub(super) fn sign(&self, payload: &[u8]) -> Result<String, TokenError> {
        // Four signs for three bytes, and a signature has 86.
        let mut token = String::with_capacity(self.head.len() + payload.len().div_ceil(3) * 4 + 87);
        token.push_str(&self.head);
        base64url::append(&mut token, payload);
        let signature = self.key.sign(token.as_bytes());
        let signature = signature.ok_or_else(|| TokenError::invalid("there are no claims to sign"))?;
        token.push('.');
        base64url::append(&mut token, &signature);
        Ok(token)
    }
}
