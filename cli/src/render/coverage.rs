//! What the tests of a policy reach of it.

use serde_json::{Value, json};

use super::{Colour, Paint};
use crate::coverage::{Coverage, Named, Point, Rule, Share};

/// The longest text of a statement that is shown.
const LONGEST: usize = 90;

/// What no test reaches, then how often the rest was reached, then the shares.
pub fn coverage(coverage: &Coverage, paint: Paint) -> String {
    let mut page = Page { text: String::new(), paint };
    page.gaps(coverage);
    page.rules(coverage);
    page.stages(coverage);
    page.shares(coverage);
    page.text
}

/// The same for programs.
pub fn coverage_json(coverage: &Coverage) -> Value {
    let share = |(name, share): (&str, Share)| json!({ "of": name, "reached": share.reached, "all": share.all, "percent": percent(share) });
    let mut value = serde_json::to_value(coverage).unwrap_or_default();
    value["shares"] = coverage.shares().into_iter().map(share).collect();
    value
}

/// `92.3`, rounded down.
pub fn percent(share: Share) -> String {
    format!("{}.{}", share.tenths() / 10, share.tenths() % 10)
}

struct Page {
    text: String,
    paint: Paint,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn title(&mut self, title: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let title = self.paint.paint(Colour::Bold, title);
        self.line(&title);
    }

    fn gaps(&mut self, coverage: &Coverage) {
        let mut gaps = Vec::new();
        for rule in &coverage.rules {
            gaps.extend(of_rule(rule));
        }
        let unreached = |what: &str, named: &[Named]| -> Vec<Gap> {
            let never = named.iter().filter(|named| named.tests == 0);
            never
                .map(|named| Gap { place: String::new(), what: what.to_owned(), text: named.name.clone() })
                .collect()
        };
        gaps.extend(unreached("never applies", &coverage.layers));
        gaps.extend(unreached("never given", &coverage.reasons));
        gaps.extend(unreached("never lifts", &coverage.exceptions));
        if gaps.is_empty() {
            let all = self.paint.paint(Colour::Green, "Tests reach everything.");
            self.line(&all);
            return;
        }
        self.title("What no test reaches");
        let width = |of: fn(&Gap) -> &str| gaps.iter().map(|gap| of(gap).chars().count()).max().unwrap_or(0);
        let (places, whats) = (width(|gap| &gap.place), width(|gap| &gap.what));
        for gap in &gaps {
            let place = self.paint.paint(Colour::Faint, &format!("{:places$}", gap.place));
            let what = self.paint.paint(Colour::Yellow, &format!("{:whats$}", gap.what));
            self.line(&format!("  {place}  {what}  {}", cut(&gap.text)));
        }
    }

    /// The rules that tests reach least come first.
    fn rules(&mut self, coverage: &Coverage) {
        if coverage.rules.is_empty() {
            return;
        }
        self.title("Rules, and in how many tests they ran and fired");
        let mut rules: Vec<&Rule> = coverage.rules.iter().collect();
        rules.sort_by_key(|rule| (rule.fired > 0, rule.ran > 0));
        let width = rules.iter().map(|rule| rule.rule.chars().count()).max().unwrap_or(0);
        for rule in rules {
            let colour = if rule.fired > 0 { Colour::Green } else { Colour::Yellow };
            let fired = self.paint.paint(colour, &format!("{:5}", rule.fired));
            let layer = self.paint.paint(Colour::Faint, &rule.layer);
            self.line(&format!("  {:5} {fired}  {:width$}  {layer}", rule.ran, rule.rule));
        }
    }

    fn stages(&mut self, coverage: &Coverage) {
        if coverage.stages.is_empty() {
            return;
        }
        self.title("Stages that have rules");
        for stage in &coverage.stages {
            self.line(&format!(
                "  {:12}  passed in {}, asked in {}, refused in {}",
                stage.stage, stage.passed, stage.asked, stage.refused
            ));
        }
    }

    fn shares(&mut self, coverage: &Coverage) {
        self.title("Reached");
        for (name, share) in coverage.shares() {
            if share.all == 0 {
                continue;
            }
            let colour = if share.reached == share.all { Colour::Green } else { Colour::Yellow };
            let percent = self.paint.paint(colour, &format!("{:>5} %", percent(share)));
            self.line(&format!("  {percent}  {name}  ({} of {})", share.reached, share.all));
        }
    }
}

/// Something that no test reaches.
struct Gap {
    place: String,
    what: String,
    text: String,
}

/// What no test reaches of a rule. What may follow from another gap is left out, and shows when that one is closed: the statements of a
/// `when` that never holds, the clauses of a condition that only ever goes one way.
fn of_rule(rule: &Rule) -> Vec<Gap> {
    let gap =
        |line: u32, what: String, text: String| Gap { place: format!("{}:{line}", rule.file), what, text };
    if rule.ran == 0 {
        return vec![gap(rule.line, "never runs".to_owned(), format!("rule {} ({})", rule.rule, rule.layer))];
    }
    let mut gaps = Vec::new();
    let mut hidden = None;
    let mut is_whole = true;
    for point in &rule.points {
        if (point.clause && !is_whole) || hidden.is_some_and(|depth| point.depth > depth) {
            continue;
        }
        if !point.clause {
            hidden = None;
            is_whole = point.ways.iter().all(|way| way.tests > 0);
        }
        if point.tests() == 0 && point.ways.len() > 1 {
            gaps.push(gap(point.line, "never reached".to_owned(), shown(point)));
        } else {
            let never = point.ways.iter().filter(|way| way.tests == 0);
            gaps.extend(never.map(|way| gap(point.line, format!("never {}", way.what), shown(point))));
        }
        let goes_in =
            point.clause || point.ways.first().is_some_and(|way| way.what != "true" || way.tests > 0);
        if !goes_in {
            hidden = Some(point.depth);
        }
    }
    gaps
}

fn shown(point: &Point) -> String {
    match point.ways.first().map(|way| way.what) {
        Some("true") if !point.clause => format!("when {}", point.text),
        _ => point.text.clone(),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
