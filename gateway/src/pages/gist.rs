//! What an action is about: its fields by the types that the policy declares, and in a line its amount and whom or what it is for.

use lictor_bundle::program::Bundle;
use lictor_journal::record::Judged;
use maud::{Markup, html};

use super::words::inline;
use crate::approvals::{self, By, Field, Value};

/// The most characters of a name in a line.
const SHOWN: usize = 40;

/// The fields of an action that was decided on, and how many there were beyond those that are kept; none where nobody knows what the policy declares.
/// What is covered in the record is not among them.
pub(super) fn fields(judged: &Judged, bundle: Option<&Bundle>) -> Option<(Vec<Field>, usize)> {
    Some(approvals::fields(&bundle?.schema, &judged.action, &judged.params()?))
}

/// The amount that an action is about: the first that it declares, and not one within a part of it where it has one itself.
pub(super) fn amount(fields: &[Field]) -> Option<(&Field, &str, &str)> {
    let amounts = || {
        fields.iter().filter_map(|field| match &field.value {
            Value::Amount(amount, currency) => Some((field, amount.as_str(), currency.as_str())),
            _ => None,
        })
    };
    amounts().find(|(field, ..)| !field.path.contains(['.', '['])).or_else(|| amounts().next())
}

/// Whom or what an action is for: the first text that it declares, and of a part of it the name rather than the number.
fn about(fields: &[Field]) -> Option<(&Field, &str)> {
    let mut texts = fields.iter().filter_map(|field| match &field.value {
        Value::Words(text, _) => Some((field, text.as_str())),
        _ => None,
    });
    let first = texts.next()?;
    let whole = first.0.path.split(['.', '[']).next()?;
    let is_name = |field: &Field| field.path.strip_prefix(whole) == Some(".name");
    Some(texts.find(|(field, _)| is_name(field)).filter(|_| !is_name(first.0)).unwrap_or(first))
}

/// Both in a line: the amount as the policy has it, and the agent's words as such.
pub(super) fn gist(fields: &[Field]) -> Markup {
    let (amount, about) = (amount(fields), about(fields));
    html! {
        @if amount.is_some() || about.is_some() {
            div.gist {
                @if let Some((_, amount, currency)) = amount { strong { (inline(amount)) " " (inline(currency)) } " " }
                @if let Some((field, text)) = about {
                    @let said = (field.by == By::Agent).then_some("In the agent's words");
                    span.said[said.is_some()] title=[said] { (inline(&cut(text))) }
                }
            }
        }
    }
}

fn cut(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(path: &str, value: Value) -> Field {
        Field { path: path.to_owned(), value, by: By::Agent, personal: false }
    }

    fn words(path: &str, text: &str) -> Field {
        field(path, Value::Words(text.to_owned(), 0))
    }

    fn money(path: &str, amount: &str) -> Field {
        field(path, Value::Amount(amount.to_owned(), "USD".to_owned()))
    }

    #[test]
    fn an_action_is_about_its_own_amount_and_the_name_of_whom_it_is_for() {
        let fields = [
            money("lines[0].price", "19.99"),
            field("count", Value::Plain("20".to_owned())),
            words("seller.id", "s-1"),
            words("seller.name", "Kiosk"),
            words("note", "Finance approved"),
            money("total", "399.80"),
        ];
        assert_eq!(
            amount(&fields).map(|(field, amount, _)| (&*field.path, amount)),
            Some(("total", "399.80"))
        );
        assert_eq!(about(&fields).map(|(_, text)| text), Some("Kiosk"));
        assert_eq!(amount(&fields[..5]).map(|(_, amount, _)| amount), Some("19.99"));
        assert_eq!(
            about(&[words("to", "bob"), words("seller.name", "x")]).map(|(_, text)| text),
            Some("bob")
        );
        assert!(about(&fields[..2]).is_none());
        assert_eq!(gist(&fields[1..2]).into_string(), "");
    }

    #[test]
    fn the_words_of_an_agent_are_cut_escaped_and_said_to_be_its() {
        let shown = gist(&[words("to", &format!("<b>\u{202e}{}", "W".repeat(4_000)))]).into_string();
        assert!(shown.contains("class=\"said\"") && shown.contains("&lt;b&gt;"), "{shown}");
        assert!(
            shown.contains("U+202E") && shown.contains('…') && shown.matches('W').count() < 41,
            "{shown}"
        );
        let host = Field { by: By::Host, ..words("to", "bob") };
        assert!(!gist(&[host]).into_string().contains("said"));
    }
}
