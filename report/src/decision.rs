//! Decisions: one as a card, many as rows.

use std::io::{self, Write};

use lictor_bundle::program::Bundle;
use lictor_bundle::program::Stage;
use lictor_runtime::{CheckResult, Decision, Obligation, Reason, UsedException, Verdict};
use lictor_suite::verdict_word;

use crate::{Colour, Paint, observed};

/// The widest a column of reason codes gets.
const CODE_WIDTH: usize = 24;

/// `allow`, `step_up` or `deny`
pub fn verdict(decision: &Decision) -> &'static str {
    verdict_word(decision.decision)
}

/// The colour in which a decision of this name is shown.
pub fn colour(verdict: &str) -> Colour {
    match verdict {
        "allow" => Colour::Green,
        "step_up" => Colour::Yellow,
        _ => Colour::Red,
    }
}

/// Text from files and requests with every character that a terminal would obey instead of showing it written out: what an
/// agent calls a merchant must not move the cursor, and what reverses the direction of text must not hide anything.
pub fn visible(text: &str) -> String {
    let obeyed = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if obeyed(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

/// Writes decisions as rows in columns.
pub struct Rows {
    code_width: usize,
    paint: Paint,
}

impl Rows {
    /// Columns wide enough for the codes of this policy.
    pub fn new(bundle: &Bundle, paint: Paint) -> Rows {
        let longest = bundle.schema.reasons.iter().map(|reason| reason.name.len()).max().unwrap_or(0);
        Rows { code_width: longest.clamp("STRUCTURE_INVALID".len(), CODE_WIDTH), paint }
    }

    /// Writes one row: `#17  deny     AMOUNT_OVER_LIMIT  amount   500.01 USD is above …`
    pub fn write(&self, out: &mut impl Write, number: u64, decision: &Decision) -> io::Result<()> {
        let verdict = verdict(decision);
        let number = format!("{:>6}", format!("#{number}"));
        let code = format!("{:width$}", decision.reason_code, width = self.code_width);
        let stage = format!("{:14}", decision.stage.map_or("", Stage::name));
        let observed = observed::remark(decision).map(|remark| format!("  {remark}")).unwrap_or_default();
        writeln!(
            out,
            "{}  {}  {code}  {}  {}{}",
            self.paint.paint(Colour::Faint, &number),
            self.paint.paint(colour(verdict), &format!("{verdict:7}")),
            self.paint.paint(Colour::Faint, &stage),
            visible(&decision.reason),
            self.paint.paint(Colour::Faint, &observed),
        )
    }

    /// Writes the row of an event, which was reported and not decided.
    pub fn reported(&self, out: &mut impl Write, number: u64) -> io::Result<()> {
        let row = format!("{:>6}  event    reported", format!("#{number}"));
        writeln!(out, "{}", self.paint.paint(Colour::Faint, &row))
    }
}

/// One decision with everything that led to it.
pub fn card(decision: &Decision, paint: Paint) -> String {
    let verdict = verdict(decision);
    let mut card = Card { text: String::new(), paint };
    let head = paint.paint(colour(verdict), &verdict.to_ascii_uppercase());
    card.line(&format!("{head}  {}", paint.paint(Colour::Bold, &decision.reason_code)));
    card.line(&visible(&decision.reason));
    card.line("");
    if let Some(call) = &decision.call {
        card.entry("call", Some(&format!("{}, which is {}", call.tool, call.action)));
    }
    if let Some(told) = &decision.told {
        card.entry("told as", Some(&format!("{}: {}", told.told_as, told.told_reason)));
    }
    card.entry("stage", decision.stage.map(Stage::name));
    card.entry("rule", decision.rule.as_deref());
    card.entry("layer", decision.layer.as_deref());
    let decided = decision.reasons.iter().find(|reason| reason.effect == decision.decision);
    let cites = decided.map(|reason| reason.cites.join(", ")).filter(|cites| !cites.is_empty());
    card.entry("cites", cites.as_deref());
    for reason in decision.reasons.iter().filter(|reason| reason.effect == Verdict::StepUp) {
        card.entry("asks", Some(&approval(reason)));
    }
    if let Some(risk) = &decision.risk {
        let points = risk
            .points
            .iter()
            .map(|points| format!("{} +{}", points.code, points.points))
            .collect::<Vec<_>>();
        let points = if points.is_empty() { String::new() } else { format!("  ({})", points.join(", ")) };
        card.entry("risk", Some(&format!("{}{points}", risk.score)));
        let flags = (!risk.flags.is_empty()).then(|| risk.flags.join(", "));
        card.entry("flags", flags.as_deref());
        let values: Vec<_> =
            risk.amplifiers.iter().map(|one| format!("{} {}", one.name, one.value)).collect();
        card.entry("amplified", (!values.is_empty()).then(|| values.join(", ")).as_deref());
    }
    for obligation in &decision.obligations {
        card.entry("obliges", Some(&obliges(obligation)));
    }
    for used in &decision.exceptions {
        card.entry("except", Some(&exception(used)));
    }
    card.others(decision);
    for (n, line) in observed::lines(decision).iter().enumerate() {
        card.entry(if n == 0 { "observed" } else { "" }, Some(line));
    }
    card.checks(decision);
    card.line("");
    card.entry("bundle", Some(&decision.bundle.to_string()));
    card.entry("request", Some(&decision.request_digest.to_string()));
    card.entry("facts", Some(&decision.facts_digest.to_string()));
    card.text
}

/// `finance within 15m, for NEAR_LIMIT`
fn approval(reason: &Reason) -> String {
    let Some(approval) = &reason.approval else { return format!("somebody, for {}", reason.code) };
    let people = if approval.quorum > 1 { format!("{} of ", approval.quorum) } else { String::new() };
    let within = approval.within.as_ref().map(|within| format!(" within {within}")).unwrap_or_default();
    let others = match &*approval.other_than {
        [] => String::new(),
        others => format!(", other than {}", others.join(", ")),
    };
    format!("{people}{}{within}{others}, for {}", approval.to, reason.code)
}

/// `send_receipt by 2026-03-04T10:00:00Z, for LARGE_PAYMENT: Large payments are receipted`
pub(crate) fn obliges(obligation: &Obligation) -> String {
    let by = obligation.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    format!("{}{by}, for {}: {}", obligation.id, obligation.code, obligation.reason)
}

/// `acme.relief.trusted_desk (base) until 2027-03-31, granted by the head of risk: two audits without a finding`
fn exception(used: &UsedException) -> String {
    let UsedException { name, granted_by, because, expires, layer, rule } = used;
    format!("{name} ({layer}) to {rule} until {expires}, granted by {granted_by}: {because}")
}

struct Card {
    text: String,
    paint: Paint,
}

impl Card {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn entry(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            let name = self.paint.paint(Colour::Faint, &format!("{name:9}"));
            self.line(&format!("  {name} {}", visible(value)));
        }
    }

    /// The causes after the first one.
    fn others(&mut self, decision: &Decision) {
        let first = decision.reasons.iter().position(|reason| reason.code == decision.reason_code);
        for (n, reason) in decision.reasons.iter().enumerate() {
            if Some(n) != first {
                let effect = verdict_word(reason.effect);
                self.entry("also", Some(&format!("{effect} {}: {}", reason.code, reason.reason)));
            }
        }
    }

    /// What came of the thirteen stages, one a line.
    fn checks(&mut self, decision: &Decision) {
        self.line("");
        for check in &decision.checks {
            let (mark, colour, word) = match check.result {
                CheckResult::Pass => ("✓", Colour::Green, ""),
                CheckResult::StepUp => ("?", Colour::Yellow, "asks"),
                CheckResult::Fail => ("✗", Colour::Red, "refuses"),
                CheckResult::NoRule => ("·", Colour::Faint, "no rule"),
                CheckResult::NotEvaluated => (" ", Colour::Faint, "not evaluated"),
            };
            let line = format!(
                "  {} {:14} {}",
                self.paint.paint(colour, mark),
                check.stage.name(),
                self.paint.paint(colour, word),
            );
            self.line(line.trim_end());
        }
    }
}
