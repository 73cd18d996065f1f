//! What is known about a control: what it says itself, or else what its framework says for all of its controls.

use lictor_bundle::program::{Control, LegalEffect};
use lictor_grammar::ast::{self, Expr, Name, Text};
use lictor_grammar::diagnostic::{Diagnostic, Suggestion};
use lictor_grammar::span::Span;

use crate::rules::{first_moment, last_moment};
use crate::suggest;

/// The most bytes of a title, a source or an edition: more than that no bundle may hold.
const MAX_TEXT: usize = 512;

/// Reports what is wrong with the words that a framework or a control says, each by itself.
pub(super) fn check(said: &ast::Standing, out: &mut Vec<Diagnostic>) {
    said.source.iter().chain(&said.edition).for_each(|text| line(text, out));
    said.jurisdiction.iter().for_each(|text| place(text, out));
    if let Some(word) = said.effect.as_ref().filter(|word| effect(word).is_none()) {
        out.push(no_effect(word));
    }
}

/// A control, with what its framework says where it says nothing itself.
pub(super) fn read(framework: &ast::Framework, node: &ast::Control, out: &mut Vec<Diagnostic>) -> Control {
    line(&node.title, out);
    check(&node.standing, out);
    let (own, general) = (&node.standing, &framework.standing);
    let text = |own: &Option<Text>, general: &Option<Text>| {
        own.as_ref().or(general.as_ref()).map(|text| text.value.clone())
    };
    let written = own.effect.as_ref().or(general.effect.as_ref());
    let from = own.from.as_ref().or(general.from.as_ref());
    let until = own.until.as_ref().or(general.until.as_ref());
    dates(from, until, out);
    let effect = written.and_then(effect);
    if let (Some(effect), Some(word)) = (effect, written) {
        // Where the framework says it for all, the control lacks the date.
        let at = if own.effect.is_some() { word.span } else { node.name.span };
        undated(effect, at, from, until, out);
    }
    let superseded_by = own.superseded_by.as_ref().or(general.superseded_by.as_ref());
    let checked = own.checked.as_ref().or(general.checked.as_ref());
    Control {
        id: format!("{}.{}", framework.name.text, node.name.text),
        framework: framework.title.value.clone(),
        title: node.title.value.clone(),
        source: text(&own.source, &general.source),
        edition: text(&own.edition, &general.edition),
        effect,
        jurisdiction: text(&own.jurisdiction, &general.jurisdiction),
        from: from.and_then(first_moment),
        until: until.and_then(last_moment),
        superseded_by: superseded_by.map(ast::Path::text),
        verified: checked.and_then(|checked| first_moment(checked.on.as_ref()?)),
    }
}

/// Titles, sources and editions stand in reports, on lines of their own.
pub(super) fn line(written: &Text, out: &mut Vec<Diagnostic>) {
    let value = &written.value;
    if value.is_empty() || value.len() > MAX_TEXT || value.chars().any(char::is_control) {
        let message = "a title, a source or an edition is one line of text, of 1 to 512 bytes";
        out.push(
            Diagnostic::error("E0242", written.span, message).help(
                "say here what it is called and where it stands; the rest belongs into a `///` comment",
            ),
        );
    }
}

/// A country, or the European Union, and behind it what is smaller: `US`, `EU`, `US-NY`, `US-NY-NYC`.
fn place(written: &Text, out: &mut Vec<Diagnostic>) {
    let mut parts = written.value.split('-');
    let country = parts.next().unwrap_or_default();
    let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_part = |part: &str| {
        (1..=3).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    if is_country && parts.clone().count() <= 2 && parts.all(is_part) {
        return;
    }
    let message = format!("{:?} is no jurisdiction", written.value);
    let error = Diagnostic::error("E0260", written.span, message);
    let upper = written.value.to_ascii_uppercase();
    out.push(error.help(match upper.as_str() {
        "USA" | "UNITED STATES" | "U.S." | "FEDERAL" => "write `\"US\"`",
        "UK" => "write `\"GB\"`",
        "EUROPE" | "EUROPEAN UNION" => "write `\"EU\"`",
        _ => {
            "write the two letters of a country or `EU`, and behind them what is smaller: `\"US\"`, `\"US-NY\"`; \
             what applies everywhere has none"
        }
    }));
}

fn dates(from: Option<&Expr>, until: Option<&Expr>, out: &mut Vec<Diagnostic>) {
    if let (Some(begins), Some(ends)) = (from, until)
        && let (Some(start), Some(end)) = (first_moment(begins), last_moment(ends))
        && start > end
    {
        out.push(
            Diagnostic::error("E0241", ends.span, "this control is never in force: it ends before it begins")
                .also(begins.span, "it begins here")
                .help("let the date after `from` be the earlier one, or the same"),
        );
    }
}

/// What is dead says since when, and what is to come says from when: whoever cites it is told.
fn undated(
    effect: LegalEffect,
    at: Span,
    from: Option<&Expr>,
    until: Option<&Expr>,
    out: &mut Vec<Diagnostic>,
) {
    let (message, help) = match (effect, from, until) {
        (LegalEffect::Repealed, _, None) => (
            "this control is `repealed`, and does not say since when",
            "say on which day it was in force for the last time: `until 2026-04-16`",
        ),
        (LegalEffect::Pending, None, _) => (
            "this control is `pending`, and does not say from when it applies",
            "say on which day it applies for the first time: `from 2027-01-01`",
        ),
        _ => return,
    };
    out.push(Diagnostic::error("E0252", at, message).help(help));
}

/// The effect that is written so.
fn effect(word: &Name) -> Option<LegalEffect> {
    LegalEffect::ALL.into_iter().find(|effect| effect.name() == word.text)
}

fn no_effect(word: &Name) -> Diagnostic {
    let names = LegalEffect::ALL.map(LegalEffect::name);
    let help = match (meant(&word.text), suggest::nearest(&word.text, names)) {
        (Some(name), _) => Suggestion { help: format!("write `{name}`"), word: Some(name.to_owned()) },
        (None, Some(near)) => Suggestion::new(Some(near), ""),
        (None, None) => format!("write one of `{}`", names.join("`, `")).into(),
    };
    let message = format!("`{}` is no effect that a text can have", word.text);
    Diagnostic::error("E0243", word.span, message).suggested(help)
}

/// Other words for the same.
fn meant(word: &str) -> Option<&'static str> {
    Some(match word {
        "ban" | "forbids" | "forbidden" | "must_not" => "prohibition",
        "law" | "mandatory" | "binding" | "obligation" | "requirement" | "must" | "shall" => "duty",
        "guidance" | "expectation" | "advisory" => "supervisory",
        "standard" | "guideline" | "recommendation" | "best_practice" => "voluntary",
        "scheme" | "network" | "agreement" => "contract",
        "deferred" | "future" | "adopted" | "proposed" => "pending",
        "dead" | "rescinded" | "revoked" | "withdrawn" | "vacated" | "superseded" | "expired" => "repealed",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use lictor_bundle::program::LegalEffect;
    use lictor_grammar::keywords::LEGAL_EFFECTS;

    #[test]
    fn the_effects_are_those_of_the_language() {
        assert_eq!(LegalEffect::ALL.map(LegalEffect::name), LEGAL_EFFECTS);
    }
}
