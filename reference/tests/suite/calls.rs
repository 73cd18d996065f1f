//! Calls of tools: both evaluators make the same of them.

use super::pair;

const POLICY: &str = r##"module base
layer base
reasons { ODD "It is odd" }
enum Channel { chat, mail }
record Shop { id: String max 20, name: String max 20?, size: Int? }
action mail.send { to: List<Email, max 3>, body: String max 20?, channel: Channel, shop: Shop? default allow }
action pay { amount: Money, tip: signed Money?, share: Decimal? default allow }
normalize "m/send" as mail.send when input.mode == "new" and input.body.starts_with("x") {
  to = input.to as List<Email, max 3>
  body? = input.body as String max 20
  channel = chat
  ignore mode, meta.trace, meta.deep.er
}
normalize "m/send" as mail.send when input.shop.size > 3 {
  to = input.to as List<Email, max 2>
  channel = input.channel as Channel
  shop = { id: input.shop.id as String max 20, name: input.shop.name as String max 20, size: input.shop.size as Int }
  ignore mode, body
}
normalize "m/send" as mail.send {
  to = input.to as List<Email, max 3>
  channel = mail
  shop? = input.shop as Shop
  ignore mode, body
}
normalize "m/pay" as pay {
  amount = money(input.sum, "EUR", input.pieces)
  tip? = money_minor(input.tip.cents, "EUR", input.pieces)
}
normalize "pay" as pay {
  amount = money(input.sum, input.currency)
  tip? = money_minor(input.tip.cents, input.tip.currency)
  share? = input.share as Decimal
}
action push { repository: String max 12, change: String max 12?, shop: Shop? default allow }
normalize "push" as push when input.owner != "q" {
  repository = "{input.owner}/{input.repo}"
  change? = "{input.kind}#{input.number}!"
  shop = { id: "{input.owner}", name: "<{input.repo}>" }
}
action invite { to: List<Email, min 2, max 3>, all: Set<String max 5>?, text: Digest?, count: Int? default allow }
normalize "invite" as invite when input.kind is absent or input.kind == "x" {
  to = [input.to as Email, input.cc as List<Email, min 0, max 2>, input.guests.each.mail as Email]
  all? = [input.all.each as String max 5, input.one as String max 5]
  text? = digest(input.text)
  count? = size(input.files)
  ignore kind, "x-y", guests.each.name, guests.each.meta.trace, rest.each.a
}
normalize "invite" as mail.send when input.kind is present and input.kind == "y" {
  to = [input.to as List<Email, max 3>]
  channel = chat
  ignore kind
}
rule invited on invite { deny when size(to) == 3 or (count otherwise 0) == 2 as ODD }
enum Act {
  looks, inspects, writes, fetches, downloads, pushes, several, runs, provisions, deletes, terminates, sends, reads_secret, privileges,
  opaque, destroys, hides, tampers
}
action files.remove { path: String max 12, all: Bool, count: Int default allow }
action files.fetch { url: Url, path: String? default allow }
action run { line: String max 40, act: Act, programs: List<String max 9, min 0, max 3>? default allow }
normalize "sh" as files.remove when shell(input.line).act == deletes and shell(input.line).path is present {
  path = shell(input.line).path
  all = shell(input.line).recursive
  count = shell(input.line).count
}
normalize "sh" as files.fetch when (shell(input.line).act == fetches or shell(input.line).act == downloads) and input.line != "x" {
  url = shell(input.line).url as Url
  path? = shell(input.line).path
}
normalize "sh" as run when shell(input.line).programs is not empty and shell(input.line).reason is absent and shell(input.line).act not in [deletes, fetches, downloads] {
  line = input.line as String max 40
  act = shell(input.line).act
  programs? = shell(input.line).programs
}
normalize "sh" as run {
  line = shell(input.line).line
  act = shell(input.line).act as Act
}
normalize "sh" as files.remove when input.gone.there is absent and input.mode is present and input.mode == "rm" {
  path = "{input.mode}"
  all = false
  count = 1
  ignore gone
}
normalize "words" as run when shell_words(input.line).act == looks {
  line = shell_words(input.line).line
  act = looks
}
normalize "words" as run {
  line = "{input.say}"
  act = shell_words(input.line).act
}
rule told on pay { deny when amount > 10 USD as ODD "{amount}" }
rule short on mail.send { deny when size(to) > 1 and channel == chat as ODD }
rule pushed on push { deny when repository == "a/b" or (change otherwise "") == "x#1!" as ODD "{repository}" }
rule named on mail.send { deny when (shop.name otherwise "x") == "y" as ODD "{channel}" }
"##;

