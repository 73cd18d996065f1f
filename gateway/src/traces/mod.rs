//! Traces for OpenTelemetry: what each request took, and what of that its parts took. Nothing is made of a request unless somebody asks for it by naming an endpoint.
//!
//! A span says which path was asked for and what came of it, and nothing of what was asked: no body, name, key or reason.

mod ids;
mod send;

use std::time::{Duration, SystemTime};

use opentelemetry::trace::{
    Span as _, SpanContext, SpanId, SpanKind, Status, TraceContextExt as _, TraceFlags, TraceState,
    Tracer as _, TracerProvider as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracer, SdkTracerProvider, SpanLimits,
};
use tokio::runtime::Handle;

use self::ids::Ids;
use self::send::Sender;
pub(crate) use self::send::address;
use crate::config::Collector;
use crate::http::{Parent, TraceId};

/// How long spans wait for others to be sent with.
const DELAY: Duration = Duration::from_secs(1);
/// The most that wait; what is beyond that is lost rather than holding up requests.
const WAITING: usize = 32_768;
/// The most that are sent at once.
const BATCH: usize = 2_048;
/// How long it may take at the end to send what waits.
const LAST: Duration = Duration::from_secs(5);

/// Sends spans.
pub(crate) struct Traces {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
}

/// A part of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub name: &'static str,
    pub from: SystemTime,
    pub to: SystemTime,
}

/// A request that was answered.
pub(crate) struct Answered<'a> {
    pub trace: TraceId,
    /// The span of whoever asked, where they say it.
    pub parent: Option<Parent>,
    pub method: &'static str,
    pub path: &'a str,
    pub from: SystemTime,
    pub status: u16,
    /// What was decided, where something was.
    pub outcome: Option<&'static str>,
    /// The code of an error.
    pub error: Option<&'a str>,
    pub parts: Vec<Part>,
}

impl Traces {
    /// Sends in OTLP over HTTP with protobuf.
    ///
    /// # Errors
    /// What sends cannot be put together.
    pub fn to(collector: &Collector, runtime: Handle) -> Result<Traces, String> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Sender::on(runtime))
            .with_endpoint(&collector.0)
            .build()
            .map_err(|error| error.to_string())?;
        let waiting = BatchConfigBuilder::default()
            .with_max_queue_size(WAITING)
            .with_max_export_batch_size(BATCH)
            .with_scheduled_delay(DELAY)
            .build();
        let provider = SdkTracerProvider::builder()
            .with_span_processor(BatchSpanProcessor::builder(exporter).with_batch_config(waiting).build())
            .with_id_generator(Ids)
            // Whoever asks says whether their trace is kept; one that begins here is.
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
            .with_span_limits(SpanLimits::default())
            .with_resource(Resource::builder_empty().with_service_name("lictor").build())
            .build();
        let tracer = provider.tracer("lictor-gateway");
        Ok(Traces { provider, tracer })
    }

    /// Notes a request that was answered, and its parts.
    pub fn note(&self, answered: Answered<'_>) {
        let Answered { trace, parent, method, path, from, status, outcome, error, parts } = answered;
        let above = match parent {
            None => Context::new(),
            Some(Parent { span, flags }) => {
                let trace = opentelemetry::trace::TraceId::from_bytes(trace.to_bytes());
                let span = SpanId::from_bytes(span);
                let state = TraceState::default();
                let span = SpanContext::new(trace, span, TraceFlags::new(flags), true, state);
                Context::new().with_remote_span_context(span)
            }
        };
        let mut told = vec![
            KeyValue::new("http.request.method", method),
            KeyValue::new("http.route", path.to_owned()),
            KeyValue::new("http.response.status_code", i64::from(status)),
        ];
        told.extend(outcome.map(|outcome| KeyValue::new("lictor.outcome", outcome)));
        told.extend(error.map(|error| KeyValue::new("error.type", error.to_owned())));
        let span = self.tracer.span_builder(format!("{method} {path}"));
        let span = span.with_kind(SpanKind::Server).with_start_time(from).with_attributes(told);
        let mut span = ids::of(trace, || self.tracer.build_with_context(span, &above));
        if status >= 500 {
            span.set_status(Status::error(""));
        }
        let within = above.with_remote_span_context(span.span_context().clone());
        for Part { name, from, to } in parts {
            let part = self.tracer.span_builder(name).with_kind(SpanKind::Internal).with_start_time(from);
            self.tracer.build_with_context(part, &within).end_with_timestamp(to);
        }
        span.end();
    }

    /// Sends what waits. It blocks, so not on a thread that serves connections.
    pub fn end(&self) {
        if let Err(error) = self.provider.shutdown_with_timeout(LAST) {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}
