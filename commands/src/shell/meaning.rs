//! What the commands of a script do, each by itself and all together.

use std::collections::BTreeSet;

use super::named::Named;
use super::reader::{self, Found};
use super::word::{Sent, Word, Written};
use super::{Act, Script, environment, paths, programs, wrappers};
use crate::{MAX_COMMANDS, MAX_DEPTH, Reason};

/// What one command does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Effect {
    /// What.
    pub act: Act,
    /// To what.
    pub paths: Vec<String>,
    /// To which address.
    pub url: Option<String>,
    /// To which branch.
    pub branch: Option<String>,
    /// Whether with all below it.
    pub recursive: bool,
    /// Whether what stands there is thrown away.
    pub forced: bool,
    /// Whether it reaches out.
    pub network: bool,
    /// Why nobody can tell.
    pub reason: Option<Reason>,
}

impl Effect {
    /// An act on nothing in particular.
    pub fn of(act: Act) -> Effect {
        let (url, branch, reason) = (None, None, None);
        Effect {
            act,
            paths: Vec::new(),
            url,
            branch,
            recursive: false,
            forced: false,
            network: false,
            reason,
        }
    }

    /// An act on files.
    pub fn on(act: Act, words: &[&Word]) -> Effect {
        Effect { paths: words.iter().map(|word| word.text.clone()).collect(), ..Effect::of(act) }
    }

    /// The same, reaching out.
    pub fn out(self) -> Effect {
        Effect { network: true, ..self }
    }

    /// What nobody can tell.
    pub fn opaque(reason: Reason) -> Effect {
        Effect { reason: Some(reason), ..Effect::of(Act::Opaque) }
    }
}

/// A command, and what stands around it.
pub(super) struct Around<'s> {
    /// How many scripts it runs inside of.
    pub depth: usize,
    /// What it is sent.
    pub sent: Option<&'s Sent>,
    /// The command that feeds it.
    pub fed_by: Option<&'s Written>,
    /// Whether anything feeds it.
    pub fed: bool,
}

/// What all commands do.
#[derive(Default)]
pub(super) struct Effects {
    effects: Vec<Effect>,
    programs: BTreeSet<String>,
    named: Named,
    elevated: bool,
    reason: Option<Reason>,
    /// The folder that the script went to.
    folder: Option<String>,
    work: usize,
}

impl Effects {
    /// Notes that something cannot be told.
    pub fn opaque(&mut self, reason: Reason) {
        self.add(Effect::opaque(reason));
    }

    /// Notes what a command does.
    pub fn add(&mut self, effect: Effect) {
        self.reason = self.reason.or(effect.reason);
        self.effects.push(effect);
    }

    /// Notes that a command has the rights of the administrator.
    pub fn elevate(&mut self) {
        self.elevated = true;
    }

    /// Reads a script that runs inside so many others.
    pub fn script(&mut self, text: &str, depth: usize) {
        if depth >= MAX_DEPTH {
            return self.opaque(Reason::Deep);
        }
        if multiplies(text) {
            self.add(Effect::of(Act::Destroys));
        }
        let Found { commands, shaped, opaque, .. } = reader::read(text, depth);
        self.named.refuse_if(shaped);
        if let Some(reason) = opaque {
            self.opaque(reason);
        }
        for command in &commands {
            let fed_by = command.fed_by.and_then(|number| commands.get(number));
            let around = Around { depth, sent: command.sent.as_ref(), fed_by, fed: command.fed_by.is_some() };
            self.named.refuse_if(!command.variables.is_empty());
            self.variables(command);
            self.redirects(command);
            self.command(&command.words, &around);
        }
    }

    /// What a program does that is run with these words.
    pub fn command(&mut self, words: &[Word], around: &Around<'_>) {
        self.work += 1;
        if self.work > MAX_COMMANDS * 2 {
            return self.opaque(Reason::Long);
        }
        if around.depth >= MAX_DEPTH {
            return self.opaque(Reason::Deep);
        }
        let Some((program, arguments)) = words.split_first() else { return };
        if !program.is_known() || program.text.is_empty() {
            return self.opaque(Reason::Program);
        }
        let name = program.text.rsplit('/').next().unwrap_or_default().to_owned();
        // Another program of the same name is another program.
        let usual = ["/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/", "/usr/local/bin/", "/opt/homebrew/bin/"];
        let here = program.text.contains('/')
            && !usual.iter().any(|folder| program.text == format!("{folder}{name}"));
        self.programs.insert(name.clone());
        if wrappers::unwrap(self, &name, arguments, around) {
            return self.named.refuse_if(!wrappers::is_clear(&program.text, arguments));
        }
        let mut effect =
            if here { Effect::of(Act::Runs) } else { programs::effect(&name, arguments, around) };
        let removed = (effect.act == Act::Deletes).then(|| effect.paths.clone());
        graver(&name, arguments, &mut effect);
        self.named.command(words, &effect, around);
        if name == "cd" || name == "pushd" {
            let to = arguments.iter().find(|word| !word.text.starts_with('-'));
            match to {
                Some(word) if word.is_known() && self.folder.is_none() => {
                    self.folder = Some(word.text.clone())
                }
                Some(word) if word.is_known() && !word.text.starts_with(['/', '~']) => {
                    self.folder = self.folder.take().map(|from| format!("{from}/{}", word.text));
                }
                Some(word) => self.folder = Some(word.text.clone()),
                None => self.folder = Some("~".to_owned()),
            }
        }
        if let Some(folder) = &self.folder {
            for path in effect.paths.iter_mut().filter(|path| !path.starts_with(['/', '~', '$'])) {
                *path = format!("{folder}/{path}");
            }
            if effect.act == Act::Looks && effect.paths.iter().any(|path| paths::is_secret(path, false)) {
                effect.act = Act::ReadsSecret;
            }
        }
        // A pattern may match what opens doors, but what it removes is everything.
        let whole = |paths: &[String]| paths.iter().any(|path| paths::is_everything(path));
        let removes = effect.act == Act::Deletes && whole(&effect.paths)
            || effect.act < Act::Destroys && removed.is_some_and(|paths| whole(&paths));
        if removes && (effect.recursive || effect.forced) {
            effect.act = Act::Destroys;
        }
        self.add(effect);
    }

