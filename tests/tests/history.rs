//! History, end to end: a policy that asks what happened before, decided with a memory of it. The edges of every kind of window are
//! here to the millisecond.

use lictor_bundle::history::{HistoryKind, HistoryQuery, HistoryState, Window};
use lictor_bundle::time::render_timestamp;
use lictor_bundle::zone::Zone;
use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};
use lictor_runtime::{Decision, Engine, MemoryHistory, Remembered, Scratch, Settled};
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// 2026-03-01T10:00:00Z.
const NOW: i64 = 1_772_359_200_000;

fn compiled() -> lictor_compiler::Compiled {
    let bytes = include_bytes!("../policies/history.lictor").to_vec();
    let files = vec![SourceFile { path: "history.lictor".to_string(), bytes }];
    let compiled = compile(&Project { name: "past".to_string(), files, ..Project::default() });
    assert!(compiled.diagnostics.is_empty(), "{:#?}", compiled.diagnostics);
    compiled
}

/// A process that decides and remembers.
struct House {
    engine: Engine,
    scratch: Scratch,
    memory: MemoryHistory,
}

impl House {
    fn new() -> House {
        let engine = Engine::from_bundle(compiled().bundle.unwrap()).unwrap();
        House { engine, scratch: Scratch::default(), memory: MemoryHistory::default() }
    }

    fn decide(&mut self, request: &Value) -> Decision {
        self.engine.decide_with_history(&mut self.scratch, request.to_string().as_bytes(), &self.memory)
    }

    /// Decides and remembers.
    fn act(&mut self, request: &Value) -> (Decision, Option<Remembered>) {
        let decision = self.decide(request);
        let remembered = self.memory.record(&self.engine, &mut self.scratch, &decision);
        (decision, remembered)
    }

    fn before(&mut self, request: &Value, state: HistoryState) -> Remembered {
        let bytes = request.to_string();
        self.memory.state(&self.engine, &mut self.scratch, bytes.as_bytes(), state).unwrap()
    }

    fn code(&mut self, request: &Value) -> String {
        self.decide(request).reason_code.to_string()
    }
}

fn request(action: &str, at: i64, params: Value) -> Value {
    json!({ "action": action, "agent": { "id": "a-1" }, "context": { "now": render_timestamp(at) }, "params": params })
}

fn charge(at: i64, shop: &str, amount: &str) -> Value {
    request("payment.charge", at, json!({ "shop": shop, "amount": { "amount": amount, "currency": "USD" } }))
}

fn refund(at: i64) -> Value {
    request("payment.refund", at, json!({ "amount": { "amount": "5.00", "currency": "USD" } }))
}

fn call(at: i64, debt: &str) -> Value {
    request("call.start", at, json!({ "debt": debt }))
}

#[test]
fn the_tests_of_the_policy_pass() {
    let compiled = compiled();
    let engine = Engine::from_bundle(compiled.bundle.unwrap()).unwrap();
    let mut scratch = Scratch::default();
    assert_eq!(compiled.tests.len(), 10);
    for test in &compiled.tests {
        let mut memory = MemoryHistory::default();
        for past in &test.history {
            let stated = memory.state(&engine, &mut scratch, past.request.as_bytes(), past.state);
            assert!(stated.is_some(), "{}: {}", test.name, past.request);
        }
        let decision = engine.decide_with_history(&mut scratch, test.request.as_bytes(), &memory);
        let decision = serde_json::to_value(decision).unwrap();
        assert_eq!(decision["decision"], test.decision, "{}: {decision:#}", test.name);
        assert_eq!(decision["reason_code"], test.code.as_deref().unwrap_or("OK"), "{}", test.name);
    }
}

