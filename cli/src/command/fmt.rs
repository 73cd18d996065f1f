//! `lictor fmt`: the one layout for policies.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use lictor_compiler::project::SourceFile;
use lictor_grammar::bytes::MAX_SOURCE;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::format::{FormatError, format};
use lictor_grammar::parse_bytes;
use lictor_grammar::span::FileId;
use serde_json::json;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{self, Notice, Paint, Sources};
use crate::{files, output, project};

/// Lays out policies in the one way there is, and changes nothing else: neither a word of them nor what they mean.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor fmt policy                  every .lictor file below policy/
  lictor fmt --check policy          change nothing, list what is not formatted; status 1 if anything is
  lictor fmt - < policy/base.lictor  the standard input, to the standard output")]
pub struct Args {
    /// Directories of policies and policy files; `-` is the standard input.
    #[arg(required_unless_present = "stdin", conflicts_with = "stdin")]
    paths: Vec<PathBuf>,
    /// Change nothing, and list the files that are not formatted.
    #[arg(long)]
    check: bool,
    /// Format the standard input, to the standard output; the same as `-`.
    #[arg(long)]
    stdin: bool,
}

/// A text and where it comes from.
struct Input {
    /// Its file; the standard input has none.
    path: Option<PathBuf>,
    /// Its name for people, and its bytes.
    source: SourceFile,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let inputs = self.inputs()?;
        let mut out = output::stdout();
        let mut changed: Vec<&str> = Vec::new();
        let mut line_ends: Vec<&str> = Vec::new();
        let mut diagnostics: Vec<Diagnostic> = Vec::new();
        for (number, input) in inputs.iter().enumerate() {
            let name = &input.source.path;
            let text = match formatted(FileId(number as u32), &input.source) {
                Ok(text) => text,
                Err(Mistakes::Syntax(mut mistakes)) => {
                    diagnostics.append(&mut mistakes);
                    continue;
                }
                Err(Mistakes::Ours(error)) => {
                    return Err(Notice::error("C0117", format!("{name}: {error}"))
                        .help("this is a fault of lictor; please report it with the file")
                        .into());
                }
            };
            let differs = text.as_bytes() != input.source.bytes;
            match &input.path {
                None if !self.check && format == Format::Human => out.write_all(text.as_bytes())?,
                Some(path) if differs && !self.check => files::replace(path, text.as_bytes())?,
                _ => {}
            }
            if differs {
                changed.push(name);
            }
            if differs && text == without_returns(&input.source) {
                line_ends.push(name);
            }
        }
        let failed = !diagnostics.is_empty() || (self.check && !changed.is_empty());
        let sources: Vec<SourceFile> = inputs.iter().map(|input| input.source.clone()).collect();
        let sources = Sources::new(&sources, |file| file.path.clone());
        match format {
            Format::Json => {
                let told = render::diagnostics_json(&diagnostics, &sources);
                let value = json!({
                    "ok": !failed, "files": inputs.len(), "changed": changed, "written": !self.check,
                    "diagnostics": told["diagnostics"],
                });
                output::json(&mut out, &value)?;
            }
            Format::Human => {
                output::to_stderr(&render::diagnostics(&diagnostics, &sources, Paint::stderr()));
                if self.check || inputs.iter().any(|input| input.path.is_some()) {
                    let verb = if self.check { "not formatted: " } else { "formatted " };
                    for name in changed {
                        let only = line_ends.contains(&name);
                        let why = if only { "  (only its line ends: LF instead of CR LF)" } else { "" };
                        writeln!(out, "{verb}{name}{why}")?;
                    }
                }
            }
        }
        out.flush()?;
        Ok(if failed { Exit::Failure } else { Exit::Success })
    }

    fn inputs(&self) -> Result<Vec<Input>, Failure> {
        if self.stdin {
            return Ok(vec![standard_input()?]);
        }
        let mut inputs = Vec::new();
        for path in &self.paths {
            if path == Path::new("-") {
                inputs.push(standard_input()?);
                continue;
            }
            for one in lictor_project::projects(path)? {
                let loaded = project::load(&one)?;
                for file in &loaded.project.files {
                    let path = loaded.path(file);
                    let shown = path.strip_prefix(".").unwrap_or(&path).display().to_string();
                    let source = SourceFile { path: shown, bytes: file.bytes.clone() };
                    inputs.push(Input { path: Some(path), source });
                }
            }
        }
        Ok(inputs)
    }
}

/// The text with line feeds only.
fn without_returns(source: &SourceFile) -> String {
    String::from_utf8_lossy(&source.bytes).replace("\r\n", "\n")
}

/// Why a text was not formatted.
enum Mistakes {
    /// Its own mistakes.
    Syntax(Vec<Diagnostic>),
    /// A mistake of the formatter.
    Ours(FormatError),
}

fn formatted(id: FileId, source: &SourceFile) -> Result<String, Mistakes> {
    let told = || Mistakes::Syntax(parse_bytes(id, &source.bytes).diagnostics);
    let text = std::str::from_utf8(&source.bytes).map_err(|_| told())?;
    format(text).map_err(|error| match error {
        // Told again with the file they belong to.
        FormatError::Syntax(_) => told(),
        FormatError::Unproven => Mistakes::Ours(error),
    })
}

fn standard_input() -> Result<Input, Failure> {
    let mut bytes = Vec::new();
    // One byte more than is read shows that there are more.
    io::stdin().lock().take(MAX_SOURCE as u64 + 1).read_to_end(&mut bytes).map_err(|error| {
        Notice::error("C0103", format!("the standard input could not be read: {error}"))
            .help("name the file instead")
    })?;
    Ok(Input { path: None, source: SourceFile { path: String::from("<stdin>"), bytes } })
}
