//! Amounts in bodies that no policy reads first: `{"amount": "19.99", "currency": "USD"}`, where the amount may be a number, or `{"minor": 1999, "currency": "USD"}`.

use std::borrow::Cow;

use lictor_bundle::amount::{parse_minor, render_minor};
use lictor_bundle::currency::Currency;
use lictor_bundle::schema::Schema;

use super::asked::none_of;
use crate::json::{Object, Wrong};

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

/// Reads an amount, which is never less than nothing. The schema knows which currencies there are.
pub(super) fn read(amount: &Object<'_>, schema: &Schema) -> Result<Money, Wrong> {
    let known = ["amount", "minor", "currency"];
    if let Some((unknown, _)) = amount.members().find(|(name, _)| !known.contains(name)) {
        return Err(Wrong::at(amount.path_of(unknown), "is nothing that is read here; leave it out"));
    }
    let code = amount.text("currency")?.to_ascii_uppercase();
    let found = Currency::parse(&code).and_then(|code| Some((code, code.digits(&schema.currencies)?)));
    let Some((currency, digits)) = found else {
        return Err(none_of(&amount.path_of("currency"), &code, "the code of a currency"));
    };
    let (path, minor) = match (amount.get("minor"), amount.get("amount")) {
        (Some(minor), None) => {
            let path = amount.path_of("minor");
            (path.clone(), minor.parse().map_err(|_| Wrong::at(path, "is no whole number of minor units"))?)
        }
        (None, Some(sent)) => {
            let path = amount.path_of("amount");
            // A number is taken as it is written, as the engine takes it.
            let sent = if sent.starts_with('"') { amount.text("amount")? } else { Cow::Borrowed(sent) };
            let minor = parse_minor(&sent, digits).map_err(|error| Wrong::at(&path, error.to_string()))?;
            (path, minor)
        }
        (None, None) => return Err(Wrong::at(amount.path_of("amount"), "is missing")),
        (Some(_), Some(_)) => {
            return Err(Wrong::at(amount.path_of("minor"), "stands beside `amount`; send one of them"));
        }
    };
    if minor < 0 {
        return Err(Wrong::at(path, "is less than nothing"));
    }
    Ok(Money { currency, digits, minor })
}
