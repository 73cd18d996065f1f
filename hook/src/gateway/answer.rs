//! What a gateway says to `authorize`. What refuses may have any form; a yes has the members that a yes has, each of its kind, and no other: what this
//! edition does not know may be what it hangs on.

use lictor_bundle::time::parse_timestamp;
use lictor_evidence::json::Json;
use lictor_evidence::token::TokenId;

/// What was answered.
pub(super) enum Answer {
    /// It may happen, if it is to be believed.
    Yes(Yes),
    /// People are asked, or have answered.
    Held {
        /// The name of what they are asked.
        approval: String,
        /// Whether they have approved it, and nobody has come for it yet.
        approved: bool,
        /// Why they are asked.
        why: String,
    },
    /// It may not happen.
    No {
        /// Why.
        why: String,
    },
}

/// A yes, as it was written. Nothing of it is verified.
pub(super) struct Yes {
    /// The token.
    pub token: String,
    /// Where the receipt of the decision is.
    pub receipt: String,
    /// The name of that receipt, as its place says it.
    pub name: String,
    /// When the token ends, in milliseconds since 1970 UTC.
    pub expires: i64,
    /// Whether something must be done with it.
    pub is_obliged: bool,
}

/// The members of a yes.
const MEMBERS: [&str; 8] =
    ["decision", "reasonCode", "reason", "executionToken", "expiresAt", "obligations", "receipt", "traceId"];

impl Answer {
    /// Reads the answer to the request of this name.
    pub fn read(bytes: &[u8], trace: &str) -> Result<Answer, String> {
        let answer = Json::parse(bytes).map_err(|error| error.to_string())?;
        if !matches!(answer, Json::Object(_)) {
            return Err("it is no object".to_owned());
        }
        let text = |name: &str| answer.member(name).and_then(Json::text);
        if text("traceId") != Some(trace) {
            return Err(
                "it is to another request, since its `traceId` is not the one that was sent".to_owned()
            );
        }
        let code = text("reasonCode").ok_or("it does not say why: there is no text `reasonCode`")?;
        let why = || match text("reason") {
            Some(reason) => format!("{reason} ({code})"),
            None => code.to_owned(),
        };
        match text("decision") {
            Some("allowed") => yes(&answer).map(Answer::Yes),
            Some("denied") => Ok(Answer::No { why: why() }),
            Some("step_up") => match answer.member("approval") {
                None => Ok(Answer::No { why: why() }),
                Some(asked) => {
                    let of = |name: &str| asked.member(name).and_then(Json::text);
                    let id = of("id").filter(|id| is_approval(id));
                    let id = id.ok_or("a person has to be asked, and the answer does not say where")?;
                    let approved = of("state") == Some("approved");
                    Ok(Answer::Held { approval: id.to_owned(), approved, why: why() })
                }
            },
            _ => Err("it says neither yes nor no".to_owned()),
        }
    }
}

/// What a yes says, where it is whole.
fn yes(answer: &Json) -> Result<Yes, String> {
    let Json::Object(members) = answer else { return Err("it is no object".to_owned()) };
    if let Some(name) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
        return Err(format!(
            "it says yes, and has a member `{}` that this edition does not know",
            name.escape_default()
        ));
    }
    let text = |name: &str| {
        let found = answer.member(name).and_then(Json::text).filter(|text| !text.is_empty());
        found.ok_or_else(|| format!("it says yes, and has no text `{name}`"))
    };
    if text("reasonCode")? != "OK" {
        return Err("it says yes, and its reason is another than OK".to_owned());
    }
    if answer.member("reason").is_some() {
        text("reason")?;
    }
    let (token, receipt) = (text("executionToken")?.to_owned(), text("receipt")?.to_owned());
    let name =
        place(&receipt).ok_or("it says yes, and its receipt lies somewhere else than at the gateway")?;
    let expires = parse_timestamp(text("expiresAt")?);
    let expires = expires.map_err(|_| "it says yes, and `expiresAt` is no time")?;
    let is_obliged = match answer.member("obligations") {
        None => false,
        Some(Json::List(all)) => !all.is_empty(),
        Some(_) => return Err("it says yes, and its obligations are no list".to_owned()),
    };
    Ok(Yes { name: name.to_owned(), token, receipt, expires, is_obliged })
}

/// The name of the receipt that lies at this path: `/r/NAME`, or `/t/TENANT/r/NAME`.
fn place(path: &str) -> Option<&str> {
    let rest = match path.strip_prefix("/t/") {
        None => path,
        Some(of) => {
            let (tenant, _) = of.split_once('/')?;
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            let is_name =
                !tenant.is_empty() && tenant.bytes().all(plain) && tenant.bytes().any(|byte| byte != b'.');
            of.get(tenant.len()..).filter(|_| is_name)?
        }
    };
    rest.strip_prefix("/r/").filter(|name| name.parse::<TokenId>().is_ok())
}

/// Whether a request for approval goes by such a name: it becomes a part of an address, and of what people read.
fn is_approval(id: &str) -> bool {
    id.split_once('.').is_some_and(|(random, index)| {
        let digits = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        random.len() == 32
            && random.bytes().all(digits)
            && (1..=16).contains(&index.len())
            && index.bytes().all(|byte| byte.is_ascii_digit())
    })
}
