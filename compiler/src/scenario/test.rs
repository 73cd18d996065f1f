//! The steps of tests and fixtures.

use std::collections::BTreeMap;

use lictor_bundle::schema::ActionId;
use lictor_grammar::ast::{Case, FieldInit, Name, Outcome, Path, Test, TestStep, TestStepKind};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;
use serde_json::Value;

use super::draft::{Assignment, Draft, Finding};
use super::obliged::Owed;
use super::outcome::decision;
use super::past::Stated;
use super::path::{ENVELOPE, Start};
use super::{Scene, show};
use crate::variant::Setting;
use crate::{Expected, Premise, TestCase, suggest};

/// What the steps of a test or fixture say about a request.
#[derive(Clone, Default)]
pub struct Steps {
    /// What the request holds.
    pub assignments: Vec<Assignment>,
    /// What the host found.
    pub findings: Vec<Finding>,
    /// What happened before.
    pub past: Vec<Stated>,
    /// What the observed layers would have made of it, and where that stands.
    pub observed: Option<(Expected, Span)>,
    /// All that the caller must do, where something is said of that.
    pub owed: Option<Owed>,
    /// What is set in the policy; of two settings of one thing the later one.
    pub settings: Vec<Setting>,
    /// Of the assignments, those of the fixture and of the example.
    pub plain: Vec<Assignment>,
    /// The first place that changes something in the example.
    pub changed: Option<Span>,
    /// What is stated beside the request, with its place.
    pub stated: Vec<(Span, Stating)>,
}

/// What a clause states beside the request.
#[derive(Clone)]
pub enum Stating {
    /// The look-up of this number.
    Finding(usize),
    /// What is set in the policy.
    Setting(Premise),
    /// What came before.
    Past,
}

impl Steps {
    /// The fixture's, for tests to begin with: what it states is there for many tests, so that one need not use it.
    pub fn of_fixture(self) -> Steps {
        Steps { plain: self.assignments.clone(), changed: None, stated: Vec::new(), ..self }
    }

    /// What an example says of the request.
    pub fn example(&mut self, fields: &[Assignment]) {
        self.assignments.extend_from_slice(fields);
        self.plain.extend_from_slice(fields);
    }

    /// What is changed in the example.
    pub fn change(&mut self, said: impl IntoIterator<Item = Assignment>, at: Span) {
        let before = self.assignments.len();
        self.assignments.extend(said);
        if self.assignments.len() > before {
            self.changed.get_or_insert(at);
        }
    }

    /// What the host found.
    pub fn find(&mut self, finding: Option<Finding>, at: Span) {
        if let Some(finding) = finding {
            self.stated.push((at, Stating::Finding(self.findings.len())));
            self.findings.push(finding);
        }
    }

    /// What is set in the policy.
    pub fn set(&mut self, setting: Option<(Setting, Premise)>, at: Span) {
        if let Some((setting, premise)) = setting {
            self.stated.push((at, Stating::Setting(premise)));
            self.settings.push(setting);
        }
    }

    /// What came before.
    pub fn before(&mut self, stated: Option<Stated>, at: Span) {
        if let Some(stated) = stated {
            self.stated.push((at, Stating::Past));
            self.past.push(stated);
        }
    }
}

/// What must come of a test, and for a row of `cases` what it sets.
pub struct Row<'t> {
    /// The row's name.
    pub case: Option<String>,
    /// The field that the row is about.
    pub sets: Option<Assignment>,
    /// What must come of it.
    pub outcome: &'t Outcome,
    /// Where that stands.
    pub span: Span,
}

