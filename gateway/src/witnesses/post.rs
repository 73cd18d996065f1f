//! A request to a witness. It is one of HTTP/1.0: the answer is whole where the connection ends, and nothing is cut into chunks.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// How long a witness may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most bytes of an answer.
const LONGEST: u64 = 64 << 10;

/// Whose certificates are believed.
#[derive(Clone)]
pub(super) struct Trust(TlsConnector);

impl Trust {
    /// Those that the certificates of this file have signed.
    pub fn read(path: &Path) -> Result<Trust, String> {
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(path).map_err(|error| told(&error))? {
            roots.add(certificate.map_err(|error| told(&error))?).map_err(|error| told(&error))?;
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| told(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Trust(TlsConnector::from(Arc::new(config))))
    }
}

/// Where a witness is.
pub(super) struct Address {
    host: String,
    port: u16,
    path: String,
    tls: Option<TlsConnector>,
}

/// What it answered.
pub(super) struct Answer {
    pub status: u16,
    /// The type of the body, without what stands behind it.
    pub kind: String,
    pub body: String,
}

impl Address {
    /// Reads `http://HOST:PORT/PREFIX` or `https://…`; requests go to `PREFIX/add-checkpoint`.
    pub fn of(url: &str, trust: Option<&Trust>) -> Result<Address, String> {
        let wrong = |what: &str| format!("the witness {url}: {what}");
        let uri: Uri = url.parse().map_err(|_| wrong("this is no address"))?;
        let host = uri.host().ok_or_else(|| wrong("it names no host"))?.to_owned();
        let (port, tls) = match (uri.scheme_str(), trust) {
            (Some("http"), _) => (80, None),
            (Some("https"), Some(Trust(connector))) => (443, Some(connector.clone())),
            (Some("https"), None) => {
                return Err(wrong("say with `--witness-ca` by which certificates it is believed"));
            }
            _ => return Err(wrong("it begins neither with `http://` nor with `https://`")),
        };
        let prefix = uri.path().trim_end_matches('/').trim_end_matches("/add-checkpoint");
        Ok(Address {
            host,
            port: uri.port_u16().unwrap_or(port),
            path: format!("{prefix}/add-checkpoint"),
            tls,
        })
    }

    /// Sends a request.
    pub async fn post(&self, body: &str) -> Result<Answer, String> {
        let sent = tokio::time::timeout(PATIENCE, self.send(body)).await;
        sent.map_err(|_| "it does not answer in time".to_owned())?
    }

    async fn send(&self, body: &str) -> Result<Answer, String> {
        let told = |error: std::io::Error| format!("it cannot be reached: {error}");
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let stream = TcpStream::connect((host, self.port)).await.map_err(told)?;
        let answer = match &self.tls {
            None => self.exchange(stream, body).await,
            Some(tls) => {
                let name = ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())?;
                self.exchange(tls.connect(name, stream).await.map_err(told)?, body).await
            }
        };
        read(&answer.map_err(told)?).ok_or_else(|| "its answer is none of HTTP".to_owned())
    }

    async fn exchange(
        &self,
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
        body: &str,
    ) -> std::io::Result<Vec<u8>> {
        let Address { host, port, path, .. } = self;
        let head = format!(
            "POST {path} HTTP/1.0\r\nHost: {host}:{port}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
        stream.flush().await?;
        let mut answer = Vec::new();
        stream.take(LONGEST).read_to_end(&mut answer).await?;
        Ok(answer)
    }
}

/// Reads an answer that is whole; one that is cut off is none.
fn read(bytes: &[u8]) -> Option<Answer> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    let mut kind = String::new();
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-type" => kind = value.split(';').next().unwrap_or_default().trim().to_owned(),
            "content-length" if value.parse() != Ok(body.len()) => return None,
            "transfer-encoding" => return None,
            _ => {}
        }
    }
    Some(Answer { status, kind, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_or_none() {
        let answer = read(
            b"HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size; x=y\r\ncontent-length: 3\r\n\r\n12\n",
        )
        .unwrap();
        assert_eq!(
            (answer.status, answer.kind.as_str(), answer.body.as_str()),
            (409, "text/x.tlog.size", "12\n")
        );
        for bad in [
            &b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc"[..],
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"HTTP/2 200\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n",
            b"\xff\r\n\r\n",
            b"",
        ] {
            assert!(read(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn an_address_is_one_that_can_be_asked() {
        let at = |url: &str| Address::of(url, None);
        let one = at("http://127.0.0.1:8430").map_err(drop).unwrap();
        assert_eq!((one.host.as_str(), one.port, one.path.as_str()), ("127.0.0.1", 8430, "/add-checkpoint"));
        let one = at("http://w.example/log/add-checkpoint").map_err(drop).unwrap();
        assert_eq!((one.port, one.path.as_str()), (80, "/log/add-checkpoint"));
        for bad in ["w.example", "ftp://w.example", "https://w.example", "http://"] {
            assert!(at(bad).is_err(), "{bad}");
        }
    }
}
