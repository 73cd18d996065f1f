//! The thirteen checks at the gateway: an agent acts on a mandate that a registered issuer has signed, on facts that somebody answers, or not at all.

mod agents;
mod taken_back;
mod users;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};

use crate::common::Dir;
use crate::common::server::Server;

/// How the service behaves that is asked about mandates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Behaviour {
    /// None was taken back.
    Good,
    /// All were taken back.
    Revoked,
    /// It answers, in its own time.
    Late,
    /// It says what was so an hour ago.
    Stale,
    /// It says something else than yes or no.
    OtherType,
    /// It cannot answer.
    Broken,
    /// What it says is no answer.
    Garbage,
    /// It hangs up.
    Deaf,
}

/// A service that says which mandates were taken back.
struct Service {
    port: u16,
    behaviour: Arc<Mutex<Behaviour>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Service {
    fn start() -> Service {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let behaviour = Arc::new(Mutex::new(Behaviour::Good));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (behaves, notes) = (Arc::clone(&behaviour), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, behaves, notes) =
                    (stream.unwrap(), Arc::clone(&behaves), Arc::clone(&notes));
                thread::spawn(move || {
                    let mut request = Vec::new();
                    let mut buffer = [0; 4096];
                    // One question a connection is enough here.
                    while !String::from_utf8_lossy(&request).contains("\"mandate_revoked\"}") {
                        match stream.read(&mut buffer) {
                            Ok(read) if read > 0 => request.extend(&buffer[..read]),
                            _ => return,
                        }
                    }
                    notes.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
                    let now = *behaves.lock().unwrap();
                    let (status, body) = now.answer();
                    if now == Behaviour::Deaf {
                        return;
                    }
                    let head = format!(
                        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                        body.len()
                    );
                    let _ = stream.write_all(format!("{head}{body}").as_bytes());
                });
            }
        });
        Service { port, behaviour, asked }
    }

    fn is(&self, behaviour: Behaviour) {
        *self.behaviour.lock().unwrap() = behaviour;
    }
}

impl Behaviour {
    fn answer(self) -> (&'static str, String) {
        let said = |value: Value, as_of: i64| json!({ "value": value, "as_of": moment(as_of) }).to_string();
        match self {
            Behaviour::Good => ("200 OK", said(json!(false), seconds())),
            Behaviour::Revoked => ("200 OK", said(json!(true), seconds())),
            Behaviour::Late => {
                thread::sleep(Duration::from_millis(2_500));
                ("200 OK", said(json!(false), seconds()))
            }
            Behaviour::Stale => ("200 OK", said(json!(false), seconds() - 3_600)),
            Behaviour::OtherType => ("200 OK", said(json!("no"), seconds())),
            Behaviour::Broken => ("503 Service Unavailable", String::new()),
            Behaviour::Garbage => ("200 OK", r#"{"value": false, "value": false}"#.to_owned()),
            Behaviour::Deaf => ("", String::new()),
        }
    }
}

fn seconds() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// A moment as JSON has it.
fn moment(seconds: i64) -> String {
    lictor_bundle::time::render_timestamp(seconds * 1_000)
}

/// An issuer of statements.
struct Issuer {
    key: SigningKey,
}

impl Issuer {
    fn new(seed: u8) -> Issuer {
        Issuer { key: SigningKey::from_bytes(&[seed; 32]) }
    }

    fn jwks(&self) -> String {
        let x = Base64UrlUnpadded::encode_string(self.key.verifying_key().as_bytes());
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "k-1", "use": "sig", "x": x }] })
            .to_string()
    }

    fn sign(&self, kind: &str, claims: &Value) -> String {
        let header = json!({ "alg": "EdDSA", "kid": "k-1", "typ": format!("lictor-{kind}+jwt") }).to_string();
        let [header, claims] =
            [header, claims.to_string()].map(|part| Base64UrlUnpadded::encode_string(part.as_bytes()));
        let signed = format!("{header}.{claims}");
        let signature = self.key.sign(signed.as_bytes()).to_bytes();
        format!("{signed}.{}", Base64UrlUnpadded::encode_string(&signature))
    }
}

/// What a mandate says that lets an agent read files.
fn mandate(id: &str) -> Value {
    let now = seconds();
    json!({
        "iss": "acme", "aud": "default", "sub": "coder-1", "jti": id, "iat": now, "exp": now + 3_600,
        "mandate": { "scope": ["file.*"] },
    })
}

struct House {
    dir: Dir,
    agent: String,
    checkout: String,
    service: Service,
    issuer: Issuer,
}

impl House {
    fn new() -> House {
        let dir = Dir::new();
        dir.run(&["new", "house", "--profile", "enforce"]).ends_with(0);
        let policy = String::from_utf8(dir.read("house/policy.lictor")).unwrap();
        assert!(policy.contains("// import std.base\n"));
        dir.write(
            "house/policy.lictor",
            policy.replace("// import std.base\n", "import std.base\n").as_bytes(),
        );
        let (service, issuer) = (Service::start(), Issuer::new(7));
        dir.write("acme.json", issuer.jwks().as_bytes());
        dir.write("ask.key", b"sesame\n");
        let port = service.port;
        let sources = format!(
            "facts:\n  mandate_used: {{ store: mandate_used }}\n  mandate_revoked:\n    http: http://127.0.0.1:{port}/revoked\n    \
             timeout: 1s\n    max_age: 2s\n    bearer: ask.key\n    revokes: true\n\
             issuers:\n  acme:\n    keys: acme.json\n    asserts: [mandate]\n"
        );
        dir.write("sources.yaml", sources.as_bytes());
        let made = |name: &str, role: &str| {
            let run = dir.run(&["keys", "add", name, "--role", role, "--data", "data"]);
            run.ends_with(0).stdout.trim().to_owned()
        };
        let (agent, checkout) = (made("coder-1", "agent"), made("till-1", "checkout"));
        House { dir, agent, checkout, service, issuer }
    }

    fn serve(&self) -> Server {
        Server::start(&self.dir, &["house", "--sources", "sources.yaml"])
    }

    /// Reads a file, on a mandate.
    fn read_on(&self, mandate: &Value) -> Value {
        let mut asked = reading();
        asked["mandate"] = self.issuer.sign("mandate", mandate).into();
        asked
    }
}

fn reading() -> Value {
    json!({ "tool": "Read", "input": { "file_path": "src/main.rs" } })
}

/// The code and the sentence of an answer that allows nothing.
#[track_caller]
fn denied(told: &Value) -> (String, String) {
    assert_ne!(told["decision"], "allowed", "{told}");
    assert!(told.get("executionToken").is_none(), "{told}");
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    (text("reasonCode"), text("reason"))
}
