//! The engine behind its handle, and what can be asked of it.

use std::cell::Cell;
use std::slice;
use std::sync::Arc;

use lictor_runtime::{
    Decision, Engine, Explanation, KeySet, Live, Now, Requirements, Scratch, Trust, Verdict, VerifyingKey,
};
use serde::Serialize;

use crate::border::{Failed, give, guarded, lictor_bytes, lictor_status, lictor_text};

/// An engine: a verified bundle that decides, and that can be replaced by another. Behind the pointer is nothing for others to see.
pub struct lictor_engine(Arc<Live>);

/// What is decided. What was zeroed and never written refuses.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum lictor_verdict {
    /// It may not happen.
    LICTOR_DENY = 0,
    /// It may happen once people approved it.
    LICTOR_STEP_UP = 1,
    /// It may happen.
    LICTOR_ALLOW = 2,
}

/// What a host asks of a bundle. What is left zero asks for nothing; but without keys nobody is trusted, and a bundle that expires is
/// refused where nothing says what time it is.
#[repr(C)]
pub struct lictor_requirements {
    /// Public keys, each the text of a PEM file as `lictor keygen` writes it. One of them must have signed.
    pub keys: *const lictor_bytes,
    /// How many keys.
    pub key_count: usize,
    /// In their place the trusted keys with what each may sign: the file that `lictor keys` writes.
    pub trusted: lictor_bytes,
    /// The lowest number of an edition that is taken: the highest one that this host has loaded.
    pub min_sequence: u64,
    /// What time it is, in milliseconds since 1970 UTC; 0 where that is not said.
    pub now: i64,
    /// The most steps that deciding a request may take; 0 for as many as any bundle may.
    pub max_steps: u64,
}

/// Loads a bundle and verifies all of it: its signature, what is required of it, then its contents, down to every instruction.
///
/// On `LICTOR_OK`, `*engine` is a handle to be freed with `lictor_engine_free`; else it is NULL. `error` may be NULL; else `*error` tells
/// what is wrong, to be freed with `lictor_text_free`.
///
/// # Safety
/// `bundle` can be read; `requirements` is NULL or can be read with each of its keys; `engine` and `error` are NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lictor_engine_load(
    bundle: lictor_bytes,
    requirements: *const lictor_requirements,
    engine: *mut *mut lictor_engine,
    error: *mut lictor_text,
) -> lictor_status {
    let work = || {
        if engine.is_null() {
            return Err(Failed::misused("there is no place for the engine"));
        }
        // SAFETY: not null, and writable by the function's own condition.
        unsafe { engine.write(std::ptr::null_mut()) };
        // SAFETY: by the function's own condition.
        let loaded = unsafe { load(bundle, requirements) }?;
        let handle = Box::new(lictor_engine(Arc::new(Live::new(loaded))));
        // SAFETY: as above.
        unsafe { engine.write(Box::into_raw(handle)) };
        Ok(())
    };
    // SAFETY: by the function's own condition.
    unsafe { guarded(error, work) }
}

/// Gives another handle of the same engine, for whoever needs it for a time of his own. Cheap: nothing is copied. Each handle is freed by
/// itself, with `lictor_engine_free`, and each sees what is swapped through another. NULL where `engine` is.
///
/// # Safety
/// `engine` is NULL or a handle that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lictor_engine_clone(engine: *const lictor_engine) -> *mut lictor_engine {
    // SAFETY: by the function's own condition. Counting up one more user cannot panic.
    match unsafe { engine.as_ref() } {
        Some(engine) => Box::into_raw(Box::new(lictor_engine(Arc::clone(&engine.0)))),
        None => std::ptr::null_mut(),
    }
}

/// Frees a handle. What it was a handle of ends with the last one. NULL is ignored.
///
/// # Safety
/// `engine` is NULL or a handle that was not freed, and that nobody uses any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lictor_engine_free(engine: *mut lictor_engine) {
    if !engine.is_null() {
        // SAFETY: by the function's own condition it came from `Box::into_raw`, and comes back for the first time.
        drop(unsafe { Box::from_raw(engine) });
    }
}

/// Puts another bundle in force, loaded and verified as `lictor_engine_load` does it. Decisions that have begun end by the old one, and
/// nobody waits. Where the new one is refused, the old one stays in force.
///
/// # Safety
/// As `lictor_engine_load`; `engine` is NULL or a handle that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lictor_engine_swap(
    engine: *const lictor_engine,
    bundle: lictor_bytes,
    requirements: *const lictor_requirements,
    error: *mut lictor_text,
) -> lictor_status {
    let work = || {
        // SAFETY: by the function's own condition.
        let (live, loaded) = unsafe { (in_force(engine)?, load(bundle, requirements)?) };
        live.swap(loaded);
        Ok(())
    };
    // SAFETY: by the function's own condition.
    unsafe { guarded(error, work) }
}

