//! Everything the editor and the disk hold, and what was found out about it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use lictor_compiler::project::{Project, SourceFile};
use lictor_compiler::session::{Look, Session};
use lictor_project::{Kind, common_name, common_words, library};

use super::analysis::library_file;
use super::held::{Disk, File};
use super::projects::{Extent, Policy, divide};
use super::trial::Material;
use super::{Analysis, Change, Document, Encoding, FileName, Syntax, Text};

/// The state of a workspace: its files, which of them are open, and what of that is known already.
///
/// What changes the texts only notes what is no longer known; it is found out again when somebody asks.
#[derive(Default)]
pub struct Workspace {
    folders: Vec<String>,
    named: Vec<String>,
    marked: Vec<String>,
    large: Vec<String>,
    files: BTreeMap<FileName, File>,
    /// Absent while it is not known which files belong together.
    projects: Option<Vec<Part>>,
    /// What was found out before that was forgotten, by what it is about.
    before: Vec<Part>,
    edits: u64,
}

/// A project, and what is known of it.
struct Part {
    extent: Extent,
    /// Keeps what came of each item; absent where nobody has asked, and where it may be other than it says.
    session: Option<Session>,
    /// The files that were changed since the session was told.
    changed: BTreeSet<FileName>,
    /// Which file each path of the project is.
    names: BTreeMap<String, FileName>,
    analysis: Option<Rc<Analysis>>,
    /// Whether somebody has asked about it.
    is_of_interest: bool,
}

impl Workspace {
    /// Says which folders are open, as paths.
    pub fn set_folders(&mut self, folders: Vec<String>) {
        self.folders = folders;
        self.forget_projects();
    }

    /// The folders that are open.
    pub fn folders(&self) -> &[String] {
        &self.folders
    }

    /// Says which directories are projects by the user's word, as paths.
    pub fn set_named(&mut self, directories: Vec<String>) {
        self.named = directories;
        self.forget_projects();
    }

    /// The directories that the user says are projects.
    pub fn named(&self) -> &[String] {
        &self.named
    }

    /// Says which directories are projects by a mark in them, as paths.
    pub fn set_marked(&mut self, directories: Vec<String>) {
        if self.marked != directories {
            self.marked = directories;
            self.forget_projects();
        }
    }

    /// Says which directories hold more than can be one project, as paths: each policy in them is by itself.
    pub fn set_large(&mut self, directories: Vec<String>) {
        if self.large != directories {
            self.large = directories;
            self.forget_projects();
        }
    }

    /// The directories that hold more than can be one project.
    pub fn large(&self) -> &[String] {
        &self.large
    }

    /// Says what is on disk; none for a file that is no longer there. Tells whether that is news.
    pub fn set_disk(&mut self, name: &FileName, kind: Kind, bytes: Option<Vec<u8>>) -> bool {
        let known = self.files.get(name).and_then(|file| file.disk.as_ref());
        if known.map(|disk| &disk.bytes) == bytes.as_ref() {
            return false;
        }
        let disk = bytes.map(|bytes| Disk {
            text: Rc::new(Text::new(std::str::from_utf8(&bytes).unwrap_or_default().to_owned())),
            bytes,
        });
        self.edit(name, kind, |file| file.disk = disk);
        true
    }

    /// Whether the file is known to be on disk.
    pub fn is_on_disk(&self, name: &FileName) -> bool {
        self.files.get(name).is_some_and(|file| file.disk.is_some())
    }

    /// The files of values in the directory of a policy, and in those below: their paths from there.
    pub fn values_below(&self, name: &FileName) -> impl Iterator<Item = (&str, &Rc<Text>)> {
        let directory = name.directory().map(str::to_owned);
        let all = self.files.iter().filter(|(_, file)| file.kind == Kind::Data);
        all.filter_map(move |(other, _)| Some((other.inside(directory.as_deref()?)?, self.text(other)?)))
    }

