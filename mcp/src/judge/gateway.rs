//! Decides through a gateway: an agent's key asks for a token, a checkout's key uses it up before the call goes on, and what came of the call
//! settles it. So everything is recorded, and counts exactly once.

use std::collections::BTreeSet;
use std::time::Duration;

use http::{HeaderValue, Method, StatusCode};
use lictor_bundle::time::parse_timestamp;

use super::operator::Operator;
use super::post::Post;
use super::{Burned, Waited, answer};
use crate::asked::Question;
use crate::refusal::Refusal;
use crate::session::{Held, Outcome, Verdict, Vote};
use crate::tree::{Tree, object};

/// A gateway, and the keys with which it is asked.
pub struct Gateway {
    post: Post,
    agent: HeaderValue,
    checkout: HeaderValue,
    operator: Option<Operator>,
    fulfils: BTreeSet<String>,
}

/// The keys with which a gateway is asked.
pub struct Keys<'a> {
    /// The agent's: it asks.
    pub agent: &'a str,
    /// Of a checkout: it uses up what was granted.
    pub checkout: &'a str,
    /// Of the person at this machine, where they may answer in forms.
    pub operator: Option<&'a str>,
}

/// What a gateway says of a request that is collected before enough people have answered.
const PENDING: &str = "APPROVAL_PENDING";
/// How long a gateway may take; longer than it may take for its store.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long it is asked to wait for people at once, and how long that may take.
const WAIT: u64 = 25;

impl Gateway {
    /// The gateway at this address; `fulfils` are the obligations that somebody else takes care of.
    ///
    /// # Errors
    /// What is wrong with the address or a key: the end of a sentence.
    pub fn new(url: &str, keys: Keys<'_>, fulfils: BTreeSet<String>) -> Result<Gateway, String> {
        let Keys { agent, checkout, operator } = keys;
        if operator.is_some_and(|operator| [agent, checkout].iter().any(|key| key.trim() == operator.trim()))
        {
            return Err(
                "is given one key for two: the person at this machine has one of their own".to_owned()
            );
        }
        let key = |key: &str| {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", key.trim()))
                .map_err(|_| "has a key with signs that no header takes".to_owned())?;
            value.set_sensitive(true);
            Ok::<_, String>(value)
        };
        let operator =
            operator.map(|operator| Ok::<_, String>(Operator { key: key(operator)? })).transpose()?;
        Ok(Gateway { post: Post::to(url)?, agent: key(agent)?, checkout: key(checkout)?, operator, fulfils })
    }

    /// Decides a call, and uses up what is granted for it.
    pub async fn decide(&self, question: &Question, approval: Option<&str>) -> (Verdict, Option<Burned>) {
        let decided = self.authorize(question, approval).await;
        match decided {
            Ok(Granted::Token(token)) => match self.validate(question, &token).await {
                Ok(()) => (Verdict::Allowed, Some(token)),
                Err(refusal) => (Verdict::Refused(refusal), None),
            },
            Ok(Granted::Held(held)) => (Verdict::Held(self.with_form(held).await), None),
            Err(refusal) => (Verdict::Refused(refusal), None),
        }
    }

    /// What is held, with the form in which the person at this machine may answer.
    async fn with_form(&self, held: Held) -> Held {
        let Some(operator) = &self.operator else { return held };
        match operator.form(&self.post, &held.approval, &held.link).await {
            Ok(form) => Held { form: Some(form), ..held },
            Err(no_form) => Held { no_form, ..held },
        }
    }

    /// Gives the answer that the person at this machine has given in a form.
    ///
    /// # Errors
    /// It does not count, and why.
    pub async fn vote(&self, approval: &str, vote: Vote) -> Result<(), Refusal> {
        match &self.operator {
            Some(operator) => operator.vote(&self.post, approval, vote).await,
            None => Err(Refusal::fault("nobody was named who could answer here")),
        }
    }

    async fn authorize(&self, question: &Question, approval: Option<&str>) -> Result<Granted, Refusal> {
        let (answer, approved) = self.ask_for(question, approval).await?;
        match approved {
            // Somebody has approved the same before, and nobody has come for it yet.
            Some(id) if approval.is_none() => {
                let (answer, _) = self.ask_for(question, Some(&id)).await?;
                self.granted(&answer)
            }
            _ => self.granted(&answer),
        }
    }

