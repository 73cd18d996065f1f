//! `lictor hook install` and `uninstall`: the change is shown, made where somebody says so, and tried.

use std::fs;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use lictor_hook::Trouble;
use lictor_hook::install::{self, Command};
use serde::{Serialize, Serializer};

use super::deciding::{Deciding, absolute};
use super::trial::{Proof, prove};
use super::{Place, home, left, own, read, test};
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{Notice, Paint};
use crate::{files, output};

/// Puts the hook before every tool of a host, after showing what changes, and tries that it holds.
///
/// Where neither a policy nor a bundle nor a gateway is named, a policy to begin with is written to `~/.lictor/policy` and put in force: that of
/// `lictor new --profile enforce`. Change it, and run this again. What stands in the configuration of the host stays as it is written.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// A directory of policies, which is built and signed with a key that is then forgotten.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["bundle", "gateway"])]
    policy: Option<PathBuf>,
    /// Where the bundle of that policy lies; best where the agent's user cannot write. `~/.lictor` otherwise.
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Makes the change without asking.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    deciding: Deciding,
}

/// Takes the hook away from a host, after showing what changes.
#[derive(clap::Args, Debug)]
pub struct Uninstall {
    #[command(flatten)]
    place: Place,
    /// Makes the change without asking.
    #[arg(long)]
    yes: bool,
}

/// What programs are told of an installation.
#[derive(Serialize)]
struct Installed<'a> {
    host: &'static str,
    /// The policy that was built and put in force, where one was.
    policy: Option<String>,
    change: &'a Change<'a>,
    /// What a person must do besides, where the configuration alone does not make the host run the hook.
    besides: Option<&'static str>,
    /// What was tried afterwards; nothing where the change was not made.
    test: Option<Proof>,
}

/// What programs are told where the hook is taken away.
#[derive(Serialize)]
struct Uninstalled<'a> {
    host: &'static str,
    change: &'a Change<'a>,
}

/// What becomes of a configuration.
#[derive(Serialize)]
struct Change<'a> {
    #[serde(serialize_with = "shown")]
    file: &'a Path,
    /// What stood there, and what is to stand there.
    before: &'a str,
    after: &'a str,
    /// Whether it stands there now.
    made: bool,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let (host, file) = (self.place.host, self.place.file()?);
        // Before anything is built or written.
        let before = read(&file)?;
        install::found(host, &before).map_err(|trouble| left(&file, trouble))?;
        if let Some(why) = install::unread(host, &before).map_err(|trouble| left(&file, trouble))? {
            return Err(left(&file, Trouble::arguments(why)));
        }
        let mut out = output::stdout();
        let mut deciding = self.deciding.clone();
        let mut policy = None;
        if deciding.bundle.is_none() && deciding.gateway.is_none() {
            let into = self.into.clone().map_or_else(|| home().map(|home| home.join(".lictor")), Ok)?;
            let made = own::make(self.policy.as_deref(), &into, format)?;
            if format == Format::Human {
                writeln!(
                    out,
                    "The policy is {}: change it there, and run this again.",
                    made.policy.display()
                )?;
            }
            deciding = deciding.by(&made.bundle, &made.key);
            policy = Some(made.policy);
        }
        let program = std::env::current_exe()
            .map_err(|error| files::unreadable(Path::new("lictor"), "the program", &error))?;
        let mut words = vec![absolute(&program)?, "hook".to_owned(), host.name().to_owned()];
        words.extend(deciding.words()?);
        let after =
            install::put(host, &before, &Command { host, words }).map_err(|trouble| left(&file, trouble))?;
        let mut change = Change { file: &file, before: &before, after: &after, made: false };
        let besides = install::besides(host);
        let made = change.make(&mut out, format, self.yes);
        let test = match &made {
            Ok(()) => Some(prove(host, &file, &deciding.files())?),
            Err(_) => None,
        };
        if format == Format::Json {
            let policy = policy.map(|policy| policy.display().to_string());
            let told = Installed { host: host.name(), policy, change: &change, besides, test };
            output::json(&mut out, &told)?;
            out.flush()?;
            made?;
            return told.test.as_ref().map_or(Ok(Exit::Failure), test::exit);
        }
        made?;
        if let Some(besides) = besides {
            writeln!(out, "Besides: {besides}.")?;
        }
        writeln!(out)?;
        let Some(proof) = test else { return Ok(Exit::Failure) };
        test::tell(&mut out, host.title(), &proof)?;
        out.flush()?;
        test::exit(&proof)
    }
}

