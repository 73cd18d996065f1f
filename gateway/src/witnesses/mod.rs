//! Witnesses of the log (C2SP tlog-witness): each is sent every checkpoint with the proof that it comes of the one before, and what it cosigns stands under the checkpoint
//! that everybody is given. So nobody is shown another log than the witnesses were.

mod post;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lictor_ledger::note::{Note, NoteSignature, VerifierKey};
use lictor_ledger::witness::{AddCheckpoint, cosignatures};
use lictor_ledger::{Checkpoint, proof};

use self::post::{Address, Answer, Trust};
use crate::config::WitnessAt;
use crate::tenant::{LogError, Proved, Tenant};

/// How often the log is looked at.
const EVERY: Duration = Duration::from_secs(2);
/// How a witness says how large the last tree was that it saw.
const SIZE: &str = "text/x.tlog.size";

/// Those who are asked.
pub(crate) struct Witnesses(Vec<Witness>);

struct Witness {
    address: Address,
    key: VerifierKey,
}

impl Witnesses {
    /// Reads where they are; certificates are verified by those in the file, where connections are encrypted.
    ///
    /// # Errors
    /// An address is none, or the file cannot be read: with a sentence.
    pub fn of(at: &[WitnessAt], ca: Option<&Path>) -> Result<Witnesses, String> {
        let trust = ca.map(Trust::read).transpose()?;
        let one = |at: &WitnessAt| {
            let address = Address::of(&at.url, trust.as_ref())?;
            Ok(Witness { address, key: at.key.clone() })
        };
        at.iter().map(one).collect::<Result<_, String>>().map(Witnesses)
    }

    /// Asks them about the log of a tenant for as long as the gateway runs.
    pub async fn attend(self: Arc<Witnesses>, tenant: Arc<Tenant>) {
        if self.0.is_empty() {
            return;
        }
        let mut seen = vec![0; self.0.len()];
        let (mut told, mut covered) = (vec![false; self.0.len()], 0);
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some((size, mut note)) = now(&tenant).await.filter(|(size, _)| *size > covered) else {
                continue;
            };
            let mut signatures = Vec::new();
            for ((witness, seen), told) in self.0.iter().zip(&mut seen).zip(&mut told) {
                match witness.asked(&tenant, size, &note, seen).await {
                    Ok(lines) => {
                        signatures.extend(lines);
                        *told = false;
                    }
                    Err(why) => {
                        // Once, until it has answered again.
                        if !std::mem::replace(told, true) {
                            tracing::warn!(witness = %witness.key.name(), why, "a witness has not cosigned the log");
                        }
                    }
                }
            }
            if signatures.len() >= self.0.len() {
                covered = size;
            }
            if !signatures.is_empty() {
                note.signatures.extend(signatures);
                tenant.cosigned(size, note);
            }
        }
    }
}

/// A checkpoint of the log as it is.
async fn now(tenant: &Arc<Tenant>) -> Option<(u64, Note)> {
    let tenant = Arc::clone(tenant);
    // Reading the store blocks.
    let read = tokio::task::spawn_blocking(move || tenant.checkpoint_of_now()).await.ok()?;
    let note = read.ok()?;
    Some((Checkpoint::parse(note.text()).ok()?.head.size, note))
}

impl Witness {
    /// What it cosigns of a checkpoint. `seen` is the size that it saw last, as far as is known.
    async fn asked(
        &self,
        tenant: &Arc<Tenant>,
        size: u64,
        note: &Note,
        seen: &mut u64,
    ) -> Result<Vec<NoteSignature>, String> {
        // What is known may be old: then it says itself what it saw, and is asked once more.
        for _ in 0..2 {
            let request = request(tenant, *seen, size, note).await?;
            let Answer { status, kind, body } = self.address.post(&request).await?;
            match status {
                200 => {
                    let keys = [self.key.clone()];
                    let lines = cosignatures(note, body.as_bytes(), &keys).map_err(|error| error.message)?;
                    if lines.is_empty() {
                        return Err("its answer is not signed with its key".to_owned());
                    }
                    *seen = size;
                    return Ok(lines);
                }
                409 if kind == SIZE => {
                    let known = body.trim_end().parse().map_err(|_| "it says no size".to_owned())?;
                    if known > size {
                        return Err(format!(
                            "it has seen a log of {known} records, and this one has {size}: it went back"
                        ));
                    }
                    *seen = known;
                }
                status => {
                    return Err(format!(
                        "it answers {status}: {}",
                        body.chars().take(200).collect::<String>()
                    ));
                }
            }
        }
        Err("it changes what it has seen".to_owned())
    }
}

/// The body of a request.
async fn request(tenant: &Arc<Tenant>, old: u64, size: u64, note: &Note) -> Result<String, String> {
    let tenant = Arc::clone(tenant);
    let proved =
        tokio::task::spawn_blocking(move || tenant.proved(Some(size), |new| proof::consistency(old, new)));
    let told = |error: LogError| error.to_string();
    let Proved { hashes, .. } = proved.await.map_err(|error| error.to_string())?.map_err(told)?;
    Ok(AddCheckpoint { old, proof: hashes, checkpoint: note.clone() }.to_string())
}
