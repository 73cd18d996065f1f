//! The risk model of the library, as it is compiled: what `docs/risk.md` says of it holds.
//!
//! Two policies are asked. In one, a single action has every flag and every amplifier to be set at will, so that the score is compared
//! with the sum that the page defines, computed here in whole numbers. The other is the library itself, where evidence that looks worse
//! must never be decided more mildly.

mod support;
#[path = "support/projects.rs"]
mod projects;

use std::fmt::Write as _;
use std::path::PathBuf;

use lictor_compiler::project::{Project, SourceFile};
use lictor_compiler::{Compiled, compile};
use lictor_runtime::Engine;
use serde_json::{Value, json};
use support::decide;

/// What a flag counts for.
const FLAGS: [(&str, u64); 9] = [
    ("destruction", 10),
    ("execution", 8),
    ("exposure", 4),
    ("financial", 5),
    ("governance", 3),
    ("mutation", 1),
    ("outbound", 3),
    ("physical", 14),
    ("privilege", 10),
];

/// What an amplifier counts for, in hundredths.
const AMPLIFIERS: [(&str, u64); 10] = [
    ("actor", 8),
    ("amount", 6),
    ("boundary", 7),
    ("destination", 13),
    ("environment", 7),
    ("irreversibility", 17),
    ("scope", 12),
    ("sensitivity", 13),
    ("session", 10),
    ("volume", 7),
];

/// From which score on a person is asked, and from which on it is refused.
const ASKED: u64 = 55;
const REFUSED: u64 = 85;

/// Numbers that look random and are the same each time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// A request for the action that has everything: which flags are raised, and each amplifier in hundredths.
#[derive(Clone, Debug)]
struct Trial {
    flags: [bool; 9],
    amplifiers: [u64; 10],
}

impl Trial {
    fn random(dice: &mut Dice) -> Trial {
        let mut amplifier = || match dice.below(4) {
            0 => 0,
            1 => 10_000,
            2 => 100 * dice.below(101),
            _ => dice.below(10_001),
        };
        let amplifiers = std::array::from_fn(|_| amplifier());
        // Few flags as often as many.
        let (wanted, of) = (dice.below(10), dice.next());
        Trial { flags: std::array::from_fn(|id| (of >> (id * 4)) % 10 < wanted), amplifiers }
    }

    /// The sum that the page defines, rounded up.
    fn score(&self) -> u64 {
        let flags = FLAGS.iter().zip(self.flags).filter(|(_, raised)| *raised);
        let flags: u64 = flags.map(|((_, weight), _)| weight * 10_000).sum();
        let amplifiers = AMPLIFIERS.iter().zip(self.amplifiers).map(|((_, weight), value)| weight * value);
        (flags + amplifiers.sum::<u64>()).div_ceil(10_000).min(100)
    }

    /// Its fields, beginning with one of them.
    fn fields(&self, first: usize) -> Vec<(String, String)> {
        let flags = FLAGS
            .iter()
            .zip(self.flags)
            .map(|((name, _), raised)| (format!("is_{name}"), raised.to_string()));
        let decimal = |value: u64| format!("\"{}.{:02}\"", value / 100, value % 100);
        let amplifiers = AMPLIFIERS
            .iter()
            .zip(self.amplifiers)
            .map(|((name, _), value)| (format!("of_{name}"), decimal(value)));
        let mut all: Vec<_> = flags.chain(amplifiers).collect();
        let places = all.len();
        all.rotate_left(first % places);
        all
    }

    fn decided(&self, engine: &Engine, first: usize) -> Value {
        let fields: Vec<String> =
            self.fields(first).into_iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        let params: Value = serde_json::from_str(&format!("{{{}}}", fields.join(","))).unwrap();
        let now = "2026-03-01T10:00:00Z";
        decide(
            engine,
            &json!({ "action": "trial", "agent": { "id": "a-1" }, "context": { "now": now }, "params": params }),
        )
    }

