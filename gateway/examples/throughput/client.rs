//! Clients: each keeps one connection, and asks again as soon as it was answered.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How many ask at the same time.
pub const CLIENTS: usize = 64;

/// A connection that is kept.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came of many requests.
pub struct Heard<T> {
    /// How long all of them took together.
    pub took: Duration,
    /// How long each took.
    pub times: Vec<Duration>,
    /// What each came to, with the number of its client, in the order in which they were asked.
    pub found: Vec<(usize, T)>,
}

impl Client {
    /// Connects.
    pub fn to(address: SocketAddr) -> Client {
        let stream = TcpStream::connect(address).expect("the server takes connections");
        stream.set_nodelay(true).expect("a socket that sends at once");
        Client { stream, buffer: Vec::with_capacity(16 << 10) }
    }

    /// Sends a request; the body of its answer, which must be 200.
    pub fn ask(&mut self, request: &[u8]) -> &str {
        self.stream.write_all(request).expect("the server reads");
        self.buffer.clear();
        let (body, length) = loop {
            let before = self.buffer.len();
            self.buffer.resize(before + (8 << 10), 0);
            let read = self.stream.read(&mut self.buffer[before..]).expect("the server answers");
            assert!(read > 0, "the server hung up");
            self.buffer.truncate(before + read);
            if let Some(found) = head(&self.buffer) {
                break found;
            }
        };
        while self.buffer.len() < body + length {
            let before = self.buffer.len();
            self.buffer.resize(body + length, 0);
            let read = self.stream.read(&mut self.buffer[before..]).expect("the server answers");
            self.buffer.truncate(before + read);
        }
        let answer = std::str::from_utf8(&self.buffer).expect("an answer in UTF-8");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        &answer[body..]
    }
}

/// Where the body begins, and how long it is; nothing before all of the head was read.
fn head(bytes: &[u8]) -> Option<(usize, usize)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&bytes[..end]).expect("a head in ASCII");
    let field = text.lines().find_map(|line| line.split_once("ontent-length: "));
    let (_, length) = field.or_else(|| text.lines().find_map(|line| line.split_once("ontent-Length: ")))?;
    Some((end, length.parse().expect("a length")))
}

/// Lets all clients ask until so many requests were made: `ask` is told the client's number and the request's.
pub fn all<T: Send>(
    address: SocketAddr,
    requests: usize,
    ask: impl Fn(&mut Client, usize, usize) -> T + Sync,
) -> Heard<T> {
    let next = AtomicUsize::new(0);
    let mut connected: Vec<Client> = (0..CLIENTS).map(|_| Client::to(address)).collect();
    let started = Instant::now();
    let work = |number: usize, client: &mut Client| {
        let mut mine = Vec::with_capacity(2 * requests / CLIENTS);
        loop {
            let request = next.fetch_add(1, Ordering::Relaxed);
            if request >= requests {
                return mine;
            }
            let since = Instant::now();
            let found = ask(client, number, request);
            mine.push((request, since.elapsed(), found));
        }
    };
    let mut heard: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = connected
            .iter_mut()
            .enumerate()
            .map(|(number, client)| {
                let work = &work;
                scope.spawn(move || work(number, client))
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a client that was answered")).collect()
    });
    let took = started.elapsed();
    // In the order in which they were asked, and not client by client: tokens are presented in it.
    heard.sort_by_key(|(request, ..)| *request);
    let times = heard.iter().map(|(_, time, _)| *time).collect();
    Heard { took, times, found: heard.into_iter().map(|(number, _, found)| (number, found)).collect() }
}
