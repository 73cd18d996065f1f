//! From what was named on the command line to something that decides.

use std::path::Path;

use lictor_runtime::Engine;

use crate::admission::Admission;
use crate::args::Format;
use crate::failure::Failure;
use crate::render::{self, Notice};
use crate::{clock, policy, suite};

/// Compiles a policy, or loads a bundle.
pub fn load(path: &Path, admission: &Admission, format: Format) -> Result<Engine, Failure> {
    if !policy::is_source(path) && path.exists() {
        return bundle(path, admission, format);
    }
    if let Some(option) = admission.asked() {
        return Err(Notice::error(
            "C0111",
            format!("`{option}` is for bundles, and {} is none", path.display()),
        )
        .help("leave it out, or build a bundle with `lictor build`")
        .into());
    }
    // The tests run here as in a build: a bundle records how they went, so only then is what is decided from the sources
    // the same bundle, to the bit, as the one that is shipped.
    let policy = policy::load(path, format)?;
    let tested = suite::test(policy)?;
    let failed = tested.failed();
    if failed > 0 {
        let message = format!("{failed} of the policy's tests fail");
        let command = format!("run `lictor test {}`", path.display());
        render::tell(&Notice::warning("W0601", message).help(command), format);
    }
    Ok(tested.engine)
}

fn bundle(path: &Path, admission: &Admission, format: Format) -> Result<Engine, Failure> {
    let engine = admission.load(path)?;
    if !admission.asks_for_signer() {
        let message = format!("{} is whole, but nobody checked who signed it", path.display());
        let help = "name the public key of whoever you trust: `--key PUB`, or `--trusted FILE`";
        render::tell(&Notice::warning("W0101", message).help(help), format);
    }
    let now = clock::now();
    let rules = engine.units().flat_map(|unit| unit.into_owned().rules);
    for exception in rules.flat_map(|rule| rule.exceptions).filter(|exception| exception.expires < now) {
        let name = format!("{}.{}", exception.module, exception.name);
        let message =
            format!("the exception `{name}` ended with {}, and lifts nothing any more", exception.last_day());
        let help = "remove it from the policy, or have it granted anew, with a later day";
        render::tell(&Notice::warning("W0420", message).help(help), format);
    }
    Ok(engine)
}
