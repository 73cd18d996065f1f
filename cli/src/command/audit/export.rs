//! `lictor audit export`: a log as files that others can read.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use lictor_evidence::receipt::Verdict;
use lictor_journal::audit::{Audit, Row};
use lictor_journal::export::{
    ABOUT, About, CHECKPOINT, CSV_HEADER, ExportError, Exporter, Line, RECORDS, Wanted, csv_line, erasures,
};
use lictor_journal::record::Kind;
use lictor_journal::source::BUNDLES;

use super::anchor::not_whole;
use super::source::{Log, Source, unreadable};
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Notice;
use crate::{files, moment, output};

/// Writes a log as a directory that stock tools read and `lictor audit verify` verifies; or what of it is wanted, as JSON lines or CSV.
///
/// What is covered stays covered: an export opens nothing.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor audit export data --to export                           checkpoint, tiles, records, bundles
  lictor audit export data --as jsonl --agent shopper-7
  lictor audit export data --as csv --since 2026-03-01 --decision deny > denied.csv
  lictor audit export data --as csv --cites pci-dss              what rests on a control

Exit status:
  0  it was written    1  the log is not whole, or could not be read or written")]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// The directory to write all of the log to. It must not be there yet.
    #[arg(long, value_name = "DIR", required_unless_present = "form", conflicts_with = "form")]
    to: Option<PathBuf>,
    /// A checkpoint to put with it.
    #[arg(long, value_name = "FILE", requires = "to")]
    checkpoint: Option<PathBuf>,
    /// What is wanted on the standard output instead.
    #[arg(long = "as", value_enum, value_name = "FORM")]
    form: Option<Form>,
    #[command(flatten)]
    wanted: WantedArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Form {
    /// A record a line, as JSON.
    Jsonl,
    /// A record a line, for a spreadsheet.
    Csv,
}

/// Which records are wanted.
#[derive(clap::Args, Debug)]
struct WantedArgs {
    /// Only what happened from this day, or moment, on.
    #[arg(long, value_name = "TIME", value_parser = moment::beginning, conflicts_with = "to")]
    since: Option<i64>,
    /// Only what happened up to this day, or moment.
    #[arg(long, value_name = "TIME", value_parser = moment::end, conflicts_with = "to")]
    until: Option<i64>,
    /// Only steps of this kind: `decided`, `burned`, `refused`, …
    #[arg(long, value_name = "KIND", value_parser = kind, conflicts_with = "to")]
    kind: Option<Kind>,
    /// Only actions of this agent.
    #[arg(long, value_name = "ID", conflicts_with = "to")]
    agent: Option<String>,
    /// Only this action.
    #[arg(long, value_name = "NAME", conflicts_with = "to")]
    action: Option<String>,
    /// Only what was decided so: `allow`, `step_up` or `deny`.
    #[arg(long, value_name = "DECISION", value_parser = verdict, conflicts_with = "to")]
    decision: Option<Verdict>,
    /// Only what rested on a citation, a rule or a code that begins like this.
    #[arg(long, value_name = "TEXT", conflicts_with = "to")]
    cites: Option<String>,
}

fn kind(text: &str) -> Result<Kind, String> {
    let names = || Kind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
    Kind::of_name(text).ok_or_else(|| format!("it is one of {}", names()))
}

