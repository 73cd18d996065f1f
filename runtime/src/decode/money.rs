//! Amounts: `{"amount": "19.99", "currency": "USD"}`, where the amount may also be a JSON number, or `{"minor": 1999, "currency": "USD"}`.

use std::borrow::Cow;

use serde::de::{self, MapAccess};
use serde_json::value::RawValue;

use super::decoder::Decoder;
use super::member::{MemberName, Names, Seen};
use super::scalar;
use crate::slot::{Money, Slot};

const NAMES: Names<'static> = Names::Fixed(&["amount", "currency", "minor"]);

/// Reads an amount into the frame's slot at `at`.
pub(crate) fn read<'de, A: MapAccess<'de>>(
    decoder: &mut Decoder<'_>,
    signed: bool,
    at: usize,
    mut map: A,
) -> Result<(), A::Error> {
    let seen = Seen::enter(decoder, NAMES)?;
    // How the amount is read depends on the currency, which may come after it.
    let mut members = [None; 3];
    while let Some(index) = map.next_key_seed(MemberName { decoder: &mut *decoder, names: NAMES, seen })? {
        let value = map.next_value::<&RawValue>();
        let value = decoder.in_member(NAMES.get(index), value)?;
        if let Some(member) = members.get_mut(index) {
            *member = Some(value);
        }
    }
    let [amount, currency, minor] = members;
    let money = money(decoder, amount, currency, minor, signed)?;
    decoder.put(at, Slot::from_money(money));
    seen.leave(decoder);
    Ok(())
}

fn money<E: de::Error>(
    decoder: &mut Decoder<'_>,
    amount: Option<&RawValue>,
    currency: Option<&RawValue>,
    minor: Option<&RawValue>,
    signed: bool,
) -> Result<Money, E> {
    let schema = &decoder.program.bundle.schema;
    let Some(code) = currency else {
        let missing = Err(decoder.refuse("is missing"));
        return decoder.in_member("currency", missing);
    };
    let currency = text(code, "a code such as \"USD\"").and_then(|code| scalar::currency(&code, schema));
    let (currency, digits) = member(decoder, "currency", currency)?;
    let minor = match (amount, minor) {
        (Some(amount), None) => {
            let minor = number_or_text(amount).and_then(|text| scalar::amount(&text, digits, signed));
            member(decoder, "amount", minor.map_err(|sentence| in_currency(sentence, code)))?
        }
        (None, Some(minor)) => {
            let minor = number(minor).and_then(|text| scalar::minor(text, signed));
            member(decoder, "minor", minor)?
        }
        (Some(_), Some(_)) => {
            return Err(decoder.refuse("has both `amount` and `minor`; send one of them"));
        }
        (None, None) => {
            let missing = Err(decoder.refuse("is missing"));
            return decoder.in_member("amount", missing);
        }
    };
    Ok(Money { currency, minor })
}

/// Gives up in a member where its value is a sentence that says why.
fn member<T, E: de::Error>(decoder: &mut Decoder<'_>, name: &str, value: Result<T, String>) -> Result<T, E> {
    let value = value.map_err(|sentence| decoder.refuse(sentence));
    decoder.in_member(name, value)
}

/// How many decimals an amount may have depends on its currency, so a sentence about them names it.
fn in_currency(sentence: String, code: &RawValue) -> String {
    if sentence.contains("decimals") {
        format!("{sentence} in {}", code.get().trim_matches('"'))
    } else {
        sentence
    }
}

fn is_number(raw: &RawValue) -> bool {
    matches!(raw.get().as_bytes().first(), Some(b'-' | b'0'..=b'9'))
}

pub(crate) fn number(raw: &RawValue) -> Result<&str, String> {
    if is_number(raw) { Ok(raw.get()) } else { Err("must be a whole number of minor units".to_owned()) }
}

pub(crate) fn number_or_text(raw: &RawValue) -> Result<Cow<'_, str>, String> {
    if is_number(raw) { Ok(Cow::Borrowed(raw.get())) } else { text(raw, "an amount such as \"19.99\"") }
}

pub(crate) fn text<'a>(raw: &'a RawValue, expected: &str) -> Result<Cow<'a, str>, String> {
    scalar::unquoted(raw.get()).unwrap_or_else(|| Err(format!("must be {expected}")))
}
