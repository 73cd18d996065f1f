//! What the answers so far come to, and whether a request still stands on its ground.

use std::collections::BTreeSet;

use lictor_journal::record::VoidReason;
use lictor_store::{Approval, Head, Vote};

use super::asked::Asked;
use super::evidence::Evidence;

/// Why a request no longer stands on its ground; nothing where it does: the bundle in force is the one that asked, the store was not set back, and the keys of
/// those who answered were not revoked. To be asked when somebody answers, and again when the agent collects.
pub fn lost(
    approval: &Approval,
    asked: &Asked,
    head: &Head,
    bundle: &str,
    is_revoked: impl Fn(&str) -> bool,
) -> Option<VoidReason> {
    let gone = |vote: &Vote| Evidence::read(&vote.evidence).is_none_or(|evidence| is_revoked(&evidence.key));
    match () {
        () if approval.generation != head.generation => Some(VoidReason::Generation),
        () if asked.bundle != bundle => Some(VoidReason::Bundle),
        () if approval.votes.iter().any(gone) => Some(VoidReason::Approver),
        () => None,
    }
}

/// How many persons have approved what a demand asks, by its number. Letters of either case are the same.
pub(crate) fn given(asked: &Asked, votes: &[Vote], number: usize) -> usize {
    let Some(demand) = asked.demands.get(number) else { return 0 };
    let answers = |vote: &&Vote| {
        let evidence = Evidence::read(&vote.evidence).filter(|_| vote.approves);
        let evidence = evidence.filter(|evidence| evidence.proof.counts_for(demand));
        evidence.is_some_and(|evidence| evidence.demands.contains(&number))
    };
    let persons = votes.iter().filter(answers).map(|vote| vote.person.to_ascii_lowercase());
    persons.collect::<BTreeSet<_>>().len()
}

/// Whether each demand has as many persons as it asks, and nobody refused.
pub fn is_met(asked: &Asked, votes: &[Vote]) -> bool {
    let enough =
        |(number, quorum): (usize, u16)| quorum > 0 && given(asked, votes, number) >= usize::from(quorum);
    let quorums = asked.demands.iter().map(|demand| demand.quorum).enumerate();
    !asked.demands.is_empty() && votes.iter().all(|vote| vote.approves) && quorums.into_iter().all(enough)
}