    /// Variables before a command that change which programs run.
    fn variables(&mut self, command: &Written) {
        let program = command.words.first().map(|word| word.text.as_str());
        for (name, value) in &command.variables {
            let (text, known) = (value.text.as_str(), value.is_known());
            let harmful = match program {
                Some(program) => !environment::is_harmless(name, text, known, program),
                None => environment::matters(name, text, known),
            };
            if harmful {
                self.opaque(Reason::Environment);
            }
            if environment::is_record(name) {
                self.add(Effect::on(Act::Hides, &[&Word::known(name)]));
            }
        }
    }

    /// Files that a command is redirected to.
    fn redirects(&mut self, command: &Written) {
        for redirect in &command.redirects {
            let (reads, target) = (redirect.operator == "<", &redirect.target);
            self.named.refuse_if(reads || target.text != "/dev/null");
            if target.text.starts_with("/dev/tcp/") || target.text.starts_with("/dev/udp/") {
                self.add(Effect::of(Act::Sends).out());
            } else if reads {
                if target.text != "<(…)" && target.text != "/dev/null" {
                    let mut effect = Effect::on(Act::Looks, &[target]);
                    graver("cat", std::slice::from_ref(target), &mut effect);
                    self.add(effect);
                }
            } else if !matches!(
                target.text.as_str(),
                "/dev/null" | "/dev/stdout" | "/dev/stderr" | "/dev/tty" | "<(…)"
            ) {
                let empties = redirect.operator == ">" && prints_nothing(&command.words);
                let mut effect = Effect::on(if empties { Act::Deletes } else { Act::Writes }, &[target]);
                effect.forced = redirect.operator == ">";
                graver("tee", std::slice::from_ref(target), &mut effect);
                if paths::is_disk(&target.text) {
                    effect.act = Act::Destroys;
                }
                self.add(effect);
            }
        }
    }

    /// All of them as one.
    pub fn summary(self) -> Script {
        let worst = self.effects.iter().map(|effect| effect.act).max().unwrap_or(Act::Looks);
        let graved = self.effects.iter().filter(|effect| effect.act == worst);
        let mut things: BTreeSet<(Act, Option<&str>, Option<&str>)> = BTreeSet::new();
        for effect in &self.effects {
            let paths: Vec<Option<&str>> = match effect.paths.as_slice() {
                [] => vec![None],
                paths => paths.iter().map(|path| Some(path.as_str())).collect(),
            };
            for path in paths {
                let nothing = effect.act == Act::Looks && path.is_none();
                if !nothing {
                    things.insert((effect.act, path, effect.url.as_deref()));
                }
            }
        }
        let count = graved.clone().map(|effect| effect.paths.len()).sum::<usize>().max(1);
        // A provider that is asked takes patterns of its own: `--query 'Reservations[0]'`.
        let open = graved.clone().any(|effect| {
            let patterns = effect.act != Act::Inspects;
            effect.paths.iter().any(|path| path.contains('$') || patterns && path.contains(['*', '?', '[']))
        });
        let mut act = worst;
        // To look at several files is to look into the folder that they all lie in.
        let folder = (worst == Act::Looks && (things.len() > 1 || open)).then(|| self.looks_into()).flatten();
        let several = act < Act::Several && (things.len() > 1 || open);
        if folder.is_none() && several || act == Act::Deletes && things.len() > 1 {
            act = Act::Several;
        }
        if self.elevated {
            act = act.max(Act::Privileges);
        }
        let plain = act == Act::Runs && !self.elevated && self.reason.is_none();
        let of = |pick: fn(&Effect) -> Option<String>| graved.clone().find_map(pick);
        let short = |text: String| text.chars().take(400).collect::<String>();
        Script {
            act,
            path: folder.or_else(|| of(|effect| effect.paths.first().cloned())).map(short),
            url: of(|effect| effect.url.clone()),
            branch: of(|effect| effect.branch.clone()).map(short),
            recursive: self.effects.iter().any(|effect| effect.recursive),
            forced: self.effects.iter().any(|effect| effect.forced),
            count: i64::try_from(count).unwrap_or(i64::MAX),
            elevated: self.elevated,
            network: self.effects.iter().any(|effect| effect.network),
            opaque: self.reason.is_some(),
            reason: self.reason,
            programs: self.programs.into_iter().map(short).collect(),
            commands: if plain { self.named.all() } else { Vec::new() },
        }
    }
}

