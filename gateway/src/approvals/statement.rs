//! What a person signs who approves or denies: a text that says all of it, so that the signature stands by itself.

use base64ct::{Base64, Encoding};
use lictor_bundle::hex::Hex;
use lictor_bundle::keys::VerifyingKey;
use lictor_store::Approval;

use super::asked::Asked;
use super::evidence::Proof;
use super::id::ApprovalId;
use super::refused::Refused;

/// The answer of a person to one request, as it is signed.
///
/// It is lines of text, so that a person can read what they sign and any tool for Ed25519 can sign it. The first line keeps it apart from all else that such a
/// key may sign, and no value has an end of a line in it.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// The request.
    pub approval: &'a Approval,
    /// What is asked.
    pub asked: &'a Asked,
    /// The tenant.
    pub tenant: &'a str,
    /// Who answers.
    pub person: &'a str,
    /// Whether they approve.
    pub approves: bool,
}

impl Statement<'_> {
    /// The bytes that are signed.
    pub fn text(&self) -> String {
        let answer = if self.approves { "approved" } else { "denied" };
        let Asked { action, bundle, request_digest, asker, .. } = self.asked;
        let lines = [
            ("tenant", self.tenant.to_owned()),
            ("approval", ApprovalId::of(self.approval).to_string()),
            ("subject", Hex(&self.approval.subject).to_string()),
            ("agent", asker.agent.clone()),
            ("action", action.clone()),
            ("request", request_digest.clone()),
            ("bundle", bundle.clone()),
            ("person", self.person.to_owned()),
            ("answer", answer.to_owned()),
        ];
        let mut text = "lictor approval v1\n".to_owned();
        for (name, value) in lines {
            let value: String = value.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
            text.push_str(&format!("{name}: {value}\n"));
        }
        text
    }

    /// The proof that a signature is, where it is one of this key on this statement.
    ///
    /// # Errors
    /// It is not.
    pub fn proof(&self, key: &VerifyingKey, signature: &str) -> Result<Proof, Refused> {
        let mut bytes = [0u8; 64];
        let read = Base64::decode(signature, &mut bytes).is_ok_and(|read| read.len() == 64);
        if !read || !key.verifies(self.text().as_bytes(), &bytes) {
            return Err(Refused::WrongSignature);
        }
        let key = Hex(&key.to_bytes()).to_string();
        Ok(Proof::Signature { key, signature: signature.to_owned() })
    }
}
