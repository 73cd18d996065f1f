//! The handlers. Each puts what it is given into the queue before anything else, and then at most waits for the answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::*;

use super::message::{self, text_document_content};
use super::queue::Queue;
use super::state::State;

/// The server, as the protocol's library sees it.
#[derive(Debug)]
pub struct Backend {
    queue: Queue,
    is_shut_down: Arc<AtomicBool>,
}

impl Backend {
    /// A server that notes there when it is told to shut down.
    pub fn new(queue: Queue, is_shut_down: Arc<AtomicBool>) -> Backend {
        Backend { queue, is_shut_down }
    }

    /// Has a request answered in its turn.
    async fn ask<P, R>(&self, answer: fn(&mut State, P) -> Result<R>, params: P) -> Result<R>
    where
        P: Send + 'static,
        R: Send + 'static,
    {
        let reply = self.queue.ask(move |state| answer(state, params));
        reply.await.unwrap_or_else(|_| Err(Error::internal_error()))
    }

    /// What `LanguageServer` does not know yet.
    pub async fn text_document_content(
        &self,
        params: text_document_content::Params,
    ) -> Result<text_document_content::Content> {
        self.ask(text_document_content::answer, params).await
    }

    /// Has a notification taken in in its turn.
    fn tell<P: Send + 'static>(&self, take: fn(&mut State, P), params: P) {
        self.queue.change(move |state| take(state, params));
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        self.ask(message::initialize::answer, params).await
    }

    async fn initialized(&self, params: InitializedParams) {
        self.tell(message::initialized::take, params);
    }

    async fn shutdown(&self) -> Result<()> {
        self.is_shut_down.store(true, Ordering::SeqCst);
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.tell(message::did_open::take, params);
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.tell(message::did_change::take, params);
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.tell(message::did_save::take, params);
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.tell(message::did_close::take, params);
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.tell(message::did_change_configuration::take, params);
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.tell(message::did_change_watched_files::take, params);
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.tell(message::did_change_workspace_folders::take, params);
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        self.ask(message::diagnostic::answer, params).await
    }

    async fn workspace_diagnostic(
        &self,
        params: WorkspaceDiagnosticParams,
    ) -> Result<WorkspaceDiagnosticReportResult> {
        self.ask(message::workspace_diagnostic::answer, params).await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        self.ask(message::formatting::answer, params).await
    }

    async fn range_formatting(&self, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        self.ask(message::range_formatting::answer, params).await
    }

    async fn on_type_formatting(
        &self,
        params: DocumentOnTypeFormattingParams,
    ) -> Result<Option<Vec<TextEdit>>> {
        self.ask(message::on_type_formatting::answer, params).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        self.ask(message::document_symbol::answer, params).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        self.ask(message::folding_range::answer, params).await
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        self.ask(message::selection_range::answer, params).await
    }

    async fn semantic_tokens_full(
        &self,
        params: SemanticTokensParams,
    ) -> Result<Option<SemanticTokensResult>> {
        self.ask(message::semantic_tokens::full, params).await
    }

    async fn semantic_tokens_full_delta(
        &self,
        params: SemanticTokensDeltaParams,
    ) -> Result<Option<SemanticTokensFullDeltaResult>> {
        self.ask(message::semantic_tokens::delta, params).await
    }

    async fn semantic_tokens_range(
        &self,
        params: SemanticTokensRangeParams,
    ) -> Result<Option<SemanticTokensRangeResult>> {
        self.ask(message::semantic_tokens::range, params).await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        self.ask(message::hover::answer, params).await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        self.ask(message::completion::answer, params).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        self.ask(message::definition::answer, params).await
    }

    async fn signature_help(&self, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
        self.ask(message::signature_help::answer, params).await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        self.ask(message::inlay_hint::answer, params).await
    }

    async fn goto_type_definition(
        &self,
        params: request::GotoTypeDefinitionParams,
    ) -> Result<Option<request::GotoTypeDefinitionResponse>> {
        self.ask(message::type_definition::answer, params).await
    }

    async fn prepare_call_hierarchy(
        &self,
        params: CallHierarchyPrepareParams,
    ) -> Result<Option<Vec<CallHierarchyItem>>> {
        self.ask(message::call_hierarchy::ask, params).await
    }

    async fn incoming_calls(
        &self,
        params: CallHierarchyIncomingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyIncomingCall>>> {
        self.ask(message::call_hierarchy::callers, params).await
    }

    async fn outgoing_calls(
        &self,
        params: CallHierarchyOutgoingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyOutgoingCall>>> {
        self.ask(message::call_hierarchy::called, params).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        self.ask(message::references::answer, params).await
    }

    async fn document_highlight(
        &self,
        params: DocumentHighlightParams,
    ) -> Result<Option<Vec<DocumentHighlight>>> {
        self.ask(message::document_highlight::answer, params).await
    }

    async fn prepare_rename(
        &self,
        params: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        self.ask(message::rename::ask, params).await
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        self.ask(message::rename::answer, params).await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        self.ask(message::document_link::answer, params).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        self.ask(message::code_action::answer, params).await
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        self.ask(message::code_action::resolve, action).await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        self.ask(message::code_lens::answer, params).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        let (begun, view) = self.ask(message::execute_command::begin, params).await?;
        let finish = begun.await.unwrap_or_else(|_| Err(Error::internal_error()))?;
        self.ask(message::execute_command::finish, (finish, view)).await
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
        self.ask(message::symbol::answer, params).await
    }
}
