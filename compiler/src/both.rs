//! Two things at once. What comes of them depends on neither the other nor on whether there are two cores.

use std::panic::resume_unwind;
use std::sync::Mutex;
use std::thread::{Builder, scope};

/// Several times what the deepest policy takes where calls are not optimised: 5 MiB.
const STACK: usize = 64 << 20;

/// Does something on a thread of its own. Every pass over expressions calls itself for what is inside, and how deep an expression may nest
/// must not depend on how much stack the caller's thread has left.
pub(crate) fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    // A thread that cannot be begun has taken its work with it; this one takes it from here.
    let work = Mutex::new(Some(work));
    let take = || work.lock().ok().and_then(|mut work| work.take()).map(|work| work());
    match both(take, || ()).0 {
        Some(done) => done,
        None => unreachable!("only one of the two threads does it"),
    }
}

/// Does the same to all of a list: where its elements weigh more than a thread costs to begin, to each half of them by itself. `work` is
/// given a part of the list and the place where that begins.
pub(crate) fn halves<T: Sync, R: Send>(
    list: &[T],
    weigh: impl Fn(&T) -> usize,
    worth: usize,
    work: impl Fn(&[T], usize) -> Vec<R> + Sync,
) -> Vec<R> {
    let whole: usize = list.iter().map(&weigh).sum();
    if whole < worth || list.len() < 2 {
        return work(list, 0);
    }
    let mut before = 0;
    let middle = list.iter().take_while(|element| {
        before += weigh(element);
        before <= whole / 2
    });
    let middle = middle.count();
    let (here, there) = list.split_at(middle);
    let (others, mut done) = both(|| work(there, middle), || work(here, 0));
    done.extend(others);
    done
}

/// Does one thing on a thread of its own, and the other meanwhile.
pub(crate) fn both<A: Send, B>(there: impl Fn() -> A + Sync, here: impl FnOnce() -> B) -> (A, B) {
    scope(|scope| match Builder::new().stack_size(STACK).spawn_scoped(scope, &there) {
        Ok(thread) => {
            let done = here();
            (thread.join().unwrap_or_else(|panic| resume_unwind(panic)), done)
        }
        // Where there are no threads, the caller's stack must do.
        Err(_) => (there(), here()),
    })
}

#[cfg(test)]
mod tests {
    use super::halves;

    #[test]
    fn what_is_done_by_halves_comes_in_order() {
        for length in 0..20 {
            let list: Vec<usize> = (0..length).collect();
            let expected: Vec<(usize, usize)> = list.iter().map(|element| (*element, *element)).collect();
            for (worth, heavy) in [(0, 0), (0, 19), (5, 3), (1_000, 0)] {
                let weigh = |element: &usize| if *element == heavy { 100 } else { 1 };
                let work = |part: &[usize], from| part.iter().copied().zip(from..).collect();
                assert_eq!(halves(&list, weigh, worth, work), expected);
            }
        }
    }
}
