//! A policy for those who have none yet: the profile `enforce`, in a directory of its own, built and signed here.

use std::fs;
use std::path::{Path, PathBuf};

use lictor_bundle::container;
use lictor_bundle::keys::SigningKey;
use lictor_stdlib::profile;

use crate::args::Format;
use crate::failure::Failure;
use crate::render::Notice;
use crate::{files, policy, suite};

/// The profile that is written where there is no policy.
const PROFILE: &str = "enforce";

/// What was made.
pub struct Made {
    pub policy: PathBuf,
    pub bundle: PathBuf,
    pub key: PathBuf,
}

/// Builds the policy in `policy`, or in `dir/policy`, where the profile is written first if nothing is there. Bundle and key lie in `dir`.
///
/// The key is made here and its private half is never written: nobody can sign another bundle that the hook would take. Whoever changes the policy runs
/// this again.
pub fn make(policy: Option<&Path>, dir: &Path, format: Format) -> Result<Made, Failure> {
    fs::create_dir_all(dir).map_err(|error| files::unwritable(dir, &error))?;
    let policy = match policy {
        Some(policy) => policy.to_path_buf(),
        None => written(&dir.join("policy"))?,
    };
    let tested = suite::test(policy::load(&policy, format)?)?;
    if tested.failed() > 0 {
        let message = format!("{} of the policy's tests fail, so it is not put in force", tested.failed());
        return Err(Notice::error("C0140", message)
            .help(format!("run `lictor test {}`", policy.display()))
            .into());
    }
    let mut seed = [0_u8; 32];
    getrandom::fill(&mut seed).map_err(|error| {
        Notice::error("C0107", format!("the system gives no random numbers: {error}"))
            .help("keys need them; try again on another machine")
    })?;
    let signer = SigningKey::from_seed(seed);
    let (bundle, key) = (dir.join("agents.bundle"), dir.join("agents.pub"));
    let public = signer.verifying_key().to_pem().map_err(|error| policy::refused(&key, &error))?;
    let sealed = container::seal(&tested.engine.to_bundle(), &[signer])
        .map_err(|error| policy::refused(&bundle, &error))?;
    // Between the two the hook refuses all calls: the old bundle is not signed by the new key.
    files::replace(&key, public.as_bytes())?;
    files::replace(&bundle, &sealed)?;
    Ok(Made { policy, bundle, key })
}

/// The profile, where nothing is there yet. What is there is somebody's, and stays.
fn written(dir: &Path) -> Result<PathBuf, Failure> {
    if let (false, Some(profile)) = (dir.exists(), profile(PROFILE)) {
        fs::create_dir_all(dir).map_err(|error| files::unwritable(dir, &error))?;
        for (name, text) in profile.files {
            files::create(&dir.join(name), text.as_bytes(), false)?;
        }
    }
    Ok(dir.to_path_buf())
}
