//! The keys of those who ask a gateway: made, listed, exchanged and revoked in its data directory.

use std::io::Write;
use std::path::{Path, PathBuf};

use lictor_bundle::time::render_timestamp;
use lictor_gateway::key::{KeyError, KeyFile, NewKey, Role, Secret, StoredApprover, StoredKey};
use serde_json::{Map, Value, json};

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{Colour, Notice, Paint};
use crate::{clock, files, keys, output};

/// What a new key is to be.
#[derive(clap::Args, Debug)]
pub struct NewAccess {
    /// The data directory of a gateway.
    #[arg(long, value_name = "DIR", requires = "role")]
    data: Option<PathBuf>,
    /// What the key is for.
    #[arg(long, requires = "data", value_parser = role)]
    role: Option<Role>,
    /// What policies are told of the agent beside its id: a file with an object of JSON, such as {"tier": "known"}.
    #[arg(long, value_name = "FILE", requires = "data")]
    agent: Option<PathBuf>,
    /// Of an agent: the person who answers for it. What an agent asks for its owner never approves.
    #[arg(long, value_name = "PERSON", requires = "data")]
    owner: Option<String>,
    /// Of an approver: the roles of the policy that they speak for, with commas between them.
    #[arg(long, value_name = "ROLES", requires = "data", value_delimiter = ',')]
    approves: Vec<String>,
    /// Of an approver: who that is, where the key is not called like them. Votes are counted by persons, not by keys.
    #[arg(long, value_name = "PERSON", requires = "data")]
    person: Option<String>,
    /// The public key that an agent signs its requests with, or an approver their answers, as `lictor keygen` made it. An agent that has one is let in by its
    /// signature only.
    #[arg(long, value_name = "FILE", requires = "data")]
    signing_key: Option<PathBuf>,
    /// How many evaluations a minute it has, where that is not what the gateway says; 0 does not count them.
    #[arg(long, value_name = "N", requires = "data")]
    rate: Option<u32>,
}

/// What is to be done, and in which data directory.
pub enum Access<'a> {
    /// Show them.
    List { data: &'a Path },
    /// Make one.
    Add { name: &'a Path, new: Given<'a> },
    /// Make another one for somebody.
    Rotate { name: &'a Path, data: &'a Path, keep_old: i64, signing_key: Option<&'a Path> },
    /// End them.
    Revoke { name: &'a Path, data: &'a Path },
}

/// What was given of a new key.
pub struct Given<'a> {
    data: &'a Path,
    role: Role,
    agent: Option<&'a Path>,
    owner: Option<&'a str>,
    approves: &'a [String],
    person: Option<&'a str>,
    signing_key: Option<&'a Path>,
    rate: Option<u32>,
}

impl NewAccess {
    /// What was given, where it is about the keys of a gateway.
    pub fn given(&self) -> Option<Given<'_>> {
        let NewAccess { data, role, agent, owner, approves, person, signing_key, rate } = self;
        Some(Given {
            data: data.as_deref()?,
            role: (*role)?,
            agent: agent.as_deref(),
            owner: owner.as_deref(),
            approves,
            person: person.as_deref(),
            signing_key: signing_key.as_deref(),
            rate: *rate,
        })
    }
}

