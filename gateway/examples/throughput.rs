//! How many evaluations a second a gateway answers, beside an empty handler of the same server that reads and writes JSON of the same size.
//!
//! ```text
//! lictor new shop && lictor build shop -o shop.bundle
//! cargo run --release -p lictor-gateway --example throughput -- shop.bundle 2>/dev/null
//! ```
//!
//! Both serve from this process, one after the other in rounds, to clients of this process. Since clients cost as much as servers, the processor time of the servers' own
//! threads is told beside the throughput; it is read from `/proc`, so this runs on Linux.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use http::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use lictor_gateway::key::{KeyFile, NewKey, Role, StoredApprover};
use lictor_gateway::{Config, Gateway, Limits, Mode, Source, StoreAt, Terms, Trusted, logs};

const PATH: &str = "/access/v1/evaluation";
const CONNECTIONS: usize = 64;
const ROUND: Duration = Duration::from_secs(3);
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let bundle = std::env::args().nth(1).ok_or("name a bundle, such as that of `lictor new`")?;
    let bundle = fs::read(bundle)?;
    let data = std::env::temp_dir().join(format!("lictor-throughput-{}", std::process::id()));
    let _log = logs::to_stderr(logs::Level::Info);

    let new = NewKey {
        name: "a-1".to_owned(),
        role: Role::Agent,
        per_minute: Some(0),
        approves: StoredApprover::default(),
        owner: None,
        agent: serde_json::Map::new(),
    };
    let key = KeyFile::of(&data)?.add(new)?.show().to_owned();
    let gateway = Gateway::open(Config {
        listen: "127.0.0.1:0".parse()?,
        metrics: None,
        data: data.clone(),
        store: StoreAt::File,
        anchor: None,
        tenant: "shop".to_owned(),
        terms: Terms::default(),
        mode: Mode::Enforce,
        allow_observed: false,
        tls: None,
        public_url: None,
        source: Some(Source { read: Box::new(move || Ok(bundle.clone())), is_own: true }),
        sources: None,
        trust: Trusted::Nobody,
        limits: Limits::default(),
    })?;
    let decides = gateway.address();
    thread::spawn(move || gateway.run());

    for (what, amount) in [("allowed", "4.50"), ("held, with a reason", "200.01")] {
        let body = body(amount);
        let request = request(&key, &body);
        let answer = once(decides, &request)?;
        let length = answer.len() - answer.find("\r\n\r\n").ok_or("no answer")? - 4;
        let empty = bare(length)?;
        println!("{what}: {} bytes in the body, {length} in the answer", body.len());
        rounds(&request, decides, empty)?;
    }
    fs::remove_dir_all(data)?;
    Ok(())
}

/// How many were answered a second, and what each has cost the server's processor, in microseconds.
type Round = (f64, f64);

