//! A server that is reached over HTTP: `--url`.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;

use http::{HeaderValue, Uri};
use lictor_mcp::http::{self as proxy, Front};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Notice;
use crate::{files, output};

/// Where the server is, and what it is told of who we are.
pub(super) fn named(url: &str, bearer: Option<&Path>) -> Result<(Uri, Option<HeaderValue>), Failure> {
    let wrong = |why: String| {
        Failure::from(
            Notice::error("C0248", why)
                .help("name it as `https://HOST/PATH`, or `http://127.0.0.1:PORT/PATH` on this machine"),
        )
    };
    let uri: Uri = url.parse().map_err(|error| wrong(format!("{url} is no address: {error}")))?;
    let is_here = matches!(uri.host(), Some("127.0.0.1" | "[::1]" | "localhost"));
    match uri.scheme_str() {
        Some("https") => {}
        Some("http") if is_here => {}
        _ => return Err(wrong(format!("{url} is neither encrypted nor on this machine"))),
    }
    let bearer = bearer.map(|path| {
        let text = String::from_utf8(files::read(path, "the key of the server")?).unwrap_or_default();
        let mut value = HeaderValue::from_str(&format!("Bearer {}", text.trim()))
            .map_err(|_| wrong(format!("{} holds no key that a header takes", path.display())))?;
        value.set_sensitive(true);
        Ok::<_, Failure>(value)
    });
    Ok((uri, bearer.transpose()?))
}

/// Takes clients until somebody wants it to end.
pub(super) fn serve(runtime: &Runtime, listen: SocketAddr, front: Front) -> Result<Exit, Failure> {
    if !listen.ip().is_loopback() {
        return Err(Notice::error("C0248", format!("{listen} is not on this machine only"))
            .help("name 127.0.0.1: whoever can reach the proxy acts with what it knows")
            .into());
    }
    let served = runtime.block_on(async {
        let listener = TcpListener::bind(listen).await?;
        let mut out = output::stdout();
        writeln!(out, "listening on http://{}", listener.local_addr()?)?;
        out.flush()?;
        proxy::serve(listener, front).await
    });
    served.map_err(|error| {
        Notice::error("C0248", format!("nobody can be let in at {listen}: {error}"))
            .help("name an address of this machine that nobody else listens on")
    })?;
    Ok(Exit::Success)
}
