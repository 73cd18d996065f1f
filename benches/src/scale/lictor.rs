//! Lictor: the policy that all share, and a layer for each user that sets the limit.
//!
//! The compiler reads the first two users. The others differ from the second in name and limit only, so their units are made from its
//! unit: to compile a million texts would take minutes, and the same file would come out.

use lictor_bundle::container::{self, Trust};
use lictor_bundle::currency::Currency;
use lictor_bundle::keys::SigningKey;
use lictor_bundle::program::{Bundle, Mode, Unit, UnitKey};
use lictor_bundle::schema::{ParamValue, Scalar};
use lictor_compiler::Compiled;
use lictor_compiler::project::{Project, SourceFile};
use lictor_runtime::{Engine, Scratch, Verdict};

use super::{limit, user};

const POLICY: &str = include_str!("../../policies/scale.lictor");

/// The policy with the layers of so many users, compiled.
///
/// # Panics
/// It has errors.
#[must_use]
pub fn compile(users: usize) -> Bundle {
    let mut project = Project { name: "scale".to_owned(), ..Project::default() };
    project.files.push(SourceFile { path: "scale.lictor".into(), bytes: POLICY.into() });
    project.files.extend((0..users).map(file));
    let Compiled { bundle, diagnostics, .. } = lictor_compiler::compile(&project);
    bundle.unwrap_or_else(|| panic!("{diagnostics:#?}"))
}

/// The file of a user.
#[must_use]
pub fn file(number: usize) -> SourceFile {
    let (name, dollars) = (user(number), limit(number) / 100);
    let text =
        format!("module users.u{number:07}\n\nlayer user \"{name}\"\n\nset max_amount = {dollars} USD\n");
    SourceFile { path: format!("users/u{number:07}.lictor"), bytes: text.into() }
}

/// The same as [`compile`] gives, but for the digests of the users' files.
///
/// # Panics
/// The policy has errors.
#[must_use]
pub fn bundle(users: usize) -> Bundle {
    let mut bundle = compile(2);
    let pattern = bundle.units.pop().expect("a unit is the second user's");
    bundle.units.retain(|unit| !unit.key.is_user());
    bundle.units.extend((0..users).map(|number| like(&pattern, number)));
    bundle
}

/// The unit of a user with so many dollars less than its limit.
///
/// # Panics
/// There is no such user.
#[must_use]
pub fn unit(engine: &Engine, number: usize, less: i64) -> Unit {
    let mut unit = engine.user(&user(number), Mode::Enforced).expect("the user has a policy");
    let usd = Currency::parse("USD").expect("it is a code");
    let limit = (limit(number) - 100 * less).max(0);
    unit.sets.iter_mut().for_each(|set| set.value = ParamValue::Money(vec![Scalar::Money(usd, limit)]));
    unit
}

/// The unit of a user, made from another one's.
#[must_use]
pub fn like(pattern: &Unit, number: usize) -> Unit {
    let mut unit = pattern.clone();
    let path = format!("users/u{number:07}.lictor");
    unit.key = UnitKey::User(user(number));
    let usd = Currency::parse("USD").expect("it is a code");
    unit.sets
        .iter_mut()
        .for_each(|set| set.value = ParamValue::Money(vec![Scalar::Money(usd, limit(number))]));
    unit.map.files.iter_mut().for_each(|file| file.clone_from(&path));
    unit.sources.iter_mut().for_each(|(file, _)| file.clone_from(&path));
    unit
}

/// The key that bundles are signed with here.
#[must_use]
pub fn key() -> SigningKey {
    SigningKey::from_seed([7; 32])
}

/// The bundle as a signed file.
///
/// # Panics
/// It is too large.
#[must_use]
pub fn seal(bundle: &Bundle) -> Vec<u8> {
    container::seal(bundle, &[key()]).expect("it fits into a file")
}

/// Verifies and loads a signed file.
///
/// # Panics
/// It is refused.
#[must_use]
pub fn load(file: &[u8]) -> Engine {
    Engine::load(file, Trust::Keys(&[key().verifying_key()])).expect("it is sound")
}

/// Whether a request is allowed.
#[must_use]
pub fn allows(engine: &Engine, scratch: &mut Scratch, json: &[u8]) -> bool {
    engine.prepare(scratch, json).is_ok_and(|mut request| request.evaluate(None).verdict() == Verdict::Allow)
}
