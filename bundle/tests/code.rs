//! Code that may not run is refused, though it was validly signed: each kind of fault with its own code.

mod builder;

use std::sync::Arc;

use builder::{AMOUNT, BEYOND, CART, NOTE, TEXT, bundle, code_refused, refused};
use lictor_bundle::error::{BundleError, ErrorKind};
use lictor_bundle::form::{Form, Part};
use lictor_bundle::instr::{Arith, Comparison, Instr, Kind, TextOp};
use lictor_bundle::pattern::Pattern;
use lictor_bundle::program::{Argument, Bundle, Code, Constant, Effect, ParamSet, Piece};
use lictor_bundle::schema::{Direction, ParamValue, Scalar, SlotType, Type};
use lictor_bundle::verify::verify;

/// Changes one instruction of the rule `cart_is_listed`:
/// `0 r0 = 0 | 1 r3 = param | 2 for r1.. in cart by r0 | 3 r4 = r1 in r3 | 4 unless r4 goto 7 | 5 repeat | 6 end | 7 deny`.
fn with_instr(pc: usize, instr: Instr) -> BundleError {
    code_refused(|code| code.instrs[pc] = instr)
}

#[test]
fn an_error_says_where() {
    let error = with_instr(3, Instr::Copy { to: 4, from: 99 });
    assert_eq!(
        error.to_string(),
        "B0131: base: rule kiosk.cart_is_listed, action payment.charge: instruction 3: register 99 is not there"
    );
}

#[test]
fn registers_are_there_and_of_the_type_that_is_read_or_written() {
    let instrs = [
        Instr::Copy { to: 5, from: 4 },
        Instr::Copy { to: 4, from: BEYOND },
        Instr::Copy { to: 4, from: AMOUNT },
        // The request is not written.
        Instr::Copy { to: AMOUNT, from: 2 },
        Instr::Constant { to: 4, constant: 0 },
        Instr::JumpUnless { condition: 0, target: 7 },
        Instr::Loop { list: 1, index: 0, element: 1, exit: 6 },
        Instr::Loop { list: 3, index: 0, element: 2, exit: 6 },
        Instr::Loop { list: CART, index: 4, element: 1, exit: 6 },
        Instr::Loop { list: CART, index: 0, element: 2, exit: 6 },
        Instr::Loop { list: CART, index: 0, element: 4, exit: 6 },
        Instr::Not { to: 4, from: 0 },
        Instr::Compare { op: Comparison::Less, kind: Kind::Text, to: 4, left: 2, right: 2 },
        Instr::Compare { op: Comparison::Less, kind: Kind::Money, to: 4, left: 2, right: 1 },
        Instr::Compare { op: Comparison::Less, kind: Kind::Money, to: 2, left: 2, right: 2 },
        Instr::Compare { op: Comparison::Equal, kind: Kind::Bits, to: 4, left: CART, right: CART },
        Instr::Arith { op: Arith::AddMoney, to: 2, left: 2, right: 0 },
        Instr::Arith { op: Arith::RatioMoney, to: 2, left: 2, right: 2 },
        Instr::Negate { kind: Kind::Text, to: 1, from: 1 },
        Instr::ToDecimal { to: 0, from: 0 },
        Instr::Contains { kind: Kind::Text, to: 4, item: 2, collection: 3 },
        Instr::Contains { kind: Kind::Int, to: 4, item: 1, collection: 3 },
        Instr::Contains { kind: Kind::Text, to: 4, item: 1, collection: CART },
        Instr::Length { to: 4, collection: CART },
        Instr::Length { to: 0, collection: 1 },
        Instr::Accumulate { kind: Kind::Money, sum: 0, currency: 2, value: 2 },
        Instr::Total { kind: Kind::Money, to: 2, sum: 2, currency: 2 },
        Instr::Text { op: TextOp::Contains, to: 4, text: 1, part: 2 },
        Instr::Text { op: TextOp::Matches, to: 4, text: 1, part: 1 },
        Instr::Text { op: TextOp::Below, to: 4, text: 1, part: 1 },
        Instr::Text { op: TextOp::Inside, to: 4, text: 1, part: 1 },
        Instr::Within { op: TextOp::Below, to: 4, text: 1, parts: 3 },
        Instr::Within { op: TextOp::Contains, to: 4, text: 1, parts: 3 },
        Instr::LowerAscii { to: 1, text: 2 },
        Instr::LowerAscii { to: 4, text: 1 },
        Instr::Part { part: Part::Host, to: 1, from: 1 },
        Instr::Param { to: 4, param: 0 },
        Instr::ParamMoney { to: 2, param: 1, like: 1 },
        Instr::Fact { to: 4, fact: 0, arguments: 2 },
        Instr::Fact { to: 1, fact: 0, arguments: 1 },
        Instr::Fact { to: 4, fact: 0, arguments: u16::MAX },
    ];
    for instr in instrs {
        // Before the loop, so that nothing but the type can be wrong.
        let error = match instr {
            Instr::Loop { .. } => with_instr(2, instr),
            _ => with_instr(1, instr),
        };
        assert_eq!((error.kind, error.code()), (ErrorKind::Register, "B0131"), "{instr:?}: {error}");
    }
}

