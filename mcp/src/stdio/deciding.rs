//! Deciding beside what is carried, and waiting for people.
//!
//! Whoever waits only says that the time has come: the carrier decides then, so that nothing is decided twice at once.

use std::sync::Arc;
use std::time::Duration;

use super::carrier::{Carrier, Event, Side};
use crate::asked::Question;
use crate::judge::{Burned, Judge, Waited, now};
use crate::session::{Collect, Held, Ticket, Verdict};

impl Carrier {
    /// What happens once it was decided.
    pub async fn decided(&mut self, ticket: Ticket, verdict: Verdict, burned: Vec<Burned>) {
        self.burned.entry(ticket).or_default().extend(burned);
        let acts = self.line.session.decided(ticket, verdict);
        // Boxed, since deciding at hand comes back here.
        Box::pin(self.carry_out(acts, b"", Side::Server)).await;
        if !self.line.session.waits(ticket) {
            self.asked.remove(&ticket);
        }
    }

    /// Decides all of these.
    pub async fn decide(&mut self, ticket: Ticket, questions: Vec<Question>, collect: Option<Collect>) {
        if let Judge::Inside(_) = *self.line.judge {
            // It takes microseconds, and calls stay in their order.
            let (verdict, burned) = self.line.judge.decide(&questions, None).await;
            return self.decided(ticket, verdict, burned).await;
        }
        self.asked.insert(ticket, questions.clone());
        let (judge, events) = (Arc::clone(&self.line.judge), self.events.clone());
        tokio::spawn(async move {
            let (verdict, burned) = judge.collect(&questions, collect.as_ref()).await;
            let _ = events.send(Event::Decided(ticket, verdict, burned)).await;
        });
    }

    /// Decides the same once more, with what the person here has answered.
    pub fn collect(&mut self, ticket: Ticket, collect: Collect) {
        if let Some(task) = self.waiting.remove(&ticket) {
            task.abort();
        }
        let Some(questions) = self.asked.get(&ticket).cloned() else { return };
        // Where others have answered already, it is being decided with that.
        if !self.again.insert(ticket) {
            return;
        }
        let (judge, events) = (Arc::clone(&self.line.judge), self.events.clone());
        tokio::spawn(async move {
            let (verdict, burned) = judge.collect(&questions, Some(&collect)).await;
            let _ = events.send(Event::Decided(ticket, verdict, burned)).await;
        });
    }

    /// Waits for people.
    pub fn wait(&mut self, ticket: Ticket, held: Held, shown: bool) {
        let (judge, events) = (Arc::clone(&self.line.judge), self.events.clone());
        let left = u64::try_from(held.until.saturating_sub(now())).unwrap_or_default();
        let patience = if shown { Duration::from_millis(left) } else { self.line.wait };
        let task = tokio::spawn(async move {
            let waited = judge.until_over(&held, patience).await;
            let _ = events.send(Event::Waited(ticket, held, waited)).await;
        });
        self.waiting.insert(ticket, task.abort_handle());
    }

    /// People have answered, or it was waited long enough.
    pub async fn waited(&mut self, ticket: Ticket, held: Held, waited: Waited) {
        // Nobody waits any more: the person here has answered meanwhile, or the call was taken back.
        if self.waiting.remove(&ticket).is_none() {
            return;
        }
        match waited {
            Waited::Over => self.collect(ticket, Collect { approval: held.approval, vote: None }),
            Waited::Pending => {
                self.decided(ticket, Verdict::Refused(held.refusal()), Vec::new()).await;
            }
        }
    }
}
