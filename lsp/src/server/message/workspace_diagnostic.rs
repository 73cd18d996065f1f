//! `workspace/diagnostic`: what is wrong in all files, for a client that asks.

use std::collections::BTreeMap;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    FullDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, WorkspaceDiagnosticParams,
    WorkspaceDiagnosticReport, WorkspaceDiagnosticReportResult, WorkspaceDocumentDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport, WorkspaceUnchangedDocumentDiagnosticReport,
};

use crate::ide::FileName;
use crate::ide::findings::{Finding, findings};
use crate::server::convert;
use crate::server::diagnostic::identity;
use crate::server::state::State;

/// Compiles every project of which that is not known.
pub fn answer(
    state: &mut State,
    params: WorkspaceDiagnosticParams,
) -> Result<WorkspaceDiagnosticReportResult> {
    state.search();
    let before: BTreeMap<FileName, String> = params
        .previous_result_ids
        .into_iter()
        .map(|known| (convert::file(&known.uri), known.value))
        .collect();
    let mut all: BTreeMap<FileName, Vec<Finding>> =
        state.workspace.analyses().iter().flat_map(|analysis| findings(analysis)).collect();
    // What the client knows of a file that is no longer there is no longer so.
    for file in before.keys() {
        all.entry(file.clone()).or_default();
    }
    let items = all.iter().filter_map(|(file, found)| report(state, file, found, before.get(file)));
    Ok(WorkspaceDiagnosticReport { items: items.collect() }.into())
}

fn report(
    state: &State,
    file: &FileName,
    found: &[Finding],
    known: Option<&String>,
) -> Option<WorkspaceDocumentDiagnosticReport> {
    let (uri, version) = (state.uri(file)?, state.workspace.version(file).map(i64::from));
    let items = state.diagnostics(file, found);
    let result_id = identity(&items);
    Some(if known == Some(&result_id) {
        let report = UnchangedDocumentDiagnosticReport { result_id };
        WorkspaceUnchangedDocumentDiagnosticReport {
            uri,
            version,
            unchanged_document_diagnostic_report: report,
        }
        .into()
    } else {
        let report = FullDocumentDiagnosticReport { result_id: Some(result_id), items };
        WorkspaceFullDocumentDiagnosticReport { uri, version, full_document_diagnostic_report: report }.into()
    })
}
