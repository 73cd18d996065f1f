//! `Content-Digest`: the digest of a body (RFC 9530).

use sfv::{BareItem, Dictionary, ListEntry, Parser};

/// The SHA-256 that the header gives. Digests of other kinds may stand beside it, and are not looked at.
pub(super) fn sha256(field: &str) -> Result<[u8; 32], String> {
    let none = || "Content-Digest has no SHA-256 of the body: send `sha-256=:BASE64:`".to_owned();
    let digests: Dictionary = Parser::new(field).parse().map_err(|_| none())?;
    match digests.get("sha-256") {
        Some(ListEntry::Item(item)) => match &item.bare_item {
            BareItem::ByteSequence(bytes) => bytes.as_slice().try_into().map_err(|_| none()),
            _ => Err(none()),
        },
        _ => Err(none()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_read_in_its_one_form() {
        let empty = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";
        let bytes = sha256(empty).unwrap();
        assert_eq!(bytes[..4], [0xe3, 0xb0, 0xc4, 0x42]);
        assert_eq!(sha256(&format!("md5=:AAAA:, {empty}")), Ok(bytes));
        for bad in [
            "",
            "sha-256",
            "sha-256=?1",
            "sha-256=:AAAA:",
            "sha-512=:AAAA:",
            "sha-256=\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"",
            "sha-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "sha-256=(:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:)",
            "SHA-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
        ] {
            assert!(sha256(bad).is_err(), "{bad}");
        }
    }
}
