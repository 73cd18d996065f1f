//! Editions: an old one is refused, and one that has expired, and so is one that costs more than the host allows.

mod builder;

use builder::{bundle, key};
use lictor_bundle::container::{Now, Requirements, Sealed, Trust, open, seal};
use lictor_bundle::error::{BundleError, ErrorKind};
use lictor_bundle::program::Release;
use lictor_bundle::release::MAX_SEQUENCE;
use lictor_bundle::verify::verify;

/// Noon of a day, and what lies a millisecond before and after it.
const NOON: i64 = 1_772_366_400_000;

fn edition(sequence: u64, expires: Option<i64>) -> Vec<u8> {
    let mut bundle = bundle();
    bundle.manifest.release = Release { sequence, expires };
    seal(&bundle, &[key()]).unwrap()
}

fn load(file: &[u8], change: impl FnOnce(&mut Requirements<'_>)) -> Result<Sealed, BundleError> {
    let keys = [key().verifying_key()];
    let mut requirements = Requirements::from(Trust::Keys(&keys));
    change(&mut requirements);
    open(file, requirements)
}

#[test]
fn an_edition_below_the_lowest_that_is_taken_is_refused() {
    let file = edition(7, None);
    assert_eq!(load(&file, |_| ()).unwrap().bundle.manifest.release.sequence, 7);
    assert!(load(&file, |wanted| wanted.min_sequence = 7).is_ok());
    let error = load(&file, |wanted| wanted.min_sequence = 8).unwrap_err();
    assert_eq!(error.to_string(), "B0175: the bundle is number 7, and none before number 8 is taken");
    // One without a number is below every number.
    assert_eq!(
        load(&edition(0, None), |wanted| wanted.min_sequence = 1).unwrap_err().kind,
        ErrorKind::Rollback
    );
    // That nobody asks who signed it makes no difference.
    assert!(load(&file, |wanted| (wanted.trust, wanted.min_sequence) = (Trust::Integrity, 8)).is_err());
}

#[test]
fn a_bundle_can_be_loaded_until_it_expires() {
    let file = edition(1, Some(NOON));
    let at =
        |now| load(&file, |wanted| wanted.now = now).map(|sealed| sealed.bundle.manifest.release.expires);
    assert_eq!(at(Now::At(NOON - 1)), Ok(Some(NOON)));
    assert_eq!(at(Now::At(NOON)), Ok(Some(NOON)));
    let error = at(Now::At(NOON + 1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "B0176: the bundle expired at 2026-03-01T12:00:00Z, and it is 2026-03-01T12:00:00.001Z"
    );
    // A host that has no time does not run what holds for a time. Whoever only looks at it may.
    assert_eq!(at(Now::Unsaid).unwrap_err().kind, ErrorKind::Expired);
    assert_eq!(at(Now::Any), Ok(Some(NOON)));
    assert!(load(&edition(1, None), |wanted| wanted.now = Now::At(i64::MAX)).is_ok());
}

#[test]
fn the_edition_is_refused_before_the_contents_are_looked_at() {
    // The contents are not what the statement says: whoever asks for a newer edition does not get as far as that.
    let mut file = edition(7, None);
    let middle = file.len() / 2;
    file[middle] ^= 1;
    let contents = file.len() - 32;
    let digest = <sha2::Sha256 as sha2::Digest>::digest(&file[..contents]);
    file[contents..].copy_from_slice(&digest);
    assert_eq!(load(&file, |_| ()).unwrap_err().kind, ErrorKind::Digest);
    assert_eq!(load(&file, |wanted| wanted.min_sequence = 8).unwrap_err().kind, ErrorKind::Rollback);
}

#[test]
fn an_edition_that_cannot_be_written_down_is_refused() {
    assert!(load(&edition(MAX_SEQUENCE, Some(i64::from(u32::MAX))), |wanted| wanted.now = Now::Any).is_ok());
    assert_eq!(load(&edition(MAX_SEQUENCE + 1, None), |_| ()).unwrap_err().kind, ErrorKind::Schema);
    for expires in [i64::MIN, i64::MAX] {
        let error = load(&edition(1, Some(expires)), |wanted| wanted.now = Now::Any).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Digest, "{expires}");
    }
}

#[test]
fn a_host_may_allow_fewer_steps() {
    let most = verify(&bundle()).unwrap()[0].total();
    let file = edition(1, None);
    assert!(load(&file, |wanted| wanted.max_steps = Some(most)).is_ok());
    let error = load(&file, |wanted| wanted.max_steps = Some(most - 1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "B0177: action payment.charge: deciding it can take {most} steps, and this host allows {}",
            most - 1
        )
    );
}
