//! Connections: where they come in, how they are encrypted, and how long each may take for what.

mod tls;

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use crate::config::Limits;
use crate::http::{Service, answer};

pub(crate) use self::tls::acceptor;

/// The most header fields of a request.
const MAX_HEADERS: usize = 64;
/// How long it is waited after the system has refused a connection, for want of files or memory.
const BREATH: Duration = Duration::from_millis(100);

/// An address that was taken.
pub(crate) struct Listener {
    /// It.
    pub address: SocketAddr,
    socket: TcpListener,
    tls: Option<TlsAcceptor>,
}

impl Listener {
    /// Takes an address.
    pub fn bind(address: SocketAddr, tls: Option<TlsAcceptor>) -> io::Result<Listener> {
        let socket = TcpListener::bind(address)?;
        socket.set_nonblocking(true)?;
        Ok(Listener { address: socket.local_addr()?, socket, tls })
    }

    /// Whether connections to it are encrypted.
    pub fn is_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// Serves connections until it is told to stop, then waits for those that are being answered, as long as the limits say.
    pub async fn serve(self, service: Arc<Service>, mut stopped: watch::Receiver<bool>) {
        let limits = service.limits;
        let socket = match tokio::net::TcpListener::from_std(self.socket) {
            Ok(socket) => socket,
            Err(error) => return tracing::error!(%error, "the address cannot be served"),
        };
        let places = Arc::new(Semaphore::new(limits.connections));
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
            let accepted = tokio::select! {
                accepted = socket.accept() => accepted,
                () = told(&mut stopped) => break,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let connection = Connection {
                        peer: peer.ip(),
                        service: Arc::clone(&service),
                        stopped: stopped.clone(),
                        tls: self.tls.clone(),
                    };
                    tokio::spawn(async move {
                        connection.serve(stream).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection was not taken");
                    tokio::time::sleep(BREATH).await;
                }
            }
        }
        drop(socket);
        let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
        if tokio::time::timeout(limits.grace, places.acquire_many(all)).await.is_err() {
            tracing::warn!("some connections were cut off: what they had begun took too long");
        }
    }
}

/// One connection.
struct Connection {
    peer: IpAddr,
    service: Arc<Service>,
    stopped: watch::Receiver<bool>,
    tls: Option<TlsAcceptor>,
}

impl Connection {
    async fn serve(self, stream: TcpStream) {
        // An answer is one write: nothing is gained by waiting for more.
        let _ = stream.set_nodelay(true);
        let open = Open::count(Arc::clone(&self.service));
        match &self.tls {
            None => self.speak(stream).await,
            Some(tls) => {
                let greeted = tokio::time::timeout(self.service.limits.time, tls.accept(stream)).await;
                if let Ok(Ok(stream)) = greeted {
                    self.speak(stream).await;
                }
            }
        }
        drop(open);
    }

    /// Answers requests one after the other, in HTTP/1.1.
    async fn speak(mut self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let Limits { time, head, .. } = self.service.limits;
        let (service, peer) = (Arc::clone(&self.service), self.peer);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(time)
            .max_buf_size(head)
            .max_headers(MAX_HEADERS)
            .serve_connection(
                TokioIo::new(stream),
                service_fn(move |request| answer(Arc::clone(&service), peer, request)),
            );
        tokio::pin!(connection);
        let done = tokio::select! {
            done = connection.as_mut() => done,
            () = told(&mut self.stopped) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        // What went wrong is the other side's doing, and it knows.
        if let Err(error) = done {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

/// Waits until it is told to stop. Where nobody is left to tell it, it stops as well.
async fn told(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Counts a connection for as long as it is open, however it ends.
struct Open(Arc<Service>);

impl Open {
    fn count(service: Arc<Service>) -> Open {
        service.metrics.connections.inc();
        Open(service)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.metrics.connections.dec();
    }
}
