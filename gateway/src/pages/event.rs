//! An event of the timeline: one record of the log, as people tell it.

use lictor_evidence::receipt::{Approval, Approved, Authenticated, Evidence, State, Verdict};
use lictor_evidence::token::Mode;
use lictor_journal::record::{Act, Decided, Judged};
use lictor_journal::{Body, Step};
use lictor_store::Record;
use maud::{Markup, html};

use super::words::inline;

/// The code of a token that came a second time.
pub(super) const REPLAY: &str = "REPLAY_DETECTED";

/// What happened, in a word with a colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Word {
    /// The word.
    pub word: &'static str,
    /// The class of its colour.
    pub class: &'static str,
}

const fn word(word: &'static str, class: &'static str) -> Word {
    Word { word, class }
}

impl Word {
    /// As it is shown.
    pub fn tag(self) -> Markup {
        html! { span.tag.(self.class) { (self.word) } }
    }
}

/// The word for a verdict.
pub(super) fn verdict(verdict: Verdict) -> Word {
    match verdict {
        Verdict::Allow => word("authorized", "allow"),
        Verdict::StepUp => word("held", "ask"),
        Verdict::Deny => word("denied", "deny"),
    }
}

/// How the gateway knew an agent.
pub(super) fn known(agent: Authenticated) -> &'static str {
    match agent {
        Authenticated::ApiKey => "known by a key, on the gateway's word",
        Authenticated::Signature => "by its own signature",
        Authenticated::Reported => "so called by whoever reported it; it has no key in force",
    }
}

/// The word for what became of a token.
pub(super) fn became(state: State) -> Word {
    match state {
        State::Issued => verdict(Verdict::Allow),
        State::Burned => word("burned", "allow"),
        State::Executed => word("executed", "allow"),
        State::Failed => word("failed", ""),
        State::Unknown => word("outcome unknown", "ask"),
        State::Released => word("released", ""),
    }
}

/// What happened. A record that was erased, or cannot be read, still says what step it was.
pub(super) fn what(record: &Record, body: Option<&Body>) -> Word {
    let Some(body) = body else {
        return if record.body.is_none() { word("erased", "") } else { word("unreadable", "deny") };
    };
    match &body.record.step {
        Step::Decided(step) if step.judged.mode == Mode::Observe => word("observed", ""),
        // What people had approved was granted: it was held before.
        Step::Decided(step) if step.token.is_some() => verdict(Verdict::Allow),
        Step::Decided(step) => verdict(step.judged.outcome.decision()),
        Step::Burned(_) => became(State::Burned),
        Step::Refused(step) if step.code == REPLAY => word("replayed", "deny"),
        Step::Refused(_) => word("refused", "deny"),
        Step::Settled(step) => became(step.outcome),
        Step::Released(_) => became(State::Released),
        // It has happened, though nobody who may do anything has done it.
        Step::Observed(step) if step.code.is_some() => word("observed", "deny"),
        Step::Observed(_) => word("observed", ""),
        Step::ApprovalAsked(_) => word("asked", "ask"),
        Step::ApprovalAnswered(step) => match (step.answer.answer, step.answer.evidence) {
            (Approved::Approved, _) => word("approved", "allow"),
            (Approved::Denied, Evidence::Reviewer) => word("refused by a reviewer", "deny"),
            (Approved::Denied, _) => word("refused by a person", "deny"),
            (Approved::Left, _) => word("left to people", "ask"),
        },
        Step::ApprovalVoid(_) => word("void", ""),
        Step::Erased(_) => word("erasure", ""),
        Step::Bundle(_) => word("policy", ""),
        Step::Operator(_) => word("operator", ""),
    }
}

