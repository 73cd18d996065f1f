//! The file of `--pins`: the digests of tools, by server.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::files;
use crate::render::Notice;

#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Pinned {
    servers: BTreeMap<String, BTreeMap<String, String>>,
}

/// The digests of a server's tools. Where there is no file, there are none yet.
pub(super) fn read(path: &Path, server: &str) -> Result<BTreeMap<String, String>, Failure> {
    if !path.exists() {
        return Ok(BTreeMap::new());
    }
    let mut pinned = parse(&files::read(path, "the digests of tools")?).map_err(|error| {
        Notice::error("C0246", format!("{} cannot be read: {error}", path.display()))
            .help("put back the file as it was; without it, whatever the server says now would be believed")
    })?;
    Ok(pinned.servers.remove(server).unwrap_or_default())
}

fn parse(bytes: &[u8]) -> Result<Pinned, serde_json::Error> {
    serde_json::from_slice(bytes)
}

/// Keeps the digests of a server's tools, beside those of others.
pub(super) fn write(path: &Path, server: &str, known: &BTreeMap<String, String>) -> io::Result<()> {
    let mut pinned = match std::fs::read(path) {
        Ok(bytes) => parse(&bytes).map_err(io::Error::other)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Pinned::default(),
        Err(error) => return Err(error),
    };
    pinned.servers.insert(server.to_owned(), known.clone());
    let mut text = serde_json::to_string_pretty(&pinned).map_err(io::Error::other)?;
    text.push('\n');
    files::replace(path, text.as_bytes())
        .map_err(|_| io::Error::other(format!("{} cannot be written", path.display())))
}
