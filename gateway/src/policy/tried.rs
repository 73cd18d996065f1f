//! A bundle is tried out before it decides: what must be denied is asked for, and has to be.

use lictor_bundle::time::render_timestamp;
use lictor_runtime::{Decision, Scratch, Verdict};
use lictor_zones::Zones;

use super::InForce;

/// An action that no policy can declare: its name has none of the characters of one.
const NO_ACTION: &str = r#"{"action":"?","params":{}}"#;
/// No JSON at all.
const NO_REQUEST: &str = "?";

/// What was asked for and not denied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SelfTest(&'static str);

impl SelfTest {
    /// It in words.
    pub fn message(&self) -> String {
        format!("the self-test failed: {} was not denied", self.0)
    }
}

/// Asks for what every policy denies.
pub(super) fn try_out(policy: &InForce, now: i64) -> Result<(), SelfTest> {
    let said = format!(r#"{{"agent":{{"id":"self-test"}},"context":{{"now":"{}"}}}}"#, render_timestamp(now));
    for (asked, what) in [(NO_ACTION, "an action that is not declared"), (NO_REQUEST, "what is no request")] {
        let past = Zones::default();
        let decision = policy.engine.decide_asked(
            &mut Scratch::default(),
            asked.as_bytes(),
            said.as_bytes(),
            Some(&past),
        );
        if !is_denied(&decision) {
            return Err(SelfTest(what));
        }
    }
    Ok(())
}

/// Whether it is denied, or would be where the policy is only observed.
fn is_denied(decision: &Decision) -> bool {
    let observed = decision.observed.as_ref().map(|observed| observed.decision);
    decision.decision == Verdict::Deny || observed == Some(Verdict::Deny)
}
