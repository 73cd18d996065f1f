//! A user's policy outlives the declarations around it: it goes on wherever what it uses is declared alike, to the byte, and is refused by the
//! name of what is not.

mod support;

use lictor_bundle::container::{self, Trust};
use lictor_bundle::delta::units_for;
use lictor_bundle::error::ErrorKind;
use lictor_bundle::interface::{Exporter, Kind};
use lictor_bundle::program::{Bundle, Release, Unit};
use lictor_runtime::{Engine, Scratch};
use serde_json::json;
use support::{compiled, outcome};

const BASE: &str = r#"
module desk.base
layer base

escalate to desk within 15m
roles { cellar "Whoever sits below" desk "Whoever sits there" }
reasons { LARGE "It is a lot" ODD "It is odd" RARE "It is rare" }
currency CARD 3
enum Colour { red, blue }
enum Speed { slow, fast }
record Line { sku: String max 20, size: Int, colour: Colour }
calendar ours = [2026-01-01] from 2026-01-01 until 2026-12-31
framework house "House rules" { H1 "The first" H2 "The second" }
fact banned(id: String max 20) -> Bool
fact known(id: String max 20) -> Bool

action pay {
  amount: Int
  payee: String max 20
  day: Date
  speed: Speed
  lines: List<Line, max 5>
  cost: Money
  note: String max 40?
  default allow
}

action refund {
  payee: String max 20
  amount: Int
  default allow
}

param costs: Money = 500 CARD, 500 USD range 0 CARD to 900 CARD, 0 USD to 900 USD stricter when lower
param limit: Int = 100 range 0 to 1_000 stricter when lower
param most: Int = 100 range 0 to 1_000 stricter when lower
param rarest: Int = 100 range 0 to 1_000 stricter when lower

rule within on pay, refund at amount cites house.H2 { require amount <= most else LARGE }
rule costly on pay at amount { require cost <= costs else LARGE }
rule rare on pay { deny when amount > rarest and known(payee) as RARE }
"#;

const USER: &str = r#"
module users.one
layer user "u-1"

set most = 50
set costs = 5 CARD, 7 USD

rule own on pay cites house.H1 {
  deny when amount > limit as ODD "{amount} to {payee}"
  deny when speed == fast and banned(payee) as ODD
  deny when any(line in lines: line.colour == red and line.size > 3) as ODD
  deny when business_days(day, day, ours) > 2 as LARGE
  step_up when note is present to cellar as ODD
  let many = times(allowed pay per agent.id over 1h where speed == fast)
  deny when many > 10 as ODD
}

rule both on pay, refund { deny when payee == "x" as ODD }
"#;

/// The base with these texts in the places of others, each of which stands in it once.
fn base(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(BASE.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text.replace(from, to)
    })
}