    fn scored(&self, engine: &Engine) -> u64 {
        self.decided(engine, 0)["risk"]["score"].as_u64().unwrap()
    }
}

/// A policy that imports the model, with an action of which a request says everything. `turned` turns the order of what it declares.
fn trial(turned: bool) -> Engine {
    let mut lines = Vec::new();
    for (name, _) in FLAGS {
        lines.push((
            format!("  is_{name}: Bool\n"),
            format!("  flag {name} when is_{name}\n"),
            String::new(),
        ));
    }
    for (name, _) in AMPLIFIERS {
        lines.push((format!("  of_{name}: Decimal\n"), String::new(), format!("    {name}: of_{name}\n")));
    }
    if turned {
        lines.reverse();
    }
    let mut text = String::from(
        "module own\nlayer base\nimport std.risk\nroles { desk }\nescalate to desk within 1h\naction trial {\n",
    );
    lines.iter().for_each(|(field, ..)| text.push_str(field));
    text.push_str("  amplifiers {\n");
    lines.iter().for_each(|(.., amplifier)| text.push_str(amplifier));
    text.push_str("  }\n  default allow\n}\nrule flags on trial {\n");
    lines.iter().for_each(|(_, statement, _)| text.push_str(statement));
    text.write_str("}\n").unwrap();
    let files = vec![SourceFile { path: "own.lictor".to_owned(), bytes: text.into_bytes() }];
    let project =
        Project { name: "own".to_owned(), files, library: projects::library(), ..Project::default() };
    let compiled = compile(&project);
    assert!(compiled.bundle.is_some(), "{:#?}", compiled.diagnostics);
    Engine::from_bundle(compiled.bundle.unwrap()).unwrap()
}

#[test]
fn the_score_is_the_sum_that_the_page_defines() {
    let (engine, mut dice) = (trial(false), Dice(1));
    let mut met = [0_u32; 3];
    for _ in 0..2_000 {
        let trial = Trial::random(&mut dice);
        let decision = trial.decided(&engine, 0);
        let score = trial.score();
        assert_eq!(decision["risk"]["score"].as_u64(), Some(score), "{trial:?}");
        let (tier, expected) = match score {
            REFUSED.. => (2, "deny"),
            ASKED.. => (1, "step_up"),
            _ => (0, "allow"),
        };
        met[tier] += 1;
        assert_eq!(decision["decision"], expected, "{score}");
    }
    assert!(met.iter().all(|times| *times > 100), "{met:?}");
}

#[test]
fn it_lies_between_nothing_and_a_hundred_and_reaches_both() {
    let engine = trial(false);
    let least = Trial { flags: [false; 9], amplifiers: [0; 10] };
    let most = Trial { flags: [true; 9], amplifiers: [10_000; 10] };
    assert_eq!((least.scored(&engine), most.scored(&engine)), (0, 100));
    // The weights of the amplifiers add up to one, so that they alone make a hundred.
    let worst = Trial { flags: [false; 9], ..most };
    assert_eq!(worst.scored(&engine), 100);
    assert_eq!(AMPLIFIERS.iter().map(|(_, weight)| weight).sum::<u64>(), 100);
}

#[test]
fn it_never_falls_where_anything_rises() {
    let (engine, mut dice) = (trial(false), Dice(2));
    let mut rose = 0;
    for _ in 0..300 {
        let trial = Trial::random(&mut dice);
        let score = trial.scored(&engine);
        for (id, flag) in FLAGS.iter().enumerate() {
            let mut more = trial.clone();
            more.flags[id] = true;
            assert!(more.scored(&engine) >= score, "{flag:?} in {trial:?}");
        }
        let id = usize::try_from(dice.below(10)).unwrap();
        let mut more = trial.clone();
        more.amplifiers[id] += dice.below(10_001 - more.amplifiers[id]);
        let risen = more.scored(&engine);
        assert!(risen >= score, "{:?} in {trial:?}", AMPLIFIERS[id]);
        rose += u32::from(risen > score);
    }
    assert!(rose > 50, "{rose}");
}

