//! What observed layers would have made of a decision.

use lictor_runtime::Decision;
use lictor_suite::{outcome, verdict_word};

use crate::decision::obliges;

/// Whether the decision would have been another one.
pub fn differs(decision: &Decision) -> bool {
    decision.observed.as_ref().is_some_and(|observed| observed.decision != decision.decision)
}

/// What a row says behind a decision that would have been another one.
pub fn remark(decision: &Decision) -> Option<String> {
    let observed = decision.observed.as_ref().filter(|_| differs(decision))?;
    Some(format!("[observed: {}]", outcome(observed)))
}

/// The same at length, one line a cause; nothing where no observed layer applies.
pub fn lines(decision: &Decision) -> Vec<String> {
    let Some(observed) = &decision.observed else { return Vec::new() };
    let layers = match observed.layers.as_slice() {
        [] => "a layer of users".to_owned(),
        layers => layers.join(", "),
    };
    let came = match differs(decision) {
        true => outcome(observed),
        false => "the same decision".to_owned(),
    };
    let mut lines = vec![format!("if {layers} counted: {came}")];
    for reason in &observed.reasons {
        let by = [reason.rule.as_deref(), reason.layer.as_deref()];
        let by = by.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let by = if by.is_empty() { by } else { format!(" ({by})") };
        lines.push(format!("{} {}: {}{by}", verdict_word(reason.effect), reason.code, reason.reason));
    }
    let scores = (decision.risk.as_ref().map(|risk| risk.score), observed.score);
    if let (Some(is), Some(would_be)) = scores
        && is != would_be
    {
        lines.push(format!("risk {would_be} instead of {is}"));
    }
    lines.extend(observed.obligations.iter().map(|one| format!("obliges {}", obliges(one))));
    lines
}
