//! The standard output and the standard error. `println!` panics when its reader has gone; nothing here does.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use serde::Serialize;

/// The standard output, buffered; written out when it is dropped or flushed.
pub type Out = BufWriter<StdoutLock<'static>>;

/// Takes the standard output for the rest of the command.
pub fn stdout() -> Out {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// Writes `value` as one line of JSON.
pub fn json_line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// Writes `value` as indented JSON.
pub fn json(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// Writes a text to the standard error. There is nobody to tell if that fails.
pub fn to_stderr(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes());
    let _ = stderr.flush();
}

/// Whether the standard output is read by a person.
pub fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether the standard error is read by a person.
pub fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}
