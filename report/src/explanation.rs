//! An explanation for people: every stage and rule in order, what each statement came to, and the values behind it.

use lictor_runtime::{
    Change, CheckResult, Decision, Explained, ExplainedReader, ExplainedRule, ExplainedScore, ExplainedStep,
    Explanation, Verdict,
};
use serde_json::Value;

use crate::decision::{colour, verdict, visible};
use crate::{Colour, Paint, observed};

/// How wide the text may become.
const WIDTH: usize = 80;
/// The longest text of an expression that is written out.
const LONGEST: usize = 240;

/// A decision with all that led to it.
pub fn explanation(decision: &Decision, explanation: &Explanation, paint: Paint) -> String {
    let mut page = Page::new(paint);
    let word = verdict(decision);
    let head = paint.paint(colour(word), &word.to_ascii_uppercase());
    page.raw(&format!("{head}  {}", paint.paint(Colour::Bold, &decision.reason_code)));
    page.line(0, "", Colour::Bold, &decision.reason);
    if let Some(told) = &decision.told {
        page.line(0, "", Colour::Faint, &format!("The agent is told {}: {}", told.told_as, told.told_reason));
    }
    for exception in &decision.exceptions {
        let text = format!(
            "The exception {} lifted {}: granted by {}, until {}: {}",
            exception.name, exception.rule, exception.granted_by, exception.expires, exception.because
        );
        page.line(0, "", Colour::Yellow, &text);
    }
    if !explanation.layers.is_empty() {
        page.line(0, "", Colour::Faint, &format!("Layers that apply: {}", explanation.layers.join(", ")));
    }
    explanation.readers.iter().for_each(|reader| page.reader(reader));
    for stage in &explanation.stages {
        page.raw("");
        let (mark, colour, word) = match stage.result {
            CheckResult::Pass => ("✓", Colour::Green, "passed"),
            CheckResult::StepUp => ("?", Colour::Yellow, "asks"),
            CheckResult::Fail => ("✗", Colour::Red, "refuses"),
            CheckResult::NoRule => ("·", Colour::Faint, "no rule"),
            CheckResult::NotEvaluated => ("·", Colour::Faint, "not evaluated"),
        };
        page.line(0, mark, colour, &format!("{}: {word}", stage.stage.name()));
        for rule in &stage.rules {
            page.rule(rule);
        }
    }
    if let Some(score) = &explanation.score {
        page.score(score);
    }
    if let Some(changes) = &explanation.changes {
        page.raw("");
        for change in &changes.found {
            page.change(change);
        }
        if changes.withheld {
            let text = "What would have passed is not searched for: a rule may read what is secret.";
            page.line(0, "", Colour::Bold, text);
        } else if changes.found.is_empty() {
            let tried = changes.tried;
            let text =
                format!("No change of a single field was found that would have passed ({tried} tried).");
            page.line(0, "", Colour::Bold, &text);
        }
        if changes.cut_short {
            page.line(0, "", Colour::Faint, "There was more to try than is tried.");
        }
    }
    for (n, line) in observed::lines(decision).iter().enumerate() {
        if n == 0 {
            page.raw("");
            page.line(0, "Observed", Colour::Cyan, line);
        } else {
            page.line(2, "·", Colour::Faint, line);
        }
    }
    page.text
}

/// A page while it is written.
pub(crate) struct Page {
    /// What is written so far.
    pub text: String,
    paint: Paint,
}

impl Page {
    /// An empty one.
    pub fn new(paint: Paint) -> Page {
        Page { text: String::new(), paint }
    }

