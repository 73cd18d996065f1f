//! What is told about files, keys and the command line: diagnostics without a place in a source.

use lictor_grammar::diagnostic::{Severity, page_of};
use serde_json::json;

use super::Paint;
use super::report::{Report, draw, severity_word};
use crate::args::Format;
use crate::output;

/// Something to tell that has no place in a source: a missing file, a key that does not fit.
#[derive(Debug)]
pub struct Notice {
    code: &'static str,
    severity: Severity,
    message: String,
    help: Option<String>,
}

impl Notice {
    /// Something that stops the command: one plain sentence without a full stop.
    pub fn error(code: &'static str, message: impl Into<String>) -> Notice {
        Notice { code, severity: Severity::Error, message: message.into(), help: None }
    }

    /// Something to know that does not stop it.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Notice {
        Notice { code, severity: Severity::Warning, message: message.into(), help: None }
    }

    /// It in one line.
    pub fn line(&self) -> String {
        format!("{}: {}", self.code, self.message)
    }

    /// It in one line, with what to do.
    pub fn whole(&self) -> String {
        match &self.help {
            Some(help) => format!("{}; {help} ({})", self.message, self.code),
            None => format!("{} ({})", self.message, self.code),
        }
    }

    /// Says what to do.
    pub fn help(mut self, text: impl Into<String>) -> Notice {
        self.help = Some(text.into());
        self
    }
}

/// Tells a notice on the standard error.
pub fn tell(notice: &Notice, format: Format) {
    let text = match format {
        Format::Human => {
            let report = Report {
                code: notice.code,
                severity: notice.severity,
                message: &notice.message,
                help: notice.help.as_deref(),
                excerpt: None,
                elsewhere: Vec::new(),
            };
            draw(&report, Paint::stderr())
        }
        Format::Json => {
            let value = json!({
                "code": notice.code, "severity": severity_word(notice.severity), "message": notice.message, "help": notice.help,
                "page": page_of(notice.code), "labels": [],
            });
            format!("{}\n", json!({ "ok": notice.severity != Severity::Error, "diagnostics": [value] }))
        }
    };
    output::to_stderr(&text);
}
