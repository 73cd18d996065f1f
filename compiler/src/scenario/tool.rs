//! `given tool`: a test that begins with the call of a tool, before anything says which action it is.

use lictor_bundle::schema::ActionId;
use lictor_grammar::ast::{Expr, ExprKind, FieldInit, Test, TestStepKind, UnaryOp};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;
use serde_json::{Map, Value, json};

use super::Scene;
use super::draft::{Argument, Draft};
use super::obliged::Owed;
use super::test::Row;
use crate::TestCase;

impl Scene<'_> {
    /// The requests of a test that calls a tool: one, since what a row would set is a field of an action.
    pub fn tool_test(&mut self, test: &Test, span: Span) -> Vec<TestCase> {
        let before = self.diagnostics.len();
        let actions: Vec<ActionId> = self.schema.asked().collect();
        let mut said = self.fixture.clone();
        let mut call: Option<(&str, Value, Span)> = None;
        for step in &test.steps {
            match &step.kind {
                TestStepKind::GivenTool(tool, input) => {
                    let input = self.input(input);
                    match &call {
                        Some((_, _, first)) => self.one_call(step.span, *first),
                        None => call = Some((&tool.value, input, step.span)),
                    }
                }
                TestStepKind::Given(..) => self.one_call(step.span, span),
                TestStepKind::Cases(..) => {
                    self.diagnostics.push(
                        Diagnostic::error("E0517", step.span, "a test that calls a tool has one `expect`")
                            .help("`cases` sets a field of an action; write a test for each call"),
                    );
                    return Vec::new();
                }
                _ => self.step(step, &actions, &mut said, false),
            }
        }
        let rows = self.rows(test, 0);
        self.check_owed(said.owed.as_ref(), &rows);
        let own = |argument: &Argument| matches!(argument, Argument::Path(path) if path.first().is_some_and(|root| root == "params"));
        if said.findings.iter().any(|finding| finding.args.iter().any(|(_, argument)| own(argument))) {
            let error = Diagnostic::error(
                "E0517",
                test.name.span,
                "which fields there are is said by what the call becomes",
            );
            self.diagnostics
                .push(error.help("write the arguments of the facts that this test states as constants"));
        }
        for span in said.owed.iter().flat_map(Owed::read_fields) {
            let message = "which fields there are is said by what the call becomes";
            let help = "write the moment as a constant, or count from `context.now`";
            self.diagnostics.push(Diagnostic::error("E0517", span, message).help(help));
        }
        let Some((tool, input, _)) = call else { return Vec::new() };
        if self.diagnostics.get(before..).unwrap_or(&[]).iter().any(Diagnostic::is_error) {
            return Vec::new();
        }
        let draft = || Draft::call(self.schema, tool, input.clone());
        rows.iter().map(|row: &Row<'_>| self.case(&test.name.value, draft(), &said, row)).collect()
    }

    fn one_call(&mut self, span: Span, first: Span) {
        self.diagnostics.push(
            Diagnostic::error("E0511", span, "a test is about one request, and this is another")
                .also(first, "the test begins with the call of a tool")
                .help("write two tests"),
        );
    }

    /// The input of a call, as a tool is sent it.
    fn input(&mut self, members: &[FieldInit]) -> Value {
        let named = members.iter().map(|init| (init.path.text(), &init.value, init.path.span));
        self.object(named.collect())
    }

    fn object(&mut self, members: Vec<(String, &Expr, Span)>) -> Value {
        let mut object = Map::new();
        let mut seen: Vec<(String, Span)> = Vec::new();
        for (name, value, span) in members {
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == name) {
                self.twice(span, *first, format!("the member `{name}` stands twice"));
                continue;
            }
            seen.push((name.clone(), span));
            if !matches!(value.kind, ExprKind::Absent)
                && let Some(value) = self.json(value)
            {
                object.insert(name, value);
            }
        }
        Value::Object(object)
    }

    /// A constant as JSON; nothing where it is none, which is reported.
    fn json(&mut self, value: &Expr) -> Option<Value> {
        let number = |text: &str| {
            let digits = text.replace('_', "");
            let read: Value = serde_json::from_str(&digits).ok()?;
            // A number that JSON would have to round is written as a text.
            let again = read.to_string();
            (again == digits).then_some(read)
        };
        let read = match &value.kind {
            ExprKind::Error => return None,
            ExprKind::Bool(value) => Some(json!(value)),
            ExprKind::String(text)
            | ExprKind::Date(text)
            | ExprKind::Timestamp(text)
            | ExprKind::TimeOfDay(text)
            | ExprKind::Duration(text) => Some(json!(text)),
            ExprKind::Number(text) => number(text),
            ExprKind::Unary(UnaryOp::Negate, inner) => match &inner.kind {
                ExprKind::Number(text) => number(&format!("-{text}")),
                _ => None,
            },
            ExprKind::List(items) => {
                items.iter().map(|item| self.json(item)).collect::<Option<Vec<_>>>().map(Value::Array)
            }
            ExprKind::Record(fields) => {
                let named = fields.iter().map(|(name, value)| (name.text.clone(), value, name.span));
                Some(self.object(named.collect()))
            }
            _ => None,
        };
        if read.is_none() {
            self.diagnostics.push(Diagnostic::error("E0517", value.span, "a tool is not sent this").help(
                "write what its input has: a text, a number, `true`, `false`, a list, or members in braces",
            ));
        }
        read
    }
}