#[test]
fn temporaries_are_of_types_that_are_there_and_not_too_many() {
    for ty in [SlotType::Enum(1), SlotType::List(99), SlotType::Set(99), SlotType::Set(builder::ITEM)] {
        assert_eq!(code_refused(|code| code.temporaries.push(ty)).kind, ErrorKind::Register, "{ty:?}");
    }
    let error = code_refused(|code| code.temporaries.resize(1025, SlotType::Bool));
    assert_eq!(error.kind, ErrorKind::Register);
}

#[test]
fn what_an_operand_numbers_is_there() {
    let instrs = [
        Instr::Constant { to: 0, constant: 1 },
        Instr::Param { to: 3, param: 2 },
        Instr::Param { to: 2, param: 1 },
        Instr::ParamMoney { to: 2, param: 0, like: AMOUNT },
        Instr::Fact { to: 4, fact: 1, arguments: 1 },
        Instr::Deny { site: 1 },
    ];
    for instr in instrs {
        let error = with_instr(1, instr);
        assert_eq!((error.kind, error.code()), (ErrorKind::Operand, "B0134"), "{instr:?}: {error}");
    }
}

#[test]
fn jumps_go_ahead_within_the_code_and_not_into_a_loop() {
    let jumps = [
        (4, Instr::Jump { target: 4 }),
        (4, Instr::Jump { target: 3 }),
        (4, Instr::JumpIf { condition: 4, target: 8 }),
        (4, Instr::JumpUnless { condition: 4, target: u16::MAX }),
        (1, Instr::Jump { target: 3 }),
        (1, Instr::Jump { target: 5 }),
    ];
    for (pc, instr) in jumps {
        let error = with_instr(pc, instr);
        assert_eq!((error.kind, error.code()), (ErrorKind::Jump, "B0132"), "{instr:?}: {error}");
    }
}

#[test]
fn loops_are_closed_and_nested() {
    let loops = [
        (5, Instr::Repeat { head: 1 }),
        (5, Instr::Repeat { head: 5 }),
        (1, Instr::Repeat { head: 0 }),
        (5, Instr::Copy { to: 4, from: 4 }),
        (2, Instr::Loop { list: CART, index: 0, element: 1, exit: 5 }),
        (2, Instr::Loop { list: CART, index: 0, element: 1, exit: 7 }),
        (2, Instr::Loop { list: CART, index: 0, element: 1, exit: 0 }),
        (2, Instr::Loop { list: CART, index: 0, element: 1, exit: u16::MAX }),
    ];
    for (pc, instr) in loops {
        let error = with_instr(pc, instr);
        assert_eq!((error.kind, error.code()), (ErrorKind::Loop, "B0133"), "{instr:?}: {error}");
    }
    // Two loops that overlap, though each has its end.
    let error = code_refused(|code| {
        code.temporaries.push(SlotType::Int);
        code.instrs = vec![
            Instr::Constant { to: 0, constant: 0 },
            Instr::Constant { to: 5, constant: 0 },
            Instr::Loop { list: CART, index: 0, element: 1, exit: 5 },
            Instr::Loop { list: CART, index: 5, element: 1, exit: 6 },
            Instr::Repeat { head: 2 },
            Instr::Repeat { head: 3 },
            Instr::End,
        ];
    });
    assert_eq!(error.kind, ErrorKind::Loop);
}

#[test]
fn loops_nest_three_deep() {
    assert!(verify(&nested(3)).is_ok());
    assert_eq!(verify(&nested(4)).unwrap_err().kind, ErrorKind::Loop);
}

/// A bundle with loops over the cart, one in the other.
fn nested(depth: u16) -> Bundle {
    let mut bundle = bundle();
    let code = &mut bundle.units[0].code.codes[0];
    code.temporaries.resize(5 + usize::from(depth), SlotType::Int);
    let heads = (0..depth).map(|level| 2 * level + 1);
    let last = 3 * depth;
    let mut instrs = Vec::new();
    for level in 0..depth {
        instrs.push(Instr::Constant { to: 5 + level, constant: 0 });
        instrs.push(Instr::Loop { list: CART, index: 5 + level, element: 1, exit: last - level });
    }
    instrs.extend(heads.rev().map(|head| Instr::Repeat { head }));
    instrs.push(Instr::Deny { site: 0 });
    code.instrs = instrs;
    bundle
}

