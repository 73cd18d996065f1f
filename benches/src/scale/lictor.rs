//! Lictor: the policy that all share, and a layer for each user that sets the limit and may have a rule.
//!
//! The compiler reads the first two users. The others differ from the second in name, limit and merchant only, so their units are made from
//! its unit: to compile a million texts would take minutes, and the same file would come out.

use lictor_bundle::container::{self, Trust};
use lictor_bundle::currency::Currency;
use lictor_bundle::keys::SigningKey;
use lictor_bundle::program::{Bundle, Constant, Mode, Unit, UnitKey};
use lictor_bundle::schema::{ParamValue, Scalar};
use lictor_compiler::Compiled;
use lictor_compiler::project::{Project, SourceFile};
use lictor_runtime::{Engine, Scratch, Verdict};

use super::{Own, limit, refused, user};

const POLICY: &str = include_str!("../../policies/scale.lictor");

/// The policy with the layers of so many users, compiled.
///
/// # Panics
/// It has errors.
#[must_use]
pub fn compile(users: usize, own: Own) -> Bundle {
    let mut project = Project { name: "scale".to_owned(), ..Project::default() };
    project.files.push(SourceFile { path: "scale.lictor".into(), bytes: POLICY.into() });
    project.files.extend((0..users).map(|number| file(number, own)));
    let Compiled { bundle, diagnostics, .. } = lictor_compiler::compile(&project);
    bundle.unwrap_or_else(|| panic!("{diagnostics:#?}"))
}

/// The file of a user.
#[must_use]
pub fn file(number: usize, own: Own) -> SourceFile {
    let (name, dollars, merchant) = (user(number), limit(number) / 100, refused(number));
    let rule = match own {
        Own::Limit => String::new(),
        Own::Rule => format!(
            "\nrule own on payment.charge at counterparty {{\n  deny when merchant == \"{merchant}\" as OVER_LIMIT\n}}\n"
        ),
    };
    let text = format!(
        "module users.u{number:07}\n\nlayer user \"{name}\"\n\nset max_amount = {dollars} USD\n{rule}"
    );
    SourceFile { path: format!("users/u{number:07}.lictor"), bytes: text.into() }
}

/// The same as [`compile`] gives, but for the digests of the users' files.
///
/// # Panics
/// The policy has errors.
#[must_use]
pub fn bundle(users: usize, own: Own) -> Bundle {
    let mut bundle = compile(2, own);
    let pattern = bundle.units.pop().expect("a unit is the second user's");
    bundle.units.retain(|unit| !unit.key.is_user());
    bundle.units.extend((0..users).map(|number| like(&pattern, number)));
    bundle
}

/// Holds what is made against what the compiler makes.
///
/// # Panics
/// They differ.
pub fn check() {
    for own in [Own::Limit, Own::Rule] {
        let [made, compiled] = [bundle(12, own), compile(12, own)].map(|mut bundle| {
            let sources = bundle.units.iter_mut().flat_map(|unit| &mut unit.sources);
            sources.for_each(|(_, digest)| *digest = [0; 32]);
            bundle
        });
        assert_eq!(made, compiled);
    }
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

/// The unit of a user, made from that of the second one.
#[must_use]
pub fn like(pattern: &Unit, number: usize) -> Unit {
    let mut unit = pattern.clone();
    let path = format!("users/u{number:07}.lictor");
    unit.key = UnitKey::User(user(number));
    let usd = Currency::parse("USD").expect("it is a code");
    unit.sets
        .iter_mut()
        .for_each(|set| set.value = ParamValue::Money(vec![Scalar::Money(usd, limit(number))]));
    for rule in &mut unit.rules {
        rule.key.module = format!("users.u{number:07}");
        rule.source.0.clone_from(&path);
    }
    for constant in &mut unit.code.constants {
        *constant = Constant::Scalar(Scalar::Text(refused(number)));
    }
    for text in &mut unit.map.texts {
        text.text = text.text.replace(&refused(1), &refused(number));
    }
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
