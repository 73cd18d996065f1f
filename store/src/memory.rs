//! The store in memory: as plain as can be, so that the others can be held against it. Nothing outlives the process.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range as Span;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lictor_ledger::Hash;

use crate::approval::{Approval, ApprovalState};
use crate::backend::{Backend, Readers, Swept, Wanted};
use crate::changes::{Changes, EntryKey};
use crate::counter::{MAX_DISTINCT, Standing, Taken};
use crate::error::StoreError;
use crate::overlay::Base;
use crate::reader::{Filter, Look};
use crate::rows::{ApiKey, Head, MAX_TENANT, Record, Remembered, Slot, TenantId, Token};
use crate::tally::{Counted, Last, Range, Values};

#[derive(Default)]
struct State {
    tenants: Vec<String>,
    heads: BTreeMap<TenantId, Head>,
    records: BTreeMap<(TenantId, u64), Record>,
    nodes: BTreeMap<(TenantId, u8, u64), Hash>,
    tokens: BTreeMap<(TenantId, u64), Token>,
    approvals: BTreeMap<(TenantId, u64), Approval>,
    entries: BTreeMap<EntryKey, (Standing, Taken)>,
    remembered: BTreeMap<(TenantId, [u8; 32]), Remembered>,
    keys: BTreeMap<(TenantId, [u8; 32]), ApiKey>,
    slots: BTreeMap<(TenantId, String), Slot>,
}

/// A store in memory. What a batch applies is seen by readers at once: a commit that cannot fail needs no copy.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<State>>);

impl Memory {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn window(&self, range: &Range) -> impl DoubleEndedIterator<Item = (&EntryKey, Taken)> {
        let Range { tenant, counter, standing, after, until, except } = *range;
        let first = EntryKey { tenant, counter, at: after.saturating_add(1), index: 0, part: 0 };
        let last = EntryKey { tenant, counter, at: until, index: u64::MAX, part: u16::MAX };
        // A window that ends before it begins is empty.
        let last = last.max(first);
        let counts = move |(key, (stands, _)): &(&EntryKey, &(Standing, Taken))| {
            key.at > after && key.at <= until && stands.counts_as(standing) && except != Some(key.index)
        };
        self.entries.range(first..=last).filter(counts).map(|(key, (_, taken))| (key, *taken))
    }
}

fn of<K: Ord + Clone, V: Clone>(wanted: &BTreeSet<K>, rows: &BTreeMap<K, V>) -> BTreeMap<K, V> {
    wanted.iter().filter_map(|key| Some((key.clone(), rows.get(key)?.clone()))).collect()
}

impl Backend for Memory {
    fn begin(&mut self, tenants: &BTreeSet<TenantId>) -> Result<BTreeMap<TenantId, Head>, StoreError> {
        Ok(of(tenants, &self.state().heads))
    }

    fn rows(&mut self, wanted: &Wanted) -> Result<Base, StoreError> {
        let state = self.state();
        let mut approvals = of(&wanted.approvals, &state.approvals);
        let mut subjects = BTreeMap::new();
        for (tenant, subject) in &wanted.subjects {
            let all = state.approvals.range((*tenant, 0)..=(*tenant, u64::MAX)).rev();
            if let Some((key, newest)) = all.into_iter().find(|(_, approval)| approval.subject == *subject) {
                subjects.insert((*tenant, *subject), key.1);
                approvals.insert(*key, newest.clone());
            }
        }
        let pending = |(tenant, agent): &(TenantId, Option<String>)| {
            let all = state.approvals.range((*tenant, 0)..=(*tenant, u64::MAX)).map(|(_, approval)| approval);
            all.filter(|approval| approval.state == ApprovalState::Pending)
                .filter(|approval| agent.as_ref().is_none_or(|agent| *agent == approval.agent))
                .count() as u64
        };
        Ok(Base {
            tokens: of(&wanted.tokens, &state.tokens),
            approvals,
            subjects,
            pending: wanted.pending.iter().map(|key| (key.clone(), pending(key))).collect(),
            remembered: of(&wanted.remembered, &state.remembered),
            keys: of(&wanted.keys, &state.keys),
            slots: of(&wanted.slots, &state.slots),
            tallies: BTreeMap::new(),
        })
    }

    fn counted(&mut self, ranges: &[Range]) -> Result<Vec<Counted>, StoreError> {
        let state = self.state();
        let count = |range: &Range| {
            let mut counted = Counted::default();
            let whole = Range { except: None, ..*range };
            state.window(&whole).for_each(|(_, taken)| counted.put(taken, 1));
            counted
        };
        Ok(ranges.iter().map(count).collect())
    }

