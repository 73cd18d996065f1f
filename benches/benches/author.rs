//! Workload D, the author's loop. `cargo bench --bench author`, after both policies have decided the same.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, criterion_group, criterion_main};
use lictor_benches::author::rule::Rule;
use lictor_benches::author::{draw, lictor};
use lictor_bundle::keys::SigningKey;

/// How many rules a policy has.
const SIZES: [usize; 3] = [10, 1_000, 10_000];
/// The seed of all that is drawn.
const SEED: u64 = 4;

type Group<'c> = BenchmarkGroup<'c, WallTime>;

fn author(criterion: &mut Criterion) {
    peers::agree();
    let mut group = criterion.benchmark_group("author");
    let key = [SigningKey::from_seed([7; 32])];
    for size in SIZES {
        let rules = draw::rules(size, SEED);
        let project = lictor::write(&rules);
        measure(&mut group, "lictor-format", size, || black_box(lictor::layout(&project)));
        measure(&mut group, "lictor-check", size, || black_box(lictor::check(&project)));
        measure(&mut group, "lictor-build", size, || black_box(lictor::build(&project, &key)));
        peers::measure_all(&mut group, size, &rules);
    }
    group.finish();
}

fn measure<T>(group: &mut Group<'_>, who: &str, size: usize, mut work: impl FnMut() -> T) {
    group.bench_function(BenchmarkId::new(who, size), |bencher| bencher.iter(&mut work));
}

#[cfg(feature = "peers")]
mod peers {
    use lictor_benches::author::{agree, cedar};

    use super::{Group, Rule, SEED, black_box, measure};

    pub fn agree() {
        for rules in [10, 200] {
            agree::agree(rules, 2_000, SEED).expect("both decide the same");
        }
    }

    pub fn measure_all(group: &mut Group<'_>, size: usize, rules: &[Rule]) {
        let (policies, schema) = cedar::write(rules);
        measure(group, "cedar-parse", size, || black_box(cedar::parse(&policies)));
        measure(group, "cedar-validate", size, || black_box(cedar::parse_and_validate(&policies, &schema)));
    }
}

#[cfg(not(feature = "peers"))]
mod peers {
    use super::{Group, Rule};

    pub fn agree() {}

    pub fn measure_all(_: &mut Group<'_>, _: usize, _: &[Rule]) {}
}

criterion_group! {
    name = all;
    config = Criterion::default().sample_size(10).warm_up_time(std::time::Duration::from_millis(500))
        .measurement_time(std::time::Duration::from_secs(3));
    targets = author
}
criterion_main!(all);