#[test]
fn no_order_makes_a_difference() {
    let (engine, turned, mut dice) = (trial(false), trial(true), Dice(3));
    for _ in 0..300 {
        let trial = Trial::random(&mut dice);
        let score = trial.scored(&engine);
        assert_eq!(trial.scored(&turned), score, "the order in the policy");
        let first = usize::try_from(dice.below(19)).unwrap();
        assert_eq!(
            trial.decided(&engine, first)["risk"]["score"].as_u64(),
            Some(score),
            "the order in the request"
        );
    }
}

/// Evidence, from what looks best to what looks worst.
const EVIDENCE: [(&str, &[&str]); 6] = [
    (
        "data",
        &[
            "public",
            "internal",
            "confidential",
            "personal",
            "payment_card",
            "health",
            "privileged",
            "credential",
        ],
    ),
    ("reach", &["team", "organisation", "partner", "anywhere"]),
    ("standing", &["ours", "known", "unfamiliar", "blocked"]),
    ("undo", &["free", "for_a_while", "never"]),
    ("environment", &["sandbox", "test", "staging", "production", "safety_critical"]),
    ("content_seen", &["own", "outside", "suspicious"]),
];

fn library() -> Compiled {
    let compiled = compile(&projects::folder("stdlib-policies/std"));
    assert!(compiled.bundle.is_some(), "{:#?}", compiled.diagnostics);
    compiled
}

fn strictness(decision: &Value) -> usize {
    ["allow", "step_up", "deny"].iter().position(|one| decision["decision"] == **one).unwrap()
}

#[test]
fn evidence_that_looks_worse_is_never_decided_more_mildly() {
    let compiled = library();
    let engine = Engine::from_bundle(compiled.bundle.clone().unwrap()).unwrap();
    let requests = compiled.tests.iter().filter(|test| test.name.ends_with(" that proves nothing"));
    let (mut compared, mut stricter) = (0, 0);
    for test in requests {
        let request: Value = serde_json::from_str(&test.request).unwrap();
        for (field, values) in EVIDENCE {
            let part = if field == "content_seen" { "context" } else { "params" };
            let mut before: Option<(u64, usize)> = None;
            for value in values {
                let mut request = request.clone();
                request[part][field] = json!(value);
                let decision = decide(&engine, &request);
                if decision["reason_code"] == "STRUCTURE_INVALID" {
                    break;
                }
                // What a hard rule refuses has no score.
                let score = decision["risk"]["score"].as_u64().unwrap_or(u64::MAX);
                let now = (score, strictness(&decision));
                if let Some(before) = before {
                    assert!(now.0 >= before.0 && now.1 >= before.1, "{}: {field} is {value}", test.name);
                    compared += 1;
                    stricter += u32::from(now.1 > before.1);
                }
                before = Some(now);
            }
        }
    }
    assert!(compared > 500 && stricter > 20, "{compared} compared, {stricter} of them stricter");
}

#[test]
fn the_page_shows_the_weights_that_count() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = std::fs::read_to_string(root.join("docs/risk.md")).unwrap();
    let schema = library().bundle.unwrap().schema;
    let weight = |scaled: i128| scaled / 10_000_000;
    let shown =
        |name: &str, hundredths: i128| format!("| `{name}` | {}.{:02} |", hundredths / 100, hundredths % 100);
    for flag in &schema.flags {
        let row = format!("| `{}` | {} |", flag.name, weight(flag.weight) / 100);
        assert!(page.contains(&row), "{row}");
    }
    for amplifier in &schema.amplifiers {
        let row = shown(&amplifier.name, weight(amplifier.weight));
        assert!(page.contains(&row), "{row}");
    }
    assert_eq!((schema.risk_step_up_at, schema.risk_deny_at), (55, 85));
}
