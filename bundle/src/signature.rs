//! What a signer signs: a statement of a bundle's id, edition and versions, in an envelope of the DSSE protocol, version 1.

use std::borrow::Cow;

use crate::admission::Trust;
use crate::digest::BundleId;
use crate::error::{BundleError, ErrorKind};
use crate::hex;
use crate::keys::{KeyId, SigningKey};
use crate::keyset::{KeySet, Purpose};
use crate::program::Manifest;
use crate::release::{Now, Release};
use crate::time::{parse_timestamp, render_timestamp};

/// The type of the signed payload. A signature over this type means this and nothing else.
pub const PAYLOAD_TYPE: &str = "application/vnd.lictor.bundle.v1";
/// How a bundle that does not expire says so.
const NEVER: &str = "never";

/// What is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Statement {
    pub(crate) id: BundleId,
    pub(crate) release: Release,
    pub(crate) language_version: u16,
    pub(crate) instruction_set_version: u16,
}

impl Statement {
    /// What is said of the bundle that has this id and this manifest.
    pub(crate) fn of(id: BundleId, manifest: &Manifest) -> Statement {
        Statement {
            id,
            release: manifest.release,
            language_version: manifest.language_version,
            instruction_set_version: manifest.instruction_set_version,
        }
    }

    /// The payload: lines that a person can read.
    pub(crate) fn to_text(self) -> String {
        let Statement { id, release, language_version, instruction_set_version } = self;
        let release = release_lines(release);
        format!(
            "bundle {id}\n{release}language {language_version}\ninstruction-set {instruction_set_version}\n"
        )
    }

    /// Reads the payload, in the one form in which it is written.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Statement> {
        let mut lines = std::str::from_utf8(bytes).ok()?.lines();
        let statement = Statement {
            id: read_id(lines.next()?.strip_prefix("bundle ")?)?,
            release: read_release(&mut lines)?,
            language_version: lines.next()?.strip_prefix("language ")?.parse().ok()?,
            instruction_set_version: lines.next()?.strip_prefix("instruction-set ")?.parse().ok()?,
        };
        (statement.to_text().as_bytes() == bytes).then_some(statement)
    }
}

/// The two lines on a release, as statements have them.
pub(crate) fn release_lines(Release { sequence, expires }: Release) -> String {
    let expires = expires.map_or_else(|| NEVER.to_owned(), render_timestamp);
    format!("sequence {sequence}\nexpires {expires}\n")
}

/// Reads the lines that [`release_lines`] writes.
pub(crate) fn read_release<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Option<Release> {
    Some(Release {
        sequence: lines.next()?.strip_prefix("sequence ")?.parse().ok()?,
        expires: match lines.next()?.strip_prefix("expires ")? {
            NEVER => None,
            moment => Some(parse_timestamp(moment).ok()?),
        },
    })
}

/// Reads a bundle's id as it is shown.
pub(crate) fn read_id(text: &str) -> Option<BundleId> {
    hex::parse(text.strip_prefix("sha256:")?).map(BundleId)
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
    /// Whether it was verified, with a key that the caller trusts to sign this.
    pub trusted: bool,
}

/// Signs a payload with each key. The order of the keys makes no difference, nor does giving one twice.
pub(crate) fn sign(payload_type: &str, payload: &[u8], keys: &[SigningKey]) -> Vec<Signature> {
    let message = pre_authentication_encoding(payload_type, payload);
    let mut signatures: Vec<Signature> = keys
        .iter()
        .map(|key| Signature { key_id: key.verifying_key().id(), bytes: key.sign(&message) })
        .collect();
    signatures.sort_by_key(|signature| signature.key_id);
    signatures.dedup();
    signatures
}

