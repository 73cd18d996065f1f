//! What a decision was made on, as its record says it: the values of the engine, straight to canonical bytes.

use std::ops::Range;

use lictor_evidence::Canonical;
use lictor_evidence::json::Json;
use lictor_runtime::{Engine, Keep, Marks, Scratch};

use crate::covering::Covering;
use crate::plain::Plain;
use crate::record::Fact;

/// What a decision was made on.
pub(crate) struct Kept<'e> {
    /// The action; none where the request could not be read.
    pub action: Option<&'e str>,
    pub request: Canonical<Json>,
    pub facts: Canonical<Vec<Fact>>,
}

impl<'e> Kept<'e> {
    /// What the decision was made on that was made last with this scratch. `raw` is the bytes of the request.
    pub fn of(covering: &mut Covering, engine: &'e Engine, scratch: &Scratch, raw: &[u8]) -> Kept<'e> {
        let mut request = Plain::long();
        let action = engine.keep_request(scratch, &mut Request { plain: &mut request, covering });
        let mut facts = Facts { plain: Plain::short(), covering, args: Vec::new(), facts: Vec::new() };
        match action {
            Some(_) => engine.keep_facts(scratch, &mut facts),
            None => request.committed(&facts.covering.whole(raw)),
        }
        Kept { action, request: request.done(), facts: facts.done() }
    }
}

/// Takes down a request.
struct Request<'c> {
    plain: &'c mut Plain,
    covering: &'c mut Covering,
}

/// Takes down facts: first all that was told, one behind the other.
struct Facts<'c> {
    plain: Plain,
    covering: &'c mut Covering,
    /// The arguments of all facts.
    args: Vec<Arg>,
    facts: Vec<Answered>,
}

/// An argument that was told.
struct Arg {
    name: String,
    path: String,
    /// Its bytes.
    value: Range<usize>,
    is_covered: bool,
}

/// A fact that was told.
struct Answered {
    name: String,
    args: Range<usize>,
    /// The bytes of what it answered.
    value: Range<usize>,
}

impl Facts<'_> {
    /// The facts, and what stands in the place of arguments: only now it is known what is covered elsewhere.
    fn done(self) -> Canonical<Vec<Fact>> {
        let Facts { plain: told, covering, mut args, facts } = self;
        let told = |range: &Range<usize>| told.since(0).get(range.clone()).unwrap_or_default();
        let mut plain = Plain::short();
        plain.list();
        for fact in facts {
            plain.object();
            plain.name("args");
            plain.object();
            let args = args.get_mut(fact.args).unwrap_or_default();
            args.sort_unstable_by(|one, next| one.name.cmp(&next.name));
            for Arg { name, path, value, is_covered } in args {
                let value = told(value);
                plain.name(name);
                let covered = if *is_covered { None } else { covering.unmarked(path, value) };
                match covered {
                    Some(commitment) => plain.committed(&commitment),
                    None => plain.known(value),
                }
            }
            plain.end();
            plain.name("fact");
            plain.text(&fact.name);
            plain.name("value");
            plain.known(told(&fact.value));
            plain.end();
        }
        plain.end();
        plain.done()
    }
}

/// What both take down in the same way.
macro_rules! values {
    () => {
        fn null(&mut self) {
            self.plain.null();
        }

        fn bool(&mut self, bool: bool) {
            self.plain.bool(bool);
        }

        fn int(&mut self, int: i64) {
            self.plain.int(int);
        }

        fn list(&mut self) {
            self.plain.list();
        }

        fn object(&mut self) {
            self.plain.object();
        }

        fn name(&mut self, name: &str) {
            self.plain.name(name);
        }

        fn end(&mut self) {
            self.plain.end();
        }

        fn place(&self) -> usize {
            self.plain.place()
        }
    };
}

impl Keep for Request<'_> {
    values!();

    fn text(&mut self, text: &str) {
        let place = self.plain.text(text);
        self.covering.standing().note(place, self.plain.since(place));
    }

    fn marked(&mut self, place: usize, path: &str, marks: Marks) {
        self.covering.standing().forget(place);
        let commitment = self.covering.marked(path, marks, self.plain.since(place));
        self.plain.cover(place, &commitment);
    }

    fn argument(&mut self, _: usize, _: &str, _: &str, _: Marks) {}

    fn fact(&mut self, _: usize, _: &str) {}
}

impl Keep for Facts<'_> {
    values!();

    fn text(&mut self, text: &str) {
        self.plain.text(text);
    }

    fn marked(&mut self, place: usize, path: &str, marks: Marks) {
        let commitment = self.covering.marked(path, marks, self.plain.since(place));
        self.plain.cover(place, &commitment);
    }

    fn argument(&mut self, place: usize, path: &str, name: &str, marks: Marks) {
        let is_covered = marks.pii || marks.secret;
        if is_covered {
            self.marked(place, path, marks);
        }
        let value = place..self.plain.place();
        self.args.push(Arg { name: name.to_owned(), path: path.to_owned(), value, is_covered });
    }

    fn fact(&mut self, place: usize, name: &str) {
        let first = self.facts.last().map_or(0, |fact| fact.args.end);
        let (args, value) = (first..self.args.len(), place..self.plain.place());
        self.facts.push(Answered { name: name.to_owned(), args, value });
    }
}
