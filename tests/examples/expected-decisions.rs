//! Writes what the oracle expects of requests: lines in, lines out.
//!
//! ```text
//! cargo run -p lictor-tests --example expected-decisions < requests.ndjson > expected.ndjson
//! ```

use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        writeln!(output, "{}", lictor_tests::oracle::decide(&line?).line())?;
    }
    output.flush()
}
