//! A signature that is good once is used up by itself: for what looks and has no effect in which that could be done.

use lictor_store::{Reads, View, Writes};

use super::past::Wanted;
use super::turn::{Step, Turn, Unwritable};

/// A step that does nothing. The nonce that it is taken with is used up.
pub(crate) struct Spend {
    /// When, by the gateway's clock.
    pub now: i64,
}

impl Step for Spend {
    type Done = ();

    fn now(&self) -> i64 {
        self.now
    }

    fn wanted(&self) -> Wanted {
        Wanted::default()
    }

    fn reads(&self, _: &Wanted, _: i64) -> Reads {
        Reads::none()
    }

    fn run(&self, _: &View<'_>, _: &Wanted) -> Result<(Writes, Turn<()>), Unwritable> {
        Ok((Writes::none(), Turn::Done(())))
    }
}
