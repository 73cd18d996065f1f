//! A batch: jobs that wait at the same time, done in one transaction.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::accept::{Writer, accept};
use crate::approval::ApprovalState;
use crate::backend::{Backend, Wanted};
use crate::counter::{Entry, Own, Question, Standing, What, Window};
use crate::error::{ErrorKind, StoreError};
use crate::job::{AnyJob, Reads, Writes};
use crate::overlay::{Base, Overlay};
use crate::rows::{Head, TenantId};
use crate::tally::{Range, Tally};
use crate::view::View;

/// A job that waits for its turn.
pub(crate) struct Queued {
    pub(crate) tenant: TenantId,
    pub(crate) job: Box<dyn AnyJob>,
}

/// A job whose turn has come.
struct Turn {
    tenant: TenantId,
    now: i64,
    reads: Reads,
    job: Box<dyn AnyJob>,
}

type Outcome = Result<(), StoreError>;

/// Does a batch, and answers everybody.
pub(crate) fn run(backend: &mut dyn Backend, queued: Vec<Queued>) {
    let mut waiting: VecDeque<Turn> = VecDeque::new();
    let mut done: Vec<(Box<dyn AnyJob>, Outcome)> = Vec::with_capacity(queued.len());
    let outcome = transact(backend, queued, &mut waiting, &mut done);
    if outcome.is_err() {
        backend.abort();
    }
    for (job, its) in done.into_iter().chain(waiting.into_iter().map(|turn| (turn.job, Ok(())))) {
        job.finish(outcome.clone().and(its));
    }
}

fn transact(
    backend: &mut dyn Backend,
    queued: Vec<Queued>,
    waiting: &mut VecDeque<Turn>,
    done: &mut Vec<(Box<dyn AnyJob>, Outcome)>,
) -> Outcome {
    let tenants: BTreeSet<TenantId> = queued.iter().map(|queued| queued.tenant).collect();
    let heads = backend.begin(&tenants);
    let times = heads.as_ref().map_or_else(|_| BTreeMap::new(), times);
    line_up(queued, times, waiting, done);
    let mut heads = heads?;
    let mut changed = false;
    while !waiting.is_empty() {
        let base = gather(backend, waiting.iter())?;
        let mut overlay = Overlay { base, heads, ..Overlay::default() };
        while let Some(turn) = waiting.pop_front() {
            if !overlay.can_answer(turn.tenant, turn.now, &turn.reads) {
                waiting.push_front(turn);
                break;
            }
            let Turn { tenant, now, reads, mut job } = turn;
            let outcome = step(&mut overlay, Writer { tenant, now, reads: &reads }, job.as_mut());
            done.push((job, outcome));
        }
        heads = write(backend, overlay, &mut changed)?;
    }
    if changed {
        return backend.commit();
    }
    backend.abort();
    Ok(())
}

fn times(heads: &BTreeMap<TenantId, Head>) -> BTreeMap<TenantId, i64> {
    heads.iter().map(|(tenant, head)| (*tenant, head.last_now)).collect()
}

/// Says what time it is for each job, and what it reads. Time never goes back within a tenant.
fn line_up(
    queued: Vec<Queued>,
    mut times: BTreeMap<TenantId, i64>,
    waiting: &mut VecDeque<Turn>,
    done: &mut Vec<(Box<dyn AnyJob>, Outcome)>,
) {
    for Queued { tenant, job } in queued {
        let Some(last) = times.get_mut(&tenant) else {
            done.push((job, Err(StoreError::conflict(format!("there is no tenant {}", tenant.0)))));
            continue;
        };
        *last = job.now().max(*last);
        let now = *last;
        match catch_unwind(AssertUnwindSafe(|| job.reads(now))) {
            Ok(reads) => waiting.push_back(Turn { tenant, now, reads, job }),
            Err(_) => done.push((job, Err(broken()))),
        }
    }
}

fn broken() -> StoreError {
    StoreError::new(ErrorKind::Broken, "a job did not come to an end; nothing of it was done")
}

/// Runs one job and takes over what it writes, all or nothing.
fn step(overlay: &mut Overlay, writer: Writer<'_>, job: &mut dyn AnyJob) -> Outcome {
    let writes = look(overlay, writer, job)?;
    accept(overlay, writer, writes)
}

fn look(overlay: &Overlay, writer: Writer<'_>, job: &mut dyn AnyJob) -> Result<Writes, StoreError> {
    let Writer { tenant, now, reads } = writer;
    let head = overlay.heads.get(&tenant).ok_or_else(broken)?;
    let undeclared = Cell::new(false);
    let view = View { overlay, tenant, now, head, reads, undeclared: &undeclared };
    // What a job left half done is thrown away with it.
    let writes = catch_unwind(AssertUnwindSafe(|| job.run(&view))).map_err(|_| broken())?;
    if undeclared.get() {
        return Err(StoreError::new(
            ErrorKind::Undeclared,
            "a job looked at something that it had not said it would read",
        ));
    }
    Ok(writes)
}

fn write(
    backend: &mut dyn Backend,
    mut overlay: Overlay,
    changed: &mut bool,
) -> Result<BTreeMap<TenantId, Head>, StoreError> {
    if !overlay.changes.is_empty() {
        for (tenant, head) in &mut overlay.changes.heads {
            head.serial = head.serial.saturating_add(1);
            overlay.heads.insert(*tenant, head.clone());
        }
        backend.apply(&overlay.changes)?;
        *changed = true;
    }
    Ok(overlay.heads)
}