#[test]
fn what_lies_exactly_an_hour_back_is_out_and_the_present_is_in() {
    // The oldest of a hundred payments lies at the edge; the others are recent.
    for (oldest, code) in [(NOW - HOUR, "OK"), (NOW - HOUR + 1, "TOO_OFTEN")] {
        let mut house = House::new();
        house.before(&charge(oldest, "s-1", "0.01"), HistoryState::Allowed);
        for _ in 0..99 {
            house.before(&charge(NOW, "s-1", "0.01"), HistoryState::Allowed);
        }
        assert_eq!(house.code(&charge(NOW, "s-1", "0.01")), code, "{oldest}");
    }
    // What is later than the request has not happened yet.
    let mut house = House::new();
    for _ in 0..100 {
        house.before(&charge(NOW + 1, "s-1", "0.01"), HistoryState::Allowed);
    }
    assert_eq!(house.code(&charge(NOW, "s-1", "0.01")), "OK");
    assert_eq!(house.code(&charge(NOW + 1, "s-1", "0.01")), "TOO_OFTEN");
}

#[test]
fn a_day_of_spending_begins_just_after_a_day_ago() {
    for (at, code) in [(NOW - DAY, "OK"), (NOW - DAY + 1, "TOO_MUCH"), (NOW, "TOO_MUCH")] {
        let mut house = House::new();
        house.before(&charge(at, "s-1", "600.00"), HistoryState::Executed);
        assert_eq!(house.code(&charge(NOW, "s-1", "400.01")), code, "{at}");
        assert_eq!(house.code(&charge(NOW, "s-1", "400.00")), "OK");
    }
}

#[test]
fn days_of_the_calendar_begin_at_midnight() {
    // Seven days, of which the first of March is the last, begin with the 23rd of February.
    let midnight = NOW - 10 * HOUR - 6 * DAY;
    for (oldest, code) in [(midnight - 1, "OK"), (midnight, "TOO_OFTEN")] {
        let mut house = House::new();
        house.before(&call(oldest, "d-0"), HistoryState::Attempted);
        for n in 1..5 {
            house.before(&call(NOW, &format!("d-{n}")), HistoryState::Attempted);
        }
        assert_eq!(house.code(&call(NOW, "d-9")), code, "{oldest}");
    }
}

#[test]
fn the_latest_is_the_latest_within_its_window() {
    for (at, code) in [(NOW - 7 * DAY, "OK"), (NOW - 7 * DAY + 1, "TOO_SOON"), (NOW, "TOO_SOON")] {
        let mut house = House::new();
        house.before(&call(NOW - 20 * DAY, "d-1"), HistoryState::Executed);
        house.before(&call(at, "d-1"), HistoryState::Executed);
        assert_eq!(house.code(&call(NOW, "d-1")), code, "{at}");
    }
}

#[test]
fn a_window_begins_anew_with_the_action_it_names() {
    let mut house = House::new();
    house.before(&refund(NOW - 3 * HOUR), HistoryState::Executed);
    house.before(&refund(NOW - 2 * HOUR), HistoryState::Executed);
    assert_eq!(house.code(&refund(NOW)), "NOT_PROVEN");
    house.before(&request("identity.prove", NOW - 3 * HOUR, json!({})), HistoryState::Attempted);
    assert_eq!(house.code(&refund(NOW)), "NOT_PROVEN", "a proof that was refused proves nothing");
    house.before(&request("identity.prove", NOW - 3 * HOUR, json!({})), HistoryState::Executed);
    assert_eq!(house.code(&refund(NOW)), "OK", "what was at the time of the proof is not after it");
    house.before(&refund(NOW - 3 * HOUR + 1), HistoryState::Executed);
    assert_eq!(house.code(&refund(NOW)), "NOT_PROVEN");
}

#[test]
fn a_stream_remembers_itself() {
    let mut house = House::new();
    for n in 0..100 {
        assert_eq!(house.act(&charge(NOW + n, "s-1", "0.01")).0.reason_code, "OK", "{n}");
    }
    // The request that is decided is not among those it asks about; those that are refused do not count as allowed.
    for n in 100..103 {
        assert_eq!(house.act(&charge(NOW + n, "s-1", "0.01")).0.reason_code, "TOO_OFTEN", "{n}");
    }
    assert_eq!(house.code(&charge(NOW + HOUR, "s-1", "0.01")), "OK");
}

