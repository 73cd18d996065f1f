//! Writes a log of many decisions, to measure what is done with one: `cargo run --release -p lictor-journal --example large_log -- DIR COUNT`.

#![allow(clippy::disallowed_methods, reason = "it is told on the command line what to write")]

use std::path::Path;

use lictor_evidence::commitment::RecordKey;
use lictor_evidence::json::Json;
use lictor_evidence::receipt::{Agent, Authenticated, Verdict};
use lictor_evidence::time::Moment;
use lictor_evidence::token::{Mode, TokenId};
use lictor_evidence::{Canonical, Digest};
use lictor_journal::record::{Cause, Decided, Issued, Judgement, Outcome};
use lictor_journal::{Covering, New, Record, Step};
use lictor_store::{Job, Options, Reads, Store, View, Writes};

const TENANT: &str = "default";
/// Records of one job.
const TOGETHER: u64 = 256;

/// A request such as a shop's, with a person who is covered.
const REQUEST: &str = r#"{"action":"payment.charge","agent":{"id":"shopper-7","tier":"known"},"context":{"now":"2026-03-01T10:00:00Z"},
"params":{"merchant":{"id":"m-4711","name":"Kiosk at the corner","mcc":5942},"amount":{"amount":"19.99","currency":"USD"},"quantity":1,
"variant":"shopify:variant:1","shipping":{"country":"US","method":"ground"}},"user":{"id":{"$committed":"hmac-sha256:93d2d4049a99ac7df154f76173449b2ed5457d059ba3d3e3a8bd528cfc276b1e"}}}"#;

struct Write {
    count: u64,
}

impl Job for Write {
    type Answer = u64;

    fn now(&self) -> i64 {
        1_772_359_200_000
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none()
    }

    fn run(self, view: &View<'_>) -> (Writes, u64) {
        let mut writes = Writes::none();
        for index in (view.next_index()..).take(self.count as usize) {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&index.to_be_bytes());
            let covering = Covering::new(RecordKey::new(key));
            let new = New {
                tenant: TENANT,
                index,
                time: view.now(),
                covering: Some(&covering),
                keep_opened: false,
            };
            writes.record(record(index).row(new).unwrap());
        }
        (writes, view.next_index() + self.count)
    }
}

fn record(index: u64) -> Record {
    let checks = ["schema_version", "structure", "signature", "expiry", "issuance", "amount", "risk"];
    let cause = Cause {
        effect: Verdict::StepUp,
        code: "LARGE_PAYMENT".to_owned(),
        told_as: None,
        stage: "amount".to_owned(),
        rule: Some("shop.payments.amount_limit".to_owned()),
        layer: Some("base".to_owned()),
        cites: vec!["pci-dss 3.4".to_owned(), "psd2 art. 97".to_owned()],
        asks: None,
    };
    let outcome = Outcome {
        decision: if index.is_multiple_of(10) { Verdict::StepUp } else { Verdict::Allow },
        reason_code: "OK".into(),
        told_as: None,
        message: Some("No rule in force objects".into()),
        stage: None,
        causes: if index.is_multiple_of(10) { vec![cause] } else { Vec::new() },
        risk: None,
        obligations: Vec::new(),
        exceptions: Vec::new(),
        checks: checks.iter().map(|check| (*check, "pass")).collect(),
        shadow: None,
    };
    let judged = Judgement {
        agent: Agent {
            id: format!("shopper-{}", index % 100),
            authenticated: Authenticated::ApiKey,
            key: None,
        },
        action: "payment.charge".to_owned(),
        tool: None,
        request: Canonical::of(&Json::parse(REQUEST.as_bytes()).unwrap()).unwrap(),
        facts: Canonical::of(&Vec::new()).unwrap(),
        withheld: vec!["user.id".to_owned()],
        bundle: Digest::of(b"a bundle"),
        mode: Mode::Enforce,
        outcome: outcome.into(),
    };
    let id = TokenId { random: [7; 16], index };
    let token = Some(Issued { id, expires: Moment(1_772_359_320_000), envelope: None });
    let step =
        Decided { judged: judged.into(), token, approval: None, approvals: Vec::new(), evaluated: None };
    Record::new(&format!("{index:032x}"), Step::Decided(Box::new(step)))
}

fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(dir), Some(count)) = (args.next(), args.next().and_then(|count| count.parse::<u64>().ok()))
    else {
        eprintln!("large_log DIR COUNT");
        std::process::exit(2);
    };
    std::fs::create_dir_all(&dir).unwrap();
    let store = Store::sqlite(&Path::new(&dir).join("store.db"), &Options::default()).unwrap();
    let tenant = store.tenant(TENANT).unwrap();
    let mut left = count;
    while left > 0 {
        // Several at once make one batch.
        let jobs: Vec<_> = (0..8)
            .map_while(|_| {
                let count = left.min(TOGETHER);
                left -= count;
                (count > 0).then(|| store.submit(tenant, Write { count }))
            })
            .collect();
        for job in jobs {
            job.wait().unwrap();
        }
    }
    println!("{count} records are in {dir}, {} bytes each", record(0).to_bytes().unwrap().len());
}
