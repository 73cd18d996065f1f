//! The person at this machine, as a gateway knows them: by a key of their own, which asks what a form may show and carries what they answered there.
//!
//! Whether that counts, and for what, the gateway says.

use std::time::Duration;

use http::{HeaderValue, Method, StatusCode};

use super::post::Post;
use crate::form::{Form, LOCAL_OPERATOR};
use crate::refusal::Refusal;
use crate::session::Vote;
use crate::tree::{Tree, object};

/// What a gateway says where no rule that asks takes an answer from a form: nothing that anybody has to be told.
const NOT_ASKED: &str = "LOCAL_OPERATOR_NOT_ASKED";
/// How long a gateway may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// The person at this machine.
pub(super) struct Operator {
    pub key: HeaderValue,
}

impl Operator {
    /// The form in which they may answer a request for approval; or why there is none, where whoever runs this should know.
    pub async fn form(&self, post: &Post, approval: &str, link: &str) -> Result<Form, Option<String>> {
        let path = format!("/approvals/{approval}/form");
        let asked = post.ask(Method::GET, &path, &self.key, String::new(), PATIENCE).await;
        let (status, said) = asked.map_err(|why| Some(format!("no form can be shown: {why}")))?;
        if status == StatusCode::OK {
            let unread = || Some("no form can be shown: what the gateway says cannot be read".to_owned());
            return Form::read(&said, link).ok_or_else(unread);
        }
        let Refusal { code, reason, .. } = refusal(&said);
        if code == NOT_ASKED { Err(None) } else { Err(Some(format!("no form is shown ({code}): {reason}"))) }
    }

    /// Gives the answer that they have given in a form.
    ///
    /// # Errors
    /// It does not count, and why.
    pub async fn vote(&self, post: &Post, approval: &str, vote: Vote) -> Result<(), Refusal> {
        let answer = if vote.approves { "approve" } else { "deny" };
        let body = object([
            ("evidence", LOCAL_OPERATOR.into()),
            ("version", Tree::Number(vote.version.to_string())),
        ]);
        let path = format!("/approvals/{approval}/{answer}");
        let asked = post.ask(Method::POST, &path, &self.key, body.written(), PATIENCE).await;
        match asked {
            Ok((StatusCode::OK, _)) => Ok(()),
            Ok((_, said)) => Err(refusal(&said)),
            Err(why) => Err(Refusal::fault(format!("the gateway cannot be asked: {why}"))),
        }
    }
}

/// What a gateway says against an answer.
fn refusal(said: &Tree) -> Refusal {
    let text = |name: &str| said.get("error").and_then(|error| error.get(name)).and_then(Tree::text);
    Refusal::new(text("code").unwrap_or("INTERNAL_ERROR"), text("message").unwrap_or("it does not say why"))
}
