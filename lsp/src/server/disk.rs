//! Files on disk: searched for when the first of them matters, and again when the client says that they changed.

use std::collections::BTreeSet;
use std::path::Path;

use lictor_project::{Kind, Problem, beside, read, walk};
use tower_lsp::ls_types::MessageType;

use super::convert;
use super::outbox::Message;
use super::state::State;
use crate::ide::FileName;

impl State {
    /// Searches the folders, if that was not done since they were opened.
    pub fn search(&mut self) {
        if std::mem::replace(&mut self.is_searched, true) {
            return;
        }
        let _shown = self.show_progress("Reading policies");
        let folders = self.workspace.folders().to_vec();
        let mut others = Vec::new();
        let mut there = BTreeSet::new();
        for folder in folders {
            let found = walk(&convert::path(&FileName::new(&folder)));
            for problem in &found.problems {
                self.complain(problem);
            }
            for entry in found.entries {
                let file = convert::file_at(&entry.path);
                there.insert(file.clone());
                // Texts are read only where there is a policy that may name them.
                if entry.kind == Kind::Policy {
                    self.read(&file, entry.kind);
                } else {
                    others.push((file, entry.kind));
                }
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
            self.read_beside(&file);
        }
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
        let inside =
            |directories: &[String]| directories.iter().any(|directory| file.inside(directory).is_some());
        if !inside(self.workspace.folders()) {
            return false;
        }
        kind == Kind::Policy || self.workspace.extents().iter().any(|extent| inside(&extent.parts))
    }

    /// What stands beside a policy outside of every folder, for it may name it.
    pub fn read_beside(&mut self, file: &FileName) {
        let folders = self.workspace.folders();
        let Some(directory) = file.directory().filter(|_| Kind::of(file.last()) == Some(Kind::Policy)) else {
            return;
        };
        if folders.iter().any(|folder| file.inside(folder).is_some()) {
            return;
        }
        // What cannot be listed has nothing beside it that could be read.
        let entries = beside(&convert::path(&FileName::new(directory))).unwrap_or_default();
        for entry in entries.into_iter().filter(|entry| entry.kind != Kind::Policy) {
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
        let help = problem.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
        let text = format!("{}: {}{help}", problem.code, problem.message);
        self.outbox.say(Message::Log(MessageType::WARNING, text));
    }
}
