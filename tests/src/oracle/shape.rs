//! What a well-formed request looks like: the envelope, what `fernhill.base` adds to it, and the actions of `std.payments`.

use serde_json::{Map, Value};

/// The code that refuses what is not well formed.
pub const INVALID: &str = "STRUCTURE_INVALID";

/// Anything, or the code that refuses the request.
pub type Shaped<T> = Result<T, &'static str>;

/// An amount: minor units and a currency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Money {
    pub minor: i128,
    pub currency: String,
}

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    Charge,
    Transfer,
    Refund,
}

/// A well-formed request. Times are seconds since 1970.
pub struct Request {
    pub action: Action,
    pub tier: String,
    pub registered_at: Option<i64>,
    pub user: String,
    pub age_verified: Option<bool>,
    pub mandate: Option<Mandate>,
    pub now: i64,
    pub ip_country: Option<String>,
    pub card_country: Option<String>,
    pub session_started_at: Option<i64>,
    pub merchant: Merchant,
    pub amount: Money,
    pub cart: Option<Cart>,
    /// The names that were screened, each with the answer.
    pub screenings: Vec<(String, Option<String>)>,
}

/// What a person signed.
pub struct Mandate {
    pub scope: Option<Vec<String>>,
    pub ceiling: Option<Money>,
    pub issued_at: Option<i64>,
    pub expires_at: Option<i64>,
    pub nonce: Option<String>,
    pub signature_valid: Option<bool>,
}

/// Who is paid.
pub struct Merchant {
    pub id: String,
    pub name: String,
    pub mcc: i64,
    pub country: Option<String>,
    pub known: Option<bool>,
}

/// What is bought.
pub struct Cart {
    pub lines: Vec<Line>,
    pub quoted_at: Option<i64>,
}

/// One article of it.
pub struct Line {
    pub sku: String,
    pub quantity: i64,
    pub price: Money,
}

/// Reads a request, or says which code refuses it.
pub fn request(value: &Value) -> Shaped<Request> {
    let top = object(
        value,
        &["action", "agent", "context", "params"],
        &["user", "mandate", "facts", "schema_version"],
    )?;
    if top.get("schema_version").is_some_and(|version| version.as_i64() != Some(1)) {
        return Err(INVALID);
    }
    let action = match text(&top["action"], 4096)?.as_str() {
        "payment.charge" => Action::Charge,
        "payment.transfer" => Action::Transfer,
        "payment.refund" => Action::Refund,
        _ => return Err("UNKNOWN_ACTION"),
    };
    // There are policies of users, so who the user is may not be left out.
    let user = object(top.get("user").ok_or("USER_REQUIRED")?, &["id"], &["age_verified"])?;
    let agent = object(&top["agent"], &["id", "tier"], &["registered_at"])?;
    text(&agent["id"], 4096)?;
    let tier = text(&agent["tier"], 4096)?;
    if !["untrusted", "known", "trusted"].contains(&tier.as_str()) {
        return Err(INVALID);
    }
    let context = object(&top["context"], &["now"], &["ip_country", "card_country", "session_started_at"])?;
    let params = match action {
        Action::Charge => object(&top["params"], &["merchant", "amount"], &["cart", "note"])?,
        Action::Transfer => object(&top["params"], &["merchant", "amount", "account"], &["note"])?,
        Action::Refund => object(&top["params"], &["merchant", "amount", "charge_id"], &["note"])?,
    };
    optional(params, "note", |note| text(note, 4096))?;
    optional(params, "account", |account| text(account, 64))?;
    optional(params, "charge_id", |charge| text(charge, 64))?;
    Ok(Request {
        action,
        tier,
        registered_at: optional(agent, "registered_at", time)?,
        user: text(&user["id"], 4096)?,
        age_verified: optional(user, "age_verified", truth)?,
        mandate: optional(top, "mandate", mandate)?,
        now: time(&context["now"])?,
        ip_country: optional(context, "ip_country", country)?,
        card_country: optional(context, "card_country", country)?,
        session_started_at: optional(context, "session_started_at", time)?,
        merchant: merchant(&params["merchant"])?,
        amount: money(&params["amount"])?,
        cart: optional(params, "cart", cart)?,
        screenings: optional(top, "facts", |facts| list(facts, 0, 32, screening))?.unwrap_or_default(),
    })
}

fn mandate(value: &Value) -> Shaped<Mandate> {
    let known = ["scope", "ceiling", "issued_at", "expires_at", "nonce", "signature_valid"];
    let mandate = object(value, &[], &known)?;
    Ok(Mandate {
        scope: optional(mandate, "scope", |scope| list(scope, 1, 64, |action| text(action, 4096)))?,
        ceiling: optional(mandate, "ceiling", money)?,
        issued_at: optional(mandate, "issued_at", time)?,
        expires_at: optional(mandate, "expires_at", time)?,
        nonce: optional(mandate, "nonce", |nonce| text(nonce, 4096))?,
        signature_valid: optional(mandate, "signature_valid", truth)?,
    })
}

fn merchant(value: &Value) -> Shaped<Merchant> {
    let merchant = object(value, &["id", "name", "mcc"], &["country", "known"])?;
    Ok(Merchant {
        id: text(&merchant["id"], 64)?,
        name: text(&merchant["name"], 200)?,
        mcc: count(&merchant["mcc"])?,
        country: optional(merchant, "country", country)?,
        known: optional(merchant, "known", truth)?,
    })
}

