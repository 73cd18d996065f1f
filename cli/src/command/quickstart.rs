//! `lictor quickstart`: a gateway with a policy of a shop, and the commands that lead through the life of one purchase.

use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Parser;
use lictor_gateway::Gateway;
use lictor_gateway::key::{KeyError, KeyFile, NewKey, Role, Secret, StoredApprover};
use serde_json::{Map, json};

use super::keys::access::told;
use super::serve;
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Notice;
use crate::{files, output};

/// The project of the shop. It passes its own tests, and a test of ours sees to that.
const FILES: [(&str, &str); 5] = [
    ("README.md", include_str!("../../quickstart/README.md")),
    ("policy/merchant.lictor", include_str!("../../quickstart/policy/merchant.lictor")),
    ("policy/tests.lictor", include_str!("../../quickstart/policy/tests.lictor")),
    ("catalogue.json", include_str!("../../quickstart/catalogue.json")),
    ("sources.yaml", include_str!("../../quickstart/sources.yaml")),
];
/// The store that the project knows.
const STORE: &str = "store-1";
/// The role of the policy that is asked.
const MERCHANT: &str = "merchant";

/// Starts a gateway for an example shop, and prints the commands that lead an agent's purchase through it: authorized, used once, replay refused.
///
/// The policy, the catalogue and all that happens stay in the directory, and the next start goes on with them.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor quickstart                            a shop in the directory quickstart, at http://127.0.0.1:8420
  lictor quickstart shop --listen 127.0.0.1:0  another directory, and whichever port is free

Ctrl-C ends it.")]
pub struct Args {
    /// The directory of the shop: a new one, an empty one, or one that this command has made.
    #[arg(default_value = "quickstart")]
    dir: PathBuf,
    /// Where requests come in.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8420")]
    listen: SocketAddr,
}

/// The gateway as `lictor serve` takes it.
#[derive(Parser, Debug)]
struct Serve {
    #[command(flatten)]
    args: serve::Args,
}

/// Who asks in the example, each with a key.
struct Keys {
    agent: Secret,
    till: Secret,
    merchant: Secret,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        write(&self.dir)?;
        let args = self.serve();
        let serve = Serve::try_parse_from(&args).map_err(|error| {
            Notice::error("C0207", format!("`{}` is no command: {error}", args.join(" ")))
                .help("name the directory in letters, digits and `- _ . /`")
        })?;
        let _log = serve.args.log();
        // The address first: where it is taken, the keys of whoever listens there stay.
        let gateway = serve.args.open(format)?;
        let keys = Keys::make(&self.dir.join("data"))?;
        gateway.read_keys().map_err(|why| told(KeyError::File(why)))?;
        let steps = steps(&format!("http://{}", gateway.address()), &keys);
        let mut out = output::stdout();
        match format {
            Format::Json => output::json(&mut out, &self.to_json(&gateway, &keys, &steps, &args))?,
            Format::Human => self.tell(&mut out, &gateway, &keys, &steps, &args)?,
        }
        out.flush()?;
        drop(out);
        serve::run(gateway, || Ok(()))
    }

    /// The same as `lictor serve` is asked for it.
    fn serve(&self) -> Vec<String> {
        let at = |name: &str| self.dir.join(name).display().to_string();
        let listen = self.listen.to_string();
        let (policy, data, sources) = (at("policy"), at("data"), at("sources.yaml"));
        let words = ["serve", &policy, "--data", &data, "--sources", &sources, "--tenant", STORE];
        let words = words.into_iter().chain(["--listen", &listen, "--log", "warn"]);
        words.map(str::to_owned).collect()
    }

    fn tell(
        &self,
        out: &mut output::Out,
        gateway: &Gateway,
        keys: &Keys,
        steps: &[Step],
        args: &[String],
    ) -> io::Result<()> {
        let url = format!("http://{}", gateway.address());
        writeln!(out, "A shop decides here what agents may buy: {STORE}, at {url}")?;
        writeln!(out, "Run these lines in another terminal, one after another.")?;
        for (number, Step { about, lines }) in (1..).zip(steps) {
            writeln!(out, "\n{number}. {about}\n")?;
            for line in lines {
                writeln!(out, "  {line}")?;
            }
        }
        writeln!(out, "\nWhat happened, and what waits for you, is on {url}/")?;
        writeln!(
            out,
            "Sign in there with the merchant's key. The keys are shown once; the next start makes others:\n"
        )?;
        for (name, secret) in keys.all() {
            writeln!(out, "{name:9} {}", secret.show())?;
        }
        writeln!(
            out,
            "\nThe policy is {}: read it first. This gateway is",
            self.dir.join("policy/merchant.lictor").display()
        )?;
        writeln!(out, "lictor {}\n\nCtrl-C ends it.", args.join(" "))
    }

    fn to_json(&self, gateway: &Gateway, keys: &Keys, steps: &[Step], args: &[String]) -> serde_json::Value {
        let keys: Map<String, serde_json::Value> =
            keys.all().map(|(name, secret)| (name.to_owned(), secret.show().into())).into_iter().collect();
        let steps = steps.iter().map(|step| json!({ "about": step.about, "lines": step.lines }));
        json!({
            "url": format!("http://{}", gateway.address()), "dir": self.dir.display().to_string(), "store": STORE,
            "keys": keys, "steps": steps.collect::<Vec<_>>(), "serve": args,
        })
    }
}

