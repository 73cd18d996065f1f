//! What all contestants must agree on.

/// A decision with the code of its first cause.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outcome<'a> {
    /// What was decided.
    pub verdict: Verdict,
    /// Why; `OK` where nothing objects.
    pub code: &'a str,
}

/// What is decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It may happen.
    Allow,
    /// Somebody is asked.
    StepUp,
    /// It may not.
    Deny,
}

impl Outcome<'static> {
    /// Refused.
    #[must_use]
    pub const fn deny(code: &'static str) -> Outcome<'static> {
        Outcome { verdict: Verdict::Deny, code }
    }

    /// What the soft rules come to: the score decides where it is high enough, then whoever asked first.
    #[must_use]
    pub fn soft(score: i64, asked: Option<&'static str>) -> Outcome<'static> {
        match (score, asked) {
            (80.., _) => Outcome::deny("RISK_DENY"),
            (_, Some(code)) => Outcome { verdict: Verdict::StepUp, code },
            (40.., None) => Outcome { verdict: Verdict::StepUp, code: "RISK_STEP_UP" },
            _ => Outcome { verdict: Verdict::Allow, code: "OK" },
        }
    }
}

/// The codes in the order in which the hard rules stand.
pub const HARD: [&str; 11] = [
    "IDENTITY_UNVERIFIED",
    "MANDATE_EXPIRED",
    "OUT_OF_HOURS",
    "OUT_OF_SCOPE",
    "MERCHANT_NOT_LISTED",
    "OVER_LIMIT",
    "OVER_MANDATE",
    "NONCE_REUSED",
    "SKU_NOT_LISTED",
    "OVER_DAILY_LIMIT",
    "TOO_MANY_ATTEMPTS",
];

/// The points of each soft rule; 0 asks a person.
pub const SOFT: [(&str, i64); 9] = [
    ("BUSY", 10),
    ("VERY_BUSY", 0),
    ("ELSEWHERE", 15),
    ("RISKY_COUNTRY", 30),
    ("NEW_AGENT", 20),
    ("NEW_AND_BIG", 25),
    ("NEAR_LIMIT", 15),
    ("BIG_CART", 5),
    ("RISKY_GOODS", 25),
];
