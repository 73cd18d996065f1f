//! What two places of a configuration say against each other is told with both, whichever files they stand in.

mod support;

use support::compiled;

const BASE: &str = r#"
module acme.base
layer base
tiers { low, high }
roles { boss "Whoever runs it" }
escalate to boss
reasons { ODD "It is odd" }
category bulk when amount > 10
param most: Int = 10
  range 0 to 100
  stricter when lower
  loosen by category
param sure: Bool = true fixed
param dear: Money = 10 USD
  range 0 USD to 20 USD
  stricter when lower
action buy {
  amount: Int
  price: Money
  default allow
}
rule asks on buy {
  step_up when amount > most as ODD
  deny when sure and price > dear as ODD
}
"#;

/// The codes of what a module beside the base raises, each with the modules of its places: `E0406 1 0`.
fn told(modules: &[&str]) -> Vec<String> {
    let all: Vec<&str> = [BASE].into_iter().chain(modules.iter().copied()).collect();
    let errors = compiled(&all).diagnostics.into_iter().filter(|told| told.is_error());
    errors
        .map(|error| {
            let places: Vec<String> =
                error.labels.iter().map(|label| label.span.file.0.to_string()).collect();
            format!("{} {}", error.code, places.join(" "))
        })
        .collect()
}

fn in_layer(layer: &str, text: &str) -> String {
    format!("module acme.other\nlayer {layer}\n{text}\n")
}

#[test]
fn a_value_and_the_parameter_that_it_does_not_fit() {
    let set = |layer: &str, set: &str| told(&[&in_layer(layer, set)]);
    assert_eq!(set("category bulk", "set most = 101"), ["E0406 1 0"]);
    assert_eq!(set("category bulk", "set most = \"a lot\""), ["E0404 1 0"]);
    assert_eq!(set("agent low", "set sure = false"), ["E0407 1 0"]);
    assert_eq!(set("agent low", "set dear = 5 EUR"), ["E0406 1 0"]);
}

#[test]
fn what_is_said_twice() {
    let one = in_layer("user \"u\"", "set most = 3\nset default buy = deny");
    let two = one.replace("acme.other", "acme.another");
    assert_eq!(told(&[&one, &two]), ["E0205 1 2", "E0205 1 2"]);
    assert_eq!(told(&[&in_layer("base", "reasons { ODD \"again\" }")]), ["E0205 1 0"]);
    assert_eq!(told(&["module acme.base\nlayer base\n"]), ["E0202 1 0"]);
}

#[test]
fn what_stands_in_the_wrong_layer() {
    assert_eq!(told(&[&in_layer("agent low", "enum Colour { red }")]), ["E0214 1 1"]);
    assert_eq!(told(&[&in_layer("agent medium", "set most = 3")]), ["E0212 1 0"]);
    let relief = "except mine to asks when true expires 2027-01-01 granted_by \"g\" because \"b\"";
    assert_eq!(told(&[&in_layer("agent low", relief)]), ["E0453 1 0"]);
    assert_eq!(told(&["module acme.other\nlayer base\nlayer agent low\n"]), ["E0204 1 1"]);
}

#[test]
fn a_promise_and_what_breaks_it() {
    assert_eq!(told(&[&in_layer("base", "promise buy is never refused")])[0], "E0440 1 0");
}
