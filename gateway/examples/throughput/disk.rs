//! What the disk itself takes to make something last.

use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use crate::measure::at;

/// How often it is tried.
const TIMES: usize = 1_000;

/// How long it took.
pub struct Fsync {
    pub p50: Duration,
    pub p99: Duration,
}

/// Appends 4 KiB and waits until they last, again and again.
pub fn fsync(data: &Path) -> Result<Fsync, Box<dyn Error>> {
    let path = data.join("fsync");
    let mut file = File::create(&path)?;
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        file.write_all(&[b'x'; 4096])?;
        let since = std::time::Instant::now();
        file.sync_data()?;
        times.push(since.elapsed());
    }
    std::fs::remove_file(path)?;
    times.sort();
    Ok(Fsync { p50: at(&times, 500), p99: at(&times, 990) })
}
