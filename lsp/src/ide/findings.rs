//! What is told about each file: the compiler's diagnostics, each with its places in files.

use std::collections::BTreeMap;
use std::ops::Range;

use lictor_grammar::diagnostic::{Diagnostic, Severity};

use super::{Analysis, FileName};

/// Warnings about something that could be left out: editors show it faded.
const UNUSED: [&str; 7] = ["W0201", "W0202", "W0203", "W0204", "W0205", "W0206", "W0208"];

/// Something to tell about a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Where.
    pub range: Range<u32>,
    /// How grave it is.
    pub severity: Severity,
    /// Its code.
    pub code: &'static str,
    /// What is wrong, and what to do.
    pub message: String,
    /// Other places that it speaks of, and what stands there.
    pub related: Vec<(FileName, Range<u32>, String)>,
    /// Whether what stands there could be left out.
    pub unused: bool,
    /// The change that mends it, where there is one.
    pub fix: Option<Mend>,
}

/// A change that mends something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mend {
    /// What it does, for a menu.
    pub title: String,
    /// The file it changes.
    pub file: FileName,
    /// What is replaced.
    pub range: Range<u32>,
    /// What stands there afterwards.
    pub text: String,
}

/// What is told about each file of a project. A file about which there is nothing to say is there with nothing.
pub fn findings(analysis: &Analysis) -> BTreeMap<FileName, Vec<Finding>> {
    let mut all: BTreeMap<FileName, Vec<Finding>> =
        analysis.files().iter().map(|file| (file.clone(), Vec::new())).collect();
    for diagnostic in analysis.diagnostics() {
        if let Some((file, found)) = finding(analysis, diagnostic) {
            all.entry(file).or_default().push(found);
        }
    }
    all
}

fn finding(analysis: &Analysis, diagnostic: &Diagnostic) -> Option<(FileName, Finding)> {
    let (file, range) = analysis.place(diagnostic.span())?;
    let mut message = diagnostic.message.clone();
    let mut labels = diagnostic.labels.iter();
    if let Some(first) = labels.next().filter(|label| !label.text.is_empty()) {
        message.push_str(&format!(" ({})", first.text));
    }
    if let Some(help) = &diagnostic.help {
        message.push_str(&format!("\n{help}"));
    }
    let related = labels.filter_map(|label| {
        let (file, range) = analysis.place(label.span)?;
        let text = if label.text.is_empty() { "this is part of it" } else { &label.text };
        Some((file.clone(), range, text.to_owned()))
    });
    let fix = diagnostic.fix.as_deref().and_then(|fix| {
        let (file, range) = analysis.place(fix.span)?;
        let title = title(range.is_empty(), &fix.text);
        Some(Mend { title, file: file.clone(), range, text: fix.text.clone() })
    });
    let found = Finding {
        range,
        severity: diagnostic.severity,
        code: diagnostic.code,
        message,
        related: related.collect(),
        unused: UNUSED.contains(&diagnostic.code),
        fix,
    };
    Some((file.clone(), found))
}

/// What a change does, in a few words.
fn title(inserts: bool, text: &str) -> String {
    let text = text.trim();
    let (first, rest) = text.split_once('\n').map_or((text, false), |(first, _)| (first, true));
    let shown = if rest { format!("`{first} …`") } else { format!("`{first}`") };
    match (inserts, first.is_empty()) {
        (_, true) => String::from("Remove it"),
        (true, _) => format!("Insert {shown}"),
        (false, _) => format!("Write {shown} instead"),
    }
}
