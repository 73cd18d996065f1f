//! Rounds: each asks the gateway and the bare parts for the same, one after the other, so that whatever else the machine does falls on both.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use crate::bare::Bare;
use crate::client::{self, Client, Heard};
use crate::served::{AUTHORIZE, EVALUATION, Served, VALIDATE, agent};
use crate::wire;

/// What is measured, in the order in which it is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum What {
    Evaluation,
    Authorize,
    Validate,
    /// Authorizations that are counted, each client's for itself.
    Counted,
    /// Authorizations that are all counted for one agent.
    Hot,
}

/// Who is asked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Who {
    /// An empty handler of the gateway's own server; it is asked for evaluations only.
    Empty,
    Bare,
    Gateway,
}

/// One round of one thing.
#[derive(Clone)]
pub struct Round {
    /// How many were answered in a second.
    pub rate: f64,
    /// What each has cost the server's processor, in microseconds.
    pub cost: f64,
    pub p50: Duration,
    pub p99: Duration,
}

/// All rounds.
#[derive(Default)]
pub struct Measured(BTreeMap<(What, Who), Vec<Round>>);

/// The value that so many of a thousand do not exceed.
pub fn at(sorted: &[Duration], of_thousand: usize) -> Duration {
    sorted.get(sorted.len() * of_thousand / 1_000).copied().unwrap_or_default()
}

impl Measured {
    /// The middle of all rounds of one thing, each figure by itself.
    pub fn middle(&self, what: What, who: Who) -> Option<Round> {
        let rounds = self.0.get(&(what, who))?;
        let number = |of: fn(&Round) -> f64| {
            let mut values: Vec<f64> = rounds.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        let time = |of: fn(&Round) -> Duration| {
            let mut values: Vec<Duration> = rounds.iter().map(of).collect();
            values.sort();
            values[values.len() / 2]
        };
        Some(Round {
            rate: number(|round| round.rate),
            cost: number(|round| round.cost),
            p50: time(|round| round.p50),
            p99: time(|round| round.p99),
        })
    }

    /// Asks both for everything, so often for each.
    pub fn round(
        &mut self,
        served: &Served,
        bare: &Bare,
        requests: usize,
        counts: bool,
    ) -> Result<(), Box<dyn Error>> {
        let all = [(Who::Empty, bare.empty), (Who::Bare, bare.address), (Who::Gateway, served.address)];
        for (who, address) in all {
            let mut take = Take { all: self, who, address, requests, counts };
            let keyed = |path: &'static str, body: &str, hot: bool| {
                let keys = &served.agents;
                let all: Vec<_> =
                    keys.iter().map(|key| wire::post(path, if hot { &keys[0] } else { key }, body)).collect();
                move |client: &mut Client, number: usize, _| client.ask(&all[number]).to_owned()
            };
            let asked: Vec<_> = (0..served.agents.len())
                .map(|number| {
                    wire::post(EVALUATION, &served.agents[number], &wire::evaluation(&agent(number)))
                })
                .collect();
            take.one(What::Evaluation, |client, number, _| {
                client.ask(&asked[number]);
            })?;
            if who == Who::Empty {
                continue;
            }
            let charge = wire::authorize(wire::CHARGE);
            let granted = take.one(What::Authorize, keyed(AUTHORIZE, &charge, false))?;
            let presented: Vec<Vec<u8>> = match who {
                Who::Gateway => granted
                    .found
                    .iter()
                    .map(|(_, answer)| wire::validate(wire::CHARGE, &wire::token(answer)))
                    .map(|body| wire::post(VALIDATE, &served.checkout, &body))
                    .collect(),
                Who::Empty | Who::Bare => {
                    // As long as a token is.
                    let body = wire::validate(wire::CHARGE, &"x".repeat(bare.token));
                    vec![wire::post(VALIDATE, &served.checkout, &body); requests]
                }
            };
            let burned = take.one(What::Validate, |client: &mut Client, _, number| {
                client.ask(&presented[number]).contains(r#""tokenConsumed":true"#)
            })?;
            assert!(who == Who::Bare || burned.found.iter().all(|(_, burned)| *burned));
            if who == Who::Gateway {
                let transfer = wire::authorize(wire::TRANSFER);
                for (what, hot) in [(What::Counted, false), (What::Hot, true)] {
                    let heard = take.one(what, keyed(AUTHORIZE, &transfer, hot))?;
                    heard.found.iter().for_each(|(_, answer)| drop(wire::token(answer)));
                }
            }
        }
        Ok(())
    }
}

/// What is taken of one of both.
struct Take<'a> {
    all: &'a mut Measured,
    who: Who,
    address: SocketAddr,
    requests: usize,
    counts: bool,
}

impl Take<'_> {
    fn one<T: Send>(
        &mut self,
        what: What,
        ask: impl Fn(&mut Client, usize, usize) -> T + Sync,
    ) -> Result<Heard<T>, Box<dyn Error>> {
        let before = cpu(self.who)?;
        let mut heard = client::all(self.address, self.requests, ask);
        let cost = (cpu(self.who)? - before) / self.requests as f64 * 1e6;
        heard.times.sort();
        let rate = self.requests as f64 / heard.took.as_secs_f64();
        let round = Round { rate, cost, p50: at(&heard.times, 500), p99: at(&heard.times, 990) };
        if self.counts {
            self.all.0.entry((what, self.who)).or_default().push(round);
        }
        Ok(heard)
    }
}

/// The seconds that a server's threads have used.
fn cpu(who: Who) -> Result<f64, Box<dyn Error>> {
    let names: &[&str] = match who {
        Who::Empty => &["empty"],
        Who::Bare => &["bare", "bare-store"],
        Who::Gateway => &["gateway", "gateway-log", "lictor-store", "lictor-copy"],
    };
    let mut ticks = 0u64;
    for task in fs::read_dir("/proc/self/task")? {
        // A thread may have ended meanwhile.
        let Ok(stat) = fs::read_to_string(task?.path().join("stat")) else { continue };
        let (front, back) = stat.rsplit_once(')').ok_or("no name")?;
        if names.iter().any(|name| front.ends_with(&format!("({name}"))) {
            let fields: Vec<&str> = back.split_whitespace().collect();
            ticks += fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
        }
    }
    // The kernel counts in hundredths of a second wherever it counts for programs.
    Ok(ticks as f64 / 100.0)
}
