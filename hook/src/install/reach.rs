//! What whoever runs this could take away or replace: an agent that runs as the same user can do so, too.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

/// Whether this user can change the file, or put another in its place.
pub fn reachable(path: &Path) -> bool {
    // Opening to append changes nothing.
    OpenOptions::new().append(true).open(path).is_ok() || path.parent().is_some_and(holds_ours)
}

/// Whether this user can make files in the directory, and so rename what stands there.
fn holds_ours(dir: &Path) -> bool {
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    let probe = dir.join(format!(".lictor-{}", std::process::id()));
    match OpenOptions::new().write(true).create_new(true).open(&probe) {
        Ok(_) => {
            let _ = fs::remove_file(&probe);
            true
        }
        // It is there: whoever made it could.
        Err(error) => error.kind() == io::ErrorKind::AlreadyExists,
    }
}
