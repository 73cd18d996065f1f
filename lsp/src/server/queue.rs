//! One queue of edits and requests, and the one thread that takes it in order.
//!
//! What the client sends is put here before anything waits for anything, so the order is the client's. Edits are applied at
//! once; a request is answered against the texts at its place in the queue, and not at all once its client has given it up.
//! Diagnostics come when nothing else is to be done, so a burst of edits is one publication.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, Result};

use super::state::State;

/// So long nothing must come in before something is worked out: clients send edits, requests and cancellations in bursts, and
/// what the end of a burst makes void need not be worked out. Too short for a person to notice.
const QUIET: Duration = Duration::from_micros(1000);
/// A request does not wait for quiet longer than this.
const PATIENCE: Duration = Duration::from_micros(4000);

/// What is to be done.
pub enum Task {
    /// Something is not as it was.
    Change(Box<dyn FnOnce(&mut State) + Send>),
    /// Something is asked.
    Question(Box<dyn Ask>),
}

/// A question that waits.
pub trait Ask: Send {
    /// Whether nobody waits for the answer.
    fn is_given_up(&self) -> bool;
    /// Answers it.
    fn answer(self: Box<Self>, state: &mut State);
}

struct Question<F, R> {
    ask: F,
    reply: oneshot::Sender<Result<R>>,
}

impl<R: Send, F: FnOnce(&mut State) -> Result<R> + Send> Ask for Question<F, R> {
    fn is_given_up(&self) -> bool {
        self.reply.is_closed()
    }

    fn answer(self: Box<Self>, state: &mut State) {
        let Question { ask, reply } = *self;
        // A mistake of ours in one request is an error answer; the texts are as they were, and the next request is answered.
        let answer = catch_unwind(AssertUnwindSafe(|| ask(state)));
        let _ = reply.send(answer.unwrap_or_else(|_| Err(Error::internal_error())));
    }
}

/// Where the handlers put what comes in.
#[derive(Clone, Debug)]
pub struct Queue(Sender<Task>);

impl Queue {
    /// A queue, and its other end.
    pub fn new() -> (Queue, Receiver<Task>) {
        let (sender, receiver) = channel();
        (Queue(sender), receiver)
    }

    /// Puts a change into the queue.
    pub fn change(&self, change: impl FnOnce(&mut State) + Send + 'static) {
        let _ = self.0.send(Task::Change(Box::new(change)));
    }

    /// Puts a question into the queue; the answer comes where this points.
    pub fn ask<R: Send + 'static>(
        &self,
        ask: impl FnOnce(&mut State) -> Result<R> + Send + 'static,
    ) -> oneshot::Receiver<Result<R>> {
        let (reply, answer) = oneshot::channel();
        let _ = self.0.send(Task::Question(Box::new(Question { ask, reply })));
        answer
    }
}

/// Takes the queue in order until nobody can put anything into it. `state` is never seen by another thread.
pub fn run(tasks: &Receiver<Task>, mut state: State) {
    let mut owner = Owner { waiting: VecDeque::new(), last: Instant::now() };
    while owner.wait(tasks, pause(&state)) {
        owner.take(&mut state);
    }
}

/// How long nothing must come in before something is done that nobody asked for; none where there is no such thing.
fn pause(state: &State) -> Option<Duration> {
    if state.has_news() { Some(QUIET) } else { state.pause_before_background() }
}

struct Owner {
    /// What has not been done, with when it came.
    waiting: VecDeque<(Instant, Task)>,
    /// When something came last, or was given up.
    last: Instant,
}

impl Owner {
    /// Waits until there is something to do; not so when nothing can come any more.
    fn wait(&mut self, tasks: &Receiver<Task>, pause: Option<Duration>) -> bool {
        loop {
            while let Ok(task) = tasks.try_recv() {
                self.push(task);
            }
            let now = Instant::now();
            let quiet = self.last + QUIET;
            let until = match self.waiting.front() {
                Some((_, Task::Change(_))) => return true,
                Some((_, Task::Question(question))) if question.is_given_up() => return true,
                // Whoever edits further waits no longer to see what the burst brings: its answer is about the old text.
                Some(_) if self.waiting.iter().any(|(_, task)| matches!(task, Task::Change(_))) => {
                    return true;
                }
                Some((came, _)) => Some(quiet.min(*came + PATIENCE)),
                None => pause.map(|pause| self.last + pause),
            };
            let next = match until {
                Some(until) if until <= now => return true,
                Some(until) => tasks.recv_timeout(until - now),
                None => tasks.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match next {
                Ok(task) => self.push(task),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    fn push(&mut self, task: Task) {
        self.last = Instant::now();
        self.waiting.push_back((self.last, task));
    }

    /// Does what is first in the queue, or tells the news where there is nothing in it.
    fn take(&mut self, state: &mut State) {
        match self.waiting.pop_front() {
            Some((_, Task::Change(change))) => {
                // As for a question: what the change has not done is not done.
                let _ = catch_unwind(AssertUnwindSafe(|| change(state)));
            }
            Some((_, Task::Question(question))) if question.is_given_up() => self.last = Instant::now(),
            Some((_, Task::Question(question))) => question.answer(state),
            None if state.has_news() => {
                if catch_unwind(AssertUnwindSafe(|| state.tell_news())).is_err() {
                    state.forget_news();
                }
            }
            None => {
                if catch_unwind(AssertUnwindSafe(|| state.begin_background())).is_err() {
                    state.background.settle(state.edits());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    use super::super::Options;
    use super::super::outbox::Outbox;
    use super::*;

    /// A queue, and the thread that takes it.
    fn queue() -> (Queue, thread::JoinHandle<()>) {
        let (queue, tasks) = Queue::new();
        let owner = move || run(&tasks, State::new(Options { page: |_| None }, Outbox::new().0));
        (queue, thread::spawn(owner))
    }

    #[test]
    fn a_mistake_of_ours_is_the_answer_to_one_request_and_not_the_end() {
        let (queue, owner) = queue();
        queue.change(|_| panic!("a change that fails on purpose"));
        let failed = queue.ask(|_| -> Result<u32> { panic!("a request that fails on purpose") });
        let next = queue.ask(|_| Ok(7));
        assert_eq!(failed.blocking_recv().unwrap(), Err(Error::internal_error()));
        assert_eq!(next.blocking_recv().unwrap(), Ok(7));
        drop(queue);
        owner.join().unwrap();
    }

    #[test]
    fn what_nobody_waits_for_is_not_worked_out() {
        let (queue, owner) = queue();
        let worked = Arc::new(AtomicU32::new(0));
        for number in 0..20 {
            let worked = worked.clone();
            let answer = queue.ask(move |_| Ok(worked.fetch_add(1, Ordering::SeqCst)));
            // Every second one is given up.
            if number % 2 == 0 {
                drop(answer);
            } else {
                assert_eq!(answer.blocking_recv().unwrap(), Ok(number / 2));
            }
        }
        drop(queue);
        owner.join().unwrap();
    }
}
