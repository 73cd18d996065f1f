//! Asks Lictor, its peers and hand-written Rust about random requests, and stops where two differ.

use lictor_benches::payment;

fn main() {
    let requests =
        std::env::args().nth(1).map_or(50_000, |count| count.parse().expect("a number of requests"));
    match payment::agree::agree(requests, 1) {
        Ok(counts) => println!("{requests} requests of workload A, no difference: {counts:?}"),
        Err(difference) => {
            eprintln!("{difference}");
            std::process::exit(1);
        }
    }
}