impl Effects {
    /// The folder below which everything lies that is looked at, where that can be told.
    fn looks_into(&self) -> Option<String> {
        paths::folder_of(self.effects.iter().flat_map(|effect| &effect.paths))
    }
}

/// Whether a function starts itself twice, over and over, until nothing else can run: `:(){ :|:& };:`.
fn multiplies(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    // One that declares more than these is read by a person anyway, and the time stays short.
    text.match_indices("(){").take(16).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let name = before.rsplit([';', '&', '|', '{', '(']).next().unwrap_or_default();
        let name = name.strip_prefix("function").unwrap_or(name);
        let behind = text.get(at..).unwrap_or_default();
        !name.is_empty() && behind.contains(&format!("{name}|{name}&"))
    })
}

/// Whether a command prints nothing, so that a file which it is redirected to is emptied.
fn prints_nothing(words: &[Word]) -> bool {
    let words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    matches!(words.as_slice(), [] | [":" | "true"] | ["cat", "/dev/null"])
}

/// Makes an act graver that is on a file which opens doors, records, holds back or belongs to the system.
pub(super) fn graver(name: &str, arguments: &[Word], effect: &mut Effect) {
    let says = matches!(
        name,
        "echo" | "printf" | "true" | "false" | ":" | "test" | "[" | "exit" | "return" | "shift"
    );
    if arguments.iter().any(|word| word.open && paths::is_secret_variable(&word.text)) {
        effect.act = effect.act.max(Act::ReadsSecret);
    }
    let message = matches!(
        (name, arguments.first().map(|word| word.text.as_str())),
        ("git", Some("commit" | "tag" | "stash")) | ("gh", _)
    ) && !matches!(arguments, [first, second, ..] if first.text == "stash" && second.text == "show");
    let lists = matches!(name, "ls" | "cd" | "pushd" | "which" | "mkdir" | "basename" | "dirname" | "stat");
    if !says && !message && !lists {
        let secret = arguments.iter().find(|word| paths::is_secret(&word.text, word.splits));
        if let Some(word) = secret
            && effect.act < Act::ReadsSecret
        {
            effect.act = Act::ReadsSecret;
            effect.paths = vec![word.text.clone()];
        }
    }
    // What lies on a disk or in memory is everything, keys too.
    let lists =
        lists || matches!(name, "df" | "du" | "file" | "lsblk" | "lsof" | "readlink" | "realpath" | "tree");
    if !says
        && !lists
        && (effect.act == Act::Looks || name == "dd" && effect.act < Act::ReadsSecret)
        && let Some(word) =
            arguments.iter().find(|word| !word.text.starts_with("of=") && paths::is_raw(&word.text))
    {
        effect.act = Act::ReadsSecret;
        effect.paths = vec![word.text.clone()];
    }
    let changes = matches!(effect.act, Act::Writes | Act::Downloads | Act::Deletes | Act::ReadsSecret)
        && !matches!(name, "cat" | "head" | "tail" | "less" | "grep" | "base64" | "xxd" | "strings")
        || matches!(name, "tee" | "dd" | "install" | "ln" | "truncate" | "chmod" | "chown" | "sed");
    if !changes {
        return;
    }
    let first = |is: fn(&str) -> bool, words: &[Word]| {
        words.iter().find(|word| is(&word.text)).map(|word| word.text.clone())
    };
    let takes_away = effect.act == Act::Deletes || name == "mv";
    if let Some(path) = first(paths::is_guard, arguments) {
        (effect.act, effect.paths) = (Act::Tampers, vec![path]);
    } else if takes_away && let Some(path) = first(paths::is_guarded, arguments) {
        (effect.act, effect.paths) = (Act::Tampers, vec![path]);
    } else if effect.act == Act::Writes
        && name != "dd"
        && let Some(path) = first(paths::is_disk, arguments)
    {
        (effect.act, effect.paths) = (Act::Destroys, vec![path]);
    } else if let Some(path) = first(paths::is_record, arguments).filter(|_| effect.act != Act::Looks) {
        (effect.act, effect.paths) = (Act::Hides, vec![path]);
    } else if effect.act < Act::Privileges
        && effect.act != Act::Looks
        && let Some(path) = first(paths::is_system, arguments)
        && !(matches!(name, "cp" | "rsync")
            && arguments.last().is_some_and(|last| !paths::is_system(&last.text)))
    {
        if effect.act == Act::Deletes {
            effect.act = Act::Destroys;
        } else {
            effect.act = Act::Privileges;
        }
        effect.paths = vec![path];
    }
}
