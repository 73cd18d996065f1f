//! Requests at random.

use fastrand::Rng;

use super::{Own, limit, refused, user};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// Who the agent acts for.
    pub user: String,
    /// Who is to be paid.
    pub merchant: String,
    /// How much is to be paid, in cents.
    pub amount: i64,
}

impl Request {
    /// The same as Lictor takes it.
    #[must_use]
    pub fn json(&self) -> String {
        let Request { user, merchant, amount } = self;
        let (dollars, cents) = (amount / 100, amount % 100);
        format!(
            r#"{{"action":"payment.charge","agent":{{"id":"shopper-7"}},"user":{{"id":"{user}"}},"context":{{"now":"2026-03-02T14:30:00Z"}},"params":{{"merchant":"{merchant}","amount":{{"amount":"{dollars}.{cents:02}","currency":"USD"}}}}}}"#
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

/// Requests of so many users, some of them above and most below the user's limit. Where users have rules, some are to pay the merchant
/// whom the user's rule refuses, and some one whom another user's rule does.
#[must_use]
pub fn requests(users: usize, own: Own, how: Users, count: usize, seed: u64) -> Vec<Request> {
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
        let merchant = match own {
            Own::Limit => "m-17".to_owned(),
            Own::Rule => refused(if rng.u8(0..10) == 0 { number } else { rng.usize(0..users + 1) }),
        };
        Request { user: user(number), merchant, amount }
    };
    numbers.into_iter().map(request).collect()
}
