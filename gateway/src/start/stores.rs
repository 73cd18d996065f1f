//! Where tenants are kept: each in a file of its own data directory, or all of them in one database.

use std::path::PathBuf;

use lictor_store::{Options, Store, StoreError};

use crate::config::{Config, StoreAt};
use crate::file::Dir;

/// Opens stores as they are asked for.
pub(super) struct Stores<'a> {
    config: &'a Config,
    /// The database, once it was opened: its batches hold what all tenants do at a time.
    database: Option<Store>,
}

impl<'a> Stores<'a> {
    /// Those of a gateway.
    pub fn of(config: &'a Config) -> Stores<'a> {
        Stores { config, database: None }
    }

    /// The store of the tenant with this data directory.
    pub fn open(&mut self, dir: &Dir) -> Result<Store, StoreError> {
        if let Some(database) = &self.database {
            return Ok(database.clone());
        }
        let anchor = self.config.anchor.clone().unwrap_or_else(|| dir.path("store.anchor"));
        match &self.config.store {
            StoreAt::File => Store::sqlite(&dir.path("store.db"), &options(anchor, false)),
            StoreAt::Postgres { url, standby } => {
                let database = Store::postgres(url, &options(anchor, *standby))?;
                Ok(self.database.insert(database).clone())
            }
        }
    }
}

fn options(anchor: PathBuf, standby: bool) -> Options {
    Options { anchor: Some(anchor), standby }
}
