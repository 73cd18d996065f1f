//! From the file of a bundle to what is in it, where it is one that may be loaded: by whom it is signed, which edition it is, and
//! what deciding by it can cost.

use std::path::{Path, PathBuf};

use lictor_bundle::container::{self, Now, Requirements, Sealed, Trust};
use lictor_bundle::error::BundleError;
use lictor_bundle::keys::VerifyingKey;
use lictor_bundle::keyset::KeySet;
use lictor_bundle::release::MAX_SEQUENCE;
use lictor_bundle::time::render_timestamp;
use lictor_runtime::Engine;

use crate::failure::Failure;
use crate::{clock, files, keys, moment, policy};

/// What a bundle must be, for it to be loaded.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Admission {
    /// A public key that the bundle must be signed with; one of several is enough.
    #[arg(long = "key", value_name = "PUB", conflicts_with = "trusted")]
    keys: Vec<PathBuf>,
    /// The keys that are trusted, in a file that `lictor keys` keeps.
    #[arg(long, value_name = "FILE")]
    trusted: Option<PathBuf>,
    /// The lowest sequence number that is taken; a bundle with a lower one is refused.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=MAX_SEQUENCE))]
    min_sequence: Option<u64>,
    /// The time at which a bundle must not have expired, instead of what the clock says: 2026-06-30T09:00:00Z, or a day.
    #[arg(long, value_name = "TIME", value_parser = moment::beginning)]
    now: Option<i64>,
    /// The most steps that deciding a request may take; a bundle that could take more is refused.
    #[arg(long, value_name = "N")]
    max_steps: Option<u64>,
}

/// Whose bundles are taken, read from the files that were named.
enum Trusted {
    Anybody,
    Keys(Vec<VerifyingKey>),
    Set(KeySet),
}

impl Admission {
    /// Bundles that this key has signed.
    pub fn by(key: &Path) -> Admission {
        Admission { keys: vec![key.to_path_buf()], ..Admission::default() }
    }

    /// The files that say whose bundles count.
    pub fn files(&self) -> impl Iterator<Item = PathBuf> {
        self.keys.iter().chain(&self.trusted).cloned()
    }

    /// The arguments that ask the same from any directory.
    pub fn words(&self) -> Result<Vec<String>, Failure> {
        let mut words = Vec::new();
        for (option, file) in self
            .keys
            .iter()
            .map(|key| ("--key", key))
            .chain(self.trusted.iter().map(|set| ("--trusted", set)))
        {
            let whole = file.canonicalize().map_err(|error| files::unreadable(file, "the key", &error))?;
            words.extend([option.to_owned(), whole.display().to_string()]);
        }
        let numbers = [
            ("--min-sequence", self.min_sequence.map(|number| number.to_string())),
            ("--now", self.now.map(render_timestamp)),
            ("--max-steps", self.max_steps.map(|number| number.to_string())),
        ];
        for (option, number) in numbers {
            words.extend(number.into_iter().flat_map(|number| [option.to_owned(), number]));
        }
        Ok(words)
    }

    /// Whether it is asked who signed.
    pub fn asks_for_signer(&self) -> bool {
        self.trusted.is_some() || !self.keys.is_empty()
    }

    /// What was asked of a bundle, where anything was: the option that says so.
    pub fn asked(&self) -> Option<&'static str> {
        [
            (!self.keys.is_empty(), "--key"),
            (self.trusted.is_some(), "--trusted"),
            (self.min_sequence.is_some(), "--min-sequence"),
            (self.now.is_some(), "--now"),
            (self.max_steps.is_some(), "--max-steps"),
        ]
        .into_iter()
        .find_map(|(given, option)| given.then_some(option))
    }

    /// Opens a bundle to run it. Where no time was named, the clock says whether it has expired.
    pub fn open(&self, path: &Path) -> Result<Sealed, Failure> {
        self.with(path, self.time(), |file, wanted| container::open(&file, wanted))
    }

    /// Opens a bundle to look at it. Whether it has expired matters only where a time was named.
    pub fn open_to_show(&self, path: &Path) -> Result<Sealed, Failure> {
        self.with(path, self.now.map_or(Now::Any, Now::At), |file, wanted| container::open(&file, wanted))
    }

    /// Loads a bundle to decide by it.
    pub fn load(&self, path: &Path) -> Result<Engine, Failure> {
        self.with(path, self.time(), |file, wanted| Engine::load(&file, wanted))
    }

    /// Loads a bundle to decide once by it. The process ends soon: to give the file's memory back would only make somebody wait.
    pub fn load_for_few(&self, path: &Path) -> Result<Engine, Failure> {
        self.with(path, self.time(), |file, wanted| Engine::load_for_few(file.leak(), wanted))
    }

    /// Loads a bundle of one's own, to make something of it. Whether it has expired matters only where a time was named.
    pub fn load_to_show(&self, path: &Path) -> Result<Engine, Failure> {
        self.with(path, self.now.map_or(Now::Any, Now::At), |file, wanted| Engine::load(&file, wanted))
    }

    /// Applies a change to what was loaded.
    pub fn apply(&self, engine: &Engine, path: &Path) -> Result<Engine, Failure> {
        self.with(path, self.time(), |file, wanted| engine.apply(&file, wanted))
    }

    fn time(&self) -> Now {
        Now::At(self.now.unwrap_or_else(clock::now))
    }

    fn with<T>(
        &self,
        path: &Path,
        now: Now,
        open: impl FnOnce(Vec<u8>, Requirements<'_>) -> Result<T, BundleError>,
    ) -> Result<T, Failure> {
        // Before the bundle, so that a wrong path is told at once.
        let trusted = match &self.trusted {
            Some(file) => Trusted::Set(keys::set(file)?),
            None if self.keys.is_empty() => Trusted::Anybody,
            None => Trusted::Keys(keys::public(&self.keys)?),
        };
        let trust = match &trusted {
            Trusted::Anybody => Trust::Integrity,
            Trusted::Keys(keys) => Trust::Keys(keys),
            Trusted::Set(set) => Trust::Set(set),
        };
        let bytes = files::read(path, "the bundle")?;
        let min_sequence = self.min_sequence.unwrap_or(0);
        let requirements = Requirements { trust, min_sequence, now, max_steps: self.max_steps };
        open(bytes, requirements).map_err(|error| policy::refused(path, &error))
    }
}