#[test]
fn what_failed_or_was_released_is_an_attempt_and_no_more() {
    for (how, code) in [(Settled::Executed, "TOO_MUCH"), (Settled::Failed, "OK"), (Settled::Released, "OK")] {
        let mut house = House::new();
        let (_, first) = house.act(&charge(NOW, "s-1", "600.00"));
        // Reserved and not yet settled, it counts as executed: two at once cannot both be the last one allowed.
        assert_eq!(house.code(&charge(NOW, "s-1", "600.00")), "TOO_MUCH");
        house.memory.settle(first.unwrap(), how);
        assert_eq!(house.code(&charge(NOW, "s-1", "600.00")), code, "{how:?}");
    }
}

#[test]
fn different_values_are_counted_once_and_the_condition_is_of_the_past() {
    let mut house = House::new();
    for (shop, amount) in [("s-1", "2.00"), ("s-1", "2.00"), ("s-2", "2.00"), ("s-3", "0.50")] {
        house.before(&charge(NOW, shop, amount), HistoryState::Attempted);
    }
    assert_eq!(house.code(&charge(NOW, "s-4", "0.50")), "OK");
    house.before(&charge(NOW, "s-3", "1.01"), HistoryState::Attempted);
    assert_eq!(house.code(&charge(NOW, "s-4", "0.50")), "TOO_MANY");
}

#[test]
fn a_condition_that_cannot_be_evaluated_leaves_no_answer() {
    let mut house = House::new();
    let mut euros = charge(NOW, "s-1", "2.00");
    euros["params"]["amount"]["currency"] = json!("EUR");
    house.before(&euros, HistoryState::Attempted);
    // Nobody can say whether more than 1.00 USD were paid.
    assert_eq!(house.code(&charge(NOW, "s-1", "0.50")), "FACT_UNAVAILABLE");
}

#[test]
fn without_a_memory_the_facts_are_those_of_the_request() {
    let house = House::new();
    let mut scratch = Scratch::default();
    let mut request = charge(NOW, "s-1", "0.50");
    let needed = house.engine.facts_needed(&mut scratch, request.to_string().as_bytes());
    let needed = serde_json::to_value(&needed).unwrap();
    // The day's total is not asked for so small an amount.
    assert_eq!(
        needed,
        json!([
            { "fact": "times(allowed payment.* per agent.id over 1h)", "args": { "agent.id": "a-1" },
              "window": { "after": "2026-03-01T09:00:00Z", "until": "2026-03-01T10:00:00Z" } },
            { "fact": "distinct(shop of attempted payment.charge per agent.id over 1h where amount > 1.00 USD)",
              "args": { "agent.id": "a-1" },
              "window": { "after": "2026-03-01T09:00:00Z", "until": "2026-03-01T10:00:00Z" } }
        ])
    );
    let decision = house.engine.decide(&mut scratch, request.to_string().as_bytes());
    assert_eq!(decision.reason_code, "FACT_UNAVAILABLE");
    let mut facts = needed.as_array().unwrap().clone();
    for fact in &mut facts {
        fact["value"] = json!(2);
        fact.as_object_mut().unwrap().remove("window");
    }
    request["facts"] = json!(facts);
    let decision = house.engine.decide(&mut scratch, request.to_string().as_bytes());
    assert_eq!(decision.reason_code, "OK");
    let needed = house.engine.facts_needed(&mut scratch, request.to_string().as_bytes());
    assert_eq!(needed, [], "nothing is missing any more");
}

#[test]
fn a_decision_is_replayed_from_the_facts_it_has_read() {
    let mut house = House::new();
    house.before(&charge(NOW - 1, "s-1", "600.00"), HistoryState::Executed);
    let mut request = charge(NOW, "s-1", "500.00");
    let first = house.decide(&request);
    assert_eq!(first.reason_code, "TOO_MUCH");
    let used = serde_json::to_value(house.engine.facts_used(&house.scratch)).unwrap();
    let term = "total(amount of executed payment.charge per agent.id over 24h in USD)";
    let amount = json!({ "amount": "600.00", "currency": "USD" });
    assert_eq!(used, json!([{ "fact": term, "args": { "agent.id": "a-1" }, "value": amount }]));
    request["facts"] = used;
    let again = house.engine.decide(&mut Scratch::default(), request.to_string().as_bytes());
    assert_eq!(again, first);
}

