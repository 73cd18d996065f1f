//! What a signer signs: a statement of a bundle's id and versions, in an envelope of the DSSE protocol, version 1.

use crate::digest::BundleId;
use crate::error::{BundleError, ErrorKind};
use crate::keys::{KeyId, SigningKey, VerifyingKey};

/// The type of the signed payload. A signature over this type means this and nothing else.
pub const PAYLOAD_TYPE: &str = "application/vnd.lictor.bundle.v1";

/// What is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Statement {
    pub(crate) id: BundleId,
    pub(crate) language_version: u16,
    pub(crate) instruction_set_version: u16,
}

impl Statement {
    /// The payload: three lines that a person can read.
    pub(crate) fn to_text(self) -> String {
        let Statement { id, language_version, instruction_set_version } = self;
        format!("bundle {id}\nlanguage {language_version}\ninstruction-set {instruction_set_version}\n")
    }

    /// Reads the payload, in the one form in which it is written.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Statement> {
        let mut lines = std::str::from_utf8(bytes).ok()?.lines();
        let statement = Statement {
            id: parse_id(lines.next()?.strip_prefix("bundle sha256:")?)?,
            language_version: lines.next()?.strip_prefix("language ")?.parse().ok()?,
            instruction_set_version: lines.next()?.strip_prefix("instruction-set ")?.parse().ok()?,
        };
        (statement.to_text().as_bytes() == bytes).then_some(statement)
    }
}

fn parse_id(hex: &str) -> Option<BundleId> {
    let (pairs, []) = hex.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let mut id = [0u8; 32];
    if pairs.len() != id.len() {
        return None;
    }
    for (byte, pair) in id.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(BundleId(id))
}

/// A signature as it stands in the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) key_id: KeyId,
    pub(crate) bytes: [u8; 64],
}

/// Who signed a bundle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SignatureInfo {
    /// The key that it says it was made with.
    pub key_id: KeyId,
    /// Whether it was verified, with a key that the caller trusts.
    pub trusted: bool,
}

/// Signs a payload with each key. The order of the keys makes no difference, nor does giving one twice.
pub(crate) fn sign(payload: &[u8], keys: &[SigningKey]) -> Vec<Signature> {
    let message = pre_authentication_encoding(payload);
    let mut signatures: Vec<Signature> = keys
        .iter()
        .map(|key| Signature { key_id: key.verifying_key().id(), bytes: key.sign(&message) })
        .collect();
    signatures.sort_by_key(|signature| signature.key_id);
    signatures.dedup();
    signatures
}

/// Verifies those signatures whose keys are trusted, of which there must be at least one.
pub(crate) fn verify(
    payload: &[u8],
    signatures: &[Signature],
    trusted: &[VerifyingKey],
) -> Result<Vec<SignatureInfo>, BundleError> {
    if signatures.is_empty() {
        return Err(BundleError::new(
            ErrorKind::Unsigned,
            "the bundle is not signed, and a signature is asked for",
        ));
    }
    let message = pre_authentication_encoding(payload);
    let mut verified = Vec::with_capacity(signatures.len());
    for Signature { key_id, bytes } in signatures {
        let key = trusted.iter().find(|key| key.id() == *key_id);
        if key.is_some_and(|key| !key.verifies(&message, bytes)) {
            return Err(BundleError::new(
                ErrorKind::BadSignature,
                format!("the signature in the name of the trusted key {key_id} was not made with it"),
            ));
        }
        verified.push(SignatureInfo { key_id: *key_id, trusted: key.is_some() });
    }
    if verified.iter().any(|signature| signature.trusted) {
        return Ok(verified);
    }
    let signers: Vec<String> = verified.iter().map(|signature| signature.key_id.to_string()).collect();
    Err(BundleError::new(
        ErrorKind::UntrustedSigner,
        format!("the bundle is signed by {}, which is not a key that is trusted here", signers.join(", ")),
    ))
}

/// DSSE's PAE: the type and the payload, each after its length, so that no two pairs of them are the same bytes.
fn pre_authentication_encoding(payload: &[u8]) -> Vec<u8> {
    let mut message = format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), payload.len()).into_bytes();
    message.extend_from_slice(payload);
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statement_has_one_form() {
        let statement =
            Statement { id: BundleId([0xab; 32]), language_version: 1, instruction_set_version: 2 };
        let text = statement.to_text();
        assert_eq!(Statement::from_bytes(text.as_bytes()), Some(statement));
        let others = [
            text.to_uppercase(),
            text.replace("ab", "AB"),
            text.replace("language 1", "language 01"),
            text.replace("language 1", "language +1"),
            text.replace('\n', "\r\n"),
            text.trim_end().to_owned(),
            format!("{text}\n"),
            text.replacen("ab", "", 1),
            String::new(),
        ];
        for other in others {
            assert_eq!(Statement::from_bytes(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn the_signed_bytes_are_those_of_the_protocol() {
        assert_eq!(
            pre_authentication_encoding(b"hello world"),
            b"DSSEv1 32 application/vnd.lictor.bundle.v1 11 hello world"
        );
    }
}
