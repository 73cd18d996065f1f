//! Key files.

use std::path::{Path, PathBuf};

use lictor_bundle::keys::{SigningKey, VerifyingKey};

use crate::failure::Failure;
use crate::render::Notice;
use crate::{files, policy};

/// Reads the public keys in these files.
pub fn public(paths: &[PathBuf]) -> Result<Vec<VerifyingKey>, Failure> {
    let key = |path: &PathBuf| {
        VerifyingKey::from_pem(&text(path, "the public key")?).map_err(|error| policy::refused(path, &error))
    };
    paths.iter().map(key).collect()
}

/// Reads the private key in this file.
pub fn private(path: &Path) -> Result<SigningKey, Failure> {
    SigningKey::from_pem(&text(path, "the private key")?).map_err(|error| policy::refused(path, &error))
}

fn text(path: &Path, what: &str) -> Result<String, Failure> {
    String::from_utf8(files::read(path, what)?).map_err(|_| {
        Notice::error("C0108", format!("{} is not a text", path.display()))
            .help(format!("{what} is a PEM file, as `lictor keygen` writes it"))
            .into()
    })
}
