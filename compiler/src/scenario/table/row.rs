//! A row: which request it is, and what must come of it.

use std::collections::BTreeMap;

use lictor_bundle::schema::{ActionId, TypeId};
use lictor_grammar::ast::{
    After, BinaryOp, DispositionKind, Expr, ExprKind, Name, Number, Obliged, Outcome, Path,
};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::cell::constant;
use super::yaml::{Entry, Node, NodeKind};
use crate::TestCase;
use crate::scenario::Scene;
use crate::scenario::draft::{Assignment, Draft};
use crate::scenario::path::{Place, Start};
use crate::scenario::test::{Row, Steps};

/// The columns that are no fields of the request. A field of the same name is written `params.NAME`.
pub const OWN: [&str; 9] = ["name", "given", "action", "with", "after", "expect", "code", "to", "obliged"];

/// What questions about the past begin with.
const QUESTIONS: [&str; 4] = ["times", "total", "distinct", "latest"];

/// What a table says of all its rows.
pub struct Layer<'n> {
    /// The example.
    pub given: Option<&'n Node>,
    /// The action.
    pub action: Option<&'n Node>,
    /// Cells that hold where a row says nothing.
    pub defaults: &'n [Entry],
}

/// The columns that were looked up, by action and name; nothing where there is none, which is told once.
#[derive(Default)]
pub struct Columns(BTreeMap<(ActionId, String), Option<Place>>);

/// The cells of a row and of the defaults.
struct Cells<'n> {
    row: &'n [Entry],
    defaults: &'n [Entry],
}

impl<'n> Cells<'n> {
    /// What stands in one of our own columns.
    fn own(&self, name: &str) -> Option<&'n Node> {
        own_of(self.row, name).or_else(|| own_of(self.defaults, name))
    }

    /// The defaults' cells, then the row's.
    fn all(&self) -> impl Iterator<Item = &'n Entry> {
        self.defaults.iter().chain(self.row).filter(|entry| !entry.value.is_nothing())
    }
}

