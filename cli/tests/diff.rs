//! `lictor diff`: every kind of change is told in a sentence, and what it says of the effect holds of requests.

mod common;

use std::fs;
use std::path::Path;

use common::{Dir, Run, example};

/// A change to the example, what is said of it, and what it does.
struct Case {
    file: &'static str,
    from: &'static str,
    to: &'static str,
    /// Lines that are shown, without the spaces before them.
    says: &'static [&'static str],
}

const fn case(
    file: &'static str,
    from: &'static str,
    to: &'static str,
    says: &'static [&'static str],
) -> Case {
    Case { file, from, to, says }
}

#[rustfmt::skip]
const CASES: &[Case] = &[
    case("base.lictor", "= 500 USD, 450 EUR", "= 300 USD, 450 EUR",
        &["tightens  max_amount is 300.00 USD; it was 500.00 USD"]),
    case("base.lictor", "= 500 USD, 450 EUR", "= 300 USD, 500 EUR",
        &["unclear   max_amount is 500.00 EUR and 300.00 USD; it was 450.00 EUR and 500.00 USD"]),
    case("base.lictor", "200 USD, 180 EUR, 160 GBP, 30_000 JPY", "200 USD, 180 EUR, 160 GBP",
        &["unclear   review_refund_above no longer has 30000 JPY"]),
    case("base.lictor", "0 EUR to 4_500 EUR", "0 EUR to 3_000 EUR",
        &["neither   max_amount may be set to 0.00 EUR to 3000.00 EUR, 0.00 GBP to 4000.00 GBP, 0 JPY to 750000 JPY, 0.00 USD to 5000.00 USD; it was 0.00 EUR to 4500.00 EUR, 0.00 GBP to 4000.00 GBP, 0 JPY to 750000 JPY, 0.00 USD to 5000.00 USD"]),
    case("base.lictor", "loosen by agent", "loosen by agent, user",
        &["loosens   max_quantity may be loosened by agent, user; it was agent"]),
    case("base.lictor", "agent_probation: Duration = 14d", "agent_probation: Duration = 7d",
        &["loosens   agent_probation is 7d; it was 14d"]),
    case("base.lictor", "\"PREPAID-VISA\", ", "",
        &["loosens   blocked_skus no longer holds \"PREPAID-VISA\""]),
    case("base.lictor", "\"PREPAID-VISA\"", "\"PREPAID-MASTER\"",
        &["unclear   blocked_skus also holds \"PREPAID-MASTER\", and no longer \"PREPAID-VISA\""]),
    case("allowed_merchants.txt", "m-1001\n", "",
        &["tightens  allowed_merchants no longer holds \"m-1001\""]),
    case("base.lictor", "clock_skew: Duration = 60s", "clock_skew: Duration = 30s",
        &["unclear   clock_skew is 30s; it was 1m"]),
    case("base.lictor", "step_up at 40", "step_up at 30",
        &["tightens  a person is asked from a score of 30; it was 40"]),
    case("base.lictor", "deny at 80", "deny at 95",
        &["loosens   an action is refused from a score of 95; it was 80"]),
    case("base.lictor", "set default payment.refund = allow\n", "",
        &["tightens  payment.refund is held for finance within 15m by default; it was allowed"]),
    case("base.lictor", "set default payment.refund = allow", "set default payment.refund = deny",
        &["tightens  payment.refund is refused by default; it was allowed"]),
    case("base.lictor", "escalate to finance within 15m", "escalate to compliance within 15m",
        &["unclear   it is compliance within 15m who is asked where a rule names nobody; it was finance within 15m",
          "unclear   payment.add_payee is held for compliance within 15m by default; it was held for finance within 15m",
          "unclear   payment.cancel_mandate is held for compliance within 15m by default; it was held for finance within 15m",
          "unclear   payment.change_payee is held for compliance within 15m by default; it was held for finance within 15m",
          "unclear   payment.transfer is held for compliance within 15m by default; it was held for finance within 15m"]),
    case("base.lictor", "on call day and night", "on call",
        &["neither   finance is \"Finance operations, on call\"; it was \"Finance operations, on call day and night\""]),
    case("base.lictor", "\"The mandate has ended\"", "\"The mandate is over\"",
        &["neither   MANDATE_EXPIRED is \"The mandate is over\"; it was \"The mandate has ended\""]),
    case("base.lictor", "age_verified: Bool?", "age_verified: Bool?\n  home: Country?",
        &["unclear   User.home may be given: Country?"]),
    case("base.lictor", "enum Screening { clear, possible, listed }", "enum Screening { clear, unsure, possible, listed }",
        &["unclear   Screening has a new value: unsure"]),
    case("base.lictor", "fact sanctions(name: String) -> Screening?", "fact sanctions(name: pii String) -> Screening?",
        &["unclear   sanctions is asked with name: pii String, and answers Screening?; it was asked with name: String, and answers Screening?"]),
    case("base.lictor", "in 3000..=3999", "in 3000..=3500",
        &["unclear   category travel holds other requests than before, of payment.charge, payment.refund and payment.transfer"]),
    case("base.lictor", "tiers { untrusted, known, trusted }", "tiers { untrusted, seen, known, trusted }",
        &["unclear   Tier has a new value: seen"]),
    case("travel.lictor", "set max_amount = 2_000 USD", "set max_amount = 2_500 USD",
        &["loosens   in category travel, max_amount is 2500.00 USD; it was 2000.00 USD"]),
    case("travel.lictor", "set max_price_age = 5m", "",
        &["loosens   in category travel, max_price_age is no longer set; it was 5m"]),
    case("travel.lictor", "set max_price_age = 5m", "set max_price_age = 5m\nset max_session = 1h",
        &["tightens  in category travel, max_session is set to 1h; it was not set there"]),
    case("gambling.lictor", "set max_amount = 50 USD, 45 EUR, 40 GBP, 7_500 JPY", "",
        &["loosens   in category gambling, max_amount is no longer set; it was 45.00 EUR, 40.00 GBP, 7500 JPY, 50.00 USD"]),
    case("users/u-2002.lictor", "set max_quantity = 5", "set max_quantity = 9",
        &["loosens   in user u-2002, max_quantity is 9; it was 5"]),
    case("gambling.lictor", "layer category gambling", "layer category gambling observe",
        &["unclear   category gambling observe is only observed now, and decides nothing; it counted"]),
    case("risk.lictor", "risk +30 when context", "risk +45 when context",
        &["tightens  fernhill.risk.country_of_card says something else",
          "-   risk +30 when context.ip_country != context.card_country as COUNTRY_DIFFERS",
          "+   risk +45 when context.ip_country != context.card_country as COUNTRY_DIFFERS"]),
    case("risk.lictor", "[4829, 6050, 6051]", "[4829, 6050]",
        &["unclear   fernhill.risk.cash_like says something else",
          "- risk +25 when merchant.mcc in [4829, 6050, 6051] as CASH_LIKE",
          "+ risk +25 when merchant.mcc in [4829, 6050] as CASH_LIKE"]),
    case("risk.lictor", "rule merchant_new on payment.charge, payment.transfer {", "rule merchant_new on payment.charge {",
        &["loosens   fernhill.risk.merchant_new no longer concerns payment.transfer"]),
    case("risk.lictor", "rule cash_like on payment.charge, payment.transfer {", "rule cash_like on payment.charge, payment.transfer at counterparty {",
        &["neither   fernhill.risk.cash_like stands at counterparty; it stood at policy"]),
    case("purchase.lictor", "  step_up when screening == possible to compliance as SCREENING_UNCLEAR\n", "",
        &["loosens   fernhill.purchase.sanctions_screening says less",
          "- step_up when screening == possible to compliance as SCREENING_UNCLEAR"]),
    case("purchase.lictor", "  require merchant.id in allowed", "  deny when merchant.mcc == 7995 as CASH_LIKE\n  require merchant.id in allowed",
        &["tightens  fernhill.purchase.merchant_listed says more",
          "+ deny when merchant.mcc == 7995 as CASH_LIKE"]),
    case("purchase.lictor", "price * 1.25", "price * 1.5",
        &["unclear   fernhill.purchase.near_limit says something else",
          "-     where it uses: 1.25",
          "+     where it uses: 1.5"]),
    case("purchase.lictor", "is close to the limit of {max_amount}\"", "is near the limit of {max_amount}\"",
        &["neither   fernhill.purchase.near_limit says something else"]),
    case("purchase.lictor", "to finance as NEAR_LIMIT", "to compliance as NEAR_LIMIT",
        &["unclear   fernhill.purchase.near_limit says something else"]),
    case("travel.lictor", "  step_up when agent.tier == untrusted to user", "  deny when agent.tier == untrusted",
        &["tightens  in category travel, fernhill.travel.consent_to_trip says something else",
          "- step_up when agent.tier == untrusted to user as TRIP_NEEDS_CONSENT",
          "+ deny when agent.tier == untrusted as TRIP_NEEDS_CONSENT"]),
];

