//! What tool calls are: each field of a normalizer, made hostile.

use lictor_bundle::instr::{Comparison, Instr, Kind, TEMPORARIES};
use lictor_bundle::marks::Marks;
use lictor_bundle::program::*;
use lictor_bundle::schema::*;
use lictor_bundle::tools::{
    Asked, CurrencySource, EACH, InputCondition, InputRead, Mapping, Normalizer, Part, Piece, Source,
};

use crate::Group;
use crate::builder::{TEXT, usd};

fn path(words: &str) -> Vec<String> {
    words.split('.').map(str::to_owned).collect()
}

/// The first normalizer, which has a condition; the second is of the same tool, for all other calls.
fn call(bundle: &mut Bundle) -> &mut Normalizer {
    &mut bundle.tools.normalizers[0]
}

pub const GROUPS: [Group; 1] = [Group {
    name: "a tool",
    prepare: tools,
    cases: &[
        ("no name", "B0120", |b| {
            b.tools.normalizers.truncate(1);
            call(b).tool.clear();
        }),
        ("a name that is too long", "B0124", |b| {
            b.tools.normalizers.truncate(1);
            call(b).tool = "x".repeat(201);
        }),
        ("tools out of order", "B0124", |b| b.tools.normalizers.swap(0, 1)),
        ("two that say what all calls are", "B0124", |b| {
            let again = b.tools.normalizers[1].clone();
            b.tools.normalizers.push(again);
        }),
        ("no such action", "B0124", |b| call(b).action = 1),
        ("a field that is not there", "B0124", |b| call(b).mappings[2].target = vec![3]),
        ("no field at all", "B0124", |b| call(b).mappings[0].target.clear()),
        ("a field twice", "B0124", |b| {
            let again = call(b).mappings[0].clone();
            call(b).mappings.insert(0, again);
        }),
        ("the inside of what is no record", "B0124", |b| call(b).mappings[2].target = vec![2, 0]),
        ("fields out of order", "B0124", |b| call(b).mappings.swap(0, 1)),
        ("a field that nothing gives", "B0124", |b| drop(call(b).mappings.remove(0))),
        ("a field that must be there and may be missing", "B0124", |b| call(b).mappings[0].optional = true),
        ("a value of another type", "B0124", |b| call(b).mappings[2].source = Source::Input(path("note"), 1)),
        ("a type that is not there", "B0124", |b| {
            call(b).mappings[2].source = Source::Input(path("note"), 999)
        }),
        ("a list of more than there is room for", "B0124", |b| {
            b.schema.types.push(Type::List { element: 12, min: 1, max: 21 });
            let longer = b.schema.types.len() as u16 - 1;
            call(b).mappings[1].source = Source::Input(path("cart"), longer);
        }),
        ("a constant of another type", "B0124", |b| {
            call(b).mappings[2].source = Source::Constant(Scalar::Int(1))
        }),
        ("a constant that is too long", "B0124", |b| {
            call(b).mappings[2].source = Source::Constant(Scalar::Text("x".repeat(65)));
        }),
        ("an amount for a text", "B0124", |b| call(b).mappings[2].source = amount(usd())),
        ("an amount of no currency", "B0124", |b| {
            call(b).mappings[0].source = amount(lictor_bundle::currency::Currency(1));
        }),
        ("a reader that nobody knows", "B0124", |b| ask(b, "fish", "line", TEXT)),
        ("what a reader does not say", "B0124", |b| ask(b, "shell", "pth", TEXT)),
        ("what a reader says, as another type", "B0124", |b| ask(b, "shell", "elevated", TEXT)),
        ("words of a reader as another enumeration", "B0124", |b| {
            b.schema.enums.push(Enum { name: "z act".to_owned(), values: vec!["looks".to_owned()] });
            b.schema.types.push(Type::Enum(b.schema.enums.len() as u16 - 1));
            let ty = b.schema.types.len() as u16 - 1;
            b.schema.records[6].fields[0].ty = ty;
            when(b).reads[0] = InputRead::Asked(asked("shell", "act"));
        }),
        ("so many readers that it takes too long", "B0136", |b| {
            let first = InputRead::Asked(asked("shell", "line"));
            let mappings = &mut call(b).mappings;
            let InputRead::Asked(one) = first else { unreachable!() };
            mappings[2].source = Source::Asked(one, TEXT);
            for number in 0..4u16 {
                let mut more = call(b).clone();
                let of = path(&format!("m{number}"));
                more.mappings[2].source = Source::Asked(Asked { of, ..asked("shell", "line") }, TEXT);
                more.ignored = vec![path("note"), path("trace")];
                b.tools.normalizers.insert(0, more);
            }
        }),
        ("a text that is put together of nothing", "B0124", |b| fill(b, vec![])),
        ("a text that no member is in", "B0124", |b| fill(b, vec![between("/")])),
        ("members of which nobody can tell where one ends", "B0124", |b| {
            fill(b, vec![member("note"), member("by")]);
        }),
        ("texts beside each other", "B0124", |b| fill(b, vec![member("note"), between("/"), between("/")])),
        ("a text that is put together with an empty one", "B0124", |b| {
            fill(b, vec![member("note"), between(""), member("by")]);
        }),
        ("a text that has no room", "B0124", |b| fill(b, vec![member("note"), between(&"x".repeat(64))])),
        ("a list that is put together of nothing", "B0124", |b| items(b, vec![])),
        ("a list that is put together of something else", "B0124", |b| {
            items(b, vec![Part::One(path("cart"), TEXT)]);
        }),
        ("a list that is put together of what is no list", "B0124", |b| {
            items(b, vec![Part::All(path("cart"), TEXT)]);
        }),
        ("a list that is put together where a text stands", "B0124", |b| {
            call(b).mappings[2].source = Source::List(vec![Part::One(path("note"), TEXT)]);
        }),
        ("how many where a text stands", "B0124", |b| {
            call(b).mappings[2].source = Source::Size(path("note"))
        }),
        ("a digest where a text stands", "B0124", |b| {
            call(b).mappings[2].source = Source::Digest(path("note"))
        }),
        ("each element where a value stands", "B0124", |b| {
            call(b).mappings[1].source = Source::Input(each("cart", "x"), 13);
        }),
        ("each element of the input", "B0124", |b| call(b).ignored[0] = vec![EACH.to_owned()]),
        ("each element of each element", "B0124", |b| {
            call(b).ignored[0] = [each("lists", "x"), each("y", "z")].concat();
        }),
        ("a condition that reads each element", "B0124", |b| {
            when(b).reads[0] = InputRead::Member(each("note", "x"))
        }),
        ("a text for what is none", "B0124", |b| {
            call(b).mappings[0].source = Source::Text(vec![member("note")]);
        }),
        ("a field that the host vouches for", "B0124", |b| {
            b.schema.records[5].fields[6].marks.attested = true;
        }),
        ("what is left aside, out of order", "B0124", |b| call(b).ignored = vec![path("b"), path("a")]),
        ("what is left aside and read", "B0124", |b| call(b).ignored[0] = path("note")),
        ("a member inside another one", "B0124", |b| call(b).ignored[0] = path("note.inner")),
        ("a member without a name", "B0124", |b| call(b).ignored[0].clear()),
        ("a member deeper than requests go", "B0124", |b| call(b).ignored[0] = vec!["x".to_owned(); 33]),
        ("a condition over no record", "B0124", |b| when(b).record = 99),
        ("a condition that reads what may be absent as if it were there", "B0131", |b| {
            b.schema.records[6].fields[0].ty = 3;
        }),
        ("a condition that reads less", "B0124", |b| when(b).reads.clear()),
        ("a condition that reads what nobody reads", "B0124", |b| {
            when(b).reads[0] = InputRead::Member(path("other"))
        }),
        ("a condition without its code", "B0124", |b| when(b).code = 60_000),
        ("a condition that reads past its record", "B0131", |b| {
            b.condition_code.codes[1].instrs[1] = Instr::Compare {
                op: Comparison::Equal,
                kind: Kind::Text,
                to: 1,
                left: TEMPORARIES + 1,
                right: 0,
            };
        }),
        ("a condition that refuses", "B0130", |b| {
            b.condition_code.codes[1].sites.push(Site { statement: 0, arguments: vec![] });
            b.condition_code.codes[1].instrs[2] = Instr::Deny { site: 0 };
        }),
        ("unknown calls as an action for something else", "B0124", |b| b.tools.unclassified = Some(0)),
        ("unknown calls as no action", "B0124", |b| b.tools.unclassified = Some(1)),
    ],
}];

