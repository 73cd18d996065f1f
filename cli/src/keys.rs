//! Key files, and files of trusted keys.

use std::path::{Path, PathBuf};

use lictor_bundle::keys::{SigningKey, VerifyingKey};
use lictor_bundle::keyset::KeySet;

use crate::failure::Failure;
use crate::render::Notice;
use crate::{files, policy};

/// Reads the public keys in these files.
pub fn public(paths: &[PathBuf]) -> Result<Vec<VerifyingKey>, Failure> {
    paths.iter().map(|path| one_public(path)).collect()
}

/// Reads the public key in this file.
pub fn one_public(path: &Path) -> Result<VerifyingKey, Failure> {
    VerifyingKey::from_pem(&text(path, "the public key")?).map_err(|error| policy::refused(path, &error))
}

/// Reads the trusted keys in this file.
pub fn set(path: &Path) -> Result<KeySet, Failure> {
    KeySet::from_json(&files::read(path, "the trusted keys")?).map_err(|error| policy::refused(path, &error))
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
