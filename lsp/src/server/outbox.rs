//! What the server says to the client without being asked, in the order in which it was said.

use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tower_lsp::Client;
use tower_lsp::ls_types::{
    ConfigurationItem, Diagnostic, MessageType, ProgressToken, Registration, ShowDocumentParams, Uri,
};

use super::queue::Queue;
use super::state::State;
use super::watches::SampleDecided;

/// What takes longer is shown.
const LONG: Duration = Duration::from_millis(150);

/// Something to say.
pub enum Message {
    /// What is wrong in a file, and the version of the text that it is about.
    Diagnostics(Uri, Vec<Diagnostic>, Option<i32>),
    /// A sentence for the person.
    Show(MessageType, String),
    /// A sentence for whoever looks for mistakes.
    Log(MessageType, String),
    /// What the client is asked to tell us from now on.
    Register(Vec<Registration>),
    /// The client is asked what the user has set.
    AskForSettings,
    /// Something goes on until this is dropped; what it is, in a few words.
    Progress(&'static str, oneshot::Receiver<()>),
    /// What the client was told when it asked is no longer so.
    RefreshDiagnostics,
    /// Nor is what stands between the words.
    RefreshHints,
    /// Nor are the colours of a text that was not edited.
    RefreshTokens,
    /// The lenses that the client was told are no longer so.
    RefreshLenses,
    /// The client is asked to show a file.
    ShowDocument(Uri),
    /// A sample that the client looks at is decided otherwise.
    SampleDecided(Value),
    /// Something was worked out beside, and goes back into the queue.
    Back(Box<dyn FnOnce(&mut State) + Send>),
}

/// Where the owner of the state leaves what is to be said.
#[derive(Clone, Debug)]
pub struct Outbox(UnboundedSender<Message>);

impl Outbox {
    /// An outbox, and its other end.
    pub fn new() -> (Outbox, UnboundedReceiver<Message>) {
        let (sender, receiver) = unbounded_channel();
        (Outbox(sender), receiver)
    }

    /// Leaves something to be said.
    pub fn say(&self, message: Message) {
        let _ = self.0.send(message);
    }
}

/// Says what is left in the outbox. What the client has to answer is not waited for: it may answer late, or never.
pub async fn deliver(mut messages: UnboundedReceiver<Message>, client: Client, queue: Queue) {
    let mut number = 0;
    while let Some(message) = messages.recv().await {
        match message {
            Message::Diagnostics(uri, diagnostics, version) => {
                client.publish_diagnostics(uri, diagnostics, version).await;
            }
            Message::Show(kind, text) => client.show_message(kind, text).await,
            Message::Log(kind, text) => client.log_message(kind, text).await,
            Message::Register(registrations) => {
                let client = client.clone();
                tokio::spawn(async move { client.register_capability(registrations).await });
            }
            Message::AskForSettings => {
                tokio::spawn(ask_for_settings(client.clone(), queue.clone()));
            }
            Message::Progress(title, end) => {
                number += 1;
                let token = ProgressToken::String(format!("lictor-{number}"));
                tokio::spawn(show_progress(client.clone(), token, title, end));
            }
            Message::RefreshDiagnostics => {
                let client = client.clone();
                tokio::spawn(async move { client.workspace_diagnostic_refresh().await });
            }
            Message::RefreshHints => {
                let client = client.clone();
                tokio::spawn(async move { client.inlay_hint_refresh().await });
            }
            Message::RefreshTokens => {
                let client = client.clone();
                tokio::spawn(async move { client.semantic_tokens_refresh().await });
            }
            Message::RefreshLenses => {
                let client = client.clone();
                tokio::spawn(async move { client.code_lens_refresh().await });
            }
            Message::ShowDocument(uri) => {
                let client = client.clone();
                let params =
                    ShowDocumentParams { uri, external: None, take_focus: Some(false), selection: None };
                tokio::spawn(async move { client.show_document(params).await });
            }
            Message::SampleDecided(params) => client.send_notification::<SampleDecided>(params).await,
            Message::Back(change) => queue.change(change),
        }
    }
}

/// What the user has set comes into the queue like everything else.
async fn ask_for_settings(client: Client, queue: Queue) {
    let item = ConfigurationItem { section: Some(String::from("lictor")), scope_uri: None };
    if let Ok(answer) = client.configuration(vec![item]).await
        && let Some(settings) = answer.into_iter().next()
    {
        queue.change(move |state| state.set(&settings));
    }
}

/// Shows that something goes on, unless it ends at once.
async fn show_progress(
    client: Client,
    token: ProgressToken,
    title: &'static str,
    mut end: oneshot::Receiver<()>,
) {
    if tokio::time::timeout(LONG, &mut end).await.is_ok() {
        return;
    }
    if client.create_work_done_progress(token.clone()).await.is_ok() {
        let shown = client.progress(token, title).begin().await;
        let _ = end.await;
        shown.finish().await;
    }
}
