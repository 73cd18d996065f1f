//! The private keys of a gateway for one tenant: one for each purpose, each in a file of the data directory that only its owner may read.

use std::path::Path;

use lictor_bundle::keys::SigningKey;

use crate::file::Dir;

/// What is locked while keys are made.
const LOCK: &str = "signing";

/// The keys, each still to be given up for its purpose.
pub(super) struct Files {
    pub token: SigningKey,
    pub receipt: SigningKey,
    pub checkpoint: SigningKey,
}

impl Files {
    /// Reads them, and makes those that are not there yet.
    pub fn open(dir: &Dir, tenant: &str) -> Result<Files, String> {
        let _lock = dir.lock(LOCK).map_err(|error| format!("{}: {error}", dir.path(LOCK).display()))?;
        let one = |purpose: &str| {
            let name = format!("{tenant}.{purpose}.pem");
            one(dir, &name).map_err(|why| format!("{}: {why}", dir.path(&name).display()))
        };
        let files = Files { token: one("token")?, receipt: one("receipt")?, checkpoint: one("checkpoint")? };
        let public =
            [&files.token, &files.receipt, &files.checkpoint].map(|key| key.verifying_key().to_bytes());
        let [token, receipt, checkpoint] = public;
        if token == receipt || token == checkpoint || receipt == checkpoint {
            return Err(format!(
                "two purposes of {tenant} have one key: remove one of its files, and another is made"
            ));
        }
        Ok(files)
    }
}

fn one(dir: &Dir, name: &str) -> Result<SigningKey, String> {
    let told = |error: std::io::Error| error.to_string();
    if let Some(bytes) = dir.read(name).map_err(told)? {
        only_for_its_owner(&dir.path(name))?;
        let text = std::str::from_utf8(&bytes).map_err(|error| error.to_string())?;
        return SigningKey::from_pem(text).map_err(|error| error.message);
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| format!("the system gives no random numbers: {error}"))?;
    let key = SigningKey::from_seed(seed);
    let pem = key.to_pem().map_err(|error| error.message)?;
    dir.replace(name, pem.as_bytes()).map_err(told)?;
    Ok(key)
}

/// Refuses a private key that others can read.
#[cfg(unix)]
fn only_for_its_owner(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map_err(|error| error.to_string())?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(format!("others may read this private key; take that from them with `chmod 600 {}`", path.display()))
}

#[cfg(not(unix))]
fn only_for_its_owner(_: &Path) -> Result<(), String> {
    Ok(())
}