/// Why, in a line: the code and the words that may be shown.
pub(super) fn why(step: &Step) -> Markup {
    let judged = |judged: &Judged| {
        let outcome = &judged.outcome;
        let rule = outcome.causes().iter().find(|cause| cause.code == outcome.reason_code());
        let rule = rule.and_then(|cause| cause.rule.as_deref());
        html! {
            @if outcome.decision() != Verdict::Allow { code { (outcome.reason_code()) } }
            @if let Some(rule) = rule { " " span.faint { (rule) } }
        }
    };
    match step {
        // Without a token, an agent came for something else: for what people answered, or with a statement.
        Step::Refused(step) if step.about.as_ref().is_some_and(|about| about.agent == step.by) => {
            html! { code { (step.code) } " " span.faint { "asked by " (step.by) } }
        }
        Step::Refused(step) => html! { code { (step.code) } " " span.faint { "presented by " (step.by) } },
        Step::Observed(step) if step.code.is_some() => {
            html! { @if let Some(code) = &step.code { code { (code) } " " } span.faint { "reported by " (step.by) } }
        }
        Step::Burned(step) => html! { span.faint { "by " (step.by) } (approvers(&step.approvals)) },
        Step::Decided(step) => html! {
            (judged(&step.judged))
            @if let Some(evaluated) = &step.evaluated { " " span.faint { "evaluated for " (evaluated.by) } }
            (approvers(&step.approvals))
        },
        Step::Settled(step) => {
            html! { @if let Some(by) = &step.by { span.faint { "says " (by) } } @else { span.faint { "nobody said in time" } } }
        }
        Step::Released(_) => html! { span.faint { "the token was never used" } },
        Step::ApprovalAsked(step) => {
            html! { span.faint { @for (at, asked) in step.asks.iter().enumerate() { @if at > 0 { ", " } (asked.quorum) " of " (asked.to) } } }
        }
        Step::ApprovalAnswered(step) => {
            let is_person = step.answer.evidence != Evidence::Reviewer;
            html! { span.faint { "by " (step.answer.by) @if is_person { " as " (step.answer.role) } } }
        }
        Step::ApprovalVoid(step) => html! { span.faint { (because(step.because)) } },
        Step::Erased(step) => html! { span.faint { "record " (step.of) ", " (step.because) } },
        Step::Bundle(step) => html! { span.faint { (step.name) ", number " (step.sequence) } },
        Step::Operator(step) => html! { span.faint { (act(&step.act)) } },
        step => html! { @if let Some(step) = step.judged() { (judged(step)) } },
    }
}

/// Who approved it beforehand, where somebody had to.
fn approvers(approvals: &[Approval]) -> Markup {
    html! {
        @if !approvals.is_empty() {
            span.faint {
                ", approved by "
                @for (at, approval) in approvals.iter().enumerate() { @if at > 0 { ", " } (inline(&approval.by)) }
            }
        }
    }
}

/// Why a request for approval came to nothing.
pub(super) fn because(reason: lictor_journal::record::VoidReason) -> &'static str {
    use lictor_journal::record::VoidReason;
    match reason {
        VoidReason::Expired => "nobody answered or collected it in time",
        VoidReason::Bundle => "another policy is in force",
        VoidReason::Rule => "another rule asks now",
        VoidReason::Approver => "an approver was revoked",
        VoidReason::Agent => "the agent was revoked",
        VoidReason::Generation => "the store was restored",
    }
}

/// What became of a decision that granted no token because nobody wanted one.
pub(super) fn evaluated(decided: &Decided) -> Markup {
    html! {
        @if let Some(evaluated) = &decided.evaluated {
            div.card {
                p { "An evaluation: " (evaluated.by) " wanted to know, and there is no token." }
                @if evaluated.outcome.is_some() { p.aside { "It was told yes, so what the action counts for is spent. Nobody reports how it went." } }
                @else { p.aside { "It was told no, which counts as an attempt." } }
            }
        }
    }
}

fn act(act: &Act) -> String {
    match act {
        Act::Mode { mode: Mode::Observe } => "decisions only observe from now on".to_owned(),
        Act::Mode { mode: Mode::Enforce } => "decisions count from now on".to_owned(),
        Act::Acknowledged { generation } => format!("has looked at generation {generation} of the store"),
        Act::Generation { generation } => format!("the store is of generation {generation} from now on"),
        Act::KeyAdded { name, role } => format!("made a key for {name} as {role}"),
        Act::KeyRevoked { name } => format!("revoked the key of {name}"),
        Act::SigningKey { purpose, .. } => format!("another key signs as {purpose}"),
        Act::AgentRevoked { agent } => format!("revoked the agent {agent}"),
        Act::AgentRestored { agent } => format!("restored the agent {agent}"),
    }
}

/// The record that a step follows.
pub(super) fn follows(step: &Step) -> Option<u64> {
    match step {
        Step::Burned(step) => Some(step.of),
        Step::Refused(step) => step.of,
        Step::Settled(step) => Some(step.of),
        Step::Released(step) => Some(step.of),
        Step::ApprovalAsked(step) => Some(step.of),
        Step::ApprovalAnswered(step) => Some(step.of),
        Step::ApprovalVoid(step) => Some(step.of),
        Step::Erased(step) => Some(step.of),
        Step::Decided(step) => step.approval,
        Step::Observed(_) | Step::Bundle(_) | Step::Operator(_) => None,
    }
}
