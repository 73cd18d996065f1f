//! Finds the projects below a folder that somebody has open, who did not say which directories are projects.
//!
//! What is marked as a project is one. Elsewhere the highest directories that hold a policy are, with everything below them. On the way to them, what Git is told to ignore is not
//! looked at: copies of policies that a build has made are nobody's project. Within a project nothing is ignored that the command would take.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::marker::is_marked;
use crate::walk::{entries, is_too_deep};
use crate::{Entry, Kind, Limits, Problem, is_passed_over, walk_within};

/// What was found below a folder.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Search {
    /// The files of projects, in the order of their names.
    pub entries: Vec<Entry>,
    /// The directories that are marked as projects.
    pub marked: Vec<PathBuf>,
    /// The directories that hold a policy, and more than is looked at.
    pub large: Vec<PathBuf>,
    /// Whether there was more on the way to projects than is looked at.
    pub is_cut: bool,
    /// What could not be looked at.
    pub problems: Vec<Problem>,
}

/// Searches a folder. `limits` hold for what lies on the way to projects, and for each project by itself.
pub fn search(folder: &Path, limits: Limits) -> Search {
    let mut searcher =
        Searcher { found: Search::default(), limits, seen: 0, entered: BTreeSet::new(), ignored: Vec::new() };
    searcher.directory(folder, 0);
    searcher.found
}

struct Searcher {
    found: Search,
    limits: Limits,
    /// How much was seen on the way.
    seen: usize,
    /// The real directories that were entered.
    entered: BTreeSet<PathBuf>,
    /// What Git ignores, by the directories around.
    ignored: Vec<Gitignore>,
}

impl Searcher {
    fn directory(&mut self, at: &Path, depth: usize) {
        if is_too_deep(at, depth, &mut self.found.problems) {
            return;
        }
        let entries = entries(at, &mut self.entered, &mut self.found.problems);
        let is_policy =
            |(path, name): &(PathBuf, String)| Kind::of(name) == Some(Kind::Policy) && !path.is_dir();
        if is_marked(at) || entries.iter().any(is_policy) {
            return self.project(at);
        }
        self.seen = self.seen.saturating_add(entries.len());
        self.ignored.extend(ignored_by(at));
        for (path, name) in entries {
            if self.seen > self.limits.seen {
                self.found.is_cut = true;
                break;
            }
            if path.is_dir() && !is_passed_over(&name) && !is_ignored(&self.ignored, &path) {
                self.directory(&path, depth + 1);
            }
        }
        self.ignored.retain(|ignored| ignored.path() != at);
    }

    fn project(&mut self, at: &Path) {
        if is_marked(at) {
            self.found.marked.push(at.to_path_buf());
        }
        match walk_within(at, self.limits) {
            Some(walk) => {
                self.found.entries.extend(walk.entries);
                self.found.problems.extend(walk.problems);
                walk.marked.iter().for_each(|inner| self.project(inner));
            }
            None => self.found.large.push(at.to_path_buf()),
        }
    }
}

/// Whether a search of `folder` would not look at this file, since it lies in a directory that holds no policies or that Git ignores.
pub fn is_out_of_sight(folder: &Path, file: &Path) -> bool {
    let Ok(inside) = file.strip_prefix(folder) else { return true };
    let (mut at, mut ignored, mut is_project) = (folder.to_path_buf(), Vec::new(), false);
    for part in inside.parent().into_iter().flat_map(Path::components) {
        // Within a project Git has no say.
        is_project |= holds_policy(&at);
        if !is_project {
            ignored.extend(ignored_by(&at));
        }
        at.push(part);
        if part.as_os_str().to_str().is_none_or(is_passed_over) || (!is_project && is_ignored(&ignored, &at))
        {
            return true;
        }
    }
    false
}

fn holds_policy(directory: &Path) -> bool {
    if is_marked(directory) {
        return true;
    }
    let mut entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let is_policy = |entry: fs::DirEntry| {
        entry.file_name().to_str().and_then(Kind::of) == Some(Kind::Policy) && !entry.path().is_dir()
    };
    entries.any(is_policy)
}

/// What a directory says that Git ignores.
fn ignored_by(directory: &Path) -> Option<Gitignore> {
    let file = directory.join(".gitignore");
    if !file.is_file() {
        return None;
    }
    let mut builder = GitignoreBuilder::new(directory);
    // A line that cannot be understood ignores nothing.
    let _ = builder.add(file);
    builder.build().ok()
}

