//! Another name for a module, which puts its rules behind those of another one.

use crate::common::Dir;
use crate::common::client::{Client, of};
use serde_json::{Value, json};

const AMOUNTS: &str = "module shop.amounts\nlayer base\n\nreasons { MUCH \"Too much\" CLOSED \"Closed\" }\n\naction shop.pay {\n  amount: Int\n  default allow\n}\n\n\
    rule most on shop.pay at amount {\n  require amount <= 9 else MUCH\n}\n";
const HOURS: &str = "module shop.hours\nlayer base\n\nrule open on shop.pay at amount {\n  deny when amount == 0 as CLOSED\n}\n";
const SAID: &str = "at stage `amount` those of `shop.hours` come before those of `shop.totals` then. What is decided stays the same";

/// Renames the module of the amounts, for a client that can do this with changes of a workspace.
fn renamed(edits: Value) -> (Client, Value, Dir) {
    let dir = Dir::with(&[("amounts.lictor", AMOUNTS), ("hours.lictor", HOURS)]);
    let folder = format!("file://{}", dir.0.display());
    let abilities = json!({ "workspace": { "workspaceEdit": edits } });
    let (mut client, _) = Client::initialized(&[&folder], abilities);
    let uri = format!("{folder}/amounts.lictor");
    client.open(&uri, AMOUNTS);
    let mut params = of(&uri);
    params["position"] = json!({ "line": 0, "character": 14 });
    params["newName"] = json!("totals");
    let edit = client.ask("textDocument/rename", params)["result"].clone();
    (client, edit, dir)
}

#[test]
fn who_can_be_asked_is_asked() {
    let (_client, edit, _dir) = renamed(json!({ "documentChanges": true, "changeAnnotationSupport": {} }));
    let change = &edit["documentChanges"][0]["edits"][0];
    assert_eq!((&change["newText"], &change["annotationId"]), (&json!("totals"), &json!("order")), "{edit}");
    let annotation = &edit["changeAnnotations"]["order"];
    assert_eq!(annotation["needsConfirmation"], true, "{edit}");
    assert!(annotation["description"].as_str().unwrap().contains(SAID), "{edit}");
}

#[test]
fn everybody_else_is_told() {
    for abilities in [json!({}), json!({ "documentChanges": true })] {
        let (mut client, edit, _dir) = renamed(abilities);
        assert_eq!(edit["changeAnnotations"], Value::Null, "{edit}");
        let said = client.told("window/showMessage");
        let message = said["message"].as_str().unwrap();
        assert!(message.starts_with("`totals`: ") && message.contains(SAID), "{message}");
    }
}
