//! Texts that a command answers with, for clients that do nothing with answers: they are written into the user's cache and shown from there.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tower_lsp::ls_types::{MessageType, Uri};

use super::outbox::Message;
use super::pages::cache;
use super::state::State;

impl State {
    /// Shows the text of an answer; where the client shows no files, its title.
    pub fn show_answer(&self, name: &str, answer: &Value) {
        let part = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default();
        let window = self.client.window.as_ref();
        let shows =
            window.and_then(|window| window.show_document.as_ref()).is_some_and(|shows| shows.support);
        if let Some(uri) = shows.then(|| written(name, part("text"))).flatten() {
            self.outbox.say(Message::ShowDocument(uri));
        } else {
            self.outbox.say(Message::Show(MessageType::INFO, part("title").to_owned()));
        }
    }
}

/// Writes a text where an editor can open it.
fn written(name: &str, text: &str) -> Option<Uri> {
    let directory = cache()?.join("lictor").join(env!("CARGO_PKG_VERSION")).join("views");
    let path: PathBuf = directory.join(name);
    fs::create_dir_all(&directory).and_then(|()| fs::write(&path, text)).ok()?;
    Uri::from_file_path(path)
}