/// Lists the facts that deciding a request may need and that it does not carry, as a JSON array: `[]` where there are none. The host
/// finds them out and decides with them. What only follows from a fact's answer is listed once that fact is there.
///
/// `request` and `said` are as in `lictor_engine_decide`. On `LICTOR_OK`, `*facts` is a text to be freed with `lictor_text_free`, else
/// there is none; `error` is as in `lictor_engine_load`.
///
/// # Safety
/// `engine` is NULL or a handle that was not freed; `request` and `said` can be read; `facts` and `error` are NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lictor_engine_facts_needed(
    engine: *const lictor_engine,
    request: lictor_bytes,
    said: lictor_bytes,
    facts: *mut lictor_text,
    error: *mut lictor_text,
) -> lictor_status {
    let work = || {
        // SAFETY: by the function's own condition.
        let (engine, request, said) = unsafe {
            give(facts, None);
            (in_force(engine)?.engine(), bytes(request)?, said.as_slice())
        };
        let needed = with_scratch(|scratch| match said {
            Some(said) => engine.facts_needed_asked(scratch, request, said),
            None => engine.facts_needed(scratch, request),
        });
        // SAFETY: as above.
        unsafe { give(facts, Some(json(&needed)?)) };
        Ok(())
    };
    // SAFETY: by the function's own condition.
    unsafe { guarded(error, work) }
}

/// Decides a request, a JSON object, and writes what is decided to `*verdict`: `LICTOR_DENY` also where anything goes wrong.
///
/// Where who asks is not who vouches, `request` is what the caller asks for (`action` and `params`), and `said` what the host says of it
/// (`agent`, `user`, `mandate`, `context`, `facts`): whatever comes from the wrong side is refused. Where `said` is `{ NULL, 0 }`,
/// `request` holds both. A request that cannot be read is refused, which is a decision like any other: `LICTOR_OK`.
///
/// `decision` may be NULL, which is faster; else `*decision` is the whole decision as a JSON object, with all reasons in words, to be
/// freed with `lictor_text_free`. `error` is as in `lictor_engine_load`.
///
/// # Safety
/// `engine` is NULL or a handle that was not freed; `request` and `said` can be read; `verdict`, `decision` and `error` are NULL or can be
/// written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lictor_engine_decide(
    engine: *const lictor_engine,
    request: lictor_bytes,
    said: lictor_bytes,
    verdict: *mut lictor_verdict,
    decision: *mut lictor_text,
    error: *mut lictor_text,
) -> lictor_status {
    let work = || {
        // SAFETY: by the function's own condition.
        let (verdict, engine, request, said) = unsafe {
            give(decision, None);
            (place_of(verdict)?, in_force(engine)?.engine(), bytes(request)?, said.as_slice())
        };
        if decision.is_null() && said.is_none() {
            *verdict = with_scratch(|scratch| match engine.prepare(scratch, request) {
                Ok(mut prepared) => prepared.evaluate(None).verdict(),
                Err(refusal) => refusal.decision,
            })
            .into();
            return Ok(());
        }
        let made = with_scratch(|scratch| match said {
            Some(said) => engine.decide_asked(scratch, request, said, None),
            None => engine.decide(scratch, request),
        });
        let text = json(&made)?;
        // SAFETY: as above.
        unsafe { give(decision, Some(text)) };
        *verdict = made.decision.into();
        Ok(())
    };
    // SAFETY: by the function's own condition.
    unsafe { guarded(error, work) }
}

/// Decides a request that holds all that is said of it, and explains the decision: every rule, every value it read, and for what was not
/// allowed a change of one field that would have passed. For authors, auditors and operators, and not to be passed on to an agent.
/// It takes some thousand times as long as to decide.
///
/// On `LICTOR_OK`, `*explanation` is a JSON object, the decision with a member `explanation`, to be freed with `lictor_text_free`; else
/// there is none. `error` is as in `lictor_engine_load`.
///
/// # Safety
/// `engine` is NULL or a handle that was not freed; `request` can be read; `explanation` and `error` are NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lictor_engine_explain(
    engine: *const lictor_engine,
    request: lictor_bytes,
    explanation: *mut lictor_text,
    error: *mut lictor_text,
) -> lictor_status {
    #[derive(Serialize)]
    struct Explained {
        #[serde(flatten)]
        decision: Decision,
        explanation: Explanation,
    }
    let work = || {
        // SAFETY: by the function's own condition.
        let (engine, request) = unsafe {
            give(explanation, None);
            (in_force(engine)?.engine(), bytes(request)?)
        };
        let (made, why) = with_scratch(|scratch| engine.explain(scratch, request, None));
        // SAFETY: as above.
        unsafe { give(explanation, Some(json(&Explained { decision: made, explanation: why })?)) };
        Ok(())
    };
    // SAFETY: by the function's own condition.
    unsafe { guarded(error, work) }
}

