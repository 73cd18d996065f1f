//! How files are called.

use std::fmt;
use std::sync::Arc;

/// Names a file: its absolute path with `/` between the parts, or what else a client calls a text that is in no file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName(Arc<str>);

impl FileName {
    /// The file at a path, or of a client's own name.
    pub fn new(name: &str) -> FileName {
        FileName(name.into())
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part of the path.
    pub fn last(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The directory that it is in; none for what is in no file.
    pub fn directory(&self) -> Option<&str> {
        self.0.starts_with('/').then(|| self.0.rsplit_once('/').map_or("", |(directory, _)| directory))
    }

    /// The file at a path from the directory that this one is in; none for a path that leads out of every directory.
    pub fn beside(&self, path: &str) -> Option<FileName> {
        let mut parts: Vec<&str> = self.directory()?.split('/').collect();
        for part in path.split('/') {
            match part {
                "" => return None,
                "." => {}
                ".." if parts.len() < 2 => return None,
                ".." => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        Some(FileName::new(&parts.join("/")))
    }

    /// Its path from a directory that it is in, or below.
    pub fn inside(&self, directory: &str) -> Option<&str> {
        self.0.strip_prefix(directory.trim_end_matches('/'))?.strip_prefix('/')
    }
}

impl fmt::Debug for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
