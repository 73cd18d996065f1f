//! By what a hook decides: its arguments, as a host gives them and as `install` writes them.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use lictor_hook::{Decides, Gateway, Host, Local, OnAllow, Prompts, Root, Trouble, Trust};
use lictor_runtime::Mode;

use crate::admission::Admission;
use crate::failure::Failure;
use crate::{clock, files, keys};

/// By what a hook decides.
#[derive(clap::Args, Clone, Debug)]
pub struct Deciding {
    /// The bundle that decides, in this process.
    #[arg(long, value_name = "FILE", conflicts_with = "gateway")]
    pub bundle: Option<PathBuf>,
    #[command(flatten)]
    admission: Admission,
    /// A gateway that decides, records it, and lets people approve: `https://…`, or `http://` on this machine. Without `--root`, whoever holds its port
    /// is believed. A proxy before it must pass on `traceparent` as it came.
    #[arg(long, value_name = "URL", requires = "api_key")]
    pub gateway: Option<String>,
    /// The file of the key with which the gateway is asked, of the role `agent`.
    #[arg(long, value_name = "FILE", requires = "gateway")]
    api_key: Option<PathBuf>,
    /// The public key of the root that signs the history of the gateway's keys, known beforehand. Without it a yes is as good as the connection.
    #[arg(long, value_name = "PUB", requires = "gateway")]
    root: Option<PathBuf>,
    /// Who the policy is told is asking, where a bundle decides; the name of the host otherwise.
    #[arg(long, value_name = "ID", conflicts_with = "gateway")]
    agent: Option<String>,
    /// What it means to the host that nothing stands against a call.
    #[arg(long, value_enum, default_value_t = Allowing::Silent)]
    on_allow: Allowing,
    /// Refuse what a person must approve, also where the host would ask its user.
    #[arg(long)]
    no_prompt: bool,
    /// A member of what the host writes that this edition does not know, and that does not change what is about to happen.
    #[arg(long = "ignore-member", value_name = "NAME")]
    ignored: Vec<String>,
    /// Take a policy, or a gateway, that only watches: nothing is refused then but what cannot be decided.
    #[arg(long)]
    allow_observed: bool,
    /// The longest that an answer may take, in milliseconds; the call is refused then. It is to be well below what the host waits.
    #[arg(long, value_name = "MS", default_value_t = 5_000, value_parser = clap::value_parser!(u64).range(1..=20_000))]
    time_limit: u64,
}

/// What `--on-allow` takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Allowing {
    /// The host asks its user what it would ask without a hook.
    Silent,
    /// The host does not ask: what the policy allows is as good as the user's yes.
    Permit,
}

impl Deciding {
    /// The longest that an answer may take.
    pub fn limit(&self) -> Duration {
        Duration::from_millis(self.time_limit)
    }

    /// Answers a host that writes to the standard input.
    pub fn answer(&self, host: Host) -> lictor_hook::Answer {
        self.answered(host).unwrap_or_else(|trouble| host.stopped(&trouble))
    }

    fn answered(&self, host: Host) -> Result<lictor_hook::Answer, Trouble> {
        let bytes = lictor_hook::read_all(io::stdin().lock())?;
        let call = host.read(&bytes, &root(host), &self.ignored)?;
        // The process ends with the answer: to take apart what was loaded would only make the host wait.
        let decides = Box::leak(self.decides(host)?);
        let said = decides.decide(&call)?;
        Ok(host.answer(&said, if self.no_prompt { Prompts::Never } else { Prompts::Honoured }))
    }

