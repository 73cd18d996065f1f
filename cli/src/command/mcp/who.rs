//! Who decides: what `--policy` or `--gateway` name.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use lictor_mcp::judge::{Gateway, Inside, Judge, Keys, Record, agent};
use lictor_mcp::never::never;
use lictor_mcp::tree::Tree;

use super::{Decides, Fulfils};
use crate::admission::Admission;
use crate::args::Format;
use crate::command::decide::engine;
use crate::failure::Failure;
use crate::render::Notice;
use crate::{files, output, policy};

/// Who decides.
#[derive(clap::Args, Debug)]
pub(super) struct Who {
    /// Decides with the policy or the bundle at this path. Nothing is counted, looked up or asked then: what would need that is refused.
    #[arg(long, value_name = "PATH", required_unless_present = "gateway", conflicts_with = "gateway")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    admission: Admission,
    /// Decides through the gateway at this address, which records it, counts it, and asks people.
    #[arg(long, value_name = "URL", requires_all = ["key_file", "checkout_key_file"])]
    gateway: Option<String>,
    /// The file with the key of the agent: it asks.
    #[arg(long, value_name = "FILE", requires = "gateway")]
    key_file: Option<PathBuf>,
    /// The file with a key of the role `checkout`: it uses up what was granted, before the call goes on, and says what came of it.
    #[arg(long, value_name = "FILE", requires = "gateway")]
    checkout_key_file: Option<PathBuf>,
    /// The file with the approver's key of the person at this machine. What asks for the role `local_operator` they may answer in a form that the client shows.
    #[arg(long, value_name = "FILE", requires = "gateway")]
    operator_key_file: Option<PathBuf>,
    /// The id of the agent, for a policy at hand.
    #[arg(long = "as", value_name = "ID", default_value = "mcp", conflicts_with = "gateway")]
    id: String,
    /// What policy is told of the agent beside its id: a file with an object of JSON, such as {"tier": "known"}.
    #[arg(long, value_name = "FILE", conflicts_with = "gateway")]
    agent: Option<PathBuf>,
    /// An obligation that somebody else takes care of. What obliges to anything else is refused.
    #[arg(long, value_name = "NAME")]
    fulfils: Vec<String>,
    /// Appends each decision of a policy at hand to this file, a line of JSON with the true reasons. Without it, a line with what was told goes to the standard error.
    #[arg(long, value_name = "FILE", conflicts_with = "gateway")]
    record: Option<PathBuf>,
}

impl Who {
    /// In whose name it is decided.
    pub fn principal(&self) -> &str {
        self.gateway.as_deref().unwrap_or(&self.id)
    }

    /// Gets ready to decide. Says as well of which tools no call could be allowed, where `filter` asks for that.
    pub fn judge(&self, filter: bool, format: Format) -> Result<Decides, Failure> {
        let fulfils: Fulfils = self.fulfils.iter().cloned().collect();
        if let (Some(url), Some(agent), Some(checkout)) =
            (&self.gateway, &self.key_file, &self.checkout_key_file)
        {
            let (agent, checkout) = (key(agent)?, key(checkout)?);
            let operator = self.operator_key_file.as_deref().map(key).transpose()?;
            let keys = Keys { agent: &agent, checkout: &checkout, operator: operator.as_deref() };
            let gateway = Gateway::new(url, keys, fulfils).map_err(|why| {
                Notice::error("C0244", format!("the gateway {url} {why}"))
                    .help("name it as `https://HOST`, or `http://127.0.0.1:PORT` on this machine, and keys as `lictor keys add` gave them")
            })?;
            return Ok((Judge::Gateway(Box::new(gateway)), None));
        }
        // clap asks for one of the two.
        let path = self.policy.as_deref().unwrap_or(Path::new(""));
        if !policy::is_source(path) && path.exists() && !self.admission.asks_for_signer() {
            return Err(Notice::error("C0240", format!("nobody says who may sign {}", path.display()))
                .help("name the public key of whoever you trust: `--key PUB`, or `--trusted FILE`")
                .into());
        }
        let engine = engine::load(path, &self.admission, format)?;
        let attributes = self.agent.as_deref().map(attributes).transpose()?;
        let said = agent(&self.id, attributes).map_err(|why| wrong_agent(self.agent.as_deref(), why))?;
        let never = filter.then(|| never(engine.clone()));
        let record = self.record.as_deref().map_or_else(|| Ok(to_stderr()), to_file)?;
        Ok((Judge::Inside(Box::new(Inside::new(engine, said, fulfils, record))), never))
    }
}

fn to_stderr() -> Record {
    Box::new(|recorded| {
        output::to_stderr(&format!("{}\n", recorded.told));
        Ok(())
    })
}

fn to_file(path: &Path) -> Result<Record, Failure> {
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    let file = Mutex::new(file.map_err(|error| files::unwritable(path, &error))?);
    Ok(Box::new(move |recorded| {
        let mut file = file.lock().map_err(|_| std::io::Error::other("a line before was not finished"))?;
        file.write_all(format!("{}\n", recorded.whole).as_bytes())
    }))
}

fn key(path: &Path) -> Result<String, Failure> {
    let bytes = files::read(path, "the key")?;
    let text = String::from_utf8(bytes).ok().filter(|text| !text.trim().is_empty());
    Ok(text.ok_or_else(|| {
        Notice::error("C0244", format!("{} holds no key", path.display()))
            .help("write the key into it that `lictor keys add` has shown")
    })?)
}

fn attributes(path: &Path) -> Result<Tree, Failure> {
    let bytes = files::read(path, "what is said of the agent")?;
    Tree::read(&bytes).map_err(|wrong| wrong_agent(Some(path), &wrong.to_string()))
}

fn wrong_agent(path: Option<&Path>, why: &str) -> Failure {
    let path = path.map(|path| path.display().to_string()).unwrap_or_default();
    Notice::error("C0245", format!("{path}: {why}"))
        .help("write what policies read of `agent` beside its id, such as {\"tier\": \"known\"}")
        .into()
}
