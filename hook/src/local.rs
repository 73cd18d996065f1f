//! Decisions in this process, from a bundle.

use lictor_bundle::time::render_timestamp;
use lictor_runtime::{Engine, Scratch};
use lictor_zones::Zones;
use serde_json::json;

use crate::Decides;
use crate::call::{Call, Trouble};
use crate::said::{OnAllow, Said};

/// A policy that was loaded, and who asks it.
pub struct Local {
    /// The policy.
    pub engine: Engine,
    /// The agent's id.
    pub agent: String,
    /// The time, in milliseconds since 1970 UTC.
    pub now: i64,
    /// What an `allow` is worth.
    pub on_allow: OnAllow,
}

impl Decides for Local {
    /// The call is the agent's, and everything else is said here: nothing that an agent writes can become who it is or what time it is.
    fn decide(&self, call: &Call) -> Result<Said, Trouble> {
        let tool = json!(call.tool);
        let asked = format!(r#"{{"tool":{tool},"input":{}}}"#, call.input.get());
        let said = json!({ "agent": { "id": self.agent }, "context": { "now": render_timestamp(self.now) } })
            .to_string();
        let decision = self.engine.decide_asked(
            &mut Scratch::default(),
            asked.as_bytes(),
            said.as_bytes(),
            Some(&Zones::default()),
        );
        Ok(Said::of(&decision, self.on_allow))
    }
}