impl Scene<'_> {
    /// The test that a row is, and how many requests it states. Nothing where something is wrong with it.
    pub(super) fn row(
        &mut self,
        file: &str,
        number: usize,
        span: Span,
        top: &Layer<'_>,
        entries: &[Entry],
        columns: &mut Columns,
    ) -> Option<(TestCase, u64)> {
        let before = self.diagnostics.len();
        let cells = Cells { row: entries, defaults: top.defaults };
        let mut said = self.fixture.clone();
        let action = self.request_of(&cells, top, span, &mut said)?;
        for entry in cells.all().filter(|entry| !OWN.contains(&entry.key.as_str())) {
            let assignment = self.field(entry, action, columns);
            // Who asks, and when, is the scene; what is asked for is what rows are about.
            match assignment.as_ref().and_then(|assignment| assignment.path.first()) {
                Some(root) if root == "params" => said.change(assignment, entry.span),
                _ => said.assignments.extend(assignment),
            }
        }
        for entry in cells.all().filter(|entry| entry.key == "with") {
            self.look_ups(&entry.value, action, &mut said);
        }
        if let Some(after) = cells.own("after") {
            self.stated(after, &mut said);
        }
        let outcome = self.expected(&cells, span)?;
        if let Some(node) = cells.own("obliged") {
            self.obliged(node, action, &mut said);
        }
        let name = cells.own("name").and_then(Node::text).map(str::to_owned);
        let case = Some(name.unwrap_or_else(|| format!("row {number}")));
        let row = Row { case, sets: None, outcome: &outcome, span: outcome.span };
        // That there is nothing to do may be said of all rows, also of those that are refused.
        self.check_owed(said.owed.as_ref().filter(|owed| !owed.is_nothing()), std::slice::from_ref(&row));
        if self.diagnostics[before..].iter().any(Diagnostic::is_error) {
            return None;
        }
        let past = said.past.iter().map(|stated| u64::from(stated.count)).sum();
        let action = self.schema.actions.get(usize::from(action))?;
        Some((self.case(file, Draft::new(self.schema, action), &said, &row), past))
    }

    /// The action that a row asks for, and the fields of its example.
    fn request_of(
        &mut self,
        cells: &Cells<'_>,
        top: &Layer<'_>,
        span: Span,
        said: &mut Steps,
    ) -> Option<ActionId> {
        // What a row says itself goes before what its table says.
        let own = (cells.own("given"), cells.own("action"));
        let (given, action) = if own.0.is_none() && own.1.is_none() { (top.given, top.action) } else { own };
        match (given, action) {
            (Some(given), None) => {
                let name = Name { text: self.word(given)?, span: given.span };
                let action = self.asked(&name)?;
                if let Some(sample) = self.examples.get(name.text.as_str()) {
                    said.example(&sample.fields);
                    self.in_tables.insert(name.text);
                }
                Some(action)
            }
            (None, Some(action)) => {
                let text = self.word(action)?;
                let id = self.action(&path(&text, action.span))?;
                if self.schema.actions.get(usize::from(id)).is_some_and(|action| action.event) {
                    let message = format!("`{text}` is an event, and nothing is decided about it");
                    let help = "say in `after` that it happened before: `1 executed EXAMPLE over 10m`";
                    return self.wrong("E0516", action.span, &message, help);
                }
                Some(id)
            }
            (Some(_), Some(action)) => {
                let help = "leave out `action`: the example says which it is";
                self.wrong("E0630", action.span, "a row has `given` or `action`, not both", help)
            }
            (None, None) => {
                let help =
                    "write `given:` with the name of an example, or `action:`, at the top of the table";
                self.wrong("E0629", span, "this row does not say what is asked for", help)
            }
        }
    }

    /// What a column says of the request.
    fn field(&mut self, entry: &Entry, action: ActionId, columns: &mut Columns) -> Option<Assignment> {
        let key = (action, entry.key.clone());
        if !columns.0.contains_key(&key) {
            let path = path(&entry.key, entry.span);
            let (start, names) = match path.names.split_first() {
                Some((first, rest)) if first.text == "params" && !rest.is_empty() => (Start::Own, rest),
                _ => (Start::Anywhere, path.names.as_slice()),
            };
            let place = self.walk(names, start, action);
            let place = place.map_err(|misfit| {
                self.diagnostics.push(misfit.column(&entry.key, entry.span, &OWN));
            });
            columns.0.insert(key.clone(), place.ok());
        }
        let place = columns.0.get(&key)?.as_ref()?;
        let expr = self.cell(&entry.value, Some(place.ty));
        let (path, ty, required) = (place.path.clone(), place.ty, place.required);
        let value = self.value_or_absent(&expr, ty, &entry.key).ok()?;
        Some(Assignment { path, value, required })
    }

    /// `with: { standing(s-1): 5, max_total: 80 USD }`: what the host found, and what is set in the policy.
    fn look_ups(&mut self, node: &Node, action: ActionId, said: &mut Steps) {
        let NodeKind::Map(entries) = &node.kind else {
            let help = "write the facts with their values: `{ standing(s-1): 5 }`";
            self.wrong::<()>("E0630", node.span, "`with` says what facts the host found", help);
            return;
        };
        for entry in entries {
            let call = entry
                .key
                .split_once('(')
                .and_then(|(name, rest)| Some((name.trim(), rest.trim_end().strip_suffix(')')?)));
            let named = |name: &str| self.schema.facts.iter().find(|fact| fact.name == name);
            if let Some((name, _)) = call
                && QUESTIONS.contains(&name)
                && named(name).is_none()
            {
                let words = entry.key.split_whitespace().collect::<Vec<_>>().join(" ");
                let value = self.cell(&entry.value, named(&words).map(|fact| fact.result));
                said.find(self.answer(&words, entry.span, &value, &[action]), entry.span);
                continue;
            }
            let Some((name, args)) = call else {
                let params = &self.schema.params;
                let param = params.iter().find(|param| param.name == entry.key).map(|param| param.ty);
                let value = self.cell(&entry.value, param);
                let target = path(&entry.key, entry.span);
                let setting = self.resolver.premise(&target, &value, &mut self.diagnostics);
                said.set(setting, entry.span);
                continue;
            };
            let name = Name { text: name.to_owned(), span: entry.span };
            let declared = self.schema.facts.iter().find(|fact| fact.name == name.text);
            let args: Vec<&str> = args.split(',').map(str::trim).filter(|arg| !arg.is_empty()).collect();
            let args = args.iter().enumerate().map(|(at, arg)| {
                let ty = declared.and_then(|fact| fact.params.get(at)).map(|param| param.ty);
                self.look_up_argument(arg, ty, action, entry.span)
            });
            let args: Vec<Expr> = args.collect();
            let value = self.cell(&entry.value, declared.map(|fact| fact.result));
            said.find(self.finding(&name, &args, &value, &[action]), entry.span);
        }
    }

    /// A path into the request where the request has it, a constant elsewhere.
    fn look_up_argument(&self, text: &str, ty: Option<TypeId>, action: ActionId, span: Span) -> Expr {
        let unquoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let words = path(text, span);
        if unquoted.is_none() && self.walk(&words.names, Start::Anywhere, action).is_ok() {
            return read_path(words);
        }
        self.cell(&Node::scalar(unquoted.unwrap_or(text), unquoted.is_none(), span), ty)
    }

    /// `after: 100 allowed paper over 30m`, or several of these.
    fn stated(&mut self, node: &Node, said: &mut Steps) {
        let lines: Vec<&Node> = match &node.kind {
            NodeKind::List(items) => items.iter().collect(),
            _ => vec![node],
        };
        for line in lines {
            let words: Vec<&str> = line.text().unwrap_or_default().split_whitespace().collect();
            let [count, state, example, "over", over] = words.as_slice() else {
                let help = "write `100 allowed paper over 30m`: how many, what became of them, which example, and over how long";
                self.wrong::<()>("E0630", line.span, "this does not say what came before", help);
                continue;
            };
            let name = |text: &str| Name { text: text.to_owned(), span: line.span };
            let after = After {
                count: Number { text: (*count).to_owned(), span: line.span },
                state: name(state),
                example: name(example),
                over: Expr { kind: constant(over, line.span), span: line.span },
            };
            said.before(self.after(&after), line.span);
        }
    }

    /// What must come of a row.
    fn expected(&mut self, cells: &Cells<'_>, span: Span) -> Option<Outcome> {
        let Some(expect) = cells.own("expect") else {
            let help = "add the column `expect` with `allow`, `step_up` or `deny`";
            return self.wrong("E0629", span, "this row does not say what must come of it", help);
        };
        let decision = match expect.text() {
            Some("allow") => DispositionKind::Allow,
            Some("step_up") => DispositionKind::StepUp,
            Some("deny") => DispositionKind::Deny,
            _ => {
                let help = "write `allow`, `step_up` or `deny`; the reason code stands in the column `code`";
                return self.wrong("E0630", expect.span, "this is no decision", help);
            }
        };
        let allows = decision == DispositionKind::Allow;
        // A default code or role is for the rows that can have one.
        let from = |name: &str, may: bool| if may { cells.own(name) } else { own_of(cells.row, name) };
        let code = from("code", !allows);
        let to = from("to", decision == DispositionKind::StepUp);
        if let (true, Some(node)) = (allows, code.or(to)) {
            let help = "leave the cell empty, or expect something else";
            return self.wrong(
                "E0630",
                node.span,
                "what is allowed has no reason code, and nobody is asked",
                help,
            );
        }
        if let (DispositionKind::Deny, Some(to)) = (decision, to) {
            return self.wrong(
                "E0630",
                to.span,
                "what is refused asks nobody",
                "leave out the column `to` here",
            );
        }
        if !allows && code.is_none() {
            let help = "add the column `code` with the reason code: another refusal would pass as well";
            return self.wrong("E0629", expect.span, "this row does not say for which reason", help);
        }
        let name = |node: &Node| Some(Name { text: node.text()?.to_owned(), span: node.span });
        let outcome =
            Outcome { decision, code: code.and_then(name), to: to.and_then(name), span: expect.span };
        self.outcome(&outcome);
        Some(outcome)
    }

    /// `obliged: [tell_media, review by context.now + 1d]`: the same words as behind `expect obliged`; `[]` is `expect not obliged`.
    fn obliged(&mut self, node: &Node, action: ActionId, said: &mut Steps) {
        let all: Vec<&Node> = match &node.kind {
            NodeKind::List(items) => items.iter().collect(),
            _ => vec![node],
        };
        if all.is_empty() {
            self.owed(None, node.span, &[action], said);
        }
        for one in all {
            let words: Vec<&str> = one.text().unwrap_or_default().split_whitespace().collect();
            let read = match words.as_slice() {
                [name] => Some((name, None)),
                [name, "by", by @ ..] => moment(by, one.span).map(|by| (name, Some(by))),
                _ => None,
            };
            let Some((name, by)) = read else {
                let help = "write `keep_receipt`, or `keep_receipt by context.now + 30d` where it is due at a moment; `[]` for nothing";
                self.wrong::<()>("E0630", one.span, "this is nothing that somebody can be obliged to", help);
                continue;
            };
            let name = Name { text: (*name).to_owned(), span: one.span };
            self.owed(Some(&Obliged { name, by, span: one.span }), one.span, &[action], said);
        }
    }

    /// The text of a cell that holds one word.
    fn word(&mut self, node: &Node) -> Option<String> {
        match node.text() {
            Some(text) => Some(text.to_owned()),
            None => self.wrong("E0630", node.span, "one word stands here", "write a name"),
        }
    }
}