#[test]
fn a_loop_cannot_lose_count_of_its_turns() {
    // The index is written within the loop, is not zeroed before it, or is zeroed on one way to it only.
    assert_eq!(with_instr(3, Instr::Constant { to: 0, constant: 0 }).kind, ErrorKind::Loop);
    assert_eq!(with_instr(3, Instr::Length { to: 0, collection: CART }).kind, ErrorKind::Loop);
    assert_eq!(with_instr(0, Instr::Length { to: 0, collection: CART }).kind, ErrorKind::Loop);
    assert_eq!(with_instr(1, Instr::Length { to: 0, collection: CART }).kind, ErrorKind::Loop);
    assert_eq!(with_instr(1, Instr::Jump { target: 2 }).kind, ErrorKind::Loop);
    let not_zero = refused(|bundle| {
        bundle.units[0].code.constants[0] = Constant::Scalar(Scalar::Int(-1));
    });
    assert_eq!(not_zero.kind, ErrorKind::Loop);

    // The elements overwrite the index.
    let error = refused(|bundle| {
        bundle.schema.types[4] = Type::Int { signed: true };
        bundle.schema.types.push(Type::Enum(0));
        bundle.schema.tiers = None;
        bundle.units.remove(2);
        bundle.manifest.order.remove(2);
        bundle.schema.records[4].fields[0].ty = 4;
        let code = &mut bundle.units[0].code.codes[0];
        code.temporaries = vec![SlotType::Int, SlotType::Money];
        code.instrs = vec![
            Instr::Constant { to: 0, constant: 0 },
            Instr::Loop { list: CART, index: 0, element: 0, exit: 3 },
            Instr::Repeat { head: 1 },
            Instr::End,
        ];
        code.sites.clear();
    });
    assert_eq!(error.kind, ErrorKind::Loop, "{error}");
}

#[test]
fn a_code_ends() {
    for last in [Instr::Jump { target: 8 }, Instr::Copy { to: 4, from: 4 }, Instr::Risk { site: 0 }] {
        let error = with_instr(7, last);
        assert_eq!((error.kind, error.code()), (ErrorKind::Instruction, "B0130"), "{last:?}");
    }
    assert_eq!(code_refused(|code| code.instrs.clear()).kind, ErrorKind::Instruction);
    assert_eq!(code_refused(|code| *code = Code::default()).kind, ErrorKind::Instruction);
}

#[test]
fn rules_have_effects_and_conditions_have_answers() {
    assert_eq!(with_instr(6, Instr::Answer { from: 4 }).kind, ErrorKind::Instruction);
    let in_condition = [
        Instr::End,
        Instr::Param { to: 0, param: 0 },
        Instr::ParamMoney { to: 0, param: 1, like: AMOUNT },
        Instr::Fact { to: 1, fact: 0, arguments: NOTE },
    ];
    for instr in in_condition {
        let error = refused(|bundle| {
            let code = &mut bundle.condition_code.codes[0];
            code.temporaries = vec![SlotType::Money, SlotType::Bool, SlotType::Set(TEXT)];
            code.instrs = vec![instr, Instr::Answer { from: 1 }];
            if let Instr::Param { to, .. } = &mut code.instrs[0] {
                *to = 2;
            }
        });
        assert_eq!(error.kind, ErrorKind::Instruction, "{instr:?}: {error}");
    }
}

#[test]
fn effects_are_those_of_their_statements() {
    let effect =
        |error: BundleError| assert_eq!((error.kind, error.code()), (ErrorKind::Effect, "B0135"), "{error}");
    effect(with_instr(1, Instr::StepUp { site: 0 }));
    effect(with_instr(1, Instr::Risk { site: 0 }));
    effect(with_instr(1, Instr::Oblige { site: 0 }));
    effect(refused(|bundle| bundle.units[0].rules[0].statements[0].effect = Effect::Risk(1)));
    effect(code_refused(|code| code.sites[0].statement = 1));
    effect(code_refused(|code| code.sites[0].arguments.clear()));
    effect(refused(|bundle| bundle.units[0].rules[0].statements[0].message.push(Piece::Argument(1))));
    let shown = |argument| code_refused(|code| code.sites[0].arguments[0] = argument).kind;
    let argument = Argument { register: 1, ty: SlotType::Text, present: None };
    assert_eq!(shown(Argument { ty: SlotType::Int, ..argument }), ErrorKind::Register);
    assert_eq!(shown(Argument { register: 3, ty: SlotType::Set(TEXT), ..argument }), ErrorKind::Register);
    assert_eq!(shown(Argument { register: 5, ..argument }), ErrorKind::Register);
    assert_eq!(shown(Argument { present: Some(0), ..argument }), ErrorKind::Register);
    assert_eq!(shown(Argument { present: Some(BEYOND), ..argument }), ErrorKind::Register);
}