    /// The files that are on disk.
    pub fn on_disk(&self) -> impl Iterator<Item = (&FileName, Kind)> {
        self.files.iter().filter(|(_, file)| file.disk.is_some()).map(|(name, file)| (name, file.kind))
    }

    /// An editor shows this file now.
    pub fn open(&mut self, name: &FileName, kind: Kind, document: Document) {
        self.edit(name, kind, |file| file.open = Some(document));
    }

    /// An editor changed a file that it shows. Tells whether it did show it.
    pub fn change(
        &mut self,
        name: &FileName,
        version: i32,
        changes: Vec<Change>,
        encoding: Encoding,
    ) -> bool {
        let Some(file) = self.files.get(name).filter(|file| file.open.is_some()) else { return false };
        self.edit(name, file.kind, |file| {
            if let Some(document) = &mut file.open {
                document.apply(version, changes, encoding);
            }
        });
        true
    }

    /// An editor no longer shows this file: what is on disk counts again.
    pub fn close(&mut self, name: &FileName) {
        if let Some(kind) = self.files.get(name).map(|file| file.kind) {
            self.edit(name, kind, |file| file.open = None);
        }
    }

    /// Changes a file and forgets what followed from what it was.
    fn edit(&mut self, name: &FileName, kind: Kind, change: impl FnOnce(&mut File)) {
        let new = || File { kind, disk: None, open: None, syntax: None };
        let is_new = !self.files.contains_key(name);
        let file = self.files.entry(name.clone()).or_insert_with(new);
        let module = file.module();
        change(file);
        file.syntax = None;
        let is_gone = file.text().is_none();
        let is_other = file.module() != module;
        if is_gone {
            self.files.remove(name);
        }
        if kind == Kind::Policy && (is_new || is_gone || is_other) {
            self.forget_projects();
        }
        self.edits += 1;
        for part in self.projects.iter_mut().flatten().chain(&mut self.before) {
            if part.extent.holds(name, kind) {
                part.analysis = None;
                part.changed.insert(name.clone());
            }
        }
    }

    /// Counts what has changed: as long as it is the same, so is everything else.
    pub fn edits(&self) -> u64 {
        self.edits
    }

    fn forget_projects(&mut self) {
        self.edits += 1;
        self.before.extend(self.projects.take().into_iter().flatten());
    }

    /// The text of a file, as the editor shows it or else as it is on disk.
    pub fn text(&self, name: &FileName) -> Option<&Rc<Text>> {
        self.files.get(name)?.text()
    }

    /// The number that the editor has given the text it shows; none where it does not show it.
    pub fn version(&self, name: &FileName) -> Option<i32> {
        self.files.get(name)?.open.as_ref().map(|document| document.version)
    }

    /// The files that editors show.
    pub fn opened(&self) -> impl Iterator<Item = &FileName> {
        self.files.iter().filter(|(_, file)| file.open.is_some()).map(|(name, _)| name)
    }

    /// All policies.
    pub fn policies(&self) -> impl Iterator<Item = &FileName> {
        self.files.iter().filter(|(_, file)| file.kind == Kind::Policy).map(|(name, _)| name)
    }

    /// Whether this file is a policy.
    pub fn is_policy(&self, name: &FileName) -> bool {
        self.files.get(name).is_some_and(|file| file.kind == Kind::Policy)
    }

    /// The tokens and the tree of a policy by itself; none for what is no policy.
    pub fn syntax(&mut self, name: &FileName) -> Option<Rc<Syntax>> {
        let file = self.files.get(name).filter(|file| file.kind == Kind::Policy)?;
        if let Some(syntax) = &file.syntax {
            return Some(syntax.clone());
        }
        let text = file.text()?.clone();
        let number = self.parts().iter().position(|part| part.extent.holds(name, Kind::Policy))?;
        let (session, path) = (self.session(number)?, self.path(number, name)?);
        let syntax = session.file(&path).map(|file| Rc::new(Syntax::new(text, file.clone())));
        self.parts().get_mut(number)?.session = Some(session);
        self.files.get_mut(name)?.syntax.clone_from(&syntax);
        syntax
    }

