//! The lists and limits of the policy, as every contestant but Lictor is given them.

use std::collections::HashSet;

/// The most that one payment may cost in each category, in minor units of USD.
pub const LIMITS: [(&str, i64); 5] = [
    ("books", 20_000),
    ("gambling", 5_000),
    ("gift_cards", 10_000),
    ("groceries", 30_000),
    ("travel", 200_000),
];
/// The same where no category says more.
pub const LIMIT: i64 = 50_000;
/// The most that a day may cost.
pub const DAILY: i64 = 200_000;
/// The currency of all limits.
pub const CURRENCY: &str = "USD";
/// Countries that are watched.
pub const RISKY_COUNTRIES: [&str; 10] = ["BY", "CU", "IR", "KP", "MM", "RU", "SD", "SY", "VE", "YE"];
/// Goods that are easily turned into money.
pub const RISKY_GOODS: [&str; 2] = ["crypto", "gift_cards"];
/// Minutes of the day between which payments are made; the second is out.
pub const HOURS: (i64, i64) = (480, 1320);
/// Agents younger than this are new.
pub const NEW: i64 = 7 * 24 * 3_600_000;

const MERCHANTS: &str = include_str!("../../policies/payment/lictor/merchants.txt");
const SKUS: &str = include_str!("../../policies/payment/lictor/skus.txt");

/// The merchants that may be paid.
pub fn merchants() -> impl Iterator<Item = &'static str> {
    MERCHANTS.lines()
}

/// The articles that may be bought.
pub fn skus() -> impl Iterator<Item = &'static str> {
    SKUS.lines()
}

/// Both as sets.
pub struct Lists {
    /// The merchants.
    pub merchants: HashSet<&'static str>,
    /// The articles.
    pub skus: HashSet<&'static str>,
}

impl Lists {
    /// The lists.
    #[must_use]
    pub fn new() -> Lists {
        Lists { merchants: merchants().collect(), skus: skus().collect() }
    }
}

impl Default for Lists {
    fn default() -> Lists {
        Lists::new()
    }
}