fn own_of<'n>(entries: &'n [Entry], name: &str) -> Option<&'n Node> {
    entries.iter().find(|entry| entry.key == name && !entry.value.is_nothing()).map(|entry| &entry.value)
}

/// `merchant.id` as a path.
fn path(text: &str, span: Span) -> Path {
    let names = text.split('.').map(|name| Name { text: name.to_owned(), span });
    Path { names: names.collect(), span }
}

/// The expression that reads a path.
fn read_path(path: Path) -> Expr {
    let span = path.span;
    let mut names = path.names.into_iter();
    let first = names.next().map(|name| name.text).unwrap_or_default();
    let root = Expr { kind: ExprKind::Name(first), span };
    names.fold(root, |inner, name| Expr { kind: ExprKind::Field(Box::new(inner), name), span })
}

/// The words of a moment, such as `context.now + 30d`; nothing where they are none.
fn moment(words: &[&str], span: Span) -> Option<Expr> {
    let part = |text: &str| match text.starts_with(|first: char| first.is_ascii_digit()) {
        true => Expr { kind: constant(text, span), span },
        false => read_path(path(text, span)),
    };
    let (first, rest) = words.split_first()?;
    let mut moment = part(first);
    for pair in rest.chunks(2) {
        let (op, next) = match pair {
            ["+", next] => (BinaryOp::Add, next),
            ["-", next] => (BinaryOp::Subtract, next),
            _ => return None,
        };
        moment = Expr { kind: ExprKind::Binary(op, span, Box::new(moment), Box::new(part(next))), span };
    }
    Some(moment)
}
