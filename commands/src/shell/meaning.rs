//! What the commands of a script do, each by itself and all together.

use std::collections::BTreeSet;

pub(super) use super::effect::Effect;
use super::folders::Place;
use super::graver::graver;
use super::named::Named;
use super::reader::{self, Found};
use super::word::{Sent, Word, Written};
use super::{Act, Script, environment, git, paths, programs, typed, wrappers};
use crate::{MAX_COMMANDS, MAX_DEPTH, Reason};

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
    /// Whether what it prints goes to a terminal, if there is one, and a program may show that in pages.
    pub paged: bool,
    /// Where the script has gone before it.
    pub place: Place,
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
    /// Whether it went back to one of before, whichever that was.
    lost: bool,
    /// Whether somebody at a terminal could type into one of them, and run something so.
    typed: bool,
    /// Whether one of them has a program show pages that nobody here knows.
    paged: bool,
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
        for (number, command) in commands.iter().enumerate() {
            let fed_by = command.fed_by.and_then(|number| commands.get(number));
            let piped = commands.iter().any(|next| next.fed_by == Some(number));
            let around = Around {
                depth,
                sent: command.sent.as_ref(),
                fed_by,
                fed: command.fed_by.is_some(),
                paged: !piped && git::runs_a_pager(&command.variables),
                place: self.place(),
            };
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
        let around = &Around { place: self.place(), ..*around };
        self.typed |= typed::is_typed(&name);
        self.paged |= typed::is_paged(&name, arguments, around);
        if wrappers::unwrap(self, &name, arguments, around) {
            return self.named.refuse_if(!wrappers::is_clear(&program.text, arguments));
        }
        let mut effect =
            if here { Effect::of(Act::Runs) } else { programs::effect(&name, arguments, around) };
        let removed = (effect.act == Act::Deletes).then(|| effect.paths.clone());
        graver(&name, arguments, &mut effect);
        self.named.command(words, &effect, around);
        self.lost |= name == "popd";
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
            below(folder, &mut effect);
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
            let (text, known) = (value.text.as_str(), !value.is_open());
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
                if let Some(folder) = &self.folder {
                    below(folder, &mut effect);
                }
                if paths::is_disk(&target.text) {
                    effect.act = Act::Destroys;
                }
                self.add(effect);
            }
        }
    }

    /// Where it is now.
    fn place(&self) -> Place {
        match &self.folder {
            _ if self.lost => Place::Elsewhere,
            Some(folder) => Place::of(folder),
            None => Place::Work,
        }
    }

    /// Whether somebody at a terminal could type into one of them, and run something so; where `pager` is, also into what git shows pages with.
    pub fn takes_typing(&self, pager: bool) -> bool {
        self.typed || pager && self.paged
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
        // The name of a file has one form; what providers have, and what is only known when it runs, stands there as it was written.
        let is_file = matches!(
            act,
            Act::Looks | Act::Writes | Act::Downloads | Act::Several | Act::Deletes | Act::ReadsSecret
        );
        let formed = |text: String| {
            if is_file && !text.is_empty() && !text.contains('$') { crate::path::normal(&text) } else { text }
        };
        Script {
            act,
            path: folder.or_else(|| of(|effect| effect.paths.first().cloned())).map(formed).map(short),
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

/// Names files from where the script began that it names from a folder that it went to.
fn below(folder: &str, effect: &mut Effect) {
    for path in effect.paths.iter_mut().filter(|path| !path.starts_with(['/', '~', '$'])) {
        *path = format!("{folder}/{path}");
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
