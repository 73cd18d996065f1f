//! The rules, stage by stage; within a stage the base by chapters (mandate, purchase, risk), then categories by name, the
//! agent's tier, the user.

use super::Fallback;
use super::limits::{
    is_allowed_merchant, is_blocked, is_gambling, is_travel, max_amount, max_price_age, max_quantity,
    review_refund_above, show_cart_above,
};
use super::shape::{Action, Mandate, Money, Request};

const DAY: i64 = 86_400;

/// Nothing, or the code that refuses.
type Checked = Result<(), &'static str>;

/// What was noticed that does not refuse by itself.
#[derive(Default, Debug)]
pub struct Notes {
    /// The codes for which somebody must approve, in order.
    pub step_ups: Vec<&'static str>,
    /// The points of risk so far.
    pub points: u32,
    /// The codes of all points, in order.
    pub noticed: Vec<&'static str>,
}

impl Notes {
    fn step_up(&mut self, when: bool, code: &'static str) {
        if when {
            self.step_ups.push(code);
        }
    }

    fn risk(&mut self, points: u32, when: bool, code: &'static str) {
        if when {
            self.points += points;
            self.noticed.push(code);
        }
    }
}

/// Runs all rules; the first refusal ends it.
pub fn all(request: &Request, notes: &mut Notes) -> Checked {
    // signature
    let mandate = request.mandate.as_ref().ok_or("MANDATE_MISSING")?;
    require(mandate.signature_valid == Some(true), "MANDATE_UNSIGNED")?;
    // expiry
    let ends = mandate.expires_at.ok_or("MANDATE_INCOMPLETE")?;
    require(request.now < ends, "MANDATE_EXPIRED")?;
    // issuance
    let issued = mandate.issued_at.ok_or("MANDATE_INCOMPLETE")?;
    require(issued <= request.now + 60, "MANDATE_NOT_YET")?;
    require(ends <= issued + 30 * DAY, "MANDATE_TOO_LONG")?;
    // time_window
    if let Some(start) = request.session_started_at {
        require(request.now <= start + DAY / 2, "SESSION_TOO_LONG")?;
    }
    // scope
    let name = match request.action {
        Action::Charge => "payment.charge",
        Action::Transfer => "payment.transfer",
        Action::Refund => "payment.refund",
    };
    let scope = mandate.scope.as_ref().ok_or("NOT_IN_SCOPE")?;
    require(scope.iter().any(|covered| covered == name), "NOT_IN_SCOPE")?;

    counterparty(request, notes)?;
    amount(request, mandate, notes)?;

    // replay
    require(mandate.nonce.is_some(), "NONCE_MISSING")?;
    // freshness
    if let Some(quoted) = request.cart.as_ref().and_then(|cart| cart.quoted_at) {
        require(request.now <= quoted + max_price_age(request), "PRICE_STALE")?;
    }

    policy(request, notes)
}

fn counterparty(request: &Request, notes: &mut Notes) -> Checked {
    if request.action == Action::Refund {
        return Ok(());
    }
    require(is_allowed_merchant(request), "MERCHANT_NOT_LISTED")?;
    if request.action == Action::Transfer {
        let asked = |(name, _): &&(String, Option<String>)| *name == request.merchant.name;
        let (_, answer) = request.screenings.iter().find(asked).ok_or("FACT_UNAVAILABLE")?;
        let answer = answer.as_deref().unwrap_or("possible");
        require(answer != "listed", "SANCTIONED_PARTY")?;
        notes.step_up(answer == "possible", "SCREENING_UNCLEAR");
    }
    if request.user == "u-2002" {
        notes.step_up(request.merchant.country.as_deref() != Some("DE"), "ABROAD");
    }
    Ok(())
}

