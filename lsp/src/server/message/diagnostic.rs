//! `textDocument/diagnostic`: what is wrong in one file, for a client that asks.

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport,
    RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport,
};

use crate::ide::findings::findings;
use crate::server::diagnostic::identity;
use crate::server::state::State;

/// Compiles the file's project, unless that was done since its last change.
pub fn answer(state: &mut State, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
    let (file, _) = state.file(&params.text_document.uri)?;
    let found = state.workspace.analysis(&file).and_then(|analysis| findings(&analysis).remove(&file));
    let items = state.diagnostics(&file, &found.unwrap_or_default());
    let id = identity(&items);
    let report = if params.previous_result_id.as_ref() == Some(&id) {
        DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
        })
    } else {
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(id), items },
        })
    };
    Ok(report.into())
}