impl Scene<'_> {
    /// The requests of a test. One with an error gives none.
    pub fn test(&mut self, test: &Test, span: Span) -> Vec<TestCase> {
        if test.steps.iter().any(|step| matches!(step.kind, TestStepKind::GivenTool(..))) {
            return self.tool_test(test, span);
        }
        let before = self.diagnostics.len();
        let Some(action) = self.given(test) else { return Vec::new() };
        let mut said = self.fixture.clone();
        for step in &test.steps {
            self.step(step, &[action], &mut said, false);
        }
        let rows = self.rows(test, action);
        self.check_owed(said.owed.as_ref(), &rows);
        if self.diagnostics[before..].iter().any(Diagnostic::is_error) {
            return Vec::new();
        }
        let Some(action) = self.schema.actions.get(usize::from(action)) else { return Vec::new() };
        let draft = || Draft::new(self.schema, action);
        rows.iter().map(|row| self.case(&test.name.value, draft(), &said, row)).collect()
    }

    /// The request of a test or row, with what must come of it.
    /// `bare` is the request before anything is said of it.
    pub fn case(&self, name: &str, bare: Draft, steps: &Steps, row: &Row<'_>) -> TestCase {
        let mut draft = bare.clone();
        for assignment in steps.assignments.iter().chain(&row.sets) {
            draft.assign(assignment);
        }
        for finding in &steps.findings {
            draft.find(finding);
        }
        let said: Vec<Assignment> = steps.assignments.iter().chain(&row.sets).cloned().collect();
        let premises = steps.stated.iter().map(|(span, stating)| {
            let premise = match stating {
                Stating::Finding(number) => {
                    let finding = steps.findings.get(*number);
                    let fact = finding.map(|finding| finding.fact.clone()).unwrap_or_default();
                    Premise::Fact(fact, finding.and_then(|finding| draft.found_at(finding)))
                }
                Stating::Setting(premise) => premise.clone(),
                Stating::Past => Premise::Past,
            };
            (*span, premise)
        });
        let past = |stated: &Stated| draft.now().map(|now| self.past(stated, &said, now));
        TestCase {
            name: name.to_owned(),
            case: row.case.clone(),
            span: row.span,
            request: draft.text(),
            history: steps.past.iter().filter_map(past).flatten().collect(),
            settings: steps.settings.clone(),
            premises: premises.collect(),
            unchanged: self.unchanged(bare, steps, row).filter(|(request, _)| *request != draft.text()),
            decision: decision(row.outcome.decision),
            code: row.outcome.code.as_ref().map(|code| code.text.clone()),
            to: row.outcome.to.as_ref().map(|role| role.text.clone()),
            observed: steps.observed.as_ref().map(|(expected, _)| expected.clone()),
            obliged: steps.owed.as_ref().map(|owed| owed.of(&draft)),
        }
    }

    /// The request of a test that changes its example, without that and without what else it says of the request; and the first such change.
    fn unchanged(&self, mut draft: Draft, steps: &Steps, row: &Row<'_>) -> Option<(String, Span)> {
        let changed = steps.changed.or(row.sets.as_ref().map(|_| row.span))?;
        for assignment in &steps.plain {
            draft.assign(assignment);
        }
        for finding in &steps.findings {
            draft.find(finding);
        }
        Some((draft.text(), changed))
    }

    /// The action that a test asks for: all its `given` are of one. Nothing where that was reported, or where the example is
    /// in error itself.
    fn given(&mut self, test: &Test) -> Option<ActionId> {
        let mut given: Option<(ActionId, Span)> = None;
        let mut named = false;
        for step in &test.steps {
            let TestStepKind::Given(name, _) = &step.kind else { continue };
            named = true;
            let Some(action) = self.asked(name) else { continue };
            match given {
                Some((first, place)) if first != action => self.diagnostics.push(
                    Diagnostic::error(
                        "E0511",
                        name.span,
                        "a test is about one action, and this example is of another",
                    )
                    .also(place, "this one came first")
                    .help("write two tests"),
                ),
                _ => given = Some((action, name.span)),
            }
        }
        if !named {
            self.diagnostics.push(
                Diagnostic::error("E0511", test.name.span, "this test does not say what is asked for")
                    .help("add `given` and the name of an example"),
            );
        }
        given.map(|(action, _)| action)
    }

    /// The action of an example that a test asks for: no event.
    pub fn asked(&mut self, name: &Name) -> Option<ActionId> {
        let action = self.example_named(name)?;
        let event = self.schema.actions.get(usize::from(action)).filter(|action| action.event);
        let Some(event) = event else { return Some(action) };
        let message = format!("`{}` is an event, and nothing is decided about it", event.name);
        let help = format!("say that it happened before: `after 1 executed {} over 10m`", name.text);
        self.diagnostics.push(Diagnostic::error("E0516", name.span, message).help(help));
        None
    }

    pub fn example_named(&mut self, name: &Name) -> Option<ActionId> {
        if let Some(sample) = self.examples.get(name.text.as_str()) {
            return sample.action;
        }
        let help = suggest::help(&name.text, self.examples.keys().copied(), "declare it with `example`");
        let message = format!("there is no example `{}`", name.text);
        self.diagnostics.push(Diagnostic::error("E0502", name.span, message).suggested(help));
        None
    }

    /// Reads what a step says about requests for these actions. What a test expects is not about the request.
    pub fn step(&mut self, step: &TestStep, actions: &[ActionId], into: &mut Steps, fixture: bool) {
        match &step.kind {
            TestStepKind::Given(_, _)
            | TestStepKind::GivenTool(..)
            | TestStepKind::After(_)
            | TestStepKind::Cases(_, _)
            | TestStepKind::Expect(_)
            | TestStepKind::ExpectObserved(_)
            | TestStepKind::ExpectObliged(_)
                if fixture =>
            {
                self.diagnostics.push(
                    Diagnostic::error("E0512", step.span, "a fixture only fills in what tests leave out")
                        .help("a fixture has `agent`, `user`, `mandate`, `context`, `at` and `with`; move this to a test"),
                );
            }
            TestStepKind::Given(name, overrides) => {
                if let Some(sample) = self.examples.get(name.text.as_str()) {
                    into.example(&sample.fields);
                }
                for init in overrides {
                    let at = init.path.span.to(init.value.span);
                    into.change(self.assignment(init, Start::Anywhere, actions), at);
                }
            }
            TestStepKind::Envelope(part, fields) => self.envelope(part, fields, actions, into),
            TestStepKind::At(time) => {
                let now = [String::from("context"), String::from("now")];
                let path = Path {
                    names: now.iter().map(|text| Name { text: text.clone(), span: step.span }).collect(),
                    span: step.span,
                };
                let init = FieldInit { path, value: time.clone() };
                into.assignments.extend(self.assignment(&init, Start::Anywhere, actions));
            }
            TestStepKind::WithFact(name, args, value) => {
                into.find(self.finding(name, args, value, actions), step.span);
            }
            TestStepKind::WithHistory(question, value) => {
                if let Some(words) = self.words_of(question) {
                    into.find(self.answer(&words, question.span, value, actions), step.span);
                }
            }
            TestStepKind::WithValue(target, value) => {
                let setting = self.resolver.premise(target, value, &mut self.diagnostics);
                into.set(setting, step.span);
            }
            TestStepKind::After(after) => into.before(self.after(after), step.span),
            TestStepKind::ExpectObserved(outcome) => {
                if let Some((_, first)) = &into.observed {
                    self.diagnostics.push(
                        Diagnostic::error("E0510", step.span, "a test has one `expect observed`")
                            .also(*first, "this one came first")
                            .help("write two tests"),
                    );
                }
                into.observed = Some((self.would_be(outcome), step.span));
            }
            TestStepKind::ExpectObliged(said) => self.owed(said.as_ref(), step.span, actions, into),
            TestStepKind::GivenTool(..) | TestStepKind::Cases(_, _) | TestStepKind::Expect(_) => {}
        }
    }

    fn envelope(&mut self, part: &Name, fields: &[FieldInit], actions: &[ActionId], into: &mut Steps) {
        if !ENVELOPE.contains(&part.text.as_str()) {
            let help = suggest::help(&part.text, ENVELOPE, "write one of these");
            let message = format!("a request has no part `{}`", part.text);
            self.diagnostics.push(Diagnostic::error("E0504", part.span, message).suggested(help));
            return;
        }
        // `mandate { }` is a mandate that says nothing, which is not the same as none.
        if fields.is_empty() {
            let value = Some(Value::Object(serde_json::Map::new()));
            into.assignments.push(Assignment { path: vec![part.text.clone()], value, required: false });
        }
        for init in fields {
            into.assignments.extend(self.assignment(init, Start::Envelope(&part.text), actions));
        }
    }

    /// Reads `field: value` pairs of an example.
    pub fn fields(&mut self, fields: &[FieldInit], actions: &[ActionId]) -> Vec<Assignment> {
        let mut assignments: Vec<Assignment> = Vec::new();
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        for init in fields {
            let name = init.path.text();
            if let Some(first) = seen.get(&name) {
                self.twice(init.path.span, *first, format!("the field `{name}` stands twice"));
            }
            seen.entry(name).or_insert(init.path.span);
            assignments.extend(self.assignment(init, Start::Own, actions));
        }
        assignments
    }

    fn assignment(&mut self, init: &FieldInit, start: Start<'_>, actions: &[ActionId]) -> Option<Assignment> {
        let place = self.place(&init.path, start, actions)?;
        let value = self.value_or_absent(&init.value, place.ty, &init.path.text()).ok()?;
        Some(Assignment { path: place.path, value, required: place.required })
    }

    /// What must come of a test: one outcome, or one a row.
    pub fn rows<'t>(&mut self, test: &'t Test, action: ActionId) -> Vec<Row<'t>> {
        let mut rows = Vec::new();
        let mut expectation: Option<Span> = None;
        for step in &test.steps {
            match &step.kind {
                TestStepKind::Expect(outcome) => {
                    self.outcome(outcome);
                    rows.push(Row { case: None, sets: None, outcome, span: outcome.span });
                }
                TestStepKind::Cases(field, cases) => rows.extend(self.case_rows(field, cases, action)),
                _ => continue,
            }
            match expectation {
                None => expectation = Some(step.span),
                Some(first) => self.diagnostics.push(
                    Diagnostic::error("E0510", step.span, "a test has one `expect` or one `cases`")
                        .also(first, "this one came first")
                        .help("write two tests, or put all rows into one `cases`"),
                ),
            }
        }
        if expectation.is_none() {
            self.diagnostics.push(
                Diagnostic::error("E0510", test.name.span, "this test does not say what must come of it")
                    .help(
                        "end it with `expect allow`, `expect deny CODE` or `cases FIELD { value: outcome }`",
                    ),
            );
        }
        rows
    }

    fn case_rows<'t>(&mut self, field: &Path, cases: &'t [Case], action: ActionId) -> Vec<Row<'t>> {
        let mut rows = Vec::new();
        for case in cases {
            self.outcome(&case.outcome);
        }
        let Some(place) = self.place(field, Start::Anywhere, &[action]) else { return rows };
        let name = field.text();
        for Case { value, outcome, span } in cases {
            let case = Some(format!("{name} = {}", show::constant(value)));
            if let Ok(value) = self.value_or_absent(value, place.ty, &name) {
                let sets = Some(Assignment { path: place.path.clone(), value, required: place.required });
                rows.push(Row { case, sets, outcome, span: *span });
            }
        }
        rows
    }
}