/// Whether Git ignores a directory: the nearest word counts.
fn is_ignored(ignored: &[Gitignore], directory: &Path) -> bool {
    let says = |one: &Gitignore| match one.matched(directory, true) {
        Match::None => None,
        Match::Ignore(_) => Some(true),
        Match::Whitelist(_) => Some(false),
    };
    ignored.iter().rev().find_map(says).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory that is there until it is dropped.
    struct Dir(PathBuf);

    impl Dir {
        fn with(name: &str, files: &[(&str, &str)]) -> Dir {
            let dir = Dir(std::env::temp_dir().join(format!("lictor-search-{name}-{}", std::process::id())));
            for (path, text) in files {
                let path = dir.0.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            dir
        }

        fn found(&self, limits: Limits) -> (Vec<String>, Search) {
            let found = search(&self.0, limits);
            let path = |entry: &Entry| entry.path.strip_prefix(&self.0).unwrap().display().to_string();
            (found.entries.iter().map(path).collect(), found)
        }
    }

    impl Drop for Dir {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    const FILES: [(&str, &str); 11] = [
        (".gitignore", "/out/\nbuilt\n!/kept/built\n"),
        ("a/policy/base.lictor", "module a"),
        ("a/policy/built/more.lictor", "module a.more"),
        ("a/policy/words.txt", "word"),
        ("a/policy/node_modules/x.lictor", "module x"),
        ("a/words.txt", "word"),
        ("kept/built/k.lictor", "module k"),
        ("lib/built/b.lictor", "module b"),
        ("out/o.lictor", "module o"),
        ("target/t.lictor", "module t"),
        (".hidden/h.lictor", "module h"),
    ];

    #[test]
    fn projects_are_found_on_the_way_that_git_shows() {
        let dir = Dir::with("git", &FILES);
        let (paths, found) = dir.found(Limits::NONE);
        // What a project holds is all that the command would take.
        let project = ["a/policy/base.lictor", "a/policy/built/more.lictor", "a/policy/words.txt"];
        assert_eq!(paths, [&project[..], &["kept/built/k.lictor"]].concat());
        assert_eq!((found.large, found.is_cut, found.problems), (vec![], false, vec![]));
        let walked = walk_within(&dir.0.join("a/policy"), Limits::NONE).unwrap();
        assert_eq!(walked.entries.len(), project.len());
    }

    #[test]
    fn a_search_sees_the_files_that_it_finds() {
        let dir = Dir::with("sight", &FILES);
        let (paths, _) = dir.found(Limits::NONE);
        for (path, _) in FILES.iter().filter(|(path, _)| path.ends_with(".lictor")) {
            let is_found = paths.iter().any(|found| found == path);
            assert_eq!(!is_out_of_sight(&dir.0, &dir.0.join(path)), is_found, "{path}");
        }
        assert!(is_out_of_sight(&dir.0, Path::new("/elsewhere/x.lictor")));
    }

    #[test]
    fn what_is_marked_is_a_project_wherever_it_lies() {
        let dir = Dir::with(
            "marked",
            &[
                ("a/base.lictor", "module a"),
                ("a/deep/b/lictor.project", ""),
                ("a/deep/b/more/b.lictor", "module b"),
                ("c/lictor.project", "# c\n"),
                ("c/policy/c.lictor", "module c"),
            ],
        );
        let (paths, found) = dir.found(Limits::NONE);
        assert_eq!(paths, ["a/base.lictor", "a/deep/b/more/b.lictor", "c/policy/c.lictor"]);
        assert_eq!(found.marked, [dir.0.join("a/deep/b"), dir.0.join("c")]);
        let walked = walk_within(&dir.0.join("a"), Limits::NONE).unwrap();
        assert_eq!((walked.entries.len(), walked.marked), (1, vec![dir.0.join("a/deep/b")]));
        let all = [dir.0.join("a"), dir.0.join("a/deep/b"), dir.0.join("c")];
        assert_eq!(crate::projects(&dir.0).unwrap(), [&[dir.0.clone()][..], &all[1..]].concat());
    }

    #[test]
    fn what_is_too_large_is_told_and_left_alone() {
        let dir = Dir::with("large", &FILES);
        let (paths, found) = dir.found(Limits { policies: 1, ..Limits::NONE });
        assert_eq!(
            (paths, found.large),
            (vec!["kept/built/k.lictor".to_owned()], vec![dir.0.join("a/policy")])
        );
        let (_, found) = dir.found(Limits { bytes: 8, ..Limits::NONE });
        assert_eq!(found.large, [dir.0.join("a/policy")]);
        let (paths, found) = dir.found(Limits { seen: 2, ..Limits::NONE });
        assert!(found.is_cut && paths.is_empty(), "{paths:?}");
    }
}
