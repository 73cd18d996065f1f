//! Texts with a form, from JSON to the decision: one thing has one form, however it is written.

mod support;

use lictor_bundle::form::{Form, Part};
use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};
use serde_json::{Value, json};
use support::{decide_at, engine, outcome};

const POLICY: &str = r#"
module desk
layer base
reasons { ODD "It is odd" OTHER "It is something else" }
fact trusted(site: Domain) -> Bool?
param sites: Set<Domain> = ["example.com", "Bücher.example"] stricter when subset
param nets: Set<Cidr> = ["10.0.0.0/8", "2001:db8::/33"] stricter when subset
action pay {
  ip: Ip?
  net: Cidr?
  site: Domain?
  page: Url?
  mail: Email?
  hash: Digest?
  note: String?
  sites_seen: Set<Domain>?
  default allow
}
rule shown on pay {
  deny when ip is present and ip not in nets as ODD "{ip}"
  deny when net is present and net not in nets as ODD "{net}"
  deny when site is present and site not in sites as ODD "{site}"
  deny when page is present and page.host not in sites as ODD "{page} {page.scheme} {page.host} {page.path}"
  deny when mail.domain otherwise "example.com" not in sites as ODD "{mail} {mail.local} {mail.domain}"
  deny when hash is present as ODD "{hash}"
  deny when note is present and not note.lower_ascii().matches(r"[a-zü]+(-[0-9]{2,3})?") as ODD "{note}"
}
rule asks on pay {
  when site is present {
    require trusted(site) otherwise false else OTHER
  }
}
"#;

fn asked(params: Value) -> Value {
    decide_at(&engine(&[POLICY]), "2026-03-01T10:00:00Z", params)
}

#[test]
fn messages_show_the_one_form() {
    let engine = engine(&[POLICY]);
    let digest = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";
    for (params, shown) in [
        (json!({ "ip": "::ffff:192.0.2.1" }), "192.0.2.1"),
        (json!({ "ip": "2001:DB8:8000:0::" }), "2001:db8:8000::"),
        (json!({ "net": "0::/0" }), "::/0"),
        (json!({ "site": "ÖBB.Example." }), "xn--bb-eka.example"),
        (
            json!({ "page": "HTTPS://Evil.Example:443/a/../%7e?q#f" }),
            "https://evil.example/~?q#f https evil.example /~",
        ),
        (json!({ "mail": "Ann@Evil.Example" }), "Ann@evil.example Ann evil.example"),
        (json!({ "hash": format!("sha256:{digest}") }), &format!("sha256:{}", digest.to_lowercase())),
        (json!({ "note": "AB-1" }), "AB-1"),
    ] {
        let decision = decide_at(&engine, "2026-03-01T10:00:00Z", params.clone());
        assert_eq!(
            (outcome(&decision).as_str(), decision["reason"].as_str()),
            ("deny ODD", Some(shown)),
            "{params}"
        );
    }
}

#[test]
fn what_lies_within_passes() {
    for params in [
        json!({ "ip": "10.255.255.255" }),
        json!({ "ip": "::ffff:10.0.0.0" }),
        json!({ "ip": "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff" }),
        json!({ "net": "10.9.0.0/16" }),
        json!({ "page": "https://a.b.EXAMPLE.com/" }),
        json!({ "page": "https://xn--bcher-kva.example/" }),
        json!({ "mail": "a@shop.bücher.example" }),
        json!({ "note": "BÜ" }),
        json!({ "note": "bü-123" }),
    ] {
        let decision = asked(params.clone());
        // Capital letters outside ASCII are left as they are, and the pattern has small ones only.
        let expected = if params == json!({ "note": "BÜ" }) { "deny ODD" } else { "allow OK" };
        assert_eq!(outcome(&decision), expected, "{params}");
    }
}

#[test]
fn another_way_of_writing_is_the_same_request_and_the_same_fact() {
    let engine = engine(&[POLICY]);
    let ask = |site: &str, fact: &str| {
        let request = json!({
            "action": "pay", "agent": { "id": "a-1" }, "context": { "now": "2026-03-01T10:00:00Z" },
            "params": { "site": site },
            "facts": [{ "fact": "trusted", "args": { "site": fact }, "value": true }],
        });
        support::decide(&engine, &request)
    };
    let first = ask("bücher.example", "XN--BCHER-KVA.Example.");
    let second = ask("XN--bcher-KVA.example", "Bücher。example");
    assert_eq!(outcome(&first), "allow OK");
    assert_eq!(first["request_digest"], second["request_digest"]);
    assert_eq!(first["facts_digest"], second["facts_digest"]);
    assert_eq!(
        outcome(&ask("www.example.com", "example.com")),
        "deny FACT_UNAVAILABLE",
        "a key is no question of within"
    );
    let twice = asked(json!({ "sites_seen": ["example.com", "EXAMPLE.com."] }));
    assert_eq!(outcome(&twice), "deny STRUCTURE_INVALID", "a set has each element once");
}