impl From<Verdict> for lictor_verdict {
    fn from(verdict: Verdict) -> lictor_verdict {
        match verdict {
            Verdict::Allow => lictor_verdict::LICTOR_ALLOW,
            Verdict::StepUp => lictor_verdict::LICTOR_STEP_UP,
            Verdict::Deny => lictor_verdict::LICTOR_DENY,
        }
    }
}

/// # Safety
/// `bundle` can be read; `requirements` is null or can be read with each of its keys.
unsafe fn load(bundle: lictor_bytes, requirements: *const lictor_requirements) -> Result<Engine, Failed> {
    // SAFETY: by the function's own condition, here and below.
    let (bundle, requirements) = unsafe { (bytes(bundle)?, requirements.as_ref()) };
    let requirements = requirements.ok_or_else(|| Failed::misused("nothing says what is required"))?;
    let lictor_requirements { keys, key_count, trusted, min_sequence, now, max_steps } = *requirements;
    if keys.is_null() && key_count > 0 {
        return Err(Failed::misused("there are no keys where there should be some"));
    }
    // SAFETY: as above; that they are not null was just seen.
    let keys = if key_count == 0 { &[] } else { unsafe { slice::from_raw_parts(keys, key_count) } };
    let pem = |key: &lictor_bytes| {
        // SAFETY: as above.
        let text = String::from_utf8_lossy(unsafe { bytes(*key) }?);
        Ok(VerifyingKey::from_pem(&text)?)
    };
    let keys = keys.iter().map(pem).collect::<Result<Vec<_>, Failed>>()?;
    // SAFETY: as above.
    let trusted = unsafe { trusted.as_slice() };
    if trusted.is_some() && !keys.is_empty() {
        return Err(Failed::misused("there are keys twice, and nobody can say which of them count"));
    }
    let set = trusted.map(KeySet::from_json).transpose()?;
    let trust = set.as_ref().map_or(Trust::Keys(&keys), Trust::Set);
    let now = if now == 0 { Now::Unsaid } else { Now::At(now) };
    let max_steps = Some(max_steps).filter(|steps| *steps > 0);
    Ok(Engine::load(bundle, Requirements { trust, min_sequence, now, max_steps })?)
}

/// # Safety
/// `engine` is null or a handle that lives as long as the result is used.
unsafe fn in_force<'a>(engine: *const lictor_engine) -> Result<&'a Live, Failed> {
    // SAFETY: by the function's own condition; nothing is ever changed behind it but through `Live`, which is made for that.
    let engine = unsafe { engine.as_ref() }.ok_or_else(|| Failed::misused("there is no engine"))?;
    Ok(&engine.0)
}

/// # Safety
/// They can be read as long as the result is used.
unsafe fn bytes<'a>(given: lictor_bytes) -> Result<&'a [u8], Failed> {
    // SAFETY: by the function's own condition.
    unsafe { given.as_slice() }
        .ok_or_else(|| Failed::misused("there are no bytes where there should be some"))
}

/// Where a verdict is written to; until then it refuses.
///
/// # Safety
/// It is null, or can be written to as long as the result is used.
unsafe fn place_of<'a>(verdict: *mut lictor_verdict) -> Result<&'a mut lictor_verdict, Failed> {
    if verdict.is_null() {
        return Err(Failed::misused("there is no place for the verdict"));
    }
    // SAFETY: not null, and writable by the function's own condition. It may hold any number before, and is written before a reference
    // to it is made.
    unsafe {
        verdict.write(lictor_verdict::LICTOR_DENY);
        Ok(&mut *verdict)
    }
}

fn json(value: &impl Serialize) -> Result<String, Failed> {
    let fault = |error: serde_json::Error| Failed(lictor_status::LICTOR_FAULT, error.to_string());
    serde_json::to_string(value).map_err(fault)
}

thread_local! {
    /// The memory that a thread decides in.
    static SCRATCH: Cell<Scratch> = Cell::default();
}

/// Works with the thread's memory. After a panic it is not put back, so that nobody meets what was left half done; a thread that is
/// ending has none any more, and gets some for this once.
fn with_scratch<T>(work: impl FnOnce(&mut Scratch) -> T) -> T {
    let mut scratch = SCRATCH.try_with(Cell::take).unwrap_or_default();
    let done = work(&mut scratch);
    let _ending = SCRATCH.try_with(|kept| kept.set(scratch));
    done
}