impl Access<'_> {
    /// Does it.
    pub fn run(self, format: Format) -> Result<Exit, Failure> {
        let mut out = output::stdout();
        match self {
            Access::List { data } => {
                let keys = KeyFile::of(data).and_then(|file| file.list()).map_err(told)?;
                match format {
                    Format::Json => output::json(
                        &mut out,
                        &json!({ "keys": keys.iter().map(shown).collect::<Vec<_>>() }),
                    )?,
                    Format::Human => list(&mut out, &keys)?,
                }
            }
            Access::Add { name, new } => {
                let (wanted, file) = (wanted(name, &new)?, KeyFile::of(new.data).map_err(told)?);
                let secret = file.add(wanted).map_err(told)?;
                made(&mut out, &file, &secret, None, format)?;
            }
            Access::Rotate { name, data, keep_old, signing_key } => {
                let (name, file) = (text(name)?, KeyFile::of(data).map_err(told)?);
                let signing_key = signing_key.map(keys::one_public).transpose()?;
                let (secret, until) = file.rotate(&name, keep_old, signing_key.as_ref()).map_err(told)?;
                made(&mut out, &file, &secret, Some(until), format)?;
            }
            Access::Revoke { name, data } => {
                let name = text(name)?;
                let count = KeyFile::of(data).and_then(|file| file.revoke(&name)).map_err(told)?;
                match format {
                    Format::Json => output::json(&mut out, &json!({ "name": name, "revoked": count }))?,
                    Format::Human => writeln!(out, "{name}  revoked")?,
                }
            }
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}

/// The key that was described.
fn wanted(name: &Path, new: &Given<'_>) -> Result<NewKey, Failure> {
    Ok(NewKey {
        name: text(name)?,
        role: new.role,
        per_minute: new.rate,
        approves: StoredApprover {
            person: new.person.map(str::to_owned),
            roles: new.approves.to_vec(),
            signing_key: None,
        },
        owner: new.owner.map(str::to_owned),
        signing_key: new.signing_key.map(keys::one_public).transpose()?,
        agent: new.agent.map(attributes).transpose()?.unwrap_or_default(),
    })
}

/// The key goes to the standard output alone, so that it can be put where it belongs without being seen.
fn made(
    out: &mut output::Out,
    file: &KeyFile,
    secret: &Secret,
    until: Option<i64>,
    format: Format,
) -> Result<(), Failure> {
    // It was made, and must be shown, whatever else goes wrong.
    let made = file.list().unwrap_or_default().into_iter().find(|key| key.id == secret.id());
    let keyid = made.as_ref().and_then(keyid);
    match format {
        Format::Json => output::json(
            out,
            &json!({ "key": secret.show(), "id": secret.id(), "old_until": until.map(render_timestamp), "keyid": keyid }),
        )?,
        Format::Human => {
            writeln!(out, "{}", secret.show())?;
            let old = until.map(|until| format!("the old one counts until {}; ", render_timestamp(until)));
            let old = old.unwrap_or_default();
            output::to_stderr(&format!("{old}this is shown once: keep it where only its owner reads it\n"));
            if let Some(keyid) = keyid {
                let alone = "nobody is let in with the key above alone";
                output::to_stderr(&format!("requests are signed with the key {keyid}: {alone}\n"));
            }
        }
    }
    Ok(())
}

fn list(out: &mut output::Out, keys: &[StoredKey]) -> Result<(), Failure> {
    let paint = Paint::stdout();
    for key in keys {
        let name = paint.paint(Colour::Bold, &key.name);
        let until = key.until.as_deref().map(|until| format!(", until {until}")).unwrap_or_default();
        let rate = key.per_minute.map(|rate| format!(", {rate} a minute")).unwrap_or_default();
        let revoked = match &key.revoked {
            Some(since) => paint.paint(Colour::Red, &format!(", REVOKED {since}")),
            None if !key.counts(clock::now()) => paint.paint(Colour::Red, ", OVER"),
            None => String::new(),
        };
        writeln!(
            out,
            "{name}  {}\n  {}{}, made {}{rate}{until}{revoked}",
            key.id,
            key.role.name(),
            about(key),
            key.created
        )?;
    }
    if keys.is_empty() {
        writeln!(out, "there are no keys; `lictor keys add NAME --role agent --data DIR` makes one")?;
    }
    Ok(())
}

/// For whom an approver speaks, and who answers for an agent.
fn about(key: &StoredKey) -> String {
    let mut about = String::new();
    let StoredApprover { person, roles, signing_key } = &key.approves;
    if !roles.is_empty() {
        about.push_str(&format!(" for {}", roles.join(", ")));
    }
    if let Some(person) = person {
        about.push_str(&format!(", who is {person}"));
    }
    if signing_key.is_some() {
        about.push_str(", signs");
    }
    if let Some(owner) = &key.owner {
        about.push_str(&format!(" of {owner}"));
    }
    if let Some(keyid) = keyid(key) {
        about.push_str(&format!(", signs with {keyid}"));
    }
    about
}

/// What signatures on requests of an agent call its key.
fn keyid(key: &StoredKey) -> Option<String> {
    let signer = key.signing().filter(|_| key.role == Role::Agent)?;
    Some(signer.thumbprint.to_string())
}

fn shown(key: &StoredKey) -> Value {
    json!({
        "id": key.id, "name": key.name, "role": key.role.name(), "created": key.created, "until": key.until,
        "revoked": key.revoked, "per_minute": key.per_minute, "agent": key.agent, "approves": key.approves, "owner": key.owner, "keyid": keyid(key), "counts": key.counts(clock::now()),
    })
}

/// What policies are told of an agent.
fn attributes(path: &Path) -> Result<Map<String, Value>, Failure> {
    let bytes = files::read(path, "what is said of the agent")?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Notice::error("C0209", format!("{} is not an object of JSON: {error}", path.display()))
            .help("write what policies read of `agent` beside its id, such as {\"tier\": \"known\"}")
            .into()
    })
}

/// Why keys were not made or changed.
pub fn told(error: KeyError) -> Failure {
    let help = match &error {
        KeyError::File(_) => "mend the file, or put back the one that was there",
        KeyError::Io(_) => "name a data directory that this user may write to",
        KeyError::Random(_) => "keys need them; try again on another machine",
        _ => "`lictor keys list --data DIR` shows which keys there are",
    };
    Notice::error("C0209", error.to_string()).help(help).into()
}

fn text(name: &Path) -> Result<String, Failure> {
    name.to_str().map(str::to_owned).ok_or_else(|| told(KeyError::Name))
}

fn role(name: &str) -> Result<Role, String> {
    let names = Role::ALL.map(Role::name).join(", ");
    Role::named(name).ok_or_else(|| format!("a key is for one of these: {names}"))
}

/// Reads `90s`, `30m`, `24h` or `7d` as milliseconds.
pub fn duration(text: &str) -> Result<i64, String> {
    let units = [("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
    let read = units.into_iter().find_map(|(unit, length)| {
        let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(length).filter(|time| (0..=31_536_000_000).contains(time))
    });
    read.ok_or_else(|| "write a time such as 30m, 24h or 7d, a year at most".to_owned())
}
