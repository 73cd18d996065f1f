//! What crosses the border: bytes that come in, texts that go out, and how a call ended.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{ptr, slice};

/// How a call ended.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum lictor_status {
    /// It did what it was asked to.
    LICTOR_OK = 0,
    /// It was called wrongly: with a null pointer where there must be something.
    LICTOR_MISUSED = 1,
    /// A bundle or a key was refused; the text begins with the code, such as `B0107`.
    LICTOR_REFUSED = 2,
    /// A fault of the library itself. Nothing was decided, so nothing is allowed.
    LICTOR_FAULT = 3,
}

/// Bytes of the caller's, which stay the caller's. No bytes are `{ NULL, 0 }`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lictor_bytes {
    /// Where they begin. May be NULL where there are none.
    pub data: *const u8,
    /// How many they are.
    pub length: usize,
}

/// A text that the library made, in UTF-8, without a zero byte at its end. Freed with `lictor_text_free`.
#[repr(C)]
pub struct lictor_text {
    /// Where it begins; NULL where there is none.
    pub data: *mut u8,
    /// How many bytes it has.
    pub length: usize,
}

/// Frees a text and leaves none in its place, so that doing it again does nothing. NULL is no text, too.
///
/// # Safety
/// `text` is NULL, or points to a text that a function of this library has written, or to `{ NULL, 0 }`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lictor_text_free(text: *mut lictor_text) {
    // SAFETY: by the function's own condition it is null, or valid and used by nobody else meanwhile.
    let Some(text) = (unsafe { text.as_mut() }) else { return };
    if !text.data.is_null() {
        let bytes = ptr::slice_from_raw_parts_mut(text.data, text.length);
        // SAFETY: by that condition both are what `lictor_text::from` has taken from a box, and this is the first time that it comes
        // back, since `data` is null afterwards.
        drop(unsafe { Box::from_raw(bytes) });
    }
    *text = lictor_text::NONE;
}

impl lictor_text {
    const NONE: lictor_text = lictor_text { data: ptr::null_mut(), length: 0 };
}

impl From<String> for lictor_text {
    fn from(text: String) -> lictor_text {
        let bytes = text.into_bytes().into_boxed_slice();
        let length = bytes.len();
        lictor_text { data: Box::into_raw(bytes).cast(), length }
    }
}

impl lictor_bytes {
    /// The bytes; none where there is nothing.
    ///
    /// # Safety
    /// Where `data` is not null, `length` bytes can be read there, for as long as the result is used.
    pub(crate) unsafe fn as_slice<'a>(self) -> Option<&'a [u8]> {
        let there = !self.data.is_null() && isize::try_from(self.length).is_ok();
        // SAFETY: not null, not longer than any object, and readable by the function's own condition.
        there.then(|| unsafe { slice::from_raw_parts(self.data, self.length) })
    }
}

/// Why a call did not do what it was asked to.
pub(crate) struct Failed(pub lictor_status, pub String);

impl Failed {
    pub fn misused(what: &str) -> Failed {
        Failed(lictor_status::LICTOR_MISUSED, what.to_owned())
    }
}

impl From<lictor_runtime::BundleError> for Failed {
    fn from(error: lictor_runtime::BundleError) -> Failed {
        Failed(lictor_status::LICTOR_REFUSED, error.to_string())
    }
}

/// Does what a function of the interface is there for. A panic ends here. What went wrong is written to `error`, if anybody wants to
/// know, and `{ NULL, 0 }` where nothing did.
///
/// # Safety
/// `error` is null or can be written to.
pub(crate) unsafe fn guarded(
    error: *mut lictor_text,
    work: impl FnOnce() -> Result<(), Failed>,
) -> lictor_status {
    // What a panic leaves behind half done is never looked at again: see `engine::with_scratch`.
    let ended = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Failed(lictor_status::LICTOR_FAULT, "a fault of the library; please report it".to_owned()))
    });
    let (status, message) = match ended {
        Ok(()) => (lictor_status::LICTOR_OK, None),
        Err(Failed(status, message)) => (status, Some(message)),
    };
    // SAFETY: by the function's own condition.
    unsafe { give(error, message) };
    status
}

/// Writes a text where the caller wants it, or that there is none. Nothing is made for a caller who wants none.
///
/// # Safety
/// `to` is null or can be written to. What stood there before is not freed.
pub(crate) unsafe fn give(to: *mut lictor_text, text: Option<String>) {
    if !to.is_null() {
        // SAFETY: not null, and writable by the function's own condition.
        unsafe { to.write(text.map_or(lictor_text::NONE, lictor_text::from)) };
    }
}
