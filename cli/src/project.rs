//! The project that a command is about: the one at a path, read whole; or all of them, for a command that looks at each.

use std::fs::{self, Metadata};
use std::io::Write;
use std::path::{Path, PathBuf};

use lictor_compiler::modules::LIBRARY;
use lictor_compiler::project::{Project, SourceFile};
use lictor_project::{Entry, Kind, Problem, TABLES, common_name, library, projects, walk};

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::render::{Colour, Notice, Paint};

/// A project as it was found.
#[derive(Debug)]
pub struct Loaded {
    /// What the compiler takes.
    pub project: Project,
    /// The directory that the files' paths start from.
    root: PathBuf,
}

impl Loaded {
    /// A project that stands nowhere.
    pub fn of(project: Project) -> Loaded {
        Loaded { project, root: PathBuf::new() }
    }

    /// The path of one of the project's own files, from where the command runs.
    pub fn path(&self, file: &SourceFile) -> PathBuf {
        self.root.join(&file.path)
    }

    /// The path under which the reader of an error finds this file.
    pub fn shown(&self, file: &SourceFile) -> String {
        if let Some(path) = file.path.strip_prefix(LIBRARY) {
            return format!("<library>/{path}");
        }
        // `./base.lictor` is what one gets for `.`; nobody writes that.
        let root = self.root.strip_prefix(".").unwrap_or(&self.root);
        root.join(&file.path).display().to_string()
    }
}

/// Reads the project at `path`: a directory with everything below it, or one policy file with the `.txt` files beside it.
pub fn load(path: &Path) -> Result<Loaded, Failure> {
    let metadata = fs::metadata(path).map_err(|error| Problem::of_reading(path, &error))?;
    let (root, entries) = if metadata.is_dir() {
        (path.to_path_buf(), directory(path)?)
    } else {
        let root = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let entries = single(path, &metadata, &root)?;
        (root, entries)
    };
    let mut project = Project { library: library(), ..Project::default() };
    for entry in entries {
        let files = match entry.kind {
            Kind::Policy => &mut project.files,
            Kind::Data => &mut project.data,
            Kind::Table => &mut project.tables,
        };
        files.push(SourceFile { bytes: lictor_project::read(&entry.path)?, path: entry.inside });
    }
    project.name = common_name(&project.files);
    Ok(Loaded { project, root })
}

/// Does the same with every project at `path`, one after the other, each under its path where there are several; gives the worst
/// of what came of them. A program that reads the output wants one project: `for_people` says that people do.
pub fn each(
    path: &Path,
    for_people: bool,
    mut run: impl FnMut(&Path) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let all = projects(path)?;
    if let [one] = all.as_slice() {
        return run(one);
    }
    if !for_people {
        return Err(several(path, &all).into());
    }
    let mut worst = Exit::Success;
    for one in &all {
        let mut out = output::stdout();
        writeln!(out, "{}", Paint::stdout().paint(Colour::Bold, &one.display().to_string()))?;
        out.flush()?;
        drop(out);
        let exit = match run(one) {
            Err(Failure::ReaderGone) => return Err(Failure::ReaderGone),
            Err(failure) => failure.report(Format::Human),
            Ok(exit) => exit,
        };
        if exit != Exit::Success {
            worst = exit;
        }
    }
    Ok(worst)
}

fn several(path: &Path, projects: &[PathBuf]) -> Notice {
    let shown: Vec<String> = projects.iter().take(5).map(|one| one.display().to_string()).collect();
    let more = if projects.len() > shown.len() { ", …" } else { "" };
    Notice::error("E0608", format!("{} holds {} projects", path.display(), projects.len()))
        .help(format!("name one of them: {}{more}", shown.join(", ")))
}

fn directory(path: &Path) -> Result<Vec<Entry>, Failure> {
    let found = walk(path);
    if let Some(problem) = found.problems.into_iter().next() {
        return Err(problem.into());
    }
    if found.entries.iter().any(|entry| entry.kind == Kind::Policy) {
        return Ok(found.entries);
    }
    if !found.marked.is_empty() {
        return Err(several(path, &projects(path)?).into());
    }
    Err(Notice::error("E0602", format!("there is no policy below {}", path.display()))
        .help("policies are files that end in .lictor; `lictor new DIR` writes one to start from")
        .into())
}

/// One policy file, the texts beside it, for it may name them, and the table of tests that has its name.
fn single(path: &Path, metadata: &Metadata, root: &Path) -> Result<Vec<Entry>, Failure> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    if !metadata.is_file() || !name.ends_with(".lictor") {
        return Err(Notice::error("E0606", format!("{} is not a policy", path.display()))
            .help("policies are files that end in .lictor; name one, or the directory that holds them")
            .into());
    }
    let mut entries = Vec::new();
    let stem = path.with_extension("");
    for table in TABLES.map(|ending| PathBuf::from(format!("{}{ending}", stem.display()))) {
        if let Some(name) = table.file_name().and_then(|name| name.to_str()).filter(|_| table.is_file()) {
            entries.push(Entry { inside: name.to_owned(), path: table, kind: Kind::Table });
        }
    }
    entries.push(Entry { path: path.to_path_buf(), inside: name, kind: Kind::Policy });
    let beside = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    entries.extend(lictor_project::beside(beside)?.into_iter().filter(|entry| entry.kind == Kind::Data));
    Ok(entries)
}
