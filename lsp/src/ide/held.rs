//! A file as it is held: what is on disk, and what an editor shows.

use std::rc::Rc;

use lictor_project::{Kind, module_name};

use super::{Document, Syntax, Text};

/// A file on disk, in an editor, or both.
pub struct File {
    /// What it is to a project.
    pub kind: Kind,
    /// What is on disk, if it is there.
    pub disk: Option<Disk>,
    /// What an editor shows, if one does.
    pub open: Option<Document>,
    /// Its tokens and its tree, where they are known.
    pub syntax: Option<Rc<Syntax>>,
}

/// What is on disk.
pub struct Disk {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The same as text; empty where the bytes are none, so that every place is its beginning.
    pub text: Rc<Text>,
}

impl File {
    /// The text that counts.
    pub fn text(&self) -> Option<&Rc<Text>> {
        match (&self.open, &self.disk) {
            (Some(document), _) => Some(&document.text),
            (None, Some(disk)) => Some(&disk.text),
            (None, None) => None,
        }
    }

    /// The bytes that count.
    pub fn bytes(&self) -> &[u8] {
        match (&self.open, &self.disk) {
            (Some(document), _) => document.text.as_str().as_bytes(),
            (None, Some(disk)) => &disk.bytes,
            (None, None) => &[],
        }
    }

    /// The bytes on disk.
    pub fn saved(&self) -> Option<&[u8]> {
        self.disk.as_ref().map(|disk| disk.bytes.as_slice())
    }

    /// The words of the name of its module; none where it has none.
    pub fn module(&self) -> Vec<String> {
        let name = self.text().and_then(|text| module_name(text.as_str()));
        name.unwrap_or_default().into_iter().map(str::to_owned).collect()
    }
}
