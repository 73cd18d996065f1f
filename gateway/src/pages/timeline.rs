//! The timeline: what was authorized, denied, held, observed, burned and replayed, the newest first.
//!
//! A page is found by the index of the record that it ends with, so that the thousandth is as near as the first; and no page looks through more than so many
//! records, so that none takes longer than another where what is sought is rare.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use lictor_bundle::time::parse_timestamp;
use lictor_evidence::receipt::Verdict;
use lictor_journal::record::Kind;
use lictor_journal::{Body, Step, row};
use lictor_store::{Filter, Reader, Record, StoreError, TenantId};
use maud::{Markup, html};

use super::event::{REPLAY, what, why};
use super::form::Form;
use super::frame::{self, At};
use super::moment::{day, time};
use super::sign;
use super::visitor::Visitor;
use super::words::inline;
use super::{bar, no_store};
use crate::approvals::desk;
use crate::gateway::Shared;
use crate::tenant::first_since;

/// The most events of a page.
const PAGE: usize = 50;
/// The most records that are looked through for a page.
const SPAN: u64 = 250_000;

/// How many pages of decisions that ask people are read for one page of those that were granted, or were held.
const READ: usize = 20;

/// What somebody wants to see of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Wanted {
    /// What happened: one of [`KINDS`].
    what: Option<&'static Kindly>,
    agent: Option<String>,
    action: Option<String>,
    /// A part of a code, a rule or a citation.
    cites: Option<String>,
    /// From this moment, as it was written.
    from: Option<(String, i64)>,
    /// To before this moment, as it was written.
    to: Option<(String, i64)>,
    /// Only records before this index.
    before: Option<u64>,
    /// What was written that is no moment.
    wrong: bool,
}

/// What may be asked for, by its name.
#[derive(PartialEq, Eq, Debug)]
struct Kindly {
    name: &'static str,
    kind: Kind,
    decision: Option<Verdict>,
    cites: Option<&'static str>,
}

const fn kindly(name: &'static str, kind: Kind, decision: Option<Verdict>) -> Kindly {
    Kindly { name, kind, decision, cites: None }
}

static KINDS: [Kindly; 7] = [
    kindly("authorized", Kind::Decided, Some(Verdict::Allow)),
    kindly("denied", Kind::Decided, Some(Verdict::Deny)),
    kindly("held", Kind::Decided, Some(Verdict::StepUp)),
    kindly("observed", Kind::Observed, None),
    kindly("burned", Kind::Burned, None),
    Kindly { name: "replayed", kind: Kind::Refused, decision: None, cites: Some(REPLAY) },
    kindly("answered", Kind::ApprovalAnswered, None),
];

impl Wanted {
    fn of(query: Option<&str>) -> Wanted {
        let form = Form::of_query(query);
        let text = |name: &str| form.get(name).map(|text| text.chars().take(200).collect::<String>());
        let moment = |name: &str| form.get(name).map(|text| (text.to_owned(), read_moment(text)));
        let (from, to) = (moment("from"), moment("to"));
        let is_one = |moment: &(String, Option<i64>)| moment.1.is_some();
        let wrong = [&from, &to].into_iter().flatten().any(|moment| !is_one(moment));
        let known = |moment: Option<(String, Option<i64>)>| moment.and_then(|(text, at)| Some((text, at?)));
        Wanted {
            what: form.get("what").and_then(|what| KINDS.iter().find(|kind| kind.name == what)),
            agent: text("agent"),
            action: text("action"),
            cites: text("cites"),
            from: known(from),
            to: known(to),
            before: form.get("before").and_then(|index| index.parse().ok()),
            wrong,
        }
    }

    fn filter(&self) -> Filter {
        let what = self.what;
        Filter {
            // Time is looked up by index: it never goes back.
            from: None,
            to: None,
            kind: what.map(|what| what.kind.number()),
            agent: self.agent.clone(),
            action: self.action.clone(),
            decision: what.and_then(|what| what.decision).map(|verdict| row::decision(Some(verdict))),
            cites: self.cites.clone().or_else(|| what?.cites.map(str::to_owned)),
        }
    }

    fn is_filtered(&self) -> bool {
        self.filter() != Filter::default() || self.from.is_some() || self.to.is_some()
    }

    /// The address of the same, but for these.
    fn address(&self, what: Option<&Kindly>, before: Option<u64>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let texts = [("agent", &self.agent), ("action", &self.action), ("cites", &self.cites)];
        if let Some(what) = what {
            query.append_pair("what", what.name);
        }
        for (name, text) in texts {
            text.iter().for_each(|text| _ = query.append_pair(name, text));
        }
        for (name, moment) in [("from", &self.from), ("to", &self.to)] {
            moment.iter().for_each(|(text, _)| _ = query.append_pair(name, text));
        }
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        let query = query.finish();
        if query.is_empty() { "/".to_owned() } else { format!("/?{query}") }
    }
}

