//! Between the protocol's names, places and changes and ours.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use tower_lsp::ls_types::{self as types, TextDocumentContentChangeEvent, TextEdit, Uri};

use crate::ide::format::Edit;
use crate::ide::{Change, Encoding, FileName, Position, Text};

/// The file that a client names.
pub fn file(uri: &Uri) -> FileName {
    if uri.scheme().as_str() != "file" {
        return FileName::new(uri.as_str());
    }
    // `file:///C:/policies` and `file:///c%3A/policies` are one file.
    let path = uri.path().decode().to_string_lossy();
    match path.as_bytes() {
        [b'/', drive, b':', ..] if drive.is_ascii_uppercase() => FileName::new(&format!(
            "/{}{}",
            drive.to_ascii_lowercase() as char,
            path.get(2..).unwrap_or_default()
        )),
        _ => FileName::new(&path),
    }
}

/// A client's name for a file that it has not named itself.
pub fn uri(file: &FileName) -> Option<Uri> {
    if !file.as_str().starts_with('/') {
        return Uri::from_str(file.as_str()).ok();
    }
    Uri::from_file_path(path(file))
}

/// Where a file is on disk.
pub fn path(file: &FileName) -> PathBuf {
    let name = file.as_str();
    // On Windows `/c:/policies` is `c:/policies`.
    let windows = cfg!(windows).then(|| name.strip_prefix('/')).flatten();
    PathBuf::from(windows.unwrap_or(name))
}

/// The file at a place on disk.
pub fn file_at(path: &Path) -> FileName {
    let name = path.to_string_lossy();
    if cfg!(windows) { FileName::new(&format!("/{}", name.replace('\\', "/"))) } else { FileName::new(&name) }
}

/// A place as we count.
pub fn position(at: types::Position) -> Position {
    Position { line: at.line, character: at.character }
}

/// A place as the client counts.
pub fn place(text: &Text, encoding: Encoding, at: u32) -> types::Position {
    let Position { line, character } = encoding.position(text, at);
    types::Position { line, character }
}

/// A range as the client counts.
pub fn range(text: &Text, encoding: Encoding, range: Range<u32>) -> types::Range {
    types::Range { start: place(text, encoding, range.start), end: place(text, encoding, range.end) }
}

/// A range as we count.
pub fn bytes(text: &Text, encoding: Encoding, range: types::Range) -> Range<u32> {
    encoding.range(text, position(range.start), position(range.end))
}

/// A change of a document.
pub fn change(event: TextDocumentContentChangeEvent) -> Change {
    match event.range {
        Some(range) => Change::Part(position(range.start), position(range.end), event.text),
        None => Change::All(event.text),
    }
}

/// Edits of a text.
pub fn edits(text: &Text, encoding: Encoding, edits: Vec<Edit>) -> Vec<TextEdit> {
    edits
        .into_iter()
        .map(|edit| TextEdit { range: range(text, encoding, edit.range), new_text: edit.text })
        .collect()
}
