//! `lictor audit erase`: what a record says is destroyed, and that it was is recorded.

use std::io::Write;

use lictor_gateway::Host;
use serde_json::json;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::host::{self, At};
use crate::output;

/// Destroys what records say, with the keys of their commitments and what is kept to open them. The log stays what it was: the entry of each stays, and a record is
/// appended that says who had it erased and why.
///
/// What was copied before (a backup, an export, a receipt that somebody was given) is not reached by this.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor audit erase 41 --by dpo --because request --data data
  lictor audit erase 41 --whole-action --by dpo --because retention --data data

Exit status:
  0  it is erased    1  something is not erased, with why; what stands before it is")]
pub struct Args {
    /// The records, by their indices.
    #[arg(required = true)]
    records: Vec<u64>,
    /// Erase all records of their actions: from the decision, through what people were asked and answered, to the outcome. All of an action is erased, or nothing of it.
    #[arg(long)]
    whole_action: bool,
    /// Who has it erased. It stands in the log.
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why: a code of small letters and `_`, such as `request` or `retention`. It stands in the log.
    #[arg(long, value_name = "CODE")]
    because: String,
    #[command(flatten)]
    at: At,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let host = self.at.open()?;
        let mut out = output::stdout();
        let (mut erased, mut some) = (Vec::new(), false);
        let done = self.each(&host, |record, by| {
            some = true;
            match format {
                Format::Json => erased.push(json!({ "record": record, "by": by })),
                Format::Human => writeln!(out, "record {record} was erased by record {by}")?,
            }
            Ok(())
        });
        // Whatever stopped it: of what is erased nothing stays behind.
        if some {
            host.scrub().map_err(host::told)?;
        }
        done?;
        if format == Format::Json {
            output::json(&mut out, &json!({ "erased": erased }))?;
        }
        out.flush()?;
        Ok(Exit::Success)
    }

    fn each(
        &self,
        host: &Host,
        mut erased: impl FnMut(u64, u64) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        for record in &self.records {
            let all = match self.whole_action {
                true => host.action(*record).map_err(host::told)?,
                false => vec![*record],
            };
            let first = host.erase(&all, &self.by, &self.because).map_err(host::told)?;
            all.into_iter().zip(first..).try_for_each(|(record, by)| erased(record, by))?;
        }
        Ok(())
    }
}
