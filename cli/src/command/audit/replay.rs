//! `lictor audit replay`: would the same be decided again?

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use lictor_bundle::container;
use lictor_evidence::Digest;
use lictor_journal::Body;
use lictor_journal::audit::Row;
use lictor_journal::replay::{Replayed, replay};
use lictor_runtime::{Engine, Now, Requirements, Scratch, Trust};
use lictor_zones::Zones;
use serde_json::json;

use super::source::Source;
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{files, output, policy};

/// Decides again whatever was decided, with its recorded request, facts, answers about the past and bundle, and compares it bit for bit.
///
/// Where a field is withheld and nobody opened it, the gateway's word stands for it, and the decision is told as attested.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor audit replay data
  lictor audit replay export --bundle acme.bundle     with a bundle that is kept elsewhere

Exit status:
  0  every decision that could be made again is the same
  1  one is not, or its bundle is not there, or the log could not be read")]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// A bundle or a policy that decided, beside those that are kept with the log.
    #[arg(long = "bundle", value_name = "PATH")]
    bundles: Vec<PathBuf>,
}

/// What came of all of it.
#[derive(Default)]
struct Tally {
    same: u64,
    alike: u64,
    attested: u64,
    erased: u64,
    differs: Vec<(u64, Replayed)>,
    /// By bundles that are not there.
    missing: BTreeMap<Digest, u64>,
    /// Records that cannot be read.
    unreadable: Vec<u64>,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let mut log = self.source.open()?;
        let mut bundles = Bundles { files: self.bundles(format)?, engines: BTreeMap::new() };
        let (mut tally, mut scratch, zones) = (Tally::default(), Scratch::default(), Zones::default());
        log.each(self.source.path(), |rows| {
            for row in rows {
                tally.row(&row, &mut bundles, &mut scratch, &zones);
            }
            Ok(())
        })?;
        let mut out = output::stdout();
        match format {
            Format::Json => output::json(&mut out, &tally.json())?,
            Format::Human => tally.write(&mut out)?,
        }
        out.flush()?;
        Ok(if tally.is_good() { Exit::Success } else { Exit::Failure })
    }

    /// The bytes of the bundles by their ids.
    fn bundles(&self, format: Format) -> Result<BTreeMap<Digest, Vec<u8>>, Failure> {
        let mut found = BTreeMap::new();
        let mut take = |bytes: Vec<u8>| {
            if let Ok(sealed) = container::open(&bytes, any()) {
                found.insert(Digest::from(sealed.id), bytes);
            }
        };
        for path in &self.bundles {
            if policy::is_source(path) {
                let policy = policy::load(path, format)?;
                take(container::seal(&policy.bundle, &[]).map_err(|error| policy::refused(path, &error))?);
            } else {
                take(files::read(path, "the bundle")?);
            }
        }
        for entry in fs::read_dir(self.source.bundles()).into_iter().flatten().flatten() {
            take(files::read(&entry.path(), "the bundle")?);
        }
        Ok(found)
    }
}

/// What is asked of a bundle that decided once: nothing but that it is the one, which its id says. It may have expired since.
fn any() -> Requirements<'static> {
    Requirements { now: Now::Any, ..Trust::Integrity.into() }
}

/// Bundles, each loaded when it is first needed.
struct Bundles {
    files: BTreeMap<Digest, Vec<u8>>,
    engines: BTreeMap<Digest, Engine>,
}

impl Bundles {
    /// The engine of a bundle.
    fn engine(&mut self, id: Digest) -> Option<&Engine> {
        if !self.engines.contains_key(&id) {
            let engine = Engine::load(self.files.get(&id)?, any()).ok()?;
            self.engines.insert(id, engine);
        }
        self.engines.get(&id)
    }
}

impl Tally {
    fn row(&mut self, row: &Row, bundles: &mut Bundles, scratch: &mut Scratch, zones: &Zones) {
        let Some(body) = &row.body else {
            self.erased += 1;
            return;
        };
        let Ok(body) = Body::from_bytes(body) else {
            self.unreadable.push(row.index);
            return;
        };
        let Some(judged) = body.record.step.judged() else { return };
        let Some(engine) = bundles.engine(judged.bundle) else {
            *self.missing.entry(judged.bundle).or_default() += 1;
            return;
        };
        match replay(engine, scratch, &body, row.secret.as_ref(), Some(zones)) {
            Ok(None) => {}
            Ok(Some(Replayed::Same)) => self.same += 1,
            Ok(Some(Replayed::Alike)) => self.alike += 1,
            Ok(Some(Replayed::Attested)) => self.attested += 1,
            Ok(Some(differs)) => self.differs.push((row.index, differs)),
            Err(_) => self.unreadable.push(row.index),
        }
    }

    fn is_good(&self) -> bool {
        self.differs.is_empty() && self.missing.is_empty() && self.unreadable.is_empty()
    }

    fn write(&self, out: &mut impl Write) -> std::io::Result<()> {
        for (index, replayed) in &self.differs {
            if let Replayed::Differs { at, recorded, found } = replayed {
                writeln!(out, "record {index} differs at {at}: it says {recorded}, and it comes to {found}")?;
            }
        }
        for index in &self.unreadable {
            writeln!(out, "record {index} cannot be read")?;
        }
        for (bundle, count) in &self.missing {
            writeln!(out, "{count} by {bundle}, which is not there: give it with `--bundle`")?;
        }
        writeln!(out, "{} the same, bit for bit", self.same)?;
        if self.alike > 0 {
            writeln!(
                out,
                "{} attested: something is withheld, and with a stand-in for it they are the same",
                self.alike
            )?;
        }
        if self.attested > 0 {
            writeln!(out, "{} attested: they rest on what is withheld", self.attested)?;
        }
        if self.erased > 0 {
            writeln!(out, "{} erased", self.erased)?;
        }
        let verdict = "Every decision that could be made again is the same";
        writeln!(out, "{}", if self.is_good() { verdict } else { "Not every decision is the same" })
    }

    fn json(&self) -> serde_json::Value {
        let differs = self.differs.iter().filter_map(|(index, replayed)| match replayed {
            Replayed::Differs { at, recorded, found } => {
                Some(json!({ "record": index, "at": at, "recorded": recorded, "found": found }))
            }
            _ => None,
        });
        let missing =
            self.missing.iter().map(|(id, count)| json!({ "bundle": id.to_string(), "decisions": count }));
        json!({
            "same": self.same, "alike": self.alike, "attested": self.attested, "erased": self.erased,
            "differs": differs.collect::<Vec<_>>(), "missing_bundles": missing.collect::<Vec<_>>(),
            "unreadable": self.unreadable, "good": self.is_good(),
        })
    }
}
