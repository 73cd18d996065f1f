//! Decisions of a gateway: what it says is recorded there, and people approve there.
//!
//! A call that waits is refused with the address at which it is approved; the same call, made again, collects what people said. The prompt of a
//! host is no approval of the gateway's, so it never takes its place here.
//!
//! A yes counts where it is whole: a token of this gateway, granted for this request, and the receipt of the decision that issued it, both verified. The token is for whoever
//! carries the action out, and not for a hook: it runs out unused.

mod post;
mod answer;
mod trust;

use http::{HeaderValue, Uri};
use serde_json::json;

use self::answer::{Answer, Yes};
use self::post::Post;
pub use self::trust::Trust;
use crate::Decides;
use crate::call::{Call, Trouble};
use crate::said::{OnAllow, Said};

/// A gateway, and who asks it.
pub struct Gateway {
    base: String,
    key: HeaderValue,
    on_allow: OnAllow,
    trust: Trust,
}

impl Gateway {
    /// A gateway at `base`, asked with a key of the role `agent`. Nobody is asked yet.
    pub fn new(base: &str, key: &str, on_allow: OnAllow, trust: Trust) -> Result<Gateway, Trouble> {
        let uri: Uri = base.parse().map_err(|_| Trouble::gateway(format!("{base:?} is no address")))?;
        let host = uri.host().unwrap_or_default();
        let may_be_asked = match uri.scheme_str() {
            Some("https") => !host.is_empty(),
            // The key would go over the network for everybody to see.
            Some("http") => matches!(host, "127.0.0.1" | "[::1]" | "localhost"),
            _ => false,
        };
        if !may_be_asked {
            return Err(Trouble::gateway(format!("{base:?} is neither https:// nor on this machine")));
        }
        if uri.query().is_some() || uri.authority().is_some_and(|authority| authority.as_str().contains('@'))
        {
            return Err(Trouble::gateway(
                "the address of a gateway is https://HOST, without a query or a password",
            ));
        }
        let mut key = HeaderValue::from_str(key.trim())
            .map_err(|_| Trouble::gateway("the key has signs that no header takes"))?;
        key.set_sensitive(true);
        Ok(Gateway { base: base.trim_end_matches('/').to_owned(), key, on_allow, trust })
    }

    async fn decided(&self, call: &Call) -> Result<Said, Trouble> {
        let post = Post::to(&self.base, &self.key)?;
        let told = match self.authorize(&post, call, None).await? {
            // People have answered: this collects it.
            Answer::Held { approval, approved: true, .. } => {
                self.authorize(&post, call, Some(&approval)).await?
            }
            told => told,
        };
        match told {
            Answer::Yes(yes) => self.said(&post, &yes).await,
            Answer::Held { approval, why, .. } => Ok(Said::refuse(format!(
                "a person must approve it first: {why}. They do so at {}/approvals/{approval}; then make exactly the same call again",
                self.base
            ))),
            Answer::No { why } => Ok(Said::refuse(why)),
        }
    }

    /// What a yes comes to, once it is known to be one.
    async fn said(&self, post: &Post<'_>, yes: &Yes) -> Result<Said, Trouble> {
        if yes.is_obliged {
            return Ok(Said::refuse("it may only happen with what a hook cannot see done".to_owned()));
        }
        let history = post.get("/.well-known/lictor-keys.json").await?;
        let keys = post.get("/.well-known/jwks.json").await?;
        let receipt = post.get(&yes.receipt).await?;
        self.trust.believes(yes, &history, &keys, &receipt).map_err(|why| {
            Trouble::gateway(format!("{} says yes, and it is not to be believed: {why}", self.base))
        })?;
        Ok(match self.on_allow {
            OnAllow::Silent => Said::NoObjection,
            OnAllow::Permit => Said::Permit,
        })
    }

    async fn authorize(
        &self,
        post: &Post<'_>,
        call: &Call,
        approval: Option<&str>,
    ) -> Result<Answer, Trouble> {
        let approval = approval.map(|id| format!(r#","approval":{}"#, json!(id))).unwrap_or_default();
        let body = format!(r#"{{"tool":{},"input":{}{approval}}}"#, json!(call.tool), call.input.get());
        let trace = drawn()?;
        let answer = post.authorize(body, &trace).await?;
        Answer::read(&answer, &trace)
            .map_err(|why| Trouble::gateway(format!("{} answered what is no decision: {why}", self.base)))
    }
}

/// The name of a request, which nobody else has: what is answered to another one has another name.
fn drawn() -> Result<String, Trouble> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Trouble::gateway(format!("the system gives no random numbers: {error}")))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes).max(1)))
}

impl Decides for Gateway {
    fn decide(&self, call: &Call) -> Result<Said, Trouble> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
        let runtime =
            runtime.map_err(|error| Trouble::gateway(format!("no connection can be made: {error}")))?;
        runtime.block_on(self.decided(call))
    }
}
