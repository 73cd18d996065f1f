//! The public keys with which gateways sign tokens, in the store that they share: what one of them issued, each of them verifies.
//!
//! Each gateway renews its own key while it runs. One that is renewed no more, since its file was replaced or its gateway is gone, outlives the longest token that
//! it can have signed, and is then forgotten.

use lictor_bundle::hex;
use lictor_evidence::keys::{Token, VerifyingKey};
use lictor_evidence::token::MAX_LIFETIME;
use lictor_store::{Job, Reader, Reads, Slot, StoreError, TenantId, View, Writes};

/// What the names begin with under which the store keeps them.
const PREFIX: &str = "token-key/";
/// How often a key is renewed, in milliseconds.
pub(super) const RENEWED_EVERY: i64 = 3_600_000;
/// For how long a key is kept that is not renewed.
const KEPT: i64 = MAX_LIFETIME * 1_000 + 2 * RENEWED_EVERY;

/// Publishes a key for some time.
pub(super) struct Published {
    pub key: VerifyingKey<Token>,
    pub now: i64,
}

impl Job for Published {
    type Answer = ();

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none()
    }

    fn run(self, view: &View<'_>) -> (Writes, ()) {
        let mut writes = Writes::none();
        let name = format!("{PREFIX}{}", hex::Hex(&self.key.to_bytes()));
        let expires_at = Some(view.now().saturating_add(KEPT));
        writes.set(&name, Slot { value: self.key.to_bytes().to_vec(), expires_at });
        (writes, ())
    }
}

/// The keys that are published at this moment. What is none is passed over: nothing verifies with it.
pub(super) fn read(
    reader: &mut Reader,
    tenant: TenantId,
    now: i64,
) -> Result<Vec<VerifyingKey<Token>>, StoreError> {
    let slots = reader.slots(tenant, PREFIX)?.into_iter().map(|(_, slot)| slot);
    let in_force = slots.filter(|slot| slot.expires_at.is_none_or(|end| end > now));
    Ok(in_force.filter_map(|slot| VerifyingKey::from_bytes(&slot.value.try_into().ok()?).ok()).collect())
}
