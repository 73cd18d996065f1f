//! `lictor delta`: the policies of some users as a change of a bundle.

use std::io::Write;
use std::path::PathBuf;

use lictor_bundle::delta::units_for;
use lictor_bundle::error::BundleError;
use lictor_bundle::program::{Release, UnitKey};
use lictor_bundle::release::MAX_SEQUENCE;
use lictor_compiler::separate;
use serde_json::json;

use crate::admission::Admission;
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{self, Notice, Paint};
use crate::{files, keys, moment, output, policy, suite};

/// Makes a change: a small file that replaces the policies of some users in a bundle, wherever it is in force.
///
/// Only what all users share and the policies of these users are compiled. A key that was added with `lictor keys add --purpose user-layer` may sign it, and
/// can sign nothing else.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor delta acme.bundle policy --user u-4711 --sequence 13 -o u-4711.delta --key users.key
  lictor apply acme.bundle u-4711.delta --trusted keys.json -o acme-13.bundle")]
pub struct Args {
    /// The bundle that is changed, as `lictor build` wrote it.
    bundle: PathBuf,
    /// The directory of policies.
    path: PathBuf,
    /// The id of a user whose policy is replaced; may be given several times.
    #[arg(long = "user", value_name = "ID", required = true)]
    users: Vec<String>,
    /// Which edition comes of it: a higher number than that of the bundle.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MAX_SEQUENCE))]
    sequence: u64,
    /// The last moment at which the edition may be loaded, no later than that of the bundle, which it is otherwise.
    #[arg(long, value_name = "TIME", value_parser = moment::end)]
    expires: Option<i64>,
    /// The file to write.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The private key to sign with; several sign together.
    #[arg(long = "key", value_name = "KEYFILE")]
    keys: Vec<PathBuf>,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let keys = self.keys.iter().map(|path| keys::private(path)).collect::<Result<Vec<_>, _>>()?;
        let engine = Admission::default().load_to_show(&self.bundle)?;
        let users = |project| separate::only(project, &self.users);
        let tested = suite::test(policy::load_part(&self.path, users, format)?)?;
        if tested.failed() > 0 {
            let message = format!("{} of the policy's tests fail", tested.failed());
            let help = format!("run `lictor test {}`", self.path.display());
            render::tell(&Notice::warning("W0601", message).help(help), format);
        }
        let refused = |error: BundleError| policy::refused(&self.bundle, &error);
        let units = units_for(engine.bundle(), &tested.engine.to_bundle()).map_err(refused)?;
        for user in &self.users {
            let key = UnitKey::User(user.clone());
            if units.iter().all(|unit| unit.key != key) {
                let message = format!("{} has no policy of user {user}", self.path.display());
                let help = "write its id as it stands after `layer user`";
                return Err(Notice::error("B0162", message).help(help).into());
            }
        }
        let expires = self.expires.or(engine.release().expires);
        let change = engine.change(units, Release { sequence: self.sequence, expires }).map_err(refused)?;
        let file = change.seal(engine.bundle(), &keys).map_err(refused)?;
        files::replace(&self.output, &file)?;

        let mut out = output::stdout();
        match format {
            Format::Json => output::json(
                &mut out,
                &json!({
                    "file": self.output.display().to_string(), "bytes": file.len(), "from": change.from.to_string(),
                    "to": change.to.to_string(), "sequence": change.release.sequence,
                    "expires": render::expires(change.release), "users": self.users,
                }),
            )?,
            Format::Human => {
                let name = self.output.display().to_string();
                writeln!(
                    out,
                    "{}  {} bytes",
                    Paint::stdout().paint(render::Colour::Bold, &name),
                    file.len()
                )?;
                writeln!(out, "  of         {}", change.from)?;
                writeln!(out, "  makes      {}", change.to)?;
                writeln!(out, "  edition    {}", render::edition(change.release))?;
                writeln!(out, "  users      {}", self.users.join(", "))?;
            }
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}
