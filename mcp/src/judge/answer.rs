//! What the answer of a gateway must be to count as a yes: whole, and of what was asked, as far as that can be seen here. Anything less is no decision.

use std::collections::BTreeSet;

use base64ct::{Base64UrlUnpadded, Encoding};
use lictor_bundle::time::parse_timestamp;
use lictor_evidence::token::{Claims, MAX_TOKEN, Mode};

use super::{Burned, SIGNED, obliged};
use crate::refusal::Refusal;
use crate::tree::Tree;

/// What a gateway says of a yes.
const OK: &str = "OK";
/// What tokens are good for.
const SCOPE: &str = "agent_exec";

/// The token of an answer that allows what was asked. What it says is not proven here: the gateway itself looks at it before the call goes on.
///
/// # Errors
/// It is no whole yes, or one with an obligation that nobody fulfils.
pub(super) fn granted(answer: &Tree, fulfils: &BTreeSet<String>) -> Result<Burned, Refusal> {
    let text = |name: &str| answer.get(name).and_then(Tree::text);
    if text("reasonCode") != Some(OK) {
        return Err(no_yes("gives a reason against it"));
    }
    obligations(answer, fulfils)?;
    let token = text("executionToken").ok_or_else(|| no_yes("has granted no token"))?;
    let claims = claims(token).ok_or_else(|| no_yes("has granted what is no token"))?;
    if claims.mode != Mode::Enforce {
        return Err(Refusal::fault("the gateway only observes, and would refuse nothing"));
    }
    if claims.scope != SCOPE || claims.envelope.is_some() || claims.commerce.is_some() {
        return Err(no_yes("has granted a token for something else than a call of a tool"));
    }
    let until = text("expiresAt").and_then(|until| parse_timestamp(until).ok());
    if until != claims.expires.checked_mul(1_000) {
        return Err(no_yes("has granted a token that ends at another time than it says"));
    }
    Ok(token.to_owned())
}

/// Whether a token was used up for what was asked.
///
/// # Errors
/// It was not, or the answer does not say so.
pub(super) fn used_up(answer: &Tree) -> Result<(), Refusal> {
    let code = answer.get("reasonCode").and_then(Tree::text);
    match answer.get("allowed") {
        Some(Tree::Bool(true))
            if code == Some(OK) && answer.get("tokenConsumed") == Some(&Tree::Bool(true)) =>
        {
            Ok(())
        }
        Some(Tree::Bool(true)) => Err(no_yes("has not used the token up")),
        Some(Tree::Bool(false)) => Err(Refusal::new(
            code.unwrap_or("POLICY_DENIED"),
            "it was allowed, and is not any more now that it is to happen",
        )),
        _ => Err(neither()),
    }
}

/// Whether it is the id of a request for approval, which becomes part of addresses: 32 digits, a dot and a number.
pub(super) fn is_id(id: &str) -> bool {
    id.split_once('.').is_some_and(|(random, index)| {
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let is_number = (1..=16).contains(&index.len()) && index.bytes().all(|byte| byte.is_ascii_digit());
        random.len() == 32 && random.bytes().all(is_hex) && is_number
    })
}

/// An answer that says neither yes nor no.
pub(super) fn neither() -> Refusal {
    Refusal::fault("the gateway says neither yes nor no")
}

fn no_yes(what: &str) -> Refusal {
    Refusal::fault(format!("the gateway says yes, and {what}"))
}

fn obligations(answer: &Tree, fulfils: &BTreeSet<String>) -> Result<(), Refusal> {
    let all = match answer.get("obligations") {
        None => return Ok(()),
        Some(Tree::List(all)) => all,
        Some(_) => return Err(no_yes("obliges to what cannot be read")),
    };
    for obligation in all {
        let id = obligation.get("id").and_then(Tree::text);
        let id = id.ok_or_else(|| no_yes("obliges to what cannot be read"))?;
        if id != SIGNED && !fulfils.contains(id) {
            return Err(obliged(id));
        }
    }
    Ok(())
}

