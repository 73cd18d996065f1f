//! What names in expressions stand for, as a session tells an editor.

use lictor_compiler::meaning::What;
use lictor_compiler::project::{Project, SourceFile};
use lictor_compiler::session::{Analysis, Session};

const POLICY: &str = r#"module shop
layer base

reasons { NO "no" }

enum Speed { slow, fast }
record Seller { id: String, speed: Speed, rating: Int? }
action pay {
  amount: Money
  seller: Seller
  default allow
}

fact known(id: String) -> Bool
param limit: Money = 5 USD stricter when lower
category quick when seller.speed == fast
fn near(a: Money) -> Bool = a > 4 USD

rule r on pay {
  let rated = seller.rating otherwise 0
  require amount <= limit else NO
  deny when near(amount) and not known(seller.id) and rated > 3 as NO
}
"#;

fn session(text: &str) -> Session {
    let file = SourceFile { path: "shop.lictor".to_owned(), bytes: text.as_bytes().to_vec() };
    Session::new(Project { name: "shop".to_owned(), files: vec![file], ..Project::default() })
}

/// Each name with what it stands for, in the order of the text.
fn told(analysis: &Analysis, text: &str) -> Vec<String> {
    let schema = &analysis.program.as_ref().unwrap().schema;
    let mut found: Vec<(usize, String)> = analysis
        .all_meanings()
        .map(|meaning| {
            let range = analysis.place(meaning.span).unwrap().range;
            let what = match &meaning.what {
                What::Local(id) => format!("local {}", id.0),
                What::Binding(id) => format!("binds {}", id.0),
                What::Root => "part of the request".to_owned(),
                What::Field(record, field) => {
                    let record = &schema.records[usize::from(*record)];
                    format!("{}.{}", record.name, record.fields[usize::from(*field)].name)
                }
                What::Param(id) => format!("param {}", schema.params[usize::from(*id)].name),
                What::Value(id, value) => {
                    let words = &schema.enums[usize::from(*id)];
                    format!("{}.{}", words.name, words.values[usize::from(*value)])
                }
                What::Function => "fn".to_owned(),
                What::Fact(id) => format!("fact {}", schema.facts[usize::from(*id)].name),
                What::BuiltIn => "built in".to_owned(),
            };
            (range.start, format!("{}: {what}", &text[range]))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, line)| line).collect()
}

#[test]
fn every_name_in_an_expression_is_told() {
    let mut session = session(POLICY);
    let found = told(&session.check(), POLICY);
    assert_eq!(
        found,
        [
            "seller: part of the request",
            "speed: Seller.speed",
            "fast: Speed.fast",
            "a: binds 0",
            "a: local 0",
            "rated: binds 0",
            "seller: part of the request",
            "rating: Seller.rating",
            "amount: part of the request",
            "limit: param limit",
            "near: fn",
            "amount: part of the request",
            "known: fact known",
            "seller: part of the request",
            "id: Seller.id",
            "rated: local 0",
        ]
    );
}

#[test]
fn what_could_be_read_of_a_broken_policy_is_told_and_what_moves_is_told_where_it_is() {
    let mut session = session(POLICY);
    let before = told(&session.check(), POLICY);
    let text = POLICY
        .replace("enum Speed", "// A comment that moves what follows.\n\nenum Speed")
        .replace("rated > 3", "rated > nothing");
    session.set("shop.lictor", Some(text.as_bytes()));
    let analysis = session.check();
    assert!(analysis.diagnostics.iter().any(|diagnostic| diagnostic.code == "E0207"));
    assert_eq!(told(&analysis, &text), before);
}

#[test]
fn words_in_questions_about_the_past_are_told_wherever_one_stands() {
    let question = "times(allowed pay per agent.id over 1h where seller.speed == fast and near(amount))";
    let rule = |name: &str| {
        format!("\nrule {name} on pay {{\n  let many = {question}\n  deny when many > 3 as NO\n}}\n")
    };
    let text = format!("{POLICY}{}{}", rule("often"), rule("too_often"));
    let mut session = session(&text);
    let analysis = session.check();
    assert!(analysis.is_sound());
    let found = told(&analysis, &text);
    let of_policy = told(&self::session(POLICY).check(), POLICY).len();
    // The parts of the past action are not told, for it may be of several actions; the key is a part of the request.
    let each = [
        "many: binds 0",
        "agent: part of the request",
        "speed: Seller.speed",
        "fast: Speed.fast",
        "near: fn",
        "many: local 0",
    ];
    let mut told: Vec<&str> = found[of_policy..].iter().map(String::as_str).collect();
    told.retain(|line| !line.starts_with("id: "));
    assert_eq!(told, [each, each].concat());
}
