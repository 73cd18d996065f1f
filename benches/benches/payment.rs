//! Workload A: an agent pays. `cargo bench --bench payment`, after everybody has given the same answers.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use lictor_benches::payment::lists::Lists;
use lictor_benches::payment::request::Request;
use lictor_benches::payment::{agree, draw, floor, lictor};
use lictor_runtime::Scratch;

/// Requests of the differential check that comes before the first measurement.
const AGREE: usize = 50_000;

fn payment(criterion: &mut Criterion) {
    agree::agree(AGREE, 1).expect("all give the same answers");
    for (name, json) in draw::five() {
        bytes(criterion, name, json.as_bytes());
        memory(criterion, name, json.as_bytes());
    }
}

/// From the bytes of a request to its decision.
fn bytes(criterion: &mut Criterion, name: &str, json: &[u8]) {
    let mut group = criterion.benchmark_group(format!("bytes/{name}"));
    let lists = Lists::new();
    group.bench_function("floor", |bencher| {
        bencher.iter(|| floor::decide(&lists, &Request::read(json).expect("it can be read")));
    });
    let (engine, mut scratch) = (lictor::engine(), Scratch::default());
    group.bench_function("lictor", |bencher| bencher.iter(|| lictor::decide(&engine, &mut scratch, json)));
    group.bench_function("lictor-whole", |bencher| bencher.iter(|| engine.decide(&mut scratch, json)));
    // What of that the digests are: by themselves, of a request that was read and evaluated before.
    let mut prepared = engine.prepare(&mut scratch, json).expect("it can be read");
    let mut evaluated = prepared.evaluate(None);
    group.bench_function("lictor-digests", |bencher| bencher.iter(|| evaluated.digests()));
    peers::bytes(&mut group, json);
    group.finish();
}

/// From a request in the memory of whoever decides to its decision.
fn memory(criterion: &mut Criterion, name: &str, json: &[u8]) {
    let mut group = criterion.benchmark_group(format!("memory/{name}"));
    let request = Request::read(json).expect("it can be read");
    let lists = Lists::new();
    group.bench_function("floor", |bencher| bencher.iter(|| floor::decide(&lists, &request)));
    let (engine, mut scratch) = (lictor::engine(), Scratch::default());
    let mut prepared = engine.prepare(&mut scratch, json).expect("it can be read");
    group.bench_function("lictor", |bencher| bencher.iter(|| lictor::evaluate(&mut prepared)));
    peers::memory(&mut group, &request);
    group.finish();
}

#[cfg(feature = "peers")]
mod peers {
    use criterion::BatchSize;
    use lictor_benches::payment::request::Request;
    use lictor_benches::payment::{cedar::Cedar, cel::Cel, rego};

    use super::Group;

    pub fn bytes(group: &mut Group<'_>, json: &[u8]) {
        let cel = Cel::new();
        group.bench_function("cel", |bencher| {
            bencher.iter(|| cel.decide(&cel.prepare(&Request::read(json).expect("it can be read"))));
        });
        let mut machine = rego::Machine::new();
        group.bench_function("regorus-vm", |bencher| {
            bencher.iter(|| machine.decide(&rego::prepare(&Request::read(json).expect("it can be read"))));
        });
        let mut interpreter = rego::Interpreter::new();
        group.bench_function("regorus-interpreter", |bencher| {
            bencher
                .iter(|| interpreter.decide(&rego::prepare(&Request::read(json).expect("it can be read"))));
        });
        let cedar = Cedar::new();
        group.bench_function("cedar", |bencher| {
            bencher.iter(|| cedar.decide(&cedar.prepare(&Request::read(json).expect("it can be read"))));
        });
    }

    pub fn memory(group: &mut Group<'_>, request: &Request<'_>) {
        let cel = Cel::new();
        let prepared = cel.prepare(request);
        group.bench_function("cel", |bencher| bencher.iter(|| cel.decide(&prepared)));
        let input = rego::prepare(request);
        let mut machine = rego::Machine::new();
        group.bench_function("regorus-vm", |bencher| bencher.iter(|| machine.decide(&input)));
        let mut interpreter = rego::Interpreter::new();
        group.bench_function("regorus-interpreter", |bencher| bencher.iter(|| interpreter.decide(&input)));
        let cedar = Cedar::new();
        group.bench_function("cedar", |bencher| {
            bencher.iter_batched_ref(
                || cedar.prepare(request),
                |prepared| cedar.decide(prepared),
                BatchSize::SmallInput,
            );
        });
    }
}

#[cfg(not(feature = "peers"))]
mod peers {
    use lictor_benches::payment::request::Request;

    use super::Group;

    pub fn bytes(_: &mut Group<'_>, _: &[u8]) {}

    pub fn memory(_: &mut Group<'_>, _: &Request<'_>) {}
}

type Group<'c> = BenchmarkGroup<'c, WallTime>;

criterion_group! {
    name = all;
    config = Criterion::default().sample_size(30).warm_up_time(std::time::Duration::from_millis(500))
        .measurement_time(std::time::Duration::from_secs(1));
    targets = payment
}
criterion_main!(all);
