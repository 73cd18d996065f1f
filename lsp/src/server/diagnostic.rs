//! A finding as the protocol's diagnostic.

use std::hash::{DefaultHasher, Hash, Hasher};

use lictor_grammar::diagnostic::Severity;
use serde_json::json;
use tower_lsp::ls_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString,
};

use super::convert;
use super::state::State;
use crate::ide::findings::Finding;
use crate::ide::{FileName, Text};

impl State {
    /// What is told about a file, tests that failed included, as the client counts its places.
    pub fn diagnostics(&self, file: &FileName, findings: &[Finding]) -> Vec<Diagnostic> {
        let empty = Text::default();
        let text = self.workspace.text(file).map_or(&empty, |text| text);
        let mut all: Vec<Diagnostic> =
            findings.iter().map(|finding| self.diagnostic(text, finding)).collect();
        all.extend(self.failed(file, text));
        all
    }

    /// What is found about a place, as the client counts it.
    pub fn diagnostic(&self, text: &Text, finding: &Finding) -> Diagnostic {
        let related = finding.related.iter().filter_map(|(file, range, message)| {
            let text = self.workspace.text(file)?;
            let location =
                Location { uri: self.uri(file)?, range: convert::range(text, self.encoding, range.clone()) };
            Some(DiagnosticRelatedInformation { location, message: message.clone() })
        });
        let related: Vec<DiagnosticRelatedInformation> = related.collect();
        // What a client has no name for it ignores, so it need not be asked; but what it shows twice it should not get.
        let data = finding.fix.as_ref().map(|fix| {
            json!({
                "title": fix.title,
                "range": convert::range(text, self.encoding, fix.range.clone()),
                "newText": fix.text,
            })
        });
        Diagnostic {
            range: convert::range(text, self.encoding, finding.range.clone()),
            severity: Some(match finding.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
            }),
            code: Some(NumberOrString::String(finding.code.to_owned())),
            code_description: self.page(finding.code).map(|href| CodeDescription { href }),
            source: Some(String::from("lictor")),
            message: finding.message.clone(),
            related_information: (!related.is_empty()).then_some(related),
            tags: finding.unused.then(|| vec![DiagnosticTag::UNNECESSARY]),
            data,
        }
    }
}

/// Names a set of diagnostics: equal ones have the same name, also in another run.
pub fn identity(diagnostics: &[Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(diagnostics).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
