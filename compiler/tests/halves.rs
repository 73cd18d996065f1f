//! A large project is parsed and checked by halves, on two threads. Nothing that is said of it, and no byte of its code, shows that.

use std::fmt::Write as _;

use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};

const MODULES: usize = 8;
const RULES: usize = 60;

fn file(path: String, text: String) -> SourceFile {
    SourceFile { path, bytes: text.into_bytes() }
}

/// Modules of many rules; of each module, the rule of its own number reads a field named `first`.
fn project(first: &str) -> Project {
    let base = "module house.base\nlayer base\n\nreasons { NO \"no\" }\n\naction pay {\n  amount: Money\n  hour: Int\n  default allow\n}\n";
    let mut files = vec![file("base.lictor".to_owned(), base.to_owned())];
    for module in 0..MODULES {
        let mut text = format!("module house.m{module}\nlayer base\n");
        for rule in 0..RULES {
            let field = if rule == module { first } else { "hour" };
            let limit = module * RULES + rule;
            write!(
                text,
                "\nrule r{rule} on pay {{\n  deny when {field} > {limit} and amount > {limit} USD as NO\n}}\n"
            )
            .unwrap();
        }
        files.push(file(format!("m{module}.lictor"), text));
    }
    Project { name: "halves".to_owned(), files, ..Project::default() }
}

#[test]
fn every_mistake_is_told_in_its_place() {
    let compiled = compile(&project("hours"));
    let told: Vec<(u32, &str)> =
        compiled.diagnostics.iter().map(|found| (found.span().file.0, found.code)).collect();
    let expected: Vec<(u32, &str)> = (1..).zip([(); MODULES]).map(|(file, ())| (file, "E0207")).collect();
    assert_eq!(told, expected);
}

#[test]
fn every_rule_is_there_and_in_its_place() {
    let compiled = compile(&project("hour"));
    let bundle = compiled.bundle.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let rules = bundle.units.iter().flat_map(|unit| &unit.rules);
    let found: Vec<(String, String, u32)> =
        rules.map(|rule| (rule.key.module.clone(), rule.name.clone(), rule.source.1)).collect();
    let of_module = |module| (0..RULES).map(move |rule| (module, rule));
    let expected: Vec<(String, String, u32)> = (0..MODULES)
        .flat_map(of_module)
        .map(|(module, rule)| (format!("house.m{module}"), format!("r{rule}"), 4 + 4 * rule as u32))
        .collect();
    assert_eq!(found, expected);
    let again = compile(&project("hour"));
    assert_eq!(again.bundle, Some(bundle));
    assert_eq!(again.diagnostics, compiled.diagnostics);
}
