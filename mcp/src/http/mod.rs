//! A server that is reached over streamable HTTP: the client comes to us over HTTP, too.
//!
//! Nothing of the client's credentials goes on: of its headers only those go that the protocol has. What the server sends is read event by event,
//! and an event that passes keeps its bytes.

mod body;
mod events;
mod headers;
mod exchange;
mod held;
mod asking;

pub(crate) use self::events::{Event, Events};
pub(crate) use self::headers::SESSION;

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderValue, Uri};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use crate::judge::{Burned, Judge, client};
use crate::pins;
use crate::session::{Session, Terms, Ticket};
use crate::stdio::Keep;

/// The most sessions that are remembered; the one that begins when there are as many is not.
const MOST_SESSIONS: usize = 4_096;
/// How long a client may take to say what it wants.
const TO_ASK: Duration = Duration::from_secs(10);

/// What it takes to stand before a server.
pub struct Front {
    /// Where the server is.
    pub url: Uri,
    /// What says to the server who we are, if anything does.
    pub bearer: Option<HeaderValue>,
    /// How sessions are held.
    pub terms: Terms,
    /// What is known of the server's tools.
    pub pins: pins::Shared,
    /// Who decides.
    pub judge: Arc<Judge>,
    /// How long people are waited for.
    pub wait: Duration,
    /// Keeps the digests of tools.
    pub keep: Mutex<Keep>,
    /// Tells whoever runs this.
    pub note: Box<dyn Fn(&str) + Send + Sync>,
}

/// What is shared by all connections.
struct Shared {
    front: Front,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    sessions: Mutex<BTreeMap<String, Shares>>,
}

/// A session, and what was used up for what is under way in it: the answer to a call may come over another connection than the call.
struct Open {
    session: Session,
    burned: BTreeMap<Ticket, Vec<Burned>>,
    /// Who waits for what the client answers to questions of ours.
    answers: BTreeMap<Ticket, held::Answers>,
}

/// A session, which several connections speak in.
type Shares = Arc<Mutex<Open>>;

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// The session that goes by this name, or one that begins.
    fn session(&self, name: Option<&str>) -> Shares {
        let known = name.and_then(|name| locked(&self.sessions).get(name).cloned());
        known.unwrap_or_else(|| {
            let session = Session::new(self.front.terms.clone(), Arc::clone(&self.front.pins));
            Arc::new(Mutex::new(Open { session, burned: BTreeMap::new(), answers: BTreeMap::new() }))
        })
    }

    fn remember(&self, name: &str, session: &Shares) {
        let mut sessions = locked(&self.sessions);
        if sessions.len() < MOST_SESSIONS {
            sessions.insert(name.to_owned(), Arc::clone(session));
        }
    }
}

/// Takes connections until somebody wants it to end.
///
/// # Errors
/// It cannot ask anybody, or take connections.
pub async fn serve(listener: TcpListener, front: Front) -> io::Result<()> {
    let client = client().map_err(io::Error::other)?;
    let shared = Arc::new(Shared { front, client, sessions: Mutex::default() });
    let mut ending = crate::stdio::Ending::signals();
    loop {
        let (stream, _) = tokio::select! {
            came = listener.accept() => match came {
                Ok(came) => came,
                // Too many at once, or one that is gone already: the next may come.
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = ending.asked() => return Ok(()),
        };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = service_fn(move |request| exchange::answer(Arc::clone(&shared), request));
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(TO_ASK)
                .serve_connection(TokioIo::new(stream), service);
            // Who goes away in the middle is nobody's fault.
            let _ = connection.await;
        });
    }
}
