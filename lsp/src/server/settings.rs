//! What the user sets, under `lictor` in the client's settings or in the options that the client starts the server with.

use serde::Deserialize;
use serde_json::Value;
use tower_lsp::ls_types::MessageType;

use super::outbox::Message;
use super::state::State;
use crate::ide::FileName;

/// The settings. What the user does not set is as it is here.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// Directories that are projects, from each folder that is open, or absolute.
    pub projects: Vec<String>,
    /// What is shown between the words of a policy.
    pub inlay_hints: InlayHints,
}

/// The kinds of hints, and whether each is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(default)]
pub struct InlayHints {
    /// The types of names.
    pub types: bool,
    /// The values of parameters.
    pub parameters: bool,
    /// The stages of rules.
    pub stages: bool,
}

impl Default for InlayHints {
    fn default() -> InlayHints {
        InlayHints { types: true, parameters: true, stages: true }
    }
}

impl State {
    /// Takes settings; what is no settings is told, and changes nothing.
    pub fn set(&mut self, value: &Value) {
        // A client that has none says so.
        if value.is_null() {
            return;
        }
        match Settings::deserialize(value) {
            Ok(settings) if settings == self.settings => {}
            Ok(settings) => {
                let before = std::mem::replace(&mut self.settings, settings);
                if before.projects != self.settings.projects {
                    self.name_projects();
                }
                // What is shown is compared when the news are told.
                self.news.elsewhere = true;
            }
            Err(error) => {
                let text = format!("the settings under `lictor` cannot be read: {error}");
                self.outbox.say(Message::Log(MessageType::WARNING, text));
            }
        }
    }

    /// Has the workspace divided as the settings say.
    pub fn name_projects(&mut self) {
        let folders = self.workspace.folders();
        let named = self.settings.projects.iter().flat_map(|project| {
            let project = project.trim_end_matches('/');
            if project.starts_with('/') {
                return vec![project.to_owned()];
            }
            // A file beside one in the folder, of which only the directory is looked at.
            let inside = |folder: &String| FileName::new(&format!("{folder}/_")).beside(project);
            folders.iter().filter_map(inside).map(|directory| directory.as_str().to_owned()).collect()
        });
        let named = named.collect();
        self.workspace.set_named(named);
        // Which texts belong to a project was decided by the projects there were.
        self.is_searched = false;
        self.news.elsewhere = true;
    }
}
