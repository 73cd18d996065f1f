//! The store as the gateway holds it: a handle to the one thread that writes.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::backend::{Backend, Readers, Swept};
use crate::batch::{self, Queued};
use crate::error::{ErrorKind, StoreError};
use crate::guard::Guard;
use crate::job::{Job, Waiting};
use crate::memory::Memory;
use crate::postgres::Postgres;
use crate::reader::Reader;
use crate::rows::TenantId;
use crate::sqlite::Sqlite;

/// The most jobs that wait for a batch; those that come then are told [`ErrorKind::Busy`].
const WAITING: usize = 8_192;
/// The most jobs of a batch. It grows by itself: while one is committed, the next ones wait.
const BATCH: usize = 256;

/// How a store is opened.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Options {
    /// A file outside the store, and not restored with it, in which is noted how far the store has come: a store that is behind it was restored
    /// or promoted, and its generation rises. Each gateway has its own.
    pub anchor: Option<PathBuf>,
    /// Whether PostgreSQL must have a synchronous standby: for a cluster, where a replica may be promoted.
    pub standby: bool,
}

/// A store. It can be cloned; the last one that is dropped ends the thread that writes, after all that waits.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    to_writer: Option<SyncSender<Message>>,
    writer: Option<JoinHandle<()>>,
    /// Asked for readers, which have connections of their own.
    readers: Mutex<Readers>,
}

/// What is asked of the backend between two batches.
type Command = Box<dyn FnOnce(&mut dyn Backend) + Send>;

enum Message {
    Job(Queued),
    Command(Command),
}

/// What whoever handed in a job waits for: a future for any executor, or [`Pending::wait`].
pub struct Pending<T>(oneshot::Receiver<Result<T, StoreError>>);

impl<T> Pending<T> {
    /// Waits on this thread. Not for a thread that runs an executor.
    ///
    /// # Errors
    /// What became of the job where it was not done.
    pub fn wait(self) -> Result<T, StoreError> {
        self.0.blocking_recv().unwrap_or_else(|_| Err(stopped()))
    }
}

impl<T> Future for Pending<T> {
    type Output = Result<T, StoreError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx).map(|received| received.unwrap_or_else(|_| Err(stopped())))
    }
}

/// 128 bits that nobody can guess.
pub(crate) fn random() -> Result<[u8; 16], StoreError> {
    let mut bytes = [0; 16];
    let filled = getrandom::fill(&mut bytes);
    filled.map_err(|error| StoreError::new(ErrorKind::Setup, format!("no random numbers: {error}")))?;
    Ok(bytes)
}

fn stopped() -> StoreError {
    StoreError::new(ErrorKind::Stopped, "the store has stopped; start the gateway again and look at its log")
}

impl Store {
    /// A store that lasts as long as the process: for tests of whatever stands upon it.
    pub fn memory() -> Result<Store, StoreError> {
        Store::over(Box::new(Memory::default()))
    }

    /// A store in a file of SQLite, which is made where there is none.
    ///
    /// # Errors
    /// Where the file cannot be opened, cannot be written durably, or is of a later version.
    pub fn sqlite(path: &Path, options: &Options) -> Result<Store, StoreError> {
        Store::over(Box::new(Guard::over(Box::new(Sqlite::open(path)?), options.anchor.as_deref())?))
    }

    /// A store in a database of PostgreSQL, `postgres://USER:PASSWORD@HOST/DATABASE`; its tables are made where there are none. The connection is
    /// encrypted where the address says `?sslmode=verify-full`, and then the server's certificate and its name are verified, by what the system trusts or, with
    /// `sslrootcert=FILE`, by the certificates of that file; else reach it through a socket, or a network that is private.
    ///
    /// # Errors
    /// Where the server cannot be reached, shows no certificate that is trusted, is older than version 15, is a replica, may lose what was committed, or has no synchronous
    /// standby where one is asked for; or where the tables are of a later version.
    pub fn postgres(url: &str, options: &Options) -> Result<Store, StoreError> {
        let postgres = Postgres::open(url, options.standby)?;
        Store::over(Box::new(Guard::over(Box::new(postgres), options.anchor.as_deref())?))
    }

