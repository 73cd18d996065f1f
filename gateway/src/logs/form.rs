//! What a line of the log looks like: an object of JSON with the time, the level, the message and what stands beside it, in the order in which it was said.
//!
//! It is what `tracing-subscriber` writes as flattened JSON, byte for byte, written at once: each request has its line.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use lictor_bundle::time::render_timestamp;
use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// See the module.
pub(super) struct Form;

/// A line that is being written.
struct Line(Vec<u8>);

impl<S, N> FormatEvent<S, N> for Form
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut to: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut line = Line(Vec::with_capacity(512));
        line.0.extend(b"{\"timestamp\":\"");
        line.time(SystemTime::now());
        line.0.extend(b"\",\"level\":\"");
        line.0.extend(event.metadata().level().as_str().as_bytes());
        line.0.push(b'"');
        event.record(&mut line);
        line.0.extend(b"}\n");
        to.write_str(std::str::from_utf8(&line.0).map_err(|_| fmt::Error)?)
    }
}

impl Line {
    /// To the microsecond. A clock that stands before 1970 shows 1970.
    fn time(&mut self, time: SystemTime) {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        let shown = render_timestamp(seconds.saturating_mul(1_000));
        self.0.extend(shown.trim_end_matches('Z').as_bytes());
        self.0.push(b'.');
        let digit = |place| b'0' + (since.subsec_micros() / place % 10) as u8;
        self.0.extend([100_000, 10_000, 1_000, 100, 10, 1].map(digit));
        self.0.push(b'Z');
    }

    fn member(&mut self, field: &Field, value: &(impl Serialize + ?Sized)) {
        let before = self.0.len();
        self.0.push(b',');
        let named = serde_json::to_writer(&mut self.0, field.name());
        self.0.push(b':');
        // What cannot be written is left out.
        if named.and_then(|()| serde_json::to_writer(&mut self.0, value)).is_err() {
            self.0.truncate(before);
        }
    }
}

impl Visit for Line {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, &value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.member(field, &value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.member(field, &format_args!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use tracing_subscriber::fmt;

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// All kinds of things that are said, without the times at which they were.
    fn said(subscriber: impl Subscriber + Send + Sync + 'static, kept: &Kept) -> Vec<String> {
        tracing::subscriber::with_default(subscriber, || {
            let none: Option<&str> = None;
            tracing::info!(trace_id = %"0af7", method = "POST", status = 200u16, micros = u64::MAX, key = none, "request");
            tracing::warn!(place = "a \"b\"\n\u{1}ü", far = -5i64, odd = 0.25, very = f64::NAN, is = true);
            tracing::error!(why = ?Some("x"), error = %io::Error::other("no \\ disk"), large = u128::MAX, "it {} not", "is");
            tracing::info!("");
        });
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        let untimed = |line: &str| {
            let (time, rest) = line.strip_prefix("{\"timestamp\":\"").unwrap().split_once('"').unwrap();
            assert_eq!(
                (time.len(), time.ends_with('Z')),
                ("2026-03-01T10:00:00.000000Z".len(), true),
                "{time}"
            );
            rest.to_owned()
        };
        text.lines().map(untimed).collect()
    }

    #[test]
    fn lines_are_those_of_the_library() {
        let (own, theirs) = (Kept::default(), Kept::default());
        let (to_own, to_theirs) = (own.clone(), theirs.clone());
        let format = fmt().event_format(Form).with_writer(move || to_own.clone()).finish();
        let own = said(format, &own);
        let format = fmt().json().flatten_event(true).with_current_span(false).with_span_list(false);
        let format = format.with_target(false).with_writer(move || to_theirs.clone()).finish();
        assert_eq!(own, said(format, &theirs));
        assert_eq!(own.len(), 4);
        let first = r#","level":"INFO","message":"request","trace_id":"0af7","method":"POST","status":200,"micros":18446744073709551615}"#;
        assert_eq!(own[0], first);
    }

    #[test]
    fn the_time_is_shown_to_the_microsecond() {
        let shown = |micros: u64| {
            let mut line = Line(Vec::new());
            line.time(UNIX_EPOCH + Duration::from_micros(micros));
            String::from_utf8(line.0).unwrap()
        };
        assert_eq!(shown(1_772_359_200_000_007), "2026-03-01T10:00:00.000007Z");
        assert_eq!(shown(1_772_359_200_987_654), "2026-03-01T10:00:00.987654Z");
    }
}