fn when(bundle: &mut Bundle) -> &mut InputCondition {
    call(bundle).when.as_mut().unwrap()
}

fn asked(reader: &str, field: &str) -> Asked {
    Asked { reader: reader.to_owned(), of: path("note"), field: field.to_owned() }
}

fn ask(bundle: &mut Bundle, reader: &str, field: &str, ty: TypeId) {
    call(bundle).mappings[2].source = Source::Asked(asked(reader, field), ty);
}

fn fill(bundle: &mut Bundle, pieces: Vec<Piece>) {
    call(bundle).mappings[2].source = Source::Text(pieces);
}

fn between(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

fn member(name: &str) -> Piece {
    Piece::Input(path(name))
}

fn items(bundle: &mut Bundle, parts: Vec<Part>) {
    call(bundle).mappings[1].source = Source::List(parts);
}

/// A member of each element of a list.
fn each(list: &str, member: &str) -> Vec<String> {
    vec![list.to_owned(), EACH.to_owned(), member.to_owned()]
}

fn amount(currency: lictor_bundle::currency::Currency) -> Source {
    Source::Money {
        amount: path("amount"),
        minor: true,
        currency: CurrencySource::Constant(currency),
        times: None,
    }
}

fn tools(bundle: &mut Bundle) {
    let field = Field { name: "note".to_owned(), ty: TEXT, marks: Marks::NONE };
    bundle.schema.records.push(Record { name: "Input".to_owned(), fields: vec![field] });
    bundle.condition_code.codes.push(Code {
        temporaries: vec![SlotType::Text, SlotType::Bool],
        instrs: vec![
            Instr::Constant { to: 0, constant: 0 },
            Instr::Compare { op: Comparison::Equal, kind: Kind::Text, to: 1, left: TEMPORARIES, right: 0 },
            Instr::Answer { from: 1 },
        ],
        sites: vec![],
    });
    let mapping = |target: u16, source, optional| Mapping { target: vec![target], source, optional };
    let all = Normalizer {
        tool: "shop/pay".to_owned(),
        action: 0,
        when: None,
        mappings: vec![
            mapping(0, amount(usd()), false),
            mapping(1, Source::Input(path("cart"), 13), false),
            mapping(2, Source::Input(path("note"), TEXT), true),
        ],
        ignored: vec![path("trace")],
    };
    let condition = InputCondition { reads: vec![InputRead::Member(path("note"))], record: 6, code: 1 };
    bundle.tools.normalizers = vec![Normalizer { when: Some(condition), ..all.clone() }, all];
}