const INPUTS: &[&str] = &[
    r#"{"sum":"2.50","pieces":3}"#,
    r#"{"sum":"2.50","pieces":0,"tip":{"cents":-5}}"#,
    r#"{"sum":"2.50","pieces":-1}"#,
    r#"{"sum":"2.50","pieces":1.0}"#,
    r#"{"sum":"2.50","pieces":"3"}"#,
    r#"{"sum":"2.50"}"#,
    r#"{"sum":"2.50","pieces":null}"#,
    r#"{"sum":"92233720368547758.07","pieces":1}"#,
    r#"{"sum":"92233720368547758.07","pieces":2}"#,
    r#"{"to":"a@example.com","cc":["b@example.com"]}"#,
    r#"{"to":"a@example.com","cc":["b@example.com","b@example.com"]}"#,
    r#"{"to":"a@example.com","cc":["b@example.com","b@example.com","b@example.com"]}"#,
    r#"{"to":"a@example.com"}"#,
    r#"{"to":"a@example.com","cc":"b@example.com"}"#,
    r#"{"to":"a@example.com","guests":[{"mail":"b@example.com","name":3}],"x-y":{}}"#,
    r#"{"to":"a@example.com","guests":[{"mail":"b@example.com"},{"mail":"c@example.com"}]}"#,
    r#"{"to":"a@example.com","guests":[{"mail":"b@example.com"},{}]}"#,
    r#"{"to":"a@example.com","guests":[{"mail":"b@example.com"},{"mail":7}]}"#,
    r#"{"to":"a@example.com","guests":[{"mail":"b@example.com"},7]}"#,
    r#"{"to":"a@example.com","guests":[{"mail":"b@example.com","role":1}]}"#,
    r#"{"to":"a@example.com","guests":[{"mail":"b@example.com","meta":{"trace":1}}]}"#,
    r#"{"to":"a@example.com","guests":[{"mail":"b@example.com","meta":{"more":1}}]}"#,
    r#"{"to":"a@example.com","guests":{"mail":"b@example.com"}}"#,
    r#"{"to":"a@example.com","guests":{"[]":[]}}"#,
    r#"{"to":"a@example.com","guests":{}}"#,
    r#"{"to":"a@example.com","guests":[]}"#,
    r#"{"to":"a@example.com","guests":null,"cc":["b@example.com"]}"#,
    r#"{"to":"a@example.com","guests":3,"cc":["b@example.com"]}"#,
    r#"{"to":"a@example.com","guests":[{"mail":"b@example.com"},{"mail":"b@example.com"},{"mail":"b@example.com"}]}"#,
    r#"{"cc":["a@example.com","b@example.com"],"rest":[{"a":1},{}]}"#,
    r#"{"cc":["a@example.com","b@example.com"],"rest":[{"a":1},{"b":1}]}"#,
    r#"{"cc":["a@example.com","b@example.com"],"rest":[1]}"#,
    r#"{"cc":["a@example.com","b@example.com"],"rest":{}}"#,
    r#"{"cc":["a@example.com","b@example.com"],"all":["b","a"],"one":"c"}"#,
    r#"{"cc":["a@example.com","b@example.com"],"all":["b","a"],"one":"a"}"#,
    r#"{"cc":["a@example.com","b@example.com"],"all":["b","abcdef"]}"#,
    r#"{"cc":["a@example.com","b@example.com"],"all":[]}"#,
    r#"{"cc":["a@example.com","b@example.com"],"one":"x","text":"x","files":[{}]}"#,
    r#"{"cc":["a@example.com","b@example.com"],"text":7}"#,
    r#"{"cc":["a@example.com","b@example.com"],"text":"x","files":[1,2]}"#,
    r#"{"cc":["a@example.com","b@example.com"],"files":"x"}"#,
    r#"{"cc":["a@example.com","b@example.com"],"kind":"x"}"#,
    r#"{"cc":["a@example.com","b@example.com"],"kind":"z"}"#,
    r#"{"cc":["a@example.com","b@example.com"],"kind":null}"#,
    r#"{"to":["a@example.com"],"kind":"y"}"#,
    r#"{"to":["a@example.com"],"kind":3}"#,
    "{}",
    "[]",
    "null",
    "\"x\"",
    r#"{"to":["a@example.com"]}"#,
    r#"{"to":["a@example.com","b@example.com"],"mode":"new","body":"xy"}"#,
    r#"{"to":["a@example.com"],"mode":"new","body":"xy","meta":{"trace":1}}"#,
    r#"{"to":["a@example.com"],"mode":"new","body":"xy","meta":{"trace":1,"deep":{"er":1}}}"#,
    r#"{"to":["a@example.com"],"mode":"new","body":"xy","meta":{"trace":1,"deep":3}}"#,
    r#"{"to":["a@example.com"],"mode":"new","body":"xy","meta":{"trace":1,"more":3}}"#,
    r#"{"to":["a@example.com"],"mode":"new","body":"xy","meta":[]}"#,
    r#"{"to":["a@example.com"],"mode":"new","body":7}"#,
    r#"{"to":["a@example.com"],"mode":"new","body":null}"#,
    r#"{"to":["a@example.com"],"mode":"old","body":"xy"}"#,
    r#"{"to":["a"],"mode":"old"}"#,
    r#"{"to":[],"mode":"old"}"#,
    r#"{"to":null}"#,
    r#"{"to":["a@example.com"],"shop":{"id":"s","size":4},"channel":"mail"}"#,
    r#"{"to":["a@example.com"],"shop":{"id":"s","size":4,"name":"y"},"channel":"mail"}"#,
    r#"{"to":["a@example.com"],"shop":{"id":"s","size":4,"name":"y"},"channel":"post"}"#,
    r#"{"to":["a@example.com"],"shop":{"id":"s","size":4,"name":"y"}}"#,
    r#"{"to":["a@example.com"],"shop":{"id":"s","size":4,"more":1},"channel":"mail"}"#,
    r#"{"to":["a@example.com"],"shop":{"size":4},"channel":"mail"}"#,
    r#"{"to":["a@example.com"],"shop":{"id":"s","size":3}}"#,
    r#"{"to":["a@example.com"],"shop":{"id":"s","size":3,"name":"y"}}"#,
    r#"{"to":["a@example.com"],"shop":{"id":"s","size":3,"more":"y"}}"#,
    r#"{"to":["a@example.com"],"shop":"s"}"#,
    r#"{"to":["a@example.com"],"shop":{"id":"s","size":9},"channel":"mail","mode":"new","body":"xy"}"#,
    r#"{"to":["a@example.com"],"cc":[]}"#,
    r#"{"sum":"10.00","currency":"USD"}"#,
    r#"{"sum":10.01,"currency":"usd"}"#,
    r#"{"sum":"10.001","currency":"USD"}"#,
    r#"{"sum":"10","currency":"QQQ"}"#,
    r#"{"sum":"-10","currency":"USD"}"#,
    r#"{"sum":"10"}"#,
    r#"{"currency":"USD"}"#,
    r#"{"sum":true,"currency":"USD"}"#,
    r#"{"sum":"1","currency":"USD","tip":{"cents":-5,"currency":"USD"}}"#,
    r#"{"sum":"1","currency":"USD","tip":{"cents":5.5,"currency":"USD"}}"#,
    r#"{"sum":"1","currency":"USD","tip":{"cents":5}}"#,
    r#"{"sum":"1","currency":"USD","tip":{"currency":"USD"}}"#,
    r#"{"sum":"1","currency":"USD","tip":{}}"#,
    r#"{"sum":"1","currency":"USD","tip":null}"#,
    r#"{"sum":"1","currency":"USD","tip":4}"#,
    r#"{"sum":"1","currency":"USD","share":"0.5"}"#,
    r#"{"sum":"1","currency":"USD","share":[]}"#,
    r#"{"line":"ls"}"#,
    r#"{"mode":"rm"}"#,
    r#"{"mode":"rm","gone":{}}"#,
    r#"{"mode":"rm","gone":{"there":1}}"#,
    r#"{"mode":"rm","gone":{"there":"1"}}"#,
    r#"{"mode":"rm","gone":{"there":null}}"#,
    r#"{"mode":"rm","gone":3}"#,
    r#"{"mode":"cp"}"#,
    r#"{"line":"rm -rf build"}"#,
    r#"{"line":"rm -rf a b"}"#,
    r#"{"line":"rm a-rather-long-name"}"#,
    r#"{"line":"curl https://Example.com/../a"}"#,
    r#"{"line":"curl -o b https://example.com/a"}"#,
    r#"{"line":"curl https://192.0.2.1/a"}"#,
    r#"{"line":"x"}"#,
    r#"{"line":"$x"}"#,
    r#"{"line":"a; b; c; d"}"#,
    r#"{"line":"a-long-program"}"#,
    r#"{"line":"l\u0073 -la"}"#,
    r#"{"line":"echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#,
    r#"{"line":""}"#,
    r#"{"line":7}"#,
    r#"{"line":null}"#,
    r#"{"line":["ls"]}"#,
    r#"{"line":["ls","-la"],"say":"x"}"#,
    r#"{"line":["rm","-la"],"say":"x"}"#,
    r#"{"line":["bash","-lc","rm x"],"say":3}"#,
    r#"{"line":["ls",3],"say":"x"}"#,
    r#"{"line":[],"say":"x"}"#,
    r#"{"line":"ls","more":1}"#,
    r#"{"owner":"a","repo":"b"}"#,
    r#"{"owner":"a","repo":"bc"}"#,
    r#"{"owner":"q","repo":"bc"}"#,
    r#"{"owner":"a/b","repo":"c"}"#,
    r#"{"owner":"a","repo":"b/c"}"#,
    r#"{"owner":"a","repo":""}"#,
    r#"{"owner":"a","repo":"bcdefghijk"}"#,
    r#"{"owner":"a","repo":"bcdefghijkl"}"#,
    r#"{"owner":"a","repo":7}"#,
    r#"{"owner":"a","repo":7.5}"#,
    r#"{"owner":"a","repo":-0}"#,
    r#"{"owner":"a","repo":false}"#,
    r#"{"owner":"a"}"#,
    r#"{"repo":"a"}"#,
    r#"{"owner":"a","repo":"c","kind":"x","number":1}"#,
    r#"{"owner":"a","repo":"c","kind":"x","number":2}"#,
    r#"{"owner":"a","repo":"c","kind":"x#","number":2}"#,
    r#"{"owner":"a","repo":"c","kind":"!","number":"!"}"#,
    r#"{"owner":"a","repo":"c","kind":"x"}"#,
    r#"{"owner":"a","repo":"c","number":1}"#,
    r#"{"owner":"a","repo":"c","kind":"xxxxxxxx","number":11}"#,
    r#"{"owner":"a","repo":"c","kind":"xxxxxxxx","number":1}"#,
    r#"{"owner":"a","repo":"c","kind":{},"number":1}"#,
];

#[test]
fn a_call_becomes_the_same_action() {
    let files = [("base.lictor".to_owned(), POLICY.to_owned())];
    let mut pair = pair::compile(&files).unwrap_or_else(|told| panic!("{told}"));
    let mut allowed = 0;
    for tool in ["m/send", "pay", "m/pay", "push", "invite", "sh", "words"] {
        for input in INPUTS {
            let request = format!(
                r#"{{"tool":"{tool}","input":{input},"agent":{{"id":"a"}},"context":{{"now":"2026-03-01T10:00:00Z"}}}}"#
            );
            let code = pair.compare(&request).unwrap_or_else(|difference| panic!("{difference}\n{request}"));
            allowed += usize::from(code == "OK");
        }
    }
    assert!(allowed >= 10, "only {allowed}");
}
