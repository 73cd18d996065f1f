//! Requests at random.

use fastrand::Rng;

use super::{limit, user};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// Who the agent acts for.
    pub user: String,
    /// How much is to be paid, in cents.
    pub amount: i64,
}

impl Request {
    /// The same as Lictor takes it.
    #[must_use]
    pub fn json(&self) -> String {
        let Request { user, amount } = self;
        let (dollars, cents) = (amount / 100, amount % 100);
        format!(
            r#"{{"action":"payment.charge","agent":{{"id":"shopper-7"}},"user":{{"id":"{user}"}},"context":{{"now":"2026-03-02T14:30:00Z"}},"params":{{"merchant":"m-17","amount":{{"amount":"{dollars}.{cents:02}","currency":"USD"}}}}}}"#
        )
    }
}

/// How users are drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Users {
    /// The n-th most frequent one comes an n-th as often as the first.
    Zipf,
    /// All come alike.
    Uniform,
}

/// Requests of so many users, some of them above and most below the user's limit.
#[must_use]
pub fn requests(users: usize, how: Users, count: usize, seed: u64) -> Vec<Request> {
    let mut rng = Rng::with_seed(seed);
    let mut sum = 0.0;
    let sums: Vec<f64> = (1..=users)
        .map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        })
        .collect();
    let mut ranked: Vec<usize> = (0..users).collect();
    // Who comes often has nothing to do with the order in which users are kept.
    rng.shuffle(&mut ranked);
    let mut draw = || match how {
        Users::Uniform => rng.usize(0..users),
        Users::Zipf => ranked[sums.partition_point(|upto| *upto < rng.f64() * sum).min(users - 1)],
    };
    let numbers: Vec<usize> = (0..count).map(|_| draw()).collect();
    let request = |number| {
        let amount =
            if rng.u8(0..10) == 0 { limit(number) + rng.i64(0..3) } else { rng.i64(1..=limit(number)) };
        Request { user: user(number), amount }
    };
    numbers.into_iter().map(request).collect()
}
