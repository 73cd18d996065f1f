//! Traces: a collector reads what a gateway sends, and finds which paths were asked for and how long each part took, and nothing of what was in it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;

use crate::common::server::until;
use crate::life::{AUTHORIZE, VALIDATE, buy, told, with};
use crate::{ONE, Shop, purchase};

/// What a collector was sent.
#[derive(Default)]
struct Sent {
    spans: Vec<Span>,
    bytes: Vec<u8>,
}

/// A collector, and what it was sent.
fn collector() -> (SocketAddr, Arc<Mutex<Sent>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, sent) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Sent::default())));
    let into = Arc::clone(&sent);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                assert!(stream.read_line(&mut head).unwrap() > 0);
            }
            let head = head.to_ascii_lowercase();
            assert!(head.starts_with("post /v1/traces http/1.1\r\n"), "{head}");
            assert!(head.contains("content-type: application/x-protobuf\r\n"), "{head}");
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            let mut bytes = vec![0; length.parse().unwrap()];
            stream.read_exact(&mut bytes).unwrap();
            let read = ExportTraceServiceRequest::decode(&bytes[..]).unwrap();
            let scopes = read.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
            let mut sent = into.lock().unwrap();
            sent.spans.extend(scopes.flat_map(|scope| scope.spans));
            sent.bytes.extend(bytes);
            let answer =
                "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
            stream.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    });
    (address, sent)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_collector_is_told_what_took_how_long() {
    let (address, sent) = collector();
    let shop = Shop::new();
    let server = shop.serve(&["--otlp", &format!("http://{address}")]);
    let (trace, above) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
    let bearer = format!("Bearer {}", shop.agent);
    let post = |path: &str, flags: &str, body: &str| {
        let parent = format!("00-{trace}-{above}-{flags}");
        let head =
            [("authorization", &*bearer), ("content-type", "application/json"), ("traceparent", &*parent)];
        server.send("POST", path, &head, body.as_bytes())
    };
    // Whoever asks says that this trace is not kept.
    assert_eq!(post(ONE, "00", &purchase("s-1", "1.00")).status, 200);
    let granted = post(AUTHORIZE, "01", &buy("19.99").to_string()).json();
    let token = granted["executionToken"].as_str().unwrap();
    let used = told(&server, VALIDATE, &shop.checkout, &with(token, &buy("19.99")));
    assert_eq!(server.post(VALIDATE, &shop.agent, "{}").status, 403);
    until("all of it is sent", || {
        sent.lock().unwrap().spans.iter().filter(|span| span.name.contains(VALIDATE)).count() == 2
    });
    let sent = sent.lock().unwrap();
    let named = |name: &str| sent.spans.iter().filter(|span| span.name == name).collect::<Vec<_>>();
    assert!(named(&format!("POST {ONE}")).is_empty());

    let authorized = named(&format!("POST {AUTHORIZE}"))[0];
    assert_eq!(
        (hex(&authorized.trace_id), hex(&authorized.parent_span_id)),
        (trace.to_owned(), above.to_owned())
    );
    assert_eq!(authorized.kind, 2, "a server's");
    let parts: Vec<&Span> =
        sent.spans.iter().filter(|span| span.parent_span_id == authorized.span_id).collect();
    let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(names, ["facts", "decide", "store", "sign"]);
    for part in parts {
        assert_eq!(part.trace_id, authorized.trace_id);
        assert!(authorized.start_time_unix_nano <= part.start_time_unix_nano);
        assert!(part.start_time_unix_nano <= part.end_time_unix_nano);
        assert!(part.end_time_unix_nano <= authorized.end_time_unix_nano);
    }
    // A trace that begins here has the id that the answer tells.
    let validated = named(&format!("POST {VALIDATE}"));
    assert_eq!(hex(&validated[0].trace_id), used["traceId"].as_str().unwrap());
    assert!(validated[0].parent_span_id.is_empty());
    let told: Vec<String> =
        validated[1].attributes.iter().map(|one| format!("{} {:?}", one.key, one.value)).collect();
    assert!(told.iter().any(|one| one.contains("error.type") && one.contains("WRONG_ROLE")), "{told:?}");
    let bytes = String::from_utf8_lossy(&sent.bytes);
    for secret in [&shop.agent, &shop.checkout, token, "Kiosk", "s-1", "shopper-7", "19.99"] {
        assert!(!bytes.contains(secret), "{secret}");
    }
}

#[test]
fn nobody_waits_for_a_collector() {
    let shop = Shop::new();
    let server = shop.serve(&["--otlp", "http://127.0.0.1:1"]);
    assert_eq!(told(&server, AUTHORIZE, &shop.agent, &buy("19.99"))["decision"], "allowed");
    server.logs("traces were not sent");
    server.signal("TERM");
    assert_eq!(server.end().0, Some(0));
    for endpoint in ["https://collector:4318", "collector:4318", "http://"] {
        let run = shop.dir.run(&["serve", "shop", "--data", "data", "--otlp", endpoint]).ends_with(2);
        assert!(run.stderr.contains("--otlp"), "{run:?}");
    }
}
