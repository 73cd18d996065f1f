//! What a gateway does in a second, beside the bare parts that it is made of, in one run.
//!
//! ```text
//! lictor build gateway/examples/throughput/policy -o bench.bundle
//! cargo run --release -p lictor-gateway --example throughput -- bench.bundle --data DIR 2>/dev/null
//! ```
//!
//! `docs/throughput.md` says what is measured and how to read it. Servers and clients share this process; what the servers' own threads cost is read
//! from `/proc`, so this runs on Linux.

mod bare;
mod client;
mod disk;
mod group;
mod measure;
mod memory;
mod options;
mod rows;
mod served;
mod table;
mod wire;

use std::error::Error;
use std::fs;

use self::bare::{Bare, Sizes};
use self::measure::Measured;
use self::options::Options;
use self::served::Served;

/// The memory of the `lictor` command, for both.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::read(std::env::args().skip(1))?;
    let data = options.data.join(format!("lictor-throughput-{}", std::process::id()));
    fs::create_dir_all(&data)?;
    let done = run(&options, &data);
    fs::remove_dir_all(&data)?;
    done
}

fn run(options: &Options, data: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let served = Served::open(&options.bundle, data)?;
    if let Some(requests) = options.memory {
        return memory::flat(&served, requests);
    }
    let fsync = disk::fsync(data)?;
    println!("the disk's own fsync of 4 KiB: p50 {}, p99 {}", table::time(fsync.p50), table::time(fsync.p99));
    let sizes = Sizes::of(&served, data)?;
    println!(
        "an authorization writes {} bytes of rows, a validation {}",
        sizes.authorize.row, sizes.validate.row
    );
    let bare = Bare::serve(&sizes, data)?;
    let mut all = Measured::default();
    for round in 0..=options.rounds {
        // The first round warms up.
        all.round(&served, &bare, options.requests, round > 0)?;
    }
    table::print(&all, fsync.p99);
    Ok(())
}