fn verdict(text: &str) -> Result<Verdict, String> {
    match text {
        "allow" => Ok(Verdict::Allow),
        "step_up" => Ok(Verdict::StepUp),
        "deny" => Ok(Verdict::Deny),
        _ => Err("it is allow, step_up or deny".to_owned()),
    }
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let log = self.source.open()?;
        match (&self.to, self.form) {
            (Some(to), _) => self.directory(log, to, format),
            (None, form) => self.lines(log, form.unwrap_or(Form::Jsonl)),
        }
    }

    fn lines(&self, mut log: Log, form: Form) -> Result<Exit, Failure> {
        let WantedArgs { since, until, kind, agent, action, decision, cites } = &self.wanted;
        let wanted = Wanted {
            since: *since,
            // The last moment of a day counts.
            until: until.map(|until| until.saturating_add(1)),
            kind: *kind,
            agent: agent.clone(),
            action: action.clone(),
            decision: *decision,
            cites: cites.clone(),
        };
        let erased = match &mut log {
            Log::Stored(log) => erasures(log).map_err(|error| unreadable(self.source.path(), error))?,
            Log::Exported(..) => Default::default(),
        };
        let mut out = output::stdout();
        if form == Form::Csv {
            out.write_all(CSV_HEADER.as_bytes())?;
            out.write_all(b"\r\n")?;
        }
        log.each(self.source.path(), |rows| {
            for mut row in rows.into_iter().filter(|row| wanted.takes(row)) {
                if row.body.is_none() {
                    row.erased_by = row.erased_by.or_else(|| erased.get(&row.index).map(|(by, _)| *by));
                }
                put(&mut out, &row, form)?;
            }
            Ok(())
        })?;
        out.flush()?;
        Ok(Exit::Success)
    }

    fn directory(&self, mut log: Log, to: &Path, format: Format) -> Result<Exit, Failure> {
        // All of it is verified first: nothing is made of a log that is not whole.
        let mut audit = Audit::new(log.tenant(), vec![log.anchor()]);
        log.verify(self.source.path(), &mut audit)?;
        let findings = audit.finish();
        let Log::Stored(mut stored) = self.source.open()? else {
            return Err(Notice::error(
                "C0225",
                format!("{} is an export already", self.source.path().display()),
            )
            .help("copy the directory; `--as jsonl` and `--as csv` take what is wanted from it")
            .into());
        };
        if !findings.is_clean() {
            return Err(not_whole(&findings.codes()));
        }
        let erasures = erasures(&mut stored).map_err(|error| unreadable(self.source.path(), error))?;
        fs::create_dir(to).map_err(|error| files::unwritable(to, &error))?;
        let told = |error: io::Error| files::unwritable(to, &error);
        let records = File::create_new(to.join(RECORDS)).map_err(told)?;
        let mut records = BufWriter::with_capacity(1 << 20, records);
        let mut file = |name: &str, bytes: &[u8]| write(&to.join(name), bytes);
        let (tenant, origin) = (stored.tenant().to_owned(), stored.origin().map(str::to_owned));
        let mut exporter = Exporter::new(&tenant, erasures, &mut records, &mut file);
        let mut stored = Log::Stored(stored);
        let failed = |error: ExportError| match error {
            ExportError::Io(error) => files::unwritable(to, &error),
            ExportError::Record(_) => not_whole(&["L0302"]),
            ExportError::Ledger(error) => not_whole(&[error.code()]),
        };
        stored.each(self.source.path(), |rows| {
            rows.into_iter().try_for_each(|row| exporter.row(row)).map_err(failed)
        })?;
        let head = exporter.finish().map_err(failed)?;
        self.beside(to)?;
        let about = About::new(&tenant, origin.as_deref(), head).to_bytes();
        let about =
            about.map_err(|error| Notice::error("C0221", error.message.clone()).help(error.help()))?;
        // Last: an export without it is none.
        write(&to.join(ABOUT), &about).map_err(told)?;
        let mut out = output::stdout();
        match format {
            Format::Json => {
                output::json(&mut out, &serde_json::json!({ "tenant": tenant, "size": head.size }))?
            }
            Format::Human => {
                let many = if head.size == 1 { "" } else { "s" };
                writeln!(out, "{} record{many} of {tenant} are in {}", head.size, to.display())?;
            }
        }
        out.flush()?;
        Ok(Exit::Success)
    }

    /// The checkpoint and the bundles.
    fn beside(&self, to: &Path) -> Result<(), Failure> {
        if let Some(path) = &self.checkpoint {
            let bytes = files::read(path, "the checkpoint")?;
            write(&to.join(CHECKPOINT), &bytes).map_err(|error| files::unwritable(to, &error))?;
        }
        let from = self.source.bundles();
        let Ok(entries) = fs::read_dir(&from) else { return Ok(()) };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let bytes = files::read(&entry.path(), "the bundle")?;
            write(&to.join(BUNDLES).join(name), &bytes).map_err(|error| files::unwritable(to, &error))?;
        }
        Ok(())
    }
}

fn put(out: &mut impl Write, row: &Row, form: Form) -> Result<(), Failure> {
    let wrong = |why: String| {
        Notice::error("C0221", format!("record {} cannot be written: {why}", row.index))
            .help("`lictor audit verify` says what was changed")
    };
    match form {
        Form::Jsonl => {
            out.write_all(&Line::write(row).map_err(|error| wrong(error.0))?)?;
            out.write_all(b"\n")?;
        }
        Form::Csv => out.write_all(csv_line(row).map_err(|error| wrong(error.message))?.as_bytes())?,
    }
    Ok(())
}

/// Writes a file that is not there yet, with the directories above it.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    File::create_new(path)?.write_all(bytes)
}
