//! A decision that is allowed allocates nothing, once the memory it is made in was used before.
#![expect(unsafe_code, reason = "an allocator that counts is an unsafe trait's implementation")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fs;
use std::hint::black_box;
use std::path::Path;

use lictor_compiler::compile;
use lictor_runtime::{Engine, Scratch, Verdict};

#[path = "support/projects.rs"]
mod projects;

thread_local! {
    /// How often this thread has asked for memory, or for more of it.
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, which counts.
struct Counting;

// SAFETY: everything is passed on to the system's allocator as it came; counting touches a number of the thread's own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often memory was asked for meanwhile.
fn allocations<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = ALLOCATIONS.get();
    let done = work();
    (ALLOCATIONS.get() - before, done)
}

#[test]
fn the_count_counts() {
    assert_eq!(allocations(|| black_box(1)).0, 0);
    assert_eq!(allocations(|| black_box(Box::new(1))).0, 1);
}

#[test]
fn an_allowed_decision_allocates_nothing() {
    let policy = projects::folder("examples/agent-payments/policy");
    let engine = Engine::from_bundle(compile(&policy).bundle.unwrap()).unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/agent-payments/requests.ndjson");
    let requests = fs::read_to_string(file).unwrap();
    let mut scratch = Scratch::default();
    let mut allowed = 0;
    for request in requests.lines() {
        let Ok(mut prepared) = engine.prepare(&mut scratch, request.as_bytes()) else { continue };
        if prepared.evaluate(None).verdict() != Verdict::Allow {
            continue;
        }
        let (count, score) = allocations(|| {
            let evaluated = prepared.evaluate(None);
            assert_eq!((evaluated.verdict(), evaluated.reason_code()), (Verdict::Allow, "OK"));
            evaluated.score()
        });
        assert_eq!((count, score.is_some()), (0, true), "{request}");
        allowed += 1;
    }
    assert!(allowed > 5, "{allowed} requests are allowed");
}
