//! The store in PostgreSQL: where one machine is not enough. Gateways take turns at the head of a tenant's log, which is locked for as long as
//! a batch takes; a batch is a few statements, each of many rows.
//!
//! Only a primary is written to, only with `fsync` on, and only as far as version 15 or later. Where the connection is lost at the commit, the
//! batch is looked for by its number in a new one: nobody guesses.

mod address;
mod link;
mod schema;
mod connect;
mod row;
mod fetch;
mod apply;
mod look;

use std::collections::{BTreeMap, BTreeSet};

use ::postgres::Client;

use self::address::Address;
use self::link::Link;

use crate::backend::{Backend, Readers, Swept, Wanted};
use crate::changes::Changes;
use crate::columns::{signed, unsigned};
use crate::error::{ErrorKind, StoreError};
use crate::overlay::Base;
use crate::rows::{Head, MAX_TENANT, TenantId};
use crate::tally::{Counted, Last, Range, Values};

/// A store in PostgreSQL.
pub(crate) struct Postgres {
    address: Address,
    /// Whether a synchronous standby is required.
    standby: bool,
    /// None after it was lost: the next batch makes a new one.
    link: Option<Link>,
    /// The number of the batch under way, and the heads that it has moved so far.
    batch: [u8; 16],
    moved: BTreeMap<TenantId, u64>,
}

fn failed(what: &str, error: &::postgres::Error) -> StoreError {
    // The text of an error may quote values; its kind does not.
    let why = match error.as_db_error() {
        Some(known) => format!("{} ({})", known.message(), known.code().code()),
        None => error.to_string(),
    };
    StoreError::new(ErrorKind::Unavailable, format!("PostgreSQL could not {what}: {why}"))
}

fn setup(message: String) -> StoreError {
    StoreError::new(ErrorKind::Setup, message)
}

/// Somebody who looks at a database, where no writer is wanted.
pub(crate) fn look(url: &str) -> Result<Box<dyn crate::reader::Look>, StoreError> {
    let address = Address::read(url)?.configured(connect::configure);
    let mut link = connect::connect(&address, false)?;
    schema::known(&mut link.client)?;
    Ok(Box::new(look::Looker { address, link: Some(link) }))
}

impl Postgres {
    /// Opens a store, and makes its tables where there are none.
    pub(crate) fn open(url: &str, standby: bool) -> Result<Postgres, StoreError> {
        let address = Address::read(url)?.configured(connect::configure);
        let mut link = connect::connect(&address, standby)?;
        schema::migrate(&mut link.client)?;
        connect::place(&mut link.client)?;
        let link = Some(link);
        Ok(Postgres { address, standby, link, batch: [0; 16], moved: BTreeMap::new() })
    }

    /// The connection, or a new one.
    fn link(&mut self) -> Result<&mut Link, StoreError> {
        let usable = self.link.take().filter(|link| !link.client.is_closed());
        let link = match usable {
            Some(link) => link,
            None => {
                let mut link = connect::connect(&self.address, self.standby)?;
                connect::place(&mut link.client)?;
                link
            }
        };
        Ok(self.link.insert(link))
    }

    /// The connection of the transaction under way: a new one would know nothing of it.
    fn under_way(&mut self) -> Result<&mut Link, StoreError> {
        let lost = || StoreError::new(ErrorKind::Unavailable, "the connection to PostgreSQL was lost");
        self.link.as_mut().filter(|link| !link.client.is_closed()).ok_or_else(lost)
    }

    /// What became of a commit that was not answered.
    fn read_back(&mut self, why: StoreError) -> Result<(), StoreError> {
        self.link = None;
        let (batch, moved) = (self.batch, std::mem::take(&mut self.moved));
        let found = self.link().and_then(|link| connect::was_committed(&mut link.client, &batch, &moved));
        match found {
            Ok(true) => Ok(()),
            Ok(false) => Err(why),
            Err(after) => {
                let message = format!(
                    "{why}; whether it was committed could not be found out either: {}",
                    after.message
                );
                Err(StoreError::new(ErrorKind::Unknown, message))
            }
        }
    }
}

impl Backend for Postgres {
    fn begin(&mut self, tenants: &BTreeSet<TenantId>) -> Result<BTreeMap<TenantId, Head>, StoreError> {
        self.batch = crate::store::random()?;
        self.moved.clear();
        let link = self.link()?;
        link.client.batch_execute("BEGIN").map_err(|error| failed("begin", &error))?;
        // Always in the order of their numbers, so that two gateways never wait for each other.
        let sql = "SELECT * FROM head WHERE tenant = ANY($1) ORDER BY tenant FOR UPDATE";
        let numbers: Vec<i64> = tenants.iter().map(|tenant| i64::from(tenant.0)).collect();
        let rows = link.all(sql, &[&numbers])?;
        rows.iter().map(|row| Ok((row::tenant(row, "tenant")?, row::head(row)?))).collect()
    }