fn bundle(modules: &[&str]) -> Bundle {
    let compiled = compiled(modules);
    let errors: Vec<_> = compiled.diagnostics.iter().filter(|told| told.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    compiled.bundle.unwrap()
}

fn users(bundle: &Bundle) -> Vec<Unit> {
    bundle.units.iter().filter(|unit| unit.key.is_user()).cloned().collect()
}

fn encoded(bundle: &Bundle) -> Vec<Vec<u8>> {
    let mut exporter = Exporter::new(bundle);
    users(bundle).iter().map(|unit| exporter.encode(unit).unwrap()).collect()
}

fn decide(engine: &Engine, payee: &str, amount: i64) -> String {
    let request = json!({ "action": "refund", "agent": { "id": "a" }, "user": { "id": "u-1" },
        "context": { "now": "2026-06-01T10:00:00Z" }, "params": { "amount": amount, "payee": payee } });
    let decision = engine.decide(&mut Scratch::default(), request.to_string().as_bytes());
    outcome(&serde_json::to_value(&decision).unwrap())
}

/// Changes of the base that the user's policy does not see.
const UNSEEN: &[&[(&str, &str)]] = &[
    &[("\nfact banned", "\nfact able(id: String max 20) -> Bool\nfact banned")],
    &[("\naction pay", "\naction ask {\n  what: String max 9\n  default allow\n}\n\naction pay")],
    &[("\nparam costs", "\nparam allowed: Int = 1 range 0 to 9 stricter when lower\nparam costs")],
    &[("{ LARGE", "{ ALSO \"Also\" LARGE")],
    &[("\nenum Colour", "\nenum Animal { cat, dog }\nenum Colour")],
    &[("roles {", "roles { attic \"Whoever sits above\"")],
    &[("{ H1", "{ H0 \"None before\" H1")],
    &[("\ncalendar ours", "\ncalendar all = [2026-01-02] from 2026-01-01 until 2026-12-31\ncalendar ours")],
    &[("currency CARD 3", "currency BEAN 2\ncurrency CARD 3")],
    // Fields are added before those that it reads, in between, and behind; and change their order.
    &[(
        "  amount: Int\n  payee: String max 20\n  day",
        "  place: String max 9?\n  amount: Int\n  why: Speed\n  payee: String max 20\n  day",
    )],
    &[("  payee: String max 20\n  amount: Int\n", "  amount: Int\n  payee: String max 20\n")],
    // What it does not use is altered, or gone.
    &[("It is rare", "It is very rare")],
    &[(" H2 \"The second\"", " H2 \"Another\"")],
    &[("\"Whoever sits there\"", "\"Somebody\"")],
    &[("  cost: Money\n", "  cost: signed Money\n")],
    &[("param rarest: Int = 100 range 0 to 1_000", "param rarest: Int = 90 range 0 to 900")],
    &[
        ("fact known(id: String max 20) -> Bool\n", ""),
        (" RARE \"It is rare\"", ""),
        ("rule rare on pay { deny when amount > rarest and known(payee) as RARE }\n", ""),
        ("param rarest: Int = 100 range 0 to 1_000 stricter when lower\n", ""),
    ],
    // What it sets may start elsewhere.
    &[("param most: Int = 100 range 0 to 1_000", "param most: Int = 80 range 10 to 800")],
    &[(
        "else LARGE }\nrule costly",
        "else LARGE }\nrule first on pay { deny when amount == 7 as LARGE }\nrule costly",
    )],
];

#[test]
fn what_a_user_does_not_use_may_change() {
    let old = bundle(&[BASE, USER]);
    for edits in UNSEEN {
        let new = bundle(&[&base(edits), USER]);
        assert!(old != new, "{edits:?}");
        // It becomes what would have been compiled, and it is the same bytes on either side.
        assert_eq!(units_for(&new, &old).unwrap(), users(&new), "{edits:?}");
        assert_eq!(units_for(&old, &new).unwrap(), users(&old), "{edits:?}");
        assert_eq!(encoded(&old), encoded(&new), "{edits:?}");

        let engine = Engine::load(&container::seal(&new, &[]).unwrap(), Trust::Integrity).unwrap();
        assert_eq!(engine.to_bundle(), new, "{edits:?}");
        for (payee, amount, outcome) in [("x", 1, "deny ODD"), ("y", 51, "deny LARGE"), ("y", 50, "allow OK")]
        {
            assert_eq!(decide(&engine, payee, amount), outcome, "{edits:?}");
        }
    }
}

/// Changes of the base that the user's policy would notice, and what is said of them.
const SEEN: &[(&[(&str, &str)], &str)] = &[
    (&[("{ red, blue }", "{ red, green, blue }")], "the enumeration `Colour`, which is declared otherwise"),
    (&[("{ slow, fast }", "{ fast, slow }")], "the enumeration `Speed`, which is declared otherwise"),
    (
        &[("size: Int, colour", "size: Int, weight: Int, colour")],
        "the type `Line`, which is declared otherwise",
    ),
    (
        &[("lines: List<Line, max 5>", "lines: List<Line, max 6>")],
        "the field `lines` of pay, which is declared otherwise",
    ),
    (
        &[("fact banned(id: String max 20)", "fact banned(id: String max 30)")],
        "the fact `banned`, which is declared otherwise",
    ),
    (
        &[("param limit: Int = 100", "param limit: Int = 90")],
        "the parameter `limit`, which is declared otherwise",
    ),
    (
        &[(
            "param limit: Int = 100 range 0 to 1_000 stricter when lower",
            "param limit: Int = 100 range 0 to 1_000 fixed",
        )],
        "the parameter `limit`, which",
    ),
    (
        &[(
            "param most: Int = 100 range 0 to 1_000 stricter when lower",
            "param most: signed Int = 100 range 0 to 1_000 stricter when lower",
        )],
        "the setting of the parameter `most`, which",
    ),
    (&[("ODD \"It is odd\"", "ODD \"It is even\"")], "the reason code `ODD`, which is declared otherwise"),
    (&[("\"Whoever sits below\"", "\"Nobody\"")], "the role `cellar`, which is declared otherwise"),
    (
        &[("calendar ours = [2026-01-01]", "calendar ours = [2026-01-02]")],
        "the calendar `ours`, which is declared otherwise",
    ),
    (&[("H1 \"The first\"", "H1 \"Another\"")], "the control `house.H1`, which is declared otherwise"),
    (&[("currency CARD 3", "currency CARD 2")], "the currency `CARD`, which is declared otherwise"),
    (
        &[("  note: String max 40?\n", "  note: String max 40\n")],
        "the field `note?` of pay, which is not declared",
    ),
    (
        &[("  note: String max 40?\n", "  letter: String max 40?\n")],
        "the field `note` of pay, which is not declared",
    ),
    (
        &[("  payee: String max 20\n  day", "  payee: pii String max 20\n  day")],
        "the field `payee` of pay, which is declared otherwise",
    ),
    (
        &[(
            "default allow\n}\n\naction refund",
            "default allow\n  unbound day because \"it is told later\"\n}\n\naction refund",
        )],
        "the field `day` of pay, which is declared otherwise",
    ),
];

#[test]
fn what_a_user_uses_may_not_change_and_is_named() {
    let old = bundle(&[BASE, USER]);
    // Without the user's own questions to history, which are part of what is declared.
    let asks = "rule asks on pay cites house.H1 { deny when times(allowed pay per agent.id over 1h where speed == fast) > 99 as LARGE }\n";
    for (edits, named) in SEEN {
        let new = bundle(&[&(base(edits) + asks)]);
        let error = units_for(&new, &old).unwrap_err();
        assert_eq!((error.kind, error.code()), (ErrorKind::Interface, "B0165"), "{edits:?}: {error}");
        assert!(
            error.message.starts_with("user u-1: it uses ") && error.message.contains(named),
            "{edits:?}: {error}"
        );
    }
    let error = units_for(&bundle(&[BASE]), &old).unwrap_err();
    let named =
        "the fact `times(allowed pay per agent.id over 1h where speed == fast)`, which is not declared here";
    assert!(error.message.contains(named), "{error}");
}

#[test]
fn a_star_stands_for_the_actions_that_there_are() {
    let user = "module users.one\nlayer user \"u-1\"\nrule own on * { deny when context.now < 2026-01-01T00:00:00Z as ODD }\n";
    let old = bundle(&[BASE, user]);
    // Another field makes no difference, another action does: the rule would have been one about it, too.
    let field = base(&[(
        "  payee: String max 20\n  amount",
        "  why: String max 9\n  payee: String max 20\n  amount",
    )]);
    assert!(units_for(&bundle(&[&field, user]), &old).is_ok());
    let new = bundle(&[&base(UNSEEN[1]), user]);
    let error = units_for(&new, &old).unwrap_err();
    assert!(error.message.contains("the group of actions `*`, which is declared otherwise"), "{error}");
    let user = user.replace("on *", "on refund.*, pay");
    let group = "\naction refund.whole {\n  payee: String max 20\n  default allow\n}\n";
    let old = bundle(&[&(base(&[]) + group), &user]);
    assert!(units_for(&bundle(&[&(base(UNSEEN[1]) + group), &user]), &old).is_ok());
    let more = group.replace("whole", "half");
    assert!(units_for(&bundle(&[&(base(&[]) + group + &more), &user]), &old).is_err());
}

#[test]
fn a_question_to_history_is_what_it_counts() {
    let asks = |filter: &str| {
        let user = format!(
            "module users.one\nlayer user \"u-1\"\nrule own on pay {{ deny when times(allowed pay per agent.id over 1h where {filter}) > 9 as ODD }}\n"
        );
        bundle(&[BASE, &user])
    };
    let (old, mut new) = (asks("amount > 1"), asks("amount > 1"));
    assert_eq!(units_for(&new, &old).unwrap(), users(&new));
    // In the same words, and counting something else: by a longer window, by another field, by another constant.
    let length = lictor_bundle::history::Window::Over(1);
    new.schema.history[0].window = length;
    assert!(units_for(&new, &old).unwrap_err().message.contains("the fact `times("));
    new.schema.history = old.schema.history.clone();
    new.schema.history[0].sources[0].keys[0] += 1;
    assert!(units_for(&new, &old).is_err());
    new.schema.history = old.schema.history.clone();
    assert!(units_for(&new, &old).is_ok());
    let other = asks("amount > 2");
    new.condition_code = other.condition_code;
    assert!(units_for(&new, &old).is_err());
}

#[test]
fn a_change_compiled_elsewhere_is_put_into_the_bundle_that_is_in_force() {
    let in_force = Engine::from_bundle(bundle(&[BASE, USER])).unwrap();
    // The sources have gone on: there are other declarations, none of which this user uses, and another user's.
    let sources = base(UNSEEN[1]).replace("{ LARGE", "{ ALSO \"Also\" LARGE");
    let other = "module users.two\nlayer user \"u-2\"\nreasons { MINE \"Mine\" }\nrule own on pay { deny when amount == 3 as MINE }\n";
    let compiled = bundle(&[&sources, &USER.replace("most = 50", "most = 40")]);
    let all = bundle(&[&sources, &USER.replace("most = 50", "most = 40"), other]);
    for compiled in [&compiled, &all] {
        let units = units_for(in_force.bundle(), compiled);
        let mut units = match units {
            Ok(units) => units,
            Err(error) => {
                assert!(error.message.starts_with("user u-2: it uses the reason code `MINE`"), "{error}");
                continue;
            }
        };
        let change = in_force.change(vec![units.remove(0)], Release { sequence: 1, expires: None }).unwrap();
        let file = change.seal(in_force.bundle(), &[]).unwrap();
        let changed = in_force.apply(&file, Trust::Integrity).unwrap();
        assert_eq!(
            (decide(&in_force, "y", 41), decide(&changed, "y", 41)),
            ("allow OK".into(), "deny LARGE".into())
        );
        let whole =
            Engine::load(&container::seal(&changed.to_bundle(), &[]).unwrap(), Trust::Integrity).unwrap();
        assert_eq!(whole.id(), changed.id());
    }
}

#[test]
fn users_who_use_the_same_share_a_table() {
    let user = |number: usize| {
        format!("module users.u{number}\nlayer user \"u-{number:03}\"\nset most = {number}\n")
    };
    let texts: Vec<String> = (1..=40).map(user).collect();
    let modules: Vec<&str> =
        [BASE].into_iter().chain(texts.iter().map(String::as_str)).chain([USER]).collect();
    let bundle = bundle(&modules);
    let mut exporter = Exporter::new(&bundle);
    for unit in &bundle.units {
        exporter.encode(unit).unwrap();
    }
    assert_eq!(exporter.tables().count(), 2);
    let of_forty = exporter.imports(&bundle.units[1]).unwrap();
    assert_eq!((of_forty.declared.len(), of_forty.fields.len()), (1, 0));
    let setting = &of_forty.declared[0];
    assert_eq!((setting.kind, setting.name.as_str()), (Kind::Setting, "most"));
}
