//! Amounts: `{"amount": "19.99", "currency": "USD"}`, where the amount may also be a JSON number, or `{"minor": 1999, "currency": "USD"}`.

use lictor_bundle::currency::Currency;

use super::decoder::{Decoder, Read};
use super::member::Members;
use super::reader::{Kind, Reader};
use super::scalar;
use super::string::Text;
use crate::slot::Money;

const NAMES: [&str; 3] = ["amount", "minor", "currency"];

/// A part of an amount as it is written: what it is depends on the others, which may come after it.
pub(crate) enum Part<'i> {
    Number(&'i str),
    Text(Text<'i>),
    /// What no part of an amount is.
    Other,
}

impl<'i> Part<'i> {
    /// Reads the value that stands next.
    pub fn read(decoder: &mut Decoder<'i>) -> Read<Part<'i>> {
        match decoder.json(Reader::kind)? {
            Kind::Number => decoder.json(Reader::number).map(Part::Number),
            Kind::Text => decoder.json(Reader::string).map(Part::Text),
            _ => decoder.skip().map(|_| Part::Other),
        }
    }

    /// A currency, and how many decimals it has; from a code in small letters too where `any_case`.
    pub fn currency(&self, decoder: &Decoder<'_>, any_case: bool) -> Result<(Currency, u8), String> {
        let Part::Text(code) = self else { return Err("must be a code such as \"USD\"".to_owned()) };
        let schema = &decoder.program.bundle.schema;
        if any_case {
            scalar::currency(&code.to_ascii_uppercase(), schema)
        } else {
            scalar::currency(code, schema)
        }
    }

    /// Minor units, from an amount in whole units.
    pub fn amount(&self, digits: u8, signed: bool) -> Result<i64, String> {
        match self {
            Part::Number(text) => scalar::amount(text, digits, signed),
            Part::Text(text) => scalar::amount(text, digits, signed),
            Part::Other => Err("must be an amount such as \"19.99\"".to_owned()),
        }
    }

    /// Minor units.
    pub fn minor(&self, signed: bool) -> Result<i64, String> {
        match self {
            Part::Number(text) => scalar::minor(text, signed),
            _ => Err("must be a whole number of minor units".to_owned()),
        }
    }
}

/// Reads the amount that stands next.
pub(crate) fn read(decoder: &mut Decoder<'_>, signed: bool) -> Read<Money> {
    let mut members = Members::enter(decoder, &NAMES)?;
    let (mut amount, mut currency, mut minor) = (None, None, None);
    while let Some((index, name)) = members.next(decoder)? {
        let part = Part::read(decoder);
        let part = Some(decoder.in_member(name, part)?);
        match index {
            0 => amount = part,
            1 => minor = part,
            _ => currency = part,
        }
    }
    let Some(code) = currency else { return Err(decoder.refuse_in("currency", "is missing")) };
    let known = code.currency(decoder, false);
    let (currency, digits) = known.map_err(|sentence| decoder.refuse_in("currency", sentence))?;
    let minor = match (amount, minor) {
        (Some(amount), None) => amount.amount(digits, signed).map_err(|sentence| {
            // How many decimals an amount may have depends on its currency, so a sentence about them names it.
            let of = if sentence.contains("decimals") { format!(" in {currency}") } else { String::new() };
            decoder.refuse_in("amount", sentence + &of)
        })?,
        (None, Some(minor)) => {
            minor.minor(signed).map_err(|sentence| decoder.refuse_in("minor", sentence))?
        }
        (Some(_), Some(_)) => {
            return Err(decoder.refuse("has both `amount` and `minor`; send one of them"));
        }
        (None, None) => return Err(decoder.refuse_in("amount", "is missing")),
    };
    members.leave(decoder);
    Ok(Money { currency, minor })
}
