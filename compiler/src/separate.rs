//! The policies of some users compiled without those of the others: a project may have a million of them, and none sees another one.

use lictor_grammar::ast::{ItemKind, Layer};
use lictor_grammar::parse_bytes;
use lictor_grammar::span::FileId;

use crate::project::{Project, SourceFile};

/// The project without the layers of users other than these, by id. What all stand on stays, and so does what cannot be read: its
/// mistakes are told when it is compiled.
pub fn only(mut project: Project, users: &[String]) -> Project {
    project.files.retain(|file| owner(file).is_none_or(|owner| users.contains(&owner)));
    project
}

/// The user whose layer a file is.
fn owner(file: &SourceFile) -> Option<String> {
    // Most files that are no user's do not have the word, and need not be parsed.
    file.bytes.windows(4).find(|word| word == b"user")?;
    let parsed = parse_bytes(FileId(0), &file.bytes);
    parsed.file.items.iter().find_map(|item| match &item.kind {
        ItemKind::Layer(line) => match &line.layer {
            Layer::User(id) => Some(id.value.clone()),
            _ => None,
        },
        _ => None,
    })
}
