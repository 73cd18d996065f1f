//! Lines on their way to where the log is written: whoever logs puts a line behind those that wait, and one thread writes all of them at once, then lets others come together.
//! A thread that woke for each line would take more of a processor than the line.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// The most bytes that wait. Lines that come then are lost.
const MOST: usize = 32 << 20;
/// How long lines come together, after some were written.
const BREATH: Duration = Duration::from_millis(10);
/// How much memory is kept for the next lines.
const KEPT: usize = 1 << 20;

/// Where lines are put.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    /// Told when there is a line again, and when there will be no more.
    told: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    bytes: Vec<u8>,
    /// Whether the thread sleeps until somebody tells it of a line.
    sleeps: bool,
    /// Whether no more lines are waited for.
    ended: bool,
}

/// Writes lines for as long as it is kept, and all that wait when it is dropped.
#[derive(Debug)]
pub(super) struct Writing {
    lines: Lines,
    thread: Option<JoinHandle<()>>,
}

impl Lines {
    /// Begins to write them there.
    ///
    /// # Errors
    /// There is no thread for it.
    pub fn to(out: impl Write + Send + 'static) -> io::Result<(Lines, Writing)> {
        let lines = Lines::default();
        let shared = Arc::clone(&lines.0);
        let thread =
            thread::Builder::new().name("gateway-log".to_owned()).spawn(move || shared.write(out))?;
        let writing = Writing { lines: lines.clone(), thread: Some(thread) };
        Ok((lines, writing))
    }

    fn put(&self, line: &[u8]) {
        let mut waiting = self.0.waiting();
        if waiting.ended || waiting.bytes.len() + line.len() > MOST {
            return;
        }
        waiting.bytes.extend_from_slice(line);
        if std::mem::take(&mut waiting.sleeps) {
            drop(waiting);
            self.0.told.notify_one();
        }
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, mut out: impl Write) {
        let mut taken = Vec::new();
        loop {
            let mut waiting = self.waiting();
            while waiting.bytes.is_empty() {
                if waiting.ended {
                    return;
                }
                waiting.sleeps = true;
                waiting = self.told.wait(waiting).unwrap_or_else(PoisonError::into_inner);
            }
            waiting.sleeps = false;
            std::mem::swap(&mut waiting.bytes, &mut taken);
            drop(waiting);
            // Where nobody reads the log any more, it is nowhere: decisions go on.
            let _ = out.write_all(&taken).and_then(|()| out.flush());
            taken.clear();
            taken.shrink_to(KEPT);
            let breath = self.told.wait_timeout_while(self.waiting(), BREATH, |waiting| !waiting.ended);
            drop(breath.unwrap_or_else(PoisonError::into_inner));
        }
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.lines.0.waiting().ended = true;
        self.lines.0.told.notify_one();
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Puts what is written to it behind the lines that wait: a whole line each time.
pub(super) struct Line<'a>(&'a Lines);

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.put(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line(self)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
    use std::time::Instant;

    use super::*;

    /// Tells what is written to it, and writes only once that was heard.
    struct Told(SyncSender<Vec<u8>>);

    impl Write for Told {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(bytes.to_vec()).map_err(|_| io::ErrorKind::BrokenPipe)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn begun() -> (Lines, Writing, Receiver<Vec<u8>>) {
        let (to, from) = sync_channel(0);
        let (lines, writing) = Lines::to(Told(to)).unwrap();
        (lines, writing, from)
    }

    #[test]
    fn lines_are_written_in_their_order_and_many_at_once() {
        let (lines, writing, from) = begun();
        lines.put(b"1\n");
        // The thread has taken the first one and waits until it was heard.
        while !lines.0.waiting().bytes.is_empty() {
            thread::yield_now();
        }
        lines.put(b"2\n");
        lines.put(b"3\n");
        assert_eq!(from.recv().unwrap(), b"1\n");
        assert_eq!(from.recv().unwrap(), b"2\n3\n");
        lines.put(b"4\n");
        let ends = thread::spawn(move || drop(writing));
        assert_eq!(from.recv().unwrap(), b"4\n");
        ends.join().unwrap();
        lines.put(b"5\n");
        assert!(from.recv().is_err());
    }

    #[test]
    fn lines_that_nobody_takes_are_lost_and_hold_nobody_up() {
        let (lines, writing, from) = begun();
        let line = vec![b'x'; 1 << 20];
        for _ in 0..100 {
            lines.put(&line);
        }
        assert!(lines.0.waiting().bytes.len() <= MOST);
        drop(from);
        drop(writing);
    }

    #[test]
    fn who_ends_does_not_wait_for_the_breath() {
        let (lines, writing) = Lines::to(io::sink()).unwrap();
        let since = Instant::now();
        for _ in 0..50 {
            lines.put(b"1\n");
        }
        drop(writing);
        assert!(since.elapsed() < Duration::from_secs(2));
    }
}
