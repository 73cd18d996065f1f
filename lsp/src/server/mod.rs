//! The Language Server Protocol, version 3.17, over standard input and output.
//!
//! The handlers of [`backend`](self) only put what comes in into the queue; one thread takes it in order and owns all state. A
//! message is a file of `message/`: it converts, calls [`ide`](crate::ide), and converts back.

mod convert;
mod markup;
mod queue;
mod outbox;
mod state;
mod disk;
mod pages;
mod settings;
mod worker;
mod background;
mod requests;
mod watches;
mod views;
mod failures;
mod diagnostic;
mod publish;
mod shown;
mod capabilities;
mod message;
mod backend;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tower_lsp::{LspService, Server};

use backend::Backend;
use outbox::Outbox;
use queue::Queue;
use state::State;

/// How many bytes of stack the owner of the state has. Syntax trees are walked by recursion, to a depth that is bounded.
const STACK: usize = 64 << 20;
/// How many requests may wait at once. One that waits costs nothing, and what comes after it, above all that it is no longer
/// wanted, must be read meanwhile.
const WAITING: usize = 1 << 16;

/// What the server is given by the command that runs it.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The page about a code, in Markdown; none where there is none.
    pub page: fn(&str) -> Option<&'static str>,
}

/// Serves one client until it says `exit` or closes our standard input. Tells whether it said `shutdown` before, as it should.
///
/// # Errors
///
/// What the operating system has against a thread, or against waiting for input.
pub fn serve(options: Options) -> io::Result<bool> {
    let (queue, tasks) = Queue::new();
    let (outbox, messages) = Outbox::new();
    thread::Builder::new()
        .name(String::from("owner"))
        .stack_size(STACK)
        .spawn(move || queue::run(&tasks, State::new(options, outbox)))?;
    let is_shut_down = Arc::new(AtomicBool::new(false));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    runtime.block_on(async {
        let service = LspService::build(|client| {
            tokio::spawn(outbox::deliver(messages, client, queue.clone()));
            Backend::new(queue, is_shut_down.clone())
        });
        let content = Backend::text_document_content;
        let (service, socket) = service.custom_method("workspace/textDocumentContent", content).finish();
        let (input, output) = (tokio::io::stdin(), tokio::io::stdout());
        Server::new(input, output, socket).concurrency_level(WAITING).serve(service).await;
    });
    // The thread that waits for input may wait for ever.
    runtime.shutdown_background();
    Ok(is_shut_down.load(Ordering::SeqCst))
}
