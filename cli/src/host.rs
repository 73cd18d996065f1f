//! What is done on the host of a gateway: which one is meant, and what went wrong with it.

use std::path::PathBuf;

use lictor_gateway::{Host, HostError, StoreAt};

use crate::failure::Failure;
use crate::render::Notice;

/// Which gateway is meant, for commands that work on its host, beside it.
#[derive(clap::Args, Debug)]
pub struct At {
    /// The data directory of the gateway.
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Where what happens is kept, `postgres://USER:PASSWORD@HOST/DATABASE`, encrypted with `?sslmode=verify-full` behind it; a file in the data directory otherwise.
    #[arg(long, value_name = "URL", value_parser = postgres)]
    pub store: Option<String>,
    /// Whose log it is, where a store has several.
    #[arg(long, value_name = "NAME")]
    pub tenant: Option<String>,
}

impl At {
    /// Opens its store; a gateway that runs goes on meanwhile.
    pub fn open(&self) -> Result<Host, Failure> {
        Host::open(&self.data, &store_at(self.store.as_deref()), self.tenant.as_deref()).map_err(told)
    }
}

/// Where a store is kept.
pub fn store_at(url: Option<&str>) -> StoreAt {
    url.map_or(StoreAt::File, |url| StoreAt::Postgres { url: url.to_owned(), standby: false })
}

/// The address of a database. What is wrong with it is said without it, since there is a password in it.
pub fn postgres(url: &str) -> Result<String, &'static str> {
    let is_one = url.starts_with("postgres://") || url.starts_with("postgresql://");
    is_one.then(|| url.to_owned()).ok_or("it does not begin with `postgres://`")
}

/// Why something could not be done on the host.
pub fn told(error: HostError) -> Failure {
    let help = match &error {
        HostError::Nothing(_) => "name the data directory of a gateway; `lictor serve` makes one",
        HostError::Tenant(_) => "say with `--tenant` whose log is meant",
        HostError::Store(error) => error.kind.help(),
        HostError::Evidence(error) => error.help(),
        HostError::Refused(_) => "nothing was changed",
    };
    Notice::error("C0230", error.to_string()).help(help).into()
}