#[test]
fn what_has_no_form_is_refused_with_its_path() {
    let huge = "a.".repeat(20_000);
    for (field, text) in [
        ("ip", "010.0.0.1"),
        ("ip", "fe80::1%eth0"),
        ("ip", "10.0.0.0/8"),
        ("ip", ""),
        ("net", "10.0.0.1/8"),
        ("net", "10.0.0.0"),
        ("site", "xn--a"),
        ("site", "10.0.0.1"),
        ("site", "a b"),
        ("site", huge.as_str()),
        ("page", "https://10.0.0.1/"),
        ("page", "https://example.com\\@evil.example/"),
        ("page", "javascript:alert(1)"),
        ("mail", "a@b@example.com"),
        ("hash", "sha256:00"),
    ] {
        let decision = asked(json!({ field: text }));
        assert_eq!(outcome(&decision), "deny STRUCTURE_INVALID", "{field} {}", text.len());
        let reason = decision["reason"].as_str().unwrap();
        assert!(reason.contains(field) && reason.len() < 400, "{reason}");
    }
    assert_eq!(outcome(&asked(json!({ "ip": 7 }))), "deny STRUCTURE_INVALID");
}

#[test]
fn a_file_holds_one_on_each_line() {
    let compiled = |lines: &str| {
        let text = POLICY.replace(r#"["example.com", "Bücher.example"]"#, r#"file("sites.txt")"#);
        let file =
            |path: &str, text: &str| SourceFile { path: path.to_string(), bytes: text.as_bytes().to_vec() };
        let (files, data) = (vec![file("desk.lictor", &text)], vec![file("sites.txt", lines)]);
        compile(&Project { name: "desk".to_string(), files, data, ..Project::default() })
    };
    let right = compiled("# ours\nExample.COM.\n\nexample.com\n").bundle.unwrap();
    assert_eq!(
        right.schema.params[1].default,
        compiled("example.com").bundle.unwrap().schema.params[1].default
    );
    let wrong = compiled("example.com\nexample.com/path\n");
    let told: Vec<_> = wrong.diagnostics.iter().filter(|told| told.is_error()).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].code, "E0350");
    assert!(
        told[0].message.starts_with("line 2 of `sites.txt`: `example.com/path` is not a domain"),
        "{}",
        told[0].message
    );
}

/// Texts that are nearly right: pieces in a random order, from a fixed seed.
fn mixtures(pieces: &[&str], count: usize) -> impl Iterator<Item = String> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    let pieces: Vec<String> = pieces.iter().map(|piece| (*piece).to_string()).collect();
    (0..count).map(move |_| (0..1 + next(9)).map(|_| pieces[next(pieces.len())].clone()).collect())
}

const PIECES: [&str; 44] = [
    "https://",
    "http://",
    "HTTPS://",
    "ws://",
    "a",
    "example.com",
    "Example.COM",
    "bücher",
    "。",
    ".",
    "..",
    "/",
    "//",
    "\\",
    "@",
    ":",
    ":443",
    ":80",
    "?",
    "#",
    "%2e",
    "%2F",
    "%41",
    "%",
    "xn--",
    "xn--bcher-kva",
    "-",
    "_",
    "1",
    "192.0.2.1",
    "::1",
    "[::1]",
    "::ffff:",
    "10.0.0.0",
    "/8",
    "/104",
    "0x7f",
    "0",
    " ",
    "\t",
    "é",
    "\u{200d}",
    "\u{ad}",
    "ß",
];

#[test]
fn the_canonical_form_of_a_canonical_form_is_itself() {
    let mut found = [0; 6];
    for text in mixtures(&PIECES, 60_000) {
        for (form, found) in Form::ALL.into_iter().zip(&mut found) {
            let Ok(canonical) = form.canonical(&text) else { continue };
            assert!(
                form.is_canonical(&canonical),
                "{form:?}: {text:?} is {canonical:?}, and that is not canonical"
            );
            assert!(
                canonical.is_ascii()
                    && !canonical.bytes().any(|byte| byte.is_ascii_control() || byte == b' '),
                "{canonical:?}"
            );
            *found += 1;
        }
    }
    // All that these pieces can be made to is among them; a digest is not.
    let enough = found.iter().zip([100, 5, 100, 100, 20, 0]).all(|(found, least)| *found >= least);
    assert!(enough, "{found:?}");
}

#[test]
fn whoever_follows_a_url_goes_where_the_policy_was_told() {
    let mut found = 0;
    for text in mixtures(&PIECES, 60_000) {
        let Ok(canonical) = Form::Url.canonical(&text) else { continue };
        let part = |part: Part| canonical.get(part.find(&canonical)).unwrap();
        // Browsers and clients read what was sent, and what we say of it: both must lead to the same host.
        for read in [&text, &canonical] {
            let peer = url::Url::parse(read).unwrap_or_else(|why| panic!("{read:?}: {why}"));
            let host = peer.host_str().unwrap_or_default();
            let host = host.strip_suffix('.').unwrap_or(host).to_lowercase();
            assert_eq!(host, part(Part::Host), "{text:?}");
            assert_eq!(peer.scheme(), part(Part::Scheme), "{text:?}");
        }
        assert_eq!(url::Url::parse(&canonical).unwrap().path(), part(Part::Path), "{text:?}");
        found += 1;
    }
    assert!(found > 200, "{found}");
}
