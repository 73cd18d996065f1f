//! The timeline: what was authorized, denied, held, observed, burned and replayed, the newest first.
//!
//! A page is found by the index of the record that it ends with, so that the thousandth is as near as the first; and no page looks through more than so many
//! records, so that none takes longer than another where what is sought is rare.

mod wanted;
mod found;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use lictor_journal::Body;
use lictor_store::Record;
use maud::{Markup, html};

use self::found::{Found, PAGE, find};
use self::wanted::{KINDS, Wanted};
use super::editions::Editions;
use super::event::{what, why};
use super::frame::{self, At};
use super::gist::{fields, gist};
use super::moment::{day, time};
use super::sign;
use super::visitor::Visitor;
use super::words::inline;
use super::{bar, no_store};
use crate::approvals::desk;
use crate::gateway::Shared;

/// `GET /`
pub(crate) async fn page(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap) -> Response {
    let Some(visitor) = Visitor::of(&shared, &headers) else { return sign::first(&uri) };
    let wanted = Wanted::of(uri.query());
    let sought = wanted.clone();
    let found = desk::look(&shared.tenant, move |reader, tenant| find(reader, tenant, &sought)).await;
    let Some(found) = found else { return no_store(&shared, Some(&visitor)).await };
    let rows: Vec<Row> = found.records.iter().map(Row::of).collect();
    let editions = Editions::of(&shared, rows.iter().filter_map(|row| row.body.as_ref())).await;
    let body = html! {
        main #main {
            h1 { "Timeline" }
            (filters(&wanted))
            @if !wanted.wrong.is_empty() {
                div.note.bad role="alert" { @for wrong in &wanted.wrong { p { (wrong) } } p { "What is not understood is left out of what is sought." } }
            }
            (events(&wanted, &found, &rows, &editions))
        }
    };
    frame::page(StatusCode::OK, "Timeline", &bar(&shared, Some(&visitor), At::Timeline).await, &body)
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

/// A record of the page, read.
struct Row<'f> {
    record: &'f Record,
    body: Option<Body>,
}

impl Row<'_> {
    fn of(record: &Record) -> Row<'_> {
        Row { record, body: record.body.as_deref().and_then(|body| Body::from_bytes(body).ok()) }
    }
}

fn events(wanted: &Wanted, found: &Found, rows: &[Row<'_>], editions: &Editions) -> Markup {
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
                        @for (at, row) in rows.iter().enumerate() {
                            @let today = day(row.record.at);
                            @let before = at.checked_sub(1).and_then(|before| records.get(before));
                            @if before.is_none_or(|before| day(before.at) != today) { tr.day { th colspan="5" { (today) } } }
                            (event(row, editions))
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

fn event(Row { record, body }: &Row<'_>, editions: &Editions) -> Markup {
    let judged = body.as_ref().and_then(|body| body.record.step.judged());
    let fields = judged.and_then(|judged| fields(judged, editions.get(judged)));
    html! {
        tr {
            td.when { a href={ "/events/" (record.index) } { (time(record.at)) } }
            td { (what(record, body.as_ref()).tag()) }
            td.agent { (inline(&record.agent)) }
            td { (inline(&record.action)) @if let Some((fields, _)) = &fields { (gist(fields)) } }
            td.why { @if let Some(body) = &body { (why(&body.record.step)) } }
        }
    }
}
