//! A thread beside the owner of the state, for what takes long: compiling a policy whole, running tests, deciding requests. It is given texts
//! of its own and gives back what came of them, so nothing is shared, and the owner answers meanwhile.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, Result};

use super::STACK;

type Job = Box<dyn FnOnce() + Send>;

/// The thread, which is begun when it is first needed.
#[derive(Default)]
pub struct Worker(Option<Sender<Job>>);

impl Worker {
    /// Has something worked out after all that was asked for before. What is given back is where the result comes; when it is dropped, nobody
    /// wants that any more, and `work` is told when it asks.
    pub fn ask<R: Send + 'static>(
        &mut self,
        work: impl FnOnce(&dyn Fn() -> bool) -> Result<R> + Send + 'static,
    ) -> oneshot::Receiver<Result<R>> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move || {
            if reply.is_closed() {
                return;
            }
            // A mistake of ours is an error answer, and the next is worked out.
            let result = catch_unwind(AssertUnwindSafe(|| work(&|| !reply.is_closed())));
            let _ = reply.send(result.unwrap_or_else(|_| Err(Error::internal_error())));
        });
        // Where no thread can be begun, the answer never comes, which whoever waits is told.
        if let Some(jobs) = self.thread() {
            let _ = jobs.send(job);
        }
        answer
    }

    /// Where its jobs go. The thread ends when the worker is dropped.
    fn thread(&mut self) -> Option<&Sender<Job>> {
        if self.0.is_none() {
            let (sender, jobs) = channel::<Job>();
            let work = move || jobs.iter().for_each(|job| job());
            let thread = thread::Builder::new().name(String::from("worker")).stack_size(STACK);
            self.0 = thread.spawn(work).ok().map(|_| sender);
        }
        self.0.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_of_ours_is_the_answer_to_one_question_and_not_the_end() {
        let mut worker = Worker::default();
        let failed = worker.ask(|_| -> Result<u32> { panic!("a question that fails on purpose") });
        let next = worker.ask(|_| Ok(7));
        assert_eq!(failed.blocking_recv().unwrap(), Err(Error::internal_error()));
        assert_eq!(next.blocking_recv().unwrap(), Ok(7));
    }

    #[test]
    fn what_nobody_waits_for_is_not_worked_out_to_its_end() {
        let mut worker = Worker::default();
        let (begun, begins) = channel();
        let (ended, ends) = channel();
        let answer = worker.ask(move |is_wanted| {
            begun.send(is_wanted()).unwrap();
            while is_wanted() {
                thread::yield_now();
            }
            ended.send(()).unwrap();
            Ok(())
        });
        assert_eq!(begins.recv(), Ok(true));
        drop(answer);
        assert_eq!(ends.recv(), Ok(()));
        assert_eq!(worker.ask(|_| Ok(7)).blocking_recv().unwrap(), Ok(7));
    }
}
