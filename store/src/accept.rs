//! Whether what a job wants to write follows from what is there. All of it is looked at before any of it is done.

use std::collections::{BTreeMap, BTreeSet};

use crate::approval::{Approval, ApprovalState};
use crate::changes::{EntryKey, Node};
use crate::counter::{Standing, Taken};
use crate::error::{ErrorKind, StoreError};
use crate::job::{Reads, Writes};
use crate::overlay::Overlay;
use crate::rows::{Head, MAX_INDEX, NewRecord, Record, TenantId, Token, TokenState};

type Stands = BTreeMap<EntryKey, (Standing, Taken)>;

/// Who writes, and when.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'a> {
    pub(crate) tenant: TenantId,
    pub(crate) now: i64,
    pub(crate) reads: &'a Reads,
}

/// Does what a job wants to do, or refuses and does nothing.
pub(crate) fn accept(overlay: &mut Overlay, writer: Writer<'_>, writes: Writes) -> Result<(), StoreError> {
    if writes.is_empty() {
        return Ok(());
    }
    let Writer { tenant, now, .. } = writer;
    let missing = || StoreError::conflict(format!("there is no tenant {}", tenant.0));
    let head = overlay.heads.get(&tenant).ok_or_else(missing)?.clone();
    let size = head.frontier.size();
    let end = size.saturating_add(writes.records.len() as u64);
    if end > MAX_INDEX {
        return Err(StoreError::conflict(format!(
            "the log of tenant {} has no room for more records",
            tenant.0
        )));
    }
    let check = Check { overlay, writer, writes: &writes, head: &head, new: size..end };
    check.rows()?;
    let (before, after) = check.entries()?;
    stage(overlay, tenant, now, head, writes);
    stage_entries(overlay, before, after);
    Ok(())
}

struct Check<'a> {
    overlay: &'a Overlay,
    writer: Writer<'a>,
    writes: &'a Writes,
    head: &'a Head,
    /// The indices of the records that the job appends.
    new: std::ops::Range<u64>,
}

