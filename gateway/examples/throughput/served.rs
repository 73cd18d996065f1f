//! A gateway in this process, with a key for each client and one for the checkout.

use std::error::Error;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::thread;

use lictor_gateway::key::{KeyFile, NewKey, Role, StoredApprover};
use lictor_gateway::{
    Config, Evaluations, Gateway, Limits, Mode, Source, StoreAt, TenantAt, Terms, Trusted, logs,
};

use crate::client::CLIENTS;

/// The paths that are measured.
pub const EVALUATION: &str = "/access/v1/evaluation";
pub const AUTHORIZE: &str = "/agents/v1/exec/authorize";
pub const VALIDATE: &str = "/agents/v1/exec/validate";

/// A gateway that serves.
pub struct Served {
    /// Where.
    pub address: SocketAddr,
    /// The keys of agents, one for each client.
    pub agents: Vec<String>,
    /// The key of the checkout.
    pub checkout: String,
}

impl Served {
    /// Opens a gateway that enforces, with SQLite in this directory, and lets it serve.
    pub fn open(bundle: &Path, data: &Path) -> Result<Served, Box<dyn Error>> {
        let bundle = fs::read(bundle)?;
        let keys = KeyFile::of(data)?;
        let agents: Result<_, Box<dyn Error>> =
            (0..CLIENTS).map(|number| add(&keys, &agent(number), Role::Agent)).collect();
        let (agents, checkout) = (agents?, add(&keys, "till", Role::Checkout)?);
        // As in a gateway: whatever it logs, it logs here.
        Box::leak(Box::new(logs::to_stderr(logs::Level::Info)));
        let gateway = Gateway::open(Config {
            listen: "127.0.0.1:0".parse()?,
            metrics: None,
            tenants: vec![TenantAt {
                name: "shop".to_owned(),
                data: data.to_owned(),
                source: Some(Source { read: Box::new(move || Ok(bundle.clone())), is_own: true }),
                trust: Trusted::Nobody,
                sources: None,
                evaluations: Evaluations::Advisory,
            }],
            default: None,
            store: StoreAt::File,
            anchor: None,
            terms: Terms { token_lifetime: 3_600, ..Terms::default() },
            keep_opened: false,
            mode: Mode::Enforce,
            counts_from_nothing: false,
            allow_observed: false,
            tls: None,
            witnesses: Vec::new(),
            witness_ca: None,
            otlp: None,
            public_url: None,
            limits: Limits::default(),
        })?;
        let address = gateway.address();
        thread::spawn(move || gateway.run(|| Ok(())));
        Ok(Served { address, agents, checkout })
    }
}

/// The name of a client's agent.
pub fn agent(client: usize) -> String {
    format!("agent-{client}")
}

fn add(keys: &KeyFile, name: &str, role: Role) -> Result<String, Box<dyn Error>> {
    let new = NewKey {
        name: name.to_owned(),
        role,
        per_minute: Some(0),
        approves: StoredApprover::default(),
        owner: None,
        signing_key: None,
        agent: serde_json::Map::new(),
    };
    Ok(keys.add(new)?.show().to_owned())
}
