//! Finds and reads the files of a project. What they say is the compiler's business.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use lictor_compiler::project::{Project, SourceFile};

use crate::failure::Failure;
use crate::render::Notice;

/// The most bytes of one policy or data file.
const MAX_FILE: u64 = 64 << 20;
/// How many directories may lie inside one another.
const MAX_DEPTH: usize = 32;
/// What the names of files end in that hold rows of tests.
const TABLES: [&str; 2] = [".test.yaml", ".test.yml"];

/// A project as it was found.
#[derive(Debug)]
pub struct Loaded {
    /// What the compiler takes.
    pub project: Project,
    /// The directory that the files' paths start from.
    root: PathBuf,
}

impl Loaded {
    /// The path of one of the project's own files, from where the command runs.
    pub fn path(&self, file: &SourceFile) -> PathBuf {
        self.root.join(&file.path)
    }

    /// The path under which the reader of an error finds this file.
    pub fn shown(&self, file: &SourceFile) -> String {
        if self.project.library.contains(file) {
            return format!("<library>/{}", file.path);
        }
        // `./base.lictor` is what one gets for `.`; nobody writes that.
        let root = self.root.strip_prefix(".").unwrap_or(&self.root);
        root.join(&file.path).display().to_string()
    }
}

/// Reads the project at `path`: a directory with everything below it, or one policy file with the `.txt` files beside it.
pub fn load(path: &Path) -> Result<Loaded, Failure> {
    let metadata = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    let mut found = Found::default();
    let root = if metadata.is_dir() {
        let mut seen = BTreeSet::new();
        found.directory(path, "", 0, &mut seen)?;
        if found.files.is_empty() {
            return Err(Notice::error("E0602", format!("there is no policy below {}", path.display()))
                .help("policies are files that end in .lictor; `lictor new DIR` writes one to start from")
                .into());
        }
        path.to_path_buf()
    } else {
        let root = path.parent().unwrap_or(Path::new("")).to_path_buf();
        found.single(path, &metadata, &root)?;
        root
    };
    let library = lictor_stdlib::MODULES
        .iter()
        .map(|module| SourceFile { path: module.path.to_owned(), bytes: module.text.as_bytes().to_vec() })
        .collect();
    let name = common_name(&found.files);
    Ok(Loaded {
        project: Project { name, files: found.files, data: found.data, tables: found.tables, library },
        root,
    })
}

/// What was found so far, in the order of the files' names.
#[derive(Default)]
struct Found {
    files: Vec<SourceFile>,
    data: Vec<SourceFile>,
    tables: Vec<SourceFile>,
}