    /// Asks for a token; the answer, and the id of an approval that people have given.
    async fn ask_for(
        &self,
        question: &Question,
        approval: Option<&str>,
    ) -> Result<(Tree, Option<String>), Refusal> {
        let mut body = vec![
            ("tool".to_owned(), question.tool.as_str().into()),
            ("input".to_owned(), question.input.clone()),
        ];
        if let Some(approval) = approval {
            body.push(("approval".to_owned(), approval.into()));
        }
        let answer = self.post("/agents/v1/exec/authorize", &self.agent, Tree::Object(body)).await?;
        let of = answer.get("approval");
        let text = |name: &str| of.and_then(|approval| approval.get(name)).and_then(Tree::text);
        let approved = text("id").filter(|_| text("state") == Some("approved")).map(str::to_owned);
        Ok((answer, approved))
    }

    fn granted(&self, answer: &Tree) -> Result<Granted, Refusal> {
        let text = |name: &str| answer.get(name).and_then(Tree::text);
        let code = text("reasonCode").unwrap_or("POLICY_DENIED");
        let refusal = || Refusal::new(code, text("reason").unwrap_or("the policy refuses it"));
        match text("decision") {
            Some("allowed") => answer::granted(answer, &self.fulfils).map(Granted::Token),
            Some("step_up") => {
                let approval = answer.get("approval").ok_or_else(&refusal)?;
                let text = |name: &str| approval.get(name).and_then(Tree::text);
                let id = text("id").filter(|id| answer::is_id(id)).ok_or_else(&refusal)?;
                let until =
                    text("expiresAt").and_then(|until| parse_timestamp(until).ok()).ok_or_else(&refusal)?;
                let Refusal { code, mut reason, .. } = refusal();
                // How a program waits is nothing for a model.
                if code == PENDING {
                    "not all have approved it who must".clone_into(&mut reason);
                }
                let link = format!("{}/approvals/{id}", self.post.base());
                Ok(Granted::Held(Held {
                    approval: id.to_owned(),
                    link,
                    until,
                    code,
                    reason,
                    ..Held::default()
                }))
            }
            Some("denied") => Err(refusal()),
            _ => Err(answer::neither()),
        }
    }

    async fn validate(&self, question: &Question, token: &str) -> Result<(), Refusal> {
        let body = object([
            ("executionToken", token.into()),
            ("tool", question.tool.as_str().into()),
            ("input", question.input.clone()),
        ]);
        let answer = self.post("/agents/v1/exec/validate", &self.checkout, body).await?;
        answer::used_up(&answer)
    }

    /// Waits for people.
    pub async fn wait(&self, held: &Held) -> Waited {
        let path = format!("/approvals/{}/wait?seconds={WAIT}", held.approval);
        let patience = PATIENCE.saturating_add(Duration::from_secs(WAIT));
        let answer = self.post.ask(Method::GET, &path, &self.agent, String::new(), patience).await;
        let state = match &answer {
            Ok((StatusCode::OK, answer)) => answer.get("state").and_then(Tree::text),
            _ => None,
        };
        match state {
            Some("pending") => Waited::Pending,
            Some(_) => Waited::Over,
            None => {
                // Whoever does not answer is not asked without a pause.
                tokio::time::sleep(Duration::from_secs(1)).await;
                Waited::Pending
            }
        }
    }

    /// Says what became of a call.
    pub async fn settle(&self, token: &str, outcome: Outcome) {
        let outcome = match outcome {
            Outcome::Executed => "executed",
            Outcome::Unknown => "unknown",
        };
        let body = object([("executionToken", token.into()), ("outcome", outcome.into())]);
        // What is not settled is unknown after a while.
        let _ = self.post("/agents/v1/exec/settle", &self.checkout, body).await;
    }

    async fn post(&self, path: &str, key: &HeaderValue, body: Tree) -> Result<Tree, Refusal> {
        let asked = self.post.ask(Method::POST, path, key, body.written(), PATIENCE).await;
        let (status, answer) =
            asked.map_err(|why| Refusal::fault(format!("the gateway cannot be asked: {why}")))?;
        if status == StatusCode::OK {
            return Ok(answer);
        }
        let text = |name: &str| answer.get("error").and_then(|error| error.get(name)).and_then(Tree::text);
        let code = text("code").unwrap_or("INTERNAL_ERROR");
        let said = text("message").unwrap_or("it did not say why");
        // What is wrong with what was asked is for whoever asked; what is wrong with the keys is not.
        Err(match status {
            StatusCode::BAD_REQUEST => Refusal::new("STRUCTURE_INVALID", said),
            _ => Refusal::fault(format!("the gateway did not decide ({} {code})", status.as_u16())),
        })
    }
}

/// What an agent was granted.
enum Granted {
    Token(String),
    Held(Held),
}
