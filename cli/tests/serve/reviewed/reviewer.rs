//! A reviewer that does what a test wants, and notes what it is sent.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::Shop;
use crate::common::server::Server;

/// What a reviewer does with a question.
#[derive(Clone)]
pub enum Script {
    /// Answers with this status line, fields of the head, and body.
    Says(&'static str, &'static str, Vec<u8>),
    /// Sends a byte now and then, and never the last one.
    Drips,
    /// Hangs up.
    HangsUp,
}

/// A reviewer, and what it was sent.
pub struct Reviewer {
    port: u16,
    script: Arc<Mutex<Script>>,
    pub asked: Arc<Mutex<Vec<String>>>,
}

impl Reviewer {
    pub fn start() -> Reviewer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (script, asked) = (Arc::new(Mutex::new(says("{}"))), Arc::<Mutex<Vec<String>>>::default());
        let (plays, notes) = (Arc::clone(&script), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let (plays, notes) = (Arc::clone(&plays), Arc::clone(&notes));
                thread::spawn(move || {
                    let Some(request) = request(&mut stream) else { return };
                    let script = plays.lock().unwrap().clone();
                    notes.lock().unwrap().push(request);
                    play(script, &mut stream);
                });
            }
        });
        Reviewer { port, script, asked }
    }

    pub fn is(&self, script: Script) {
        *self.script.lock().unwrap() = script;
    }

    /// How often it was asked.
    pub fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// A gateway that asks it.
    pub fn serve(&self, shop: &Shop, more: &str) -> Server {
        self.serve_with(shop, more, &[])
    }

    /// The same, with more arguments.
    pub fn serve_with(&self, shop: &Shop, more: &str, args: &[&str]) -> Server {
        let port = self.port;
        let sources = format!(
            "reviewer:\n  http: http://127.0.0.1:{port}/review\n  timeout: 700ms\n  bearer: review.key\n{more}"
        );
        shop.dir.write("sources.yaml", sources.as_bytes());
        shop.dir.write("review.key", b"sesame\n");
        shop.serve(&[&["--sources", "sources.yaml"], args].concat())
    }
}

/// One whole request; nothing where the other side has gone.
fn request(stream: &mut TcpStream) -> Option<String> {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.to_ascii_lowercase();
            let length =
                length.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse().ok()?;
            if body.len() >= length {
                return Some(text);
            }
        }
        match stream.read(&mut buffer) {
            Ok(read) if read > 0 => request.extend(&buffer[..read]),
            _ => return None,
        }
    }
}

fn play(script: Script, stream: &mut TcpStream) {
    match script {
        Script::Says(status, head, body) => {
            let length = body.len();
            let head =
                format!("HTTP/1.1 {status}\r\nconnection: close\r\n{head}content-length: {length}\r\n\r\n");
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
        Script::Drips => {
            let deny = br#"{"verdict": "deny"}"#;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4000\r\n\r\n");
            for byte in deny {
                if stream.write_all(&[*byte]).is_err() {
                    return;
                }
                thread::sleep(Duration::from_millis(100));
            }
        }
        Script::HangsUp => {}
    }
}

/// One that answers with this body.
pub fn says(body: &str) -> Script {
    Script::Says("200 OK", "", body.as_bytes().to_vec())
}