/// Both in turn, and of each what it came to.
fn rounds(request: &str, decides: SocketAddr, empty: SocketAddr) -> Result<(), Box<dyn Error>> {
    let mut all: BTreeMap<&str, Vec<Round>> = BTreeMap::new();
    for round in 0..=ROUNDS {
        for (name, address) in [("bare", empty), ("gateway", decides)] {
            let (before, started) = (cpu(name)?, Instant::now());
            let count = load(address, request);
            let seconds = started.elapsed().as_secs_f64();
            // The first round warms up.
            if round > 0 {
                let each = (cpu(name)? - before) / count as f64 * 1e6;
                all.entry(name).or_default().push((count as f64 / seconds, each));
            }
        }
    }
    let middle = |name: &str, of: fn(&Round) -> f64| {
        let mut values: Vec<f64> = all[name].iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let rate: fn(&Round) -> f64 = |round| round.0;
    let cost: fn(&Round) -> f64 = |round| round.1;
    for name in ["bare", "gateway"] {
        println!(
            "  {name:8} {:8.0} a second, {:6.1} µs of the server's processor each",
            middle(name, rate),
            middle(name, cost)
        );
    }
    println!(
        "  throughput {:.0} %, by the server's processor time alone {:.0} %",
        middle("gateway", rate) / middle("bare", rate) * 100.0,
        middle("bare", cost) / middle("gateway", cost) * 100.0
    );
    Ok(())
}

/// The seconds that threads of this name have used.
fn cpu(name: &str) -> Result<f64, Box<dyn Error>> {
    let mut ticks = 0u64;
    for task in fs::read_dir("/proc/self/task")? {
        let stat = fs::read_to_string(task?.path().join("stat"))?;
        let (front, back) = stat.rsplit_once(')').ok_or("no name")?;
        if front.ends_with(&format!("({name}")) {
            let fields: Vec<&str> = back.split_whitespace().collect();
            ticks += fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
        }
    }
    // The kernel counts in hundredths of a second wherever it counts for programs.
    Ok(ticks as f64 / 100.0)
}

fn body(amount: &str) -> String {
    format!(
        r#"{{"subject":{{"type":"agent","id":"a-1"}},"action":{{"name":"payment.charge","properties":{{"amount":{{"amount":"{amount}","currency":"USD"}}}}}},"resource":{{"type":"merchant","id":"m-1","properties":{{"name":"Corner Cafe","mcc":5814}}}}}}"#
    )
}

fn request(key: &str, body: &str) -> String {
    format!(
        "POST {PATH} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// An empty handler: it reads a body as JSON and answers with so many bytes of it. The server is the gateway's, with the same limits.
fn bare(length: usize) -> Result<SocketAddr, Box<dyn Error>> {
    let answer = Bytes::from(format!("{{\"a\":\"{}\"}}", "x".repeat(length.saturating_sub(8))));
    let handler = move |body: Bytes| async move {
        let read = serde_json::from_slice::<serde_json::Value>(&body).is_ok();
        assert!(read);
        ([(CONTENT_TYPE, "application/json")], answer)
    };
    let router = Router::new().route(PATH, post(handler));
    let socket = std::net::TcpListener::bind("127.0.0.1:0")?;
    socket.set_nonblocking(true)?;
    let address = socket.local_addr()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().thread_name("bare").enable_all().build()?;
    thread::spawn(move || {
        runtime.block_on(async move {
            let socket = tokio::net::TcpListener::from_std(socket).unwrap();
            while let Ok((stream, _)) = socket.accept().await {
                let _ = stream.set_nodelay(true);
                let service = TowerToHyperService::new(router.clone());
                tokio::spawn(
                    http1::Builder::new()
                        .timer(TokioTimer::new())
                        .header_read_timeout(Duration::from_secs(10))
                        .serve_connection(TokioIo::new(stream), service),
                );
            }
        });
    });
    Ok(address)
}

/// One request and its answer.
fn once(address: SocketAddr, request: &str) -> Result<String, Box<dyn Error>> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request.as_bytes())?;
    let mut buffer = vec![0; 16 << 10];
    let read = stream.read(&mut buffer)?;
    let answer = String::from_utf8_lossy(&buffer[..read]).into_owned();
    if answer.starts_with("HTTP/1.1 200 ") { Ok(answer) } else { Err(answer.into()) }
}

/// Sends the request on all connections, one after the other on each, for a round; how many were answered.
fn load(address: SocketAddr, request: &str) -> u64 {
    let (ends, count) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                let mut stream = TcpStream::connect(address).unwrap();
                stream.set_nodelay(true).unwrap();
                let mut buffer = vec![0; 16 << 10];
                while !ends.load(Ordering::Relaxed) {
                    stream.write_all(request.as_bytes()).unwrap();
                    // An answer is one write of the server, and small.
                    let read = stream.read(&mut buffer).unwrap();
                    assert!(
                        buffer[..read].starts_with(b"HTTP/1.1 200 "),
                        "{}",
                        String::from_utf8_lossy(&buffer[..read])
                    );
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        thread::sleep(ROUND);
        ends.store(true, Ordering::Relaxed);
    });
    count.into_inner()
}
