//! The ids of spans. A trace that begins here has the id that the request's answer tells.

use std::cell::Cell;

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::IdGenerator;

thread_local! {
    /// The id of the trace whose first span this thread is about to make.
    static NEXT: Cell<Option<[u8; 16]>> = const { Cell::new(None) };
}

/// Draws the ids of spans, and gives traces those of their requests.
#[derive(Debug)]
pub(super) struct Ids;

/// Makes a span; where it begins a trace, that has this id.
pub(super) fn of<T>(trace: crate::http::TraceId, make: impl FnOnce() -> T) -> T {
    NEXT.set(Some(trace.to_bytes()));
    let made = make();
    NEXT.set(None);
    made
}

impl IdGenerator for Ids {
    fn new_trace_id(&self) -> TraceId {
        NEXT.take().map_or(TraceId::INVALID, TraceId::from_bytes)
    }

    fn new_span_id(&self) -> SpanId {
        let mut bytes = [0; 8];
        // It names a span and protects nothing: without random numbers it has no name, and is not sent.
        let _ = getrandom::fill(&mut bytes);
        SpanId::from_bytes(bytes)
    }
}
