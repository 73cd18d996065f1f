//! The floor: what a careful engineer would write by hand, and never have to explain to anybody.

use super::lists::{CURRENCY, DAILY, HOURS, LIMIT, Lists, NEW, RISKY_COUNTRIES, RISKY_GOODS};
use super::outcome::Outcome;
use super::request::Request;

/// Decides a request.
#[must_use]
pub fn decide(lists: &Lists, request: &Request<'_>) -> Outcome<'static> {
    let Request { mandate, context, params, .. } = request;
    if !context.agent_verified {
        return Outcome::deny("IDENTITY_UNVERIFIED");
    }
    if context.now >= mandate.expires_at {
        return Outcome::deny("MANDATE_EXPIRED");
    }
    if !(HOURS.0..HOURS.1).contains(&context.minute_of_day) {
        return Outcome::deny("OUT_OF_HOURS");
    }
    if !mandate.scope.contains(&"payment.charge") {
        return Outcome::deny("OUT_OF_SCOPE");
    }
    if !lists.merchants.contains(params.merchant.id) {
        return Outcome::deny("MERCHANT_NOT_LISTED");
    }
    let limit = match params.merchant.category {
        "books" => 20_000,
        "gambling" => 5_000,
        "gift_cards" => 10_000,
        "groceries" => 30_000,
        "travel" => 200_000,
        _ => LIMIT,
    };
    let amount = params.amount.minor;
    if params.amount.currency != CURRENCY {
        return Outcome::deny("CURRENCY_MISMATCH");
    }
    if amount > limit {
        return Outcome::deny("OVER_LIMIT");
    }
    if mandate.ceiling.currency != params.amount.currency {
        return Outcome::deny("CURRENCY_MISMATCH");
    }
    if amount > mandate.ceiling.minor {
        return Outcome::deny("OVER_MANDATE");
    }
    if context.recent_nonces.contains(&mandate.nonce) {
        return Outcome::deny("NONCE_REUSED");
    }
    if !params.skus.iter().all(|sku| lists.skus.contains(sku)) {
        return Outcome::deny("SKU_NOT_LISTED");
    }
    if context.spent_today.currency != params.amount.currency {
        return Outcome::deny("CURRENCY_MISMATCH");
    }
    match context.spent_today.minor.checked_add(amount) {
        None => return Outcome::deny("EVALUATION_ERROR"),
        Some(sum) if sum > DAILY => return Outcome::deny("OVER_DAILY_LIMIT"),
        Some(_) => {}
    }
    if context.attempts_last_hour >= 100 {
        return Outcome::deny("TOO_MANY_ATTEMPTS");
    }

    let mut score = 0;
    let mut asked = None;
    if context.attempts_last_hour >= 20 {
        score += 10;
    }
    if context.attempts_last_hour >= 50 {
        asked = Some("VERY_BUSY");
    }
    if context.ip_country != params.merchant.country {
        score += 15;
    }
    if RISKY_COUNTRIES.contains(&context.ip_country) {
        score += 30;
    }
    if context.now - context.agent_since < NEW {
        score += 20;
        if amount > 10_000 {
            score += 25;
        }
    }
    if amount * 10 > limit * 8 {
        score += 15;
    }
    if params.skus.len() > 10 {
        score += 5;
    }
    if RISKY_GOODS.contains(&params.merchant.category) {
        score += 25;
    }
    Outcome::soft(score, asked)
}