fn copy(from: &Path, dir: &Dir, to: &str) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{to}/{}", path.file_name().unwrap().to_str().unwrap());
        // Its tests would fail after most of the changes.
        match path.is_dir() {
            true if path.ends_with("tests") => {}
            true => copy(&path, dir, &name),
            false => dir.write(&name, &fs::read(&path).unwrap()),
        }
    }
}

/// The example before and after a change.
fn changed(case: &Case) -> Dir {
    let dir = Dir::new();
    for side in ["old", "new"] {
        copy(&example().join("policy"), &dir, side);
    }
    let path = format!("new/{}", case.file);
    let text = String::from_utf8(dir.read(&path)).unwrap();
    assert!(text.contains(case.from), "{}", case.from);
    dir.write(&path, text.replacen(case.from, case.to, 1).as_bytes());
    dir
}

/// How bad each decision of a side is.
fn verdicts(dir: &Dir, side: &str) -> Vec<u8> {
    let requests = fs::read_to_string(example().join("requests.ndjson")).unwrap();
    let some: Vec<&str> = requests.lines().step_by(4).collect();
    let run =
        dir.run_with(&["decide", side, "--requests", "-", "--format", "json"], some.join("\n").as_bytes());
    let rank =
        |verdict: &str| ["allow", "step_up", "deny"].iter().position(|one| *one == verdict).unwrap() as u8;
    run.ends_with(0).json_lines().iter().map(|one| rank(one["decision"].as_str().unwrap())).collect()
}

