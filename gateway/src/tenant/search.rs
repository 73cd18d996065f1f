//! Looking for records in the log: those that are wanted, in its order, a page at a time.

use std::ops::Range;

use lictor_journal::audit::Row;
use lictor_journal::export::{Erasures, Line, Wanted, csv_line, tombstones};
use lictor_journal::row::decision;
use lictor_store::{Filter, Reader, StoreError, TenantId};

use super::log::first_since;

/// The most records that are looked through for a page, so that none takes longer than another where what is sought is rare.
const SPAN: u64 = 250_000;
/// How many records are read at a time for an export.
const CHUNK: usize = 512;

/// How records are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// A record a line, as JSON.
    Jsonl,
    /// A record a line, for a spreadsheet.
    Csv,
}

/// Some of what is wanted.
#[derive(Default)]
pub(crate) struct Page {
    /// Each record as a line, without its end.
    pub lines: Vec<Vec<u8>>,
    /// Where the next page begins; none where there is nothing behind it.
    pub next: Option<u64>,
    /// How many records the log has.
    pub size: u64,
}

/// A record cannot be written: what stands in the store is none. Its index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct NoRecord(pub u64);

/// A search under way.
pub(crate) struct Search<'r> {
    reader: &'r mut Reader,
    tenant: TenantId,
    wanted: &'r Wanted,
    filter: Filter,
    /// The records in which there can be any.
    range: Range<u64>,
    size: u64,
    /// Which record says that another was erased, once one was met.
    erased: Option<Erasures>,
}

impl<'r> Search<'r> {
    /// Looks for what is wanted from this record on.
    pub fn begin(
        reader: &'r mut Reader,
        tenant: TenantId,
        wanted: &'r Wanted,
        from: u64,
    ) -> Result<Search<'r>, StoreError> {
        let size = reader.head(tenant)?.map_or(0, |head| head.frontier.size());
        let mut at = |moment: Option<i64>| moment.map(|at| first_since(reader, tenant, size, at)).transpose();
        // Time never goes back, so that it is looked up and not searched for.
        let (first, end) = (at(wanted.since)?.unwrap_or(0), at(wanted.until)?.unwrap_or(size));
        let filter = Filter {
            kind: wanted.kind.map(|kind| kind.number()),
            agent: wanted.agent.clone(),
            action: wanted.action.clone(),
            decision: wanted.decision.map(|verdict| decision(Some(verdict))),
            cites: wanted.cites.clone(),
            ..Filter::default()
        };
        Ok(Search { reader, tenant, wanted, filter, range: first.max(from)..end, size, erased: None })
    }

    /// The next records, at most so many.
    pub fn page(&mut self, form: Form, most: usize) -> Result<Result<Page, NoRecord>, StoreError> {
        let Range { start, end } = self.range;
        let mut page = Page { size: self.size, ..Page::default() };
        if start >= end {
            return Ok(Ok(page));
        }
        let looked = start..end.min(start.saturating_add(SPAN));
        let found = self.reader.records(self.tenant, looked.clone(), &self.filter, false, most)?;
        let full = found.len() >= most;
        let next = found.last().filter(|_| full).map_or(looked.end, |last| last.index.saturating_add(1));
        for record in found {
            let mut row = Row::from(record);
            // What stands beside a record is what it says, or an audit finds it; what it says decides.
            if !self.wanted.takes(&row) {
                continue;
            }
            if row.body.is_none() {
                row.erased_by = self.erased_by(row.index)?;
            }
            match written(&row, form) {
                Some(line) => page.lines.push(line),
                None => return Ok(Err(NoRecord(row.index))),
            }
        }
        self.range.start = next;
        page.next = Some(next).filter(|next| *next < end);
        Ok(Ok(page))
    }

    fn erased_by(&mut self, index: u64) -> Result<Option<u64>, StoreError> {
        if self.erased.is_none() {
            self.erased = Some(tombstones(self.reader, self.tenant)?);
        }
        Ok(self.erased.as_ref().and_then(|erased| erased.get(&index)).map(|(by, _)| *by))
    }

    /// All that is left, in parts that are handed over; it ends early where nobody takes them any more.
    pub fn rest(
        &mut self,
        form: Form,
        put: &mut dyn FnMut(Vec<u8>) -> bool,
    ) -> Result<Result<(), NoRecord>, StoreError> {
        loop {
            let page = match self.page(form, CHUNK)? {
                Ok(page) => page,
                Err(error) => return Ok(Err(error)),
            };
            let mut part = Vec::with_capacity(page.lines.iter().map(|line| line.len() + 1).sum());
            for line in &page.lines {
                part.extend_from_slice(line);
                part.push(b'\n');
            }
            if !part.is_empty() && !put(part) || page.next.is_none() {
                return Ok(Ok(()));
            }
        }
    }
}

fn written(row: &Row, form: Form) -> Option<Vec<u8>> {
    match form {
        Form::Jsonl => Line::write(row).ok(),
        Form::Csv => {
            let mut line = csv_line(row).ok()?.into_bytes();
            line.pop();
            Some(line)
        }
    }
}