fn amount(request: &Request, mandate: &Mandate, notes: &mut Notes) -> Checked {
    let Money { minor, currency } = &request.amount;
    if request.action == Action::Refund {
        notes.step_up(*minor > review_refund_above(currency)?, "REFUND_REVIEW");
        return Ok(());
    }
    if let Some(ceiling) = &mandate.ceiling {
        require(ceiling.currency == *currency, "CURRENCY_MISMATCH")?;
        require(*minor <= ceiling.minor, "CEILING_EXCEEDED")?;
    }
    let limit = max_amount(request, currency)?;
    require(*minor <= limit, "AMOUNT_OVER_LIMIT")?;
    notes.step_up(quarter_more(*minor) > limit, "NEAR_LIMIT");
    if let Some(cart) = &request.cart {
        let most = max_quantity(request);
        require(
            cart.lines.iter().all(|line| line.quantity >= 1 && line.quantity <= most),
            "QUANTITY_NOT_ALLOWED",
        )?;
        require(cart.lines.iter().all(|line| line.price.currency == *currency), "CURRENCY_MISMATCH")?;
        let total: i128 = cart.lines.iter().map(|line| line.price.minor * i128::from(line.quantity)).sum();
        require(total == *minor, "CART_TOTAL_WRONG")?;
    }
    Ok(())
}

fn policy(request: &Request, notes: &mut Notes) -> Checked {
    let pays = request.action != Action::Refund;
    // purchase
    if let Some(cart) = &request.cart {
        require(!cart.lines.iter().any(|line| is_blocked(request, &line.sku)), "SKU_BLOCKED")?;
    }
    if request.action == Action::Charge {
        let small = request.amount.minor <= show_cart_above(request, &request.amount.currency)?;
        notes.step_up(!small && request.cart.is_none(), "CART_NOT_SHOWN");
    }
    // risk
    if let (true, Some(ip), Some(card)) = (pays, &request.ip_country, &request.card_country) {
        notes.risk(30, ip != card, "COUNTRY_DIFFERS");
    }
    match request.registered_at {
        None => notes.risk(20, true, "AGENT_AGE_UNKNOWN"),
        Some(since) => notes.risk(25, request.now < since + 14 * DAY, "AGENT_NEW"),
    }
    let known = request.merchant.known == Some(true);
    notes.risk(20, pays && !known, "MERCHANT_NEW");
    notes.risk(25, pays && [4829, 6050, 6051].contains(&request.merchant.mcc), "CASH_LIKE");
    if let Some(cart) = &request.cart {
        notes.risk(20, cart.lines.iter().filter(|line| line.quantity >= 5).count() >= 3, "BULK_ORDER");
    }
    // gambling, then travel
    require(!(pays && is_gambling(request)) || request.age_verified == Some(true), "AGE_NOT_VERIFIED")?;
    let untrusted = request.tier == "untrusted";
    notes.step_up(pays && is_travel(request) && untrusted, "TRIP_NEEDS_CONSENT");
    // untrusted
    notes.step_up(request.action == Action::Charge && untrusted && !known, "FIRST_PAYMENT");
    Ok(())
}

/// The least that happens to the action: the library asks for all three, the base lets charges and refunds go, and the
/// tier `untrusted` takes some of that back.
pub fn default_of(request: &Request) -> Fallback {
    match (request.action, request.tier.as_str()) {
        (Action::Charge, _) => Fallback::Allow,
        (Action::Refund, "untrusted") => Fallback::StepUp,
        (Action::Refund, _) => Fallback::Allow,
        (Action::Transfer, "untrusted") => Fallback::Deny,
        (Action::Transfer, _) => Fallback::StepUp,
    }
}

/// A quarter more, rounded to the minor unit; what lies in the middle goes to the even neighbour.
fn quarter_more(minor: i128) -> i128 {
    let (whole, rest) = (minor * 5 / 4, minor * 5 % 4);
    match rest {
        3 => whole + 1,
        2 => whole + whole % 2,
        _ => whole,
    }
}

fn require(holds: bool, code: &'static str) -> Checked {
    if holds { Ok(()) } else { Err(code) }
}