fn cart(value: &Value) -> Shaped<Cart> {
    let cart = object(value, &["lines"], &["quoted_at"])?;
    let line = |value: &Value| {
        let line = object(value, &["sku", "quantity", "price"], &[])?;
        Ok(Line {
            sku: text(&line["sku"], 64)?,
            quantity: count(&line["quantity"])?,
            price: money(&line["price"])?,
        })
    };
    Ok(Cart { lines: list(&cart["lines"], 1, 50, line)?, quoted_at: optional(cart, "quoted_at", time)? })
}

fn screening(value: &Value) -> Shaped<(String, Option<String>)> {
    let fact = object(value, &["fact", "args", "value"], &[])?;
    let args = object(&fact["args"], &["name"], &[])?;
    let answer = match &fact["value"] {
        Value::Null => None,
        Value::String(answer) if ["clear", "possible", "listed"].contains(&answer.as_str()) => {
            Some(answer.clone())
        }
        _ => return Err(INVALID),
    };
    if fact["fact"] != "sanctions" {
        return Err(INVALID);
    }
    Ok((text(&args["name"], 4096)?, answer))
}

/// An object with all of these members, perhaps some of those, and no others.
fn object<'a>(value: &'a Value, required: &[&str], optional: &[&str]) -> Shaped<&'a Map<String, Value>> {
    let map = value.as_object().ok_or(INVALID)?;
    let complete = required.iter().all(|name| map.contains_key(*name));
    let known = map.keys().all(|name| required.contains(&name.as_str()) || optional.contains(&name.as_str()));
    if complete && known { Ok(map) } else { Err(INVALID) }
}

fn optional<T>(
    map: &Map<String, Value>,
    name: &str,
    read: impl Fn(&Value) -> Shaped<T>,
) -> Shaped<Option<T>> {
    map.get(name).map(read).transpose()
}

fn list<T>(value: &Value, min: usize, max: usize, read: impl Fn(&Value) -> Shaped<T>) -> Shaped<Vec<T>> {
    let items = value.as_array().filter(|items| (min..=max).contains(&items.len())).ok_or(INVALID)?;
    items.iter().map(read).collect()
}

fn text(value: &Value, max: usize) -> Shaped<String> {
    value.as_str().filter(|text| text.len() <= max).map(str::to_owned).ok_or(INVALID)
}

fn truth(value: &Value) -> Shaped<bool> {
    value.as_bool().ok_or(INVALID)
}

fn count(value: &Value) -> Shaped<i64> {
    value.as_i64().filter(|number| *number >= 0).ok_or(INVALID)
}

fn country(value: &Value) -> Shaped<String> {
    let code = text(value, 2)?;
    if code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase()) {
        Ok(code)
    } else {
        Err(INVALID)
    }
}

/// `{"minor": 1999, "currency": "USD"}`, `{"amount": "19.99", …}` or `{"amount": 19.99, …}`.
fn money(value: &Value) -> Shaped<Money> {
    let map = object(value, &["currency"], &["minor", "amount"])?;
    let currency = text(&map["currency"], 8)?;
    let digits = match currency.as_str() {
        "USD" | "EUR" | "GBP" | "CHF" => 2,
        "JPY" => 0,
        _ => return Err(INVALID),
    };
    let minor = match (map.get("minor"), map.get("amount")) {
        (Some(minor), None) => i128::from(count(minor)?),
        (None, Some(Value::String(amount))) => minor_units(amount, digits)?,
        // Up to fifteen digits, a float prints as the shortest text that reads as it: what the request said.
        (None, Some(Value::Number(amount))) => minor_units(&shortest(&amount.to_string()), digits)?,
        _ => return Err(INVALID),
    };
    Ok(Money { minor, currency })
}

/// `68.0`, as floats print what is whole, is `68`.
fn shortest(number: &str) -> String {
    number.strip_suffix(".0").unwrap_or(number).to_owned()
}

fn minor_units(amount: &str, digits: usize) -> Shaped<i128> {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let digit_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let dangling = amount.contains('.') && fraction.is_empty();
    if whole.is_empty() || dangling || fraction.len() > digits || !digit_only(whole) || !digit_only(fraction)
    {
        return Err(INVALID);
    }
    format!("{whole}{fraction:0<digits$}").parse().map_err(|_| INVALID)
}

/// `2026-03-02T10:00:00Z` as seconds since 1970.
fn time(value: &Value) -> Shaped<i64> {
    let text = text(value, 20)?;
    let shape: Vec<bool> = text.bytes().map(|byte| byte.is_ascii_digit()).collect();
    let marks: String = text.chars().filter(|letter| !letter.is_ascii_digit()).collect();
    if shape.len() != 20 || marks != "--T::Z" || [4, 7, 10, 13, 16, 19].iter().any(|place| shape[*place]) {
        return Err(INVALID);
    }
    let part = |from: usize, to: usize| text[from..to].parse::<i64>().map_err(|_| INVALID);
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let february = if leap(year) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if year < 1970 || !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 59 {
        return Err(INVALID);
    }
    let month = (month - 1) as usize;
    if !(1..=months[month]).contains(&day) {
        return Err(INVALID);
    }
    let years: i64 = (1970..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    let days = years + months[..month].iter().sum::<i64>() + day - 1;
    Ok(days * 86_400 + hour * 3_600 + minute * 60 + second)
}
