//! The bare parts: the same server library, JSON of the same size read and written, one signature made or verified, and one durable write of as many bytes.

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::post;
use ed25519_dalek::{Signature, Signer, SigningKey};
use http::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use lictor_gateway::{Limits, serve_empty};

use crate::client::Client;
use crate::group::Group;
use crate::served::{AUTHORIZE, EVALUATION, Served, VALIDATE};
use crate::{rows, wire};

/// How many bytes a step answers with and writes.
#[derive(Clone, Copy)]
pub struct Step {
    pub answer: usize,
    pub row: usize,
}

/// The sizes of what a gateway does.
pub struct Sizes {
    /// The bytes of the answer to an evaluation.
    pub evaluation: usize,
    pub authorize: Step,
    pub validate: Step,
    /// A token, whose signature covers as many bytes as are signed and verified here.
    pub token: String,
}

impl Sizes {
    /// Asks a gateway for each thing once.
    pub fn of(served: &Served, data: &Path) -> Result<Sizes, Box<dyn Error>> {
        let Served { address, agents, checkout } = served;
        let mut client = Client::to(*address);
        let mut ask = |path, key: &str, body: &str| client.ask(&wire::post(path, key, body)).to_owned();
        let evaluation = ask(EVALUATION, &agents[0], &wire::evaluation("agent-0"));
        assert!(evaluation.contains("true"), "{evaluation}");
        let granted = ask(AUTHORIZE, &agents[0], &wire::authorize(wire::CHARGE));
        let token = wire::token(&granted);
        let burned = ask(VALIDATE, checkout, &wire::validate(wire::CHARGE, &token));
        wire::burned(&burned);
        let (authorize, validate) = rows::written(data)?;
        Ok(Sizes {
            evaluation: evaluation.len(),
            authorize: Step { answer: granted.len(), row: authorize },
            validate: Step { answer: burned.len(), row: validate },
            token,
        })
    }
}

/// The bare parts, served.
pub struct Bare {
    /// Where.
    pub address: SocketAddr,
    /// Where an empty handler of the gateway's own server answers evaluations.
    pub empty: SocketAddr,
    /// How long a token is.
    pub token: usize,
}

struct Shared {
    group: Group,
    key: SigningKey,
    signed: Vec<u8>,
    signature: Signature,
    evaluation: Bytes,
    authorize: (Bytes, usize),
    validate: (Bytes, usize),
}

impl Bare {
    /// Serves them under the gateway's own paths.
    pub fn serve(sizes: &Sizes, data: &Path) -> Result<Bare, Box<dyn Error>> {
        let key = SigningKey::from_bytes(&[7; 32]);
        let empty = serve_empty(EVALUATION, json(sizes.evaluation), Limits::default())?;
        let (signed, _) = sizes.token.rsplit_once('.').ok_or("no token")?;
        let step = |step: Step| (json(step.answer), step.row);
        let shared = Shared {
            group: Group::open(&data.join("bare.db"))?,
            signature: key.sign(signed.as_bytes()),
            signed: signed.as_bytes().to_vec(),
            key,
            evaluation: json(sizes.evaluation),
            authorize: step(sizes.authorize),
            validate: step(sizes.validate),
        };
        let router = Router::new()
            .route(EVALUATION, post(evaluation))
            .route(AUTHORIZE, post(authorize))
            .route(VALIDATE, post(validate))
            .with_state(Arc::new(shared));
        let socket = std::net::TcpListener::bind("127.0.0.1:0")?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().thread_name("bare").enable_all().build()?;
        thread::spawn(move || runtime.block_on(accept(socket, router)));
        Ok(Bare { address, empty, token: sizes.token.len() })
    }
}

/// An answer of so many bytes.
fn json(length: usize) -> Bytes {
    Bytes::from(format!("{{\"a\":\"{}\"}}", "x".repeat(length.saturating_sub(8))))
}

fn read(body: &Bytes) {
    assert!(serde_json::from_slice::<serde_json::Value>(body).is_ok());
}

fn told(answer: &Bytes) -> impl IntoResponse + use<> {
    ([(CONTENT_TYPE, "application/json")], answer.clone())
}

async fn evaluation(State(shared): State<Arc<Shared>>, body: Bytes) -> impl IntoResponse {
    read(&body);
    told(&shared.evaluation)
}

async fn authorize(State(shared): State<Arc<Shared>>, body: Bytes) -> impl IntoResponse {
    read(&body);
    let (answer, row) = &shared.authorize;
    shared.group.write(vec![b'x'; *row]).await;
    let signature = shared.key.sign(&shared.signed);
    assert!(signature != Signature::from_bytes(&[0; 64]));
    told(answer)
}

async fn validate(State(shared): State<Arc<Shared>>, body: Bytes) -> impl IntoResponse {
    read(&body);
    let (answer, row) = &shared.validate;
    let verified = shared.key.verifying_key().verify_strict(&shared.signed, &shared.signature);
    assert!(verified.is_ok());
    shared.group.write(vec![b'x'; *row]).await;
    told(answer)
}

/// The server is the gateway's, with the same limits.
async fn accept(socket: std::net::TcpListener, router: Router) {
    let socket = tokio::net::TcpListener::from_std(socket).expect("a socket");
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
}