    /// The projects, in no order that means anything.
    pub fn extents(&mut self) -> Vec<Extent> {
        self.parts().iter().map(|part| part.extent.clone()).collect()
    }

    /// The file of a module that another file may import: one of the same project, or else one of the library.
    pub fn module_file(&mut self, from: &FileName, module: &str) -> Option<FileName> {
        let words: Vec<String> = module.split('.').map(str::to_owned).collect();
        let extent = self
            .parts()
            .iter()
            .map(|part| &part.extent)
            .find(|extent| extent.holds(from, Kind::Policy))?
            .clone();
        let is_it = |name: &&FileName| self.files.get(*name).is_some_and(|file| file.module() == words);
        extent.policies.iter().find(is_it).cloned().or_else(|| library_file(module))
    }

    /// What may be written at a place of a policy.
    pub fn look(&mut self, name: &FileName, at: u32) -> Option<Look> {
        let number = self.parts().iter().position(|part| part.extent.holds(name, Kind::Policy))?;
        // As for `analyse`: a session that did not come to an end is not put back.
        let (mut session, path) = (self.session(number)?, self.path(number, name)?);
        let look = session.look(&path, at as usize);
        self.parts().get_mut(number)?.session = Some(session);
        look
    }

    /// What is known about the project that a file belongs to.
    pub fn analysis(&mut self, name: &FileName) -> Option<Rc<Analysis>> {
        let kind = self.files.get(name)?.kind;
        let number = self.parts().iter().position(|part| part.extent.holds(name, kind))?;
        self.analyse(number)
    }

    /// What is known about every project.
    pub fn analyses(&mut self) -> Vec<Rc<Analysis>> {
        (0..self.parts().len()).filter_map(|number| self.analyse(number)).collect()
    }

    /// What is known about the projects of which an editor shows a file, and those that somebody has asked about.
    pub fn analyses_of_interest(&mut self) -> Vec<Rc<Analysis>> {
        let opened: Vec<(FileName, Kind)> = self
            .files
            .iter()
            .filter(|(_, file)| file.open.is_some())
            .map(|(name, file)| (name.clone(), file.kind))
            .collect();
        let is_of_interest = |part: &Part| {
            part.is_of_interest || opened.iter().any(|(name, kind)| part.extent.holds(name, *kind))
        };
        let numbers: Vec<usize> = self
            .parts()
            .iter()
            .enumerate()
            .filter(|(_, part)| is_of_interest(part))
            .map(|(number, _)| number)
            .collect();
        numbers.into_iter().filter_map(|number| self.analyse(number)).collect()
    }

    fn analyse(&mut self, number: usize) -> Option<Rc<Analysis>> {
        let part = self.parts().get_mut(number)?;
        part.is_of_interest = true;
        if let Some(analysis) = &part.analysis {
            return Some(analysis.clone());
        }
        // Where the check does not come to an end, the session is not put back: it may be in between two states.
        let mut session = self.session(number)?;
        let found = session.check();
        let part = self.parts().get_mut(number)?;
        let analysis = Rc::new(Analysis::new(found, &part.names));
        part.session = Some(session);
        part.analysis = Some(analysis.clone());
        Some(analysis)
    }

    /// The session of a project, with the texts as they are now. Whoever takes it puts it back.
    fn session(&mut self, number: usize) -> Option<Session> {
        let part = self.parts().get_mut(number)?;
        let changed = std::mem::take(&mut part.changed);
        let Some(mut session) = part.session.take() else {
            let extent = part.extent.clone();
            let (project, names) = self.project(&extent);
            self.parts().get_mut(number)?.names = names;
            return Some(Session::new(project));
        };
        for name in changed {
            let Some(path) = self.path(number, &name) else { continue };
            let file = self.files.get(&name);
            let is_there = file.is_some();
            let bytes = file.map(File::bytes);
            match file.map_or(Kind::of(name.last()), |file| Some(file.kind)) {
                Some(Kind::Policy) | None => session.set(&path, bytes),
                Some(Kind::Data) => session.set_beside(&path, bytes, false),
                Some(Kind::Table) => session.set_beside(&path, bytes, true),
            }
            let names = &mut self.parts().get_mut(number)?.names;
            if is_there {
                names.insert(path, name);
            } else {
                names.remove(&path);
            }
        }
        Some(session)
    }

