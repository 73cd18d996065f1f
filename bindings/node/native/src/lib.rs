//! The native part of the package for Node: the runtime behind bytes and texts. Everything that is more than that is made of it in TypeScript.
//!
//! Errors have a `code`: that of a bundle or a set of keys that is refused, `MISUSED`, or `FAULT` where a panic would have been, which is a fault of ours. Nothing is
//! allowed by any of them.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lictor_runtime::{Engine as Loaded, KeySet, Live, Mode, Now, Requirements, Scratch, Trust, VerifyingKey};
use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;

/// An error with a code.
type Refused = napi::Error<String>;

/// What a host asks of a bundle.
#[napi(object)]
pub struct Required {
    /// Public keys as PEM texts, of which one must have signed.
    pub keys: Vec<String>,
    /// In their place, the text of a file of trusted keys.
    pub trusted: Option<String>,
    /// The lowest number of an edition that is taken.
    pub min_sequence: i64,
    /// What time it is, in milliseconds since 1970 UTC.
    pub now: Option<i64>,
    /// The most steps that deciding a request may take.
    pub max_steps: Option<i64>,
}

/// A verified bundle, ready to decide.
#[napi]
pub struct NativeEngine(Live);

#[napi]
impl NativeEngine {
    /// Loads a bundle and verifies all of it.
    #[napi(factory)]
    pub fn load(bundle: Uint8Array, required: Required) -> Result<NativeEngine, Refused> {
        guarded(|| loaded(&bundle, &required)).map(|engine| NativeEngine(Live::new(engine)))
    }

    /// Puts another bundle in force. Where it is refused, the old one stays.
    #[napi]
    pub fn swap(&self, bundle: Uint8Array, required: Required) -> Result<(), Refused> {
        let engine = guarded(|| loaded(&bundle, &required))?;
        self.0.swap(engine);
        Ok(())
    }

    /// Decides a request: the whole decision as JSON.
    #[napi]
    pub fn decide(&self, request: Uint8Array, said: Option<Uint8Array>) -> Result<String, Refused> {
        guarded(|| {
            let engine = self.0.engine();
            let decision = with_scratch(|scratch| match said {
                Some(said) => engine.decide_asked(scratch, &request, &said, None),
                None => engine.decide(scratch, &request),
            });
            serde_json::to_string(&decision).map_err(fault)
        })
    }

    /// The facts that deciding it needs, as JSON.
    #[napi]
    pub fn facts_needed(&self, request: Uint8Array, said: Option<Uint8Array>) -> Result<String, Refused> {
        guarded(|| {
            let engine = self.0.engine();
            let needed = with_scratch(|scratch| match said {
                Some(said) => engine.facts_needed_asked(scratch, &request, &said),
                None => engine.facts_needed(scratch, &request),
            });
            serde_json::to_string(&needed).map_err(fault)
        })
    }

    /// How a decision comes about, as JSON: for authors and auditors, and not to be passed on to an agent.
    #[napi]
    pub fn explain(&self, request: Uint8Array) -> Result<String, Refused> {
        guarded(|| {
            let (_, why) = with_scratch(|scratch| self.0.engine().explain(scratch, &request, None));
            serde_json::to_string(&why).map_err(fault)
        })
    }

    /// What the bundle is called: `sha256:…`.
    #[napi(getter)]
    pub fn id(&self) -> String {
        self.0.engine().id().to_string()
    }

    /// The number of the edition.
    #[napi(getter)]
    pub fn sequence(&self) -> i64 {
        i64::try_from(self.0.engine().release().sequence).unwrap_or(i64::MAX)
    }

    /// The last moment at which it may be loaded, in milliseconds since 1970 UTC.
    #[napi(getter)]
    pub fn expires(&self) -> Option<i64> {
        self.0.engine().release().expires
    }

    /// Whether all of it is only observed: then it allows everything.
    #[napi(getter)]
    pub fn observed(&self) -> bool {
        self.0.engine().mode() == Mode::Observed
    }
}

fn loaded(bundle: &[u8], required: &Required) -> Result<Loaded, Refused> {
    let Required { keys, trusted, min_sequence, now, max_steps } = required;
    if trusted.is_some() && !keys.is_empty() {
        return Err(misused("there are keys twice, and nobody can say which of them count"));
    }
    let number = |number: i64| u64::try_from(number).map_err(|_| misused("a number is below 0"));
    let (min_sequence, max_steps) = (number(*min_sequence)?, max_steps.map(number).transpose()?);
    let refused =
        |error: lictor_runtime::BundleError| Refused::new(error.kind.code().to_owned(), error.message);
    let keys = keys.iter().map(|key| VerifyingKey::from_pem(key)).collect::<Result<Vec<_>, _>>();
    let keys = keys.map_err(refused)?;
    let set = trusted.as_ref().map(|set| KeySet::from_json(set.as_bytes())).transpose().map_err(refused)?;
    let trust = set.as_ref().map_or(Trust::Keys(&keys), Trust::Set);
    let now = now.map_or(Now::Unsaid, Now::At);
    Loaded::load(bundle, Requirements { trust, min_sequence, now, max_steps }).map_err(refused)
}

fn misused(message: &str) -> Refused {
    Refused::new("MISUSED".to_owned(), message)
}

fn fault(error: serde_json::Error) -> Refused {
    Refused::new("FAULT".to_owned(), error.to_string())
}

/// Works, and makes an error of a panic, which would otherwise end the whole process.
fn guarded<T>(work: impl FnOnce() -> Result<T, Refused>) -> Result<T, Refused> {
    // What was half done when it panicked is memory to decide in, which is not used again, and a bundle that nobody got.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Refused::new("FAULT".to_owned(), "the engine has a fault; nothing was decided"))
    })
}

thread_local! {
    /// The memory that a thread decides in.
    static SCRATCH: Cell<Scratch> = Cell::default();
}

/// Works with the thread's memory. After a panic it is not put back, so that nobody meets what was left half done.
fn with_scratch<T>(work: impl FnOnce(&mut Scratch) -> T) -> T {
    let mut scratch = SCRATCH.try_with(Cell::take).unwrap_or_default();
    let done = work(&mut scratch);
    let _ending = SCRATCH.try_with(|kept| kept.set(scratch));
    done
}