#[test]
fn constants_are_values() {
    let constants = [
        Scalar::Decimal(i128::MAX),
        Scalar::Money(lictor_bundle::currency::Currency(1), 0),
        Scalar::Money(lictor_bundle::currency::Currency::parse("XAU").unwrap(), 0),
        Scalar::Timestamp(i64::MAX),
        Scalar::Country(lictor_bundle::country::Country(0)),
        Scalar::Form(Form::Domain, "Example.com".to_owned()),
        Scalar::Form(Form::Ip, "::ffff:10.0.0.1".to_owned()),
        Scalar::Form(Form::Cidr, "10.0.0.1/8".to_owned()),
        Scalar::Form(Form::Url, "https://example.com".to_owned()),
        Scalar::Form(Form::Url, "x".repeat(5_000)),
        Scalar::Pattern(Arc::new(Pattern {
            source: "a".to_owned(),
            columns: vec![0; 256],
            width: 1,
            next: vec![0, 2],
            accepting: vec![1],
        })),
        Scalar::Enum(0, 2),
        Scalar::Enum(1, 0),
    ];
    let constants = constants.into_iter().map(Constant::Scalar).chain([
        Constant::Set(SlotType::Set(TEXT), vec![Scalar::Int(1)]),
        Constant::Set(SlotType::Text, vec![Scalar::Text("a".to_owned())]),
        Constant::Set(SlotType::Set(99), vec![Scalar::Int(1)]),
        Constant::Set(SlotType::Set(TEXT), vec![Scalar::Text("b".to_owned()), Scalar::Text("a".to_owned())]),
        Constant::Set(SlotType::Set(TEXT), vec![Scalar::Text("a".to_owned()), Scalar::Text("a".to_owned())]),
    ]);
    for constant in constants {
        let error = refused(|bundle| bundle.units[0].code.constants.push(constant.clone()));
        assert_eq!((error.kind, error.code()), (ErrorKind::Constant, "B0123"), "{constant:?}: {error}");
    }
}

#[test]
fn the_steps_are_counted_and_limited() {
    let steps = verify(&bundle()).unwrap();
    // A parameter that the base, tiers and users may set, observed or not, is asked of 4 layers, the second one also of a category.
    // cart_is_listed: 1 + 4 and 1, then for the loop over 20 items 21 turns of 1 + 2 slots, 20 of a search among 2 texts of 3 bytes
    // (2 comparisons of 1 + 1, and 1), of a jump and of the way back, then the end and a refusal with one value.
    let cart = 1 + 4 + 1 + 21 * 3 + 20 * (5 + 1 + 1) + 1 + 2;
    let amount = 1 + 5 + 1 + 1 + (1 + 2) + 1;
    let note = 1 + 1 + (1 + 1) + 1;
    assert_eq!(steps[0].enforced.base, cart + amount + note);
    // The text of the constant has 6 bytes.
    assert_eq!(steps[0].conditions, 1 + (1 + 1) + 1);
    assert_eq!((steps[0].enforced.categories, steps[0].enforced.user), (0, 0));
    // No layer sets the set, so it is not put together from several ones.
    assert_eq!(steps[0].sets, 0);
    assert_eq!(steps[0].enforced.agent, 1 + 3 + 1 + 1 + 1);

    // A loop over a parameter, which an agent's tier and a user may both add to.
    let mut over_param = bundle();
    over_param.schema.params[0].direction = Direction::Superset;
    let more =
        |text: &str| ParamSet { param: 0, value: ParamValue::Set(vec![Scalar::Text(text.to_owned())]) };
    over_param.units[2].sets.insert(0, more("c"));
    over_param.units[3].sets.insert(0, more("a text of more than 16 bytes"));
    let code = &mut over_param.units[0].code.codes[0];
    code.instrs[2] = Instr::Loop { list: 3, index: 0, element: 1, exit: 6 };
    code.instrs[3] = Instr::Compare { op: Comparison::Equal, kind: Kind::Text, to: 4, left: 1, right: NOTE };
    let cart = 1 + 4 + 1 + 5 * 2 + 4 * (3 + 1 + 1) + 1 + 2;
    let steps = verify(&over_param).unwrap()[0];
    assert_eq!(steps.enforced.base, cart + amount + note);
    // Four texts are sorted, 3 comparisons each, of at most 28 bytes.
    assert_eq!(steps.sets, 4 * 3 * (1 + 2));
    over_param.schema.params[0].direction = Direction::Subset;
    assert_eq!(verify(&over_param).unwrap()[0].sets, 4 * 2 * (1 + 2));

    let mut endless = nested(3);
    let Some(Type::List { max, .. }) = endless.schema.types.get_mut(13) else {
        panic!("type 13 is the cart's");
    };
    *max = u32::MAX;
    let error = verify(&endless).unwrap_err();
    assert_eq!((error.kind, error.code()), (ErrorKind::Steps, "B0136"));
}
