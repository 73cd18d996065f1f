//! What an agent is told of an action that it asks for.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The members of the answer, in the order of their names. It is kept like this where it is given once more to whoever asks again.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Told {
    /// What people are asked, where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<Value>,
    /// When the same may be asked again, where it was refused a short while ago.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask_again_after: Option<String>,
    /// `allowed`, `step_up` or `denied`.
    pub decision: Cow<'static, str>,
    /// The token, which is signed last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_token: Option<String>,
    /// The end of the token's time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// What whoever carries it out must do, where there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub obligations: Option<Value>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why, as a code.
    pub reason_code: Cow<'static, str>,
    /// Where the receipt is, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// Whether it was told before.
    #[serde(default, skip_serializing_if = "is_not")]
    pub repeated: bool,
    /// The id of the request.
    pub trace_id: String,
}

impl Told {
    /// A decision and why.
    pub fn new(
        decision: impl Into<Cow<'static, str>>,
        code: impl Into<Cow<'static, str>>,
        reason: Option<&str>,
        trace: &str,
    ) -> Told {
        Told {
            decision: decision.into(),
            reason_code: code.into(),
            reason: reason.map(str::to_owned),
            trace_id: trace.to_owned(),
            ..Told::default()
        }
    }
}

/// What is not so is not told.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
pub(super) fn is_not(so: &bool) -> bool {
    !so
}
