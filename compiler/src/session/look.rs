//! What may be written at a place of a policy that is under work.
//!
//! The item that the place is in is read anew with a mark in it; what is declared is found out anew, since what was checked last is of
//! an older text; and of all that refers to declarations only that item is checked, as far as the mark.

use std::sync::Arc;

use lictor_bundle::schema::Schema;
use lictor_grammar::Parsed;
use lictor_grammar::ast::{File, Item, ItemKind};
use lictor_grammar::cursor::{Cursor, cursor};
use lictor_grammar::span::Span;

use super::analysis::Places;
use super::{Piece, Session, in_force};
use crate::check;
use crate::compose::Files;
use crate::except;
use crate::front;
use crate::history;
use crate::ids;
use crate::modules::Module;
use crate::rules;
use crate::sight::Sight;
use crate::texts::Texts;
use crate::tools;

/// What is known about a place.
pub struct Look {
    /// What the grammar tells. Its places are within the piece.
    pub cursor: Cursor,
    /// Where the piece begins in its file.
    pub start: usize,
    /// The modules in force, sorted by name. In them the item of the place is as it was read with the mark.
    pub modules: Vec<Module>,
    /// What is declared.
    pub schema: Schema,
    /// What a value there might be; nothing where no value stands there.
    pub sight: Option<Sight>,
    places: Places,
}

impl Look {
    /// The text of a place; empty where it is none.
    pub fn text(&self, span: Span) -> &str {
        let bytes =
            self.places.text(span.file).get(span.start as usize..span.end as usize).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// The path of the file that a place is in, behind [`LIBRARY`](crate::modules::LIBRARY) within the library.
    pub fn path(&self, span: Span) -> &str {
        self.places.path(span.file)
    }
}

impl Session {
    /// The piece that a byte of a file is in, where it begins, and a text that holds the piece and the byte. Blank lines and comments at
    /// the end of an item are in the next piece: what is written behind them goes on with the item.
    fn around(&self, path: &str, at: usize) -> Option<(usize, Arc<Piece>, String)> {
        let text = |piece: &Piece| std::str::from_utf8(piece.text()).map(str::to_owned).ok();
        let mut before: Option<(usize, &Arc<Piece>)> = None;
        for (start, piece) in self.files.get(path)?.placed() {
            let own = text(piece)?;
            if at > start + own.len() {
                before = Some((start, piece));
                continue;
            }
            let is_bare = |line: &str| line.trim().is_empty() || line.trim_start().starts_with("//");
            let is_behind = own.get(..at.checked_sub(start)?).is_some_and(|above| above.lines().all(is_bare));
            return Some(match before.filter(|_| is_behind) {
                Some((start, before)) => (start, before.clone(), text(before)? + &own),
                None => (start, piece.clone(), own),
            });
        }
        None
    }

    /// What may be written at a byte of a policy file; nothing where nobody can know.
    pub fn look(&mut self, path: &str, at: usize) -> Option<Look> {
        let (start, piece, text) = self.around(path, at)?;
        let cursor = cursor(piece.id(), &text, at.checked_sub(start)?)?;
        let marked = cursor.read.clone().map(Arc::new);
        let read = |item: &Arc<Item>| {
            // What else stands in the piece is as it was.
            let others = piece.parsed().file.items.iter().filter(|other| other.span.start != item.span.start);
            let items = others.cloned().chain([item.clone()]).collect();
            let file = File { items, docs: piece.parsed().file.docs.clone() };
            Piece::of(piece.id(), &cursor.text, Parsed { file, ..Parsed::default() })
        };
        let instead = marked.as_ref().map(read);
        let mut places = Places::default();
        let (modules, _) =
            in_force(&self.project, &self.files, &mut self.library, instead.as_ref(), &mut places);
        places.sort();
        if let Some(instead) = instead {
            places.replace(instead);
        }
        let mut out = Vec::new();
        if !ids::check_written(&modules, &mut out) {
            return None;
        }
        let files = Files { project: &self.project, texts: &places };
        let (declared, _) = front::declare(&modules, &files, &self.memory, &mut out);
        if !ids::check_tables(&declared.schema, &mut out) {
            return None;
        }
        let mut sight = None;
        if let Some(item) = &marked {
            let functions = check::functions(&declared, &mut out);
            match &item.kind {
                ItemKind::Rule(node) => {
                    history::terms(&declared, &functions, &mut out);
                    rules::look(node, &declared, &functions);
                }
                ItemKind::Category(node) => rules::look_at_category(&node.when, &declared, &functions),
                ItemKind::Promise(node) => rules::look_at_promise(node, &declared, &functions),
                ItemKind::Action(_) => _ = rules::amplifiers(&modules, &declared, &functions, &mut out),
                ItemKind::Except(node) => except::look(node, &modules, &declared, &functions),
                ItemKind::Normalize(_) => _ = tools::check(&modules, &declared, &functions, &mut out),
                _ => {}
            }
            sight = declared.heard.as_ref().and_then(|heard| heard.sight());
        }
        let schema = declared.schema;
        Some(Look { cursor, start, modules, schema, sight, places })
    }
}