    fn values(&mut self, ranges: &[Range]) -> Result<Vec<Values>, StoreError> {
        let state = self.state();
        let values = |range: &Range| {
            let mut found = Values::new();
            for (_, taken) in state.window(range) {
                if let Taken::Value(value) = taken {
                    found.insert(value);
                }
                if found.len() > MAX_DISTINCT {
                    break;
                }
            }
            found
        };
        Ok(ranges.iter().map(values).collect())
    }

    fn last(&mut self, ranges: &[Range]) -> Result<Vec<Option<Last>>, StoreError> {
        let state = self.state();
        let last =
            |range: &Range| state.window(range).next_back().map(|(key, taken)| Last::of(&key.with(taken)));
        Ok(ranges.iter().map(last).collect())
    }

    fn apply(&mut self, changes: &Changes) -> Result<(), StoreError> {
        let mut guard = self.state();
        let state = &mut *guard;
        let expected =
            changes.entries.iter().all(|(key, (from, _))| state.entries.get(key).copied() == *from)
                && changes
                    .tokens
                    .iter()
                    .all(|(key, (from, _))| state.tokens.get(key).map(|token| token.state) == *from);
        if !expected {
            return Err(StoreError::damaged("rows are not as they were a moment ago"));
        }
        for (key, (_, to)) in &changes.entries {
            match to {
                Some(stands) => state.entries.insert(*key, *stands),
                None => state.entries.remove(key),
            };
        }
        for (key, slot) in &changes.slots {
            match slot {
                Some(slot) => state.slots.insert(key.clone(), slot.clone()),
                None => state.slots.remove(key),
            };
        }
        let records =
            changes.records.iter().map(|(tenant, record)| ((*tenant, record.index), record.clone()));
        state.records.extend(records);
        state
            .nodes
            .extend(changes.nodes.iter().map(|node| ((node.tenant, node.level, node.index), node.hash)));
        for key in &changes.erased {
            if let Some(record) = state.records.get_mut(key) {
                (record.body, record.secret) = (None, None);
            }
        }
        state.tokens.extend(changes.tokens.iter().map(|(key, (_, token))| (*key, token.clone())));
        state.approvals.extend(changes.approvals.iter().map(|(key, (_, approval))| (*key, approval.clone())));
        for key in &changes.erased {
            // What lies beside it goes with it.
            state.tokens.get_mut(key).into_iter().for_each(|token| token.body.clear());
            state.approvals.get_mut(key).into_iter().for_each(|approval| approval.body.clear());
        }
        state.remembered.extend(changes.remembered.iter().map(|(key, first)| (*key, first.clone())));
        state.keys.extend(changes.keys.iter().map(|(hash, key)| (*hash, key.clone())));
        state.heads.extend(changes.heads.iter().map(|(tenant, head)| (*tenant, head.clone())));
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn abort(&mut self) {}

    fn is_lost(&self) -> bool {
        false
    }

    fn place(&mut self) -> Result<([u8; 16], BTreeMap<TenantId, Head>), StoreError> {
        Ok(([0; 16], self.state().heads.clone()))
    }

    fn tenant(&mut self, name: &str) -> Result<TenantId, StoreError> {
        let mut state = self.state();
        let number = state.tenants.iter().position(|known| known == name);
        let number = number.unwrap_or(state.tenants.len());
        let tenant = u32::try_from(number).ok().filter(|number| *number <= MAX_TENANT).map(TenantId);
        let tenant = tenant.ok_or_else(|| StoreError::conflict("there is no room for more tenants"))?;
        if number == state.tenants.len() {
            state.tenants.push(name.to_owned());
            let generation = state.heads.values().map(|head| head.generation).max().unwrap_or(1);
            state.heads.insert(tenant, Head::first(generation));
        }
        Ok(tenant)
    }

    fn raise(&mut self) -> Result<u64, StoreError> {
        let mut state = self.state();
        let raised = state.heads.values().map(|head| head.generation).max().unwrap_or(1).saturating_add(1);
        state.heads.values_mut().for_each(|head| head.generation = raised);
        Ok(raised)
    }

    fn sweep(&mut self, before: i64) -> Result<Swept, StoreError> {
        let mut state = self.state();
        let kept = (state.remembered.len(), state.slots.len());
        state.remembered.retain(|_, first| first.expires_at > before);
        state.slots.retain(|_, slot| slot.expires_at.is_none_or(|end| end > before));
        let gone = |kept: usize, left: usize| (kept - left) as u64;
        Ok(Swept { remembered: gone(kept.0, state.remembered.len()), slots: gone(kept.1, state.slots.len()) })
    }

    fn scrub(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn readers(&self) -> Readers {
        let memory = self.clone();
        Box::new(move || Ok(Box::new(memory.clone())))
    }
}

impl Look for Memory {
    fn tenants(&mut self) -> Result<Vec<(TenantId, String)>, StoreError> {
        let state = self.state();
        Ok((0..).map(TenantId).zip(state.tenants.iter().cloned()).collect())
    }

    fn head(&mut self, tenant: TenantId) -> Result<Option<Head>, StoreError> {
        Ok(self.state().heads.get(&tenant).cloned())
    }

    fn records(
        &mut self,
        tenant: TenantId,
        range: Span<u64>,
        filter: &Filter,
        newest_first: bool,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let state = self.state();
        let all = state.records.range((tenant, range.start)..(tenant, range.end)).map(|(_, record)| record);
        let taken = all.filter(|record| filter.takes(record));
        Ok(if newest_first {
            taken.rev().take(limit).cloned().collect()
        } else {
            taken.take(limit).cloned().collect()
        })
    }

    fn leaves(&mut self, tenant: TenantId, range: Span<u64>) -> Result<Vec<Hash>, StoreError> {
        let records = self.records(tenant, range, &Filter::default(), false, usize::MAX)?;
        Ok(records.into_iter().map(|record| record.leaf).collect())
    }

    fn nodes(&mut self, tenant: TenantId, level: u8, range: Span<u64>) -> Result<Vec<Hash>, StoreError> {
        let state = self.state();
        Ok(range.map_while(|index| state.nodes.get(&(tenant, level, index)).copied()).collect())
    }

    fn token(&mut self, tenant: TenantId, index: u64) -> Result<Option<Token>, StoreError> {
        Ok(self.state().tokens.get(&(tenant, index)).cloned())
    }

    fn due(&mut self, tenant: TenantId, now: i64, limit: usize) -> Result<Vec<Token>, StoreError> {
        let state = self.state();
        let all = state.tokens.range((tenant, 0)..=(tenant, u64::MAX)).map(|(_, token)| token);
        let mut due: Vec<Token> =
            all.filter(|token| token.due_at.is_some_and(|at| at <= now)).cloned().collect();
        due.sort_by_key(|token| (token.due_at, token.index));
        due.truncate(limit);
        Ok(due)
    }

    fn approval(&mut self, tenant: TenantId, index: u64) -> Result<Option<Approval>, StoreError> {
        Ok(self.state().approvals.get(&(tenant, index)).cloned())
    }

    fn approvals(
        &mut self,
        tenant: TenantId,
        wanted: ApprovalState,
        limit: usize,
    ) -> Result<Vec<Approval>, StoreError> {
        let state = self.state();
        let all = state.approvals.range((tenant, 0)..=(tenant, u64::MAX)).rev().map(|(_, approval)| approval);
        Ok(all.filter(|approval| approval.state == wanted).take(limit).cloned().collect())
    }

    fn api_key(&mut self, hash: &[u8; 32]) -> Result<Option<(TenantId, ApiKey)>, StoreError> {
        let state = self.state();
        let found = state.keys.iter().find(|((_, kept), _)| kept == hash);
        Ok(found.map(|((tenant, _), key)| (*tenant, key.clone())))
    }

    fn api_keys(&mut self, tenant: TenantId) -> Result<Vec<ApiKey>, StoreError> {
        let state = self.state();
        let mut keys: Vec<ApiKey> =
            state.keys.iter().filter(|((of, _), _)| *of == tenant).map(|(_, key)| key.clone()).collect();
        keys.sort_by_key(|key| (key.created_at, key.hash));
        Ok(keys)
    }

    fn slots(&mut self, tenant: TenantId, prefix: &str) -> Result<Vec<(String, Slot)>, StoreError> {
        let state = self.state();
        let all = state
            .slots
            .range((tenant, prefix.to_owned())..)
            .take_while(|((of, name), _)| *of == tenant && name.starts_with(prefix));
        Ok(all.map(|((_, name), slot)| (name.clone(), slot.clone())).collect())
    }
}
