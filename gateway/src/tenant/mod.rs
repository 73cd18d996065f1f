//! The one whose policy this gateway serves: where what happened is kept, and the keys with which it is vouched for.

mod identity;
mod signers;
mod issued;
mod founding;
mod published;
mod since;
mod log;
mod search;

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use lictor_evidence::jwks::{TokenKey, TokenKeys};
use lictor_evidence::keys::{self, SigningKey};
use lictor_evidence::token::{Claims, TokenError, TokenSigner};
use lictor_ledger::CheckpointSigner;
use lictor_ledger::note::{KeyName, Note};
use lictor_store::{Head, Job, Reader, Reads, Store, StoreError, TenantId, View, Writes};

pub(crate) use self::founding::CounterKey;
use self::founding::Founding;
use self::identity::host;
pub(crate) use self::identity::{Identity, is_name};
use self::issued::Issued;
pub(crate) use self::log::{LogError, Proved, first_since};
use self::published::{Published, RENEWED_EVERY};
pub(crate) use self::search::{Form, NoRecord, Page, Search};
use self::signers::Files;
pub(crate) use self::since::Since;
use crate::clock;
use crate::config::Config;
use crate::file::Dir;
use crate::policy::InForce;

/// How long the store may take before it is said not to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How far the clock may be behind the last record, in milliseconds.
const BEHIND: i64 = 5_000;
/// A tenant, and all that is done in its name.
pub(crate) struct Tenant {
    /// Where it is kept.
    pub store: Store,
    /// Its number there.
    pub id: TenantId,
    /// What it is called.
    pub identity: Arc<Identity>,
    /// Signs tokens.
    pub token_key: TokenSigner,
    /// Those that it has signed lately.
    issued: Issued,
    /// Signs receipts.
    pub receipt_key: SigningKey<keys::Receipt>,
    /// Signs checkpoints.
    pub checkpoint_key: CheckpointSigner,
    /// The public keys of all gateways that issue tokens for it.
    token_keys: ArcSwap<TokenKeys>,
    renewed_at: AtomicI64,
    /// Whether the store has answered lately.
    answers: AtomicBool,
    /// The time of the last record, as far as is known.
    last_now: AtomicI64,
    /// The last checkpoint that witnesses have cosigned, and its size.
    cosigned: ArcSwapOption<(u64, Note)>,
    reader: Mutex<Option<Reader>>,
}

/// Why a tenant cannot be served.
#[derive(Debug)]
pub(crate) enum TenantError {
    /// Its name is none.
    Name,
    /// The store.
    Store(StoreError),
    /// A file of a key, with a sentence.
    Key(String),
}

impl From<StoreError> for TenantError {
    fn from(error: StoreError) -> TenantError {
        TenantError::Store(error)
    }
}

impl Tenant {
    /// Takes its place in a store, and makes or reads what is signed with.
    pub fn open(
        config: &Config,
        name: &str,
        path: String,
        store: Store,
        dir: &Dir,
    ) -> Result<Tenant, TenantError> {
        let id = store.tenant(name)?;
        let files = Files::open(dir, name).map_err(TenantError::Key)?;
        let token_key = TokenSigner::new(SigningKey::new(files.token));
        let host = config.public_url.as_deref().map(|url| host(url).to_owned());
        let store_id = store.id()?.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let origin = format!("{}/{name}", host.unwrap_or_else(|| format!("lictor-{store_id}")));
        let url = config.public_url.as_deref().map(|url| url.trim_end_matches('/').to_owned());
        let issuer = url.unwrap_or_else(|| format!("urn:lictor:{store_id}"));
        let founding = Founding::draw(issuer, origin).map_err(TenantError::Key)?;
        let founded = store.submit(id, founding).wait()?;
        let key_name = KeyName::new(&founded.origin)
            .map_err(|error| TenantError::Key(format!("the log is called {}: {error}", founded.origin)))?;
        let own = token_key.verifying_key();
        let identity = Identity {
            name: name.to_owned(),
            issuer: founded.issuer,
            origin: founded.origin,
            path,
            counters: founded.counters,
            counts_from_nothing: config.counts_from_nothing,
            keep_opened: config.keep_opened,
        };
        let tenant = Tenant {
            id,
            identity: Arc::new(identity),
            receipt_key: SigningKey::new(files.receipt),
            checkpoint_key: CheckpointSigner::new(key_name, files.checkpoint),
            token_keys: ArcSwap::from_pointee(TokenKeys::new(own)),
            token_key,
            issued: Issued::default(),
            renewed_at: AtomicI64::new(i64::MIN),
            answers: AtomicBool::new(true),
            last_now: AtomicI64::new(0),
            cosigned: ArcSwapOption::empty(),
            reader: Mutex::new(None),
            store,
        };
        let now = clock::system();
        tenant.store.submit(id, tenant.publishing(now)).wait()?;
        tenant.renewed_at.store(now, Ordering::Relaxed);
        tenant.refresh(now)?;
        Ok(tenant)
    }

    /// The keys that tokens for this tenant are signed with.
    pub fn token_keys(&self) -> Arc<TokenKeys> {
        self.token_keys.load_full()
    }

