//! Requests as they go over the wire.

/// A payment that the policy allows: one that is not counted, and one that is.
pub const CHARGE: &str = r#""action":"payment.charge","params":{"merchant":{"id":"m-1","name":"Corner Cafe","mcc":5814},"amount":{"amount":"4.50","currency":"USD"}}"#;
/// See [`CHARGE`].
pub const TRANSFER: &str = r#""action":"payment.transfer","params":{"merchant":{"id":"m-1","name":"Corner Cafe","mcc":5814},"amount":{"amount":"4.50","currency":"USD"},"account":"DE02120300000000202051"}"#;

/// A request to evaluate.
pub fn evaluation(agent: &str) -> String {
    format!(
        r#"{{"subject":{{"type":"agent","id":"{agent}"}},"action":{{"name":"payment.charge","properties":{{"amount":{{"amount":"4.50","currency":"USD"}}}}}},"resource":{{"type":"merchant","id":"m-1","properties":{{"name":"Corner Cafe","mcc":5814}}}}}}"#
    )
}

/// What an agent asks for.
pub fn authorize(action: &str) -> String {
    format!("{{{action}}}")
}

/// What a checkout presents.
pub fn validate(action: &str, token: &str) -> String {
    format!(r#"{{"executionToken":"{token}",{action}}}"#)
}

/// A request with its head.
pub fn post(path: &str, key: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// The token in an answer.
pub fn token(answer: &str) -> String {
    let (_, rest) =
        answer.split_once(r#""executionToken":""#).unwrap_or_else(|| panic!("no token: {answer}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// Looks whether a token burned.
pub fn burned(answer: &str) {
    assert!(answer.contains(r#""tokenConsumed":true"#), "{answer}");
}
