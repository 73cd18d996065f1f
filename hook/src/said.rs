//! What is said of a call, whoever says it.

use lictor_runtime::{Decision, Reason, Told, Verdict};

use crate::call::Trouble;

/// What is said of a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// Nothing stands against it. Whether it happens is for the host and its user, as it would be without a hook.
    NoObjection,
    /// It may happen, and nobody need be asked.
    Permit,
    /// A person must approve it first.
    Ask {
        /// Why, for people.
        reason: String,
        /// What the agent is told where the host cannot ask.
        refusal: String,
    },
    /// It may not happen.
    Refuse {
        /// Why.
        reason: String,
    },
}

/// What an `allow` of the policy is worth to the host.
///
/// A policy says what stands against an action, and `allow` is that nothing does: it is no order to pass over what the user of the host wants to be asked.
/// So it is [`Said::NoObjection`], unless whoever sets the hook up says that it is as good as their own yes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OnAllow {
    /// The host goes on as it would without a hook.
    #[default]
    Silent,
    /// The host does not ask its user.
    Permit,
}

impl Said {
    /// What a decision comes to.
    pub(crate) fn of(decision: &Decision, on_allow: OnAllow) -> Said {
        let told = |code: &str, reason: &str, told: &Option<Told>| match told {
            Some(told) => format!("{} ({})", told.told_reason, told.told_as),
            None => format!("{reason} ({code})"),
        };
        let why = told(&decision.reason_code, &decision.reason, &decision.told);
        match decision.decision {
            // A hook answers before the call and never hears of it again.
            Verdict::Allow if !decision.obligations.is_empty() => {
                let owed: Vec<&str> = decision.obligations.iter().map(|owed| owed.id.as_str()).collect();
                Said::refuse(format!(
                    "it may only happen with what nobody here can see done: {}",
                    owed.join(", ")
                ))
            }
            Verdict::Allow => match on_allow {
                OnAllow::Silent => Said::NoObjection,
                OnAllow::Permit => Said::Permit,
            },
            Verdict::StepUp => {
                let asks = || decision.reasons.iter().filter_map(|reason| reason.approval.as_ref());
                let whom: Vec<&str> = asks().map(|approval| approval.to.as_str()).collect();
                // One person sits before the host.
                if asks().any(|approval| approval.quorum > 1) {
                    return Said::refuse(format!(
                        "several people must approve this first, and a prompt asks one: {why}; ask through a gateway"
                    ));
                }
                Said::ask(&why, &whom)
            }
            Verdict::Deny => {
                let others = decision.reasons.iter().filter(|reason| reason.effect == Verdict::Deny).skip(1);
                let others =
                    others.map(|Reason { code, reason, told: t, .. }| format!("; {}", told(code, reason, t)));
                Said::refuse(format!("{why}{}", others.collect::<String>()))
            }
        }
    }

    fn ask(why: &str, whom: &[&str]) -> Said {
        let mut whom = whom.to_vec();
        whom.dedup();
        let whom = whom.join(", ");
        Said::Ask {
            reason: format!("Lictor: the policy asks {whom} first: {why}"),
            refusal: format!(
                "Lictor refuses this: {whom} must approve it first, and this host asks nobody: {why}. \
                 A person does it, or changes the policy; asking again in other words does not help"
            ),
        }
    }

    /// A refusal by the policy.
    pub(crate) fn refuse(why: String) -> Said {
        Said::Refuse { reason: format!("Lictor refuses this: {why}") }
    }

    /// The refusal where nothing was decided.
    pub(crate) fn trouble(trouble: &Trouble) -> Said {
        let Trouble { code, sentence } = trouble;
        Said::Refuse { reason: format!("Lictor could not decide, and so refuses this: {sentence} ({code})") }
    }

    /// What it is where nobody can be asked.
    pub(crate) fn refused(&self) -> Said {
        match self {
            Said::Ask { refusal, .. } => Said::Refuse { reason: refusal.clone() },
            said => said.clone(),
        }
    }
}
