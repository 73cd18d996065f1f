//! Files on disk: searched for when the first of them matters, and again when the client says that they changed.

use std::collections::BTreeSet;
use std::path::Path;

use lictor_project::{
    Entry, Kind, Limits, Problem, Search, beside, is_out_of_sight, read, search, walk, walk_within,
};
use tower_lsp::ls_types::MessageType;

use super::convert;
use super::outbox::Message;
use super::state::State;
use crate::ide::FileName;

/// How much is looked at unasked. A project of so many bytes takes some 250 MB while it is edited.
const LIMITS: Limits = Limits { seen: 200_000, policies: 2_000, bytes: 4 << 20 };
/// What to do where that is not enough.
const HELP: &str = "open the folder that holds your policies, or name that in the setting `lictor.projects`, which has no such limit";

impl State {
    /// Searches the folders, if that was not done since they were opened.
    pub fn search(&mut self) {
        if std::mem::replace(&mut self.is_searched, true) {
            return;
        }
        let _shown = self.show_progress("Reading policies");
        let mut others = Vec::new();
        let mut there = BTreeSet::new();
        for entry in self.find() {
            let file = convert::file_at(&entry.path);
            there.insert(file.clone());
            // Texts are read only where there is a policy that may name them.
            if entry.kind == Kind::Policy {
                self.read(&file, entry.kind);
            } else {
                others.push((file, entry.kind));
            }
        }
        let parts: Vec<String> =
            self.workspace.extents().into_iter().flat_map(|extent| extent.parts).collect();
        for (file, kind) in others {
            if parts.iter().any(|part| file.inside(part).is_some()) {
                self.read(&file, kind);
            }
        }
        // What is no longer below a folder is known only as long as an editor shows it.
        let gone: Vec<(FileName, Kind)> =
            self.workspace.on_disk().map(|(file, kind)| (file.clone(), kind)).collect();
        for (file, kind) in gone.into_iter().filter(|(file, _)| !there.contains(file)) {
            self.news.elsewhere |= self.workspace.set_disk(&file, kind, None);
        }
        let outside: Vec<FileName> =
            self.workspace.opened().filter(|file| !there.contains(*file)).cloned().collect();
        for file in outside {
            self.read_around(&file);
        }
    }

    /// The files below the folders that are open, and below the directories that the user says are projects. What is too much to be looked at
    /// while somebody types is told.
    fn find(&mut self) -> Vec<Entry> {
        let (mut found, mut large, mut marked) = (Vec::new(), Vec::new(), Vec::new());
        let named = self.workspace.named().to_vec();
        for directory in &named {
            let walk = walk(&convert::path(&FileName::new(directory)));
            found.extend(walk.entries);
        }
        for folder in self.workspace.folders().to_vec() {
            let Search { entries, marked: projects, large: too_large, is_cut, problems } =
                search(&convert::path(&FileName::new(&folder)), LIMITS);
            problems.iter().for_each(|problem| self.complain(problem));
            found.extend(entries);
            marked.extend(projects.iter().map(|directory| convert::file_at(directory).as_str().to_owned()));
            for directory in too_large {
                let directory = convert::file_at(&directory).as_str().to_owned();
                if !named.contains(&directory) {
                    self.warn(&too_large_a_project(&directory));
                    large.push(directory);
                }
            }
            if is_cut {
                self.warn(&too_large_a_folder(&folder));
            }
        }
        self.workspace.set_marked(marked);
        self.workspace.set_large(large);
        found
    }

    /// Reads a file again, of which the client says that it was written or removed.
    pub fn read_again(&mut self, file: &FileName) {
        match Kind::of(file.last()) {
            Some(kind) if self.is_of_interest(file, kind) => self.read(file, kind),
            Some(_) => {}
            // A directory that is gone takes its files with it.
            None => {
                let below: Vec<(FileName, Kind)> = self
                    .workspace
                    .on_disk()
                    .filter(|(other, _)| other.inside(file.as_str()).is_some())
                    .map(|(other, kind)| (other.clone(), kind))
                    .collect();
                for (file, kind) in below {
                    self.read(&file, kind);
                }
            }
        }
    }

    fn is_of_interest(&mut self, file: &FileName, kind: Kind) -> bool {
        if self.workspace.is_on_disk(file) {
            return true;
        }
        let (workspace, path) = (&self.workspace, convert::path(file));
        let is_seen = is_inside(file, workspace.named())
            || workspace.folders().iter().any(|folder| {
                file.inside(folder).is_some()
                    && !is_out_of_sight(&convert::path(&FileName::new(folder)), &path)
            });
        if !is_seen || is_inside(file, workspace.large()) {
            return false;
        }
        kind == Kind::Policy || self.workspace.extents().iter().any(|extent| is_inside(file, &extent.parts))
    }

    /// Reads what belongs to a policy that no search finds, for it may name it. Outside of every folder that is what stands beside it; within
    /// one, where the search does not look, it is what stands beside and below.
    pub fn read_around(&mut self, file: &FileName) {
        let Some(directory) = file.directory().filter(|_| Kind::of(file.last()) == Some(Kind::Policy)) else {
            return;
        };
        let path = convert::path(&FileName::new(directory));
        let is_alone = !is_inside(file, self.workspace.folders()) || is_inside(file, self.workspace.large());
        let around = if is_alone {
            // What cannot be listed has nothing beside it that could be read.
            let entries = beside(&path).unwrap_or_default();
            entries.into_iter().filter(|entry| entry.kind != Kind::Policy).collect()
        } else if self.workspace.is_on_disk(file) || !convert::path(file).exists() {
            Vec::new()
        } else {
            walk_within(&path, LIMITS).unwrap_or_default().entries
        };
        for entry in around {
            self.read(&convert::file_at(&entry.path), entry.kind);
        }
    }

    fn read(&mut self, file: &FileName, kind: Kind) {
        let path = convert::path(file);
        let bytes = if Path::new(&path).exists() {
            read(&path).map_err(|problem| self.complain(&problem)).ok()
        } else {
            None
        };
        self.news.elsewhere |= self.workspace.set_disk(file, kind, bytes);
    }

    fn complain(&self, problem: &Problem) {
        self.outbox.say(Message::Log(MessageType::WARNING, in_words(problem)));
    }

    fn warn(&self, problem: &Problem) {
        self.outbox.say(Message::Show(MessageType::WARNING, in_words(problem)));
    }
}

fn in_words(problem: &Problem) -> String {
    let help = problem.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
    format!("{}: {}{help}", problem.code, problem.message)
}

fn is_inside(file: &FileName, directories: &[String]) -> bool {
    directories.iter().any(|directory| file.inside(directory).is_some())
}

fn too_large_a_project(directory: &str) -> Problem {
    let (policies, mib) = (LIMITS.policies, LIMITS.bytes >> 20);
    let message = format!(
        "{directory} holds more than {policies} policies, or more than {mib} MiB of them, which is too much for one project while you edit: each policy that you open there is checked by itself"
    );
    Problem::new("E0604", message).help(HELP)
}

fn too_large_a_folder(folder: &str) -> Problem {
    let message = format!(
        "policies were looked for in the first {} files and directories of {folder}, and there are more: a policy further on is read once you open it",
        LIMITS.seen
    );
    Problem::new("E0604", message).help(HELP)
}