impl Found {
    /// Reads a directory and those below it. `inside` is its path within the project. What is hidden, and Cargo's
    /// `target`, holds no policies. `seen` are the real directories that were entered: links may lead in circles.
    fn directory(
        &mut self,
        at: &Path,
        inside: &str,
        depth: usize,
        seen: &mut BTreeSet<PathBuf>,
    ) -> Result<(), Failure> {
        if depth > MAX_DEPTH {
            return Err(Notice::error(
                "E0604",
                format!("{} lies more than {MAX_DEPTH} directories deep", at.display()),
            )
            .help("move the policies up, or name a directory nearer to them")
            .into());
        }
        if !seen.insert(fs::canonicalize(at).map_err(|error| unreadable(at, &error))?) {
            return Ok(());
        }
        let entries = fs::read_dir(at).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
        let mut entries = entries.map_err(|error| unreadable(at, &error))?;
        entries.sort_by_key(|entry| entry.file_name());
        for entry in entries {
            let path = entry.path();
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                let hint = "rename it; bundles record the names of files";
                return Err(Notice::error("E0605", format!("the name of {} is not UTF-8", path.display()))
                    .help(hint)
                    .into());
            };
            if name.starts_with('.') {
                continue;
            }
            let directory = path.is_dir();
            if directory && name != "target" {
                self.directory(&path, &format!("{inside}{name}/"), depth + 1, seen)?;
            }
            let kind = Path::new(name).extension().and_then(|extension| extension.to_str());
            match kind {
                Some("lictor") if !directory => self.files.push(read(&path, format!("{inside}{name}"))?),
                Some("txt") if !directory => self.data.push(read(&path, format!("{inside}{name}"))?),
                _ if !directory && is_table(name) => {
                    self.tables.push(read(&path, format!("{inside}{name}"))?);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads one policy file, the texts beside it, for it may name them, and the table of tests that has its name.
    fn single(&mut self, path: &Path, metadata: &Metadata, root: &Path) -> Result<(), Failure> {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if !metadata.is_file() || !name.ends_with(".lictor") {
            return Err(Notice::error("E0606", format!("{} is not a policy", path.display()))
                .help("policies are files that end in .lictor; name one, or the directory that holds them")
                .into());
        }
        let stem = path.with_extension("");
        for table in TABLES.map(|ending| PathBuf::from(format!("{}{ending}", stem.display()))) {
            if let Some(name) = table.file_name().and_then(|name| name.to_str()).filter(|_| table.is_file()) {
                self.tables.push(read(&table, name.to_owned())?);
            }
        }
        self.files.push(read(path, name)?);
        let beside = if root.as_os_str().is_empty() { Path::new(".") } else { root };
        let entries = fs::read_dir(beside).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
        let mut entries = entries.map_err(|error| unreadable(beside, &error))?;
        entries.sort_by_key(|entry| entry.file_name());
        for entry in entries {
            if let Some(name) =
                entry.file_name().to_str().filter(|name| name.ends_with(".txt") && !name.starts_with('.'))
            {
                self.data.push(read(&entry.path(), name.to_owned())?);
            }
        }
        Ok(())
    }
}

/// Whether a file of this name holds rows of tests.
fn is_table(name: &str) -> bool {
    TABLES.iter().any(|ending| name.ends_with(ending))
}

fn read(path: &Path, inside: String) -> Result<SourceFile, Failure> {
    let told = |error: io::Error| unreadable(path, &error);
    let metadata = fs::metadata(path).map_err(told)?;
    if !metadata.is_file() {
        return Err(Notice::error("E0603", format!("{} is not a regular file", path.display()))
            .help("policies and lists are plain files; rename this one, or move it away")
            .into());
    }
    if metadata.len() > MAX_FILE {
        return Err(Notice::error("E0604", format!("{} has {} MiB", path.display(), metadata.len() >> 20))
            .help(format!("a policy or list has at most {} MiB; split it", MAX_FILE >> 20))
            .into());
    }
    Ok(SourceFile { path: inside, bytes: fs::read(path).map_err(told)? })
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let shown = path.display();
    let notice = match error.kind() {
        io::ErrorKind::NotFound => Notice::error("E0601", format!("there is nothing at {shown}")).help(
            "check the spelling; the path names a policy file or the directory that holds the policies",
        ),
        io::ErrorKind::PermissionDenied => {
            Notice::error("E0603", format!("{shown} may not be read by this user"))
                .help("change its permissions, or run as a user who may read it")
        }
        _ => Notice::error("E0603", format!("{shown} could not be read: {error}")),
    };
    notice.into()
}

/// The words that the names of all modules begin with: `acme` for `acme.payments` and `acme.gambling`. It is the bundle's
/// name because it stands in the sources: the name of the directory would make the same policy another bundle elsewhere.
/// An item starts in column 1, so a line that begins with `module` is the declaration.
fn common_name(files: &[SourceFile]) -> String {
    let names = files.iter().filter_map(|file| {
        let text = std::str::from_utf8(&file.bytes).ok()?;
        let name = text.lines().find_map(|line| line.strip_prefix("module "))?;
        Some(name.split("//").next()?.trim().split('.').map(str::trim).collect::<Vec<_>>())
    });
    let common = names.reduce(|common, name| {
        let same = common.iter().zip(&name).take_while(|(a, b)| a == b).count();
        common.into_iter().take(same).collect()
    });
    match common.map(|words| words.join(".")) {
        Some(name) if !name.is_empty() => name,
        _ => String::from("policy"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(modules: &[&str]) -> String {
        let files = modules.iter().map(|name| SourceFile {
            path: String::from("a.lictor"),
            bytes: format!("//! module no\nmodule {name} // here\nlayer base\n").into_bytes(),
        });
        common_name(&files.collect::<Vec<_>>())
    }

    #[test]
    fn a_bundle_is_named_after_what_its_modules_share() {
        assert_eq!(named(&["acme.payments"]), "acme.payments");
        assert_eq!(named(&["acme.payments", "acme.gambling", "acme.users.u_1"]), "acme");
        assert_eq!(named(&["acme.a", "other.a"]), "policy");
        assert_eq!(named(&[]), "policy");
    }
}