    fn raw(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A line with a mark before it, broken where it gets too wide.
    pub fn line(&mut self, indent: usize, mark: &str, colour: Colour, text: &str) {
        let text = visible(text);
        let lead = if mark.is_empty() { 0 } else { mark.chars().count() + 1 };
        let room = WIDTH.saturating_sub(indent + lead).max(20);
        for (number, part) in wrapped(&text, room).iter().enumerate() {
            let pad = " ".repeat(indent);
            let line = match (mark.is_empty(), number) {
                (true, _) => format!("{pad}{}", self.paint.paint(colour, part)),
                (false, 0) => format!("{pad}{} {part}", self.paint.paint(colour, mark)),
                (false, _) => format!("{pad}{}{part}", " ".repeat(lead)),
            };
            self.raw(&line);
        }
    }

    /// What a reader said of the input of the call.
    pub fn reader(&mut self, reader: &ExplainedReader) {
        let said = reader.says.iter().map(|(name, value)| format!("{name} = {}", answered(value)));
        let said: Vec<String> = said.collect();
        let text = match &reader.withheld {
            Some(why) if why == "secret" => format!("{} = (secret)", reader.question),
            Some(why) => format!("{} says nothing: it {why}", reader.question),
            None => format!("{} says {}", reader.question, said.join(", ")),
        };
        self.line(0, "", Colour::Faint, &text);
    }

    fn rule(&mut self, rule: &ExplainedRule) {
        self.head(rule);
        let mut hidden = None;
        for step in &rule.steps {
            // What stands in a `when` that does not hold was not looked at, and that is said at the `when`.
            if hidden.is_some_and(|depth| step.depth > depth) {
                continue;
            }
            hidden = (step.kind == "when" && step.outcome != "fired").then_some(step.depth);
            self.step(step);
        }
    }

    /// Which rule it is, and what came of it.
    pub fn head(&mut self, rule: &ExplainedRule) {
        let (mark, colour, word) = match rule.outcome {
            "passed" if rule.steps.iter().any(|step| step.outcome == "fired" && step.kind == "step_up") => {
                ("?", Colour::Yellow, " asks")
            }
            "passed" => ("✓", Colour::Green, ""),
            "denied" => ("✗", Colour::Red, " refuses"),
            "failed" => ("✗", Colour::Red, " could not be evaluated, and so it refuses"),
            _ => ("·", Colour::Faint, " was not evaluated"),
        };
        let place = format!("{} ({}, {}:{}){word}", rule.rule, rule.layer, rule.file, rule.line);
        self.line(2, mark, colour, &place);
        if let Some(failure) = &rule.failure {
            self.line(6, "", Colour::Red, failure);
        }
    }

    /// A statement with the values that it read.
    pub fn step(&mut self, step: &ExplainedStep) {
        let indent = 6 + 2 * usize::from(step.depth);
        let condition = step.condition.as_ref().map(|condition| condition.text.as_str());
        let text = match (step.name.as_ref().filter(|_| step.kind == "let"), condition) {
            (Some(name), Some(value)) => {
                let came = step.condition.as_ref().and_then(|condition| condition.value.as_deref());
                format!(
                    "let {name} = {}{}",
                    cut(value),
                    came.map(|came| format!(" = {came}")).unwrap_or_default()
                )
            }
            (_, Some(condition)) => format!("{} {}", if_needed(step), cut(condition)),
            (_, None) => effect(step),
        };
        let code = step.code.as_ref().filter(|_| step.outcome == "fired" && step.kind != "let");
        let code = code.map(|code| format!(" → {code}")).unwrap_or_default();
        let (mark, colour, word) = match (step.outcome, step.kind) {
            ("failed", _) => ("✗", Colour::Red, ": could not be evaluated"),
            ("not_reached", "let") => ("·", Colour::Faint, ": not needed"),
            ("not_reached", _) => ("·", Colour::Faint, ": not evaluated"),
            ("fired", "require") => ("✗", Colour::Red, ": does not hold"),
            ("fired", "deny") => ("✗", Colour::Red, ": fires"),
            ("fired", "step_up") => ("?", Colour::Yellow, ": fires"),
            ("fired", "when") => ("✓", Colour::Green, ": applies"),
            ("fired", "let") => ("·", Colour::Faint, ""),
            ("fired", _) => ("+", Colour::Yellow, ": fires"),
            (_, "require") => ("✓", Colour::Green, ": holds"),
            (_, "when") => ("·", Colour::Faint, ": does not apply"),
            _ => ("✓", Colour::Green, ": does not fire"),
        };
        self.line(indent, mark, colour, &format!("{text}{word}{code}"));
        if let Some(condition) = step.condition.as_ref().filter(|_| step.outcome != "not_reached") {
            let mut shown = Vec::new();
            self.clauses(condition, indent + 4, true, &mut shown);
        }
    }

    /// The clauses of a condition, down to the comparisons; below each the values that it read.
    fn clauses(&mut self, node: &Explained, indent: usize, is_root: bool, shown: &mut Vec<String>) {
        let has_clauses = is_clause(node);
        if !is_root && !node.evaluated && !has_clauses {
            self.line(indent, "·", Colour::Faint, &format!("{}: not evaluated", cut(&node.text)));
            return;
        }
        if has_clauses {
            // What is nested in clauses of the same kind reads as one list.
            for inside in sides(node) {
                let inner = is_clause(inside);
                if inner && !inside.evaluated {
                    self.line(indent, "·", Colour::Faint, &format!("{}: not evaluated", cut(&inside.text)));
                    continue;
                }
                if inner && joins(inside) != joins(node) {
                    self.truth(inside, indent);
                    self.clauses(inside, indent + 2, true, shown);
                } else {
                    self.clauses(inside, indent, false, shown);
                }
            }
            return;
        }
        let below = if is_root { indent } else { indent + 2 };
        if !is_root {
            self.truth(node, indent);
        }
        self.values(node, below, true, shown);
    }

    fn truth(&mut self, node: &Explained, indent: usize) {
        let (mark, colour, word) = match node.truth {
            Some(true) => ("✓", Colour::Green, "true"),
            Some(false) => ("✗", Colour::Red, "false"),
            None => ("·", Colour::Faint, "no answer"),
        };
        self.line(indent, mark, colour, &format!("{}: {word}", cut(&node.text)));
    }

    /// The values that an expression read, each once.
    fn values(&mut self, node: &Explained, indent: usize, is_root: bool, shown: &mut Vec<String>) {
        let is_read = matches!(node.kind, "path" | "local" | "parameter" | "fact");
        let is_computed = matches!(node.kind, "computed" | "otherwise" | "if" | "count" | "sum");
        if let Some(value) = node.value.as_ref().filter(|_| is_read || (is_computed && !is_root)) {
            let text = format!("{} = {value}{}", cut(&node.text), from(node));
            if !shown.contains(&text) {
                self.line(indent, "", Colour::Faint, &text);
                shown.push(text);
            }
        }
        if let Some(element) = node.element {
            let last = format!("the last element looked at was number {element}");
            self.line(indent, "", Colour::Faint, &last);
        }
        for inside in &node.inside {
            self.values(inside, indent, false, shown);
        }
    }

    /// What the score was made of.
    pub fn score(&mut self, score: &ExplainedScore) {
        self.raw("");
        let thresholds =
            format!("a person is asked from {}, and it is refused from {}", score.step_up_at, score.deny_at);
        self.line(0, "", Colour::Bold, &format!("The risk score is {}: {thresholds}", score.score));
        for (flag, weight) in &score.flags {
            self.line(2, "", Colour::Faint, &format!("flag {flag}: {weight}"));
        }
        for (amplifier, value, weight) in &score.amplifiers {
            self.line(2, "", Colour::Faint, &format!("amplifier {amplifier}: {value} times {weight}"));
        }
        for (code, points) in &score.points {
            self.line(2, "", Colour::Faint, &format!("{code}: {points}"));
        }
    }

    /// What would have passed.
    pub fn change(&mut self, change: &Change) {
        let would = match change.decision {
            Verdict::Allow => "It would be allowed",
            _ => "A person would be asked",
        };
        let field = &change.field;
        let from = if change.from.is_null() { "absent".to_owned() } else { value(&change.from) };
        let text = match (change.of_the_action, change.to.is_null()) {
            (true, false) => format!("{would} with {field} = {} (it is {from})", value(&change.to)),
            (true, true) => format!("{would} without {field} (it is {from})"),
            (false, false) => {
                format!(
                    "{would} if {field} were {} (it is {from}; not for the agent to choose)",
                    value(&change.to)
                )
            }
            (false, true) => {
                format!("{would} if there were no {field} (it is {from}; not for the agent to choose)")
            }
        };
        self.line(0, "→", Colour::Cyan, &text);
    }
}

fn if_needed(step: &ExplainedStep) -> String {
    match step.kind {
        "require" | "when" => step.kind.to_owned(),
        _ => format!("{} when", effect(step)),
    }
}

/// What a statement does: `deny`, `oblige keep_receipt`
fn effect(step: &ExplainedStep) -> String {
    let name = step.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    format!("{}{name}", step.kind)
}

/// Whether what stands inside is shown clause by clause.
fn is_clause(node: &Explained) -> bool {
    match (node.kind, node.inside.as_slice()) {
        // `is absent`, `not in` and a range over midnight are one comparison for whoever wrote them.
        ("not", [inside]) => inside.text != node.text,
        (kind, _) => matches!(kind, "and" | "unless" | "or"),
    }
}

/// The sides as they were written: the second of `a unless b` is `b`.
fn sides(node: &Explained) -> impl Iterator<Item = &Explained> {
    let is_unless = node.kind == "unless";
    node.inside.iter().enumerate().map(move |(at, side)| match side.inside.as_slice() {
        [inside] if is_unless && at == 1 => inside,
        _ => side,
    })
}

/// What joins the clauses inside.
fn joins(node: &Explained) -> &str {
    if node.kind == "unless" { "and" } else { node.kind }
}

/// Where a value came from, in words.
fn from(node: &Explained) -> String {
    let Some(origin) = &node.from else { return String::new() };
    match origin.source {
        "default" => ", the default".to_owned(),
        "layer" if origin.places.is_empty() => format!(", set by {}", origin.layers.join(" and ")),
        "layer" => format!(", set by {} in {}", origin.layers.join(" and "), origin.places.join(" and ")),
        "fact" => ", a fact".to_owned(),
        "history" => ", from history".to_owned(),
        _ => String::new(),
    }
}

/// A value of a request, as people write it.
fn value(value: &Value) -> String {
    match (
        value.get("amount").and_then(Value::as_str),
        value.get("minor"),
        value.get("currency").and_then(Value::as_str),
    ) {
        (Some(amount), _, Some(currency)) => format!("{amount} {currency}"),
        (None, Some(minor), Some(currency)) => format!("{minor} minor units of {currency}"),
        _ if value.is_object() => "given".to_owned(),
        _ => cut(&value.to_string()),
    }
}

/// Something that a reader said: texts as they are.
fn answered(value: &Value) -> String {
    match value {
        Value::String(text) => cut(text),
        Value::Array(all) => format!("[{}]", all.iter().map(answered).collect::<Vec<_>>().join(", ")),
        value => value.to_string(),
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

/// Breaks a text at its blanks; a word that is too wide for a line gets one of its own.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}
