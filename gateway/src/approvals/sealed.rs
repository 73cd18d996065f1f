//! What of a request for approval is about persons: it does not stand in the row as it is, but sealed with a key that is made of that of the record. Whoever looks
//! at the request reads it with that key, and once the record was erased nobody does.
//!
//! Sealed are the values of fields that the policy marks `pii`, and what rules say to people, since that may repeat them.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::asked::Asked;
use super::field::Value;

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Personal {
    /// The values of personal fields, in their order.
    values: Vec<Value>,
    /// What each demand says.
    reasons: Vec<String>,
}

impl Personal {
    fn seal(&self, record: &[u8; 32], index: u64) -> Option<String> {
        let mut bytes = serde_json::to_vec(self).ok()?;
        cipher(record, index)?.seal_in_place_append_tag(nonce(), Aad::empty(), &mut bytes).ok()?;
        Some(crate::key::hex(&bytes))
    }

    fn open(sealed: &str, record: &[u8; 32], index: u64) -> Option<Personal> {
        let mut bytes = bytes(sealed)?;
        let opened = cipher(record, index)?.open_in_place(nonce(), Aad::empty(), &mut bytes).ok()?;
        serde_json::from_slice(opened).ok()
    }
}

/// The key for one row: that of the record of the decision, and the index of the row. It seals once, so that it needs no nonce.
fn cipher(record: &[u8; 32], index: u64) -> Option<LessSafeKey> {
    let key = Sha256::new_with_prefix(b"lictor approval row 1\n")
        .chain_update(record)
        .chain_update(index.to_be_bytes());
    UnboundKey::new(&CHACHA20_POLY1305, &key.finalize()).ok().map(LessSafeKey::new)
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

impl Asked {
    /// The same with what is personal sealed. What cannot be sealed is left out.
    pub(crate) fn sealed(mut self, record: &[u8; 32], index: u64) -> Asked {
        let personal = self.fields.iter_mut().filter(|field| field.personal);
        let values = personal.map(|field| std::mem::replace(&mut field.value, Value::Personal)).collect();
        let reasons = self.demands.iter_mut().map(|demand| std::mem::take(&mut demand.reason)).collect();
        self.sealed = Personal { values, reasons }.seal(record, index);
        self
    }

    /// The same with what is personal as it was; as it is, where the key is not the one, or was destroyed with its record.
    pub(crate) fn opened(mut self, record: Option<&[u8; 32]>, index: u64) -> Asked {
        let found = self.sealed.as_deref().zip(record);
        let found = found.and_then(|(sealed, record)| Personal::open(sealed, record, index));
        let Some(Personal { values, reasons }) = found else { return self };
        let fields = self.fields.iter_mut().filter(|field| field.personal);
        fields.zip(values).for_each(|(field, value)| field.value = value);
        self.demands.iter_mut().zip(reasons).for_each(|(demand, reason)| demand.reason = reason);
        self.sealed = None;
        self
    }
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    let pair = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Asked {
        let asked = serde_json::json!({
            "version": 1, "at": 0, "bundle": "sha256:00", "request_digest": "sha256:01", "action": "mail.send",
            "asker": { "agent": "a-1" },
            "fields": [
                { "path": "to", "value": { "words": ["ann@example.com", 0] }, "by": "agent", "personal": true },
                { "path": "pieces", "value": { "plain": "3" }, "by": "agent" },
            ],
            "demands": [{ "code": "ASK", "reason": "ann@example.com is new", "stage": "policy", "to": "owner", "quorum": 1 }],
        });
        Asked::from_bytes(asked.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn what_is_personal_is_read_with_the_key_of_the_record_and_with_no_other() {
        let (plain, key) = (asked(), [3; 32]);
        let row = asked().sealed(&key, 7).to_bytes();
        assert!(!String::from_utf8_lossy(&row).contains("ann@"));
        let kept = || Asked::from_bytes(&row).unwrap();
        assert_eq!(kept().opened(Some(&key), 7), plain);
        for (other, index) in [(Some(&[4; 32]), 7), (Some(&key), 8), (None, 7)] {
            let shown = kept().opened(other, index);
            assert_eq!(shown.fields[0].value, Value::Personal);
            assert_eq!(shown.fields[1], plain.fields[1]);
            assert_eq!(shown.demands[0].reason, "");
        }
        let mut turned = kept();
        turned.sealed = turned.sealed.map(|sealed| sealed.chars().rev().collect());
        assert_eq!(turned.opened(Some(&key), 7).fields[0].value, Value::Personal);
    }
}
