//! The text of a rule and what it cites, as far as the bundle that decided carries them.

use lictor_bundle::program::{Bundle, Control, Piece, Rule, Site, Statement, Unit};
use lictor_bundle::schema::{Schema, SlotType};
use lictor_bundle::source_map::StepKind;
use maud::{Markup, html};

use super::words::inline;

/// The rule of this name (`module.rule`) outside the layers of users, which are nobody else's to read.
fn find<'b>(bundle: &'b Bundle, name: &str) -> Option<(&'b Unit, usize, &'b Rule)> {
    let (module, own) = name.rsplit_once('.')?;
    bundle.units.iter().find_map(|unit| {
        let mut rules = unit.rules.iter().enumerate();
        let (at, rule) = rules.find(|(_, rule)| rule.name == own && rule.key.module == module)?;
        Some((unit, at, rule))
    })
}

/// A rule: what is written above it, its statements, and where it stands. `code` is the reason whose statement is marked.
pub(super) fn text(bundle: &Bundle, name: &str, code: &str) -> Markup {
    let Some((unit, at, rule)) = find(bundle, name) else {
        return html! { p.aside { "The bundle that decided has no rule of this name that could be shown." } };
    };
    let lines = lines(&bundle.schema, unit, at, rule, code);
    html! {
        @if !rule.docs.is_empty() { p { (inline(&rule.docs)) } }
        @if !lines.is_empty() {
            div.rule {
                pre {
                    @for (depth, line, fired) in &lines {
                        @for _ in 0..*depth { "  " }
                        @if *fired { span.fired { (line) } } @else { (line) }
                        "\n"
                    }
                }
            }
        }
        p.aside { code { (name) } ", " (rule.source.0) " line " (rule.source.1) }
    }
}

/// What a code means, in the policy's own words.
pub(super) fn meaning<'b>(bundle: Option<&'b Bundle>, code: &str) -> Option<&'b str> {
    let reason = bundle?.schema.reasons.iter().find(|reason| reason.name == code)?;
    Some(&reason.text)
}

/// Whether words that a rule has told for a code are the policy's own, or the engine's where there is no rule: beside them stand at most amounts, numbers and moments.
/// Where it is not known, they may repeat what a request said.
pub(super) fn is_own(bundle: Option<&Bundle>, rule: Option<&str>, code: &str, words: &str) -> bool {
    let Some(rule) = rule else { return true };
    bundle.is_some_and(|bundle| {
        bundle.schema.reasons.iter().any(|reason| reason.text == words) || shows_no_text(bundle, rule, code)
    })
}

/// Whether no statement of a rule that gives this code shows a text.
fn shows_no_text(bundle: &Bundle, rule: &str, code: &str) -> bool {
    let Some((unit, _, rule)) = find(bundle, rule) else { return false };
    let codes = rule.entries.iter().filter_map(|(_, code)| unit.code.codes.get(usize::from(*code)));
    let sites: Vec<&Site> = codes.flat_map(|code| &code.sites).collect();
    let is_text = |site: &Site, number: u8| {
        let argument = site.arguments.get(usize::from(number));
        argument.is_none_or(|argument| matches!(argument.ty, SlotType::Text | SlotType::Form(_)))
    };
    let shows = |(number, statement): (usize, &Statement)| {
        let mut here = sites.iter().filter(|site| usize::from(site.statement) == number);
        here.any(|site| {
            let mut pieces = statement.message.iter();
            pieces.any(|piece| matches!(piece, Piece::Argument(number) if is_text(site, *number)))
        })
    };
    let gives = |(_, statement): &(usize, &Statement)| {
        let reason = statement.reason.and_then(|reason| bundle.schema.reasons.get(usize::from(reason)));
        reason.is_some_and(|reason| reason.name == code)
    };
    let mut given = rule.statements.iter().enumerate().filter(gives).peekable();
    given.peek().is_some() && !given.any(shows)
}

/// Its statements as they were written: how deep each stands, and whether it gives this code. Nothing where the bundle was made without its texts.
fn lines(schema: &Schema, unit: &Unit, at: usize, rule: &Rule, code: &str) -> Vec<(u8, String, bool)> {
    let Some(map) = unit.map.rules.get(at) else { return Vec::new() };
    let line = |step: &lictor_bundle::source_map::Step| {
        let text = unit.map.texts.get(step.text as usize).map_or("", |text| text.text.as_str());
        match &step.kind {
            StepKind::Let(name) => (step.depth, format!("let {name} = {text}"), false),
            StepKind::When => (step.depth, format!("when {text}"), false),
            StepKind::Effect { statement, .. } => {
                let statement = rule.statements.get(usize::from(*statement));
                let reason = statement.and_then(|statement| statement.reason);
                let reason = reason.and_then(|reason| schema.reasons.get(usize::from(reason)));
                (step.depth, text.to_owned(), reason.is_some_and(|reason| reason.name == code))
            }
        }
    };
    map.steps.iter().map(line).collect()
}

/// What a rule cites, each with its title and the way to its words.
pub(super) fn cites(bundle: Option<&Bundle>, ids: &[String]) -> Markup {
    let control =
        |id: &str| -> Option<&Control> { bundle?.manifest.controls.iter().find(|control| control.id == id) };
    html! {
        @if !ids.is_empty() {
            ul.cites {
                @for id in ids {
                    li {
                        @match control(id) {
                            Some(control) => {
                                (control.framework) ": "
                                @match control.source.as_deref().filter(|source| is_address(source)) {
                                    Some(source) => a href=(source) rel="noopener noreferrer" { (control.title) },
                                    None => (control.title),
                                }
                                " " code.faint { (id) }
                            }
                            None => code { (id) },
                        }
                    }
                }
            }
        }
    }
}

/// Whether a source is an address that may become a link: a policy could name anything.
fn is_address(source: &str) -> bool {
    source.starts_with("https://") || source.starts_with("http://")
}
