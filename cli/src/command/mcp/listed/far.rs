//! A server that is reached over HTTP.

use http::{HeaderValue, Uri};
use lictor_mcp::http::Reached;
use lictor_mcp::tree::Tree;
use tokio::runtime::{Builder, Runtime};

use super::Server;

/// A server at an address.
pub(in super::super) struct Far {
    runtime: Runtime,
    server: Reached,
}

impl Far {
    pub fn at(url: Uri, bearer: Option<HeaderValue>) -> Result<Far, String> {
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        Ok(Far { runtime, server: Reached::at(url, bearer)? })
    }
}

impl Server for Far {
    fn say(&mut self, edition: &'static str, message: &Tree) -> Result<Option<Tree>, String> {
        self.runtime.block_on(self.server.say(edition, message))
    }
}
