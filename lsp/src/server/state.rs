//! What the owner of all state holds: the workspace, and what was agreed with the client.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{ClientCapabilities, Location, TextDocumentPositionParams, Uri};

use super::background::Background;
use super::failures::Failures;
use super::message::semantic_tokens::Painting;
use super::outbox::{Message, Outbox};
use super::publish::Told;
use super::requests::ShownRequests;
use super::settings::Settings;
use super::shown::Shown;
use super::watches::Watch;
use super::worker::Worker;
use super::{Options, convert};
use crate::ide::{Analysis, Encoding, FileName, Text, Workspace, library_text};

/// Everything that a request may look at and a notification may change.
pub struct State {
    /// The texts, and what is known about them.
    pub workspace: Workspace,
    /// How the client counts within a line.
    pub encoding: Encoding,
    /// What the client can do.
    pub client: ClientCapabilities,
    /// What the command gives the server.
    pub options: Options,
    /// To the client.
    pub outbox: Outbox,
    /// What the user has set.
    pub settings: Settings,
    /// How the client writes the names of the files that it shows.
    pub uris: BTreeMap<FileName, Uri>,
    /// The tests that failed when they were run.
    pub failures: Failures,
    /// What was told about which file.
    pub told: Told,
    /// What the client shows of files between their words and above their lines.
    pub shown: Shown,
    /// What the tokens of files were last said to be.
    pub paintings: BTreeMap<FileName, Painting>,
    /// How often that was said.
    pub last_painting: u64,
    /// Whether the folders were searched for files.
    pub is_searched: bool,
    /// What changed since the diagnostics were told.
    pub news: News,
    /// The files of requests that editors show.
    pub requests: ShownRequests,
    /// The samples that the client looks at, by the names that it gave them.
    pub watches: BTreeMap<String, Watch>,
    /// What works out what takes long.
    pub worker: Worker,
    /// What is found out unasked.
    pub background: Background,
    /// The codes whose pages were looked for.
    pub pages: RefCell<BTreeSet<String>>,
}

/// What changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct News {
    /// What an editor shows.
    pub edited: bool,
    /// Something else.
    pub elsewhere: bool,
}

impl State {
    /// At the beginning.
    pub fn new(options: Options, outbox: Outbox) -> State {
        State {
            workspace: Workspace::default(),
            encoding: Encoding::default(),
            client: ClientCapabilities::default(),
            options,
            outbox,
            settings: Settings::default(),
            uris: BTreeMap::new(),
            failures: Failures::default(),
            told: Told::default(),
            shown: Shown::default(),
            paintings: BTreeMap::new(),
            last_painting: 0,
            is_searched: false,
            news: News::default(),
            requests: ShownRequests::default(),
            watches: BTreeMap::new(),
            worker: Worker::default(),
            background: Background::default(),
            pages: RefCell::default(),
        }
    }

    /// Whether the client answers what the user has set.
    pub fn can_be_asked_for_settings(&self) -> bool {
        self.client.workspace.as_ref().is_some_and(|workspace| workspace.configuration == Some(true))
    }

    /// Whether the client has a command of its own. Clients say so in a member that servers and clients have agreed on beside the protocol.
    pub fn client_has(&self, command: &str) -> bool {
        let experimental = self.client.experimental.as_ref();
        let commands = experimental.and_then(|all| all.pointer("/commands/commands")?.as_array());
        commands.is_some_and(|commands| commands.iter().any(|known| known == command))
    }

    /// Shows that something goes on, until what is given is dropped.
    pub fn show_progress(&self, title: &'static str) -> Option<oneshot::Sender<()>> {
        let window = self.client.window.as_ref();
        window.filter(|window| window.work_done_progress == Some(true))?;
        let (begun, end) = oneshot::channel();
        self.outbox.say(Message::Progress(title, end));
        Some(begun)
    }

    /// Whether there is something to tell that nobody asked for.
    pub fn has_news(&self) -> bool {
        self.news != News::default()
    }

    /// Does not tell what cannot be told.
    pub fn forget_news(&mut self) {
        self.news = News::default();
    }

    /// The file of a client's name for it, and its text.
    ///
    /// # Errors
    ///
    /// The client asks about a file that it does not show, and that is not on disk.
    pub fn file(&mut self, uri: &Uri) -> Result<(FileName, Rc<Text>)> {
        self.search();
        let file = convert::file(uri);
        let shown = self.requests.get(&file).map(|document| &document.text);
        match self.workspace.text(&file).or(shown) {
            Some(text) => {
                let text = text.clone();
                Ok((file, text))
            }
            None => Err(Error::invalid_params(format!("{} is not open", uri.as_str()))),
        }
    }

    /// What is known about the project of a file, and the place in the file, at which a client points. Nothing for what is no policy.
    ///
    /// # Errors
    ///
    /// The client asks about a file that it does not show, and that is not on disk.
    pub fn pointed(
        &mut self,
        at: &TextDocumentPositionParams,
    ) -> Result<Option<(Rc<Analysis>, FileName, u32)>> {
        let (file, text) = self.file(&at.text_document.uri)?;
        let offset = self.encoding.offset(&text, convert::position(at.position));
        Ok(self.workspace.analysis(&file).map(|analysis| (analysis, file, offset)))
    }

    /// A place, also in the library, as the client counts.
    pub fn location(&self, file: &FileName, range: Range<u32>) -> Option<Location> {
        let uri = self.uri(file)?;
        if let Some(text) = self.workspace.text(file) {
            return Some(Location { uri, range: convert::range(text, self.encoding, range) });
        }
        let text = Text::new(library_text(file)?.to_owned());
        Some(Location { uri, range: convert::range(&text, self.encoding, range) })
    }

    /// How the client would write the name of a file.
    pub fn uri(&self, file: &FileName) -> Option<Uri> {
        self.uris.get(file).cloned().or_else(|| convert::uri(file))
    }
}
