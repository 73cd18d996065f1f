//! Amounts in bodies that no policy reads first: `{"amount": "19.99", "currency": "USD"}`, where the amount may be a number, or `{"minor": 1999, "currency": "USD"}`.

use std::borrow::Cow;

use lictor_bundle::amount::{parse_minor, render_minor};
use lictor_bundle::currency::Currency;
use lictor_bundle::schema::Schema;

use super::asked::none_of;
use crate::json::{self, Object, Wrong};

/// An amount that was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Money {
    /// Of this currency.
    pub currency: Currency,
    /// How many decimals that has.
    pub digits: u8,
    /// In minor units.
    pub minor: i64,
}

impl Money {
    /// The amount as a text, with all decimals of its currency.
    pub fn amount(&self) -> String {
        render_minor(self.minor, self.digits)
    }
}

/// Whether something has the form of an amount, in whatever currency: what the document describes. Which currencies there are, and how many decimals each has, the
/// policy says.
pub(super) fn check(amount: &Object<'_>) -> Result<(), Wrong> {
    let known = ["amount", "minor", "currency"];
    if let Some((unknown, _)) = amount.members().find(|(name, _)| !known.contains(name)) {
        return Err(Wrong::at(amount.path_of(unknown), "is nothing that is read here; leave it out"));
    }
    let code = amount.text("currency")?;
    let is_code = code.starts_with(|first: char| first.is_ascii_alphabetic());
    if !is_code || code.len() > 8 || !code.bytes().all(|sign| sign.is_ascii_alphanumeric()) {
        return Err(none_of(&amount.path_of("currency"), &code, "the code of a currency"));
    }
    let sent = match (amount.get("minor"), amount.get("amount")) {
        (None, Some(sent)) => sent,
        (Some(minor), None) => {
            let none = || Wrong::at(amount.path_of("minor"), "is no whole number of minor units");
            return json::whole(minor).map(drop).ok_or_else(none);
        }
        (None, None) => return Err(Wrong::at(amount.path_of("amount"), "is missing")),
        (Some(_), Some(_)) => {
            return Err(Wrong::at(amount.path_of("minor"), "stands beside `amount`; send one of them"));
        }
    };
    let is_text = sent.starts_with('"');
    let text = if is_text { amount.text("amount")? } else { Cow::Borrowed(sent) };
    let (units, decimals) =
        text.split_once('.').map_or((&*text, None), |(units, decimals)| (units, Some(decimals)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    let is_plain = digits(units) && decimals.is_none_or(digits) && (units == "0" || !units.starts_with('0'));
    let is_number = sent.starts_with(|first: char| first.is_ascii_digit());
    if is_plain || is_number {
        return Ok(());
    }
    let what = if text.starts_with('-') { "is less than nothing" } else { "is not a plain decimal number" };
    Err(Wrong::at(amount.path_of("amount"), what))
}

/// Reads an amount, which is never less than nothing. The schema knows which currencies there are.
pub(super) fn read(amount: &Object<'_>, schema: &Schema) -> Result<Money, Wrong> {
    check(amount)?;
    let code = amount.text("currency")?.to_ascii_uppercase();
    let found = Currency::parse(&code).and_then(|code| Some((code, code.digits(&schema.currencies)?)));
    let Some((currency, digits)) = found else {
        return Err(none_of(&amount.path_of("currency"), &code, "the code of a currency"));
    };
    let (path, minor) = match amount.get("amount") {
        // What was not whole has been refused.
        None => (amount.path_of("minor"), amount.get("minor").and_then(json::whole).unwrap_or(-1)),
        Some(sent) => {
            let path = amount.path_of("amount");
            // A number is taken as it is written, as the engine takes it.
            let sent = if sent.starts_with('"') { amount.text("amount")? } else { Cow::Borrowed(sent) };
            let minor = parse_minor(&sent, digits).map_err(|error| Wrong::at(&path, error.to_string()))?;
            (path, minor)
        }
    };
    if minor < 0 {
        return Err(Wrong::at(path, "is less than nothing"));
    }
    Ok(Money { currency, digits, minor })
}