/// Reads what a field of a form has for a moment: `2026-03-01`, `2026-03-01T10:00`, or a whole timestamp. UTC.
fn read_moment(text: &str) -> Option<i64> {
    let whole = match text.len() {
        10 => format!("{text}T00:00:00Z"),
        16 => format!("{text}:00Z"),
        19 => format!("{text}Z"),
        _ => text.to_owned(),
    };
    parse_timestamp(&whole).ok()
}

/// A page of events.
struct Found {
    records: Vec<Record>,
    /// The records that were looked through.
    looked: Range<u64>,
    /// The first record that may be asked for.
    first: u64,
}

/// `GET /`
pub(crate) async fn page(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap) -> Response {
    let Some(visitor) = Visitor::of(&shared, &headers) else { return sign::first(&uri) };
    let wanted = Wanted::of(uri.query());
    let sought = wanted.clone();
    let found = desk::look(&shared.tenant, move |reader, tenant| find(reader, tenant, &sought)).await;
    let Some(found) = found else { return no_store(&shared, Some(&visitor)).await };
    let body = html! {
        main #main {
            h1 { "Timeline" }
            (filters(&wanted))
            @if wanted.wrong { div.note.bad { "A moment is written as 2026-03-01 or 2026-03-01T10:00, in UTC. What was none is left out." } }
            (events(&wanted, &found))
        }
    };
    frame::page(StatusCode::OK, "Timeline", &bar(&shared, Some(&visitor), At::Timeline).await, &body)
}

fn find(reader: &mut Reader, tenant: TenantId, wanted: &Wanted) -> Result<Found, StoreError> {
    let size = reader.head(tenant)?.map_or(0, |head| head.frontier.size());
    let mut index_at = |at: &Option<(String, i64)>| match at {
        None => Ok(None),
        Some((_, at)) => first_since(reader, tenant, size, *at).map(Some),
    };
    let first = index_at(&wanted.from)?.unwrap_or(0);
    let end = index_at(&wanted.to)?.unwrap_or(size).min(wanted.before.unwrap_or(size)).min(size);
    let looked = end.saturating_sub(SPAN).max(first)..end;
    if looked.is_empty() {
        return Ok(Found { records: Vec::new(), looked, first });
    }
    let filter = wanted.filter();
    let (records, looked) = match wanted.what.and_then(|what| what.decision) {
        Some(Verdict::StepUp) => asking(reader, tenant, looked, &filter, false)?,
        Some(Verdict::Allow) => {
            let asks = Filter { decision: Some(row::decision(Some(Verdict::StepUp))), ..filter.clone() };
            let (mut records, looked) = asking(reader, tenant, looked, &asks, true)?;
            records.extend(reader.records(tenant, looked.clone(), &filter, true, PAGE)?);
            records.sort_by_key(|record| Reverse(record.index));
            records.truncate(PAGE);
            (records, looked)
        }
        _ => (reader.records(tenant, looked.clone(), &filter, true, PAGE)?, looked),
    };
    Ok(Found { records, looked, first })
}

/// A page of the decisions that ask people, and the records that were looked through for it: those for which a token was granted, since people had approved, or those
/// that were held. The store does not tell them apart, so they are read.
fn asking(
    reader: &mut Reader,
    tenant: TenantId,
    looked: Range<u64>,
    filter: &Filter,
    granted: bool,
) -> Result<(Vec<Record>, Range<u64>), StoreError> {
    let (mut found, mut from) = (Vec::new(), looked.end);
    for _ in 0..READ {
        let some = reader.records(tenant, looked.start..from, filter, true, PAGE)?;
        let full = some.len() >= PAGE;
        from = some.last().filter(|_| full).map_or(looked.start, |last| last.index);
        for record in some {
            if is_granted(&record) == granted {
                found.push(record);
            }
            if found.len() >= PAGE {
                from = found.last().map_or(from, |last| last.index);
                return Ok((found, from..looked.end));
            }
        }
        if !full {
            break;
        }
    }
    Ok((found, from..looked.end))
}

/// Whether a token was granted. Of what was erased or cannot be read nobody knows, so it is found where it was held.
fn is_granted(record: &Record) -> bool {
    let body = record.body.as_deref().and_then(|body| Body::from_bytes(body).ok());
    body.is_some_and(|body| matches!(body.record.step, Step::Decided(step) if step.token.is_some()))
}