#[test]
fn every_change_is_told_and_does_what_is_said() {
    let mut wrong = Vec::new();
    let mut moved = [0; 2];
    let before = verdicts(&changed(&CASES[0]), "old");
    for case in CASES {
        let dir = changed(case);
        let Run { status, stdout, stderr } = dir.run(&["diff", "old", "new"]);
        let shown: Vec<&str> = stdout.lines().map(str::trim).collect();
        let told = case.says.iter().all(|line| shown.contains(line));
        // What is not expected is not told either.
        let words = ["tightens ", "loosens ", "unclear ", "neither "];
        let sentences = |lines: &[&str]| {
            lines.iter().filter(|line| words.iter().any(|word| line.starts_with(word))).count()
        };
        if status != 1 || !told || sentences(&shown) != sentences(case.says) {
            wrong.push(format!("{} → {}:\n{stdout}{stderr}", case.from, case.to));
            continue;
        }
        let effects: Vec<&str> = case.says.iter().filter_map(|line| line.split(' ').next()).collect();
        let after = verdicts(&dir, "new");
        let pairs = || before.iter().zip(&after);
        for (number, effect) in ["tightens", "loosens"].into_iter().enumerate() {
            if effects.iter().all(|one| *one == effect || *one == "neither" || one.starts_with(['-', '+'])) {
                let against =
                    pairs().filter(|(old, new)| if number == 0 { new < old } else { new > old }).count();
                assert_eq!(against, 0, "{}", case.to);
                moved[number] += pairs().filter(|(old, new)| old != new).count();
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The requests notice some of the changes, or this says nothing.
    assert!(moved[0] > 50 && moved[1] > 5, "{moved:?}");
}

#[test]
fn the_opposite_change_does_the_opposite() {
    let effects = |run: Run| {
        let json = run.ends_with(1).json();
        ["tightens", "loosens", "unclear", "neither"].map(|effect| json[effect].as_u64().unwrap())
    };
    for case in CASES {
        let dir = changed(case);
        let [tightens, loosens, unclear, neither] =
            effects(dir.run(&["diff", "old", "new", "--format", "json"]));
        let back = effects(dir.run(&["diff", "new", "old", "--format", "json"]));
        assert_eq!(back, [loosens, tightens, unclear, neither], "{} → {}", case.from, case.to);
    }
}

#[test]
fn what_decides_the_same_is_the_same() {
    let dir = Dir::new();
    for side in ["old", "new"] {
        copy(&example().join("policy"), &dir, side);
    }
    assert!(dir.run(&["diff", "old", "new"]).ends_with(0).stdout.contains("They are the same"));
    // Comments, the order of declarations, names of files: other bytes, and the same policy.
    let text = String::from_utf8(dir.read("new/risk.lictor")).unwrap();
    dir.write("new/risk.lictor", format!("// A comment.\n\n{text}").as_bytes());
    let text = String::from_utf8(dir.read("new/travel.lictor")).unwrap();
    dir.write("new/a-trip.lictor", text.as_bytes());
    fs::remove_file(dir.path("new/travel.lictor")).unwrap();
    let shown = dir.run(&["diff", "old", "new"]).ends_with(0).stdout;
    assert!(shown.contains("Nothing that decides has changed, and nothing that a decision says"), "{shown}");
    let json = dir.run(&["diff", "old", "new", "--format", "json"]).ends_with(0).json();
    assert_eq!((&json["same"], &json["changes"]), (&true.into(), &serde_json::json!([])));
    assert_ne!(json["from"]["bundle"], json["to"]["bundle"]);
}

#[test]
fn bundles_are_compared_as_policies_are() {
    let dir = changed(&CASES[0]);
    for side in ["old", "new"] {
        dir.run(&["build", side, "-o", &format!("{side}.bundle"), "--sequence", "3"]).ends_with(0);
    }
    let of = |before: &str, after: &str| {
        let json = dir.run(&["diff", before, after, "--format", "json"]).ends_with(1).json();
        (json["changes"].clone(), json["from"]["sequence"].clone())
    };
    let (changes, sequence) = of("old.bundle", "new.bundle");
    assert_eq!(sequence, 3);
    assert_eq!(changes, of("old", "new.bundle").0);
    assert_eq!(
        changes,
        serde_json::json!([{
            "area": "parameters", "subject": "max_amount", "layer": null, "effect": "tightens",
            "says": "max_amount is 300.00 USD; it was 500.00 USD",
            "before": ["450.00 EUR, 400.00 GBP, 75000 JPY, 500.00 USD"],
            "after": ["450.00 EUR, 400.00 GBP, 75000 JPY, 300.00 USD"],
        }])
    );
}

#[test]
fn what_cannot_be_read_has_a_status_of_its_own() {
    let dir = changed(&CASES[0]);
    dir.write("bad.bundle", b"LICTOR");
    for (args, code) in [(["diff", "old", "no.bundle"], "C0102"), (["diff", "bad.bundle", "new"], "B0104")] {
        let run = dir.run(&args).ends_with(2);
        assert!(run.stderr.starts_with(code) && run.stdout.is_empty(), "{run:?}");
    }
    dir.write("new/base.lictor", b"module");
    dir.run(&["diff", "old", "new"]).ends_with(2);
    dir.run(&["diff", "old"]).ends_with(2);
}
