//! A text that is open in an editor. What the editor shows counts, whatever is on disk.

use std::rc::Rc;

use super::{Encoding, Position, Text};

/// An open text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// What it holds now.
    pub text: Rc<Text>,
    /// The editor's number of this state.
    pub version: i32,
}

/// One change of a document, by the state that the changes before it left.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Everything is replaced.
    All(String),
    /// What stands between two positions is replaced.
    Part(Position, Position, String),
}

impl Document {
    /// Applies changes in their order.
    pub fn apply(&mut self, version: i32, changes: Vec<Change>, encoding: Encoding) {
        for change in changes {
            match change {
                Change::All(text) => self.text = Rc::new(Text::new(text)),
                Change::Part(from, to, with) => {
                    let range = encoding.range(&self.text, from, to);
                    Rc::make_mut(&mut self.text).replace(range, &with);
                }
            }
        }
        self.version = version;
    }
}
