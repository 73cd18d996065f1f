//! A desk at which a policy is tried out: a project with tests and sample requests, and an editor that shows its policy.

use crate::common::Dir;
use crate::common::client::{Client, notification, of};
use serde_json::{Value, json};

pub const LENDING: &str = "module lending\nlayer base\n\nreasons { TOO_MANY NO_CARD }\n\naction book.lend {\n  reader: String\n  books: Int\n  default allow\n}\n\n\
    param most: Int = 5\n  stricter when lower\n\nrule not_too_many on book.lend at amount {\n  require books <= most else TOO_MANY\n}\n\n\
    rule with_a_card on book.lend at scope {\n  require reader != \"\" else NO_CARD\n}\n";
pub const TESTS: &str = "module lending.tests\n\nexample two = book.lend { reader: \"ann\", books: 2 }\n\n\
    test \"a few\" {\n  given two\n  expect allow\n}\n\ntest \"nobody\" {\n  given two with reader: \"\"\n  expect deny NO_CARD\n}\n";

/// A project in a folder, its policy open.
pub struct Desk {
    pub client: Client,
    pub uri: String,
    pub folder: String,
    pub dir: Dir,
}

/// Two requests, the second with more books than may be lent.
pub fn requests() -> String {
    let one = |books: u32| {
        let context =
            r#""agent": {"id": "desk"}, "user": {"id": "ann"}, "context": {"now": "2026-03-02T10:00:00Z"}"#;
        format!(r#"{{"action": "book.lend", {context}, "params": {{"reader": "ann", "books": {books}}}}}"#)
    };
    format!("{}\n\n{}\n", one(2), one(6))
}

impl Desk {
    pub fn new(abilities: Value) -> Desk {
        let files = [("lending.lictor", LENDING), ("tests.lictor", TESTS), ("requests.ndjson", &requests())];
        let dir = Dir::with(&files);
        let folder = format!("file://{}", dir.0.display());
        let (mut client, _) = Client::initialized(&[&folder], abilities);
        let uri = format!("{folder}/lending.lictor");
        client.open(&uri, LENDING);
        assert_eq!(client.diagnostics(&uri, 1)["diagnostics"], json!([]));
        Desk { client, uri, folder, dir }
    }

    /// The titles of the lenses at once after an edit of the policy: nothing can be worked out between the two.
    pub fn lenses_after(&mut self, edit: Value, uri: &str) -> Vec<String> {
        let (id, request) = self.client.request("textDocument/codeLens", of(uri));
        self.client.write(&[notification("textDocument/didChange", edit), request]);
        let lenses = self.client.answer(id)["result"].clone();
        titles(&lenses).into_iter().map(|(_, title)| title).collect()
    }

    /// The titles of the lenses that try something out, each with its line.
    pub fn lenses(&mut self) -> Vec<(u64, String)> {
        let uri = self.uri.clone();
        self.lenses_of(&uri)
    }

    /// Looks again whenever the server asks for it, until the lenses have these titles; they must, or the test waits in vain.
    pub fn lenses_become(&mut self, uri: &str, titles: &[&str]) {
        while self.lenses_of(uri).iter().map(|(_, title)| title.as_str()).ne(titles.iter().copied()) {
            self.client.asked_for("workspace/codeLens/refresh");
        }
    }

    pub fn lenses_of(&mut self, uri: &str) -> Vec<(u64, String)> {
        titles(&self.client.ask("textDocument/codeLens", of(uri))["result"])
    }
}

/// The lines and titles of the lenses that try something out.
fn titles(lenses: &Value) -> Vec<(u64, String)> {
    let lens = |lens: &Value| {
        let title = lens["command"]["title"].as_str().unwrap();
        (lens["range"]["start"]["line"].as_u64().unwrap(), title.to_owned())
    };
    lenses.as_array().unwrap().iter().map(lens).filter(|(_, title)| !title.starts_with("set by")).collect()
}
