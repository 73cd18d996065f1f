//! The log: a line of JSON for each thing that happened, to the standard error, without bodies, keys or names.

mod form;
mod lines;

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt;

use self::form::Form;
use self::lines::{Lines, Writing};

/// How much is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// Every request.
    Info,
    /// What somebody should look at.
    Warn,
    /// What went wrong.
    Error,
}

/// Keeps the log going; what is still to be written is written when it is dropped.
#[must_use]
#[derive(Debug)]
pub struct Logging(#[allow(dead_code)] Option<Writing>);

/// Sends the log of this process to the standard error. A reader that does not keep up loses lines rather than holding up decisions: the log is for operators, and is no
/// record of what was decided.
pub fn to_stderr(level: Level) -> Logging {
    // Without a thread that writes there is no log, and whoever gives no threads will be heard of soon enough.
    let Ok((lines, writing)) = Lines::to(std::io::stderr()) else { return Logging(None) };
    let filter = match level {
        Level::Info => LevelFilter::INFO,
        Level::Warn => LevelFilter::WARN,
        Level::Error => LevelFilter::ERROR,
    };
    let subscriber = fmt().event_format(Form).with_max_level(filter).with_writer(lines).finish();
    // Somebody else has set one up: theirs is the one that counts.
    let _ = tracing::subscriber::set_global_default(subscriber);
    // Where, and not what: the words of a panic may repeat what was sent.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "a request was given up: the gateway is wrong here");
    }));
    Logging(Some(writing))
}
