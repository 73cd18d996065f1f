//! What is asked of the past: each part of a query, made hostile.

use lictor_bundle::history::{HistoryKind, HistoryQuery, HistorySource, HistoryState, MAX_WINDOW, Window};
use lictor_bundle::instr::{Instr, TEMPORARIES};
use lictor_bundle::marks::Marks;
use lictor_bundle::program::*;
use lictor_bundle::schema::*;
use lictor_bundle::zone::Zone;

use crate::Group;
use crate::builder::{AMOUNT, BEYOND, CART, TEXT, usd};

fn query(bundle: &mut Bundle) -> &mut HistoryQuery {
    &mut bundle.schema.history[0]
}

fn source(bundle: &mut Bundle) -> &mut HistorySource {
    &mut query(bundle).sources[0]
}

pub const GROUP: Group = Group {
    name: "a question about the past",
    prepare: history,
    cases: &[
        ("an answer to no fact", "B0120", |b| query(b).fact = 2),
        ("two answers to one fact", "B0120", |b| {
            let again = query(b).clone();
            b.schema.history.push(again);
        }),
        ("an answer of another type", "B0120", |b| query(b).kind = HistoryKind::Latest),
        ("a total that is a number", "B0120", |b| query(b).kind = HistoryKind::Total(usd())),
        ("a total of no currency", "B0120", |b| {
            b.schema.facts[1].result = 2;
            query(b).kind = HistoryKind::Total(lictor_bundle::currency::Currency(1));
            source(b).field = Some(AMOUNT);
        }),
        ("a total of what is no amount", "B0120", |b| {
            b.schema.facts[1].result = 2;
            query(b).kind = HistoryKind::Total(usd());
            source(b).field = Some(TEMPORARIES);
        }),
        ("an empty window", "B0120", |b| query(b).window = Window::Over(0)),
        ("a window into the future", "B0120", |b| query(b).window = Window::Over(-1)),
        ("a window of more than 400 days", "B0120", |b| query(b).window = Window::Over(MAX_WINDOW + 1)),
        ("401 days of the calendar", "B0120", |b| {
            query(b).window = Window::Days { days: 401, zone: Zone::utc() };
        }),
        ("days of no zone", "B0120", |b| query(b).window = Window::Days { days: 1, zone: Zone(u16::MAX) }),
        ("a window that nothing begins", "B0120", |b| {
            query(b).window = Window::Since { state: HistoryState::Allowed, at_most: 1, sources: vec![] };
        }),
        ("a window that begins with an action that is not there", "B0120", |b| {
            let begins = HistorySource { action: 1, ..source(b).clone() };
            query(b).window =
                Window::Since { state: HistoryState::Allowed, at_most: 1, sources: vec![begins] };
        }),
        ("no action that counts", "B0120", |b| query(b).sources.clear()),
        ("an action that counts twice", "B0120", |b| {
            let again = source(b).clone();
            query(b).sources.push(again);
        }),
        ("an action that is not there", "B0120", |b| source(b).action = 1),
        ("a key outside the request", "B0120", |b| source(b).keys[0] = BEYOND),
        ("a key in a temporary", "B0120", |b| source(b).keys[0] = 0),
        ("a key of another type", "B0120", |b| source(b).keys[0] = AMOUNT),
        ("a key too few", "B0120", |b| source(b).keys.clear()),
        ("a field where none is taken", "B0120", |b| source(b).field = Some(TEMPORARIES)),
        ("no field where one is told apart", "B0120", |b| query(b).kind = HistoryKind::Distinct),
        ("a field that is a list", "B0120", |b| {
            query(b).kind = HistoryKind::Distinct;
            source(b).field = Some(CART);
        }),
        ("a field outside the request", "B0120", |b| {
            query(b).kind = HistoryKind::Distinct;
            source(b).field = Some(u16::MAX);
        }),
        ("a filter without its code", "B0124", |b| source(b).filter = 9),
        ("a filter that asks for a fact", "B0130", |b| {
            b.condition_code.codes[1].temporaries.push(SlotType::Text);
            b.condition_code.codes[1].temporaries.push(SlotType::Int);
            b.condition_code.codes[1].instrs[0] = Instr::Fact { to: 2, fact: 1, arguments: 1 };
        }),
    ],
};

/// How often an agent was allowed in the last minute.
fn history(bundle: &mut Bundle) {
    let schema = &mut bundle.schema;
    schema.types.push(Type::Int { signed: false });
    schema.facts.push(Fact {
        name: "times(allowed)".to_owned(),
        params: vec![Field { name: "agent.id".to_owned(), ty: TEXT, marks: Marks::NONE }],
        result: 15,
        marks: Marks::NONE,
    });
    let source = HistorySource { action: 0, filter: 1, keys: vec![TEMPORARIES], field: None };
    schema.history.push(HistoryQuery {
        fact: 1,
        kind: HistoryKind::Times,
        state: HistoryState::Allowed,
        window: Window::Over(60_000),
        sources: vec![source],
    });
    bundle.condition_code.constants.push(Constant::Scalar(Scalar::Bool(true)));
    bundle.condition_code.codes.push(Code {
        temporaries: vec![SlotType::Bool],
        instrs: vec![Instr::Constant { to: 0, constant: 1 }, Instr::Answer { from: 0 }],
        sites: vec![],
    });
}
