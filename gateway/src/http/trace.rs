//! The id under which a request is found again, in its answer and in every line of the log.

use std::cell::RefCell;
use std::fmt;

use http::HeaderMap;
use lictor_bundle::hex::Hex;

/// 128 bits, as the trace context of the W3C has them.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct TraceId([u8; 16]);

/// The span of whoever asked, as `traceparent` says it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Parent {
    /// Its id.
    pub span: [u8; 8],
    /// Whether it is kept, among others.
    pub flags: u8,
}

impl TraceId {
    /// Its 16 bytes.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// The id that came with a request in `traceparent`, or a new one.
    pub fn of(headers: &HeaderMap) -> TraceId {
        said(headers).map_or_else(draw, |(trace, _)| trace)
    }
}

impl Parent {
    /// What came with a request in `traceparent`; nothing where that names no span.
    pub fn of(headers: &HeaderMap) -> Option<Parent> {
        said(headers).map(|(_, parent)| parent).filter(|parent| parent.span != [0; 8])
    }
}

fn said(headers: &HeaderMap) -> Option<(TraceId, Parent)> {
    headers.get("traceparent").and_then(|parent| parent.to_str().ok()).and_then(read)
}

/// `00-` 32 digits `-` 16 digits `-` 2 digits; an id of zeros is none.
fn read(parent: &str) -> Option<(TraceId, Parent)> {
    let mut parts = parent.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let digits = |text: &str, count: usize| {
        text.len() == count && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_one = version == "00" && parts.next().is_none() && digits(span, 16) && digits(flags, 2);
    if !is_one || !digits(trace, 32) {
        return None;
    }
    let id = u128::from_str_radix(trace, 16).ok().filter(|id| *id != 0)?;
    let span = u64::from_str_radix(span, 16).ok()?.to_be_bytes();
    let flags = u8::from_str_radix(flags, 16).ok()?;
    Some((TraceId(id.to_be_bytes()), Parent { span, flags }))
}

thread_local! {
    /// Ids that nobody has yet: many are drawn at once, since each time the system is asked costs more than what is done with one.
    static DRAWN: RefCell<Vec<[u8; 16]>> = const { RefCell::new(Vec::new()) };
}

/// How many are drawn at once.
const AT_ONCE: usize = 64;

fn draw() -> TraceId {
    let id = DRAWN.with_borrow_mut(|drawn| {
        if drawn.is_empty() {
            drawn.resize(AT_ONCE, [0; 16]);
            // It names a request and protects nothing: without random numbers all have the same.
            let _ = getrandom::fill(drawn.as_flattened_mut());
        }
        drawn.pop()
    });
    TraceId(id.unwrap_or_default())
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(&self.0).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_came_along_is_kept_and_nothing_else() {
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        let good = format!("00-{id}-00f067aa0ba902b7-01");
        let (trace, parent) = read(&good).unwrap();
        assert_eq!(trace.to_string(), id);
        assert_eq!((parent.span, parent.flags), ([0, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7], 1));
        for bad in [
            format!("01-{id}-00f067aa0ba902b7-01"),
            format!("00-{}-00f067aa0ba902b7-01", id.to_uppercase()),
            format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            format!("00-{id}-00f067aa0ba902b7"),
            format!("{good}-1"),
            format!("00-+{}-00f067aa0ba902b7-01", &id[1..]),
            "00-4b f9".to_owned(),
            String::new(),
        ] {
            assert_eq!(read(&bad), None, "{bad}");
        }
        assert_ne!(draw(), draw());
    }
}
