//! Whether memory stays as it is, however many requests were answered.

use std::error::Error;
use std::fs;

use crate::client;
use crate::served::{AUTHORIZE, EVALUATION, Served, VALIDATE, agent};
use crate::wire;

/// How often it is looked.
const PARTS: usize = 10;

/// Evaluates, authorizes and validates by turns, so many requests in all, and tells what of the process lies in memory after each tenth.
pub fn flat(served: &Served, requests: usize) -> Result<(), Box<dyn Error>> {
    let mut found = Vec::with_capacity(PARTS);
    for part in 1..=PARTS {
        // Three requests each.
        client::all(served.address, requests / PARTS / 3, |client, number, _| {
            let key = &served.agents[number];
            client.ask(&wire::post(EVALUATION, key, &wire::evaluation(&agent(number))));
            let granted = client.ask(&wire::post(AUTHORIZE, key, &wire::authorize(wire::TRANSFER)));
            let body = wire::validate(wire::TRANSFER, &wire::token(granted));
            wire::burned(client.ask(&wire::post(VALIDATE, &served.checkout, &body)));
        });
        let resident = resident()?;
        println!("{:>9} requests  {resident:>7.1} MiB", requests / PARTS * part);
        found.push(resident);
    }
    let (half, last) = (found[PARTS / 2 - 1], found[PARTS - 1]);
    println!("the second half added {:.1} MiB, {:.1} %", last - half, (last / half - 1.0) * 100.0);
    Ok(())
}

/// The MiB of this process that lie in memory, those of its clients too.
fn resident() -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes / 1024.0)
}
