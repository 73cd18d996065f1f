//! Files that survive: each is written whole or not at all, and changed by one process at a time.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A directory that holds such files.
#[derive(Clone, Debug)]
pub(crate) struct Dir(PathBuf);

impl Dir {
    /// The directory, made where there is none, for its owner alone.
    pub fn open(path: &Path) -> io::Result<Dir> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            builder.mode(0o700);
        }
        builder.create(path)?;
        Ok(Dir(path.to_path_buf()))
    }

    /// Where a file of it stands.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The contents of a file; nothing where there is none.
    pub fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.path(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Replaces a file. Once this returns it survives a loss of power; before, the old one does. Only the owner may read it.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let beside = self.path(&format!("{name}.{}.part", std::process::id()));
        let written = self.write(&beside, bytes).and_then(|()| fs::rename(&beside, self.path(name)));
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written?;
        self.sync()
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut file = options.open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    /// The name of a file survives a loss of power once its directory was synced.
    fn sync(&self) -> io::Result<()> {
        #[cfg(unix)]
        File::open(&self.0)?.sync_all()?;
        Ok(())
    }

    /// Waits until nobody else changes files of this name, and keeps others from it until what comes back is dropped.
    pub fn lock(&self, name: &str) -> io::Result<Lock> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(self.path(&format!("{name}.lock")))?;
        fs4::FileExt::lock(&file)?;
        Ok(Lock(file))
    }
}

/// Keeps others from changing something. The system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock(#[allow(dead_code)] File);
