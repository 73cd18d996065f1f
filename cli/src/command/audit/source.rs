//! Which log is meant: the store of a gateway, or what was exported of one.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use lictor_journal::audit::{Audit, Fault, Row};
use lictor_journal::export::{ABOUT, About, ExportedLog, RECORDS};
use lictor_journal::source::{BUNDLES, STORE, SourceError, StoredLog};
use lictor_ledger::audit::Anchor;

use crate::failure::Failure;
use crate::render::Notice;
use crate::{files, host};

/// Which log is meant.
#[derive(clap::Args, Debug)]
pub struct Source {
    /// The data directory of a gateway, the file of its store, or a directory that `lictor audit export` wrote. With `--store`, where its bundles are kept.
    #[arg(required_unless_present = "store")]
    path: Option<PathBuf>,
    /// The store, where it is in a database: `postgres://USER:PASSWORD@HOST/DATABASE`
    #[arg(long, value_name = "URL", value_parser = host::postgres)]
    store: Option<String>,
    /// Whose log it is, where a store has several.
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
}

/// A log that can be read.
pub enum Log {
    /// In the store of a gateway.
    Stored(Box<StoredLog>),
    /// In the files of an export, below this directory.
    Exported(Box<ExportedLog<BufReader<File>>>, PathBuf),
}

impl Source {
    /// Opens it.
    pub fn open(&self) -> Result<Log, Failure> {
        let path = self.path();
        if let Some(url) = &self.store {
            let log = StoredLog::postgres(url, self.tenant.as_deref());
            return Ok(Log::Stored(Box::new(
                log.map_err(|error| unreadable(Path::new("the database"), error))?,
            )));
        }
        if path.join(ABOUT).is_file() {
            let bytes = files::read(&path.join(ABOUT), "the file about the export")?;
            let about = About::from_bytes(&bytes).map_err(|error| {
                wrong("C0221", format!("{}: {}", path.join(ABOUT).display(), error.message))
            })?;
            if self.tenant.as_ref().is_some_and(|tenant| *tenant != about.tenant) {
                return Err(no_tenant(path, vec![about.tenant]));
            }
            let records = path.join(RECORDS);
            let file =
                File::open(&records).map_err(|error| files::unreadable(&records, "the records", &error))?;
            let log = ExportedLog::new(about, BufReader::with_capacity(1 << 20, file));
            return Ok(Log::Exported(Box::new(log), path.to_path_buf()));
        }
        let store = if path.is_dir() { path.join(STORE) } else { path.to_path_buf() };
        if !store.is_file() {
            return Err(Notice::error("C0220", format!("there is no log in {}", path.display()))
                .help("name the data directory of a gateway, the file of its store, or a directory that `lictor audit export` wrote")
                .into());
        }
        let log = StoredLog::open(&store, self.tenant.as_deref());
        Ok(Log::Stored(Box::new(log.map_err(|error| unreadable(path, error))?)))
    }

    /// What it is called on the command line.
    pub fn path(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new("."))
    }

    /// Where its bundles are kept.
    pub fn bundles(&self) -> PathBuf {
        let path = self.path();
        let dir = if path.is_file() { path.parent().unwrap_or(Path::new(".")) } else { path };
        dir.join(BUNDLES)
    }
}

impl Log {
    /// Whose it is.
    pub fn tenant(&self) -> &str {
        match self {
            Log::Stored(log) => log.tenant(),
            Log::Exported(log, _) => &log.about().tenant,
        }
    }

    /// What it is called, where it has a name.
    pub fn origin(&self) -> Option<&str> {
        match self {
            Log::Stored(log) => log.origin(),
            Log::Exported(log, _) => log.about().origin.as_deref(),
        }
    }

    /// What lies beside it and says how large it is.
    pub fn anchor(&self) -> Anchor {
        match self {
            Log::Stored(log) => log.anchor(),
            Log::Exported(log, _) => log.anchor(),
        }
    }

    /// Lets an audit see all of it.
    pub fn verify(&mut self, path: &Path, audit: &mut Audit) -> Result<(), Failure> {
        match self {
            Log::Stored(_) => {
                self.each(path, |rows| {
                    audit.rows(&rows);
                    Ok(())
                })?;
                if let Log::Stored(log) = self
                    && let Some(row) = log.beyond()
                {
                    audit.fault(Fault::Beyond(row));
                }
                Ok(())
            }
            Log::Exported(log, dir) => {
                let mut file = |name: &str| match std::fs::read(dir.join(name)) {
                    Ok(bytes) => Ok(Some(bytes)),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                    Err(error) => Err(error),
                };
                let read = log.verify(audit, &mut file);
                read.map(drop).map_err(|error| files::unreadable(dir, "the export", &error))
            }
        }
    }

    /// Gives all rows, some at a time. A line of an export that is none ends it with an error.
    pub fn each(
        &mut self,
        path: &Path,
        mut take: impl FnMut(Vec<Row>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        loop {
            let rows = match self {
                Log::Stored(log) => log.rows().map_err(|error| unreadable(path, error))?,
                Log::Exported(log, dir) => {
                    let read = log.rows().map_err(|error| files::unreadable(dir, "the records", &error))?;
                    if let (_, Some(fault)) = &read {
                        return Err(wrong("C0221", format!("{}: {fault}", path.display())));
                    }
                    read.0
                }
            };
            if rows.is_empty() {
                return Ok(());
            }
            take(rows)?;
        }
    }
}

fn wrong(code: &'static str, message: String) -> Failure {
    Notice::error(code, message).help("`lictor audit verify` says what else was changed").into()
}

fn no_tenant(path: &Path, there: Vec<String>) -> Failure {
    let message = match there.len() {
        0 => format!("{} has no log yet", path.display()),
        _ => format!("{} has the logs of {}", path.display(), there.join(", ")),
    };
    Notice::error("C0222", message).help("say with `--tenant` whose log is meant").into()
}

/// Why a store cannot be read.
pub fn unreadable(path: &Path, error: SourceError) -> Failure {
    match error {
        SourceError::Tenant(there) => no_tenant(path, there),
        SourceError::Store(error) => Notice::error("C0221", format!("{}: {}", path.display(), error.message))
            .help("if the file was changed or cut off, restore it from a backup and verify that")
            .into(),
        SourceError::Evidence(error) => {
            Notice::error("C0221", format!("{}: {}", path.display(), error.message)).help(error.help()).into()
        }
    }
}