/// Verifies those signatures that are in the name of a trusted key, of which there must be at least one, unless anybody's will do.
pub(crate) fn verify<'a>(
    payload_type: &str,
    payload: &[u8],
    signatures: &[Signature],
    trust: Trust<'a>,
) -> Result<Verified<'a>, BundleError> {
    let trusted = match trust {
        Trust::Set(trusted) => Cow::Borrowed(trusted),
        Trust::Keys(keys) => Cow::Owned(KeySet::any_of(keys)),
        Trust::Integrity => {
            let signers = signatures.iter().map(|signature| signature.key_id).collect();
            return Ok(Verified { trusted: None, signers });
        }
    };
    if signatures.is_empty() {
        return Err(BundleError::new(
            ErrorKind::Unsigned,
            "the file is not signed, and a signature is asked for",
        ));
    }
    let message = pre_authentication_encoding(payload_type, payload);
    let mut signers = Vec::with_capacity(signatures.len());
    for Signature { key_id, bytes } in signatures {
        if trusted.find(*key_id).is_some_and(|key| !key.key.verifies(&message, bytes)) {
            return Err(BundleError::new(
                ErrorKind::BadSignature,
                format!("the signature in the name of the trusted key {key_id} was not made with it"),
            ));
        }
        signers.push(*key_id);
    }
    if signers.iter().any(|key_id| trusted.find(*key_id).is_some()) {
        return Ok(Verified { trusted: Some(trusted), signers });
    }
    let signers: Vec<String> = signers.iter().map(KeyId::to_string).collect();
    Err(BundleError::new(
        ErrorKind::UntrustedSigner,
        format!("the file is signed by {}, which is not a key that is trusted here", signers.join(", ")),
    ))
}

/// Signatures that were made with the keys that they name, as far as those are known. Whether they count depends on what was signed.
pub(crate) struct Verified<'a> {
    /// None where anybody's will do.
    trusted: Option<Cow<'a, KeySet>>,
    signers: Vec<KeyId>,
}

impl Verified<'_> {
    /// Checks that enough of the signatures count for what asks for this purpose and has this sequence number. One that does not count is
    /// no harm beside others that do: so a bundle can be signed with an old key and with a new one.
    pub(crate) fn suffice(
        self,
        asked: Purpose,
        sequence: u64,
        now: Now,
    ) -> Result<Vec<SignatureInfo>, BundleError> {
        let Verified { trusted, signers } = self;
        let Some(trusted) = trusted else {
            return Ok(signers.into_iter().map(|key_id| SignatureInfo { key_id, trusted: false }).collect());
        };
        let mut why_not = None;
        let mut infos = Vec::with_capacity(signers.len());
        for key_id in signers {
            let counts = trusted.find(key_id).map(|key| key.check(asked, sequence, now));
            infos.push(SignatureInfo { key_id, trusted: matches!(counts, Some(Ok(()))) });
            why_not = why_not.or(counts.and_then(Result::err));
        }
        let count = infos.iter().filter(|signature| signature.trusted).count();
        let threshold = trusted.threshold_for(asked);
        if count >= usize::from(threshold) {
            return Ok(infos);
        }
        match why_not {
            Some(error) if count == 0 => Err(error),
            why_not => {
                let why_not = why_not.map_or_else(String::new, |error| format!("; {}", error.message));
                Err(BundleError::new(
                    ErrorKind::Threshold,
                    format!("it has {count} of the {threshold} signatures that are asked for{why_not}"),
                ))
            }
        }
    }
}

/// DSSE's PAE: the type and the payload, each after its length, so that no two pairs of them are the same bytes.
fn pre_authentication_encoding(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut message = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    message.extend_from_slice(payload);
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statement_has_one_form() {
        let statement = Statement {
            id: BundleId([0xab; 32]),
            release: Release { sequence: 7, expires: Some(1_772_359_200_000) },
            language_version: 1,
            instruction_set_version: 2,
        };
        let text = statement.to_text();
        assert_eq!(Statement::from_bytes(text.as_bytes()), Some(statement));
        let lasting = Statement { release: Release::default(), ..statement };
        assert_eq!(Statement::from_bytes(lasting.to_text().as_bytes()), Some(lasting));
        let others = [
            text.to_uppercase(),
            text.replace("ab", "AB"),
            text.replace("language 1", "language 01"),
            text.replace("language 1", "language +1"),
            text.replace("sequence 7", "sequence 007"),
            text.replace("sequence 7\n", ""),
            text.replace("T10:00:00Z", "T11:00:00+01:00"),
            text.replace("expires 2026-03-01T10:00:00Z", "expires Never"),
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
            pre_authentication_encoding(PAYLOAD_TYPE, b"hello world"),
            b"DSSEv1 32 application/vnd.lictor.bundle.v1 11 hello world"
        );
    }
}
