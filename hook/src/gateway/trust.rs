//! Whether a yes is to be believed: the token was signed by this gateway, for here and now, and its receipt is of the decision that issued it.
//!
//! The keys come from the gateway itself, so that all of it is as good as the connection; with a root key that was known before, it is as good as that. What
//! cannot be compared is the call: a token binds it by a secret of the gateway's. What the name of the request shows is that the answer is to it.

use lictor_bundle::keys::VerifyingKey;
use lictor_evidence::history::KeyHistory;
use lictor_evidence::jwks::TokenKeys;
use lictor_evidence::keys::{Root, VerifyingKey as Dedicated};
use lictor_evidence::receipt::{
    Approved, Authenticated, Elsewhere, Event, Outcome, Receipt, Verdict, verify,
};
use lictor_evidence::token::{Claims, Expected, Mode};

use super::answer::Yes;

/// What a token must be good for.
const SCOPE: &str = "agent_exec";
/// How far the clocks may be apart, in milliseconds.
const SKEW: u32 = 30_000;

/// What is believed of a gateway.
#[derive(Clone, Copy)]
pub struct Trust {
    /// The key that has signed the history of its keys, known beforehand. Without one, the history is as good as the connection that it came by.
    pub root: Option<VerifyingKey>,
    /// Whether to go on where the gateway only watches, and so allows everything.
    pub observed: bool,
    /// The time, in milliseconds since 1970 UTC.
    pub now: i64,
}

impl Trust {
    /// Whether a yes is one; why it is not.
    pub(super) fn believes(
        &self,
        yes: &Yes,
        history: &[u8],
        keys: &[u8],
        receipt: &[u8],
    ) -> Result<(), String> {
        let history = self.history(history)?;
        let claims = self.claims(&yes.token, &history, keys)?;
        let report = verify(receipt, &history, &Elsewhere::default());
        let Some(receipt) = report.receipt else {
            let failed = report.lines.iter().find(|line| line.outcome == Outcome::Failed);
            let failed = failed.map_or("nothing was checked", |line| line.text.as_str());
            return Err(format!("the receipt is not to be relied on: {failed}"));
        };
        of_one_thing(yes, &claims, &receipt)?;
        self.permits(&receipt)
    }

    fn history(&self, bytes: &[u8]) -> Result<KeyHistory, String> {
        let opened = match &self.root {
            Some(root) => KeyHistory::open(bytes, &Dedicated::<Root>::new(*root)),
            None => KeyHistory::unverified(bytes),
        };
        opened.map_err(|error| format!("the history of keys does not hold: {error}"))
    }

    /// What the token says.
    fn claims(&self, token: &str, history: &KeyHistory, keys: &[u8]) -> Result<Claims, String> {
        let keys =
            TokenKeys::from_json(keys).map_err(|error| format!("the keys of tokens do not hold: {error}"))?;
        let expected = Expected {
            issuer: history.issuer(),
            audience: history.tenant(),
            scope: SCOPE,
            mode: if self.observed { Mode::Observe } else { Mode::Enforce },
            now: self.now,
            skew: SKEW,
        };
        let claims = Claims::open(token, &keys, self.now);
        let claims = claims.and_then(|claims| claims.check(&expected).map(|()| claims)).map_err(|error| {
            let code = error.reason.code();
            match code {
                "ENFORCE_NOT_AVAILABLE" => format!(
                    "the gateway only watches, and lets everything pass ({code}); `--allow-observed` goes on with that"
                ),
                _ => format!("the token is not good: {} ({code})", error.message),
            }
        })?;
        if claims.issued_at.saturating_mul(1_000).saturating_add(1_000 + i64::from(SKEW)) < self.now {
            return Err("the token was granted before it was asked for".to_owned());
        }
        if claims.envelope.is_some() || claims.commerce.is_some() || claims.confirmation.is_some() {
            return Err("the token is for something else than was asked for".to_owned());
        }
        Ok(claims)
    }

    /// Whether it is of a decision by which the action may happen.
    fn permits(&self, receipt: &Receipt) -> Result<(), String> {
        let answers = &receipt.approvals;
        let approved = !answers.is_empty() && answers.iter().all(|one| one.answer == Approved::Approved);
        let decision = match receipt.decision {
            _ if self.observed && receipt.mode == Mode::Observe => return Ok(()),
            Verdict::Allow => return Ok(()),
            Verdict::StepUp if approved => return Ok(()),
            Verdict::StepUp => "step_up",
            Verdict::Deny => "deny",
        };
        Err(format!("the receipt says {decision}, and of nobody who approved it"))
    }
}

/// Whether the answer, the token and the receipt are of one decision.
fn of_one_thing(yes: &Yes, claims: &Claims, receipt: &Receipt) -> Result<(), String> {
    let token = receipt.token.as_ref().map(|token| token.id);
    let differs = [
        ("name", receipt.id != yes.name),
        ("event", receipt.event != Event::Decided),
        ("action", receipt.action != claims.action),
        ("token", token != Some(claims.id)),
        ("agent", receipt.agent.id != claims.subject || receipt.agent.authenticated != Authenticated::ApiKey),
        ("bundle", receipt.bundle != claims.bundle),
        ("mode", receipt.mode != claims.mode),
        ("decision", receipt.log.index.to_string() != claims.decision),
        ("end", claims.expires.saturating_mul(1_000) != yes.expires),
    ];
    match differs.into_iter().find(|(_, differs)| *differs) {
        Some((what, _)) => Err(format!("the receipt and the token are not of one thing: the {what} differs")),
        None => Ok(()),
    }
}
