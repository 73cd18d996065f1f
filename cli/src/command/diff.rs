//! `lictor diff`: what changed between two editions of a policy?

use std::io::Write;
use std::path::{Path, PathBuf};

use lictor_bundle::digest::BundleId;
use lictor_bundle::program::Bundle;

use crate::admission::Admission;
use crate::args::Format;
use crate::compare::compare;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{self, Compared, Paint};
use crate::{output, policy, suite};

/// Says in words what changed between two bundles or policies: rules, parameters, thresholds, actions, codes; and of each change whether it
/// can only refuse more or only refuse less, where that can be proved.
///
/// Names are compared, and what they stand for. A rule that was renamed is one that is gone and another that is new.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor diff acme-7.bundle acme-8.bundle
  lictor diff acme-7.bundle policy                   what would the next edition change?
  lictor diff old.bundle new.bundle --format json    for a pipeline: the counts, and each change

Exit status: 0 nothing changed, 1 something did, 2 one of the two could not be read.")]
pub struct Args {
    /// The bundle before, or a policy.
    before: PathBuf,
    /// The bundle after, or a policy.
    after: PathBuf,
    #[command(flatten)]
    admission: Admission,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let sides =
            self.load(&self.before, format).and_then(|before| Ok((before, self.load(&self.after, format)?)));
        let ((before, before_id), (after, after_id)) = match sides {
            Ok(sides) => sides,
            // 1 says that something changed, as it does of `diff`.
            Err(failure) => {
                failure.report(format);
                return Ok(Exit::Unreadable);
            }
        };
        let changes = compare(&before, &after);
        let before = Compared { id: before_id, manifest: &before.manifest };
        let after = Compared { id: after_id, manifest: &after.manifest };
        let mut out = output::stdout();
        match format {
            Format::Json => output::json(&mut out, &render::difference_json(before, after, &changes))?,
            Format::Human => {
                out.write_all(render::difference(before, after, &changes, Paint::stdout()).as_bytes())?;
            }
        }
        out.flush()?;
        Ok(if changes.is_empty() { Exit::Success } else { Exit::Different })
    }

    fn load(&self, path: &Path, format: Format) -> Result<(Bundle, BundleId), Failure> {
        if policy::is_source(path) {
            // With its tests run, it is the bundle that a build would write.
            let tested = suite::test(policy::load(path, format)?)?;
            return Ok((tested.engine.to_bundle(), tested.engine.id()));
        }
        let sealed = self.admission.open_to_show(path)?;
        Ok((sealed.bundle, sealed.id))
    }
}