    /// Whoever decides, ready to.
    fn decides(&self, host: Host) -> Result<Box<dyn Decides>, Trouble> {
        let on_allow = match self.on_allow {
            Allowing::Silent => OnAllow::Silent,
            Allowing::Permit => OnAllow::Permit,
        };
        if let (Some(url), Some(file)) = (&self.gateway, &self.api_key) {
            let key = files::read(file, "the key").map_err(|failure| Trouble::gateway(words(failure)))?;
            let key = String::from_utf8_lossy(&key);
            let root = self.root.as_deref().map(keys::one_public).transpose();
            let root = root.map_err(|failure| Trouble::gateway(words(failure)))?;
            let trust = Trust { root, observed: self.allow_observed, now: clock::now() };
            return Ok(Box::new(Gateway::new(url, &key, on_allow, trust)?));
        }
        let Some(bundle) = &self.bundle else {
            return Err(Trouble::arguments(
                "nobody says what decides; name a bundle with `--bundle`, or a gateway with `--gateway`",
            ));
        };
        if !self.admission.asks_for_signer() {
            return Err(Trouble::arguments(
                "nobody says whose bundles count; name a key with `--key`, or keys with `--trusted`",
            ));
        }
        let engine =
            self.admission.load_for_few(bundle).map_err(|failure| Trouble::policy(words(failure)))?;
        if engine.mode() == Mode::Observed && !self.allow_observed {
            return Err(Trouble::policy(format!(
                "{} only watches; take the word `observe` out of the policy, or say `--allow-observed`",
                bundle.display()
            )));
        }
        let agent = self.agent.clone().unwrap_or_else(|| host.name().to_owned());
        Ok(Box::new(Local { engine, agent, now: clock::now(), on_allow }))
    }

    /// Decides by this bundle, signed by this key.
    pub fn by(mut self, bundle: &Path, key: &Path) -> Deciding {
        self.bundle = Some(bundle.to_path_buf());
        self.admission = Admission::by(key);
        self
    }

    /// The arguments that say the same from any directory.
    pub fn words(&self) -> Result<Vec<String>, Failure> {
        let mut words = Vec::new();
        let mut named = |option: &str, value: String| words.extend([option.to_owned(), value]);
        if let Some(bundle) = &self.bundle {
            named("--bundle", absolute(bundle)?);
        }
        if let (Some(url), Some(file)) = (&self.gateway, &self.api_key) {
            named("--gateway", url.clone());
            named("--api-key", absolute(file)?);
        }
        if let Some(root) = &self.root {
            named("--root", absolute(root)?);
        }
        if let Some(agent) = &self.agent {
            named("--agent", agent.clone());
        }
        if self.on_allow == Allowing::Permit {
            named("--on-allow", "permit".to_owned());
        }
        for member in &self.ignored {
            named("--ignore-member", member.clone());
        }
        if self.time_limit != 5_000 {
            named("--time-limit", self.time_limit.to_string());
        }
        words.extend(self.admission.words()?);
        let flags = [(self.no_prompt, "--no-prompt"), (self.allow_observed, "--allow-observed")];
        words.extend(flags.into_iter().filter(|(said, _)| *said).map(|(_, flag)| flag.to_owned()));
        Ok(words)
    }

    /// The files that it rests on.
    pub fn files(&self) -> Vec<PathBuf> {
        let own = self.bundle.iter().chain(&self.api_key).chain(&self.root).cloned();
        own.chain(self.admission.files()).collect()
    }
}

/// Where the agent works, as its host says.
fn root(host: Host) -> Root {
    Root(match host {
        Host::ClaudeCode => std::env::var("CLAUDE_PROJECT_DIR").ok(),
        // It runs its hooks there.
        Host::Codex => std::env::current_dir().ok().map(|dir| dir.display().to_string()),
        Host::Cursor | Host::Gemini | Host::Copilot => None,
    })
}

/// A path that says the same from any directory; nothing that was named is missing.
pub fn absolute(path: &Path) -> Result<String, Failure> {
    let whole =
        path.canonicalize().map_err(|error| files::unreadable(path, "what the hook rests on", &error))?;
    Ok(whole.display().to_string())
}

/// A failure in one line.
fn words(failure: Failure) -> String {
    match failure {
        Failure::Notice(notice) => notice.whole(),
        Failure::Told | Failure::ReaderGone => "it cannot be read".to_owned(),
    }
}
