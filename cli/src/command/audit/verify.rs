//! `lictor audit verify`: was anything changed?

use std::io::Write;

use lictor_journal::audit::{Audit, Findings};
use lictor_journal::export::CHECKPOINT;
use serde_json::json;

use super::source::{Log, Source};
use super::trust::Relied;
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// Finds whatever was edited, removed, put elsewhere or cut off, against checkpoints that were kept elsewhere.
///
/// Without one it says what cannot be excluded: whoever can rewrite a log can rewrite what lies beside it. What was erased is told as that, with the record that says so.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor audit verify data --anchor /mnt/elsewhere/anchor
  lictor audit verify export --receipt r-1.json --receipt r-2.json     receipts that customers kept
  lictor audit verify export --witness-key witness.example/w1+1a2b3c4d+BKT…

Exit status:
  0  nothing is wrong, as far as it can be known    1  something is wrong, or could not be read")]
pub struct Args {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    relied: Relied,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let mut log = self.source.open()?;
        let origin = log.origin().map(str::to_owned);
        let trusted = self.relied.read(origin.as_deref())?;
        let mut anchors = trusted.anchors.clone();
        anchors.push(log.anchor());
        if let Log::Exported(_, dir) = &log {
            let beside = dir.join(CHECKPOINT);
            if beside.is_file() {
                anchors.push(trusted.beside(&beside, origin.as_deref())?);
            }
        }
        let mut audit = Audit::new(log.tenant(), anchors);
        log.verify(self.source.path(), &mut audit)?;
        let findings = audit.finish();
        let mut out = output::stdout();
        match format {
            Format::Json => output::json(&mut out, &told(&log, &findings))?,
            Format::Human => {
                let records = findings.records;
                writeln!(out, "{records} record{} of {}", if records == 1 { "" } else { "s" }, log.tenant())?;
                write!(out, "{findings}")?;
                let clean = "Nothing is wrong, as far as it can be known";
                writeln!(out, "{}", if findings.is_clean() { clean } else { "The log is not what it was" })?;
            }
        }
        out.flush()?;
        Ok(if findings.is_clean() { Exit::Success } else { Exit::Failure })
    }
}

fn told(log: &Log, findings: &Findings) -> serde_json::Value {
    let of_log = findings.log.faults.iter().map(|fault| (fault.code(), fault.to_string()));
    let of_records = findings.faults.iter().map(|fault| (fault.code(), fault.to_string()));
    let faults = of_log.chain(of_records).map(|(code, message)| json!({ "code": code, "message": message }));
    let erased = findings.erased.iter().map(|erased| json!({ "record": erased.record, "by": erased.by }));
    let open = findings.log.open();
    json!({
        "tenant": log.tenant(), "origin": log.origin(),
        "records": findings.records, "size": findings.log.head.size, "root": findings.log.head.root.to_base64(),
        "clean": findings.is_clean(),
        "faults": faults.collect::<Vec<_>>(), "more_faults": findings.log.more,
        "erased": erased.collect::<Vec<_>>(),
        "vouched": findings.log.vouched, "vouched_by": findings.log.by,
        "not_vouched": [open.start, open.end.max(open.start)],
    })
}
