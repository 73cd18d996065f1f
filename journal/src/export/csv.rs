//! A record as a line of CSV (RFC 4180), for spreadsheets.
//!
//! A cell that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a carriage return) has an apostrophe before it: an agent may be called anything.

use std::fmt::Write;

use lictor_evidence::error::EvidenceError;
use lictor_evidence::receipt::{State, Verdict};
use lictor_evidence::time::Moment;
use lictor_evidence::token::Mode;

use crate::audit::Row;
use crate::body::Body;
use crate::record::{Kind, Record, Step};

/// The first line, without its end.
pub const CSV_HEADER: &str = "index,time,kind,agent,action,decision,reason_code,told_as,score,rules,cites,mode,bundle,token,of,outcome,trace,erased_by";

/// A row as a line of CSV, with its end.
///
/// # Errors
/// What stands in it is no record: `V0101` to `V0103`.
pub fn csv_line(row: &Row) -> Result<String, EvidenceError> {
    let mut out = format!("{},{}", row.index, Moment(row.time));
    let mut put = |cell: &str| cell_into(&mut out, cell);
    put(Kind::of_number(row.kind).map_or("?", Kind::name));
    let Some(body) = &row.body else {
        (0..14).for_each(|_| put(""));
        put(&row.erased_by.map(|by| by.to_string()).unwrap_or_default());
        out.push_str("\r\n");
        return Ok(out);
    };
    let record = Body::from_bytes(body)?.record;
    let columns = record.columns();
    let judged = record.step.judged();
    let outcome = judged.map(|judged| judged.outcome.read()).transpose()?;
    let outcome = outcome.as_ref();
    put(&columns.agent);
    put(&columns.action);
    let denied = record.step.denied().map(|_| Verdict::Deny);
    put(denied.or(outcome.map(|outcome| outcome.decision)).map_or("", verdict));
    put(code(&record).unwrap_or_default());
    put(outcome.and_then(|outcome| outcome.told_as.as_deref()).unwrap_or_default());
    put(&outcome.and_then(|outcome| outcome.score()).map(|score| score.to_string()).unwrap_or_default());
    let causes = outcome.map_or(&[][..], |outcome| &outcome.causes);
    put(&joined(causes.iter().filter_map(|cause| cause.rule.as_deref())));
    put(&joined(causes.iter().flat_map(|cause| cause.cites.iter().map(String::as_str))));
    put(judged.map_or("", |judged| mode(judged.mode)));
    put(&judged.map(|judged| judged.bundle.to_string()).unwrap_or_default());
    let (of, token) = record.step.follows();
    put(&token.map(|token| token.to_string()).unwrap_or_default());
    put(&of.map(|of| of.to_string()).unwrap_or_default());
    put(outcome_of(&record).unwrap_or_default());
    put(&record.trace);
    put("");
    out.push_str("\r\n");
    Ok(out)
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "allow",
        Verdict::StepUp => "step_up",
        Verdict::Deny => "deny",
    }
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Observe => "observe",
        Mode::Enforce => "enforce",
    }
}

fn code(record: &Record) -> Option<&str> {
    let step = &record.step;
    step.refused().or_else(|| step.judged().map(|judged| judged.outcome.reason_code()))
}

fn outcome_of(record: &Record) -> Option<&'static str> {
    let outcome = match &record.step {
        Step::Settled(step) => step.outcome,
        Step::Decided(step) => step.evaluated.as_ref()?.outcome?,
        _ => return None,
    };
    Some(match outcome {
        State::Executed => "executed",
        State::Failed => "failed",
        State::Issued | State::Burned | State::Unknown | State::Released => "unknown",
    })
}

/// Each once, in their order.
fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut seen: Vec<&str> = Vec::new();
    texts.for_each(|text| {
        if !seen.contains(&text) {
            seen.push(text);
        }
    });
    seen.join("; ")
}

fn cell_into(out: &mut String, cell: &str) {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let quoted = cell.contains([',', '"', '\n', '\r']);
    let shown = format!("{}{cell}", if formula { "'" } else { "" });
    // Writing to memory does not fail.
    let _ = if quoted { write!(out, ",\"{}\"", shown.replace('"', "\"\"")) } else { write!(out, ",{shown}") };
}
