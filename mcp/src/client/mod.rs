//! A server that this program itself asks, for its tools: as the client of the official SDK does, in either era.
//!
//! The SDK leads the conversation. What a server says is first read as strictly as everywhere here, and what it says of its tools is taken as it was written: of that
//! the SDK would keep neither the order nor the numbers.

mod heard;
mod program;
mod far;

use std::ffi::OsString;
use std::time::Duration;

use rmcp::ServiceError;
use rmcp::model::{
    ClientCapabilities, ClientConfig, ClientRequest, Implementation, ListToolsRequest,
    PaginatedRequestParams, ProtocolVersion,
};
use rmcp::service::{
    ClientInitializeError, ClientLifecycleMode, ClientServiceExt, Peer, PeerRequestOptions, RoleClient,
};
use rmcp::transport::IntoTransport;

pub use self::far::Far;
use self::heard::Heard;
use self::program::Program;
use crate::tree::{Tree, shown};

/// How long a server may take to begin, and for each answer; some are fetched before they begin.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long it may take to end.
const TO_END: Duration = Duration::from_secs(5);
/// The most bytes of a message.
const LONGEST: usize = 64 << 20;
/// The most pages of a list.
const MOST_PAGES: usize = 100;
/// What is no list.
const NO_TOOLS: &str = "it has no tools, or what it says is no list of them";

/// The tools of a server that is a program, all pages of them.
///
/// # Errors
/// It cannot be asked, or has answered what is no list: the end of a sentence.
pub async fn of_program(command: &[OsString]) -> Result<Vec<Tree>, String> {
    let program = Program::start(command)?;
    let heard = program.heard();
    let tools = ask(program, &heard).await;
    if tools.is_err() && heard.was_late() && heard.wrong().is_none() {
        // By the time that it began it was asked in the way of another era. What takes long the first time is there the second time.
        let program = Program::start(command)?;
        let heard = program.heard();
        return ask(program, &heard).await;
    }
    tools
}

/// The tools of a server at an address, all pages of them.
///
/// # Errors
/// As [`of_program`].
pub async fn of_far(far: Far) -> Result<Vec<Tree>, String> {
    let heard = far.heard();
    ask(far.transport(), &heard).await
}

async fn ask<T, E, A>(transport: T, heard: &Heard) -> Result<Vec<Tree>, String>
where
    T: IntoTransport<RoleClient, E, A>,
    E: std::error::Error + Send + Sync + 'static,
{
    let us = Implementation::new("lictor", env!("CARGO_PKG_VERSION"));
    let us = ClientConfig::new(ClientCapabilities::default(), us);
    let lifecycle = ClientLifecycleMode::Auto {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        legacy_version: Some(ProtocolVersion::V_2025_11_25),
    };
    let begun = in_time(us.serve_with_lifecycle(transport, lifecycle)).await;
    let server = begun.and_then(|begun| begun.map_err(|error| not_begun(&error)));
    // What is wrong with what it said says more than that it is over.
    let server = server.map_err(|why| heard.wrong().unwrap_or(why))?;
    let tools = list(&server, heard).await;
    let tools = tools.map_err(|why| heard.wrong().unwrap_or(why));
    let _ = tokio::time::timeout(TO_END, server.cancel()).await;
    tools
}

async fn list(server: &Peer<RoleClient>, heard: &Heard) -> Result<Vec<Tree>, String> {
    let (mut tools, mut cursor) = (Vec::new(), None);
    for _ in 0..MOST_PAGES {
        let params = PaginatedRequestParams::default().with_cursor(cursor.take());
        let request = ClientRequest::ListToolsRequest(ListToolsRequest::with_param(params));
        let asked =
            server.send_cancellable_request(request, PeerRequestOptions::with_timeout(PATIENCE)).await;
        let asked = asked.map_err(|error| not_answered(&error))?;
        let id = asked.id.clone();
        // One tool that the SDK does not take for one, since it has no schema, say, is no reason to hear nothing of the others: what was
        // read strictly is what counts.
        match asked.await_response().await {
            Ok(_) | Err(ServiceError::UnexpectedResponse) => {}
            Err(error) => return Err(not_answered(&error)),
        }
        let page = heard.tools(&id).ok_or(NO_TOOLS)?;
        tools.extend(page.tools);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(tools);
        }
    }
    Err(format!("it has more than {MOST_PAGES} pages"))
}

async fn in_time<F: Future>(asked: F) -> Result<F::Output, String> {
    tokio::time::timeout(PATIENCE, asked).await.map_err(|_| "the server has not answered".to_owned())
}

/// Why a server could not be greeted.
fn not_begun(error: &ClientInitializeError) -> String {
    match error {
        ClientInitializeError::LegacyFallbackFailed { fallback, .. } => not_begun(fallback),
        ClientInitializeError::TransportError { error, .. } => lost(&*error.error),
        ClientInitializeError::JsonRpcError(_) => "the server has answered with an error".to_owned(),
        ClientInitializeError::NoCompatibleProtocolVersion { .. } => {
            "the server speaks no edition of the protocol that is known here".to_owned()
        }
        ClientInitializeError::ConnectionClosed(_) => "the server has ended before it answered".to_owned(),
        _ => "the server has answered something else than it was asked".to_owned(),
    }
}

/// Why a server has not said which tools it has.
fn not_answered(error: &ServiceError) -> String {
    match error {
        ServiceError::McpError(_) => "the server has answered with an error".to_owned(),
        ServiceError::TransportSend(error) => lost(&*error.error),
        ServiceError::UnexpectedResponse => NO_TOOLS.to_owned(),
        ServiceError::Timeout { .. } => "the server has not answered".to_owned(),
        _ => "the server has ended before it answered".to_owned(),
    }
}

/// What the way to a server says of why it ends, which may hold words of the server's.
fn lost(error: &dyn std::error::Error) -> String {
    format!("the server cannot be asked: {}", shown(&error.to_string()))
}
