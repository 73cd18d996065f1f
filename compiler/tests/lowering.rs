//! From hand-built typed programs to bytecode that the verifier accepts.

mod policy;

use insta::assert_snapshot;
use lictor_bundle::instr::{Arith, Comparison, Kind};
use lictor_bundle::program::Stage;
use lictor_bundle::schema::Scalar;
use lictor_compiler::link;
use lictor_compiler::origin::Sources;
use lictor_compiler::typed::{
    Between, Category, Expr, ExprKind, Fires, LocalId, Piece, Program, QuantifierKind, Statement, Ty,
};
use policy::*;

fn first_code(program: &Program) -> String {
    let bundle = build(program);
    show(&bundle.units[0].code.codes[0])
}

fn max_amount() -> Expr {
    expr(ExprKind::MoneyParam(MAX_AMOUNT, Box::new(amount())), Ty::Money)
}

#[test]
fn a_limit_reads_the_request_where_it_lies() {
    let message = vec![Piece::Value(amount()), Piece::Text(" is above ".into()), Piece::Value(max_amount())];
    let program = policy(&[CHARGE], vec![require(at_most(amount(), max_amount()), message)]);
    assert_snapshot!(first_code(&program), @r"
    [Bool, Money]
      0  ParamMoney { to: 1, param: 1, like: 1033 }
      1  Compare { op: LessOrEqual, kind: Money, to: 0, left: 1033, right: 1 }
      2  JumpIf { condition: 0, target: 5 }
      3  ParamMoney { to: 1, param: 1, like: 1033 }
      4  Deny { site: 0 }
      5  End
    Site { statement: 0, arguments: [Argument { register: 1033, ty: Money, present: None }, Argument { register: 1, ty: Money, present: None }] }
    ");
}

#[test]
fn an_optional_field_of_an_optional_record_needs_both_to_be_there() {
    let no = bool_(ExprKind::Scalar(Scalar::Bool(false)));
    let adult = bool_(ExprKind::Otherwise(Box::new(age_verified()), Box::new(no)));
    assert_snapshot!(first_code(&policy(&[CHARGE], vec![require(adult, vec![])])), @r"
    []
      0  JumpUnless { condition: 1025, target: 3 }
      1  JumpUnless { condition: 1027, target: 3 }
      2  JumpIf { condition: 1028, target: 4 }
      3  Deny { site: 0 }
      4  End
    Site { statement: 0, arguments: [] }
    ");
}

#[test]
fn the_element_that_decided_is_there_for_the_message() {
    let cheap = each_item(QuantifierKind::All, 1, true, at_most(item_field(1, 1), dollars(100)));
    let message = vec![Piece::Value(item_field(1, 0)), Piece::Text(" is too dear".into())];
    assert_snapshot!(first_code(&policy(&[CHARGE], vec![require(bool_(cheap), message)])), @r"
    [Int, Text, Money, Bool, Money, Int]
      0  Constant { to: 0, constant: 0 }
      1  Loop { list: 1034, index: 0, element: 1, exit: 6 }
      2  Constant { to: 4, constant: 1 }
      3  Compare { op: LessOrEqual, kind: Money, to: 3, left: 2, right: 4 }
      4  JumpUnless { condition: 3, target: 11 }
      5  Repeat { head: 1 }
      6  Constant { to: 5, constant: 0 }
      7  Compare { op: Equal, kind: Int, to: 3, left: 0, right: 5 }
      8  JumpUnless { condition: 3, target: 10 }
      9  Fail { failure: EmptyCollection }
     10  Jump { target: 12 }
     11  Deny { site: 0 }
     12  End
    Site { statement: 0, arguments: [Argument { register: 1, ty: Text, present: None }] }
    ");
}

#[test]
fn a_let_is_evaluated_once_and_asked_about_only_where_paths_differ() {
    let total = expr(each_item(QuantifierKind::Sum(Kind::Money), 1, false, item_field(1, 1)), Ty::Money);
    let named = || expr(ExprKind::Local(LocalId(2)), Ty::Money);
    let from_robot = compare(Comparison::Equal, Kind::Text, agent_id(), text("robot"));
    let body = vec![
        Statement::Let(LocalId(2), total),
        Statement::When(from_robot, vec![deny_when(at_most(dollars(100), named()))]),
        risk_when(10, at_most(dollars(50), named())),
        risk_when(20, at_most(dollars(70), named())),
    ];
    assert_snapshot!(first_code(&policy(&[CHARGE], body)), @r"
    [Bool, Text, Money, Money, Wide, Money, Int, Text, Money, Bool, Wide, Money]
      0  Constant { to: 1, constant: 0 }
      1  Compare { op: Equal, kind: Text, to: 0, left: 1024, right: 1 }
      2  JumpUnless { condition: 0, target: 13 }
      3  Constant { to: 2, constant: 1 }
      4  Constant { to: 6, constant: 2 }
      5  Loop { list: 1034, index: 6, element: 7, exit: 8 }
      6  Accumulate { kind: Money, sum: 4, currency: 5, value: 8 }
      7  Repeat { head: 5 }
      8  Total { kind: Money, to: 3, sum: 4, currency: 5 }
      9  Constant { to: 9, constant: 5 }
     10  Compare { op: LessOrEqual, kind: Money, to: 0, left: 2, right: 3 }
     11  JumpUnless { condition: 0, target: 13 }
     12  Deny { site: 0 }
     13  Constant { to: 2, constant: 3 }
     14  JumpIf { condition: 9, target: 21 }
     15  Constant { to: 6, constant: 2 }
     16  Loop { list: 1034, index: 6, element: 7, exit: 19 }
     17  Accumulate { kind: Money, sum: 10, currency: 11, value: 8 }
     18  Repeat { head: 16 }
     19  Total { kind: Money, to: 3, sum: 10, currency: 11 }
     20  Constant { to: 9, constant: 5 }
     21  Compare { op: LessOrEqual, kind: Money, to: 0, left: 2, right: 3 }
     22  JumpUnless { condition: 0, target: 24 }
     23  Risk { site: 1 }
     24  Constant { to: 2, constant: 4 }
     25  Compare { op: LessOrEqual, kind: Money, to: 0, left: 2, right: 3 }
     26  JumpUnless { condition: 0, target: 28 }
     27  Risk { site: 2 }
     28  End
    Site { statement: 0, arguments: [] }
    Site { statement: 1, arguments: [] }
    Site { statement: 2, arguments: [] }
    ");
}

#[test]
fn lets_inside_a_loop_begin_anew_with_each_round() {
    // An argument of an unfolded function: let d = price + price; sku == "robot" and d <= 2 or d <= 3
    let price = || Box::new(item_field(1, 1));
    let double = expr(ExprKind::Arith(Arith::AddMoney, price(), price()), Ty::Money);
    let named = || expr(ExprKind::Local(LocalId(2)), Ty::Money);
    let robot = compare(Comparison::Equal, Kind::Text, item_field(1, 0), text("robot"));
    let body = or(and(robot, at_most(named(), dollars(2))), at_most(named(), dollars(3)));
    let body = bool_(ExprKind::Let(LocalId(2), Box::new(double), Box::new(body)));
    let cheap = bool_(each_item(QuantifierKind::Any, 1, false, body));
    assert_snapshot!(first_code(&policy(&[CHARGE], vec![deny_when(cheap)])), @r"
    [Int, Text, Money, Bool, Text, Money, Money, Bool]
      0  Constant { to: 0, constant: 0 }
      1  Loop { list: 1034, index: 0, element: 1, exit: 18 }
      2  Constant { to: 7, constant: 4 }
      3  Constant { to: 4, constant: 1 }
      4  Compare { op: Equal, kind: Text, to: 3, left: 1, right: 4 }
      5  JumpUnless { condition: 3, target: 11 }
      6  Arith { op: AddMoney, to: 5, left: 2, right: 2 }
      7  Constant { to: 7, constant: 5 }
      8  Constant { to: 6, constant: 2 }
      9  Compare { op: LessOrEqual, kind: Money, to: 3, left: 5, right: 6 }
     10  JumpIf { condition: 3, target: 19 }
     11  JumpIf { condition: 7, target: 14 }
     12  Arith { op: AddMoney, to: 5, left: 2, right: 2 }
     13  Constant { to: 7, constant: 5 }
     14  Constant { to: 6, constant: 3 }
     15  Compare { op: LessOrEqual, kind: Money, to: 3, left: 5, right: 6 }
     16  JumpIf { condition: 3, target: 19 }
     17  Repeat { head: 1 }
     18  Jump { target: 20 }
     19  Deny { site: 0 }
     20  End
    Site { statement: 0, arguments: [] }
    ");
}

#[test]
fn a_let_that_is_first_needed_inside_a_loop_outlives_the_round() {
    // let d = amount + amount; deny when any(i in items: i.price <= 1 and i.price <= d)
    let double = expr(ExprKind::Arith(Arith::AddMoney, Box::new(amount()), Box::new(amount())), Ty::Money);
    let named = expr(ExprKind::Local(LocalId(2)), Ty::Money);
    let body = and(at_most(item_field(1, 1), dollars(1)), at_most(item_field(1, 1), named));
    let any = bool_(each_item(QuantifierKind::Any, 1, false, body));
    let outer = bool_(ExprKind::Let(LocalId(2), Box::new(double), Box::new(any)));
    assert_snapshot!(first_code(&policy(&[CHARGE], vec![deny_when(outer)])), @r"
    [Int, Text, Money, Bool, Money, Bool, Money]
      0  Constant { to: 0, constant: 0 }
      1  Loop { list: 1034, index: 0, element: 1, exit: 11 }
      2  Constant { to: 4, constant: 1 }
      3  Compare { op: LessOrEqual, kind: Money, to: 3, left: 2, right: 4 }
      4  JumpUnless { condition: 3, target: 10 }
      5  JumpIf { condition: 5, target: 8 }
      6  Arith { op: AddMoney, to: 6, left: 1033, right: 1033 }
      7  Constant { to: 5, constant: 2 }
      8  Compare { op: LessOrEqual, kind: Money, to: 3, left: 2, right: 6 }
      9  JumpIf { condition: 3, target: 12 }
     10  Repeat { head: 1 }
     11  Jump { target: 13 }
     12  Deny { site: 0 }
     13  End
    Site { statement: 0, arguments: [] }
    ");
}

#[test]
fn codes_that_read_the_same_slots_are_kept_once() {
    let of_agent = compare(Comparison::Equal, Kind::Text, agent_id(), text("robot"));
    let bundle = build(&policy(&[CHARGE, TRANSFER], vec![deny_when(of_agent)]));
    assert_eq!(bundle.units[0].rules[0].entries, [(CHARGE, 0), (TRANSFER, 0)]);

    let bundle = build(&policy(&[CHARGE, TRANSFER], vec![require(at_most(amount(), max_amount()), vec![])]));
    assert_eq!(bundle.units[0].rules[0].entries, [(CHARGE, 0), (TRANSFER, 1)]);
}

#[test]
fn what_stands_after_a_refusal_that_always_fires_is_left_out() {
    let always = |statement| match statement {
        Statement::Effect(fires) => Statement::Effect(Fires { condition: None, ..fires }),
        other => other,
    };
    let yes = || bool_(ExprKind::Scalar(Scalar::Bool(true)));
    let bundle = build(&policy(&[CHARGE], vec![always(deny_when(yes())), risk_when(1, yes())]));
    assert_eq!(bundle.units[0].code.codes[0].instrs.len(), 1);
    assert_eq!(bundle.units[0].rules[0].statements.len(), 2);
}

#[test]
fn a_category_applies_to_the_actions_that_have_what_it_reads() {
    let length = expr(ExprKind::Length(Box::new(items())), Ty::Int);
    let when = compare(Comparison::Less, Kind::Int, int(1), length);
    let program = Program { categories: vec![Category { id: 0, when }], ..policy(&[CHARGE], vec![]) };
    let bundle = build(&program);
    assert_eq!(bundle.conditions.iter().map(|each| each.action).collect::<Vec<_>>(), [CHARGE]);
    assert_snapshot!(show(&bundle.condition_code.codes[0]), @r"
    [Bool, Int, Int]
      0  Constant { to: 1, constant: 0 }
      1  Length { to: 2, collection: 1034 }
      2  Compare { op: Less, kind: Int, to: 0, left: 1, right: 2 }
      3  Answer { from: 0 }
    ");
}

#[test]
fn every_kind_of_value_is_verified() {
    let sku = |variable| item_field(variable, 0);
    let fact = expr(ExprKind::Fact(0, vec![agent_id()]), Ty::Optional(Box::new(Ty::Bool)));
    let set = Ty::Set { element: 0, max: 50 };
    let listed = vec![Scalar::Text("a".into()), Scalar::Text("b".into())];
    let within =
        Between { kind: Kind::Money, item: amount(), low: dollars(1), high: max_amount(), closed: true };
    let if_robot = |then, other, ty| {
        let robot = compare(Comparison::Equal, Kind::Text, agent_id(), text("robot"));
        expr(ExprKind::If(Box::new(robot), Box::new(then), Box::new(other)), ty)
    };
    let nested = each_item(QuantifierKind::Sum(Kind::Money), 4, false, item_field(4, 1));
    let optional = Ty::Optional(Box::new(Ty::Bool));
    let conditions = vec![
        bool_(ExprKind::Present(Box::new(fact))),
        bool_(ExprKind::Contains(
            Kind::Text,
            Box::new(agent_id()),
            Box::new(expr(ExprKind::Param(0), set.clone())),
        )),
        bool_(ExprKind::Contains(
            Kind::Text,
            Box::new(agent_id()),
            Box::new(expr(ExprKind::Set(listed), set)),
        )),
        bool_(ExprKind::Between(Box::new(within))),
        at_most(if_robot(amount(), max_amount(), Ty::Money), dollars(9)),
        bool_(ExprKind::Present(Box::new(if_robot(age_verified(), age_verified(), optional)))),
        compare(
            Comparison::Less,
            Kind::Int,
            expr(
                each_item(
                    QuantifierKind::Count,
                    2,
                    false,
                    bool_(ExprKind::Not(Box::new(compare(
                        Comparison::Equal,
                        Kind::Text,
                        sku(2),
                        agent_id(),
                    )))),
                ),
                Ty::Int,
            ),
            int(3),
        ),
        bool_(each_item(QuantifierKind::Any, 3, false, at_most(item_field(3, 1), expr(nested, Ty::Money)))),
    ];
    let one = conditions.iter().cloned().reduce(or).expect("there are some");
    let shown = expr(ExprKind::Not(Box::new(one.clone())), Ty::Bool);
    let mut body: Vec<_> = conditions.iter().cloned().map(deny_when).collect();
    body.extend(
        conditions.into_iter().map(|condition| require(condition, vec![Piece::Value(shown.clone())])),
    );
    build(&policy(&[CHARGE], body));
}

#[test]
fn the_manifest_lays_down_the_order() {
    let bundle = build(&policy(&[CHARGE], vec![deny_when(at_most(amount(), dollars(1)))]));
    assert_eq!(bundle.manifest.stages, Stage::ALL);
    assert_eq!(bundle.manifest.order[0].rules, [bundle.units[0].rules[0].key.clone()]);
    assert_eq!(bundle.manifest.sources[0].0, "gambling.lictor");
}

#[test]
fn what_is_too_large_is_reported_at_the_rule() {
    let small = || at_most(amount(), dollars(1));
    let many = (0..6_000).map(|_| deny_when(small())).collect();
    let (_, diagnostics) = lower(&policy(&[CHARGE], many));
    assert_eq!(diagnostics[0].code, "E0430");

    let deep =
        (1..=4).fold(small(), |body, variable| bool_(each_item(QuantifierKind::Any, variable, false, body)));
    let (_, diagnostics) = lower(&policy(&[CHARGE], vec![deny_when(deep)]));
    assert_eq!(diagnostics[0].code, "E0437");

    let (_, diagnostics) =
        lower(&policy(&[TRANSFER], vec![deny_when(bool_(ExprKind::Present(Box::new(items()))))]));
    assert_eq!(diagnostics[0].code, "E0436");
}

#[test]
fn too_many_steps_are_reported_at_the_dearest_rule() {
    let small = at_most(amount(), dollars(1));
    let deep =
        (1..=3).fold(small, |body, variable| bool_(each_item(QuantifierKind::Any, variable, false, body)));
    let program = policy(&[CHARGE], vec![deny_when(deep)]);
    let (lowered, diagnostics) = lower(&program);
    assert_eq!(diagnostics, []);
    let shared = vec![("payments.lictor".into(), [7; 32])];
    let sources = Sources { shared, users: Default::default() };
    let bundle =
        link::link("acme".into(), sources, Default::default(), program.schema.clone(), vec![], lowered);
    let error = link::prove(&program, &bundle).expect_err("a million rounds are too many");
    assert_eq!((error.code, &*error.labels[0].text), ("E0433", "this rule alone can take more than that"));
}