/// What a token says; nothing where it is none.
fn claims(token: &str) -> Option<Claims> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else { return None };
    let decoded = |part: &str| Base64UrlUnpadded::decode_vec(part).ok().filter(|bytes| !bytes.is_empty());
    let (_, payload, _) = (decoded(header)?, decoded(payload)?, decoded(signature)?);
    (token.len() <= MAX_TOKEN).then(|| serde_json::from_slice(&payload).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the token of a call of a tool says.
    const SAYS: &str = r#"{"iss":"https://gateway.example","aud":"desk","sub":"desk-1","jti":"AAAAAAAAAAAAAAAAAAAAAA.7",
        "iat":1000,"nbf":1000,"exp":1300,"act":"desk.refund","bnd":"13aqoz1YQcUobgbvVNREYBa1nn3y5tCGQA0mh0Etgzc",
        "bundle":"sha256:0000000000000000000000000000000000000000000000000000000000000000","dec":"7","gen":1,"mode":"enforce",
        "scope":"agent_exec","ver":1}"#;

    fn token(says: &str) -> String {
        let part = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
        format!("{}.{}.{}", part("{}"), part(says), part("signed"))
    }

    fn yes(token: &str) -> Tree {
        let yes = format!(
            r#"{{"decision":"allowed","reasonCode":"OK","executionToken":"{token}","expiresAt":"1970-01-01T00:21:40Z","receipt":"/r/a","traceId":"t"}}"#
        );
        Tree::read(yes.as_bytes()).unwrap()
    }

    fn with(mut answer: Tree, name: &str, value: &str) -> Tree {
        answer.remove(name);
        let Tree::Object(members) = &mut answer else { unreachable!() };
        members.push((name.to_owned(), Tree::read(value.as_bytes()).unwrap()));
        answer
    }

    fn told(answer: &Tree) -> Result<String, String> {
        let fulfils = ["receipt".to_owned()].into();
        granted(answer, &fulfils).map_err(|refusal| format!("{}: {}", refusal.code, refusal.reason))
    }

    #[test]
    fn a_whole_yes_has_a_token_for_what_was_asked() {
        let token = token(SAYS);
        assert_eq!(told(&yes(&token)), Ok(token.clone()));
        for fulfilled in ["[]", r#"[{"id":"receipt"},{"id":"signed_approval"}]"#] {
            assert_eq!(told(&with(yes(&token), "obligations", fulfilled)), Ok(token.clone()));
        }
    }

    #[test]
    fn anything_less_is_no_yes() {
        let good = token(SAYS);
        let without = |name: &str| {
            let mut answer = yes(&good);
            answer.remove(name);
            answer
        };
        let says = |from: &str, to: &str| {
            assert!(SAYS.contains(from), "{from}");
            yes(&token(&SAYS.replace(from, to)))
        };
        for (answer, why) in [
            (without("executionToken"), "no token"),
            (without("reasonCode"), "reason against it"),
            (without("expiresAt"), "another time"),
            (with(yes(&good), "reasonCode", "\"POLICY_DENIED\""), "reason against it"),
            (with(yes(&good), "executionToken", "null"), "no token"),
            (with(yes(&good), "executionToken", "7"), "no token"),
            (with(yes(&good), "expiresAt", "\"1970-01-01T00:21:41Z\""), "another time"),
            (with(yes(&good), "obligations", "{\"id\":\"call\"}"), "cannot be read"),
            (with(yes(&good), "obligations", "null"), "cannot be read"),
            (with(yes(&good), "obligations", "[{}]"), "cannot be read"),
            (with(yes(&good), "obligations", "[\"receipt\"]"), "cannot be read"),
            (with(yes(&good), "obligations", "[{\"id\":\"call\"}]"), "OBLIGATION_UNMET"),
            (yes(""), "what is no token"),
            (yes("a.b.c"), "what is no token"),
            (yes("yes"), "what is no token"),
            (yes(good.rsplit_once('.').unwrap().0), "what is no token"),
            (yes(&format!("{good}.AAAA")), "what is no token"),
            (yes(&good.replace('.', "=.")), "what is no token"),
            (yes(&token("{}")), "what is no token"),
            (says("\"ver\":1", "\"ver\":2"), "what is no token"),
            (says("enforce", "observe"), "only observes"),
            (says("agent_exec", "anything"), "something else"),
            (says("\"ver\":1", "\"ver\":1,\"env\":{\"amount\":{\"max\":\"5.00\"}}"), "token"),
        ] {
            let told = told(&answer).unwrap_err();
            assert!(told.contains(why), "{told}: {}", answer.written());
        }
    }

    #[test]
    fn a_token_is_used_up_where_the_answer_says_all_of_it() {
        let used = |text: &str| used_up(&Tree::read(text.as_bytes()).unwrap());
        assert_eq!(
            used(r#"{"allowed":true,"reasonCode":"OK","tokenConsumed":true,"receipt":"/r/b"}"#),
            Ok(())
        );
        for (text, code) in [
            (r#"{"allowed":true,"reasonCode":"OK","tokenConsumed":false}"#, "INTERNAL_ERROR"),
            (r#"{"allowed":true,"reasonCode":"REPLAY_DETECTED","tokenConsumed":true}"#, "INTERNAL_ERROR"),
            (r#"{"allowed":true}"#, "INTERNAL_ERROR"),
            (r#"{"allowed":"true","reasonCode":"OK","tokenConsumed":true}"#, "INTERNAL_ERROR"),
            (r#"{"decision":"allowed"}"#, "INTERNAL_ERROR"),
            ("[]", "INTERNAL_ERROR"),
            (r#"{"allowed":false,"reasonCode":"REPLAY_DETECTED","tokenConsumed":false}"#, "REPLAY_DETECTED"),
            (r#"{"allowed":false,"tokenConsumed":true}"#, "POLICY_DENIED"),
        ] {
            assert_eq!(used(text).map_err(|refusal| refusal.code), Err(code.to_owned()), "{text}");
        }
    }

    #[test]
    fn an_id_leads_nowhere_else() {
        let random = "ab".repeat(16);
        assert!(is_id(&format!("{random}.0")) && is_id(&format!("{random}.1234")));
        for other in [
            "",
            ".",
            "..",
            "a",
            "a/b",
            &random,
            &format!("{random}."),
            &format!("{random}.1/../x"),
            &format!("{random}.1?x"),
        ] {
            assert!(!is_id(other), "{other}");
        }
    }
}
