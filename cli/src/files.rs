//! Reading and writing single files, with errors that name them.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::failure::Failure;
use crate::render::Notice;

/// The most bytes of a bundle, a key or a single request that are read into memory.
pub const MAX_FILE: u64 = 512 << 20;

/// Reads a file that was named on the command line. `what` says what it should be: `the bundle`, `the key`.
pub fn read(path: &Path, what: &str) -> Result<Vec<u8>, Failure> {
    let told = |error: std::io::Error| unreadable(path, what, &error);
    let metadata = fs::metadata(path).map_err(told)?;
    if metadata.is_dir() {
        return Err(Notice::error("C0103", format!("{} is a directory, not {what}", path.display()))
            .help(format!("name the file that holds {what}"))
            .into());
    }
    if metadata.len() > MAX_FILE {
        let mib = metadata.len() >> 20;
        return Err(Notice::error("C0104", format!("{} has {mib} MiB, too much for {what}", path.display()))
            .help(format!("name the file that holds {what}; at most {} MiB are read", MAX_FILE >> 20))
            .into());
    }
    fs::read(path).map_err(told)
}

/// The failure for a file that could not be opened or read.
pub fn unreadable(path: &Path, what: &str, error: &std::io::Error) -> Failure {
    let path = path.display();
    let notice = match error.kind() {
        ErrorKind::NotFound => Notice::error("C0102", format!("there is no file {path}"))
            .help(format!("check the spelling; {what} should be there")),
        ErrorKind::PermissionDenied => Notice::error("C0103", format!("{path} may not be read by this user"))
            .help("change its permissions, or run as a user who may read it"),
        _ => Notice::error("C0103", format!("{path} could not be read: {error}")),
    };
    notice.into()
}

/// Writes a file, replacing what was there only once all of it is written: whoever reads at the same time sees the old
/// file or the new one. A link stays a link, and who may read the file may still read it.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let named = path;
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    // Nobody knows whether what it leads to is to be made, and the link would be lost.
    if path == named && fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) {
        let shown = path.display();
        let notice = Notice::error(
            "C0106",
            format!("{shown} could not be written: it is a link to a file that is not there"),
        );
        return Err(notice.help("make the file that it leads to, or take the link away").into());
    }
    let permissions = fs::metadata(path).map(|metadata| metadata.permissions());
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.part", std::process::id()));
    let beside = Path::new(&beside);
    let written = fs::write(beside, bytes)
        .and_then(|()| permissions.map_or(Ok(()), |permissions| fs::set_permissions(beside, permissions)))
        .and_then(|()| fs::rename(beside, path));
    written.map_err(|error| {
        let _ = fs::remove_file(beside);
        unwritable(path, &error)
    })
}

/// Writes a file that must not be there yet, readable by everybody or, where it is `secret`, only by its owner.
pub fn create(path: &Path, bytes: &[u8], secret: bool) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secret {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = secret;
    let mut file = options.open(path).map_err(|error| unwritable(path, &error))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| unwritable(path, &error))
}

/// The failure for a file that could not be written.
pub fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    let shown = path.display();
    let notice = match error.kind() {
        ErrorKind::AlreadyExists => Notice::error("C0105", format!("{shown} is there already"))
            .help("name another file, or move the old one away; it is not overwritten"),
        ErrorKind::NotFound => {
            Notice::error("C0106", format!("{shown} could not be written: there is no such directory"))
                .help("create the directory first")
        }
        _ => Notice::error("C0106", format!("{shown} could not be written: {error}"))
            .help("name a place that this user may write to"),
    };
    notice.into()
}