impl Uninstall {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let (host, file) = (self.place.host, self.place.file()?);
        let before = read(&file)?;
        let after = install::removed(host, &before).map_err(|trouble| left(&file, trouble))?;
        let mut out = output::stdout();
        let mut change = Change { file: &file, before: &before, after: &after, made: false };
        let made = change.make(&mut out, format, self.yes);
        if change.made && after.is_empty() && !before.is_empty() && is_link(&file) {
            if format == Format::Human {
                writeln!(
                    out,
                    "\nNothing else stood in it; the file is empty now, and the link to it stays."
                )?;
            }
        } else if change.made && after.is_empty() && !before.is_empty() {
            // Those in which nothing else is: one that holds something stays.
            for dir in self.place.folders()? {
                let _ = fs::remove_dir(dir);
            }
            if format == Format::Human {
                writeln!(out, "\nNothing else stood in it, so the file is gone.")?;
            }
        }
        if format == Format::Json {
            output::json(&mut out, &Uninstalled { host: host.name(), change: &change })?;
        }
        out.flush()?;
        made?;
        Ok(Exit::Success)
    }
}

impl Change<'_> {
    /// Shows people what changes in the file, and changes it where that is wanted. Programs are told afterwards, and are not asked.
    fn make(&mut self, out: &mut output::Out, format: Format, yes: bool) -> Result<(), Failure> {
        let (file, shown) = (self.file, self.file.display());
        if self.before == self.after {
            if format == Format::Human {
                writeln!(out, "{shown} is as it should be: nothing changes.")?;
            }
            self.made = true;
            return Ok(());
        }
        if format == Format::Human {
            writeln!(out, "{shown} changes:\n")?;
            out.write_all(difference(self.before, self.after, Paint::stdout()).as_bytes())?;
            out.flush()?;
        }
        if !yes && (format == Format::Json || !agreed(out)?) {
            return Err(Notice::error("C0141", format!("{shown} stays as it is, since nobody said yes"))
                .help("say `--yes` where nobody can be asked")
                .into());
        }
        // Somebody may have written meanwhile, and would lose it.
        if read(file)? != self.before {
            return Err(Notice::error("C0140", format!("{shown} was changed meanwhile, and stays as it is"))
                .help("run this again")
                .into());
        }
        if self.after.is_empty() && is_link(file) {
            // What it leads to would keep the hook if only the link went.
            files::replace(file, b"")?;
        } else if self.after.is_empty() {
            // There was nothing before the hook was put there.
            fs::remove_file(file).map_err(|error| files::unwritable(file, &error))?;
        } else {
            if let Some(dir) = file.parent().filter(|dir| !dir.as_os_str().is_empty()) {
                fs::create_dir_all(dir).map_err(|error| files::unwritable(dir, &error))?;
            }
            files::replace(file, self.after.as_bytes())?;
        }
        self.made = true;
        Ok(())
    }
}

/// Whether it is a link to a file that lies elsewhere.
fn is_link(file: &Path) -> bool {
    fs::symlink_metadata(file).is_ok_and(|found| found.is_symlink())
}

/// A path as people read it, whatever bytes it has.
fn shown<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&path.display())
}

/// Asks whoever sits there.
fn agreed(out: &mut output::Out) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    write!(out, "\nIs this right? [y/N] ")?;
    out.flush()?;
    let mut said = String::new();
    io::stdin().lock().read_line(&mut said)?;
    Ok(matches!(said.trim(), "y" | "Y" | "yes"))
}

/// The lines that go and come, with one before and after that stay.
fn difference(before: &str, after: &str, paint: Paint) -> String {
    use crate::render::Colour;
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same =
        |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| pairs.take_while(|(old, new)| old == new).count();
    let first = same(&mut old.iter().zip(&new));
    let most = old.len().min(new.len()) - first;
    let last = same(&mut old.iter().rev().zip(new.iter().rev())).min(most);
    let stays = |at: Option<&&str>| at.map(|line| format!("    {line}\n")).unwrap_or_default();
    let mut shown = stays(first.checked_sub(1).and_then(|at| old.get(at)));
    for line in &old[first..old.len() - last] {
        shown.push_str(&paint.paint(Colour::Red, &format!("  - {line}\n")));
    }
    for line in &new[first..new.len() - last] {
        shown.push_str(&paint.paint(Colour::Green, &format!("  + {line}\n")));
    }
    shown.push_str(&stays(new.get(new.len() - last)));
    shown
}
