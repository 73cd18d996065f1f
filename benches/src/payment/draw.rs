//! Draws requests of workload A at random, and the five that are timed.

use std::fmt::Write as _;

use fastrand::Rng;

use super::lists::RISKY_COUNTRIES;
use super::request::show_moment;

/// 1 March 2026, ten in the morning.
const NOW: i64 = 1_772_359_200_000;
const HOUR: i64 = 3_600_000;

/// What can be said in a request, with what an ordinary one says.
#[derive(Clone)]
struct Draft {
    verified: bool,
    since: i64,
    now: i64,
    expires: i64,
    minute: i64,
    scope: Vec<&'static str>,
    merchant: String,
    category: &'static str,
    country: &'static str,
    ip: &'static str,
    amount: (i64, &'static str),
    ceiling: (i64, &'static str),
    spent: (i64, &'static str),
    nonce: String,
    nonces: Vec<String>,
    skus: Vec<String>,
    attempts: i64,
}

impl Draft {
    fn ordinary() -> Draft {
        Draft {
            verified: true,
            since: NOW - 90 * 24 * HOUR,
            now: NOW,
            expires: NOW + 8 * HOUR,
            minute: 600,
            scope: vec!["payment.refund", "payment.charge"],
            merchant: "m-017".to_owned(),
            category: "books",
            country: "US",
            ip: "US",
            amount: (1_999, "USD"),
            ceiling: (20_000, "USD"),
            spent: (4_250, "USD"),
            nonce: "n-81".to_owned(),
            nonces: ["n-44", "n-52", "n-71"].map(str::to_owned).to_vec(),
            skus: ["sku-001", "sku-022"].map(str::to_owned).to_vec(),
            attempts: 3,
        }
    }

    fn write(&self) -> String {
        let money =
            |(minor, currency): (i64, &str)| format!(r#"{{"minor":{minor},"currency":"{currency}"}}"#);
        let list = |texts: &[String]| {
            let mut all = String::from("[");
            for (at, text) in texts.iter().enumerate() {
                let comma = if at == 0 { "" } else { "," };
                write!(all, "{comma}\"{text}\"").expect("a String takes everything");
            }
            all + "]"
        };
        let scope: Vec<String> = self.scope.iter().map(|&action| action.to_owned()).collect();
        format!(
            concat!(
                r#"{{"action":"payment.charge","agent":{{"id":"shopper-7"}},"user":{{"id":"u-4711"}},"#,
                r#""mandate":{{"scope":{},"ceiling":{},"expires_at":"{}","nonce":"{}"}},"#,
                r#""context":{{"now":"{}","ip_country":"{}","agent_verified":{},"agent_since":"{}","minute_of_day":{},"#,
                r#""attempts_last_hour":{},"spent_today":{},"recent_nonces":{}}},"#,
                r#""params":{{"merchant":{{"id":"{}","category":"{}","country":"{}"}},"amount":{},"skus":{}}}}}"#,
            ),
            list(&scope),
            money(self.ceiling),
            show_moment(self.expires),
            self.nonce,
            show_moment(self.now),
            self.ip,
            self.verified,
            show_moment(self.since),
            self.minute,
            self.attempts,
            money(self.spent),
            list(&self.nonces),
            self.merchant,
            self.category,
            self.country,
            money(self.amount),
            list(&self.skus),
        )
    }
}

/// The five requests that are timed, each with its name.
#[must_use]
pub fn five() -> [(&'static str, String); 5] {
    let ordinary = Draft::ordinary();
    let asked = Draft { attempts: 60, ..ordinary.clone() };
    let first = Draft { verified: false, ..ordinary.clone() };
    let last = Draft { attempts: 100, ..ordinary.clone() };
    let risk = Draft { since: NOW - HOUR, ip: "KP", amount: (19_000, "USD"), ..ordinary.clone() };
    [
        ("allow", ordinary.write()),
        ("step-up", asked.write()),
        ("deny at the first rule", first.write()),
        ("deny at the last hard rule", last.write()),
        ("deny by the score", risk.write()),
    ]
}

/// The n-th random request of a seed: ordinary but for a few things, many of them right at an edge.
#[must_use]
pub fn random(rng: &mut Rng) -> String {
    const COUNTRIES: [&str; 4] = ["US", "DE", "FR", "JP"];
    const CATEGORIES: [&str; 8] =
        ["books", "gambling", "gift_cards", "groceries", "travel", "crypto", "hardware", "toys"];
    let mut draft = Draft::ordinary();
    draft.category = pick(rng, &CATEGORIES);
    draft.merchant = format!("m-{:03}", rng.i64(1..=100));
    draft.amount.0 =
        near(rng, &[5_000, 10_000, 16_000, 20_000, 24_000, 30_000, 40_000, 50_000, 160_000, 200_000]);
    draft.ceiling.0 = if rng.u8(0..4) == 0 { draft.amount.0 + rng.i64(-1..=1) } else { 500_000 };
    draft.skus = (0..rng.usize(1..=14)).map(|_| format!("sku-{:03}", rng.i64(1..=200))).collect();
    for _ in 0..rng.u8(0..4) {
        match rng.u8(0..14) {
            0 => draft.verified = false,
            1 => draft.since = NOW - 7 * 24 * HOUR + rng.i64(-1..=1) * 1000,
            2 => draft.since = NOW - rng.i64(0..10 * 24) * HOUR,
            3 => draft.expires = NOW + rng.i64(-1..=1) * 1000,
            4 => draft.minute = near(rng, &[480, 1320, 0, 1439]),
            5 => draft.scope = vec!["payment.refund"],
            6 => draft.merchant = format!("m-{}", rng.i64(101..200)),
            7 => draft.ip = pick(rng, &RISKY_COUNTRIES),
            8 => draft.country = pick(rng, &COUNTRIES),
            9 => draft.spent.0 = (200_000 - draft.amount.0 + rng.i64(-1..=1)).max(0),
            10 => draft.nonces.push(draft.nonce.clone()),
            11 => draft.skus.push("sku-999".to_owned()),
            12 => draft.attempts = near(rng, &[20, 50, 100]),
            _ => {
                let money = [&mut draft.amount, &mut draft.ceiling, &mut draft.spent];
                let which = rng.usize(0..3);
                if let Some(money) = money.into_iter().nth(which) {
                    money.1 = "EUR";
                }
            }
        }
    }
    draft.write()
}

/// One of these numbers, or one beside it.
fn near(rng: &mut Rng, edges: &[i64]) -> i64 {
    (pick(rng, edges) + rng.i64(-1..=1)).max(0)
}

fn pick<T: Copy>(rng: &mut Rng, all: &[T]) -> T {
    all[rng.usize(0..all.len())]
}
