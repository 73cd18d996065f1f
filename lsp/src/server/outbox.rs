//! What the server says to the client without being asked, in the order in which it was said.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp::Client;
use tower_lsp::ls_types::{Diagnostic, MessageType, Registration, Uri};

/// Something to say.
#[derive(Debug)]
pub enum Message {
    /// What is wrong in a file, and the version of the text that it is about.
    Diagnostics(Uri, Vec<Diagnostic>, Option<i32>),
    /// A sentence for whoever looks for mistakes.
    Log(MessageType, String),
    /// What the client is asked to tell us from now on.
    Register(Vec<Registration>),
    /// What the client was told when it asked is no longer so.
    RefreshDiagnostics,
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
pub async fn deliver(mut messages: UnboundedReceiver<Message>, client: Client) {
    while let Some(message) = messages.recv().await {
        match message {
            Message::Diagnostics(uri, diagnostics, version) => {
                client.publish_diagnostics(uri, diagnostics, version).await;
            }
            Message::Log(kind, text) => client.log_message(kind, text).await,
            Message::Register(registrations) => {
                let client = client.clone();
                tokio::spawn(async move { client.register_capability(registrations).await });
            }
            Message::RefreshDiagnostics => {
                let client = client.clone();
                tokio::spawn(async move { client.workspace_diagnostic_refresh().await });
            }
        }
    }
}
