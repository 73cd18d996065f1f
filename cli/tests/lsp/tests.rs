//! Tests of a policy, run from an editor.

use crate::common::client::{Client, changed, of};
use crate::{POLICY, editor};
use serde_json::{Value, json};

#[test]
fn tests_are_run_where_they_stand() {
    let rest = "\nreasons { MUCH }\n\naction a.b {\n  n: Int\n  default allow\n}\n\nrule r on a.b {\n  deny when n > most as MUCH\n}\n\n\
        example one = a.b { n: 1 }\n\ntest \"few\" {\n  given one\n  expect allow\n}\n\ntest \"many\" {\n  given one with n: 9\n  expect allow\n}\n";
    let text = format!("{POLICY}{rest}");
    let (mut client, _) = Client::initialized(&[], editor());
    client.open("untitled:one", &text);
    assert_eq!(client.diagnostics("untitled:one", 1)["diagnostics"], json!([]));
    let lenses = client.ask("textDocument/codeLens", of("untitled:one"))["result"].clone();
    let commands: Vec<&Value> = lenses.as_array().unwrap().iter().map(|lens| &lens["command"]).collect();
    let run = commands.into_iter().filter(|command| command["command"] == "lictor.runTests");
    let (rules, commands): (Vec<&Value>, Vec<&Value>) =
        run.partition(|command| command["arguments"][0].get("rule").is_some());
    assert_eq!(rules[0]["title"], "Run the tests that reach this rule", "nobody has counted them yet");
    let tests: Vec<&Value> = commands.iter().map(|command| &command["arguments"][0]["test"]).collect();
    assert_eq!(tests, [&Value::Null, &json!("few"), &json!("many")]);

    let run = |client: &mut Client, command: &Value| {
        let params = json!({ "command": command["command"], "arguments": command["arguments"] });
        client.ask("workspace/executeCommand", params)
    };
    let result = run(&mut client, commands[1])["result"].clone();
    assert_eq!((&result["run"], &result["passed"]), (&json!(1), &json!(1)), "{result}");
    let result = run(&mut client, commands[0])["result"].clone();
    assert_eq!((&result["run"], &result["passed"]), (&json!(2), &json!(1)), "{result}");
    let failed = &result["tests"][1];
    assert_eq!((&failed["expected"], &failed["actual"]), (&json!("allow"), &json!("deny MUCH")));
    let told = loop {
        let published = client.diagnostics("untitled:one", 1)["diagnostics"].clone();
        if published != json!([]) {
            break published;
        }
        client.published.clear();
    };
    assert_eq!(told[0]["range"], failed["place"]["range"], "{told}");
    assert_eq!(told[0]["source"], "lictor test");

    // An edit makes that old; a mistake makes it impossible.
    client.tell("textDocument/didChange", changed("untitled:one", 2, [0, 0], [0, 0], "// here\n"));
    assert_eq!(client.diagnostics("untitled:one", 2)["diagnostics"], json!([]));
    client.tell("textDocument/didChange", changed("untitled:one", 3, [0, 0], [0, 0], "modul\n"));
    assert_eq!(run(&mut client, commands[0])["error"]["code"], -32803);
}