#[test]
fn a_total_that_is_supplied_in_another_currency_is_refused() {
    let house = House::new();
    let mut request = charge(NOW, "s-1", "500.00");
    let term = "total(amount of executed payment.charge per agent.id over 24h in USD)";
    let value = json!({ "amount": "1.00", "currency": "EUR" });
    request["facts"] = json!([{ "fact": term, "args": { "agent.id": "a-1" }, "value": value }]);
    let decision = house.engine.decide(&mut Scratch::default(), request.to_string().as_bytes());
    assert_eq!(decision.reason_code, "CURRENCY_MISMATCH");
}

#[test]
fn what_people_approve_later_is_allowed_from_then_on() {
    let mut house = House::new();
    for n in 0..3 {
        house.before(&charge(NOW, &format!("s-{n}"), "2.00"), HistoryState::Attempted);
    }
    let (decision, remembered) = house.act(&charge(NOW, "s-1", "600.00"));
    assert_eq!(decision.reason_code, "TOO_MANY");
    let cheap = charge(NOW, "s-1", "400.01");
    assert_eq!(house.code(&cheap), "TOO_MANY");
    house.memory.allow(remembered.unwrap());
    assert_eq!(house.code(&cheap), "TOO_MUCH");
}

#[test]
fn where_one_answer_decides_about_the_next_question_both_are_listed() {
    let source = "\
module two
layer base
reasons { NO \"No\" }
action door.open { default allow }
rule asks on door.open {
  when times(attempted door.open per agent.id over 1h) > 3 {
    deny when times(attempted door.open over 1h) > 9 as NO
  }
  deny when agent.id == \"a-2\" and times(attempted door.open over 2h) > 9 as NO
}
";
    let files = vec![SourceFile { path: "two.lictor".to_string(), bytes: source.into() }];
    let compiled = compile(&Project { name: "two".to_string(), files, ..Project::default() });
    let engine = Engine::from_bundle(compiled.bundle.expect("it compiles")).unwrap();
    let request = request("door.open", NOW, json!({})).to_string();
    let needed = engine.facts_needed(&mut Scratch::default(), request.as_bytes());
    let names: Vec<&str> = needed.iter().map(|query| query.fact.as_str()).collect();
    assert_eq!(
        names,
        ["times(attempted door.open per agent.id over 1h)", "times(attempted door.open over 1h)"],
        "what the request itself rules out is not asked"
    );
}

#[test]
fn a_question_that_does_not_fit_is_refused_when_the_bundle_is_loaded() {
    type Change = fn(&mut Vec<HistoryQuery>);
    let changes: [(&str, Change); 10] = [
        ("a fact that is not there", |queries| queries.last_mut().unwrap().fact = 999),
        ("two answer one fact", |queries| queries[1].fact = queries[0].fact),
        ("a window of nothing", |queries| queries[0].window = Window::Over(0)),
        ("a window over 400 days", |queries| {
            queries[0].window = Window::Days { days: 401, zone: Zone::utc() }
        }),
        ("a zone that there is not", |queries| {
            queries[0].window = Window::Days { days: 1, zone: Zone(9_999) }
        }),
        ("no actions", |queries| queries[0].sources.clear()),
        ("an action that is not there", |queries| queries[0].sources[0].action = 99),
        ("a key outside the request", |queries| queries[0].sources[0].keys[0] = u16::MAX),
        ("a filter that is not there", |queries| queries[0].sources[0].filter = u16::MAX),
        ("an answer of another type", |queries| queries[0].kind = HistoryKind::Latest),
    ];
    for (what, change) in changes {
        let mut bundle = compiled().bundle.unwrap();
        change(&mut bundle.schema.history);
        assert!(Engine::from_bundle(bundle).is_err(), "{what}");
    }
}
