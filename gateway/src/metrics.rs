//! What is counted, in the text format of Prometheus: base units, and no label that names a tenant, an agent or a reason.

use std::time::Duration;

use http::StatusCode;
use prometheus::{
    Encoder, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};

use crate::approvals::Effect;
use crate::ask::Outcome;
use crate::config::Mode;
use crate::sources::Missing;

/// How a fact is counted that is known.
const KNOWN: &str = "known";

/// The counters of a gateway.
pub(crate) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: Histogram,
    decisions: IntCounterVec,
    /// Requests of keys that had none left.
    pub limited: IntCounter,
    /// Connections that are open.
    pub connections: IntGauge,
    reloads: IntCounterVec,
    sequence: IntGauge,
    since: IntGauge,
    keys_read: IntGauge,
    facts: IntCounterVec,
    sources_failing: IntGauge,
    reviews: IntCounterVec,
}

/// How things stand at a moment, over all tenants.
pub(crate) struct Standing {
    /// The lowest number of the editions in force.
    pub sequence: u64,
    /// When the bundle that came in force last did, in milliseconds.
    pub since: i64,
    /// Whether it is known which keys there are.
    pub keys_read: bool,
    /// Of how many facts the source does not answer.
    pub sources_failing: usize,
}

impl Metrics {
    /// All at zero.
    ///
    /// # Errors
    /// Two have one name.
    pub fn new() -> prometheus::Result<Metrics> {
        let registry = Registry::new();
        let counters = |name: &str, help: &str, labels: &[&str]| {
            let counters = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counters.clone())).map(|()| counters)
        };
        let gauge = |name: &str, help: &str| {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone())).map(|()| gauge)
        };
        let buckets = vec![0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0];
        let help = "How long requests took, from their head to their answer.";
        let seconds = Histogram::with_opts(
            HistogramOpts::new("lictor_request_duration_seconds", help).buckets(buckets),
        )?;
        registry.register(Box::new(seconds.clone()))?;
        let limited = IntCounter::new(
            "lictor_rate_limited_total",
            "Requests that were refused because their key had none left.",
        )?;
        registry.register(Box::new(limited.clone()))?;
        let decisions = "Evaluations, by what was decided and whether that counts.";
        let metrics = Metrics {
            requests: counters(
                "lictor_requests_total",
                "Requests, by method, path and status.",
                &["method", "path", "status"],
            )?,
            seconds,
            decisions: counters("lictor_decisions_total", decisions, &["outcome", "mode"])?,
            limited,
            connections: gauge("lictor_connections", "Connections that are open.")?,
            reloads: counters(
                "lictor_bundle_loads_total",
                "Bundles that were to be put in force, by what came of it.",
                &["result"],
            )?,
            sequence: gauge(
                "lictor_bundle_sequence",
                "The number of the edition in force, the lowest where there are several tenants; 0 where editions are not numbered.",
            )?,
            since: gauge(
                "lictor_bundle_loaded_timestamp_seconds",
                "Since when the bundle has been in force, the latest where there are several tenants; 0 where there is none.",
            )?,
            keys_read: gauge(
                "lictor_keys_available",
                "Whether it is known which keys there are, 1, or not, 0.",
            )?,
            facts: counters(
                "lictor_facts_total",
                "Facts that were looked up, by what came of it; those that are not known refuse where they are needed.",
                &["result"],
            )?,
            sources_failing: gauge(
                "lictor_fact_sources_failing",
                "Facts whose source did not answer when it was last asked.",
            )?,
            reviews: counters(
                "lictor_reviews_total",
                "Questions to the reviewer, by what came of them.",
                &["outcome"],
            )?,
            registry,
        };
        // Series that are there from the beginning can be watched before something goes wrong.
        for mode in [Mode::Enforce, Mode::Observe] {
            for outcome in [Outcome::Allow, Outcome::StepUp, Outcome::Deny] {
                metrics.decisions.with_label_values(&[outcome.name(), mode.name()]);
            }
        }
        for result in [KNOWN].into_iter().chain(Missing::ALL.map(Missing::name)) {
            metrics.facts.with_label_values(&[result]);
        }
        for outcome in Effect::ALL {
            metrics.reviews.with_label_values(&[outcome.name()]);
        }
        for result in ["loaded", "refused"] {
            metrics.reloads.with_label_values(&[result]);
        }
        Ok(metrics)
    }

    /// Counts a request. `path` is one of ours, never what somebody has sent.
    pub fn request(&self, method: &str, path: &str, status: StatusCode, took: Duration) {
        self.requests.with_label_values(&[method, path, status.as_str()]).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// Counts an evaluation.
    pub fn decided(&self, outcome: Outcome, mode: Mode) {
        self.decisions.with_label_values(&[outcome.name(), mode.name()]).inc();
    }

    /// Counts a bundle that was put in force.
    pub fn reloaded(&self) {
        self.reloads.with_label_values(&["loaded"]).inc();
    }

    /// Counts a bundle that was refused.
    pub fn reload_failed(&self) {
        self.reloads.with_label_values(&["refused"]).inc();
    }

    /// Counts a fact that was looked up; why it is not known, where it is not.
    pub fn looked_up(&self, missing: Option<&str>) {
        self.facts.with_label_values(&[missing.unwrap_or(KNOWN)]).inc();
    }

    /// Counts a question to the reviewer.
    pub fn reviewed(&self, outcome: Effect) {
        self.reviews.with_label_values(&[outcome.name()]).inc();
    }

    /// Says how things stand, as the next text has it.
    pub fn stands(&self, standing: Standing) {
        self.sequence.set(i64::try_from(standing.sequence).unwrap_or(i64::MAX));
        self.since.set(standing.since / 1000);
        self.keys_read.set(i64::from(standing.keys_read));
        self.sources_failing.set(i64::try_from(standing.sources_failing).unwrap_or(i64::MAX));
    }

    /// All of it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn text(&self) -> prometheus::Result<Vec<u8>> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(text)
    }
}
