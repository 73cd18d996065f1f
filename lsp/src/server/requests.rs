//! Files of sample requests: those that editors show, and those that stand beside a policy on disk.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read;

use super::convert;
use super::state::State;
use crate::ide::samples::{MAX_BYTES, Requests, directories, holds_samples};
use crate::ide::{Change, Document, Encoding, Extent, FileName};

/// The texts that editors show and that may hold requests.
#[derive(Default)]
pub struct ShownRequests {
    documents: BTreeMap<FileName, Document>,
    /// Counts what has changed.
    edits: u64,
}

impl ShownRequests {
    /// Whether a file of this name may hold requests.
    pub fn may_hold(name: &str) -> bool {
        [".json", ".ndjson", ".jsonl"].iter().any(|ending| name.ends_with(ending))
    }

    /// An editor shows this file now.
    pub fn open(&mut self, file: FileName, document: Document) {
        self.edits += 1;
        self.documents.insert(file, document);
    }

    /// An editor changed a file that it shows.
    pub fn change(&mut self, file: &FileName, version: i32, changes: Vec<Change>, encoding: Encoding) {
        self.edits += 1;
        if let Some(document) = self.documents.get_mut(file) {
            document.apply(version, changes, encoding);
        }
    }

    /// An editor no longer shows this file.
    pub fn close(&mut self, file: &FileName) {
        self.edits += u64::from(self.documents.remove(file).is_some());
    }

    /// What an editor shows.
    pub fn get(&self, file: &FileName) -> Option<&Document> {
        self.documents.get(file)
    }

    /// Counts what has changed.
    pub fn edits(&self) -> u64 {
        self.edits
    }
}

/// Where requests can be read from, by whoever has no state: what editors show counts, whatever is on disk.
#[derive(Clone, Debug)]
pub struct Shelf {
    directories: BTreeSet<String>,
    shown: BTreeMap<FileName, String>,
}

impl State {
    /// Where the requests of a project are.
    pub fn shelf(&self, project: &Extent) -> Shelf {
        let shown = self.requests.documents.iter();
        Shelf {
            directories: directories(project, self.workspace.folders()),
            shown: shown.map(|(file, document)| (file.clone(), document.text.as_str().to_owned())).collect(),
        }
    }

    /// The project beside which a file of requests stands.
    pub fn project_beside(&mut self, file: &FileName) -> Option<Extent> {
        self.search();
        let directory = file.directory()?.to_owned();
        let folders = self.workspace.folders().to_vec();
        let extents = self.workspace.extents();
        extents.into_iter().find(|extent| directories(extent, &folders).contains(&directory))
    }
}

impl Shelf {
    /// The files of sample requests of the project, sorted by name.
    pub fn files(&self) -> BTreeSet<FileName> {
        let mut files = BTreeSet::new();
        for directory in &self.directories {
            let entries = fs::read_dir(convert::path(&FileName::new(directory)));
            for entry in entries.into_iter().flatten().flatten() {
                if entry.file_name().to_str().is_some_and(holds_samples) {
                    files.insert(convert::file_at(&entry.path()));
                }
            }
        }
        let is_here = |file: &&FileName| {
            holds_samples(file.last())
                && file.directory().is_some_and(|directory| self.directories.contains(directory))
        };
        files.extend(self.shown.keys().filter(is_here).cloned());
        files
    }

    /// The requests of a file.
    ///
    /// # Errors
    ///
    /// In words, why it cannot be read.
    pub fn read(&self, file: &FileName) -> Result<Requests, String> {
        let text = match self.shown.get(file) {
            Some(text) => text.clone(),
            None => {
                let mut bytes = Vec::new();
                let opened = File::open(convert::path(file));
                let read =
                    opened.and_then(|opened| opened.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes));
                read.map_err(|error| format!("{} cannot be read: {error}", file.as_str()))?;
                String::from_utf8(bytes).map_err(|_| format!("{} is no text in UTF-8", file.as_str()))?
            }
        };
        if text.len() > MAX_BYTES {
            return Err(format!(
                "{} is longer than {} MiB, which is too much to be tried out while you edit",
                file.as_str(),
                MAX_BYTES >> 20
            ));
        }
        Ok(Requests::new(Some(file.clone()), text))
    }

    /// All sample requests of the project that can be read.
    pub fn all(&self) -> Vec<Requests> {
        self.files().iter().filter_map(|file| self.read(file).ok()).collect()
    }
}
