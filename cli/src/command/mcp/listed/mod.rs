//! Asks a server for its tools, as any client does: once with a handshake, and without one where the server knows none.

mod program;
mod far;

use lictor_mcp::tree::{Tree, object};

pub(super) use self::far::Far;
pub(super) use self::program::Program;

/// The most pages of a list.
const MOST_PAGES: usize = 100;
/// The edition with a handshake, and the one without.
const LEGACY: &str = "2025-11-25";
const MODERN: &str = "2026-07-28";

/// A server that can be asked.
pub(super) trait Server {
    /// Sends a message in an edition of the protocol; the answer, where it is a request.
    fn say(&mut self, edition: &'static str, message: &Tree) -> Result<Option<Tree>, String>;
}

/// The tools of a server, all pages of them.
pub(super) fn ask(server: &mut dyn Server) -> Result<Vec<Tree>, String> {
    let us = || object([("name", "lictor".into()), ("version", env!("CARGO_PKG_VERSION").into())]);
    let nothing = || Tree::Object(Vec::new());
    let hello =
        object([("protocolVersion", LEGACY.into()), ("capabilities", nothing()), ("clientInfo", us())]);
    let greeted = request(server, LEGACY, 1, "initialize", hello)?;
    let (edition, meta) = if greeted.get("result").is_some() {
        let ready = [("jsonrpc", "2.0".into()), ("method", "notifications/initialized".into())];
        server.say(LEGACY, &object(ready))?;
        (LEGACY, None)
    } else {
        // A server of the modern era knows no handshake.
        let meta = object([
            ("io.modelcontextprotocol/protocolVersion", MODERN.into()),
            ("io.modelcontextprotocol/clientInfo", us()),
            ("io.modelcontextprotocol/clientCapabilities", nothing()),
        ]);
        (MODERN, Some(meta))
    };
    let (mut tools, mut cursor) = (Vec::new(), None);
    for page in 0..MOST_PAGES {
        let members = [("cursor", cursor.take()), ("_meta", meta.clone())];
        let params =
            members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        let answer = request(server, edition, page.saturating_add(2), "tools/list", Tree::Object(params))?;
        let result = answer.get("result").ok_or("the server has answered with an error")?;
        tools.extend_from_slice(result.get("tools").and_then(Tree::list).ok_or("it has no tools")?);
        cursor = result.get("nextCursor").filter(|cursor| cursor.text().is_some()).cloned();
        if cursor.is_none() {
            return Ok(tools);
        }
    }
    Err(format!("it has more than {MOST_PAGES} pages"))
}

fn request(
    server: &mut dyn Server,
    edition: &'static str,
    id: usize,
    method: &str,
    params: Tree,
) -> Result<Tree, String> {
    let request = object([
        ("jsonrpc", "2.0".into()),
        ("id", Tree::Number(id.to_string())),
        ("method", method.into()),
        ("params", params),
    ]);
    server.say(edition, &request)?.ok_or_else(|| "the server has not answered".to_owned())
}