    fn over(backend: Box<dyn Backend>) -> Result<Store, StoreError> {
        let (to_writer, jobs) = sync_channel(WAITING);
        let readers = backend.readers();
        let writer = std::thread::Builder::new()
            .name("lictor-store".to_owned())
            .spawn(move || write(backend, &jobs))
            .map_err(|error| {
                StoreError::new(ErrorKind::Setup, format!("no thread to write with: {error}"))
            })?;
        let inner = Inner { to_writer: Some(to_writer), writer: Some(writer), readers: Mutex::new(readers) };
        Ok(Store(Arc::new(inner)))
    }

    /// Hands in a job. It is done together with others that wait, and its answer comes once it will last.
    pub fn submit<J: Job>(&self, tenant: TenantId, job: J) -> Pending<J::Answer> {
        let (to, from) = oneshot::channel();
        let job = Box::new(Waiting { job: Some(job), answer: None, to });
        if let Err((Message::Job(Queued { job, .. }), error)) =
            self.send(Message::Job(Queued { tenant, job }))
        {
            job.finish(Err(error));
        }
        Pending(from)
    }

    /// The store's own id: 128 random bits that were drawn when it was made (zeros in memory).
    pub fn id(&self) -> Result<[u8; 16], StoreError> {
        self.command(|backend| backend.place().map(|(id, _)| id))
    }

    /// The number of the tenant of this name, which is made where there is none.
    pub fn tenant(&self, name: &str) -> Result<TenantId, StoreError> {
        let name = name.to_owned();
        self.command(move |backend| backend.tenant(&name))
    }

    /// Raises the generation: all tokens and approvals that are open are void, and counters are not to be relied upon until an operator has
    /// acknowledged it. Says what it is now.
    pub fn raise_generation(&self) -> Result<u64, StoreError> {
        self.command(|backend| backend.raise())
    }

    /// Removes what expired before this moment, in milliseconds.
    pub fn sweep(&self, before: i64) -> Result<Swept, StoreError> {
        self.command(move |backend| backend.sweep(before))
    }

    /// Has the database overwrite what was erased wherever it still has it: in its write-ahead log (SQLite), in rows that are dead (PostgreSQL). What it has written
    /// elsewhere, to archives and replicas, it does not reach.
    pub fn scrub(&self) -> Result<(), StoreError> {
        self.command(|backend| backend.scrub())
    }

    /// Somebody who looks, beside the writer.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        let mut readers = self.0.readers.lock().unwrap_or_else(PoisonError::into_inner);
        readers().map(Reader)
    }

    fn command<T: Send + 'static>(
        &self,
        command: impl FnOnce(&mut dyn Backend) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (to, from) = oneshot::channel();
        let command = Box::new(move |backend: &mut dyn Backend| {
            // Nobody may be waiting any more.
            let _ = to.send(command(backend));
        });
        self.send(Message::Command(command)).map_err(|(_, error)| error)?;
        Pending(from).wait()
    }

    fn send(&self, message: Message) -> Result<(), (Message, StoreError)> {
        let Some(to_writer) = &self.0.to_writer else { return Err((message, stopped())) };
        to_writer.try_send(message).map_err(|refused| match refused {
            TrySendError::Full(message) => {
                let busy = format!("{WAITING} jobs wait already; try again in a moment");
                (message, StoreError::new(ErrorKind::Busy, busy))
            }
            TrySendError::Disconnected(message) => (message, stopped()),
        })
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Without a sender the writer ends once nothing waits.
        self.to_writer = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

/// The thread that writes: whatever waits becomes a batch.
fn write(mut backend: Box<dyn Backend>, jobs: &Receiver<Message>) {
    let mut held = None;
    while let Some(message) = held.take().or_else(|| jobs.recv().ok()) {
        if backend.is_lost() {
            // All that waits is dropped, and told so.
            return;
        }
        match message {
            Message::Command(command) => command(backend.as_mut()),
            Message::Job(first) => {
                let mut batch = vec![first];
                while batch.len() < BATCH {
                    match jobs.try_recv() {
                        Ok(Message::Job(job)) => batch.push(job),
                        Ok(command) => {
                            held = Some(command);
                            break;
                        }
                        Err(_) => break,
                    }
                }
                batch::run(backend.as_mut(), batch);
            }
        }
    }
}
