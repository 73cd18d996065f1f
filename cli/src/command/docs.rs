//! `lictor docs`: a policy as pages to read and to print.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use lictor_compiler::modules;
use lictor_compiler::project::{Project, SourceFile};
use lictor_handbook::{Page, Tests, Tried, pages};
use lictor_suite::Reached;
use serde_json::json;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::policy::Policy;
use crate::project::{self, Loaded};
use crate::render::Notice;
use crate::{files, output, policy, suite};

/// What stands beside the modules of the library when they are shown by themselves: somebody has to be asked.
const BESIDE: &str = "\
//! Nothing of this is part of the library: a policy that uses it says who is asked.
module reader
layer base

roles { reviewer \"Whoever your policy asks\" }

escalate to reviewer
";

/// Writes a policy as pages to read and to print: actions, rules in plain words, parameters, reason codes, citations, and which tests reach
/// which rules. HTML without scripts, which opens from a disk.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor docs policy -o handbook    pages in handbook/, of which index.html is the first
  lictor docs --std -o library      the standard library

print.html is all pages in one. A directory of such pages is written anew; what else stands in it stays.

Exit status:
  0  the pages are written
  1  the policy has errors, or the directory cannot be written")]
pub struct Args {
    /// A directory of policies, or one policy file.
    #[arg(required_unless_present = "std")]
    path: Option<PathBuf>,
    /// The standard library instead of a policy.
    #[arg(long, conflicts_with = "path")]
    std: bool,
    /// The directory for the pages: a new one, an empty one, or one that holds such pages.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// What the pages are called; without it, what the policy is.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let loaded = match &self.path {
            Some(path) => project::load(path)?,
            None => Loaded::of(library()),
        };
        let policy = policy::of(&loaded, format)?;
        let own = match &self.path {
            Some(_) => loaded.project.name.clone(),
            None => "The standard library".to_owned(),
        };
        let title = self.title.clone().unwrap_or(own);
        let pages = if self.std {
            of_the_library(&loaded.project, &policy, &title)?
        } else {
            written(&loaded.project, policy, &title)?
        };
        make_directory(&self.output, &pages)?;
        for page in &pages {
            files::replace(&self.output.join(&page.name), page.text.as_bytes())?;
        }
        let mut out = output::stdout();
        let dir = self.output.display().to_string();
        match format {
            Format::Json => {
                let names: Vec<&str> = pages.iter().map(|page| page.name.as_str()).collect();
                output::json(&mut out, &json!({ "dir": dir, "files": names }))?;
            }
            Format::Human => {
                writeln!(
                    out,
                    "{} pages stand in {dir}: begin with {}",
                    pages.len() - 1,
                    self.output.join("index.html").display()
                )?;
            }
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}

/// The library as a project of its own.
fn library() -> Project {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() };
    let mut files: Vec<SourceFile> =
        lictor_stdlib::MODULES.iter().map(|module| file(module.path, module.text)).collect();
    files.push(file("reader.lictor", BESIDE));
    Project { name: "std".to_owned(), files, ..Project::default() }
}

/// Writes the pages of the library, without what stands beside it.
fn of_the_library(project: &Project, policy: &Policy, title: &str) -> Result<Vec<Page>, Failure> {
    let Some(program) = &policy.compiled.program else { return Err(Failure::Told) };
    let (mut gathered, _) = modules::gather(project);
    gathered.modules.retain(|module| module.name != "reader");
    Ok(pages(&lictor_handbook::Policy {
        title,
        note: "The tests of the library stand beside its sources: `lictor docs stdlib-policies/std` tells of them, too.",
        modules: &gathered.modules,
        program,
        sources: &policy.compiled.sources,
        tests: None,
    }))
}

/// Runs the tests, and writes the pages.
fn written(project: &Project, policy: Policy, title: &str) -> Result<Vec<Page>, Failure> {
    let Some(program) = policy.compiled.program.clone() else { return Err(Failure::Told) };
    let sources = policy.compiled.sources.clone();
    let cases = policy.tests.clone();
    let mut reached = Reached::of(&program);
    let mut number = 0;
    let tested = suite::watch(policy, |ran| {
        reached.add(number, ran.trace);
        number += 1;
    })?;
    let tests: Vec<Tried> = cases
        .into_iter()
        .zip(&tested.results)
        .map(|(case, result)| Tried { case, passed: result.passed })
        .collect();
    let (gathered, _) = modules::gather(project);
    Ok(pages(&lictor_handbook::Policy {
        title,
        note: "",
        modules: &gathered.modules,
        program: &program,
        sources: &sources,
        tests: Some(Tests { tried: &tests, reached: &reached }),
    }))
}

/// Makes the directory, or takes one that is empty or holds pages of this kind: nothing else is written over. Pages that are not among the
/// new ones are removed.
fn make_directory(dir: &Path, pages: &[Page]) -> Result<(), Failure> {
    let taken = |message: String, help: &str| Failure::from(Notice::error("C0109", message).help(help));
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return fs::create_dir_all(dir).map_err(|error| files::unwritable(dir, &error));
        }
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(taken(
                format!("{} is a file", dir.display()),
                "name a new directory, or an empty one",
            ));
        }
        Err(error) => return Err(files::unwritable(dir, &error)),
    };
    let found: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    if !found.is_empty() && !is_ours(&dir.join("index.html")) {
        let message = format!("{} is not empty, and holds no pages of this kind", dir.display());
        return Err(taken(message, "name a new directory, or an empty one"));
    }
    let is_page = |path: &Path| path.extension().is_some_and(|ending| ending == "html") && is_ours(path);
    let is_new =
        |path: &Path| pages.iter().any(|page| path.file_name().is_some_and(|name| *name == *page.name));
    for old in found.iter().filter(|path| !is_new(path) && is_page(path)) {
        fs::remove_file(old).map_err(|error| files::unwritable(old, &error))?;
    }
    Ok(())
}

/// Whether a file is a page that was written before.
fn is_ours(path: &Path) -> bool {
    let mut beginning = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(1024).read_to_end(&mut beginning));
    read.is_ok() && String::from_utf8_lossy(&beginning).contains(lictor_handbook::MARK)
}