    /// Signs what a token says.
    ///
    /// # Errors
    /// No token can say that.
    pub fn sign(&self, claims: &Claims) -> Result<String, TokenError> {
        let token = claims.sign(&self.token_key)?;
        self.issued.note(&token);
        Ok(token)
    }

    /// What a token says that was signed for this tenant; its time may be over.
    pub fn claims(&self, token: &str, now: i64) -> Option<Claims> {
        Claims::open_known(token, &self.token_keys(), now, |token| self.issued.knows(token)).ok()
    }

    /// Looks whether the store answers, publishes the own key again where it is time, and learns the keys of other gateways.
    pub async fn tend(self: &Arc<Tenant>, now: i64) {
        let answered = tokio::time::timeout(PATIENCE, self.store.submit(self.id, Beat { now })).await;
        let head = answered.ok().and_then(Result::ok);
        self.answers.store(head.is_some(), Ordering::Relaxed);
        let Some(head) = head else { return };
        self.last_now.store(head.last_now, Ordering::Relaxed);
        if now.saturating_sub(self.renewed_at.load(Ordering::Relaxed)) >= RENEWED_EVERY
            && self.store.submit(self.id, self.publishing(now)).await.is_ok()
        {
            self.renewed_at.store(now, Ordering::Relaxed);
        }
        let tenant = Arc::clone(self);
        // Reading blocks.
        let read = tokio::task::spawn_blocking(move || tenant.refresh(now)).await;
        if let Ok(Err(error)) = read {
            tracing::warn!(code = error.kind.code(), "the keys for tokens cannot be read from the store");
        }
    }

    /// Removes what has expired from the store: answers to keys of idempotency, values that were kept for a while. What has not expired by the
    /// time of the last record stays: a gateway whose clock is behind would take it for good again.
    pub async fn forget(self: &Arc<Tenant>, now: i64) {
        let tenant = Arc::clone(self);
        let now = now.min(self.last_now.load(Ordering::Relaxed));
        // Waiting for it blocks.
        let swept = tokio::task::spawn_blocking(move || tenant.store.sweep(now)).await;
        if let Ok(Err(error)) = swept {
            tracing::warn!(code = error.kind.code(), "what has expired was not removed from the store");
        }
    }

    /// Why nothing can be kept now, where that is so.
    pub fn not_ready(&self, now: i64) -> Option<&'static str> {
        if !self.answers.load(Ordering::Relaxed) {
            return Some("the store does not answer");
        }
        let behind = self.last_now.load(Ordering::Relaxed).saturating_sub(now);
        (behind > BEHIND).then_some("the clock is behind the last record")
    }

    /// Looks at the store beside its writer. It blocks, so not on a thread that serves connections.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn look<T>(
        &self,
        look: impl Fn(&mut Reader, TenantId) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let kept = self.reader.lock().unwrap_or_else(PoisonError::into_inner).take();
        let found = kept.and_then(|mut reader| Some((look(&mut reader, self.id).ok()?, reader)));
        let (found, reader) = match found {
            Some(found) => found,
            // One that has failed is not used again: the store may have been away since it was last asked.
            None => {
                let mut reader = self.store.reader()?;
                (look(&mut reader, self.id)?, reader)
            }
        };
        *self.reader.lock().unwrap_or_else(PoisonError::into_inner) = Some(reader);
        Ok(found)
    }

    /// Looks at the store with a connection of its own, for what takes long or cannot be begun again. It blocks.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn look_long<T>(
        &self,
        look: impl FnOnce(&mut Reader, TenantId) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        look(&mut self.store.reader()?, self.id)
    }

    /// Tells what a policy that has come in force asks of the past and cannot be answered yet. It blocks, so not on a thread that serves connections.
    pub fn tell_unanswered(&self, policy: &InForce, tenant: Option<&str>) {
        let (now, from_nothing) = (clock::system(), self.identity.counts_from_nothing);
        let found = self.look(|reader, id| Since::unanswered(reader, id, policy, from_nothing, now));
        for (question, from) in found.unwrap_or_default() {
            tracing::warn!(
                tenant,
                question,
                from = lictor_bundle::time::render_timestamp(from),
                "what this asks was not counted before, so rules that ask it refuse until then"
            );
        }
    }

    fn publishing(&self, now: i64) -> Published {
        Published { key: self.token_key.verifying_key(), now }
    }

    fn refresh(&self, now: i64) -> Result<(), StoreError> {
        let own = self.token_key.verifying_key();
        let mut found = self.look(|reader, id| published::read(reader, id, now))?;
        if !found.contains(&own) {
            found.push(own);
        }
        let key = |key| TokenKey { key, signs_from: i64::MIN, retired_at: None };
        // More than a set holds, or one twice, is nobody's doing who means well: then those that are known stay.
        if let Ok(keys) = TokenKeys::of(found.into_iter().map(key).collect()) {
            self.token_keys.store(Arc::new(keys));
        }
        Ok(())
    }
}

/// Asks for nothing, and so tells whether the store answers.
struct Beat {
    now: i64,
}

impl Job for Beat {
    type Answer = Head;

    fn now(&self) -> i64 {
        // The time of whoever asks for nothing is nobody's.
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none()
    }

    fn run(self, view: &View<'_>) -> (Writes, Head) {
        (Writes::none(), view.head().clone())
    }
}