impl Keys {
    /// Makes them; those of an earlier start end.
    fn make(data: &Path) -> Result<Keys, Failure> {
        let file = KeyFile::of(data).map_err(told)?;
        let make = |name: &str, role: Role, roles: &[&str]| {
            let approves = StoredApprover {
                roles: roles.iter().map(|role| (*role).to_owned()).collect(),
                ..StoredApprover::default()
            };
            let (per_minute, owner, signing_key, agent) = (None, None, None, Map::new());
            let new = NewKey { name: name.to_owned(), role, per_minute, approves, owner, signing_key, agent };
            let made = match file.add(new) {
                Err(KeyError::Taken(name)) => file.rotate(&name, 0, None).map(|(secret, _)| secret),
                made => made,
            };
            made.map_err(told)
        };
        Ok(Keys {
            agent: make("shopper-1", Role::Agent, &[])?,
            till: make("till-1", Role::Checkout, &[])?,
            merchant: make(MERCHANT, Role::Approver, &[MERCHANT])?,
        })
    }

    fn all(&self) -> [(&'static str, &Secret); 3] {
        [("agent", &self.agent), ("checkout", &self.till), (MERCHANT, &self.merchant)]
    }
}

/// One step of the way: what happens, and what to run for it.
struct Step {
    about: &'static str,
    lines: Vec<String>,
}

/// The way of one purchase, and of one that a person looks at.
fn steps(url: &str, keys: &Keys) -> Vec<Step> {
    let post = |step: &str, key: &Secret, body: &str| {
        let key = key.show();
        format!(
            "curl -sS {url}/agents/v1/exec/{step} -H 'X-API-Key: {key}' -H 'Content-Type: application/json' -d '{body}'"
        )
    };
    let notebook = r#""storeId":"store-1","permyxProductId":"notebook","sourceVariantId":"shopify:variant:1","quantity":1,"price":{"amount":"19.99","currency":"USD"},"scope":"agent_exec""#;
    let desk = r#"{"storeId":"store-1","permyxProductId":"desk","sourceVariantId":"shopify:variant:3","quantity":1,"price":{"amount":"480.00","currency":"USD"},"scope":"agent_exec"}"#;
    let authorize = post("authorize", &keys.agent, &format!("{{{notebook}}}"));
    // The shell puts the token between two quoted parts.
    let present = format!(r#"{{"executionToken":"'"$token"'",{notebook}}}"#);
    let validate = format!("{}; echo", post("validate", &keys.till, &present));
    vec![
        Step {
            about: "An agent asks to buy a notebook at 19.99 USD. It is allowed, and gets a token: good for two minutes, once.",
            lines: vec![format!("granted=$({authorize}); echo \"$granted\"")],
        },
        Step {
            about: "The checkout presents the token with what it is about to sell, and sells it where it is told \"allowed\":true.",
            lines: vec![
                r#"token=${granted#*'"executionToken":"'}; token=${token%%'"'*}"#.to_owned(),
                validate.clone(),
            ],
        },
        Step { about: "The same once more is refused: REPLAY_DETECTED.", lines: vec![validate] },
        Step {
            about: "A desk at 480.00 USD waits for the merchant.",
            lines: vec![format!("{}; echo", post("authorize", &keys.agent, desk))],
        },
    ]
}

/// Writes the project, where it is not there yet. What is there is somebody's, and stays.
fn write(dir: &Path) -> Result<(), Failure> {
    if dir.join("policy").is_dir() && dir.join("sources.yaml").is_file() {
        return Ok(());
    }
    super::new::make_directory(dir)?;
    let policy = dir.join("policy");
    fs::create_dir(&policy).map_err(|error| files::unwritable(&policy, &error))?;
    for (name, text) in FILES {
        files::create(&dir.join(name), text.as_bytes(), false)?;
    }
    Ok(())
}