impl Check<'_> {
    fn rows(&self) -> Result<(), StoreError> {
        let mut seen = BTreeSet::new();
        for (from, token) in &self.writes.tokens {
            once(seen.insert(token.index), "a token", token.index)?;
            self.token(*from, token)?;
        }
        let mut seen = BTreeSet::new();
        for approval in &self.writes.approvals {
            once(seen.insert(approval.index), "a request for approval", approval.index)?;
            self.approval(approval)?;
        }
        let mut seen = BTreeSet::new();
        for first in &self.writes.remembered {
            if !self.writer.reads.remembered.contains(&first.key) {
                return Err(StoreError::new(
                    ErrorKind::Undeclared,
                    "a job keeps the answer to an idempotency key that it did not read",
                ));
            }
            let kept = self.overlay.remembered(self.writer.tenant, &first.key);
            if !seen.insert(first.key) || kept.is_some_and(|kept| kept.expires_at > self.writer.now) {
                return Err(StoreError::conflict("there is an answer to this idempotency key already"));
            }
        }
        match self.writes.erased.iter().find(|index| **index >= self.new.end) {
            Some(index) => {
                Err(StoreError::conflict(format!("record {index} cannot be erased: it is not there")))
            }
            None => Ok(()),
        }
    }

    fn token(&self, from: Option<TokenState>, token: &Token) -> Result<(), StoreError> {
        let refuse = |what: &str| Err(StoreError::conflict(format!("token {}: {what}", token.index)));
        let Some(from) = from else {
            return match token {
                _ if !self.new.contains(&token.index) => {
                    refuse("it must lie at a record of the job that issues it")
                }
                _ if token.state != TokenState::Issued => {
                    refuse("a new one must be issued, and nothing else")
                }
                _ if token.generation != self.head.generation => refuse("it is of another generation"),
                _ if token.action != token.index && !self.uses(token.action) => {
                    refuse("it takes over what no approval of this job counted for")
                }
                _ => Ok(()),
            };
        };
        let Some(kept) = self.overlay.token(self.writer.tenant, token.index) else {
            return refuse("it is not there, or was not read");
        };
        let same = (kept.id, kept.generation, kept.action) == (token.id, token.generation, token.action);
        let burns = token.state == TokenState::Burned;
        match () {
            () if kept.state != from => refuse("it is in another state by now"),
            () if !token.state.follows(from) => refuse("this state does not follow from the one it is in"),
            () if !same => refuse("what tells it from others has changed"),
            () if burns && kept.generation != self.head.generation => refuse("it is of another generation"),
            () if burns && kept.expires_at < self.writer.now => refuse("it has expired"),
            () => Ok(()),
        }
    }

    /// Whether this job uses the approval at this index.
    fn uses(&self, index: u64) -> bool {
        let used = |approval: &&Approval| approval.index == index && approval.state == ApprovalState::Used;
        self.writes.approvals.iter().any(|approval| used(&approval))
    }

    fn approval(&self, approval: &Approval) -> Result<(), StoreError> {
        let refuse = |what: &str| {
            Err(StoreError::conflict(format!("request for approval {}: {what}", approval.index)))
        };
        let persons: BTreeSet<&str> = approval.votes.iter().map(|vote| vote.person.as_str()).collect();
        if persons.len() != approval.votes.len() {
            return refuse("somebody votes twice");
        }
        let grants = matches!(approval.state, ApprovalState::Approved | ApprovalState::Used);
        let enough = approval.quorum > 0
            && approval.approving() >= usize::from(approval.quorum)
            && approval.approving() == approval.votes.len();
        if grants && !enough {
            return refuse("too few persons approved, or somebody refused");
        }
        let Some(before) = approval.version.checked_sub(1) else {
            return match approval {
                _ if !self.new.contains(&approval.index) => {
                    refuse("it must lie at a record of the job that asks")
                }
                _ if approval.state != ApprovalState::Pending => refuse("a new one must be pending"),
                _ if approval.generation != self.head.generation => refuse("it is of another generation"),
                _ => Ok(()),
            };
        };
        let Some(kept) = self.overlay.approval(self.writer.tenant, approval.index) else {
            return refuse("it is not there, or was not read");
        };
        let identity = |of: &Approval| (of.id, of.generation, of.subject, of.quorum, of.agent.clone());
        match () {
            () if kept.version != before => refuse("it has changed by now"),
            () if !approval.state.follows(kept.state) => {
                refuse("this state does not follow from the one it is in")
            }
            () if identity(kept) != identity(approval) => refuse("what tells it from others has changed"),
            () if grants && kept.generation != self.head.generation => refuse("it is of another generation"),
            () if grants && kept.expires_at < self.writer.now => refuse("it has expired"),
            () => Ok(()),
        }
    }

    /// What the rows that change counted for, and what they count for afterwards.
    fn entries(&self) -> Result<(Stands, Stands), StoreError> {
        let tenant = self.writer.tenant;
        let (mut before, mut after) = (Stands::new(), Stands::new());
        for (from, token) in &self.writes.tokens {
            let kept = from.and_then(|_| self.overlay.token(tenant, token.index));
            kept.map_or(Ok(()), |kept| put_token(&mut before, tenant, kept))?;
            put_token(&mut after, tenant, token)?;
        }
        for approval in &self.writes.approvals {
            let kept = self.overlay.approval(tenant, approval.index).filter(|_| approval.version > 0);
            kept.map_or(Ok(()), |kept| put_approval(&mut before, tenant, kept))?;
            put_approval(&mut after, tenant, approval)?;
        }
        for (entry, standing) in &self.writes.entries {
            if !self.new.contains(&entry.index) {
                return Err(StoreError::conflict(
                    "what an action counts for must lie at a record of its own job",
                ));
            }
            put(&mut after, EntryKey::of(tenant, entry), (*standing, entry.taken))?;
        }
        Ok((before, after))
    }
}

fn once(new: bool, what: &str, index: u64) -> Result<(), StoreError> {
    if new { Ok(()) } else { Err(StoreError::conflict(format!("a job writes {what} twice, at {index}"))) }
}