    /// The path of a file within its project.
    fn path(&mut self, number: usize, name: &FileName) -> Option<String> {
        Some(path(name, &self.parts().get(number)?.extent))
    }

    /// The projects, divided anew where that has to be; what was known of one that is still the same is still known.
    fn parts(&mut self) -> &mut Vec<Part> {
        if self.projects.is_none() {
            let policies = self.policies().map(|name| {
                let module = self.files.get(name).map(File::module).unwrap_or_default();
                Policy { file: name.clone(), module }
            });
            let named = [self.named.as_slice(), &self.marked].concat();
            let extents = divide(&policies.collect::<Vec<_>>(), &self.folders, &named, &self.large);
            let mut before = std::mem::take(&mut self.before);
            let part = |extent: Extent| {
                let known = before.iter().position(|part| part.extent == extent);
                known.map(|at| before.swap_remove(at)).unwrap_or(Part {
                    extent,
                    session: None,
                    changed: BTreeSet::new(),
                    names: BTreeMap::new(),
                    analysis: None,
                    is_of_interest: false,
                })
            };
            self.projects = Some(extents.into_iter().map(part).collect());
        }
        self.projects.get_or_insert_default()
    }

    /// The project that a file belongs to.
    pub fn extent_of(&mut self, name: &FileName) -> Option<Extent> {
        let kind = self.files.get(name)?.kind;
        self.parts().iter().map(|part| &part.extent).find(|extent| extent.holds(name, kind)).cloned()
    }

    /// What can be tried out of a project, as editors show it; nothing of what is no project any more.
    pub fn material(&mut self, extent: &Extent) -> Option<Material> {
        let analysis = self.analysis(extent.policies.first()?)?;
        let modules = extent.policies.iter().filter_map(|name| self.files.get(name)).map(File::module);
        Some(analysis.material(common_words(modules)))
    }

    /// What the compiler takes of a project as it is on disk; nothing where editors show nothing else.
    pub fn saved(&self, extent: &Extent) -> Option<Project> {
        let is_other = |file: &File| file.saved() != Some(file.bytes());
        let mut files = self.files.iter().filter(|(name, file)| extent.holds(name, file.kind));
        files.any(|(_, file)| is_other(file)).then_some(())?;
        Some(self.gather(extent, File::saved).0)
    }

    /// What the compiler takes, and which file each of its paths is.
    fn project(&self, extent: &Extent) -> (Project, BTreeMap<String, FileName>) {
        self.gather(extent, |file| Some(file.bytes()))
    }

    fn gather(
        &self,
        extent: &Extent,
        bytes: impl Fn(&File) -> Option<&[u8]>,
    ) -> (Project, BTreeMap<String, FileName>) {
        let mut project = Project { library: library(), ..Project::default() };
        let mut names = BTreeMap::new();
        for (name, file) in self.files.iter().filter(|(name, file)| extent.holds(name, file.kind)) {
            let Some(bytes) = bytes(file) else { continue };
            let path = path(name, extent);
            names.insert(path.clone(), name.clone());
            let files = match file.kind {
                Kind::Policy => &mut project.files,
                Kind::Data => &mut project.data,
                Kind::Table => &mut project.tables,
            };
            files.push(SourceFile { path, bytes: bytes.to_vec() });
        }
        project.name = common_name(&project.files);
        (project, names)
    }
}

/// The path of a file within a project that it belongs to.
fn path(name: &FileName, project: &Extent) -> String {
    name.inside(&project.directory).unwrap_or(name.last()).to_owned()
}
