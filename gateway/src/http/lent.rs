//! The body of a request, lent to whatever serves its path, so that what of it was not read can be read afterwards.
//!
//! Who is refused early is often still sending. If the connection ended at once, the system would throw away the answer with the rest of the body, and nobody would learn why.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use futures_util::future::poll_fn;
use hyper::body::{Body as _, Bytes, Frame, Incoming, SizeHint};

/// How much of a body is still read and forgotten.
const MOST: u64 = 1 << 20;
/// How long that may take.
const TIME: Duration = Duration::from_secs(2);

/// What was lent.
pub(super) struct Lent(Arc<Kept>);

/// What it was lent as.
struct Borrowed(Arc<Kept>);

/// The body.
struct Kept {
    body: Mutex<Incoming>,
    /// Whether it was read to its end: of one that comes in chunks nothing else says so.
    is_read: AtomicBool,
}

impl Kept {
    fn body(&self) -> MutexGuard<'_, Incoming> {
        self.body.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lent {
    /// Lends a body.
    pub fn lend(body: Incoming) -> (Lent, Body) {
        let shared = Arc::new(Kept { body: Mutex::new(body), is_read: AtomicBool::new(false) });
        (Lent(Arc::clone(&shared)), Body::new(Borrowed(shared)))
    }

    /// Reads what is left of it, if that is little and comes soon; whether all of it was read.
    pub async fn finish(self) -> bool {
        let left = || self.0.body().size_hint().lower();
        if self.is_over() {
            return true;
        }
        if left() > MOST {
            return false;
        }
        tokio::time::timeout(TIME, self.forget()).await.unwrap_or(false)
    }

    /// Whether all of it has arrived and was read.
    pub fn is_over(&self) -> bool {
        self.0.is_read.load(Ordering::Relaxed) || self.0.body().is_end_stream()
    }

    async fn forget(&self) -> bool {
        let mut count = 0u64;
        while count <= MOST {
            match poll_fn(|context| poll(&self.0, context)).await {
                None => return true,
                Some(Err(_)) => return false,
                Some(Ok(frame)) => {
                    let read = frame.data_ref().map_or(0, Bytes::len);
                    count = count.saturating_add(read as u64);
                }
            }
        }
        false
    }
}

type Polled = Option<Result<Frame<Bytes>, hyper::Error>>;

fn poll(kept: &Kept, context: &mut Context<'_>) -> Poll<Polled> {
    let polled = ready!(Pin::new(&mut *kept.body()).poll_frame(context));
    if polled.is_none() {
        kept.is_read.store(true, Ordering::Relaxed);
    }
    Poll::Ready(polled)
}

impl hyper::body::Body for Borrowed {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Polled> {
        poll(&self.0, context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.body().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.body().size_hint()
    }
}