    fn rows(&mut self, wanted: &Wanted) -> Result<Base, StoreError> {
        fetch::rows(self.under_way()?, wanted)
    }

    fn counted(&mut self, ranges: &[Range]) -> Result<Vec<Counted>, StoreError> {
        fetch::counted(self.under_way()?, ranges)
    }

    fn values(&mut self, ranges: &[Range]) -> Result<Vec<Values>, StoreError> {
        fetch::values(self.under_way()?, ranges)
    }

    fn last(&mut self, ranges: &[Range]) -> Result<Vec<Option<Last>>, StoreError> {
        fetch::last(self.under_way()?, ranges)
    }

    fn apply(&mut self, changes: &Changes) -> Result<(), StoreError> {
        let batch = self.batch;
        apply::apply(self.under_way()?, changes, &batch)?;
        self.moved.extend(changes.heads.iter().map(|(tenant, head)| (*tenant, head.serial)));
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        match self.under_way()?.client.batch_execute("COMMIT") {
            Ok(()) => {
                self.moved.clear();
                Ok(())
            }
            Err(error) => self.read_back(failed("commit", &error)),
        }
    }

    fn abort(&mut self) {
        self.moved.clear();
        let rolled_back =
            self.link.as_mut().is_some_and(|link| link.client.batch_execute("ROLLBACK").is_ok());
        if !rolled_back {
            // The server rolls back what it was doing for a connection that is gone.
            self.link = None;
        }
    }

    fn is_lost(&self) -> bool {
        false
    }

    fn place(&mut self) -> Result<([u8; 16], BTreeMap<TenantId, Head>), StoreError> {
        let link = self.link()?;
        let id =
            link.all("SELECT id FROM store", &[])?.first().map(|row| row::blob(row, "id")).transpose()?;
        let rows = link.all("SELECT * FROM head", &[])?;
        let heads: Result<_, _> =
            rows.iter().map(|row| Ok((row::tenant(row, "tenant")?, row::head(row)?))).collect();
        Ok((id.ok_or_else(|| StoreError::damaged("the store has no id"))?, heads?))
    }

    fn tenant(&mut self, name: &str) -> Result<TenantId, StoreError> {
        let client = &mut self.link()?.client;
        let make = |client: &mut Client| -> Result<i64, ::postgres::Error> {
            let mut transaction = client.transaction()?;
            transaction.batch_execute("LOCK TABLE tenant IN SHARE ROW EXCLUSIVE MODE")?;
            let known = transaction.query_opt("SELECT number FROM tenant WHERE name = $1", &[&name])?;
            if let Some(row) = known {
                return row.try_get(0);
            }
            let next = "INSERT INTO tenant (number, name) SELECT coalesce(max(number) + 1, 0), $1 FROM tenant RETURNING number";
            let number: i64 = transaction.query_one(next, &[&name])?.try_get(0)?;
            let head = "INSERT INTO head (tenant, frontier, last_now, generation, acknowledged, serial)
                SELECT $1, $2, 0, generation, generation, 0 FROM store";
            transaction.execute(head, &[&number, &Head::first(1).frontier.to_bytes()])?;
            transaction.commit()?;
            Ok(number)
        };
        let number = make(client).map_err(|error| failed("make a tenant", &error))?;
        let tenant = u32::try_from(number).ok().filter(|number| *number <= MAX_TENANT).map(TenantId);
        tenant.ok_or_else(|| StoreError::conflict("there is no room for more tenants"))
    }

    fn raise(&mut self) -> Result<u64, StoreError> {
        let raised = connect::raise(&mut self.link()?.client)
            .map_err(|error| failed("raise the generation", &error))?;
        Ok(unsigned(raised))
    }

    fn sweep(&mut self, before: i64) -> Result<Swept, StoreError> {
        let client = &mut self.link()?.client;
        let mut sweep = |sql: &str| client.execute(sql, &[&before]).map_err(|error| failed("sweep", &error));
        let swept = Swept {
            remembered: sweep("DELETE FROM remembered WHERE expires_at <= $1")?,
            slots: sweep("DELETE FROM slot WHERE expires_at <= $1")?,
        };
        // A lost commit is looked for at once: of old batches nobody asks.
        let old = "DELETE FROM batch USING head WHERE batch.tenant = head.tenant AND batch.serial < head.serial - $1";
        client.execute(old, &[&signed(100_000)]).map_err(|error| failed("sweep", &error))?;
        Ok(swept)
    }

    fn scrub(&mut self) -> Result<(), StoreError> {
        let client = &mut self.link()?.client;
        client.batch_execute("VACUUM record, token, approval").map_err(|error| failed("vacuum", &error))
    }

    fn readers(&self) -> Readers {
        let address = self.address.clone();
        Box::new(move || {
            let link = Some(connect::connect(&address, false)?);
            Ok(Box::new(look::Looker { address: address.clone(), link }))
        })
    }
}
