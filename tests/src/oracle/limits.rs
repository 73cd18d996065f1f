//! The numbers in force for a request: the defaults of `fernhill.base`, and what categories, tiers and users set.
//!
//! A value set by a layer that may loosen the parameter stands in for the default, the strictest of them where there are
//! several; a value set by any other layer only holds it down.

#![expect(clippy::inconsistent_digit_grouping, reason = "the last group of an amount is its cents")]

use super::shape::Request;

/// Minor units a currency.
type Amounts = [(&'static str, i128)];

/// The articles that no agent buys for anybody.
const BLOCKED: [&str; 4] = ["GIFT-CARD-100", "GIFT-CARD-500", "PREPAID-VISA", "CRYPTO-VOUCHER"];

/// Airlines, car rental, hotels, cruises, travel agencies.
pub fn is_travel(request: &Request) -> bool {
    (3000..=3999).contains(&request.merchant.mcc)
        || [4411, 4511, 4722, 7011, 7012].contains(&request.merchant.mcc)
}

/// Lotteries, casinos, races, betting.
pub fn is_gambling(request: &Request) -> bool {
    [7800, 7801, 7802, 7995].contains(&request.merchant.mcc)
}

/// `max_amount`, which categories may loosen.
pub fn max_amount(request: &Request, currency: &str) -> Result<i128, &'static str> {
    let default = &[("USD", 500_00), ("EUR", 450_00), ("GBP", 400_00), ("JPY", 75_000)];
    let category: &Amounts = if is_travel(request) {
        &[("USD", 2_000_00), ("EUR", 1_800_00), ("GBP", 1_600_00)]
    } else if is_gambling(request) {
        &[("USD", 50_00), ("EUR", 45_00), ("GBP", 40_00), ("JPY", 7_500)]
    } else {
        &[]
    };
    let tier: &Amounts = match request.tier.as_str() {
        "untrusted" => &[("USD", 100_00), ("EUR", 90_00), ("GBP", 80_00), ("JPY", 15_000)],
        _ => &[],
    };
    let user: &Amounts = match request.user.as_str() {
        "u-4711" => &[("USD", 800_00), ("EUR", 720_00)],
        "u-2002" => &[("USD", 60_00), ("EUR", 55_00), ("GBP", 50_00)],
        _ => &[],
    };
    let opened = amount_in(category, currency).or(amount_in(default, currency));
    [opened, amount_in(tier, currency), amount_in(user, currency)]
        .into_iter()
        .flatten()
        .min()
        .ok_or("CURRENCY_MISMATCH")
}

/// `show_cart_above`.
pub fn show_cart_above(request: &Request, currency: &str) -> Result<i128, &'static str> {
    let default = &[("USD", 50_00), ("EUR", 45_00), ("GBP", 40_00), ("JPY", 7_500)];
    let user: &Amounts = match request.user.as_str() {
        "u-4711" => &[("USD", 20_00), ("EUR", 18_00)],
        _ => &[],
    };
    [amount_in(default, currency), amount_in(user, currency)]
        .into_iter()
        .flatten()
        .min()
        .ok_or("CURRENCY_MISMATCH")
}

/// `review_refund_above`.
pub fn review_refund_above(currency: &str) -> Result<i128, &'static str> {
    let default = &[("USD", 200_00), ("EUR", 180_00), ("GBP", 160_00), ("JPY", 30_000)];
    amount_in(default, currency).ok_or("CURRENCY_MISMATCH")
}

/// `max_quantity`, which tiers may loosen.
pub fn max_quantity(request: &Request) -> i64 {
    let opened = match request.tier.as_str() {
        "untrusted" => 3,
        "trusted" => 25,
        _ => 10,
    };
    if request.user == "u-2002" { opened.min(5) } else { opened }
}

/// `max_price_age`, in seconds.
pub fn max_price_age(request: &Request) -> i64 {
    if is_travel(request) { 5 * 60 } else { 15 * 60 }
}

/// Whether the merchant is in `allowed_merchants`: m-1001 to m-1060, for u-2002 only the first four.
pub fn is_allowed_merchant(request: &Request) -> bool {
    let last = if request.user == "u-2002" { 1004 } else { 1060 };
    (1001..=last).any(|number| request.merchant.id == format!("m-{number}"))
}

/// Whether the article is in `blocked_skus`.
pub fn is_blocked(request: &Request, sku: &str) -> bool {
    BLOCKED.contains(&sku) || request.user == "u-4711" && ["TOBACCO-1", "TOBACCO-10"].contains(&sku)
}

fn amount_in(amounts: &Amounts, currency: &str) -> Option<i128> {
    amounts.iter().find(|(code, _)| *code == currency).map(|(_, minor)| *minor)
}