fn filters(wanted: &Wanted) -> Markup {
    let value = |text: &Option<String>| text.clone().unwrap_or_default();
    let at =
        |moment: &Option<(String, i64)>| moment.as_ref().map(|(text, _)| text.clone()).unwrap_or_default();
    let is_all = wanted.what.is_none();
    html! {
        ul.kinds {
            li { a href=(wanted.address(None, None)) aria-current=[is_all.then_some("true")] { "All" } }
            @for kind in &KINDS {
                li {
                    a href=(wanted.address(Some(kind), None)) aria-current=[(wanted.what == Some(kind)).then_some("true")] { (kind.name) }
                }
            }
        }
        details open[wanted.agent.is_some() || wanted.action.is_some() || wanted.cites.is_some() || wanted.from.is_some() || wanted.to.is_some()] {
            summary { "Filters" }
            form.card method="get" action="/" {
                @if let Some(what) = wanted.what { input type="hidden" name="what" value=(what.name); }
                div.filters {
                    div { label for="agent" { "Agent" } input #agent name="agent" value=(value(&wanted.agent)); }
                    div { label for="action" { "Action" } input #action name="action" value=(value(&wanted.action)) placeholder="payment.charge"; }
                    div { label for="cites" { "Code, rule or citation" } input #cites name="cites" value=(value(&wanted.cites)); }
                    div { label for="from" { "From (UTC)" } input #from name="from" value=(at(&wanted.from)) placeholder="2026-03-01"; }
                    div { label for="to" { "Before (UTC)" } input #to name="to" value=(at(&wanted.to)) placeholder="2026-03-02T10:00"; }
                    div.go { button type="submit" { "Show" } a href="/" { "Clear" } }
                }
            }
        }
    }
}

fn events(wanted: &Wanted, found: &Found) -> Markup {
    let Found { records, looked, first } = found;
    // Where a page is full there may be more right behind its last event, else behind what was looked through.
    let next = match records.last().filter(|_| records.len() >= PAGE) {
        Some(last) => last.index,
        None => looked.start,
    };
    let older = (next > *first).then(|| wanted.address(wanted.what, Some(next)));
    html! {
        div.card {
            @if records.is_empty() {
                @if older.is_some() { p { "None of the " (looked.end - looked.start) " records that were looked through is like that." } }
                @else if wanted.is_filtered() { p { "Nothing is like that." } }
                @else { p { "Nothing has happened yet." } }
            } @else {
                table {
                    thead { tr { th { "Time (UTC)" } th { "What" } th { "Agent" } th { "Action" } th { "Why" } } }
                    tbody {
                        @for (at, record) in records.iter().enumerate() {
                            @let today = day(record.at);
                            @let before = at.checked_sub(1).and_then(|before| records.get(before));
                            @if before.is_none_or(|before| day(before.at) != today) { tr.day { th colspan="5" { (today) } } }
                            (event(record))
                        }
                    }
                }
            }
        }
        nav.pages aria-label="Pages" {
            @if wanted.before.is_some() { a href=(wanted.address(wanted.what, None)) { "← Newest" } } @else { span {} }
            @if let Some(older) = older { a href=(older) rel="next" { "Older →" } }
        }
    }
}

fn event(record: &Record) -> Markup {
    let body = record.body.as_deref().and_then(|body| Body::from_bytes(body).ok());
    html! {
        tr {
            td.when { a href={ "/events/" (record.index) } { (time(record.at)) } }
            td { (what(record, body.as_ref()).tag()) }
            td { (inline(&record.agent)) }
            td { (inline(&record.action)) }
            td.why { @if let Some(body) = &body { (why(&body.record.step)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_wanted() {
        let query =
            "what=denied&agent=a%26b&action=pay&cites=soc2&from=2026-03-01&to=2026-03-02T10%3A00&before=7";
        let wanted = Wanted::of(Some(query));
        assert_eq!(wanted.agent.as_deref(), Some("a&b"));
        assert_eq!(wanted.from.as_ref().map(|(_, at)| *at), Some(1_772_323_200_000));
        assert_eq!(wanted.address(wanted.what, wanted.before), format!("/?{query}"));
        let filter = wanted.filter();
        assert_eq!((filter.kind, filter.decision), (Some(1), Some(3)));
        assert!(!wanted.wrong);
        assert!(Wanted::of(Some("from=yesterday")).wrong);
        assert_eq!(Wanted::of(Some("what=everything&agent=")), Wanted::default());
        assert_eq!(Wanted::default().address(None, None), "/");
    }
}
