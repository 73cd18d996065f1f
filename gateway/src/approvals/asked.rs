//! What people are asked: kept beside the row of a request for approval, as it was when it was asked.
//!
//! It is written once, from the decision that asked, so that whoever looks later sees what that decision saw, whatever policy is in force by then.

use lictor_bundle::schema::Schema;
use lictor_runtime::{Decision, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::field::{Field, fields};
use super::{SIGNED, WITHIN};

/// The version of this form.
const VERSION: u8 = 1;

/// What people are asked.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    version: u8,
    /// When it was asked, in milliseconds.
    pub at: i64,
    /// The bundle that asked, as decisions name it.
    pub bundle: String,
    /// The digest of the request.
    pub request_digest: String,
    /// The action.
    pub action: String,
    /// Who asked, and who stands behind it.
    pub asker: Asker,
    /// The fields of the action, in the order in which the policy declares them.
    pub fields: Vec<Field>,
    /// How many fields there were beyond those.
    #[serde(default)]
    pub left_out: usize,
    /// Each statement that asks; all of them must be answered.
    pub demands: Vec<Demand>,
    /// The score, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
    /// Whether only a signature answers.
    #[serde(default)]
    pub signed: bool,
    /// What is personal of it, sealed, as digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<String>,
}

/// Who asked, and who stands behind it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asker {
    /// The agent.
    pub agent: String,
    /// Whose key brought the request, where that was not the agent's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<String>,
    /// The person who answers for the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The person in whose name the agent acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

/// A statement of the policy that asks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// Its code.
    pub code: String,
    /// It in words. The words of a policy may repeat those of an agent.
    pub reason: String,
    /// The rule, as `module.rule`; none where the engine itself asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The stage that it stands in.
    pub stage: String,
    /// Who must approve: a role, or `user` for the person in whose name the agent acts.
    pub to: String,
    /// How many people.
    pub quorum: u16,
    /// The ids of those whose approval does not count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_than: Vec<String>,
    /// The controls that the rule cites.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cites: Vec<String>,
    /// What agents are told instead of code, words and rule, where these are not for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}

/// What agents are told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The code.
    pub code: String,
    /// It in words, which are the policy's own.
    pub reason: String,
}

/// The score.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Risk {
    /// From 0 to 100.
    pub score: u8,
    /// The flags that were raised.
    pub flags: Vec<String>,
    /// What added to the score: codes and points.
    pub points: Vec<(String, u8)>,
}

impl Asked {
    /// What a decision asks of people, and how long they have in milliseconds; nothing where it asks nobody.
    ///
    /// `params` are the action's own fields as the engine has read them.
    pub fn of(
        decision: &Decision,
        asker: Asker,
        schema: &Schema,
        action: &str,
        params: &Map<String, Value>,
        now: i64,
    ) -> Option<(Asked, i64)> {
        if decision.decision != Verdict::StepUp {
            return None;
        }
        let mut within: Option<i64> = None;
        let mut demands = Vec::new();
        for reason in &decision.reasons {
            let Some(approval) = reason.approval.as_ref().filter(|_| reason.effect == Verdict::StepUp) else {
                continue;
            };
            let limit = approval.within.as_deref().map_or(Some(WITHIN), milliseconds)?;
            within = Some(within.map_or(limit, |shortest| shortest.min(limit)));
            demands.push(Demand {
                code: reason.code.to_string(),
                reason: reason.reason.clone(),
                rule: reason.rule.clone(),
                stage: reason.stage.name().to_owned(),
                to: approval.to.clone(),
                quorum: approval.quorum,
                other_than: approval.other_than.clone(),
                cites: reason.cites.clone(),
                told: reason
                    .told
                    .as_ref()
                    .map(|told| Told { code: told.told_as.clone(), reason: told.told_reason.clone() }),
            });
        }
        let (fields, left_out) = fields(schema, action, params);
        let asked = Asked {
            version: VERSION,
            at: now,
            bundle: decision.bundle.to_string(),
            request_digest: decision.request_digest.to_string(),
            action: action.to_owned(),
            asker,
            fields,
            left_out,
            demands,
            risk: decision.risk.as_ref().map(|risk| Risk {
                score: risk.score,
                flags: risk.flags.to_vec(),
                points: risk.points.iter().map(|points| (points.code.clone(), points.points)).collect(),
            }),
            signed: decision.obligations.iter().any(|obligation| obligation.id == SIGNED),
            sealed: None,
        };
        Some((asked, within?))
    }

    /// The fewest persons that can answer it: the store takes no approval with fewer.
    pub fn quorum(&self) -> u16 {
        self.demands.iter().map(|demand| demand.quorum).max().unwrap_or(u16::MAX)
    }

    /// The body of the row.
    pub fn to_bytes(&self) -> Vec<u8> {
        // It has texts and numbers only, which can always be written.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads the body of a row; nothing where it is of another version.
    pub fn from_bytes(bytes: &[u8]) -> Option<Asked> {
        let asked: Asked = serde_json::from_slice(bytes).ok()?;
        (asked.version == VERSION && !asked.demands.is_empty()).then_some(asked)
    }
}

/// Reads what `lictor_bundle::time::render_duration` has written: `1d 12h`, `15m`. It is never negative where a policy gives people time.
fn milliseconds(text: &str) -> Option<i64> {
    const UNITS: [(&str, i64); 5] =
        [("ms", 1), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    text.split(' ').try_fold(0i64, |sum, part| {
        let read = UNITS.iter().find_map(|(unit, length)| {
            let number: i64 = part.strip_suffix(unit)?.parse().ok().filter(|number| *number >= 0)?;
            number.checked_mul(*length)
        });
        sum.checked_add(read?)
    })
}

#[cfg(test)]
mod tests {
    use lictor_bundle::time::render_duration;

    use super::*;

    #[test]
    fn what_is_written_as_a_length_of_time_is_read_as_one() {
        for length in [0, 1, 999, 1_000, 60_000, 900_000, 3_600_000, 129_600_000, 86_400_001, 34_560_000_000]
        {
            assert_eq!(milliseconds(&render_duration(length)), Some(length));
        }
        for bad in ["", "5", "-5m", "5 m", "m", "9223372036854775807d"] {
            assert_eq!(milliseconds(bad), None, "{bad}");
        }
    }
}