fn put(stands: &mut Stands, key: EntryKey, stood: (Standing, Taken)) -> Result<(), StoreError> {
    match stands.insert(key, stood) {
        None => Ok(()),
        Some(_) => {
            Err(StoreError::conflict(format!("record {} counts twice as its part {}", key.index, key.part)))
        }
    }
}

fn put_token(stands: &mut Stands, tenant: TenantId, token: &Token) -> Result<(), StoreError> {
    let standing = if token.state.counts() { Standing::Live } else { Standing::Attempted };
    for entry in &token.entries {
        if entry.index != token.action {
            return Err(StoreError::conflict(format!("token {} counts as another action", token.index)));
        }
        put(stands, EntryKey::of(tenant, entry), (standing, entry.taken))?;
    }
    Ok(())
}

/// A used approval counts for nothing: its token does.
fn put_approval(stands: &mut Stands, tenant: TenantId, approval: &Approval) -> Result<(), StoreError> {
    for entry in approval.entries.iter().filter(|_| approval.state != ApprovalState::Used) {
        if entry.index != approval.index {
            return Err(StoreError::conflict(format!(
                "approval {} counts as another action",
                approval.index
            )));
        }
        put(stands, EntryKey::of(tenant, entry), (Standing::Attempted, entry.taken))?;
    }
    Ok(())
}

fn stage(overlay: &mut Overlay, tenant: TenantId, now: i64, mut head: Head, writes: Writes) {
    let Writes { records, erased, tokens, approvals, entries: _, remembered, keys, slots, acknowledges } =
        writes;
    for (from, token) in tokens {
        let kept = overlay.changes.tokens.get(&(tenant, token.index)).map(|(kept, _)| *kept);
        overlay.changes.tokens.insert((tenant, token.index), (kept.unwrap_or(from), token));
    }
    for approval in approvals {
        let key = (tenant, approval.index);
        let staged = overlay.changes.approvals.get(&key).map(|(kept, _)| *kept);
        let fetched = || overlay.base.approvals.get(&key).map(|kept| (kept.version, kept.state));
        let before = staged.unwrap_or_else(|| fetched().filter(|_| approval.version > 0));
        overlay.changes.approvals.insert(key, (before, approval));
    }
    let changes = &mut overlay.changes;
    for record in records {
        let NewRecord { leaf, kind, agent, action, decision, cites, secret, body } = record;
        // There is room: that was looked at before.
        let Ok(index) = head.frontier.append_noting(leaf, |lictor_ledger::Node { level, index }, hash| {
            if level > 0 && level % 8 == 0 {
                changes.nodes.push(Node { tenant, level, index, hash });
            }
        }) else {
            return;
        };
        let record =
            Record { index, at: now, leaf, kind, agent, action, decision, cites, secret, body: Some(body) };
        changes.records.push((tenant, record));
    }
    changes.erased.extend(erased.into_iter().map(|index| (tenant, index)));
    changes.remembered.extend(remembered.into_iter().map(|first| ((tenant, first.key), first)));
    changes.keys.extend(keys.into_iter().map(|key| ((tenant, key.hash), key)));
    changes.slots.extend(slots.into_iter().map(|(name, slot)| ((tenant, name), slot)));
    head.last_now = head.last_now.max(now);
    if acknowledges {
        head.acknowledged = head.generation;
    }
    changes.heads.insert(tenant, head.clone());
    overlay.heads.insert(tenant, head);
}

fn stage_entries(overlay: &mut Overlay, before: Stands, after: Stands) {
    let keys: BTreeSet<EntryKey> = before.keys().chain(after.keys()).copied().collect();
    for key in keys {
        let (from, to) = (before.get(&key).copied(), after.get(&key).copied());
        let first = overlay.changes.entries.get(&key).map_or(from, |(first, _)| *first);
        if first == to {
            overlay.changes.entries.remove(&key);
        } else {
            overlay.changes.entries.insert(key, (first, to));
        }
    }
}
