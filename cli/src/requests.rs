//! Requests, one a line, from a file or the standard input, of any length: only one line is in memory.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use crate::failure::Failure;
use crate::files;
use crate::render::Notice;

/// The most bytes of one request.
pub const MAX_REQUEST: usize = 1 << 20;

/// Lines of a file or of the standard input.
pub struct Lines {
    reader: Box<dyn BufRead>,
    name: String,
    line: u64,
    bytes: u64,
    size: Option<u64>,
}

/// A line that is not empty, or why it cannot be taken.
pub enum Line<'b> {
    /// Its bytes, without the end of the line.
    Text(&'b [u8]),
    /// It has more than [`MAX_REQUEST`] bytes.
    TooLong,
}

impl Lines {
    /// Opens a file; `-` is the standard input.
    pub fn open(path: &Path, what: &str) -> Result<Lines, Failure> {
        if path == Path::new("-") {
            let reader = Box::new(BufReader::with_capacity(1 << 16, io::stdin()));
            return Ok(Lines { reader, name: String::from("standard input"), line: 0, bytes: 0, size: None });
        }
        let metadata = fs::metadata(path).map_err(|error| files::unreadable(path, what, &error))?;
        if metadata.is_dir() {
            return Err(Notice::error("C0103", format!("{} is a directory, not {what}", path.display()))
                .help(format!("name the file that holds {what}"))
                .into());
        }
        let file = File::open(path).map_err(|error| files::unreadable(path, what, &error))?;
        let reader = Box::new(BufReader::with_capacity(1 << 16, file));
        let size = metadata.is_file().then_some(metadata.len());
        Ok(Lines { reader, name: path.display().to_string(), line: 0, bytes: 0, size })
    }

    /// Reads the next line that is not empty into `buffer`; nothing at the end of the file.
    pub fn next<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Option<Line<'b>>, Failure> {
        loop {
            buffer.clear();
            // One byte more than a line may have with its end: enough to see that it is too long.
            let limit = MAX_REQUEST as u64 + 2;
            let read = self.reader.by_ref().take(limit).read_until(b'\n', buffer);
            let read = read.map_err(|error| self.unreadable(&error))?;
            if read == 0 {
                return Ok(None);
            }
            self.line += 1;
            self.bytes += read as u64;
            if buffer.last() != Some(&b'\n') && read as u64 == limit {
                self.skip_line()?;
                return Ok(Some(Line::TooLong));
            }
            if !buffer.trim_ascii().is_empty() {
                break;
            }
        }
        let text = buffer.trim_ascii_end();
        Ok(Some(if text.len() > MAX_REQUEST { Line::TooLong } else { Line::Text(text) }))
    }

    fn skip_line(&mut self) -> Result<(), Failure> {
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.unreadable(&error)),
            };
            let (skipped, done) = match available.iter().position(|byte| *byte == b'\n') {
                Some(at) => (at + 1, true),
                None => (available.len(), available.is_empty()),
            };
            self.reader.consume(skipped);
            self.bytes += skipped as u64;
            if done {
                return Ok(());
            }
        }
    }

    fn unreadable(&self, error: &io::Error) -> Failure {
        Notice::error(
            "C0103",
            format!("{} could not be read on after line {}: {error}", self.name, self.line),
        )
        .into()
    }

    /// What the reader of an error should look at: `requests.ndjson:17`.
    pub fn place(&self) -> String {
        self.at(self.line)
    }

    /// The place of a line that was read before.
    pub fn at(&self, line: u64) -> String {
        format!("{}:{line}", self.name)
    }

    /// The number of the line that was read last, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// How many bytes were read.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many bytes there are, where that is known.
    pub fn size(&self) -> Option<u64> {
        self.size
    }
}

/// Reads a whole file, or the standard input for `-`, that holds one request. Longer ones are refused.
pub fn one(path: &Path) -> Result<Vec<u8>, Failure> {
    let what = "the request";
    if path != Path::new("-") {
        let bytes = files::read(path, what)?;
        return if bytes.len() > MAX_REQUEST {
            Err(too_long(&path.display().to_string()))
        } else {
            Ok(bytes)
        };
    }
    let mut bytes = Vec::new();
    let read = io::stdin().take(MAX_REQUEST as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Notice::error("C0103", format!("the standard input could not be read: {error}")))?;
    if bytes.len() > MAX_REQUEST { Err(too_long("the standard input")) } else { Ok(bytes) }
}

/// The failure for a request that is too long to be decided.
pub fn too_long(place: &str) -> Failure {
    let message = format!("{place}: this is longer than a request may be, {MAX_REQUEST} bytes");
    Notice::error("C0110", message).help("give one request at a time, or one a line with `--requests`").into()
}