/// Fetches all that jobs read.
fn gather<'a>(
    backend: &mut dyn Backend,
    turns: impl Iterator<Item = &'a Turn> + Clone,
) -> Result<Base, StoreError> {
    let mut wanted = Wanted::default();
    for Turn { tenant, reads, .. } in turns.clone() {
        let of = *tenant;
        wanted.tokens.extend(reads.tokens.iter().map(|index| (of, *index)));
        wanted.approvals.extend(reads.approvals.iter().map(|index| (of, *index)));
        wanted.subjects.extend(reads.subjects.iter().map(|subject| (of, *subject)));
        wanted.pending.extend(reads.pending.iter().map(|agent| (of, agent.clone())));
        wanted.remembered.extend(reads.remembered.iter().map(|key| (of, *key)));
        wanted.keys.extend(reads.keys.iter().map(|hash| (of, *hash)));
        wanted.slots.extend(reads.slots.iter().map(|name| (of, name.clone())));
    }
    let mut base = backend.rows(&wanted)?;
    let asked: BTreeSet<(TenantId, i64, &Question)> = turns
        .flat_map(|turn| turn.reads.questions.iter().map(|asked| (turn.tenant, turn.now, asked)))
        .collect();
    base.tallies = tallies(backend, &base, asked)?;
    Ok(base)
}

/// Finds what is asked of the past: first when windows begin, then what lies in them.
fn tallies(
    backend: &mut dyn Backend,
    base: &Base,
    asked: BTreeSet<(TenantId, i64, &Question)>,
) -> Result<BTreeMap<(TenantId, i64, Question), Tally>, StoreError> {
    let begins: Vec<Range> =
        asked.iter().filter_map(|(tenant, now, asked)| begin(*tenant, *now, asked)).collect();
    let begun: BTreeMap<Range, _> = begins.iter().copied().zip(backend.last(&begins)?).collect();
    let mut found: Vec<(&Question, Tally)> = Vec::with_capacity(asked.len());
    for (tenant, now, question) in &asked {
        let begin = begin(*tenant, *now, question).and_then(|range| begun.get(&range).copied().flatten());
        let earliest = match question.window {
            Window::After(after) | Window::Since { after, .. } => after,
        };
        let own = Counts::of(base, *tenant, question);
        let range = Range {
            tenant: *tenant,
            counter: question.counter,
            standing: question.standing,
            after: begin.map_or(earliest, |begin| begin.at),
            until: *now,
            except: own.map(|own| own.action),
        };
        let begins_clearly = begin.is_none_or(|begin| begin.clear);
        found.push((
            question,
            Tally {
                range,
                begins_clearly,
                counted: Default::default(),
                values: Default::default(),
                last: None,
            },
        ));
    }
    let ranges: Vec<Range> = found.iter().map(|(_, tally)| tally.range).collect();
    for ((question, tally), counted) in found.iter_mut().zip(backend.counted(&ranges)?) {
        tally.counted = counted;
        // Buckets do not tell whose entries are in them.
        let own = Counts::of(base, tally.range.tenant, question);
        own.into_iter().for_each(|own| own.leave_out(tally));
    }
    let of = |what: What| move |(question, _): &&mut (&Question, Tally)| question.what == what;
    let ranges: Vec<Range> =
        found.iter_mut().filter(of(What::Distinct)).map(|(_, tally)| tally.range).collect();
    let values = backend.values(&ranges)?;
    found
        .iter_mut()
        .filter(of(What::Distinct))
        .zip(values)
        .for_each(|((_, tally), values)| tally.values = values);
    let ranges: Vec<Range> =
        found.iter_mut().filter(of(What::Latest)).map(|(_, tally)| tally.range).collect();
    let last = backend.last(&ranges)?;
    found.iter_mut().filter(of(What::Latest)).zip(last).for_each(|((_, tally), last)| tally.last = last);
    Ok(found
        .into_iter()
        .map(|(question, tally)| ((tally.range.tenant, tally.range.until, question.clone()), tally))
        .collect())
}

fn begin(tenant: TenantId, now: i64, question: &Question) -> Option<Range> {
    let Window::Since { begins, standing, after } = question.window else { return None };
    Some(Range { tenant, counter: begins, standing, after, until: now, except: None })
}

/// What something counts for that is decided again.
#[derive(Clone, Copy)]
struct Counts<'a> {
    /// The index of its entries.
    action: u64,
    standing: Standing,
    entries: &'a [Entry],
}

impl<'a> Counts<'a> {
    /// What a question leaves out.
    fn of(base: &'a Base, tenant: TenantId, question: &Question) -> Option<Counts<'a>> {
        match question.own? {
            Own::Token(index) => {
                let token = base.tokens.get(&(tenant, index))?;
                let standing = if token.state.counts() { Standing::Live } else { Standing::Attempted };
                Some(Counts { action: token.action, standing, entries: &token.entries })
            }
            Own::Approval(index) => {
                let approval = base.approvals.get(&(tenant, index))?;
                // Of one that was used, its token counts.
                let entries = if approval.state == ApprovalState::Used { &[][..] } else { &approval.entries };
                Some(Counts { action: index, standing: Standing::Attempted, entries })
            }
        }
    }

    fn leave_out(self, tally: &mut Tally) {
        let whole = Range { except: None, ..tally.range };
        for entry in self.entries.iter().filter(|entry| whole.holds(entry, self.standing)) {
            tally.counted.put(entry.taken, -1);
        }
    }
}
